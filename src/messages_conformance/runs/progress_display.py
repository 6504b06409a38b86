"""The progress of a live run, on standard error.

On a terminal as bars that are redrawn, elsewhere as a line now and then.
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

OnProgress = Callable[[Progress], None]

LINE_EVERY = 10.0
"""Seconds between two lines where there is no terminal."""
_REDRAW_EVERY = 0.1
"""Seconds between two frames on a terminal."""
_SHORTEST_WAIT_SHOWN = 1.0
"""Seconds; a shorter wait for a rate limit is over before it can be read."""
_TOO_EARLY = 0.03
"""The share done below which the time left is not estimated."""


@contextlib.contextmanager
def show_progress(
    models: Sequence[Model],
    *,
    expected_requests: int | None = None,
    token_limit: int | None = None,
) -> Iterator[OnProgress]:
    """Yield a function that shows the progress of a run; the recorder calls it repeatedly.

    ``expected_requests`` and ``token_limit`` are those of the run's plan, where there is one.
    """
    if sys.stderr.isatty():
        with _Bars(models, expected_requests, token_limit) as bars:
            yield bars.show
    else:
        yield _Lines(expected_requests, token_limit).show


def status(
    progress: Progress,
    seconds: float,
    now: datetime.datetime,
    *,
    expected_requests: int | None = None,
    token_limit: int | None = None,
) -> str:
    """Describe in one line the progress of a run that has taken ``seconds`` until ``now``."""
    parts = [
        f"{_of(progress.sent, expected_requests)} requests",
        f"{progress.in_flight} in flight",
        f"{_of(progress.tokens, token_limit)} tokens",
    ]
    if progress.wait is not None and progress.wait >= _SHORTEST_WAIT_SHOWN:
        until = now + datetime.timedelta(seconds=progress.wait)
        parts.append(f"waiting for the rate limit until {until:%H:%M:%S}")
    if (left := time_left(progress, seconds, expected_requests)) is not None:
        parts.append(f"about {duration(left)} left")
    return ", ".join(parts)


def _of(number: int, total: int | None) -> str:
    return f"{number:,} of {total:,}" if total else f"{number:,}"


def time_left(
    progress: Progress, seconds: float, expected_requests: int | None = None
) -> float | None:
    """Estimate from the seconds so far how many are left; None while it is too early."""
    probes = progress.done / progress.total if progress.total else 1.0
    answered = progress.sent - progress.in_flight
    share = min(1.0, answered / expected_requests) if expected_requests else probes
    if share < _TOO_EARLY:
        return None
    return max(seconds * (1 - share) / share, progress.wait or 0.0)


class _Lines:
    """For a log: a line for each finished model, and one about all of them every few seconds."""

    def __init__(self, expected_requests: int | None, token_limit: int | None) -> None:
        self._expected_requests, self._token_limit = expected_requests, token_limit
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
                expected_requests=self._expected_requests,
                token_limit=self._token_limit,
            )
            click.echo(f"{progress.done} of {progress.total} probes, {line}", err=True)


def _finished(model: ModelProgress) -> str:
    line = f"recorded {model.done} probes with {model.sent} requests"
    if model.superseded:
        line += f", {model.superseded} of them sent again"
    return f"{line}, {model.unanswered} got no answer" if model.unanswered else line


class _Bars:
    """For a terminal: a bar for each model, and a line about all of them."""

    def __init__(
        self, models: Sequence[Model], expected_requests: int | None, token_limit: int | None
    ) -> None:
        self._expected_requests, self._token_limit = expected_requests, token_limit
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
            expected_requests=self._expected_requests,
            token_limit=self._token_limit,
        )
        self._live.update(Group(self._bars, Text(line)), refresh=True)
