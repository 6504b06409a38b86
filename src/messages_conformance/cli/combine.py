"""`combine`: what several machines, or several runs, recorded and judged, made one."""

import sys
from pathlib import Path

import click

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
from messages_conformance.judging import assess
from messages_conformance.probing.loader import Suites
from messages_conformance.rendering.render import Format, format_of
from messages_conformance.report.compare_runs import compare
from messages_conformance.report.merge_shards import missing_shards
from messages_conformance.report.report import Report
from messages_conformance.runs import folder


@click.command("combine", cls=Command)
@click.argument(
    "sources",
    nargs=-1,
    required=True,
    metavar="RUN...",
    type=click.Path(path_type=Path, exists=True),
)
@click.option(
    "--runs",
    "repeated",
    is_flag=True,
    help="They are whole runs of the same things, on different days: mark what flips.",
)
@EXPECTATIONS
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the reports, and for all cassettes together.  [default: only print]",
)
@FORMAT
def command(
    sources: tuple[Path, ...],
    repeated: bool,
    own: Path | None,
    output: Path | None,
    format: Format | None,
) -> None:
    """Make one report of several machines' runs, or of several days'.

    Each RUN is the folder of a run, with its report.json and cassettes/, or a report.json
    alone. Asks nothing of any endpoint. With --output, copies all cassettes into one folder and
    writes report.json, report.md and report.html, as 'run' does.

    Rows that look at all exchanges of a model (wire/*, client/*) are judged here for models
    that were split among shards, which takes the cassettes of all shards. Known deviations are
    ruled anew. Refused are reports of other revisions of a page or other versions of the suite,
    and such as contradict each other.

    With --runs the RUNs are whole runs that may contradict each other. Each row says how often it
    came out how; where that differs it is marked flaky, and the worst of what was judged counts,
    for the verdict and the exit code: nothing is averaged. Unclear is no flip. Runs are numbered
    by age; with --output each is kept as run-1, run-2, and so on, beside the report of all.

    \b
    Examples:
      messages-conformance combine shard-1 shard-2 shard-3 --output whole
      messages-conformance combine a/report.json b/report.json --format summary
      messages-conformance combine --runs monday tuesday wednesday --output week

    \b
    Exit codes:
      0  everything judged is as claimed, or accepted
      1  promises broken, or wire rules, or a known deviation is outdated
      2  they cannot be combined, a shard is missing, or nothing could be judged
    """
    suites = load_suites()
    runs = [folder.load(source) for source in sources]
    if repeated:
        report = compare(run.report for run in runs)
        if output:
            folder.lay_beside(runs, output)
    else:
        report = _of_machines(runs, suites, output)
    assessed = assess.reassess(report, suites, own)
    if output:
        for name in (folder.REPORT, "report.md", "report.html"):
            show(assessed.report, format_of(Path(name)), output / name)
    show(assessed.report, format or "text", None)
    remark(assessed)
    lacking = missing_shards(assessed.report)
    if lacking:
        tell(f"not all is here: shard {', '.join(lacking)} is missing; combine all of them")
    sys.exit(2 if lacking and assessed.exit_code == 0 else assessed.exit_code)


def _of_machines(runs: list[folder.Run], suites: Suites, output: Path | None) -> Report:
    """One report of parts of a run, their cassettes laid together where an output is named."""
    cassettes = output / folder.CASSETTES if output else None
    if cassettes and cassettes.exists() and any(cassettes.iterdir()):
        raise Failure(f"{cassettes}: holds recordings already; name another folder with --output")
    report = folder.combined(runs, suites)
    recorded = folder.gathered(run.cassettes for run in runs if run.cassettes)
    if cassettes and recorded:
        folder.lay_together(recorded, cassettes)
    return report
