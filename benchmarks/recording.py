"""How close a run comes to the ideal time, and how much memory it needs.

    python benchmarks/recording.py [--concurrency N …] [--models N …] [--delay SECONDS]

Records all ordinary rows from the reference endpoint, over real sockets, each run in its own
process. Every answer is delayed, so a run takes at least requests × delay ÷ concurrency. Prints how
much longer it takes, from the first request to the last cassette. Nothing is asserted.
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from messages_conformance import reference, resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Revision
from messages_conformance.claims.selection import Chosen
from messages_conformance.probing import loader
from messages_conformance.recording import recorder
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.recording.recorder import RecordingOptions

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from support.serving import PROCESSES, serving

KEY = "key-of-the-reference"


def target() -> Revision:
    """The target with the most models."""
    return library.shipped("model-studio", "2025-11-13")


def serve(port: int, delay: float) -> None:
    """Run the reference endpoint."""
    reference.serve(reference.app(target(), key=KEY, delay=delay), port=port)


def run(url: str, number: int, concurrency: int, costly: bool) -> tuple[int, int, float, float]:
    """Record some models; returns requests, retries, seconds, and peak memory in MB."""
    revision = target()
    probes = loader.load(resources.folder("suites"))
    opted_in = frozenset({"error/413"} if costly else ())
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = asyncio.run(
            recorder.record(
                (Chosen(revision, revision.models[:number], revision.rows),),
                probes,
                Endpoint(url, KEY),
                Path(folder),
                RecordingOptions(opted_in=opted_in, rate_limit=RateLimit(concurrency)),
            )
        )
        seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1 if sys.platform == "darwin" else 1024
    )
    sent, again = sum(d.sent for d in done), sum(d.superseded for d in done)
    return sent, again, seconds, peak / (1024 if sys.platform == "darwin" else 1)


@click.command()
@click.option("--concurrency", multiple=True, type=int, default=(4, 8, 16, 32))
@click.option("--models", multiple=True, type=int, default=(5, 13), help="How many models.")
@click.option("--delay", default=0.3, show_default=True, help="Delay of every answer in seconds.")
@click.option("--costly", is_flag=True, help="Also send the request of 33 MB, for its memory.")
def main(concurrency: tuple[int, ...], models: tuple[int, ...], delay: float, costly: bool) -> None:
    """Measure runs of several models at several concurrencies."""
    table = Table(
        "models", "in flight", "requests", "retries", "ideal, s", "actual, s", "ratio", "MB"
    )
    with serving(serve, delay) as url:
        for number in models:
            for at_once in concurrency:
                with PROCESSES.Pool(1) as pool:
                    sent, again, seconds, peak = pool.apply(run, (url, number, at_once, costly))
                ideal = sent * delay / at_once
                figures = (number, at_once, sent, again)
                table.add_row(
                    *map(str, figures),
                    f"{ideal:.1f}",
                    f"{seconds:.1f}",
                    f"{seconds / ideal:.2f}",
                    f"{peak:.0f}",
                )
    console = Console()
    console.print(f"every answer delayed by {delay} s, {os.cpu_count()} processors")
    console.print(table)


if __name__ == "__main__":
    main()
