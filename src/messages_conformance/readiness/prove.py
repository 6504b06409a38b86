"""Starting the real client against an endpoint: did what was foretold come true?

The client is fetched from its registry into a throw-away folder, and started there with an empty
home. It is asked one question that needs no tool.
"""

import json
import os
import platform
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from messages_conformance.cassettes.redact import Secrets
from messages_conformance.errors import ClientsError
from messages_conformance.readiness import settings
from messages_conformance.readiness.result import Readiness
from messages_conformance.recording.endpoint import Endpoint

QUESTION: Final = "What is 2+2? Reply with the number only."
PROGRAM: Final = "MESSAGES_CONFORMANCE_CLAUDE_CODE"
"""A variable that names the program where it is there already."""
_PACKAGE: Final = "@anthropic-ai/claude-code"
_NO_TOOLS: Final = json.dumps(
    {
        "hooks": {
            "PreToolUse": [{"matcher": "*", "hooks": [{"type": "command", "command": "exit 2"}]}]
        }
    }
)
"""Settings by which every call of a tool is refused; the requests offer them all the same."""
_TURN_OVER: Final = "Reached max turns"
MOST_SECONDS: Final = 300
"""How long one run may take where nothing else is said: a slow endpoint reads for minutes."""
_CALM: Final = {
    "PATH": "/usr/bin:/bin",
    "TERM": "dumb",
    "LANG": "C.UTF-8",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_TELEMETRY": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_AUTOUPDATER": "1",
    "CLAUDE_CODE_MAX_RETRIES": "2",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one run of the real client ended."""

    answered: bool
    said: str
    """The beginning of what it printed."""
    in_time: bool = True
    """Whether it ended by itself; else it was stopped, and nothing is known."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was foretold of one way to start the client, and what came true."""

    with_settings: bool
    foretold: bool
    """Whether it was foretold to be answered."""
    outcome: Outcome

    @property
    def came_true(self) -> bool | None:
        """Whether the client did as foretold; None where it did not end in time."""
        return self.foretold == self.outcome.answered if self.outcome.in_time else None

    def __str__(self) -> str:
        how = "with these settings" if self.with_settings else "without settings"
        if self.came_true is None:
            return f"the real client, {how}, has {self.outcome.said}: neither proven nor refuted"
        if self.came_true:
            ended = "has an answer" if self.outcome.answered else "gives up"
            return f"the real client, {how}, {ended}: as foretold"
        ended = "has an answer" if self.outcome.answered else f"gives up (“{self.outcome.said}”)"
        return f"the real client, {how}, {ended}: not as foretold"


def prove_readiness(
    found: Readiness, endpoint: Endpoint, seconds: float = MOST_SECONDS
) -> tuple[Proof, ...]:
    """Start the real client against an endpoint without settings, and with those it needs.

    Each run may take so many seconds.

    Raises:
        ClientsError: the client cannot be fetched or started.
    """
    ways = [(False, found.plain_walk)]
    if found.switched_off:
        ways.append((True, found.settled_walk))
    with fetched(found.dialect.version) as program:
        return tuple(
            Proof(
                with_settings,
                walk.answered,
                ask_client(
                    program,
                    endpoint.public_url,
                    endpoint.key,
                    found.model,
                    settings.settings(found) if with_settings else {},
                    seconds,
                ),
            )
            for with_settings, walk in ways
            if walk is not None
        )


@contextmanager
def fetched(version: str) -> Iterator[Path]:
    """Fetch Claude Code into a folder that is deleted at the end; yields the program.

    Raises:
        ClientsError: it cannot be fetched; the message says why.
    """
    if there := os.environ.get(PROGRAM):
        yield Path(there)
        return
    with tempfile.TemporaryDirectory(prefix="messages-conformance-") as folder:
        package = f"{_PACKAGE}-{_platform()}@{version}"
        try:
            _run(["npm", "pack", "--silent", package], folder)
            (archive,) = Path(folder).glob("*.tgz")
            _run(["tar", "xzf", archive.name], folder)
            archive.unlink()
        except (OSError, ValueError, subprocess.SubprocessError) as problem:
            raise ClientsError(
                f"{package} cannot be fetched ({problem}); --prove needs npm and its registry, or "
                f"the program's path in {PROGRAM}"
            ) from problem
        yield Path(folder) / "package" / "claude"


def ask_client(
    program: Path,
    base_url: str,
    key: str,
    model: str,
    variables: Mapping[str, str],
    seconds: float = MOST_SECONDS,
) -> Outcome:
    """Start the client once, with these settings and nothing else of the environment.

    It runs no tool: every call is refused. It has one turn, and an empty folder.
    """
    with tempfile.TemporaryDirectory(prefix="messages-conformance-") as home:
        environ = {
            **_CALM,
            "HOME": home,
            "CLAUDE_CONFIG_DIR": str(Path(home) / "config"),
            "ANTHROPIC_BASE_URL": base_url,
            "ANTHROPIC_AUTH_TOKEN": key,
            "ANTHROPIC_MODEL": model,
            "ANTHROPIC_DEFAULT_HAIKU_MODEL": model,
            **variables,
        }
        if "ANTHROPIC_API_KEY" in variables:
            environ |= {"ANTHROPIC_API_KEY": key}
            del environ["ANTHROPIC_AUTH_TOKEN"]
        try:
            done = subprocess.run(  # noqa: S603 - the program that was just fetched
                [program, "-p", QUESTION, "--max-turns", "1", "--settings", _NO_TOOLS],
                env=environ,
                cwd=home,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            return Outcome(False, f"no answer within {seconds:.0f} seconds", in_time=False)
        except OSError as problem:
            raise ClientsError(f"{program}: cannot be started ({problem.strerror})") from problem
    said = Secrets({key: "YOUR_KEY"}).text(" ".join((done.stdout or done.stderr).split()))[:200]
    # A model that calls a tool has answered: then only the one turn is over.
    answered = (done.returncode == 0 and bool(done.stdout.strip())) or _TURN_OVER in done.stdout
    return Outcome(answered, said)


def _platform() -> str:
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system())
    machine = {"x86_64": "x64", "AMD64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(
        platform.machine()
    )
    if system is None or machine is None:
        raise ClientsError(
            f"--prove knows no Claude Code for {platform.system()} on {platform.machine()}"
        )
    return f"{system}-{machine}"


def _run(command: list[str], folder: str) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=900)  # noqa: S603
