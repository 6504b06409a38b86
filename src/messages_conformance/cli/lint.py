"""`lint`: judge saved answers by the wire rules."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click

from messages_conformance.cli.common import Command, Failure
from messages_conformance.display import one_line
from messages_conformance.lint import text, to_json
from messages_conformance.lint.events import Note, Tally, Unread
from messages_conformance.lint.linter import Options, lint
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.finding import Severity
from messages_conformance.traffic.detect_format import Form
from messages_conformance.traffic.items import json_object


@click.command("lint", cls=Command)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--as",
    "form",
    type=click.Choice(get_args(Form)),
    help="The form of the files.  [default: recognised by their content]",
)
@click.option(
    "--api-version",
    "version",
    type=click.Choice(VERSIONS),
    help="The API version to hold them to.  "
    f"[default: what the saved request asked for, else {VERSIONS[0]}]",
)
@click.option(
    "--severity",
    type=click.Choice([severity.value for severity in Severity]),
    default=Severity.ADVISORY.value,
    help="Tell and count only findings this severe or worse.  [default: all]",
)
@click.option(
    "--request",
    "request_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="The request's JSON body, to judge answers by that were saved without theirs.",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="How to print what is found.",
)
def command(
    files: tuple[str, ...],
    form: Form | None,
    version: str | None,
    severity: str,
    request_file: Path | None,
    format: str,
) -> None:
    """Check saved answers for broken wire rules, without a run.

    Each FILE, or standard input for '-', is one of these, plain or as gzip:

    \b
      sse       an event stream, of any length
      json      the body of one answer
      curl      what 'curl -i' prints, one answer or several
      har       a HAR file of a browser or proxy
      cassette  a vcrpy cassette, of this suite or any other
      jsonl     one JSON object a line: status, headers, body, and perhaps request and path

    Of recordings, only what was asked of a Messages API is judged. Asks nothing of any
    endpoint and writes nothing.

    \b
    Examples:
      curl -isN … | messages-conformance lint -
      messages-conformance lint --request request.json stream.txt
      messages-conformance lint --severity contract --format json *.har cassettes/*.yaml

    \b
    Exit codes:
      0  nothing found, or advisories alone, which are no faults
      1  breaking or contract findings
      2  a file could not be read, or held nothing to judge
    """
    options = Options(form, version, _request(request_file), Severity(severity))
    tally = Tally()
    render = to_json.render if format == "json" else text.render
    for line in render(_told(tally.counted(lint(files, options))), tally):
        click.echo(line)
    if not tally.exchanges and not tally.unread:
        skipped = ", ".join(f"{number} {why}" for why, number in tally.reasons.items())
        raise Failure(
            f"{', '.join(files)}: holds no answer of a Messages API"
            + (f"; skipped: {skipped}" if skipped else "")
        )
    sys.exit(tally.exit_code)


def _told(notes: Iterator[Note]) -> Iterator[Note]:
    """Say at once which file cannot be read, on standard error."""
    for note in notes:
        if isinstance(note, Unread):
            Failure(one_line(str(note))).show()
        yield note


def _request(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    body = json_object(path.read_bytes())
    if body is None:
        raise Failure(f"{path}: is not a JSON object; --request takes the body that was sent")
    return body
