"""`combine`: what several machines recorded and judged, made one."""

import sys
from pathlib import Path

import click

from messages_conformance import assessment, machines
from messages_conformance.cli.common import (
    EXPECTATIONS,
    FORMAT,
    Command,
    Failure,
    load_suites,
    remark,
    show,
    tell,
)
from messages_conformance.report import files
from messages_conformance.report.combine import missing
from messages_conformance.report.render import Format


@click.command("combine", cls=Command)
@click.argument(
    "sources",
    nargs=-1,
    required=True,
    metavar="RUN...",
    type=click.Path(path_type=Path, exists=True),
)
@EXPECTATIONS
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the reports, and for all cassettes together.  [default: only print]",
)
@FORMAT
def command(
    sources: tuple[Path, ...], own: Path | None, output: Path | None, format: Format | None
) -> None:
    """Make one report of several machines' runs.

    Each RUN is the folder of a run, with its report.json and cassettes/, or a report.json
    alone. Asks nothing of any endpoint. With --output, copies all cassettes into one folder and
    writes report.json, report.md and report.html, as 'run' does.

    Rows that look at all exchanges of a model (wire/*, client/*) are judged here for models
    that were split among shards, which takes the cassettes of all shards. Known deviations are
    ruled anew. Refused are reports of other revisions of a page or other versions of the suite,
    and such as contradict each other.

    \b
    Examples:
      messages-conformance combine shard-1 shard-2 shard-3 --output whole
      messages-conformance combine a/report.json b/report.json --format summary

    \b
    Exit codes:
      0  everything judged is as claimed, or accepted
      1  promises broken, or wire rules, or a known deviation is outdated
      2  they cannot be combined, a shard is missing, or nothing could be judged
    """
    cassettes = output / machines.CASSETTES if output else None
    if cassettes and cassettes.exists() and any(cassettes.iterdir()):
        raise Failure(f"{cassettes}: holds recordings already; name another folder with --output")
    suites = load_suites()
    runs = [machines.load(source) for source in sources]
    assessed = assessment.ruled_anew(machines.combined(runs, suites), suites, own)
    if output and cassettes:
        recorded = machines.gathered(run.cassettes for run in runs if run.cassettes)
        if recorded:
            machines.lay_together(recorded, cassettes)
        for name in (machines.REPORT, "report.md", "report.html"):
            show(assessed.report, files.format_of(Path(name)), output / name)
    show(assessed.report, format or "text", None)
    remark(assessed)
    lacking = missing(assessed.report)
    if lacking:
        tell(f"not all is here: shard {', '.join(lacking)} is missing; combine all of them")
    sys.exit(2 if lacking and assessed.exit_code == 0 else assessed.exit_code)
