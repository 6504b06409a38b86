"""What an uncooperative model does to a run: wrong red cells, unclear rows, and the cost.

    python benchmarks/chance.py [--runs N] [--cooperation SHARE] [--jobs N] [--fickle]

Runs the whole suite, in this process, over clean endpoints of the reference whose model does as
instructed only in a share of cases; each run has a seed of its own. The endpoint keeps all its
promises, so every red cell is wrong. Prints them by row, how often each row was unclear, and the
requests and output tokens per run and per row. Asserts nothing; `tests/reference/` does.
"""

import platform
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table

from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.selftest.false_alarms import Mood, moods
from messages_conformance.selftest.run import WORLDS
from messages_conformance.verdict import Kind

USUAL = ("documented", "strict")


@click.command()
@click.option("--runs", default=50, show_default=True, help="Seeds of each clean endpoint.")
@click.option("--cooperation", default=0.8, show_default=True, type=click.FloatRange(0, 1))
@click.option("--fickle", is_flag=True, help="Let greedy answers vary too.")
@click.option("--jobs", type=int, help="Processes; by default one for each core.")
@click.option("--world", "worlds", multiple=True, type=click.Choice(tuple(WORLDS)), default=USUAL)
def main(
    runs: int, cooperation: float, fickle: bool, jobs: int | None, worlds: tuple[str, ...]
) -> None:
    """Measure what chance does to a run."""
    console = Console(soft_wrap=True, highlight=False)
    for world in worlds:
        began = time.perf_counter()
        model = Cooperation(cooperation, repeats=not fickle)
        taken = moods(world, range(1, runs + 1), model, processes=jobs)
        seconds = time.perf_counter() - began
        show(console, world, taken)
        console.print(
            f"{runs} runs in {seconds:.0f} s, at {cooperation:.0%} cooperation "
            f"(Python {platform.python_version()}, {platform.machine()})\n"
        )


def show(console: Console, world: str, taken: Sequence[Mood]) -> None:
    """Print the results of all runs of one endpoint."""
    place = WORLDS[world]
    reds: dict[str, list[tuple[int, str]]] = defaultdict(list)
    unclear: Counter[str] = Counter()
    for mood in taken:
        for one in mood.red:
            reds[one.row].append((mood.seed, one.summary))
        unclear.update(one.row for one in mood.rows if one.kind is Kind.UNCLEAR)
    measured = [sum(one.kind is not Kind.UNMEASURED for one in mood.rows) for mood in taken]
    console.print(
        f"[bold]{world}[/]: {place.target}, {place.model}: {sum(map(len, reds.values()))} wrong "
        f"reds in {len(taken)} runs, on {len(reds)} rows; "
        f"{sum(unclear.values()) / sum(measured):.2%} of cells unclear"
    )
    for row, times in sorted(reds.items(), key=lambda told: -len(told[1])):
        console.print(f"  RED {row}: {len(times)} of {len(taken)}")
        for summary, seeds in _by_summary(times):
            console.print(f"      seed {', '.join(map(str, seeds))}: {summary}", markup=False)
    shares = Table("row", "unclear", title="unclear", title_justify="left")
    for row, times_unclear in unclear.most_common():
        shares.add_row(row, f"{times_unclear / len(taken):.0%}")
    console.print(shares)
    requests = statistics.mean(mood.requests for mood in taken)
    tokens = statistics.mean(mood.output_tokens for mood in taken)
    rows = statistics.mean(measured)
    console.print(
        f"{requests:.1f} requests and {tokens:,.0f} output tokens a run; "
        f"{requests / rows:.2f} and {tokens / rows:.1f} for each of {rows:.0f} rows"
    )


def _by_summary(times: list[tuple[int, str]]) -> list[tuple[str, list[int]]]:
    grouped: dict[str, list[int]] = defaultdict(list)
    for seed, summary in times:
        grouped[summary].append(seed)
    return list(grouped.items())


if __name__ == "__main__":
    main()
