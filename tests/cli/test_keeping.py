"""However a command is stopped: one sentence, exit code 2, and what was answered is named."""

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from messages_conformance import cli
from messages_conformance.claims import library
from messages_conformance.cli import explore, group, init
from messages_conformance.cli.common import Failure
from messages_conformance.cli.keeping import says_what_is_kept
from messages_conformance.errors import GaveUpError
from messages_conformance.probing.company.corpus import Entry
from support.commands import call, refused

pytestmark = pytest.mark.usefixtures("no_key")

PAGE = ("--target", "model-studio", "--revision", "2025-11-13", "--model", "qwen-plus")
STOPS = {
    "Ctrl-C": (KeyboardInterrupt(), "interrupted"),
    "endpoint": (GaveUpError("it is\x1b gone"), "it is\\x1b gone"),
    "disk": (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x"), "x: No space left on device"),
}


@pytest.mark.parametrize(("stop", "says"), STOPS.values(), ids=STOPS)
@pytest.mark.parametrize("recorded", [True, False])
def test_what_is_kept_is_said_however_it_was_stopped(
    stop: BaseException, says: str, recorded: bool, tmp_path: Path
) -> None:
    if recorded:
        (tmp_path / "journal.jsonl").touch()
    with pytest.raises(Failure) as stopped, says_what_is_kept(tmp_path, "go on so"):
        raise stop
    assert stopped.value.message.startswith(says)
    kept = f"; the answers received so far are in {tmp_path}: go on so"
    assert stopped.value.message.endswith(kept) is recorded


def _interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def _terminate(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("stop", [_interrupt, _terminate])
def test_a_signal_is_a_sentence(stop: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "known", stop)
    assert refused(call("targets")) == "interrupted"


def test_ctrl_c_while_a_command_is_imported_does_not_exit_as_a_broken_promise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(group, "import_module", _interrupt)
    assert refused(call("targets")) == "interrupted"


def test_a_question_that_is_not_answered_does_not_exit_as_a_broken_promise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(init, "_is_terminal", lambda: True)
    done = click.testing.CliRunner().invoke(cli.main, ["init", "mine"], input="")
    assert done.exit_code == 2
    assert done.stderr.endswith("Error: interrupted\n")


def test_an_exploration_stopped_at_its_reports_loses_nothing(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert endpoint
    corpus = tmp_path / "corpus.jsonl"
    before = '{"row": "basic/system", "beside": ["tool"]}\n'
    corpus.write_text(before)
    run = tmp_path / "run"
    chosen = (*PAGE, "--row", "basic/s*", "--draws", "2", "--output", run, "--corpus", corpus)
    with monkeypatch.context() as stopping:
        stopping.setattr(explore, "write_reports", _interrupt)
        said = refused(call("explore", *chosen))
    assert said == (
        f"interrupted; the answers received so far are in {run}/cassettes: judge them with the "
        f"same command, --output {run} and --replay"
    )
    assert not list(run.glob("report.*"))
    # What was asked first is there, so the same draws are judged.
    assert (run / "corpus.jsonl").read_text() == before
    again = call("explore", *chosen, "--replay")
    assert again.exit_code == 0, again.output
    assert "unmeasured" not in again.stdout
    assert (run / "report.json").exists()


def test_what_failed_is_kept_when_recordings_are_judged_again(
    endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A corpus that was not written, since the exploration was stopped, is written now."""
    assert endpoint
    run, corpus = tmp_path / "run", tmp_path / "corpus.jsonl"
    chosen = (*PAGE, "--row", "basic/s*", "--draws", "2", "--output", run)
    assert call("explore", *chosen).exit_code == 0
    failed = Entry("basic/system", ("tool",))
    monkeypatch.setattr(explore, "_failed", lambda *_: [failed])
    assert call("explore", *chosen, "--replay", "--corpus", corpus).exit_code == 0
    assert corpus.read_text() == '{"row": "basic/system", "beside": ["tool"]}\n'
