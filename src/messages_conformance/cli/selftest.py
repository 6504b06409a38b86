"""`selftest`: every fault let loose on the reference endpoint, and which rows say so."""

import contextlib
import shutil
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from messages_conformance.cli.common import Command, Failure, notify
from messages_conformance.files import write_text
from messages_conformance.reference.faults import FAULTS, Fault
from messages_conformance.rendering.render import format_of
from messages_conformance.report.kill_matrix import KillMatrix
from messages_conformance.selftest import render
from messages_conformance.selftest.run import SEEDS, Progress, inject

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
    help="Only faults that these rows are to catch: 'tool_choice/*'. May be repeated.",
)
@click.option("--list", "listing", is_flag=True, help="List the faults and let none loose.")
@click.option(
    "--seeds",
    type=click.IntRange(0, 1000),
    default=SEEDS,
    show_default=True,
    help="Wordings under which the clean endpoints must come out clean.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    help="Processes that share the work.  [default: one for each core]",
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
    format: str | None,
    output: Path | None,
) -> None:
    """Prove the suite: let every fault loose, and see which rows notice.

    Each fault is a named sin that was met in the wild, put into the reference endpoint in this
    process; no socket is opened and no network needed. A fault must be caught by the row it
    belongs to, and the endpoints without any fault must come out clean, whatever the wording of
    their answers. What turns besides is told as undeclared.

    \b
    Examples:
      messages-conformance selftest
      messages-conformance selftest --list --row 'tool_choice/*'
      messages-conformance selftest --fault 'stop_*' --seeds 0
      messages-conformance selftest --output selftest/kill-matrix.json

    \b
    Exit codes:
      0  every fault was caught, and nobody was accused falsely
      1  a fault was not caught, a clean endpoint came out red, or a row detects nothing
      2  nothing was let loose, or a mistake in what was asked
    """
    chosen = _chosen(patterns, rows)
    if listing:
        for fault in chosen:
            due = f"{fault.row}, {fault.rule}" if fault.rule else fault.row
            click.echo(f"{fault.name}  ({due}; {', '.join(fault.worlds)})\n    {fault.says}")
        return
    form = format or _format_of(output)
    with _progress() as on_progress:
        matrix = inject(chosen, seeds=seeds, processes=jobs, on_progress=on_progress)
    _put(matrix, form, output)
    if output:
        notify(render.sentence(matrix))
    sys.exit(0 if matrix.holds and not matrix.detects_nothing else 1)


def _chosen(patterns: tuple[str, ...], rows: tuple[str, ...]) -> tuple[Fault, ...]:
    for what, given, held in (
        ("fault", patterns, [fault.name for fault in FAULTS.values()]),
        ("row of a fault", rows, [fault.row for fault in FAULTS.values()]),
    ):
        for pattern in given:
            if not any(fnmatchcase(name, pattern) for name in held):
                raise Failure(f"no {what} matches {pattern!r}; 'selftest --list' lists them")
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
        raise Failure(f"{output}: a kill matrix has no such form; end it in .json, .md or .txt")
    return form


def _put(matrix: KillMatrix, form: str, output: Path | None) -> None:
    terminal = sys.stdout.isatty() and output is None
    width = shutil.get_terminal_size().columns if terminal else None
    match form:
        case "json":
            told = render.to_json(matrix)
        case "markdown":
            told = render.to_markdown(matrix)
        case _:
            told = render.to_text(matrix, width, color=terminal)
    if output:
        write_text(output, told)
    else:
        click.echo(told, nl=False)


@contextlib.contextmanager
def _progress() -> Iterator[Progress | None]:
    """A bar on a terminal; elsewhere nothing, as it takes a minute or two."""
    if not sys.stderr.isatty():
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
