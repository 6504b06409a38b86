"""`run`: ask a live endpoint, record, and judge."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import click

from messages_conformance import assessment, live
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
from messages_conformance.progress import progress
from messages_conformance.report import files
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
@click.option("--resume", is_flag=True, help="Ask only what is not recorded there yet.")
@click.option("--overwrite", is_flag=True, help="Replace what is recorded there.")
@click.option(
    "--concurrency",
    type=click.IntRange(1, 64),
    default=4,
    show_default=True,
    help="How many requests may be in flight at once.",
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
    server: str,
    output: Path | None,
    format: Format | None,
) -> None:
    """Ask a live endpoint, record its answers, and judge them.

    Sends real requests, which a hosted endpoint bills. Writes the recordings (no key is ever
    among them) and report.json, report.md and report.html, and prints the matrix.

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
    plan = replace(
        live.plan(
            Selection(target, models, series, rows),
            load_suites(),
            os.environ,
            wanted=wanted,
            folder=output,
            cassettes=cassettes,
        ),
        concurrency=concurrency,
        server=server,
        resume=resume,
        overwrite=overwrite,
    )
    if os.environ.get("ANTHROPIC_API_KEY") and os.environ.get("ANTHROPIC_AUTH_TOKEN"):
        tell("both ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are set: using the API key")
    plan, note = live.check(plan)
    if note:
        tell(note)
    try:
        with progress(plan.chosen.models) as on_progress:
            live.record(plan, on_progress)
    except KeyboardInterrupt as stop:
        raise Failure(
            f"interrupted; what was recorded until now is in {plan.cassettes}: "
            f"go on with --cassettes {plan.cassettes} --resume, or judge it with 'report'"
        ) from stop
    assessed = assessment.assess((plan.chosen,), plan.suites, plan.cassettes, Evidence.LIVE)
    for name in ("report.json", "report.md", "report.html"):
        show(assessed.report, files.format_of(Path(name)), plan.folder / name)
    show(assessed.report, format or "text", None)
    remark(assessed)
    tell(f"recordings are in {plan.cassettes}, reports in {plan.folder}")
    sys.exit(assessed.exit_code)
