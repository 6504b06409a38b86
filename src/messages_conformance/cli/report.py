"""`report`: judge recordings, or print a saved report."""

import sys
from pathlib import Path

import click

from messages_conformance import resources
from messages_conformance.claims import selection, shards
from messages_conformance.claims.selection import Chosen, Selection
from messages_conformance.claims.shards import Shard
from messages_conformance.cli.common import (
    CLIENTS,
    EXPECTATIONS,
    FAIL_ON,
    FORMAT,
    SHARD,
    Command,
    Failure,
    detail_of,
    load_suites,
    notify,
    print_cut_off,
    print_further_failures,
    print_remarks,
    selection_options,
    show,
    verbosity,
    with_clients,
)
from messages_conformance.cli.terminal import busy
from messages_conformance.display import plural
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.files import write_text
from messages_conformance.judging import ahead, assess, expectations_baseline
from messages_conformance.judging.assess import Assessment
from messages_conformance.rendering.render import Format, format_of
from messages_conformance.report.choose import choose
from messages_conformance.report.outcome import FailOn
from messages_conformance.runs import folder


@click.command("report", cls=Command)
@selection_options
@SHARD
@click.option(
    "--cassettes",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Judge the recordings in this folder.  [default: those shipped with the suite]",
)
@click.option(
    "--from",
    "saved",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Print this saved report (JSON) instead of judging recordings.",
)
@CLIENTS
@EXPECTATIONS
@click.option(
    "--write-expectations",
    "baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write all failures to a new file, as known deviations for 90 days.",
)
@FAIL_ON
@FORMAT
@verbosity
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file; its suffix sets the format: .json .md .html .txt .xml .csv",
)
def command(
    targets: tuple[str, ...],
    revision: str | None,
    claims: tuple[Path, ...],
    series: tuple[str, ...],
    models: tuple[str, ...],
    rows: tuple[str, ...],
    shard: Shard | None,
    cassettes: Path | None,
    saved: Path | None,
    clients: tuple[str, ...],
    expectations: Path | None,
    baseline: Path | None,
    fail_on: tuple[FailOn, ...],
    format: Format | None,
    details: bool,
    quiet: bool,
    output: Path | None,
) -> None:
    """Judge recordings, and print what falls short and the matrix.

    Reads the recorded exchanges (cassettes), sends no request, and prints the report, or writes
    it to --output. The text has the problems by cause, what to do about them, every row, and at
    its end what it comes to; --details has everything.

    Without --target, all targets with recordings are judged; each by the revision of its page that
    the recordings are for, unless --revision names another.

    Known deviations are shown but do not fail. They come from expectations/<target>.toml of the
    suite, or from your own --expectations. A saved report keeps the deviations it was made with,
    unless --expectations replaces them. docs/ci.md explains the use in CI.

    \b
    Examples:
      messages-conformance report
      messages-conformance report --target model-studio --revision 2026-09-02
      messages-conformance report --series qwen-plus --row 'tool_choice/*'
      messages-conformance report --cassettes runs/NAME/cassettes --output report.html
      messages-conformance report --client python-sdk@0.39.0 --client typescript-sdk
      messages-conformance report --from report.json --write-expectations known.toml
      messages-conformance report --from report.json --expectations known.toml --format summary

    \b
    Exit codes:
      0  everything judged is as claimed, or is an accepted deviation
      1  a documented claim or a wire rule is broken, or a known deviation is outdated;
         or something that --fail-on names was seen
      2  nothing could be judged, or wrong usage
    """
    detail = detail_of(details=details, quiet=quiet)
    format = format or (format_of(output) if output else "text")
    choice = Selection(targets, models, series, rows, revision, claims)
    if saved and (cassettes or shard or revision or claims or clients):
        raise click.UsageError(
            "--from prints what was judged before; leave out --cassettes, --shard, --revision, "
            "--claims and --client"
        )
    if baseline and baseline.exists():
        raise Failure(f"{baseline}: exists already; move it away, or name another file")
    if saved:
        assessed = _load(saved, choice, expectations)
    else:
        assessed = _judge(choice, cassettes, expectations, shard, clients)
    if baseline:
        _write_baseline(baseline, assessed, expectations)
    show(assessed.report, format, output, detail)
    print_remarks(assessed)
    print_further_failures(assessed.report, fail_on)
    if output:
        notify(f"the report is in {output}")
    elif format == "text" and detail == "brief":
        notify(
            "everything: add --details; as a page: --output report.html; one row: 'explain ROW'; "
            "one exchange: 'show RUN ROW'"
        )
    sys.exit(assessed.exit_code(fail_on))


