"""`selftest`: inject every fault into the reference endpoint, and see which rows detect it."""

import contextlib
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from messages_conformance.cli.common import Command, Failure, echo, notify
from messages_conformance.cli.terminal import stderr, stdout
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.files import write_text
from messages_conformance.reference.faults import FAULTS, Fault
from messages_conformance.rendering.render import format_of
from messages_conformance.report.kill_matrix import KillMatrix
from messages_conformance.selftest import render
from messages_conformance.selftest.generated import run_generated, to_text
from messages_conformance.selftest.run import SEEDS, Progress, run_selftest

_FORMATS = ("text", "markdown", "json")


@click.command("selftest", cls=Command)
@click.option(
    "--fault",
    "patterns",
    multiple=True,
    metavar="PATTERN",
    help="Only these faults: 'stop_*'. May be repeated.",
)
@click.option(
    "--row",
    "rows",
    multiple=True,
    metavar="PATTERN",
    help="Only the faults of these rows: 'tool_choice/*'. May be repeated.",
)
@click.option("--list", "listing", is_flag=True, help="List the faults and inject none.")
@click.option(
    "--seeds",
    type=click.IntRange(0, 1000),
    default=SEEDS,
    show_default=True,
    help="With how many seeds the clean endpoints run.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    help="How many processes share the work.  [default: one for each core]",
)
@click.option(
    "--generated",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Instead, inject N faults that nobody wrote: each a named fault or a spoilt answer under "
    "a condition, drawn by --seed; and say how many anything sees.",
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="What --generated draws by.",
)
@click.option("--format", type=click.Choice(_FORMATS), help="How to print or write it.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file; without --format its suffix decides: .json .md .txt",
)
def command(
    patterns: tuple[str, ...],
    rows: tuple[str, ...],
    listing: bool,
    seeds: int,
    jobs: int | None,
    generated: int | None,
    seed: int,
    format: str | None,
    output: Path | None,
) -> None:
    """Test the suite: inject every fault, and see which rows detect it.

    A fault is a named defect, most of them met in the wild. Each is injected into the reference
    endpoint in this process: no socket is opened, and no network is needed. Its row must detect
    it, no other row may fail unless the fault declares it as a side effect, and no row may fail
    on an endpoint without a fault, however its answers are worded.

    \b
    Examples:
      messages-conformance selftest
      messages-conformance selftest --list --row 'tool_choice/*'
      messages-conformance selftest --fault 'stop_*' --seeds 0
      messages-conformance selftest --output selftest/kill-matrix.json
      messages-conformance selftest --generated 300 --seed 1 --jobs 1

    \b
    Exit codes:
      0  every fault was detected by its row, and nothing else failed
      1  a fault was missed, an undeclared row failed, a clean endpoint failed, or a row
         detects nothing
      2  no fault was injected, or wrong usage
    """
    if generated:
        _generate(generated, seed, jobs, output, others=bool(patterns or rows or listing or format))
        return
    chosen = _chosen(patterns, rows)
    if listing:
        for fault in chosen:
            row = f"{fault.row}, {fault.rule}" if fault.rule else fault.row
            click.echo(f"{fault.name}  ({row}; {', '.join(fault.endpoints)})\n    {fault.says}")
        return
    format = format or _format_of(output)
    with _progress() as on_progress:
        matrix = run_selftest(chosen, seeds=seeds, processes=jobs, on_progress=on_progress)
    _write(matrix, format, output)
    if output:
        notify(render.sentence(matrix))
    sys.exit(0 if matrix.has_passed else 1)


def _generate(
    number: int, seed: int, jobs: int | None, output: Path | None, *, others: bool
) -> None:
    """Print the generated figure; exit with 1 where a clean endpoint is accused."""
    if others:
        raise click.UsageError(
            "--generated draws its own faults and prints text: leave out --fault, --row, --list "
            "and --format"
        )
    with _progress() as on_progress:
        power = run_generated(number, seed, processes=jobs, on_progress=on_progress)
    text = to_text(power)
    if output:
        write_text(output, text)
    else:
        click.echo(text, nl=False)
    sys.exit(1 if power.false_alarms else 0)


def _chosen(patterns: tuple[str, ...], rows: tuple[str, ...]) -> tuple[Fault, ...]:
    for what, given, held in (
        ("fault", patterns, [fault.name for fault in FAULTS.values()]),
        ("row of a fault", rows, [fault.row for fault in FAULTS.values()]),
    ):
        for pattern in given:
            if not any(fnmatchcase(name, pattern) for name in held):
                hint = did_you_mean(pattern, held, "'selftest --list' lists them")
                raise Failure(f"no {what} matches {pattern!r}{hint}")
    return tuple(
        fault
        for fault in FAULTS.values()
        if (not patterns or any(fnmatchcase(fault.name, one) for one in patterns))
        and (not rows or any(fnmatchcase(fault.row, one) for one in rows))
    )


def _format_of(output: Path | None) -> str:
    if output is None:
        return "text"
    form = format_of(output)
    if form not in _FORMATS:
        raise Failure(f"{output}: a kill matrix has no such format; end it in .json, .md or .txt")
    return form


def _write(matrix: KillMatrix, form: str, output: Path | None) -> None:
    to = stdout()
    match form:
        case "json":
            text = render.to_json(matrix)
        case "markdown":
            text = render.to_markdown(matrix)
        case _:
            text = render.to_text(matrix, to.width, color=to.color and output is None)
    if output:
        write_text(output, text)
    else:
        echo(text)


@contextlib.contextmanager
def _progress() -> Iterator[Progress | None]:
    """A progress bar on a terminal; nothing elsewhere."""
    if not stderr().is_interactive:
        yield None
        return
    with Bar(
        TextColumn("runs"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    ) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)
