"""`lint`: check saved answers by the wire rules."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click

from messages_conformance.cli.common import Command, Failure
from messages_conformance.display import one_line
from messages_conformance.files import read_text
from messages_conformance.lint import text, to_json
from messages_conformance.lint.events import FileUnreadable, LintCounts, LintEvent
from messages_conformance.lint.linter import LintOptions, lint
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.finding import Severity
from messages_conformance.traffic.detect_format import FileFormat
from messages_conformance.traffic.items import json_object


@click.command("lint", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--as",
    "format",
    type=click.Choice(get_args(FileFormat)),
    help="The format of the files.  [default: detected from their content]",
)
@click.option(
    "--api-version",
    "version",
    type=click.Choice(VERSIONS),
    help="The API version whose rules apply.  "
    f"[default: the version in the saved request, else {VERSIONS[0]}]",
)
@click.option(
    "--fail-on",
    "fail_on",
    type=click.Choice([Severity.ADVISORY]),
    help="Exit with 1 for advisories as well.",
)
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.ADVISORY.value,
    help="Report and count only findings of this severity or worse.  [default: all]",
)
@click.option(
    "--request",
    "request_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="The JSON body of the request, for answers that were saved without it.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="The format of the output.",
)
def command(
    files: tuple[str, ...],
    format: FileFormat | None,
    version: str | None,
    fail_on: Severity | None,
    severity: str,
    request_file: Path | None,
    output_format: str,
) -> None:
    """Check saved answers for broken wire rules, without a run.

    Each FILE, or standard input for '-', is one of these, plain or as gzip:

    \b
      sse       an event stream, of any length
      json      the body of one answer
      curl      what 'curl -i' prints, one answer or several
      har       a HAR file of a browser or proxy
      cassette  a vcrpy cassette, of this suite or any other
      jsonl     one JSON object a line: status, headers, body, and perhaps request and path;
                or the body of an answer; or the data of an event

    In recordings, only requests to a Messages API are checked. Sends no request and writes no
    file.

    \b
    Examples:
      curl -isN … | messages-conformance lint -
      messages-conformance lint --request request.json stream.txt
      messages-conformance lint --severity contract --format json *.har cassettes/*.yaml

    \b
    Exit codes:
      0  no findings, or only advisories, which are no failures
      1  breaking or contract findings
      2  a file could not be read, or has nothing to check
    """
    options = LintOptions(format, version, _request(request_file), Severity(severity))
    counts = LintCounts()
    render = to_json.render if output_format == "json" else text.render
    for line in render(_show_unreadable(counts.count(lint(files, options))), counts):
        click.echo(line)
    if not counts.exchanges and not counts.unreadable:
        skipped = ", ".join(f"{number} {why}" for why, number in counts.reasons.items())
        raise Failure(
            f"{', '.join(files)}: has no answer of a Messages API"
            + (f"; skipped: {skipped}" if skipped else "")
        )
    sys.exit(counts.exit_code(fail_on_advisories=bool(fail_on)))


def _show_unreadable(events: Iterator[LintEvent]) -> Iterator[LintEvent]:
    """Report a file that cannot be read at once, on standard error."""
    for event in events:
        if isinstance(event, FileUnreadable):
            Failure(one_line(str(event))).show()
        yield event


def _request(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        body = json_object(read_text(path))
    except UnicodeDecodeError as problem:
        raise Failure(f"{path}: is not UTF-8 text ({problem})") from problem
    if body is None:
        raise Failure(f"{path}: is not a JSON object; --request takes the body of the request")
    return body
