"""`run`: ask a live endpoint, record its answers, and judge them."""

import asyncio
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import click

from messages_conformance.cli.common import (
    CLIENTS,
    EXPECTATIONS,
    FAIL_ON,
    FORMAT,
    TIMEOUT,
    Command,
    Failure,
    detail_of,
    load_suites,
    notify,
    print_further_failures,
    print_remarks,
    show,
    verbosity,
    with_clients,
    write_reports,
)
from messages_conformance.cli.keeping import says_what_is_kept
from messages_conformance.cli.run_options import RunOptions, run_options
from messages_conformance.cli.terminal import busy
from messages_conformance.judging import assess
from messages_conformance.judging.assess import Assessment
from messages_conformance.planning import Plan, summary
from messages_conformance.protocol.limits import answer_limits
from messages_conformance.recording.budget import CostLimit
from messages_conformance.recording.progress import ModelProgress
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.recording.signals import stoppable
from messages_conformance.rendering.render import Format
from messages_conformance.report.compare_runs import compare_in_order, run_id
from messages_conformance.report.outcome import FailOn
from messages_conformance.report.report import Report
from messages_conformance.runs import check_endpoint, live
from messages_conformance.runs.folder import CASSETTES
from messages_conformance.runs.live import LiveRun
from messages_conformance.runs.progress_display import Bounds, show_progress
from messages_conformance.verdict import Evidence


