"""`app`: does my application move? One group of commands."""

import shutil
import sys
from pathlib import Path

import click

from messages_conformance.applications import (
    check_documents,
    check_text,
    inventory_json,
    inventory_text,
    what_is_known,
)
from messages_conformance.applications.check import EXIT_CODES, check
from messages_conformance.applications.check_view import View
from messages_conformance.applications.inventory import Inventory, merged
from messages_conformance.applications.scan import scan
from messages_conformance.applications.what_is_known import Asked
from messages_conformance.cli import app_live
from messages_conformance.cli.common import (
    CLAIMS,
    REVISION,
    Command,
    load_suites,
)
from messages_conformance.files import write_text


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


command.add_command(app_live.record_command)
command.add_command(app_live.replay_command)
