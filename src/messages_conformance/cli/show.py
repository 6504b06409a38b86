"""`show`: one recorded exchange whole, as HTTP, as curl or as Python."""

from collections.abc import Callable
from typing import Final

import click

from messages_conformance.claims.base_url import check_url
from messages_conformance.cli.common import Command, Failure, load_suites, notify
from messages_conformance.cli.terminal import busy
from messages_conformance.display import visible
from messages_conformance.probing.probe import Purpose
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rendering import curl, http_text
from messages_conformance.report.report import Observation
from messages_conformance.runs import exchanges
from messages_conformance.runs.exchanges import FoundRow, RecordedModel, Recordings

_FORMS: Final[dict[str, Callable[[str, Exchange], str]]] = {
    "http": http_text.http_text,
    "curl": lambda url, exchange: curl.curl(url, exchange.request),
    "python": lambda url, exchange: curl.python(url, exchange.request),
}
MODEL = click.option(
    "--model",
    "models",
    multiple=True,
    metavar="PATTERN",
    help="The model, where several are recorded.",
)


@click.command("show", cls=Command)
@click.argument("run")
@click.argument("what", metavar="ROW|EXCHANGE")
@MODEL
@click.option(
    "--as",
    "form",
    type=click.Choice(tuple(_FORMS)),
    default="http",
    show_default=True,
    help="The form: the exchange as HTTP, or its request as a command that sends it again.",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="The address in the command.  [default: the one that was recorded]",
)
def command(run: str, what: str, models: tuple[str, ...], form: str, base_url: str | None) -> None:
    """Show one recorded exchange whole.

    RUN is a run's folder, a folder of cassettes, or a target whose recordings ship with the suite.
    Of a ROW, the first exchange that shows its behaviour is shown, and the others are named. An
    EXCHANGE is named as in reports: 'basic.yaml#12'. Nothing is cut. A key is never shown: curl
    and Python read it from ANTHROPIC_API_KEY. Sends no request.

    \b
    Examples:
      messages-conformance show llama.cpp error/400 --model 'qwen*'
      messages-conformance show runs/NAME error/400 --as curl
      messages-conformance show runs/NAME basic.yaml#12 --as python
      messages-conformance show runs/NAME basic/stream --as curl --base-url http://127.0.0.1:8080

    \b
    Exit codes:
      0  shown
      2  there is no such run, row or exchange
    """
    if base_url is not None:
        check_url(base_url)
    where = exchanges.recordings(run)
    if exchanges.is_number(what):
        with busy("reading"):
            recorded, exchange = exchanges.find_numbered(where, what, models)
    else:
        recorded, exchange = _of_row(where, what, models)
    click.echo(_FORMS[form](base_url or recorded.label.base_url, _whole(exchange, run)), nl=False)


def _of_row(where: Recordings, row: str, models: tuple[str, ...]) -> tuple[RecordedModel, Exchange]:
    """The first exchange of a row; what it shows, and the others, are said beside it."""
    with busy("judging"):
        found = exchanges.find_row(where, row, load_suites(), models)
    notify(visible(_summary(found)))
    if not found.exchanges:
        raise Failure("no exchange shows it; 'report --details' says why")
    return found.recorded, found.exchanges[0][0]


def _summary(found: FoundRow) -> str:
    judged = found.judged
    lines = [f"{judged.row_id}, {judged.model.id}: {judged.verdict.name}: {judged.summary}"]
    names = [f"{each.place}{_role(why, judged.row_id)}" for each, why in found.exchanges]
    lines += [f"shown: {name}" for name in names[:1]]
    if isinstance(judged, Observation) and found.exchanges:
        here = [f for f in judged.findings if f.exchange == found.exchanges[0][0].place]
        lines += [f"  {f.rule}, {f.severity}, at {f.where}: {f.message}" for f in here[:_MORE]]
    if others := names[1:]:
        rest = f" and {len(others) - _MORE} more" if len(others) > _MORE else ""
        lines.append(f"also: {', '.join(others[:_MORE])}{rest}")
    return "\n".join(lines)


_MORE = 8
"""How many further exchanges are named."""


def _role(why: Purpose | None, row: str) -> str:
    """Why a request was sent, in brackets; empty where no probe asked."""
    return f" ({why.role_in(row)})" if why else ""


def _whole(exchange: Exchange, run: str) -> Exchange:
    """The exchange; of a very long request only a hash is stored."""
    request = exchange.request
    if request.is_only_digest:
        raise Failure(
            f"{exchange.place}: its request is too long to be stored ({request.body}); "
            f"show it by its row: 'messages-conformance show {run} ROW'"
        )
    return exchange
