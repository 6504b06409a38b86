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
from messages_conformance.selftest.dry_run import run_suites, shipped_suites
from messages_conformance.selftest.run import (
    CLEAN_ENDPOINTS,
    SEEDS,
    clean_endpoint,
    run_selftest,
)


@click.command()
@click.option("--jobs", type=int, help="Processes.  [default: one for each core]")
@click.option("--seeds", default=SEEDS, show_default=True)
@click.option("--rounds", default=5, show_default=True, help="Runs of each clean endpoint.")
def main(jobs: int | None, seeds: int, rounds: int) -> None:
    """Measure the selftest."""
    console = Console()
    suites = shipped_suites()
    table = Table("clean endpoint", "requests", "rows", "median, s", "per request, ms")
    for name in CLEAN_ENDPOINTS:
        clean = clean_endpoint(name)
        run_suites(clean, clean.stages, suites)  # The first run also fills the caches.
        taken = []
        for seed in range(rounds):
            began = time.perf_counter()
            result = run_suites(clean, clean.stages, suites, seed=seed)
            taken.append(time.perf_counter() - began)
        median = statistics.median(taken)
        table.add_row(
            name,
            str(result.requests),
            str(len(result.judged)),
            f"{median:.3f}",
            f"{median / result.requests * 1e3:.2f}",
        )
    console.print(table)
    matrix = run_selftest(seeds=seeds, processes=jobs)
    runs = len(matrix.trials) + sum(clean.seeds for clean in matrix.clean_endpoints)
    console.print(render.sentence(matrix), highlight=False)
    console.print(
        f"{runs} runs, {matrix.seconds / runs * 1e3:.0f} ms each "
        f"(Python {platform.python_version()}, {platform.machine()})"
    )


if __name__ == "__main__":
    main()
