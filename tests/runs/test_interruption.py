"""However a run ends, what was answered is kept, and resuming sends only what is missing.

The runs are processes of their own, killed from outside; the endpoint they ask is here.
"""

import asyncio
import contextlib
import dataclasses
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from messages_conformance import reference
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims import library
from messages_conformance.recording.signals import stoppable

KEY = "sk-key-of-the-interrupted-run"
MODELS = ("qwen-plus", "qwen3-max")
AT_ONCE = 4
PROGRAM = (sys.executable, "-m", "messages_conformance")
COMMAND = (
    *("run", "--target", "model-studio", "--revision", "2025-11-13"),
    *("--concurrency", str(AT_ONCE)),
    *(part for model in MODELS for part in ("--model", model)),
    *("--row", "basic/*", "--row", "tools/*"),
)


@dataclasses.dataclass
class Counting:
    """An endpoint that records what arrives: the headers that matter, and the body."""

    app: ASGIApp
    arrived: list[tuple[str, ...]] = dataclasses.field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            part = await receive()
            body, more = body + part.get("body", b""), part.get("more_body", False)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        printed = ("x-api-key", "authorization", "anthropic-version", "anthropic-beta")
        self.arrived.append((*(headers.get(name, "") for name in printed), body.decode()))

        whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def again() -> Message:
            return whole.pop() if whole else await receive()

        await self.app(scope, again, send)


@dataclasses.dataclass
class Runs:
    """The counting endpoint, and runs against it."""

    endpoint: Counting
    url: str

    def start(
        self, folder: Path, *more: str, most_bytes: int | None = None
    ) -> subprocess.Popen[str]:
        """Start a run in a process of its own; ``most_bytes`` limits the size of its files."""
        limit = (most_bytes or resource.RLIM_INFINITY, resource.RLIM_INFINITY)

        def prepare() -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
            # A shell's background jobs ignore Ctrl-C, and so would all that they start.
            signal.signal(signal.SIGINT, signal.SIG_DFL)

        return subprocess.Popen(
            [
                *PROGRAM,
                *COMMAND,
                "--output",
                str(folder),
                *more,
            ],
            env={**os.environ, "ANTHROPIC_BASE_URL": self.url, "ANTHROPIC_API_KEY": KEY},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=prepare,
        )

    def finish(self, folder: Path, *more: str) -> Counter[tuple[str, ...]]:
        """Run to the end; returns what arrived after the request of the preflight."""
        before = len(self.endpoint.arrived)
        with self.start(folder, *more) as run:
            _, printed = run.communicate(timeout=120)
        assert run.returncode in (0, 1), printed
        return Counter(self.endpoint.arrived[before + 1 :])

    def until(self, number: int) -> None:
        """Wait until so many requests have arrived."""
        for _ in range(600):
            if len(self.endpoint.arrived) >= number:
                return
            time.sleep(0.05)
        raise AssertionError(f"only {len(self.endpoint.arrived)} requests arrived")


@contextlib.contextmanager
def running(delay: float) -> Iterator[Runs]:
    revision = library.shipped("model-studio", "2025-11-13")
    endpoint = Counting(reference.app(revision, key=KEY, delay=delay))
    with reference.running(endpoint) as url:
        yield Runs(endpoint, url)


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Counter[tuple[str, ...]]:
    """What an undisturbed run sends."""
    with running(delay=0) as runs:
        return runs.finish(tmp_path_factory.mktemp("whole") / "run")


def kept(folder: Path) -> int:
    """How many exchanges are recorded; one that names no model counts once."""
    tapes = (Tape.load(folder / "cassettes", "model-studio", model) for model in MODELS)
    return len({(entry.slot, entry.tried) for tape in tapes for entry in tape.entries})


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PROGRAM, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


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
        assert "journal.jsonl: File too large; the answers received so far are in" in last
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
