"""However a run ends, what was answered is kept, and resuming sends only what is missing.

The runs are processes of their own, killed from outside; the endpoint they ask is here.
"""

import asyncio
import signal
from collections import Counter
from pathlib import Path

import pytest

from messages_conformance.recording.signals import stoppable
from support.killed_runs import AT_ONCE, command, kept, running


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[str, ...]]:
    """What an undisturbed run sends."""
    with running(delay=0) as runs:
        return runs.finish(tmp_path_factory.mktemp("whole") / "run")


def test_a_killed_run_loses_nothing_and_resuming_sends_the_rest(
    tmp_path: Path, plan: Counter[tuple[str, ...]]
) -> None:
    with running(delay=0.1) as runs:
        run = runs.start(tmp_path)
        runs.until(30)
        run.kill()
        run.communicate()
        first = Counter(runs.endpoint.arrived[1:])
        recorded = kept(tmp_path)
        assert first.total() - AT_ONCE <= recorded < plan.total()

        judged = command("report", "--cassettes", str(tmp_path / "cassettes"), "--format", "json")
        assert judged.returncode in (0, 1), judged.stderr

        rest = runs.finish(tmp_path, "--resume")
    assert rest.total() == plan.total() - recorded
    twice = (first + rest) - plan
    assert first + rest - twice == plan
    assert twice.total() <= AT_ONCE
    assert kept(tmp_path) == plan.total()
    assert not list(tmp_path.rglob("*.jsonl"))


@pytest.mark.parametrize("printed", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_how_to_continue(
    tmp_path: Path, plan: Counter[tuple[str, ...]], printed: signal.Signals
) -> None:
    with running(delay=0.1) as runs:
        run = runs.start(tmp_path)
        runs.until(20)
        run.send_signal(printed)
        _, message = run.communicate(timeout=60)
        assert run.returncode == 2
        assert "Traceback" not in message
        assert message.strip().splitlines()[-1] == (
            f"Error: interrupted; the answers received so far are in {tmp_path}/cassettes: "
            f"continue with the same command and --output {tmp_path} --resume, or judge them "
            f"with 'report --cassettes {tmp_path}/cassettes'"
        )
        assert not list(tmp_path.rglob("*.jsonl")), "there was time to make cassettes"
        recorded = kept(tmp_path)
        assert recorded >= len(runs.endpoint.arrived) - 1 - AT_ONCE
        assert runs.finish(tmp_path, "--resume").total() == plan.total() - recorded


def test_a_full_disk_stops_a_run_and_costs_nothing_that_was_written(
    tmp_path: Path, plan: Counter[tuple[str, ...]]
) -> None:
    """Files are limited to the size of a few exchanges, so the journal is full before the end."""
    with running(delay=0) as runs:
        run = runs.start(tmp_path, most_bytes=60_000)
        _, message = run.communicate(timeout=60)
        assert run.returncode == 2
        assert "Traceback" not in message
        last = message.strip().splitlines()[-1]
        assert "journal.jsonl: File too large; raise the limit" in last
        assert "; the answers received so far are in" in last
        recorded = kept(tmp_path)
        assert 5 < recorded < plan.total()
        assert runs.finish(tmp_path, "--resume").total() == plan.total() - recorded
    assert kept(tmp_path) == plan.total()


def test_a_second_run_into_the_same_folder_is_refused(tmp_path: Path) -> None:
    with running(delay=0.5) as runs:
        first = runs.start(tmp_path)
        runs.until(5)
        second = runs.start(tmp_path, "--resume")
        _, message = second.communicate(timeout=60)
        first.kill()
        first.communicate()
    assert second.returncode == 2
    assert f"{tmp_path}/cassettes: another run is recording into this folder" in message
    assert "Traceback" not in message


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_does_not_interrupt_the_stopping(number: signal.Signals) -> None:
    """Whoever presses Ctrl-C twice would otherwise leave tasks behind that never end."""
    steps = []

    async def work() -> None:
        signal.raise_signal(number)
        try:
            await asyncio.sleep(60)
        finally:
            steps.append("stopping")
            signal.raise_signal(number)
            await asyncio.sleep(0.01)
            steps.append("stopped")

    # A shell starts what runs in its background with this signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(stoppable(work()))
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert steps == ["stopping", "stopped"]


def test_a_signal_that_is_ignored_stays_ignored() -> None:
    async def work() -> str:
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(0.01)
        return "done"

    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert asyncio.run(stoppable(work())) == "done"
    finally:
        signal.signal(signal.SIGINT, before)
