"""A live run from within pytest: its options, and the recording before anything is judged.

Like the plugin itself it imports next to nothing until it is needed.
"""

import os
from argparse import ArgumentTypeError
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from messages_conformance import resources

if TYPE_CHECKING:
    from messages_conformance.claims.selection import Selection
    from messages_conformance.claims.shards import Shard
    from messages_conformance.runs.live import Run

_SWITCHES = {
    "resume": "go on with the recordings in --cassettes: ask only what is missing",
    "overwrite": "replace what is recorded in --cassettes",
}
_NUMBERS = {
    "budget": "spend no more tokens of input and output in all",
    "concurrency": "how many requests may be in flight at once (default: 4)",
    "requests-per-minute": "send no more than so many a minute",
    "tokens-per-minute": "spend no more tokens of input and output a minute",
}


def add_options(group: pytest.OptionGroup) -> None:
    """Offer for a live session what `run` offers."""
    for name, meaning in _SWITCHES.items():
        group.addoption(
            f"--{name}", dest=dest(name), action="store_true", help=f"with --live: {meaning}"
        )
    for name, meaning in _NUMBERS.items():
        group.addoption(
            f"--{name}",
            dest=dest(name),
            type=_positive,
            metavar="N",
            help=f"with --live: {meaning}",
        )


def _positive(text: str) -> int:
    """A whole number above 0, as `argparse` wants it read."""
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0):
        raise ArgumentTypeError(f"{text!r} is no whole number above 0")
    return int(text)


def record(config: pytest.Config) -> None:
    """Make the recordings that are then judged, and point the session at them."""
    from messages_conformance.errors import UserError
    from messages_conformance.planning import summary
    from messages_conformance.runs import live
    from messages_conformance.runs.progress_display import progress

    capture = config.pluginmanager.getplugin("capturemanager")
    reporter = config.pluginmanager.getplugin("terminalreporter")
    run = _prepared(config)
    try:
        run = live.check(run)[0]
        plan = live.plan(run)
        limit = run.limit(plan)
        reporter.write_line(summary.outlook(plan, limit))
        requests, tokens = plan.expected.requests, summary.most_tokens(plan, limit)
        with (
            capture.global_and_fixture_disabled(),
            progress(run.models, expected=requests, ceiling=tokens) as on_progress,
        ):
            done = live.record(run, plan, on_progress)
    except UserError as mistake:
        raise pytest.UsageError(str(mistake)) from mistake
    except OSError as problem:
        raise pytest.UsageError(f"{problem}; the recordings are in {run.cassettes}") from problem
    except KeyboardInterrupt:
        pytest.exit(f"interrupted; what was recorded until now is in {run.cassettes}", 2)
    if summary.left(done, limit):
        stopped = summary.stopped(done, limit)
        reporter.write_line(
            f"{stopped}: go on with --resume --cassettes {run.cassettes}", yellow=True
        )
    config.option.conformance_cassettes = str(run.cassettes.absolute())
    config.option.conformance_target = run.target.id


def _prepared(config: pytest.Config) -> "Run":
    """The run that was asked for."""
    from messages_conformance.errors import UserError
    from messages_conformance.probing import loader
    from messages_conformance.recording.rate_limit import MAX_CONCURRENCY, RateLimit
    from messages_conformance.runs import live

    given = {name: config.getoption(dest(name)) for name in (*_SWITCHES, *_NUMBERS)}
    if given["resume"] and given["overwrite"]:
        raise pytest.UsageError("--resume keeps what is there, --overwrite does not: choose one")
    if given["resume"] and not cassettes_of(config):
        raise pytest.UsageError(
            "--resume goes on with an earlier run: name its recordings with --cassettes"
        )
    if (given["concurrency"] or 0) > MAX_CONCURRENCY:
        raise pytest.UsageError(
            f"--concurrency is {MAX_CONCURRENCY} at most, not {given['concurrency']}"
        )
    try:
        run = live.prepare(
            selection_of(config),
            loader.load(resources.folder("suites")),
            os.environ,
            wanted=config.getoption(dest("opt-in")),
            part=part_of(config),
            own=own_of(config),
            cassettes=cassettes_of(config),
            resume=given["resume"],
        )
    except UserError as mistake:
        raise pytest.UsageError(str(mistake)) from mistake
    return replace(
        run,
        pace=RateLimit(
            given["concurrency"] or RateLimit.concurrency,
            given["requests-per-minute"],
            given["tokens-per-minute"],
        ),
        tokens=given["budget"],
        resume=given["resume"],
        overwrite=given["overwrite"],
    )


def selection_of(config: pytest.Config) -> "Selection":
    """What was chosen, as it was typed."""
    from messages_conformance.claims.selection import Selection

    return Selection(
        tuple(filter(None, [config.getoption(dest("target"))])),
        tuple(config.getoption(dest("model"))),
        tuple(config.getoption(dest("series"))),
        tuple(config.getoption(dest("row"))),
        config.getoption(dest("revision")),
    )


def part_of(config: pytest.Config) -> "Shard | None":
    """The part that was chosen.

    Raises:
        ShardError: it is none.
    """
    from messages_conformance.claims.shards import Shard

    given = config.getoption(dest("shard"))
    return Shard.parse(given) if given else None


def own_of(config: pytest.Config) -> Path | None:
    """The user's own file of known deviations."""
    given = config.getoption(dest("expectations"))
    return Path(given) if given else None


def cassettes_of(config: pytest.Config) -> Path | None:
    """The folder of recordings that was named, or that a live run has made."""
    given = config.getoption(dest("cassettes"))
    return Path(given) if given else None


def dest(option: str) -> str:
    """Where pytest keeps an option: under a name that no other plugin takes."""
    return f"conformance_{option.replace('-', '_')}"
