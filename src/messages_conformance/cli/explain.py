"""`explain`: what a row means, and what to do where it falls short."""

import json
from pathlib import Path

import click

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.cli.common import CLAIMS, TARGETS, Command, Failure, echo, load_suites
from messages_conformance.cli.terminal import busy, stdout
from messages_conformance.display import json_text
from messages_conformance.planning import explanation, explanation_text
from messages_conformance.report import kill_matrix, shipped_kill_matrix
from messages_conformance.rules.catalogue import RULES


@click.command("explain", cls=Command)
@click.argument("row")
@TARGETS
@CLAIMS
@click.option(
    "--format",
    "format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="The format of the explanation.",
)
def command(row: str, targets: tuple[str, ...], claims: tuple[Path, ...], format: str) -> None:
    """Explain a row: what it means, how it is tested, what to do about it.

    Prints the requests that put it to the test, how the owner of an endpoint fixes a failure, what
    a caller does instead, what each known page claims of it, what others reported of real
    services, and the faults that it catches. Sends no request and writes no file.

    \b
    Examples:
      messages-conformance explain basic/stop_sequences
      messages-conformance explain content/text/cache_control --target model-studio
      messages-conformance explain wire/error --format json

    \b
    Exit codes:
      0  explained
      2  there is no such row or target
    """
    if row in RULES:
        raise Failure(f"{row!r} is a rule, not a row; 'messages-conformance rules {row}' tells it")
    path = resources.folder("selftest") / shipped_kill_matrix.FILE
    matrix = kill_matrix.read(path) if path.is_file() else None
    with busy("looking it up"):
        known = explanation.explain(row, load_suites(), library.known(claims), matrix, targets)
    if format == "json":
        document = explanation_text.to_document(known)
        click.echo(json_text(json.dumps(document, indent=2, ensure_ascii=False)))
        return
    shown = stdout()
    echo(explanation_text.to_text(known, width=shown.width, color=shown.color))
