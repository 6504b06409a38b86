"""`replay`: ask the requests of a recorded row again, and say what changed."""

import json
import os
import sys
from typing import Any

import click

from messages_conformance import __version__
from messages_conformance.cli.common import TIMEOUT, Command, load_suites
from messages_conformance.cli.show import MODEL
from messages_conformance.cli.terminal import busy
from messages_conformance.display import json_text, one_line
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.limits import answer_limits
from messages_conformance.report.report import Judged
from messages_conformance.runs import exchanges, live
from messages_conformance.runs.replay import ChangedAnswer, Replay, replay


@click.command("replay", cls=Command)
@click.argument("run")
@click.argument("row")
@MODEL
@click.option(
    "--base-url",
    metavar="URL",
    help="The address to ask.  [default: ANTHROPIC_BASE_URL]",
)
@TIMEOUT
@click.option(
    "--format",
    "format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="The format of what is said.",
)
def command(
    run: str,
    row: str,
    models: tuple[str, ...],
    base_url: str | None,
    timeout: float,
    format: str,
) -> None:
    """Ask the requests of a recorded row again, and say what changed.

    RUN is a run's folder, a folder of cassettes, or a target whose recordings ship with the suite.
    Sends real requests: those of the row's probe, after a cheap one that tries the key; of a row
    such as wire/error, the first few whose answers broke a rule. Says whether behaviour, verdict,
    status and fields are the same. Keeps no recording. A row that needs --opt-in elsewhere is
    asked as well, as it is named.

    \b
    Environment:
      ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN   the key, as for 'run'
      ANTHROPIC_BASE_URL                        the address, without --base-url

    \b
    Examples:
      messages-conformance replay runs/NAME error/400 --base-url http://127.0.0.1:8080
      messages-conformance replay llama.cpp wire/error --model 'qwen*' --base-url http://127.0.0.1:8091

    \b
    Exit codes:
      0  the same, or better
      1  worse
      2  it could not be judged, or not asked
    """
    where = exchanges.recordings(run)
    suites = load_suites()
    found = exchanges.find_row(where, row, suites, models)
    environ = {**os.environ, **({live.BASE_URL: base_url} if base_url else {})}
    with busy("asking again"):
        done = replay(found, suites, environ, where.root, answer_limits(timeout))
    if format == "json":
        document = json.dumps(_document(done), indent=2, ensure_ascii=False)
        click.echo(json_text(document))
    else:
        click.echo("\n".join(_text(done, environ[live.BASE_URL])))
    sys.exit(done.exit_code)


def _text(done: Replay, address: str) -> list[str]:
    before, after = done.before, done.after
    change = done.change.value if done.change else "the same"
    verdicts = before.verdict.name
    if (before.kind, before.verdict) != (after.kind, after.verdict):
        verdicts += f" → {after.verdict.name}"
    lines = [
        f"before  {done.recorded_on}, {done.recorded_from}: {one_line(before.summary)}",
        f"now     {one_line(address)}: {one_line(after.summary)}",
    ]
    for answer in done.answers:
        lines.append(f"        {answer.before.place}: {_end(answer.before)} → {_end(answer.after)}")
        lines += _fields("no longer there", answer.lost)
        lines += _fields("new", answer.gained)
    why = f" ({one_line(done.why)})" if done.why else ""
    lines.append(f"{after.row_id}, {after.model.id}: {verdicts}: {change}{why}")
    return lines


def _end(exchange: Exchange) -> str:
    if exchange.status is None:
        return f"no answer ({exchange.ended})"
    ended = "" if exchange.ended == "complete" else f" ({exchange.ended})"
    return f"HTTP {exchange.status}{ended}"


_MOST = 8
"""How many fields are named on a line."""


def _fields(what: str, names: tuple[str, ...]) -> list[str]:
    if not names:
        return []
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return [f"          {what}: {one_line(', '.join(names[:_MOST]))}{more}"]


def _document(done: Replay) -> dict[str, Any]:
    """As ``schemas/replay.schema.json`` has it."""
    return {
        "suite_version": __version__,
        "row": done.after.row_id,
        "model": done.after.model.id,
        "recorded_from": done.recorded_from,
        "recorded_on": done.recorded_on,
        "change": done.change.value if done.change else "same",
        "why": done.why,
        "before": _judged(done.before),
        "after": _judged(done.after),
        "answers": [_answer(answer) for answer in done.answers],
    }


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "behaviour": judged.kind.value,
        "verdict": judged.verdict.name,
        "standing": judged.verdict.standing.value,
        "summary": judged.summary,
    }


def _answer(answer: ChangedAnswer) -> dict[str, Any]:
    return {
        "exchange": str(answer.before.place),
        "status_before": answer.before.status,
        "status_after": answer.after.status,
        "lost": list(answer.lost),
        "gained": list(answer.gained),
    }
