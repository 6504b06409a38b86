"""What `run` and `plan` share: the options that say what is run, how fast, and what it may cost."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from messages_conformance.claims.selection import Selection
from messages_conformance.claims.shards import Shard
from messages_conformance.cli.common import SHARD, choosing
from messages_conformance.recording.rate_limit import MAX_CONCURRENCY, RateLimit


@dataclass(frozen=True)
class Asked:
    """What those options say."""

    selection: Selection
    part: Shard | None
    wanted: tuple[str, ...]
    """Patterns of rows to opt in to."""
    cassettes: Path | None
    output: Path | None
    pace: RateLimit


_OPTIONS = (
    SHARD,
    click.option(
        "--opt-in",
        "wanted",
        multiple=True,
        metavar="ROW|all",
        help="Also run this row's probe, which costs or needs more; 'plan' says what. Repeatable.",
    ),
    click.option(
        "--cassettes",
        type=click.Path(path_type=Path, file_okay=False),
        help="Where the recordings are.  [default: cassettes/ in the folder of --output]",
    ),
    click.option(
        "--output",
        type=click.Path(path_type=Path, file_okay=False),
        help="The run's folder, with its reports.  [default: runs/<UTC time>-<host>]",
    ),
    click.option(
        "--concurrency",
        type=click.IntRange(1, MAX_CONCURRENCY),
        default=4,
        show_default=True,
        help="How many requests may be in flight at once, for all models together.",
    ),
    click.option(
        "--requests-per-minute",
        type=click.IntRange(1),
        metavar="N",
        help="Send no more than so many a minute, evenly.  [default: no limit]",
    ),
    click.option(
        "--tokens-per-minute",
        type=click.IntRange(1),
        metavar="N",
        help="Spend no more tokens of input and output a minute.  [default: no limit]",
    ),
)


def running(command: Callable[..., None]) -> Callable[..., None]:
    """Offer those options, and hand a command what they say as its first argument."""

    @functools.wraps(command)
    def asked(
        targets: tuple[str, ...],
        revision: str | None,
        claims: tuple[Path, ...],
        series: tuple[str, ...],
        models: tuple[str, ...],
        rows: tuple[str, ...],
        part: Shard | None,
        wanted: tuple[str, ...],
        cassettes: Path | None,
        output: Path | None,
        concurrency: int,
        requests_per_minute: int | None,
        tokens_per_minute: int | None,
        **others: Any,
    ) -> None:
        pace = RateLimit(concurrency, requests_per_minute, tokens_per_minute)
        selection = Selection(targets, models, series, rows, revision, claims)
        command(Asked(selection, part, wanted, cassettes, output, pace), **others)

    for option in reversed(_OPTIONS):
        asked = option(asked)
    return choosing(asked)
