"""What the terminal can show decides colour, width and whether anything moves."""

import io

import pytest

from messages_conformance.cli import terminal


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_the_environment_turns_colour_on_and_off(
    environment: dict[str, str], on_terminal: bool, in_pipe: bool
) -> None:
    assert terminal.of_stream(Tty(), environment).color is on_terminal
    assert terminal.of_stream(io.StringIO(), environment).color is in_pipe


def test_a_pipe_has_no_width_and_nothing_moves_in_it() -> None:
    shown = terminal.of_stream(io.StringIO(), {})
    assert (shown.width, shown.is_interactive) == (None, False)


def test_nothing_is_drawn_again_on_a_dumb_terminal() -> None:
    assert terminal.of_stream(Tty(), {"TERM": "dumb"}).is_interactive is False
    assert terminal.of_stream(Tty(), {"TERM": "xterm"}).is_interactive is True


def test_something_moves_on_a_terminal_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Tty()
    monkeypatch.setattr("sys.stderr", seen)
    monkeypatch.setenv("TERM", "xterm")
    with terminal.busy("judging"):
        assert "judging" in seen.getvalue()


def test_nothing_moves_in_a_log(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = io.StringIO()
    monkeypatch.setattr("sys.stderr", seen)
    with terminal.busy("judging"):
        pass
    assert seen.getvalue() == ""
