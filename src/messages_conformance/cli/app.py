"""`app`: does my application move? One group of commands."""

import shutil
import sys
from pathlib import Path

import click

from messages_conformance.applications import inventory_json, inventory_text
from messages_conformance.applications.scan import scan
from messages_conformance.cli.common import Command
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
