"""`diff`: what differs between two reports, runs, models or targets."""

import json
import sys
from pathlib import Path

import click

from messages_conformance.cli.common import ROW, Command, Failure, load_suites
from messages_conformance.cli.terminal import busy
from messages_conformance.display import json_text
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.judging import assess
from messages_conformance.rendering import differences as rendering
from messages_conformance.report.choose import choose
from messages_conformance.report.differences import compare
from messages_conformance.report.report import Report
from messages_conformance.runs import exchanges, folder


@click.command("diff", cls=Command)
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@ROW
@click.option(
    "--again",
    is_flag=True,
    help="Judge the recordings of both runs anew, so that both are judged by this suite.",
)
@click.option(
    "--format",
    "format",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    show_default=True,
    help="The format of the comparison; Markdown is for a pull request.",
)
def command(before: str, after: str, rows: tuple[str, ...], again: bool, format: str) -> None:
    """Compare two reports, runs, models or targets.

    A and B are each a report.json, a run's folder, a folder of cassettes, or a target whose
    recordings ship with the suite; with '@PATTERN' behind it, only the models that fit. Prints
    what differs and nothing else: worse, better, new, gone, and other, with the reason. Targets,
    and models, of different names are compared where each side has one. Sends no request.

    Judged by how an endpoint behaves first, and by what its page says of that second: where only
    the page changed, that is 'other'. What could not be judged on one side is 'other' too.

    \b
    Examples:
      messages-conformance diff runs/MONDAY runs/TUESDAY
      messages-conformance diff before.json after.json --format markdown
      messages-conformance diff 'llama.cpp@qwen*' 'llama.cpp@smollm2*'
      messages-conformance diff runs/singapore@qwen-plus runs/beijing@qwen-plus --row 'error/*'

    \b
    Exit codes:
      0  nothing is worse
      1  something is worse
      2  the two have nothing in common, or cannot be read
    """
    with busy("comparing"):
        found = compare(*(_read(side, rows, again=again) for side in (before, after)))
    match format:
        case "json":
            document = rendering.to_document(found)
            click.echo(json_text(json.dumps(document, indent=2, ensure_ascii=False)))
        case "markdown":
            click.echo(rendering.to_markdown(found), nl=False)
        case _:
            click.echo(rendering.to_text(found), nl=False)
    sys.exit(found.exit_code)


def _read(side: str, rows: tuple[str, ...], *, again: bool) -> Report:
    """One side as a report, of the chosen models and rows alone."""
    name, _, pattern = side.partition("@") if not Path(side).exists() else (side, "", "")
    models = (pattern,) if pattern else ()
    path = Path(name)
    saved = path / folder.REPORT if path.is_dir() else path
    report = folder.read_report(saved) if saved.is_file() and not again else _judge(name)
    kept = choose(report, models, rows)
    if not any(target.judged for target in kept.targets):
        known = [model.id for target in report.targets for model in target.models]
        what = f"no model that fits {pattern!r}" if pattern else "nothing of what was chosen"
        raise Failure(f"{name}: has {what}{did_you_mean(pattern, known) if pattern else ''}")
    return kept


def _judge(name: str) -> Report:
    """The report of a folder of recordings, or of what ships of a target."""
    where = exchanges.recordings(name)
    chosen = exchanges.chosen(where)
    if not chosen:
        raise Failure(f"{name}: holds no recordings")
    return assess.assess(chosen, load_suites(), where.root).report
