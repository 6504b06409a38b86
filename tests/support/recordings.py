"""Recording in a small world: against a scripted server, into a folder of the test's own."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.page import Model
from messages_conformance.recording import recorder
from messages_conformance.recording.budget import Limit
from messages_conformance.recording.progress import OfModel
from messages_conformance.recording.retry import Patience
from messages_conformance.recording.transport import Endpoint
from support import small_project
from support.small_project import Server

SECRET = "sk-marked-key/0123456789"
RESTRICTED = "sk-restricted-key-987654"
EAGER = Patience(first=0.0)
"""Tries again at once, as often as ever."""


def record(
    root: Path,
    script: small_project.Script = lambda _: small_project.http(small_project.message()),
    *rows: str,
    models: tuple[Model, ...] = (small_project.MODEL,),
    restricted_key: str | None = None,
    base: str = "",
    suites: dict[str, str] | None = None,
    patience: Patience = EAGER,
    **options: Any,
) -> tuple[tuple[OfModel, ...], Server]:
    """Record against a scripted server into ``root/tapes``."""
    world = small_project.revision(*rows, models=models)
    found = small_project.suites_of(root / "suites", **(suites or {}))

    async def main() -> tuple[tuple[OfModel, ...], Server]:
        async with small_project.serving(script) as server:
            endpoint = Endpoint(server.url + base, SECRET, restricted_key=restricted_key)
            done = await recorder.record(
                world,
                models,
                world.rows,
                found,
                endpoint,
                root / "tapes",
                patience=patience,
                **options,
            )
            return done, server

    return asyncio.run(main())


def tape(root: Path, model: Model = small_project.MODEL) -> Tape:
    return Tape.load(root / "tapes", small_project.TARGET.id, model.id)


def again(
    root: Path,
    script: small_project.Script,
    *runs: tuple[str, ...],
    suites: dict[str, str] | None = None,
    opted_in: frozenset[str] = frozenset(),
    budgets: tuple[Limit, ...] = (),
    after: Callable[[], None] = lambda: None,
) -> list[int]:
    """Record some rows, and resume with others, on one server; the requests sent each time.

    ``budgets`` are those of the first runs, ``after`` is called after each of the runs.
    """
    world = small_project.revision(*dict.fromkeys(row for rows in runs for row in rows))
    found = small_project.suites_of(root / "suites", **(suites or {}))

    async def main() -> list[int]:
        sent = []
        async with small_project.serving(script) as server:
            for number, rows in enumerate(runs):
                (done,) = await recorder.record(
                    world,
                    world.models,
                    [world.rows_by_id[row] for row in rows],
                    found,
                    Endpoint(server.url, SECRET),
                    root / "tapes",
                    opted_in=opted_in,
                    budget=budgets[number] if number < len(budgets) else Limit(),
                    resume=True,
                )
                sent.append(done.sent)
                after()
        return sent

    return asyncio.run(main())


MANY = '''
from messages_conformance.probing import row, works

@row("basic/many")
def many(ask):
    """It asks for much."""
    return works("seen", *(yield [ask(f"{n}") for n in range(9)]))

@row("basic/burst", opt_in="sends 9 requests at once")
def burst(ask):
    """It asks for much at once."""
    return works("seen", *(yield [ask(f"burst {n}") for n in range(9)]))
'''
