"""`run`: ask a live endpoint, record, and judge."""

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click

from messages_conformance import assessment, live
from messages_conformance.asking import GaveUpError
from messages_conformance.cli.common import (
    FORMAT,
    Command,
    Failure,
    choosing,
    load_suites,
    remark,
    show,
    tell,
)
from messages_conformance.interruption import terminable
from messages_conformance.pacing import Pace
from messages_conformance.progress import progress
from messages_conformance.report import files
from messages_conformance.report.escape import visible
from messages_conformance.report.render import Format
from messages_conformance.selection import Selection
from messages_conformance.verdict import Evidence


@click.command("run", cls=Command)
@choosing
@click.option(
    "--opt-in",
    "wanted",
    multiple=True,
    metavar="ROW|all",
    help="Also run this row's probe, which costs or needs more; 'rows' says what. Repeatable.",
)
@click.option(
    "--cassettes",
    type=click.Path(path_type=Path, file_okay=False),
    help="Record into this folder.  [default: cassettes/ in the folder of --output]",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with the run in --output: ask only what is not recorded there yet.",
)
@click.option("--overwrite", is_flag=True, help="Replace what is recorded there.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="How many requests may be in flight at once, for all models together.",
)
@click.option(
    "--requests-per-minute",
    type=click.IntRange(1),
    metavar="N",
    help="Send no more than so many a minute, evenly.  [default: no limit]",
)
@click.option(
    "--tokens-per-minute",
    type=click.IntRange(1),
    metavar="N",
    help="Spend no more tokens of input and output a minute.  [default: no limit]",
)
@click.option("--server", default="", help="What answers, where you know: name and version.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the reports.  [default: runs/<UTC time>-<host>]",
)
@FORMAT
def command(
    target: str | None,
    series: tuple[str, ...],
    models: tuple[str, ...],
    rows: tuple[str, ...],
    wanted: tuple[str, ...],
    cassettes: Path | None,
    resume: bool,
    overwrite: bool,
    concurrency: int,
    requests_per_minute: int | None,
    tokens_per_minute: int | None,
    server: str,
    output: Path | None,
    format: Format | None,
) -> None:
    """Ask a live endpoint, record its answers, and judge them.

    Sends real requests, which a hosted endpoint bills. Writes the recordings (no key is ever
    among them) and report.json, report.md and report.html, and prints the matrix.

    An endpoint that is busy, fails or hangs up is asked again, after as long as it says, and
    every answer is on the disk at once. However a run ends, the same command with --resume and
    its folder as --output goes on with it.

    \b
    Environment:
      ANTHROPIC_API_KEY         the key, in the target's usual header
      ANTHROPIC_AUTH_TOKEN      a key for 'authorization: Bearer', where there is no API key
      ANTHROPIC_BASE_URL        the address, where it is not the target's own
      ANTHROPIC_RESTRICTED_KEY  a key that may not use the model, for row error/403

    \b
    Examples:
      messages-conformance run --target model-studio --model qwen-plus
      messages-conformance run --target model-studio --row 'tool_choice/*' --opt-in all
      messages-conformance run --target model-studio --output runs/NAME --resume

    \b
    Exit codes:
      0  everything judged is as claimed, or accepted
      1  promises broken, or wire rules
      2  the run could not begin, was interrupted, or nothing could be judged
    """
    if resume and overwrite:
        raise click.UsageError("--resume keeps what is there, --overwrite does not: choose one")
    if resume and output is None and cassettes is None:
        raise click.UsageError(f"--resume goes on with an earlier run: {_which()}")
    plan = replace(
        live.plan(
            Selection(target, models, series, rows),
            load_suites(),
            os.environ,
            wanted=wanted,
            folder=output,
            cassettes=cassettes,
        ),
        pace=Pace(concurrency, requests_per_minute, tokens_per_minute),
        server=server,
        resume=resume,
        overwrite=overwrite,
    )
    if os.environ.get("ANTHROPIC_API_KEY") and os.environ.get("ANTHROPIC_AUTH_TOKEN"):
        tell("both ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are set: using the API key")
    with terminable():
        plan, note = live.check(plan)
        if note:
            tell(note)
        _record(plan)
        _judge(plan, format)


def _which() -> str:
    """Say how to name the run to go on with."""
    newest = max(Path("runs").glob("*/cassettes"), default=None)
    known = f"; the newest is {newest.parent}" if newest else ""
    return f"name its folder with --output{known}"


def _record(plan: live.Plan) -> None:
    """Record, and where that is stopped, say what there is and how to go on."""
    try:
        with progress(plan.chosen.models) as on_progress:
            live.record(plan, on_progress)
    except KeyboardInterrupt as stop:
        raise Failure(f"interrupted; {_kept(plan)}") from stop
    except GaveUpError as stop:
        raise Failure(f"{visible(str(stop))}; {_kept(plan)}") from stop
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        raise Failure(f"{where}{problem.strerror or problem}; {_kept(plan)}") from problem


def _kept(plan: live.Plan) -> str:
    usual = plan.cassettes == plan.folder / "cassettes"
    there = f"--output {plan.folder}" + ("" if usual else f" --cassettes {plan.cassettes}")
    return (
        f"what was recorded until now is in {plan.cassettes}: go on with the same command and "
        f"{there} --resume, or judge it with 'report --cassettes {plan.cassettes}'"
    )


def _judge(plan: live.Plan, format: Format | None) -> NoReturn:
    """Judge what was recorded, write the reports, and exit by what they say."""
    assessed = assessment.assess((plan.chosen,), plan.suites, plan.cassettes, Evidence.LIVE)
    for name in ("report.json", "report.md", "report.html"):
        show(assessed.report, files.format_of(Path(name)), plan.folder / name)
    show(assessed.report, format or "text", None)
    remark(assessed)
    tell(f"recordings are in {plan.cassettes}, reports in {plan.folder}")
    sys.exit(assessed.exit_code)
