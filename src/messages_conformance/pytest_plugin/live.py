"""A live run from within pytest: record first, then let the tests judge the recordings.

Loaded in every pytest run of the environment, so this imports next to nothing until it is needed.
"""

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from messages_conformance import resources
from messages_conformance.pytest_plugin import options

if TYPE_CHECKING:
    from messages_conformance.runs.live import LiveRun


def record(config: pytest.Config) -> None:
    """Record what is chosen, and point the session at the recordings.

    Raises:
        UsageError: the run cannot begin, or was stopped; the message says why.
    """
    from messages_conformance.errors import UserError
    from messages_conformance.planning import summary
    from messages_conformance.runs import check_endpoint, live
    from messages_conformance.runs.progress_display import Bounds, show_progress

    capture = config.pluginmanager.getplugin("capturemanager")
    reporter = config.pluginmanager.getplugin("terminalreporter")
    run = _prepare(config)
    try:
        run, note = check_endpoint.check(run)
        if note:
            reporter.write_line(note)
        plan = live.plan(run)
        limit = run.limit(plan)
        reporter.write_line(summary.describe_cost(plan, limit))
        with (
            capture.global_and_fixture_disabled(),
            show_progress(
                run.models,
                Bounds(
                    plan.expected.requests,
                    plan.upper_bound.requests,
                    summary.token_limit(plan, limit),
                ),
            ) as on_progress,
        ):
            done = live.record(run, plan, on_progress)
    except UserError as mistake:
        raise pytest.UsageError(str(mistake)) from mistake
    except OSError as problem:
        raise pytest.UsageError(f"{problem}; the recordings are in {run.cassettes}") from problem
    except KeyboardInterrupt:
        pytest.exit(f"interrupted; the answers received so far are in {run.cassettes}", 2)
    if summary.skipped_rows(done, limit):
        skipped = summary.describe_skipped(done, limit)
        reporter.write_line(
            f"{skipped}: continue with --mc-resume --mc-cassettes {run.cassettes}", yellow=True
        )
    config.option.mc_cassettes = str(run.cassettes.absolute())
    config.option.mc_target = run.target.id


def _prepare(config: pytest.Config) -> "LiveRun":
    """The run that the options describe."""
    from messages_conformance.errors import UserError
    from messages_conformance.probing import loader
    from messages_conformance.recording.rate_limit import MAX_CONCURRENCY, RateLimit
    from messages_conformance.runs import live

    resume, overwrite = options.get(config, "resume"), options.get(config, "overwrite")
    concurrency = options.get(config, "concurrency") or RateLimit.concurrency
    cassettes = options.path_of(config, "cassettes")
    if resume and overwrite:
        raise pytest.UsageError(
            "--mc-resume keeps the recordings, --mc-overwrite replaces them: choose one"
        )
    if resume and not cassettes:
        raise pytest.UsageError(
            "--mc-resume continues an earlier run: name its recordings with --mc-cassettes"
        )
    if concurrency > MAX_CONCURRENCY:
        raise pytest.UsageError(f"--mc-concurrency is at most {MAX_CONCURRENCY}, not {concurrency}")
    try:
        run = live.prepare(
            options.selection_of(config),
            loader.load(resources.folder("suites")),
            os.environ,
            opt_in_patterns=options.get(config, "opt-in"),
            shard=options.shard_of(config),
            expectations=options.path_of(config, "expectations"),
            cassettes=cassettes,
            resume=resume,
            own=options.own_endpoint_of(config),
        )
    except UserError as mistake:
        raise pytest.UsageError(str(mistake)) from mistake
    return replace(
        run,
        rate_limit=RateLimit(
            concurrency,
            options.get(config, "requests-per-minute"),
            options.get(config, "tokens-per-minute"),
        ),
        tokens=options.get(config, "budget"),
        resume=resume,
        overwrite=overwrite,
    )
