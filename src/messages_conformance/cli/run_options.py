"""The options that `run` and `plan` share: what is run, how fast, and where it is kept."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from messages_conformance.claims.own_endpoint import OwnEndpoint
from messages_conformance.claims.selection import Selection
from messages_conformance.claims.shards import Shard
from messages_conformance.cli.common import SHARD, selection_options
from messages_conformance.recording.rate_limit import MAX_CONCURRENCY, RateLimit


@dataclass(frozen=True)
class RunOptions:
    """The values of those options."""

    selection: Selection
    shard: Shard | None
    opt_in: tuple[str, ...]
    """Patterns of opt-in rows, or ``all``."""
    cassettes: Path | None
    output: Path | None
    rate_limit: RateLimit
    own: OwnEndpoint


_OPTIONS = (
    click.option(
        "--base-url",
        metavar="URL",
        default="",
        help="The address of the endpoint: what stands before /v1/messages. It may be one that no "
        "claims file has: then name its models with --model.  [default: ANTHROPIC_BASE_URL]",
    ),
    click.option(
        "--name",
        metavar="TEXT",
        default="",
        help="Your endpoint's name in all reports.  [default: its host]",
    ),
    click.option(
        "--thinks/--no-thinks",
        default=None,
        help="Whether the model of your endpoint can reason before it answers.",
    ),
    click.option(
        "--sees/--no-sees",
        default=None,
        help="Whether the model of your endpoint takes images.",
    ),
    click.option(
        "--context",
        type=click.IntRange(1),
        metavar="TOKENS",
        help="How many tokens the context of the model of your endpoint holds.",
    ),
    click.option(
        "--alias",
        "aliases",
        multiple=True,
        metavar="NAME",
        help="Another name by which your endpoint may answer for the model. May be repeated.",
    ),
    click.option(
        "--temperature",
        type=click.FloatRange(0, 2),
        metavar="NUMBER",
        help="Send this temperature where a probe sets none; 0 helps small models to do as "
        "instructed.",
    ),
    SHARD,
    click.option(
        "--opt-in",
        multiple=True,
        metavar="ROW|all",
        help="Also run this row, which costs or needs more; 'plan' says what. May be repeated.",
    ),
    click.option(
        "--cassettes",
        type=click.Path(path_type=Path, file_okay=False),
        help="The folder of the recordings.  [default: cassettes/ in the folder of --output]",
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
        help="The most requests in flight, of all models together.",
    ),
    click.option(
        "--requests-per-minute",
        type=click.IntRange(1),
        metavar="N",
        help="Send at most N requests per minute, evenly spaced.  [default: no limit]",
    ),
    click.option(
        "--tokens-per-minute",
        type=click.IntRange(1),
        metavar="N",
        help="Spend at most N tokens per minute, input and output.  [default: no limit]",
    ),
    click.option(
        "--max-wait",
        type=click.IntRange(1),
        default=60,
        show_default=True,
        metavar="MINUTES",
        help="Stop the run where these limits make a request wait longer; --resume continues it.",
    ),
)


def run_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add those options to a command; it gets their values as its first argument."""

    @functools.wraps(command)
    def with_options(
        targets: tuple[str, ...],
        revision: str | None,
        claims: tuple[Path, ...],
        series: tuple[str, ...],
        models: tuple[str, ...],
        rows: tuple[str, ...],
        shard: Shard | None,
        opt_in: tuple[str, ...],
        cassettes: Path | None,
        output: Path | None,
        base_url: str,
        name: str,
        thinks: bool | None,
        sees: bool | None,
        context: int | None,
        aliases: tuple[str, ...],
        temperature: float | None,
        concurrency: int,
        requests_per_minute: int | None,
        tokens_per_minute: int | None,
        max_wait: int,
        **others: Any,
    ) -> None:
        rate_limit = RateLimit(concurrency, requests_per_minute, tokens_per_minute, max_wait * 60.0)
        selection = Selection(targets, models, series, rows, revision, claims)
        own = OwnEndpoint(base_url, name, thinks, sees, context, aliases, temperature)
        options = RunOptions(selection, shard, opt_in, cassettes, output, rate_limit, own)
        command(options, **others)

    for option in reversed(_OPTIONS):
        with_options = option(with_options)
    return selection_options(with_options)
