"""How long the selftest takes, and what one run in it costs.

    python benchmarks/selftest.py [--jobs N] [--seeds N]

Prints the time of the whole kill matrix, and for each clean endpoint the median of several runs in
one process. Asserts nothing: run it before and after a change, on the same machine, and compare.
"""

import platform
import statistics
import time

import click
from rich.console import Console
from rich.table import Table

from messages_conformance.selftest import render
from messages_conformance.selftest.dry_run import rehearse, shipped_suites
from messages_conformance.selftest.run import SEEDS, WORLDS, inject, world_of


@click.command()
@click.option("--jobs", type=int, help="Processes; by default one for each core.")
@click.option("--seeds", default=SEEDS, show_default=True)
@click.option("--rounds", default=5, show_default=True, help="Runs of each clean endpoint.")
def main(jobs: int | None, seeds: int, rounds: int) -> None:
    """Measure the selftest."""
    console = Console()
    probes = shipped_suites()
    table = Table("clean endpoint", "requests", "rows", "median, s", "per request, ms")
    for name in WORLDS:
        world = world_of(name)
        rehearse(world, world.stages, probes)  # The first run also fills the caches.
        taken = []
        for seed in range(rounds):
            began = time.perf_counter()
            outcome = rehearse(world, world.stages, probes, seed=seed)
            taken.append(time.perf_counter() - began)
        median = statistics.median(taken)
        table.add_row(
            name,
            str(outcome.requests),
            str(len(outcome.cells) + len(outcome.observations)),
            f"{median:.3f}",
            f"{median / outcome.requests * 1e3:.2f}",
        )
    console.print(table)
    matrix = inject(seeds=seeds, processes=jobs)
    runs = len(matrix.trials) + sum(clean.seeds for clean in matrix.clean)
    console.print(render.sentence(matrix), highlight=False)
    console.print(
        f"{runs} runs, {matrix.seconds / runs * 1e3:.0f} ms each "
        f"(Python {platform.python_version()}, {platform.machine()})"
    )


if __name__ == "__main__":
    main()
