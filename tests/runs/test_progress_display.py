"""A run shows its progress, what it waits for, and how long it may still take."""

import datetime
import io
import sys

import pytest

from messages_conformance.claims.page import Model
from messages_conformance.recording.progress import ModelProgress, Progress
from messages_conformance.runs.progress_display import Bounds, show_progress, status, time_left
from support import small_project

NOON = datetime.datetime(2026, 11, 23, 12, 0, 0, tzinfo=datetime.UTC)
OTHER = Model("small-[2]", "small", thinks=False)


def progress(done: int = 1, of: int = 4, waits: float | None = None, sent: int = 10) -> Progress:
    models = (
        ModelProgress(small_project.MODEL, of, done, sent, superseded=2),
        ModelProgress(OTHER, of),
    )
    return Progress(models, in_flight=2, sent=sent, tokens=1234, wait=waits)


def test_a_line_says_all_that_is_known() -> None:
    assert status(progress(), 10, NOON) == (
        "8 requests (2 more sent again), 2 in flight, 1,234 tokens, about 70 s left"
    )
    assert status(progress(waits=75), 10, NOON, Bounds(80, 120, 5000)) == (
        "8 requests (about 80 expected, at most 120, 2 more sent again), 2 in flight, "
        "1,234 of 5,000 tokens, "
        "waiting for the rate limit until 12:01:15, about 90 s left"
    )


@pytest.mark.parametrize(
    ("seconds", "expected", "left"),
    [(0.0, None, 0), (10.0, None, 70), (10.0, 16, 10), (10.0, 8, 70), (10.0, 1000, None)],
)
def test_the_time_left_follows_from_what_was_done(
    seconds: float, expected: int | None, left: float | None
) -> None:
    assert time_left(progress(), seconds, expected) == left


def test_the_time_left_is_no_shorter_than_the_wait() -> None:
    assert time_left(progress(done=4, waits=100), 10) == 100
    assert time_left(progress(done=0), 10) is None


def test_a_log_gets_a_line_for_each_finished_model_and_one_every_few_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    with show_progress((small_project.MODEL, OTHER)) as show:
        for step in range(200):
            now = step * 0.1
            show(progress(done=min(4, step // 40)))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith(
        "2 of 8 probes, 8 requests (2 more sent again), 2 in flight, 1,234 tokens, about"
    )
    assert lines[1:] == [
        "small-1: recorded 4 probes with 10 requests, 2 of them sent again",
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_picture_of_all_models(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "150")
    with show_progress((small_project.MODEL, OTHER), Bounds(20)) as show:
        show(progress(waits=30))
    shown = screen.getvalue()
    for part in ("small-1", "small-[2]", "1/4", "0/4", "about 20 expected", "waiting for the"):
        assert part in shown


def test_a_dumb_terminal_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "dumb")
    with show_progress((small_project.MODEL, OTHER), Bounds(20)) as show:
        show(progress(waits=30))
    assert "\x1b" not in screen.getvalue()
