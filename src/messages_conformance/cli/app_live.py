"""`app record` and `app replay`: keep a program's traffic, and send it to another endpoint."""

import asyncio
import os
import sys
from pathlib import Path

import click

from messages_conformance.applications import replay
from messages_conformance.applications.record import BASE_URL, DEFAULT_UPSTREAM, record
from messages_conformance.applications.replay_choice import choose
from messages_conformance.claims.own_endpoint import OwnEndpoint
from messages_conformance.claims.selection import Selection
from messages_conformance.cli.common import TIMEOUT, Command, Failure, notify
from messages_conformance.display import plural
from messages_conformance.protocol.limits import Limits, answer_limits
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.preflight import preflight
from messages_conformance.recording.signals import stoppable
from messages_conformance.runs import live


@click.command("record", cls=Command, context_settings={"ignore_unknown_options": True})
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("traffic.jsonl"),
    show_default=True,
    help="The file that exchanges are appended to.",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="Where requests are passed on to.  [default: ANTHROPIC_BASE_URL, else the original API]",
)
@click.argument("program", nargs=-1, required=True, metavar="-- COMMAND...")
def record_command(output: Path, base_url: str | None, program: tuple[str, ...]) -> None:
    """Run a program, or its tests, and keep what it sends.

    Sets ANTHROPIC_BASE_URL for the program to a server on loopback that passes every request on,
    and every answer back as it comes. Keys are passed on, and replaced in what is kept; the texts
    are kept, so treat the file as you treat the program's data.

    \b
    Examples:
      messages-conformance app record -- python agent.py
      messages-conformance app record --output tests.jsonl -- npm test

    \b
    Exit codes:
      that of the program; 2 if it sent nothing, or could not be started
    """
    upstream = base_url or os.environ.get(BASE_URL) or DEFAULT_UPSTREAM
    code, count = record(program, upstream, output)
    if not count:
        raise Failure(
            f"{program[0]}: sent no request to ANTHROPIC_BASE_URL, so nothing was recorded; if it "
            "names a base URL itself, let it take the one of the environment"
        )
    notify(f"{output}: {plural(count, 'exchange')} recorded")
    sys.exit(code)


@click.command("replay", cls=Command)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option("--base-url", required=True, metavar="URL", help="The endpoint to ask.")
@click.option("--model", required=True, metavar="ID", help="The model to ask.")
@click.option(
    "--auth",
    type=click.Choice(("x-api-key", "authorization")),
    default="x-api-key",
    show_default=True,
    help="The header that carries the key.",
)
@click.option("--yes", is_flag=True, help="Send at once, without asking.")
@TIMEOUT
@click.option(
    "--format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="The format of the output.",
)
def replay_command(
    sources: tuple[str, ...],
    base_url: str,
    model: str,
    auth: str,
    yes: bool,
    timeout: float,
    format: str,
) -> None:
    """Send an application's own requests to another endpoint, and compare.

    Of the traffic in each SOURCE the fewest requests are chosen that use every feature once;
    nothing that writes is among them. What they cost at most is told before anything is sent. Then
    status, stop reason, blocks, calls of tools and their inputs, the order of streams, usage and
    refusals are compared with the answers kept, and never the words. A plain request comes first,
    which tries the address, the key and the model.

    The key is taken from ANTHROPIC_API_KEY, else from ANTHROPIC_AUTH_TOKEN.

    \b
    Examples:
      messages-conformance app replay traffic.jsonl --base-url URL --model qwen-plus

    \b
    Exit codes:
      0  nothing differs but what may be the model's choice
      1  something differs
      2  nothing differs in what was answered, but not all was; or nothing was sent
    """
    key = os.environ.get("ANTHROPIC_API_KEY") or os.environ.get("ANTHROPIC_AUTH_TOKEN")
    if not key:
        raise Failure("no key is set; set ANTHROPIC_API_KEY to the key of the endpoint to ask")
    endpoint = Endpoint(base_url, key, auth)
    choice = choose(sources)
    cost = replay.cost_of(replay.requests_of(choice, model, endpoint))
    click.echo(replay.plan_text(choice, cost, endpoint.public_url, model), nl=False, err=True)
    if not yes and not (sys.stdin.isatty() and click.confirm("Send them?", err=True)):
        raise Failure("nothing was sent; add --yes to send without being asked")
    limits = answer_limits(timeout)
    endpoint = asyncio.run(stoppable(_tried(endpoint, model, limits)))
    done = replay.replay(choice, model, endpoint, limits=limits)
    click.echo(replay.to_json(done) if format == "json" else replay.to_text(done), nl=False)
    if done.exit_code == 2:
        raise Failure(
            f"{len(done.left)} of {plural(len(done.compared), 'request')} could not be compared: "
            f"{done.left[0].unanswered}; try again later"
        )
    sys.exit(done.exit_code)


async def _tried(endpoint: Endpoint, model: str, limits: Limits) -> Endpoint:
    """The endpoint, after a plain request, with the header in which it takes the key."""
    environ = {**os.environ, BASE_URL: endpoint.base_url}
    own = OwnEndpoint(base_url=endpoint.base_url)
    chosen, _ = live.choose_endpoint(Selection((), (model,)), own, environ)
    checked = await preflight(chosen.revision, chosen.models[0], endpoint, limits)
    if checked.note:
        notify(checked.note)
    return checked.endpoint
