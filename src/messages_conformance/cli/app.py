"""`app`: does my application move? One group of commands."""

import os
import shutil
import sys
from pathlib import Path

import click

from messages_conformance.applications import (
    check_documents,
    check_text,
    inventory_json,
    inventory_text,
    replay,
    what_is_known,
)
from messages_conformance.applications.check import EXIT_CODES, check
from messages_conformance.applications.check_view import View
from messages_conformance.applications.inventory import Inventory, merged
from messages_conformance.applications.record import BASE_URL, DEFAULT_UPSTREAM, record
from messages_conformance.applications.replay_choice import choose
from messages_conformance.applications.scan import scan
from messages_conformance.applications.what_is_known import Asked
from messages_conformance.cli.common import (
    CLAIMS,
    REVISION,
    Command,
    Failure,
    load_suites,
    notify,
)
from messages_conformance.display import plural
from messages_conformance.files import write_text
from messages_conformance.recording.endpoint import Endpoint


@click.group("app")
def command() -> None:
    """Say whether an application moves to an endpoint, and what has to change.

    'scan' finds what the application uses, in its saved traffic or its source. 'check' holds that
    against what is known of an endpoint. 'record' keeps a program's traffic, and 'replay' sends
    its own requests to the new endpoint. docs/applications.md explains all four.

    \b
    Examples:
      messages-conformance app scan traffic.har src/
      messages-conformance app check traffic.har --target model-studio

    \b
    Exit codes:
      0  done; of 'check', it moves
      1  of 'check', it moves with changes; of 'replay', something differs
      2  it cannot be told, or wrong usage
      3  of 'check', it does not move
    """


@command.command("scan", cls=Command)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
@click.option(
    "--format",
    type=click.Choice(("text", "json")),
    help="The format of the inventory.  [default: text; with --output, by its suffix]",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of printing; .json is what 'app check' reads.",
)
def scan_command(sources: tuple[str, ...], format: str | None, output: Path | None) -> None:
    """Find what an application uses of the Messages API.

    Each SOURCE is a file of saved traffic, a file of Python or TypeScript source, a folder of
    them, or '-' for traffic on standard input. Formats are recognised by their content: HAR,
    vcrpy cassettes, 'curl -i', claude-trace and claude-tap logs, transcripts and raw bodies of
    Claude Code, exports of Langfuse, LangSmith, LiteLLM and Helicone, OpenTelemetry and
    OpenInference spans, batches and their results, Bedrock logs, and JSON lines of exchanges,
    requests or answers.

    Nothing is sent, and no text of the traffic gets into the inventory: it holds counts, numbers
    and words of the API.

    \b
    Examples:
      messages-conformance app scan traffic.har
      messages-conformance app scan logs/ src/ --output inventory.json

    \b
    Exit codes:
      0  something was found
      2  nothing was found, or a file that was named cannot be read
    """
    inventory = scan(sources)
    by_suffix = "json" if output and output.suffix == ".json" else "text"
    if (format or by_suffix) == "json":
        written = inventory_json.to_json(inventory)
    else:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() and not output else None
        written = inventory_text.render(inventory, width=width, color=width is not None)
    if output:
        write_text(output, written)
    else:
        click.echo(written, nl=False)


_SUFFIXES = {".json": "json", ".md": "markdown", ".html": "html"}


