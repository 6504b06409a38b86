#!/usr/bin/env python3
"""Measure what `ready claude-code` foretells against what the real client does.

    scripts/measure_readiness.py [--output FILE] [CASE …]
    scripts/measure_readiness.py --table FILE         what was measured, as a Markdown table

For each endpoint of ``reference/client_cases.py``, and each profile of the reference endpoint:
the prediction without settings and with the printed ones, then the real client both ways against
the same endpoint over loopback, with the number of its requests. Fetches the client once (see
``readiness/prove.py``); a run takes about five seconds. Writes one JSON line for each comparison,
and prints the figure.
"""

import argparse
import asyncio
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn

from messages_conformance import reference
from messages_conformance.claims import library
from messages_conformance.claims.page import Revision
from messages_conformance.readiness import prove, settings
from messages_conformance.readiness.dialect import dialect_of
from messages_conformance.readiness.questions import answer_all, questions
from messages_conformance.readiness.result import Readiness
from messages_conformance.reference.client_cases import CLIENT_CASES
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.in_process import KEYS, ask
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.profiles import PROFILES
from messages_conformance.reference.strict import current

KEY = "measured-key"
TARGETS = {"strict": "anthropic", "strict, current model": "anthropic"}
"""The target that an endpoint simulates, if it is not Model Studio."""
CURRENT = "strict, current model"
ENDPOINTS = (
    {name: case.stages for name, case in CLIENT_CASES.items()}
    | dict(PROFILES)
    | {CURRENT: PROFILES["strict"]}
)


def main() -> None:
    """Compare the cases that are named, or all."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=Path("readiness.jsonl"))
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--table", type=Path, metavar="FILE", help="print an earlier measurement")
    given = parser.parse_args()
    if given.table:
        print("\n".join(table(given.table)))
        return
    dialect = dialect_of("claude-code")
    right = compared = 0
    with prove.fetched(dialect.version) as program, given.output.open("w") as output:
        for name in given.cases or ENDPOINTS:
            for row in compare(name, program):
                compared += 1
                right += row["right"]
                output.write(json.dumps({"case": name, **row}) + "\n")
                output.flush()
                print(("✓" if row["right"] else "✗"), name, json.dumps(row), flush=True)
    print(f"{right} of {compared} predictions came true")
    sys.exit(0 if right == compared else 1)


def compare(name: str, program: Path) -> Iterator[dict[str, Any]]:
    """One case, without settings and with them, predicted and real."""
    page, stages = page_of(name), ENDPOINTS[name]
    model = current.MODEL if name == CURRENT else page.models[0].id
    found = predict(page, stages, model)
    ways = [({}, found.plain_walk)]
    if found.switched_off and found.settled_walk is not None:
        ways.append((settings.settings(found), found.settled_walk))
    for variables, walk in ways:
        with serving(page, stages) as (url, seen):
            real = prove.ask_client(program, url, KEY, model, variables)
        foretold = walk.answered if walk else False
        yield {
            "settings": variables,
            "predicted": {"answered": foretold, "requests": walk.requests if walk else None},
            "real": {"answered": real.answered, "requests": len(seen), "said": real.said[:100]},
            "right": foretold == real.answered,
            "count_right": walk is None or walk.requests == len(seen),
        }


def table(path: Path) -> Iterator[str]:
    """A measurement as a table; endpoints that differ in the envelope alone stand together."""
    ways: dict[str, list[dict[str, Any]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        ways.setdefault(row["case"], []).append(row)
    alike: dict[tuple[str, ...], list[str]] = {}
    for case, rows in ways.items():
        name, _, envelope = case.rpartition("_")
        paired = bool(name) and envelope in ("flat", "documented")
        told = [ended(row["predicted"]) + " / " + ended(row["real"]) for row in rows]
        settings = " ".join(
            f"`{k}={v}`" for k, v in (rows[1]["settings"] if rows[1:] else {}).items()
        )
        cells = (name if paired else case, told[0], settings, *told[1:2])
        alike.setdefault(cells, []).append(f" ({envelope})" if paired else "")
    yield "| endpoint | without settings: foretold / real | printed settings | with them |"
    yield "| --- | --- | --- | --- |"
    for (name, plain, settings, *settled), envelopes in alike.items():
        shown = envelopes[0] if len(envelopes) == 1 else ""
        yield f"| {name}{shown} | {plain} | {settings or '–'} | {settled[0] if settled else '–'} |"


def ended(walk: dict[str, Any]) -> str:
    """How one run ended, in a few characters: answered or not, and after how many requests."""
    return f"{'✓' if walk['answered'] else '✗'} {walk['requests'] or '?'}"


def page_of(name: str) -> Revision:
    """The page that an endpoint answers for."""
    return library.read(library.known().of(TARGETS.get(name, "model-studio"))[0])


def predict(page: Revision, stages: Stages, model: str) -> Readiness:
    """What is foretold for an endpoint."""
    endpoint = ReferenceEndpoint(page, KEYS, 0, 0.0, stages, crowding=0)

    def answer(batch: Any) -> Any:
        async def all_of_them() -> Any:
            return [await ask(endpoint, request) for request in batch]

        return asyncio.run(all_of_them())

    return answer_all(questions(dialect_of("claude-code"), model), answer)


@contextmanager
def serving(page: Revision, stages: Stages) -> Iterator[tuple[str, list[str]]]:
    """The endpoint over loopback; yields its address, and the requests as they come."""
    inner = reference.app(page, key=KEY, stages=stages)
    seen: list[str] = []

    async def counting(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "POST":
            seen.append(scope["path"])
        await inner(scope, receive, send)

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(counting, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            break
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}", seen
    finally:
        server.should_exit = True
        thread.join(10)


if __name__ == "__main__":
    main()
