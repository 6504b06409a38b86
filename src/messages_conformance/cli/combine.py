"""`combine`: merge the shards of a run, or compare several runs."""

import sys
from pathlib import Path

import click

from messages_conformance.cli.common import (
    EXPECTATIONS,
    FAIL_ON,
    FORMAT,
    Command,
    Failure,
    detail_of,
    load_suites,
    notify,
    print_cut_off,
    print_further_failures,
    print_remarks,
    show,
    verbosity,
    write_reports,
)
from messages_conformance.cli.terminal import busy
from messages_conformance.judging import assess
from messages_conformance.probing.loader import Suites
from messages_conformance.rendering.render import Format
from messages_conformance.report.compare_runs import compare
from messages_conformance.report.merge_shards import missing_shards
from messages_conformance.report.outcome import FailOn
from messages_conformance.report.report import Report
from messages_conformance.runs import folder
from messages_conformance.runs.folder import SavedRun


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
    "compares_runs",
    is_flag=True,
    help="The RUNs are complete runs of the same rows: compare them, and mark flaky rows.",
)
@EXPECTATIONS
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the reports and for all cassettes.  [default: only print]",
)
@FAIL_ON
@FORMAT
@verbosity
def command(
    sources: tuple[Path, ...],
    compares_runs: bool,
    expectations: Path | None,
    output: Path | None,
    fail_on: tuple[FailOn, ...],
    format: Format | None,
    details: bool,
    quiet: bool,
) -> None:
    """Merge the shards of a run, or compare several runs.

    Makes one report of all RUNs. Each RUN is the folder of a run, with its report.json and
    cassettes/, or a report.json alone. Sends no request. With --output, copies all cassettes into
    one folder and writes report.json, report.md and report.html, as 'run' does.

    Rows that need all exchanges of a model (wire/*, client/*) are judged here where shards split
    the model, if the cassettes of all shards are given. Known deviations are matched again.
    Contradictory reports, or reports of different revisions or versions, are rejected.

    With --runs, the RUNs are complete runs, which may contradict each other. The report counts
    how often each row had which behaviour. A row whose behaviour differs is marked flaky, and the
    worst counts for the verdict and the exit code; nothing is averaged, and 'unclear' makes no
    row flaky. Runs are numbered from the oldest; --output keeps each of them as run-1, run-2 and
    so on, beside the report of all.

    \b
    Examples:
      messages-conformance combine shard-1 shard-2 shard-3 --output whole
      messages-conformance combine a/report.json b/report.json --format summary
      messages-conformance combine --runs monday tuesday wednesday --output week

    \b
    Exit codes:
      0  everything judged is as claimed, or is an accepted deviation
      1  a documented claim or a wire rule is broken, or a known deviation is outdated;
         or something that --fail-on names was seen
      2  the RUNs cannot be combined, a shard is missing, or nothing could be judged
    """
    detail = detail_of(details=details, quiet=quiet)
    suites = load_suites()
    runs = [folder.load(source) for source in sources]
    for run in runs:
        if run.cassettes:
            print_cut_off(run.cassettes)
    if compares_runs:
        report = compare(run.report for run in runs)
        if output:
            folder.keep_together(runs, output)
    else:
        report = _merge_shards(runs, suites, output)
    with busy("judging"):
        assessed = assess.reassess(report, suites, expectations)
        if output:
            write_reports(assessed.report, output)
    show(assessed.report, format or "text", detail=detail)
    print_remarks(assessed)
    print_further_failures(assessed.report, fail_on)
    missing = missing_shards(assessed.report)
    if missing:
        notify(f"shard {', '.join(missing)} is missing; combine all shards of the run")
    code = assessed.exit_code(fail_on)
    sys.exit(2 if missing and code == 0 else code)


def _merge_shards(runs: list[SavedRun], suites: Suites, output: Path | None) -> Report:
    """One report of the shards of a run; copies their cassettes together into ``output``."""
    cassettes = output / folder.CASSETTES if output else None
    report = folder.merge_shards(runs, suites)
    recorded = folder.collect_cassettes(run.cassettes for run in runs if run.cassettes)
    exists = bool(cassettes and cassettes.exists() and any(cassettes.iterdir()))
    # The same command again, after it was stopped, finds its own copies.
    if cassettes and exists and not folder.are_copied(recorded, cassettes):
        raise Failure(
            f"{cassettes}: contains other recordings already; name another folder with --output"
        )
    if cassettes and recorded and not exists:
        folder.copy_cassettes(recorded, cassettes)
    return report