def _load(path: Path, choice: Selection, expectations: Path | None) -> Assessment:
    whole = folder.read_report(path)
    report = choose(whole, choice.models, choice.rows, targets=choice.targets, series=choice.series)
    if whole.targets and not report.targets:
        names = {
            *(target.revision.target.id for target in whole.targets),
            *(model.id for target in whole.targets for model in target.models),
            *(judged.row_id for target in whole.targets for judged in target.judged),
        }
        asked = [*choice.targets, *choice.models, *choice.series, *choice.rows]
        hints = (did_you_mean(name, names) for name in asked if name not in names)
        raise Failure(f"{path}: has nothing of what was chosen{next(filter(None, hints), '')}")
    if expectations is None:
        return Assessment(report)
    return assess.reassess(report, load_suites(), expectations)


def _judge(
    choice: Selection,
    cassettes: Path | None,
    expectations: Path | None,
    shard: Shard | None,
    clients: tuple[str, ...],
) -> Assessment:
    root = cassettes or resources.folder("cassettes")
    with busy("reading claims"):
        chosen = _choose(choice, root, clients)
        suites = load_suites(clients)
        known = assess.load_expectations([c.revision for c in chosen], suites, expectations)
    if shard:
        chosen = shards.shard(chosen, shard)
    # What shows that something is going on is a thread, and no process is doubled with one.
    ahead.judge_on_all_cores(ahead.Work(chosen, suites, root), busy("judging recordings"))
    with busy("judging recordings"):
        return assess.assess(chosen, suites, root, expectations=known, shard=shard)


def _choose(choice: Selection, root: Path, clients: tuple[str, ...]) -> tuple[Chosen, ...]:
    """What is to be judged, and is recorded in a folder."""
    chosen = selection.choose(with_clients(choice, clients), root)
    if not (choice.models or choice.series or choice.revision):
        chosen = selection.only_recorded(chosen, root)
    ids = [one.revision.target.id for one in chosen]
    unrecorded = [id for id in ids if not selection.is_recorded(root, id)]
    if len(unrecorded) == len(ids):
        of = f" of target {' or '.join(map(repr, choice.targets))}" if choice.targets else ""
        raise Failure(
            f"{root}: contains no recordings{of}; make some with "
            "'messages-conformance run', or name their folder with --cassettes"
        )
    for id in unrecorded:
        notify(f"{root}: contains no recordings of target {id!r}: all its rows are unmeasured")
    print_cut_off(root)
    return chosen


def _write_baseline(path: Path, assessed: Assessment, expectations: Path | None) -> None:
    """Write the failures of a report to a file of known deviations."""
    targets = assessed.report.targets
    if len(targets) != 1:
        ids = ", ".join(target.revision.target.id for target in targets) or "none"
        raise Failure(
            f"{path}: a file of known deviations is about one target; choose it with --target "
            f"(this report is about: {ids})"
        )
    (revision,) = assess.full_revisions(targets)
    known = assess.load_expectations([revision], load_suites(), expectations)[revision.target.id]
    today = assess.today()
    deviations = expectations_baseline.baseline(targets[0], known, today)
    write_text(path, expectations_baseline.to_toml(targets[0], deviations, today))
    notify(
        f"{path}: {plural(len(deviations), 'known deviation')}; fill in the reasons, "
        f"and use it with --expectations {path}"
    )
