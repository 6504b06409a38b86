"""What `run` and `plan` share: the options that say what is run, how fast, and what it may cost."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from messages_conformance.cli.common import SHARD, choosing

_F = TypeVar("_F", bound=Callable[..., Any])

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
        type=click.IntRange(1, 64),
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


def running(command: _F) -> _F:
    """The options that say what is run, where it is kept, and how fast it goes."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return choosing(command)
