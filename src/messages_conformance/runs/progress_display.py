"""How far a live run is, for whoever waits.

A live view on a terminal, a line now and then elsewhere; both are written to standard error.
"""

import contextlib
import datetime
import sys
import time
from collections.abc import Callable, Iterator, Sequence

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from messages_conformance.claims.page import Model
from messages_conformance.display import duration
from messages_conformance.recording.progress import ModelProgress, Progress

Tell = Callable[[Progress], None]

LINE_EVERY = 10.0
"""Seconds between two lines where there is no terminal."""
_DRAWN_EVERY = 0.1
"""Seconds between two pictures on a terminal."""
_WORTH_TELLING = 1.0
"""Seconds; a shorter wait for a limit is over before it is read."""
_TOO_EARLY = 0.03
"""The share done below which the time left cannot be guessed."""


@contextlib.contextmanager
def progress(
    models: Sequence[Model], *, expected: int | None = None, ceiling: int | None = None
) -> Iterator[Tell]:
    """Yield what is to be told of every step of a run, and also while nothing happens.

    ``expected`` is how many requests the run will send, ``ceiling`` what it may cost in tokens,
    where that is known.
    """
    if sys.stderr.isatty():
        with _Picture(models, expected, ceiling) as picture:
            yield picture.tell
    else:
        yield _Lines(expected, ceiling).tell


def status(
    told: Progress,
    seconds: float,
    now: datetime.datetime,
    *,
    expected: int | None = None,
    ceiling: int | None = None,
) -> str:
    """Say in a line how far a run is that has taken so long, at this local time."""
    requests = f"{told.sent:,} of {expected:,} requests" if expected else f"{told.sent:,} requests"
    tokens = f"{told.tokens:,} of {ceiling:,} tokens" if ceiling else f"{told.tokens:,} tokens"
    parts = [requests, f"{told.in_flight} in flight", tokens]
    if told.wait is not None and told.wait >= _WORTH_TELLING:
        until = now + datetime.timedelta(seconds=told.wait)
        parts.append(f"waiting for the limit until {until:%H:%M:%S}")
    if (left := time_left(told, seconds, expected)) is not None:
        parts.append(f"about {duration(left)} left")
    return ", ".join(parts)


def time_left(told: Progress, seconds: float, expected: int | None = None) -> float | None:
    """Guess how many seconds a run still takes from what it took; None while it is too early."""
    probes = told.done / told.total if told.total else 1.0
    share = min(1.0, (told.sent - told.in_flight) / expected) if expected else probes
    if share < _TOO_EARLY:
        return None
    return max(seconds * (1 - share) / share, told.wait or 0.0)


class _Lines:
    """For a log: a line for each model that is done, and one every few seconds."""

    def __init__(self, expected: int | None, ceiling: int | None) -> None:
        self._expected, self._ceiling = expected, ceiling
        self._began = self._said = time.monotonic()
        self._finished: set[Model] = set()

    def tell(self, told: Progress) -> None:
        for model in told.models:
            if model.done == model.total and model.model not in self._finished:
                self._finished.add(model.model)
                click.echo(f"{model.model.id}: {_recorded(model)}", err=True)
        now = time.monotonic()
        if now - self._said >= LINE_EVERY:
            self._said = now
            said = status(
                told,
                now - self._began,
                datetime.datetime.now().astimezone(),
                expected=self._expected,
                ceiling=self._ceiling,
            )
            click.echo(f"{told.done} of {told.total} probes, {said}", err=True)


def _recorded(model: ModelProgress) -> str:
    said = f"recorded {model.done} probes with {model.sent} requests"
    if model.superseded:
        said += f", {model.superseded} of them sent again"
    return f"{said}, {model.unanswered} got no answer" if model.unanswered else said


class _Picture:
    """For a terminal: a bar for each model, and a line about all of them."""

    def __init__(self, models: Sequence[Model], expected: int | None, ceiling: int | None) -> None:
        self._expected, self._ceiling = expected, ceiling
        self._began, self._drawn = time.monotonic(), 0.0
        self._bars = Bars(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("probes"),
        )
        self._tasks = {model: self._bars.add_task(model.id, total=None) for model in models}
        self._live = Live(
            self._bars, console=Console(stderr=True, markup=False), auto_refresh=False
        )

    def __enter__(self) -> "_Picture":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def tell(self, told: Progress) -> None:
        now = time.monotonic()
        if now - self._drawn < _DRAWN_EVERY and told.done < told.total:
            return
        self._drawn = now
        for model in told.models:
            self._bars.update(self._tasks[model.model], completed=model.done, total=model.total)
        said = status(
            told,
            now - self._began,
            datetime.datetime.now().astimezone(),
            expected=self._expected,
            ceiling=self._ceiling,
        )
        self._live.update(Group(self._bars, Text(said)), refresh=True)
