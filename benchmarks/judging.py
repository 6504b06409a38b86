"""How fast the shipped recordings are judged, and where the time goes.

    python benchmarks/judging.py [--rounds N]

Prints the median time of each stage over several rounds in one process: reading cassettes, running
the probes over them, rendering. Asserts nothing: run it before and after a change, on the same
machine, and compare.
"""

import functools
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click
from rich.console import Console
from rich.table import Table

from messages_conformance import resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.page import Model, Revision
from messages_conformance.claims.selection import Selection, choose
from messages_conformance.judging import judge
from messages_conformance.probing import loader
from messages_conformance.rendering import render

T = TypeVar("T")


def timed(rounds: int, work: Callable[[], T]) -> tuple[float, T]:
    """The median seconds of several rounds of some work, and its last result."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        result = work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken), result


def load_all(revisions: list[Revision], cassettes: Path) -> list[tuple[Revision, Model, Tape]]:
    """Read every shipped tape."""
    tapes = [
        (revision, model, Tape.load(cassettes, revision.target.id, model.id))
        for revision in revisions
        for model in revision.models
    ]
    return [read for read in tapes if read[2].entries]


@click.command()
@click.option("--rounds", default=3, show_default=True, help="How often each stage is run.")
def main(rounds: int) -> None:
    """Measure reading, judging and rendering of everything shipped."""
    cassettes = resources.folder("cassettes")
    revisions = [chosen.revision for chosen in choose(Selection(), cassettes)]
    importing, probes = timed(1, lambda: loader.load(resources.folder("suites")))
    reading, tapes = timed(rounds, lambda: load_all(revisions, cassettes))

    def judged() -> int:
        return sum(
            len(judge.judge_model(revision, model, revision.rows, probes, tape))
            for revision, model, tape in tapes
        )

    # The first judging also parses bodies and hashes requests, which a tape then remembers.
    cold, cells = timed(1, judged)
    warm, _ = timed(rounds, judged)
    report = judge.make_report(
        judge.judge_target(revision, revision.rows, revision.models, probes, cassettes)
        for revision in revisions
    )
    formats: tuple[render.Format, ...] = ("json", "text", "markdown", "html")
    rendered = {
        name: timed(rounds, functools.partial(render.render, report, name))[0] for name in formats
    }

    exchanges = sum(len(tape.exchanges) for _, _, tape in tapes)
    total = reading + cold
    console = Console()
    console.print(
        f"{cells} cells from {exchanges} exchanges in {total:.2f} s: "
        f"{cells / total:,.0f} cells per second, read and judged "
        f"(Python {platform.python_version()}, {platform.machine()})"
    )
    table = Table("stage", "seconds", "share", "per cell, µs")
    for stage, seconds in (
        ("import suites", importing),
        ("read cassettes", reading),
        ("judge, first time", cold),
        ("judge, again", warm),
        *((f"render {name}", seconds) for name, seconds in rendered.items()),
    ):
        share = f"{seconds / total:.0%}" if stage in ("read cassettes", "judge, first time") else ""
        table.add_row(stage, f"{seconds:.3f}", share, f"{seconds / cells * 1e6:,.0f}")
    console.print(table)


if __name__ == "__main__":
    main()