@command.command("check", cls=Command)
@click.argument("sources", nargs=-1, required=True, metavar="INVENTORY|SOURCE...")
@click.option("--target", required=True, metavar="ID", help="The target; 'targets' lists them.")
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="PATTERN",
    help="Only these models: 'qwen-plus', 'qwen3-*'. May be repeated.",
)
@click.option("--series", multiple=True, metavar="NAME", help="Only the models of this series.")
@REVISION
@CLAIMS
@click.option(
    "--report",
    "reports",
    multiple=True,
    type=click.Path(path_type=Path, exists=True),
    metavar="FILE",
    help="What you measured: a report.json, or the folder of a run. May be repeated.",
)
@click.option(
    "--rehearsal",
    is_flag=True,
    help="Let what the simulated endpoint showed count, where nothing else is known. It says "
    "nothing about the vendor.",
)
@click.option(
    "--price",
    "prices",
    multiple=True,
    metavar="MODEL=PRICE",
    help="The price of a model, in any unit: of models that keep as much, the cheaper one comes "
    "first. May be repeated.",
)
@click.option(
    "--format",
    type=click.Choice(("text", "markdown", "json", "html")),
    help="The format of the answer.  [default: text; with --output, by its suffix]",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file; its suffix sets the format: .json .md .html .txt",
)
def check_command(
    sources: tuple[str, ...],
    target: str,
    models: tuple[str, ...],
    series: tuple[str, ...],
    revision: str | None,
    claims: tuple[Path, ...],
    reports: tuple[Path, ...],
    rehearsal: bool,
    prices: tuple[str, ...],
    format: str | None,
    output: Path | None,
) -> None:
    """Say whether an application moves to a target, and what has to change.

    Each SOURCE is an inventory that 'app scan' wrote, or anything that 'app scan' reads. Its
    features are held against what is known of each model: what was measured (--report, or a
    shipped recording of a real server), else what others reported, else what the page promises.
    The best model comes first, and the exit code is about it.

    \b
    Examples:
      messages-conformance app check traffic.har --target model-studio
      messages-conformance app check inventory.json src/ --target deepseek --output answer.html
      messages-conformance app check traffic.har --target model-studio --report runs/NAME

    \b
    Exit codes:
      0  go
      1  go with changes
      2  not known, or wrong usage
      3  no go
    """
    priced = dict(_price(given) for given in prices)
    inventory = _inventory(sources)
    suites = load_suites()
    asked = Asked(target, models, series, revision, claims, reports, rehearsal)
    knowledge, chosen = what_is_known.gather(asked, suites)
    result = check(inventory, knowledge, chosen, what_is_known.instead_of(suites), priced)
    view = View(result, what_is_known.to_ask(result, suites))
    _show_check(view, format or _SUFFIXES.get(output.suffix if output else "", "text"), output)
    sys.exit(EXIT_CODES[result.answer])


def _price(given: str) -> tuple[str, float]:
    model, _, price = given.rpartition("=")
    try:
        return model, float(price)
    except ValueError:
        raise click.BadParameter(
            f"{given!r} is not MODEL=PRICE, as qwen-plus=0.4", param_hint="--price"
        ) from None


def _inventory(sources: tuple[str, ...]) -> Inventory:
    """One inventory of all that was named: those saved, and what is scanned now."""
    saved = [one for one in sources if inventory_json.is_inventory(Path(one))]
    rest = [one for one in sources if one not in saved]
    read = [inventory_json.read(Path(one)) for one in saved]
    every = [*read, *([scan(rest)] if rest else [])]
    return merged(every) if len(every) > 1 else every[0]


def _show_check(view: View, format: str, output: Path | None) -> None:
    terminal = sys.stdout.isatty() and output is None
    width = shutil.get_terminal_size().columns if terminal else None
    match format:
        case "json":
            written = check_documents.to_json(view)
        case "markdown":
            written = check_documents.to_markdown(view)
        case "html":
            written = check_documents.to_html(view)
        case _:
            written = check_text.render(view, width=width, color=terminal)
    if output:
        write_text(output, written)
    else:
        click.echo(written, nl=False)


@command.command("record", cls=Command, context_settings={"ignore_unknown_options": True})
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


@command.command("replay", cls=Command)
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
@click.option(
    "--format",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="The format of the output.",
)
def replay_command(
    sources: tuple[str, ...], base_url: str, model: str, auth: str, yes: bool, format: str
) -> None:
    """Send an application's own requests to another endpoint, and compare.

    Of the traffic in each SOURCE the fewest requests are chosen that use every feature once;
    nothing that writes is among them. What they cost at most is told before anything is sent. Then
    status, stop reason, blocks, calls of tools and their inputs, the order of streams, usage and
    refusals are compared with the answers kept, and never the words.

    The key is taken from ANTHROPIC_API_KEY, else from ANTHROPIC_AUTH_TOKEN.

    \b
    Examples:
      messages-conformance app replay traffic.jsonl --base-url URL --model qwen-plus

    \b
    Exit codes:
      0  nothing differs but what may be the model's choice
      1  something differs
      2  nothing could be compared, or nothing was sent
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
    done = replay.replay(choice, model, endpoint)
    click.echo(replay.to_json(done) if format == "json" else replay.to_text(done), nl=False)
    sys.exit(done.exit_code)
