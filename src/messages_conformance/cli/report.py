"""`report`: judge recordings, or show a saved report again."""

import sys
from pathlib import Path

import click

from messages_conformance import resources
from messages_conformance.claims import selection, shards
from messages_conformance.claims.selection import Selection
from messages_conformance.claims.shards import Shard
from messages_conformance.cli.common import (
    EXPECTATIONS,
    FORMAT,
    SHARD,
    Command,
    Failure,
    choosing,
    load_suites,
    remark,
    show,
    tell,
)
from messages_conformance.files import write_text
from messages_conformance.judging import assess, expectations_baseline
from messages_conformance.judging.assess import Assessment
from messages_conformance.rendering.render import Format, format_of
from messages_conformance.runs import folder


@click.command("report", cls=Command)
@choosing
@SHARD
@click.option(
    "--cassettes",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Judge the recordings in this folder.  [default: those that come with the suite]",
)
@click.option(
    "--from",
    "saved",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Show a saved report (JSON) again instead of judging anything.",
)
@EXPECTATIONS
@click.option(
    "--write-expectations",
    "written",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what falls short into a new file, as known deviations for 90 days.",
)
@FORMAT
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file; without --format its suffix decides: .json .md .html .txt .xml",
)
def command(
    targets: tuple[str, ...],
    revision: str | None,
    claims: tuple[Path, ...],
    series: tuple[str, ...],
    models: tuple[str, ...],
    rows: tuple[str, ...],
    part: Shard | None,
    cassettes: Path | None,
    saved: Path | None,
    own: Path | None,
    written: Path | None,
    format: Format | None,
    output: Path | None,
) -> None:
    """Judge recordings and show the matrix.

    Reads the recorded exchanges (cassettes), asks nothing of any endpoint, and prints the
    report, or writes it to --output. Without --target, all targets with recordings are judged;
    each by the revision of its page that it was recorded for, unless --revision names another.

    Known deviations are shown, but do not fail; they come from expectations/<target>.toml of
    the suite, or from your own --expectations. A saved report keeps those it was made with,
    unless it is given others. docs/ci.md tells how to use all this in a CI.

    \b
    Examples:
      messages-conformance report
      messages-conformance report --target model-studio --revision 2026-09-02
      messages-conformance report --series qwen-plus --row 'tool_choice/*'
      messages-conformance report --cassettes runs/NAME/cassettes --output report.html
      messages-conformance report --from report.json --write-expectations known.toml
      messages-conformance report --from report.json --expectations known.toml --format summary

    \b
    Exit codes:
      0  everything judged is as claimed, or accepted
      1  promises broken, or wire rules, or a known deviation is outdated
      2  nothing could be judged, or a mistake in what was asked
    """
    form = format or (format_of(output) if output else "text")
    choice = Selection(targets, models, series, rows, revision, claims)
    if saved and (cassettes or part or choice != Selection()):
        raise click.UsageError(
            "--from shows a saved report as it is; leave out --cassettes, --shard and what "
            "chooses cells"
        )
    if written and written.exists():
        raise Failure(f"{written}: is there already; move it away, or name another file")
    assessed = _saved(saved, own) if saved else _judged(choice, cassettes, own, part)
    if written:
        _write_expectations(written, assessed, own)
    show(assessed.report, form, output)
    remark(assessed)
    sys.exit(assessed.exit_code)


def _saved(path: Path, own: Path | None) -> Assessment:
    report = folder.read_report(path)
    return assess.reassess(report, load_suites(), own) if own else Assessment(report)


def _judged(
    choice: Selection, cassettes: Path | None, own: Path | None, part: Shard | None
) -> Assessment:
    root = cassettes or resources.folder("cassettes")
    chosen = selection.choose(choice, root)
    bare = [c for c in chosen if not selection.is_recorded(root, c.revision.target.id)]
    if len(bare) == len(chosen):
        of = f" of target {' or '.join(map(repr, choice.targets))}" if choice.targets else ""
        raise Failure(
            f"{root}: holds no recordings{of}; make some with 'messages-conformance run', "
            "or name their folder with --cassettes"
        )
    for one in bare:
        tell(f"{root}: holds no recordings of target {one.revision.target.id!r}: unmeasured")
    suites = load_suites()
    known = assess.load_expectations([c.revision for c in chosen], suites, own)
    if part:
        chosen = shards.shard(chosen, part)
    return assess.assess(chosen, suites, root, expectations=known, shard=part)


def _write_expectations(path: Path, assessed: Assessment, own: Path | None) -> None:
    targets = assessed.report.targets
    if len(targets) != 1:
        ids = ", ".join(target.revision.target.id for target in targets) or "none"
        raise Failure(
            f"{path}: a file of expectations is about one target; choose it with --target "
            f"(this report is about: {ids})"
        )
    (revision,) = assess.full_revisions(targets)
    known = assess.load_expectations([revision], load_suites(), own)[revision.target.id]
    today = assess.today()
    deviations = expectations_baseline.baseline(targets[0], known, today)
    write_text(path, expectations_baseline.to_toml(targets[0], deviations, today))
    tell(
        f"{path}: {len(deviations)} known deviations; fill in the reasons, "
        f"and use it with --expectations {path}"
    )
