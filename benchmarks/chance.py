"""What an uncooperative model does to a run: false alarms, and the cost.

    python benchmarks/chance.py [--runs N] [--cooperation SHARE] [--jobs N] [--not-repeating]

Runs all suites in process over clean endpoints whose model does as instructed only with a
certain probability, each run with a seed of its own. Every failed row is a false alarm, as the
endpoint keeps all its promises. Prints them by row, how often each row was unclear, and requests
and output tokens per run and per row. Nothing is asserted here; `tests/test_stats.py` does that.
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
from messages_conformance.selftest.false_alarms import UncooperativeRun, run_uncooperative_seeds
from messages_conformance.selftest.run import CLEAN_ENDPOINTS
from messages_conformance.verdict import Kind

DEFAULT = ("documented", "strict")


@click.command()
@click.option("--runs", default=50, show_default=True, help="Seeds of each clean endpoint.")
@click.option("--cooperation", default=0.8, show_default=True, type=click.FloatRange(0, 1))
@click.option("--not-repeating", is_flag=True, help="Equal greedy requests may differ too.")
@click.option("--jobs", type=int, help="Processes.  [default: one for each core]")
@click.option(
    "--endpoint",
    "endpoints",
    multiple=True,
    type=click.Choice(tuple(CLEAN_ENDPOINTS)),
    default=DEFAULT,
)
def main(
    runs: int, cooperation: float, not_repeating: bool, jobs: int | None, endpoints: tuple[str, ...]
) -> None:
    """Measure what chance does to a run."""
    console = Console(soft_wrap=True, highlight=False)
    for name in endpoints:
        began = time.perf_counter()
        model = Cooperation(cooperation, repeats=not not_repeating)
        taken = run_uncooperative_seeds(name, range(1, runs + 1), model, processes=jobs)
        seconds = time.perf_counter() - began
        show(console, name, taken)
        console.print(
            f"{runs} runs in {seconds:.0f} s, at {cooperation:.0%} cooperation "
            f"(Python {platform.python_version()}, {platform.machine()})\n"
        )


def show(console: Console, name: str, taken: Sequence[UncooperativeRun]) -> None:
    """Print the results of the runs of one endpoint."""
    simulated = CLEAN_ENDPOINTS[name]
    alarms: dict[str, list[tuple[int, str]]] = defaultdict(list)
    unclear: Counter[str] = Counter()
    for run in taken:
        for one in run.false_alarms:
            alarms[one.row].append((run.seed, one.summary))
        unclear.update(one.row for one in run.rows if one.kind is Kind.UNCLEAR)
    measured = [sum(one.kind is not Kind.UNMEASURED for one in run.rows) for run in taken]
    console.print(
        f"[bold]{name}[/]: {simulated.target}, {simulated.model}: "
        f"{sum(map(len, alarms.values()))} false alarms in {len(taken)} runs, on {len(alarms)} "
        f"rows; {sum(unclear.values()) / sum(measured):.2%} of cells unclear"
    )
    for row, times in sorted(alarms.items(), key=lambda entry: -len(entry[1])):
        console.print(f"  FALSE ALARM {row}: {len(times)} of {len(taken)}")
        for summary, seeds in _by_summary(times):
            console.print(f"      seed {', '.join(map(str, seeds))}: {summary}", markup=False)
    shares = Table("row", "unclear", title="unclear", title_justify="left")
    for row, times_unclear in unclear.most_common():
        shares.add_row(row, f"{times_unclear / len(taken):.0%}")
    console.print(shares)
    requests = statistics.mean(run.requests for run in taken)
    tokens = statistics.mean(run.output_tokens for run in taken)
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