@click.command("run", cls=Command)
@run_options
@click.option(
    "--budget",
    type=click.IntRange(1),
    metavar="TOKENS",
    help="Spend at most this many tokens, input and output.  [default: the plan's upper bound]",
)
@click.option(
    "--runs",
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Repeat the whole run N times, one after the other, and mark flaky rows.",
)
@click.option(
    "--resume",
    is_flag=True,
    help="Continue the run in --output: send only what is not recorded there yet.",
)
@click.option("--overwrite", is_flag=True, help="Replace the recordings in --output.")
@TIMEOUT
@CLIENTS
@EXPECTATIONS
@click.option(
    "--server", default="", help="The server's name and version, where you know them; recorded."
)
@FAIL_ON
@FORMAT
@verbosity
def command(
    options: RunOptions,
    budget: int | None,
    runs: int,
    resume: bool,
    overwrite: bool,
    timeout: float,
    clients: tuple[str, ...],
    expectations: Path | None,
    server: str,
    fail_on: tuple[FailOn, ...],
    format: Format | None,
    details: bool,
    quiet: bool,
) -> None:
    """Ask a live endpoint, record its answers, and judge them.

    Sends real requests, which a hosted endpoint bills. Writes the recordings (never a key) and
    report.json, report.md and report.html to the run's folder, and prints what falls short and the
    matrix.

    The run first computes an upper bound on its cost and never exceeds it; 'plan' prints it
    without sending anything, and --budget sets a lower one. A row that is skipped to stay within
    it is unmeasured.

    An endpoint that is busy, fails or hangs up is asked again, after the time that it asks for;
    one that does not answer within --timeout once more.
    Every answer is written to disk at once. However a run ends, the same command with --resume
    and the run's folder as --output continues it.

    With --client, what that client sends is asked besides: some twenty requests for claude-code,
    six for a library.

    With --runs, everything is sent N times and costs N times as much. Each run is kept as run-1,
    run-2 and so on, beside a report of all runs, which counts how often each row had which
    behaviour. A row whose behaviour differs is marked flaky, and the worst counts.

    \b
    Environment:
      ANTHROPIC_API_KEY         the key, sent in the target's usual header
      ANTHROPIC_AUTH_TOKEN      a key sent as 'authorization: Bearer', if there is no API key
      ANTHROPIC_BASE_URL        the address, if it is not the target's own
      ANTHROPIC_RESTRICTED_KEY  a key that may not use the model, for row error/403

    An endpoint of your own needs no claims file: give --base-url and --model. It is judged by
    what the genuine API documents, or by the claims of another --target.

    \b
    Examples:
      messages-conformance run --base-url http://127.0.0.1:8080 --model my-model --name "My gateway"
      messages-conformance run --target model-studio --model qwen-plus
      messages-conformance run --target model-studio --row 'tool_choice/*' --opt-in all
      messages-conformance run --target model-studio --output runs/NAME --resume
      messages-conformance run --target model-studio --shard 2/5 --expectations known.toml
      messages-conformance run --target model-studio --series qwen-plus --runs 3
      messages-conformance run --target model-studio --client claude-code --client python-sdk@0.39.0

    \b
    Exit codes:
      0  everything judged is as claimed, or is an accepted deviation
      1  a documented claim or a wire rule is broken, or a known deviation is outdated;
         or something that --fail-on names was seen
      2  the run could not begin, was interrupted, or skipped rows to stay within its limit;
         or nothing could be judged
    """
    _check_usage(options, runs, resume, overwrite)
    detail = detail_of(details=details, quiet=quiet)
    run = replace(
        live.prepare(
            with_clients(options.selection, clients),
            load_suites(clients),
            os.environ,
            opt_in_patterns=options.opt_in,
            shard=options.shard,
            expectations=expectations,
            folder=options.output,
            cassettes=options.cassettes,
            resume=resume,
            own=options.own,
        ),
        rate_limit=options.rate_limit,
        tokens=budget,
        server=server,
        resume=resume,
        overwrite=overwrite,
        limits=answer_limits(timeout),
    )
    _check_folder(run.folder, runs)
    if os.environ.get("ANTHROPIC_API_KEY") and os.environ.get("ANTHROPIC_AUTH_TOKEN"):
        notify("both ANTHROPIC_API_KEY and ANTHROPIC_AUTH_TOKEN are set: using the API key")
    with busy("asking whether the key is accepted"):
        run, note = check_endpoint.check(run)
    if note:
        notify(note)
    if runs == 1:
        done = _run_once(run, run, clients)
        assessed, skipped = done.assessed, done.skipped
    else:
        assessed, skipped = _run_repeatedly(run, runs, expectations, clients), ""
    show(assessed.report, format or "text", detail=detail)
    print_remarks(assessed)
    print_further_failures(assessed.report, fail_on)
    if runs == 1:
        notify(f"recordings are in {run.cassettes}, reports in {run.folder}")
        if assessed.exit_code() == 1:
            notify(f"what shows a problem: messages-conformance show {run.folder} ROW --as curl")
    else:
        notify(f"the report of all runs is in {run.folder}, each run in a folder inside it")
    if skipped:
        raise Failure(skipped)
    sys.exit(assessed.exit_code(fail_on))


def _check_usage(options: RunOptions, runs: int, resume: bool, overwrite: bool) -> None:
    if resume and overwrite:
        raise click.UsageError(
            "--resume keeps the recordings, --overwrite replaces them: choose one"
        )
    if resume and options.output is None and options.cassettes is None:
        raise click.UsageError(f"--resume continues an earlier run: {_name_the_folder()}")
    if runs > 1 and options.cassettes is not None:
        raise click.UsageError(
            "--runs keeps each run in a folder of its own and cannot be used with --cassettes; "
            "name the folder of all runs with --output"
        )
    if runs > 1 and options.shard is not None:
        raise click.UsageError(
            "--runs compares complete runs and cannot be used with --shard; repeat each shard, "
            "combine the shards of each run, and compare the runs with 'combine --runs'"
        )


def _name_the_folder() -> str:
    """Say how to name the run to resume."""
    kinds = (CASSETTES, run_id(1))
    newest = max((path for kind in kinds for path in Path("runs").glob(f"*/{kind}")), default=None)
    hint = f"; the newest is {newest.parent}" if newest else ""
    return f"name its folder with --output{hint}"


