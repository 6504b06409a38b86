"""`run`: ask a live endpoint, record, and judge."""

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import click

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
from messages_conformance.cli.run_options import Asked, running
from messages_conformance.display import visible
from messages_conformance.errors import GaveUpError
from messages_conformance.judging import assess
from messages_conformance.judging.assess import Assessment
from messages_conformance.planning import Plan, summary
from messages_conformance.recording.progress import ModelProgress
from messages_conformance.recording.signals import terminable
from messages_conformance.rendering.render import Format, format_of
from messages_conformance.report.compare_runs import compare_in_order, run_id
from messages_conformance.report.report import Report
from messages_conformance.runs import live
from messages_conformance.runs.folder import CASSETTES, REPORT
from messages_conformance.runs.progress_display import progress
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
    "--runs",
    "number",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Do all of it so many times, one after the other, and mark what flips.",
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
    number: int,
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

    With --runs all is asked anew as often, and costs as much each time. Each run is kept whole,
    as run-1, run-2 and so on, beside the report of all, which says how often each row came out
    how. A row that came out differently is marked flaky, and the worst counts.

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
      messages-conformance run --target model-studio --series qwen-plus --runs 3

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
    if number > 1 and asked.cassettes is not None:
        raise click.UsageError("--runs keeps each run in a folder of its own: name it by --output")
    if number > 1 and asked.part is not None:
        raise click.UsageError(
            "--runs lays whole runs upon each other, and a shard is none: run each shard as often, "
            "combine the shards of each run, and then 'combine --runs'"
        )
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
            resume=resume,
        ),
        pace=asked.pace,
        tokens=budget,
        server=server,
        resume=resume,
        overwrite=overwrite,
    )
    _refuse_other_kind(run.folder, number)
    if os.environ.get("ANTHROPIC_API_KEY") and os.environ.get("ANTHROPIC_AUTH_TOKEN"):
        tell("both ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are set: using the API key")
    with terminable():
        run, note = live.check(run)
        if note:
            tell(note)
        if number == 1:
            done = _once(run, run)
            assessed, stopped = done.assessed, done.stopped
        else:
            assessed, stopped = _several(run, number, own), ""
    show(assessed.report, format or "text", None)
    remark(assessed)
    if number == 1:
        tell(f"recordings are in {run.cassettes}, reports in {run.folder}")
    else:
        tell(f"reports are in {run.folder}, and there each run in a folder of its own")
    if stopped:
        raise Failure(stopped)
    sys.exit(assessed.exit_code)


def _which() -> str:
    """Say how to name the run to go on with."""
    kinds = (CASSETTES, run_id(1))
    newest = max((path for kind in kinds for path in Path("runs").glob(f"*/{kind}")), default=None)
    known = f"; the newest is {newest.parent}" if newest else ""
    return f"name its folder with --output{known}"


def _refuse_other_kind(folder: Path, number: int) -> None:
    """See that a folder of one run is not taken for one of several, nor the reverse."""
    if number > 1 and (folder / CASSETTES).exists():
        raise Failure(f"{folder}: holds a single run; name another folder, or leave --runs out")
    if number == 1 and (folder / run_id(1)).exists():
        raise Failure(
            f"{folder}: holds several runs; say with --runs how many, or name one of its folders"
        )


@dataclass(frozen=True)
class _Done:
    """What has come of one run."""

    assessed: Assessment
    tokens: int
    """What it has cost."""
    stopped: str
    """Why it left rows, and how to go on; or empty."""


def _once(run: live.Run, whole: live.Run) -> _Done:
    """Record and judge one run, perhaps of several that are a ``whole``; write its reports."""
    plan = live.plan(run)
    limit = run.limit(plan)
    tell(summary.outlook(plan, limit))
    done = _record(run, plan, whole)
    left = summary.left(done, limit)
    assessed = assess.assess(
        run.chosen, run.suites, run.cassettes, Evidence.LIVE, run.known, run.part, left
    )
    _write(assessed, run.folder)
    stopped = f"{summary.stopped(done, limit)}: {_go_on(whole)}" if left else ""
    return _Done(assessed, sum(model.tokens for model in done), stopped)


def _several(whole: live.Run, number: int, own: Path | None) -> Assessment:
    """Record and judge several runs, one after the other, and lay them upon each other."""
    reports: list[Report] = []
    tokens = whole.tokens
    for nth in range(1, number + 1):
        tell(f"run {nth} of {number}")
        if tokens == 0:
            raise Failure(f"nothing is left of the budget; {_go_on(whole)}")
        done = _once(whole.one_of_several(nth, tokens), whole)
        if done.stopped:
            raise Failure(done.stopped)
        reports.append(done.assessed.report)
        tokens = None if tokens is None else max(0, tokens - done.tokens)
    assessed = assess.reassess(compare_in_order(reports), whole.suites, own)
    _write(assessed, whole.folder)
    return assessed


def _record(run: live.Run, plan: Plan, whole: live.Run) -> tuple[ModelProgress, ...]:
    """Record, and where that is stopped, say what there is and how to go on."""
    kept = (
        f"what was recorded until now is in {run.cassettes}: {_go_on(whole)}, or judge it with "
        f"'report --cassettes {run.cassettes}'"
    )
    try:
        with progress(
            run.models,
            expected=plan.expected.requests,
            ceiling=summary.most_tokens(plan, run.limit(plan)),
        ) as on_progress:
            return live.record(run, plan, on_progress)
    except KeyboardInterrupt as stop:
        raise Failure(f"interrupted; {kept}") from stop
    except GaveUpError as stop:
        raise Failure(f"{visible(str(stop))}; {kept}") from stop
    except OSError as problem:
        where = f"{problem.filename}: " if problem.filename else ""
        raise Failure(f"{where}{problem.strerror or problem}; {kept}") from problem


def _go_on(run: live.Run) -> str:
    """Say how to go on with a run."""
    usual = run.cassettes == run.folder / CASSETTES
    there = f"--output {run.folder}" + ("" if usual else f" --cassettes {run.cassettes}")
    return f"go on with the same command and {there} --resume"


def _write(assessed: Assessment, folder: Path) -> None:
    """Write the reports of a run, or of several."""
    for name in (REPORT, "report.md", "report.html"):
        show(assessed.report, format_of(Path(name)), folder / name)
