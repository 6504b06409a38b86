"""Runs of the command line in processes of their own, and an endpoint that counts what it is asked.

The processes are killed from outside; the endpoint runs here.
"""

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

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from messages_conformance import reference
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims import library

KEY = "sk-key-of-the-interrupted-run"
MODELS = ("qwen-plus", "qwen3-max")
AT_ONCE = 4
PROGRAM = (sys.executable, "-m", "messages_conformance")
COMMAND = (
    *("run", "--target", "model-studio", "--revision", "2025-11-13"),
    *("--concurrency", str(AT_ONCE)),
    *(part for model in MODELS for part in ("--model", model)),
    # Not the rows whose resuming takes longer to plan than that of all others together.
    *("--row", "basic/[!s]*", "--row", "tools/[!i]*"),
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