def _check_folder(folder: Path, runs: int) -> None:
    """Refuse to mix a single run with several runs in one folder."""
    if runs > 1 and (folder / CASSETTES).exists():
        raise Failure(f"{folder}: contains a single run; name another folder, or leave out --runs")
    if runs == 1 and (folder / run_id(1)).exists():
        raise Failure(
            f"{folder}: contains several runs; give their number with --runs, or name the folder "
            "of one of them"
        )


@dataclass(frozen=True)
class _Done:
    """The result of one run."""

    assessed: Assessment
    tokens: int
    """The tokens that it cost."""
    skipped: str
    """Which rows it skipped, why, and how to continue; or empty."""


def _run_once(run: LiveRun, whole: LiveRun, clients: tuple[str, ...]) -> _Done:
    """Record and judge one run, or one of several that make a ``whole``; write its reports."""
    with busy("planning"):
        plan = live.plan(run)
    limit = run.limit(plan)
    notify(summary.describe_cost(plan, limit))
    go_on = f"{_how_to_resume(whole)}, or judge them with 'report --cassettes {run.cassettes}'"
    with says_what_is_kept(run.cassettes, go_on):
        done = _record(run, plan)
        if clients:
            _ask_for_clients(run, clients, sum(model.tokens for model in done))
        skipped = summary.skipped_rows(done, limit)
        with busy("judging"):
            assessed = assess.assess(
                run.chosen,
                run.suites,
                run.cassettes,
                Evidence.LIVE,
                run.expectations,
                run.shard,
                skipped,
            )
            write_reports(assessed.report, run.folder)
    message = f"{summary.describe_skipped(done, limit)}: {_how_to_resume(whole)}"
    return _Done(assessed, sum(model.tokens for model in done), message if skipped else "")


def _run_repeatedly(
    whole: LiveRun, runs: int, expectations: Path | None, clients: tuple[str, ...]
) -> Assessment:
    """Record and judge several runs, one after the other, and compare them."""
    reports: list[Report] = []
    budget = whole.tokens
    for number in range(1, runs + 1):
        notify(f"run {number} of {runs}")
        if budget == 0:
            raise Failure(f"the budget is spent; {_how_to_resume(whole)}")
        done = _run_once(whole.numbered(number, budget), whole, clients)
        if done.skipped:
            raise Failure(done.skipped)
        reports.append(done.assessed.report)
        budget = None if budget is None else max(0, budget - done.tokens)
    assessed = assess.reassess(compare_in_order(reports), whole.suites, expectations)
    write_reports(assessed.report, whole.folder)
    return assessed


def _ask_for_clients(run: LiveRun, clients: tuple[str, ...], spent: int) -> None:
    """Ask what the named clients send, besides what the rows asked; of a shard, its own models."""
    from messages_conformance.readiness import record, rows

    dialects = rows.chosen_dialects(clients)
    left = None if run.tokens is None else max(1, run.tokens - spent)
    options = RecordingOptions(
        budget=CostLimit(None, left),
        rate_limit=run.rate_limit,
        server=run.server,
        resume=True,
        limits=run.limits,
    )
    for chosen in run.chosen:
        asking = record.ask(
            dialects,
            chosen,
            run.endpoint,
            run.cassettes,
            options,
            extras=rows.extras(clients),
        )
        with busy("asking what the clients send"):
            asyncio.run(stoppable(asking))


def _record(run: LiveRun, plan: Plan) -> tuple[ModelProgress, ...]:
    """Record, and show how far it is."""
    with show_progress(
        run.models,
        Bounds(
            plan.expected.requests,
            plan.upper_bound.requests,
            summary.token_limit(plan, run.limit(plan)),
        ),
    ) as on_progress:
        return live.record(run, plan, on_progress)


def _how_to_resume(run: LiveRun) -> str:
    is_default = run.cassettes == run.folder / CASSETTES
    where = f"--output {run.folder}" + ("" if is_default else f" --cassettes {run.cassettes}")
    return f"continue with the same command and {where} --resume"
