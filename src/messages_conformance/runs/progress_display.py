"""The progress of a live run, on standard error.

On a terminal as bars that are redrawn, elsewhere as a line now and then.
"""

import contextlib
import datetime
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import click
from rich.console import Console, Group
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
from rich.progress import Progress as Bars
from rich.text import Text

from messages_conformance.claims.page import Model
from messages_conformance.display import duration
from messages_conformance.recording.progress import ModelProgress, Progress

OnProgress = Callable[[Progress], None]

LINE_EVERY = 10.0
"""Seconds between two lines where there is no terminal."""
_REDRAW_EVERY = 0.1
"""Seconds between two frames on a terminal."""
_SHORTEST_WAIT_SHOWN = 1.0
"""Seconds; a shorter wait for a rate limit is over before it can be read."""
_TOO_EARLY = 0.03
"""The share done below which the time left is not estimated."""


@dataclass(frozen=True)
class Bounds:
    """What a run is expected to take, and can take at most; None where there is no plan."""

    expected_requests: int | None = None
    most_requests: int | None = None
    """The upper bound; requests that are sent again do not count."""
    most_tokens: int | None = None


NO_BOUNDS = Bounds()


@contextlib.contextmanager
def show_progress(
    models: Sequence[Model],
    bounds: Bounds = NO_BOUNDS,
) -> Iterator[OnProgress]:
    """Yield a function that shows the progress of a run; the recorder calls it repeatedly.

    ``bounds`` are those of the run's plan, where there is one.
    """
    # A dumb terminal cannot draw a line again.
    if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
        with _Bars(models, bounds) as bars:
            yield bars.show
    else:
        yield _Lines(bounds).show


def status(
    progress: Progress,
    seconds: float,
    now: datetime.datetime,
    bounds: Bounds = NO_BOUNDS,
) -> str:
    """Describe in one line the progress of a run that has taken ``seconds`` until ``now``."""
    parts = [
        _requests(progress, bounds),
        f"{progress.in_flight} in flight",
        f"{_of(progress.tokens, bounds.most_tokens)} tokens",
    ]
    if progress.wait is not None and progress.wait >= _SHORTEST_WAIT_SHOWN:
        until = now + datetime.timedelta(seconds=progress.wait)
        parts.append(f"waiting for the rate limit until {until:%H:%M:%S}")
    if (left := time_left(progress, seconds, bounds.expected_requests)) is not None:
        parts.append(f"about {duration(left)} left")
    return ", ".join(parts)


def _requests(progress: Progress, bounds: Bounds) -> str:
    """Requests so far beside those expected and allowed; retries count as neither."""
    again = sum(model.superseded for model in progress.models)
    parts = [f"about {bounds.expected_requests:,} expected"] if bounds.expected_requests else []
    parts += [f"at most {bounds.most_requests:,}"] if bounds.most_requests else []
    parts += [f"{again:,} more sent again"] if again else []
    note = f" ({', '.join(parts)})" if parts else ""
    return f"{progress.sent - again:,} requests{note}"


def _of(number: int, total: int | None) -> str:
    return f"{number:,} of {total:,}" if total else f"{number:,}"


def time_left(
    progress: Progress, seconds: float, expected_requests: int | None = None
) -> float | None:
    """Estimate from the seconds so far how many are left; None while it is too early.

    It goes by the requests that are expected, and once more are sent than that, by the probes done.
    """
    share = progress.done / progress.total if progress.total else 1.0
    answered = progress.sent - progress.in_flight
    if expected_requests and answered < expected_requests:
        share = answered / expected_requests
    if share < _TOO_EARLY:
        return None
    return max(seconds * (1 - share) / share, progress.wait or 0.0)


class _Lines:
    """For a log: a line for each finished model, and one about all of them every few seconds."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._began = self._last_line = time.monotonic()
        self._finished: set[Model] = set()

    def show(self, progress: Progress) -> None:
        for model in progress.models:
            if model.done == model.total and model.model not in self._finished:
                self._finished.add(model.model)
                click.echo(f"{model.model.id}: {_finished(model)}", err=True)
        now = time.monotonic()
        if now - self._last_line >= LINE_EVERY:
            self._last_line = now
            line = status(
                progress,
                now - self._began,
                datetime.datetime.now().astimezone(),
                self._bounds,
            )
            click.echo(f"{progress.done} of {progress.total} probes, {line}", err=True)


def _finished(model: ModelProgress) -> str:
    line = f"recorded {model.done} probes with {model.sent} requests"
    if model.superseded:
        line += f", {model.superseded} of them sent again"
    return f"{line}, {model.unanswered} got no answer" if model.unanswered else line


class _Bars:
    """For a terminal: a bar for each model, and a line about all of them."""

    def __init__(self, models: Sequence[Model], bounds: Bounds) -> None:
        self._bounds = bounds
        self._began, self._last_frame = time.monotonic(), 0.0
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

    def __enter__(self) -> "_Bars":
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if now - self._last_frame < _REDRAW_EVERY and progress.done < progress.total:
            return
        self._last_frame = now
        for model in progress.models:
            self._bars.update(self._tasks[model.model], completed=model.done, total=model.total)
        line = status(
            progress,
            now - self._began,
            datetime.datetime.now().astimezone(),
            self._bounds,
        )
        self._live.update(Group(self._bars, Text(line)), refresh=True)
