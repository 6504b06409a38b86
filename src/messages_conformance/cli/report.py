"""`report`: judge recordings, or show a saved report again."""

import json
import sys
from functools import partial
from pathlib import Path

import click

from messages_conformance import assessment, selection, shipped
from messages_conformance.assessment import Assessment
from messages_conformance.cli.common import (
    FORMAT,
    Command,
    Failure,
    choosing,
    load_suites,
    remark,
    show,
)
from messages_conformance.report import files
from messages_conformance.report.document import ReportError, from_document
from messages_conformance.report.render import Format
from messages_conformance.selection import Selection


@click.command("report", cls=Command)
@choosing
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
@FORMAT
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file; without --format its suffix decides: .json .md .html .txt",
)
def command(
    target: str | None,
    series: tuple[str, ...],
    models: tuple[str, ...],
    rows: tuple[str, ...],
    cassettes: Path | None,
    saved: Path | None,
    format: Format | None,
    output: Path | None,
) -> None:
    """Judge recordings and show the matrix.

    Reads the recorded exchanges (cassettes), asks nothing of any endpoint, and prints the
    report, or writes it to --output. Without --target, all targets with recordings are judged.
    Deviations accepted in expectations/<target>.toml are shown, but do not fail.

    \b
    Examples:
      messages-conformance report
      messages-conformance report --series qwen-plus --row 'tool_choice/*'
      messages-conformance report --cassettes runs/NAME/cassettes --output report.html
      messages-conformance report --from report.json --format markdown

    \b
    Exit codes:
      0  everything judged is as claimed, or accepted
      1  promises broken, or wire rules
      2  nothing could be judged, or a mistake in what was asked
    """
    form = format or (files.format_of(output) if output else "text")
    choice = Selection(target, models, series, rows)
    if saved and (cassettes or choice != Selection()):
        raise click.UsageError(
            "--from shows a saved report as it is; leave out --cassettes and what chooses cells"
        )
    assessed = _saved(saved) if saved else _judged(choice, cassettes)
    show(assessed.report, form, output)
    remark(assessed)
    sys.exit(assessed.exit_code)


def _saved(path: Path) -> Assessment:
    try:
        report = from_document(json.loads(path.read_text(encoding="utf-8")))
    except ReportError as problem:
        raise Failure(f"{path}: {problem}") from problem
    except ValueError as problem:
        raise Failure(f"{path}: is not JSON ({problem}); name a report.json") from problem
    return Assessment(report, assessment.accepted())


def _judged(choice: Selection, cassettes: Path | None) -> Assessment:
    root = cassettes or shipped.folder("cassettes")
    chosen = selection.choose(choice, among=partial(selection.is_recorded, root))
    if not any(selection.is_recorded(root, c.revision.target.id) for c in chosen):
        raise Failure(
            f"{root}: holds no recordings{f' of target {choice.target!r}' if choice.target else ''}"
            "; make some with 'messages-conformance run', or name their folder with --cassettes"
        )
    return assessment.assess(chosen, load_suites(), root)
