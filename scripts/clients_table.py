#!/usr/bin/env python3
"""Print the table of docs/clients.md: every captured client against several endpoints.

    scripts/clients_table.py

Against the profiles of the reference endpoint the requests are asked in this process; against
llama.cpp's server the shipped recordings are judged. No network.
"""

import asyncio
from collections.abc import Iterator
from typing import Any

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.readiness import record
from messages_conformance.readiness.dialect import Dialect, load
from messages_conformance.readiness.questions import answer_all, questions
from messages_conformance.readiness.result import Readiness, State, Verdict
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.in_process import KEYS, ask
from messages_conformance.reference.profiles import PROFILES

TARGETS = {"strict": "anthropic"}
"""The target that a profile simulates, if it is not Model Studio."""
RECORDED = "llama.cpp"
WORDS = {
    Verdict.WORKS: "works",
    Verdict.WITH_SETTINGS: "with settings",
    Verdict.UNKNOWN: "not known",
    Verdict.NOT: "does not work",
}


def main() -> None:
    """Print the table as Markdown."""
    dialects = [load(path) for path in sorted(resources.folder("dialects").glob("*.json"))]
    endpoints = [*PROFILES, RECORDED]
    print("| client |", " | ".join(f"`{name}`" for name in endpoints), "|")
    print("| --- |", " | ".join("---" for _ in endpoints), "|")
    for dialect in dialects:
        cells = " | ".join(map(words, found_at(dialect)))
        print(f"| {dialect.client} {dialect.version} | {cells} |")


def found_at(dialect: Dialect) -> Iterator[Readiness]:
    """What is said of a client at each endpoint."""
    for profile, stages in PROFILES.items():
        page = library.read(library.known().of(TARGETS.get(profile, "model-studio"))[0])
        model = page.models[0].id
        endpoint = ReferenceEndpoint(page, KEYS, stages=stages, crowding=0.0)

        def answer(batch: Any, endpoint: ReferenceEndpoint = endpoint) -> Any:
            async def all_of_them() -> Any:
                return [await ask(endpoint, request) for request in batch]

            return asyncio.run(all_of_them())

        yield answer_all(questions(dialect, model), answer)
    cassettes = resources.folder("cassettes")
    model = sorted(path.name for path in (cassettes / RECORDED).iterdir() if path.is_dir())[0]
    yield record.judge(dialect, cassettes, RECORDED, model)


def words(found: Readiness) -> str:
    """A cell: the verdict, and what it rests on."""
    refused = [
        each.id
        for each in found.seen
        if each.state in (State.SET, State.HEALED, State.FATAL, State.FAILED)
    ]
    said = WORDS[found.verdict]
    if refused:
        said += f": {', '.join(f'`{id}`' for id in refused)}"
    elif found.verdict is Verdict.UNKNOWN:
        unasked = sum(each.state is State.UNASKED for each in found.seen)
        said += f": {unasked} of {len(found.seen)} things were not asked"
    return said


if __name__ == "__main__":
    main()
