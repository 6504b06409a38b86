"""`run`: ask a live endpoint, record, and judge."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import click

from messages_conformance import assessment, live
from messages_conformance.asking import GaveUpError
from messages_conformance.budget import Limit
from messages_conformance.cli.common import (
    EXPECTATIONS,
    FORMAT,
    Command,
    Failure,
    load_suites,
    remark,
    show,
    tell,
)
from messages_conformance.cli.running import Asked, running
from messages_conformance.headway import OfModel
from messages_conformance.interruption import terminable
from messages_conformance.planning import Plan, outlook
from messages_conformance.progress import progress
from messages_conformance.report import files
from messages_conformance.report.escape import visible
from messages_conformance.report.render import Format
from messages_conformance.verdict import Evidence


@click.command("run", cls=Command)
@running
@click.option(
    "--budget",
    type=click.IntRange(1),
    metavar="TOKENS",
    help="Spend no more tokens of input and output in all.  [default: the plan's ceiling]",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Go on with the run in --output: ask only what is not recorded there yet.",
)
@click.option("--overwrite", is_flag=True, help="Replace what is recorded there.")
@EXPECTATIONS
@click.option("--server", default="", help="What answers, where you know: name and version.")
@FORMAT
def command(
    asked: Asked,
    budget: int | None,
    resume: bool,
    overwrite: bool,
    own: Path | None,
    server: str,
    format: Format | None,
) -> None:
    """Ask a live endpoint, record its answers, and judge them.

    Sends real requests, which a hosted endpoint bills. Writes the recordings (no key is ever
    among them) and report.json, report.md and report.html, and prints the matrix.

    It is planned first what that may cost at most ('plan' tells it beforehand), and nothing is
    sent that might cost more, in all; --budget sets a lower limit. A row that is left for that
    reason is unmeasured.

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
      messages-conformance run --target model-studio --shard 2/5 --expectations known.toml

    \b
    Exit codes:
      0  everything judged is as claimed, or accepted
      1  promises broken, or wire rules, or a known deviation is outdated
      2  the run could not begin, was interrupted, kept to its limits before all rows were put
         to the test, or nothing could be judged
    """
    if resume and overwrite:
        raise click.UsageError("--resume keeps what is there, --overwrite does not: choose one")
    if resume and asked.output is None and asked.cassettes is None:
        raise click.UsageError(f"--resume goes on with an earlier run: {_which()}")
    run = replace(
        live.prepare(
            asked.selection,
            load_suites(),
            os.environ,
            wanted=asked.wanted,
            part=asked.part,
            own=own,
            folder=asked.output,
            cassettes=asked.cassettes,
        ),
        pace=asked.pace,
        tokens=budget,
        server=server,
        resume=resume,
        overwrite=overwrite,
    )
    if os.environ.get("ANTHROPIC_API_KEY") and os.environ.get("ANTHROPIC_AUTH_TOKEN"):
        tell("both ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are set: using the API key")
    with terminable():
        run, note = live.check(run)
        if note:
            tell(note)
        plan = live.plan(run)
        limit = run.limit(plan)
        tell(outlook.outlook(plan, limit))
        _judge(run, limit, _record(run, plan), format)


def _which() -> str:
    """Say how to name the run to go on with."""
    newest = max(Path("runs").glob("*/cassettes"), default=None)
    known = f"; the newest is {newest.parent}" if newest else ""
    return f"name its folder with --output{known}"


def _record(run: live.Run, plan: Plan) -> tuple[OfModel, ...]:
    """Record, and where that is stopped, say what there is and how to go on."""
    try:
        with progress(
            run.models,
            expected=plan.expected.requests,
            ceiling=outlook.most_tokens(plan, run.limit(plan)),
        ) as on_progress:
            return live.record(run, plan, on_progress)
    except KeyboardInterrupt as stop:
        raise Failure(f"interrupted; {_kept(run)}") from stop
    except GaveUpError as stop:
        raise Failure(f"{visible(str(stop))}; {_kept(run)}") from stop
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        raise Failure(f"{where}{problem.strerror or problem}; {_kept(run)}") from problem


def _kept(run: live.Run) -> str:
    return (
        f"what was recorded until now is in {run.cassettes}: go on with the same command and "
        f"{_there(run)} --resume, or judge it with 'report --cassettes {run.cassettes}'"
    )


def _there(run: live.Run) -> str:
    usual = run.cassettes == run.folder / "cassettes"
    return f"--output {run.folder}" + ("" if usual else f" --cassettes {run.cassettes}")


def _judge(run: live.Run, limit: Limit, done: Sequence[OfModel], format: Format | None) -> NoReturn:
    """Judge what was recorded, write the reports, and exit by what they say."""
    left = outlook.left(done, limit)
    assessed = assessment.assess(
        run.chosen, run.suites, run.cassettes, Evidence.LIVE, run.known, run.part, left
    )
    for name in ("report.json", "report.md", "report.html"):
        show(assessed.report, files.format_of(Path(name)), run.folder / name)
    show(assessed.report, format or "text", None)
    remark(assessed)
    tell(f"recordings are in {run.cassettes}, reports in {run.folder}")
    if left:
        stopped = outlook.stopped(done, limit)
        raise Failure(f"{stopped}: go on with the same command and {_there(run)} --resume")
    sys.exit(assessed.exit_code)
