"""Recording a small project from a scripted server, into a folder of the test."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Chosen
from messages_conformance.recording import recorder
from messages_conformance.recording.budget import CostLimit
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.progress import ModelProgress, Progress
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.recording.retry import RetryPolicy
from support import small_project
from support.small_project import Server

SECRET = "sk-marked-key/0123456789"
RESTRICTED = "sk-restricted-key-987654"
EAGER = RetryPolicy(first_wait=0.0)
"""Retries without waiting, as often as usual."""


def record(
    root: Path,
    script: small_project.Script = lambda _: small_project.http(small_project.message()),
    *rows: str,
    models: tuple[Model, ...] = (small_project.MODEL,),
    restricted_key: str | None = None,
    base: str = "",
    suites: dict[str, str] | None = None,
    retries: RetryPolicy = EAGER,
    on_progress: Callable[[Progress], None] | None = None,
    **options: Any,
) -> tuple[tuple[ModelProgress, ...], Server]:
    """Record against a scripted server into ``root/tapes``."""
    world = small_project.revision(*rows, models=models)
    found = small_project.suites_of(root / "suites", **(suites or {}))

    async def main() -> tuple[tuple[ModelProgress, ...], Server]:
        async with small_project.serving(script) as server:
            endpoint = Endpoint(server.url + base, SECRET, restricted_key=restricted_key)
            done = await recorder.record(
                (Chosen(world, models, world.rows),),
                found,
                endpoint,
                root / "tapes",
                RecordingOptions(retries=retries, **options),
                on_progress=on_progress,
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
    budgets: tuple[CostLimit, ...] = (),
    after: Callable[[], None] = lambda: None,
) -> list[int]:
    """Record the rows of each run on one server, resuming; returns the requests that each run sent.

    ``budgets`` are those of the first runs; ``after`` is called after each run.
    """
    world = small_project.revision(*dict.fromkeys(row for rows in runs for row in rows))
    found = small_project.suites_of(root / "suites", **(suites or {}))

    async def main() -> list[int]:
        sent = []
        async with small_project.serving(script) as server:
            for number, rows in enumerate(runs):
                (done,) = await recorder.record(
                    (Chosen(world, world.models, tuple(world.rows_by_id[row] for row in rows)),),
                    found,
                    Endpoint(server.url, SECRET),
                    root / "tapes",
                    RecordingOptions(
                        opted_in=opted_in,
                        budget=budgets[number] if number < len(budgets) else CostLimit(),
                        resume=True,
                    ),
                )
                sent.append(done.sent)
                after()
        return sent

    return asyncio.run(main())


MANY = '''
from messages_conformance.probing import row, works

@row("basic/many")
def many(ask):
    """It sends nine requests."""
    return works("seen", *(yield [ask(f"{n}") for n in range(9)]))

@row("basic/burst", opt_in="sends 9 requests at once")
def burst(ask):
    """It sends nine requests at once."""
    return works("seen", *(yield [ask(f"burst {n}") for n in range(9)]))
'''
