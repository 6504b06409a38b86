"""Rows `snippet/…`: the page's first calls, run with the real tools on recorded answers.

The programs are our own and make the calls that a page shows. Each is run twice, with each of the
two variables that a page names for the key, and is given what the endpoint answered to exactly
this call. It runs as the page shows, or the row says where it ends and why. Two ends are known: the
genuine API refuses a budget that equals `max_tokens`, and the first block of an answer that begins
with thinking has no text.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from messages_conformance.clients.installed import environments, loopback
from messages_conformance.errors import ClientsError
from messages_conformance.probing.inspection import Inspection, InspectionResult
from messages_conformance.probing.loader import LoadedInspection
from messages_conformance.protocol.exchange import KEY, Exchange, Request
from messages_conformance.readiness.dialect import dialect_of
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where

_SECONDS: Final = 90
_SUITE: Final = "clients"
_RAISED: Final = re.compile(r"[\w.]*(?:Error|Exception)\b")
_KEYS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "ANTHROPIC_API_KEY": ("x-api-key", KEY),
        "ANTHROPIC_AUTH_TOKEN": ("authorization", f"Bearer {KEY}"),
    }
)
"""The variables that pages name for the key, and the header that each usually comes to."""


@dataclass(frozen=True)
class Snippet:
    """One program that a page shows."""

    name: str
    says: str
    program: str
    client: str
    """What it is written with; ``curl`` is taken as it is installed."""
    streams: bool = False

    def requests(self, model: str) -> Mapping[str, Request]:
        """What it sends, by the variable that has the key."""
        body: dict[str, Any] = {
            "model": model,
            "max_tokens": 1024,
            "thinking": {"type": "enabled", "budget_tokens": 1024},
            "messages": [{"role": "user", "content": [{"type": "text", "text": "Who are you?"}]}],
            **({"stream": True} if self.streams else {}),
        }
        version, key = "2023-06-01", _KEYS["ANTHROPIC_API_KEY"]
        if self.client != "curl":
            # Which header an API key comes to depends on the version of the SDK.
            (plain, *_) = dialect_of(self.client).of_case("plain")
            captured = dict(plain.headers)
            version = captured["anthropic-version"]
            key = next(each for each in _KEYS.values() if each[0] in captured)
        headers = {**_KEYS, "ANTHROPIC_API_KEY": key}
        return {
            variable: Request(body, tuple(sorted((("anthropic-version", version), header))))
            for variable, header in headers.items()
        }


SNIPPETS: Final = (
    Snippet("python", "Python, one call", "snippet_python.py", "python-sdk"),
    Snippet("python-stream", "Python, streamed", "snippet_python_stream.py", "python-sdk", True),
    Snippet(
        "typescript-stream",
        "TypeScript, streamed",
        "snippet_typescript_stream.mjs",
        "typescript-sdk",
        True,
    ),
    Snippet("curl", "curl", "snippet_curl.sh", "curl"),
)


def requests_of(model: str) -> tuple[Request, ...]:
    """All that the snippets send to a model; each request once."""
    found = (request for each in SNIPPETS for request in each.requests(model).values())
    return tuple({request.key: request for request in found}.values())


def inspections() -> Iterator[LoadedInspection]:
    """The rows of the snippets."""
    for snippet in SNIPPETS:
        yield LoadedInspection(_SUITE, _inspection(snippet))


def _inspection(snippet: Snippet) -> Inspection:
    def inspect(exchanges: Sequence[Exchange]) -> InspectionResult:
        return _inspect(snippet, exchanges)

    inspect.__doc__ = (
        f"The page's snippet: {snippet.says}.\n\n"
        "A program that makes the page's call, run with the real tool on the recorded answer, with "
        "each variable that the page names for the key. To fix: print a snippet that runs, with a "
        "budget below max_tokens, and with the text looked for among the blocks.\n\n"
        "Instead: set the budget below max_tokens, and take the blocks whose type is text."
    )
    return Inspection(f"snippet/{snippet.name}", inspect)


def _inspect(snippet: Snippet, exchanges: Sequence[Exchange]) -> InspectionResult:
    answers = _answers(snippet, exchanges)
    if not answers:
        return InspectionResult(0, (), "not measured (the call was not recorded)")
    try:
        command = _command(snippet)
        ends = {
            variable: _run(snippet, command, variable, answer)
            for variable, answer in answers.items()
        }
    except ClientsError as problem:
        return InspectionResult(0, (), f"not measured ({problem})")
    findings: list[tuple[Exchange, Finding]] = []
    for variable, end in ends.items():
        if end:
            said = f"snippet/{snippet.name} with {variable} {end}"
            findings.append((answers[variable], broken("CL-READ-3", Where(), said)))
    alike = len(ends) > 1 and len(set(ends.values())) == 1
    told = {"either variable": next(iter(ends.values()))} if alike else ends
    figures = "; ".join(f"with {each}: {end or 'runs'}" for each, end in told.items())
    return InspectionResult(len(answers), tuple(findings), figures)


def _answers(snippet: Snippet, exchanges: Sequence[Exchange]) -> dict[str, Exchange]:
    """What was recorded of a snippet's calls, whichever model was asked, by variable."""
    known = {each.request.key: each for each in exchanges if each.status is not None}
    models = dict.fromkeys(
        each.request.body["model"]
        for each in known.values()
        if isinstance(each.request.body, dict) and isinstance(each.request.body.get("model"), str)
    )
    return {
        variable: known[request.key]
        for model in models
        for variable, request in snippet.requests(model).items()
        if request.key in known
    }


def _command(snippet: Snippet) -> tuple[str, ...]:
    """What starts a snippet.

    Raises:
        ClientsError: its tool is missing, and cannot be installed.
    """
    if snippet.client != "curl":
        dialect = dialect_of(snippet.client)
        return environments.made(dialect.client, dialect.version, snippet.program).command
    shell = shutil.which("sh")
    if shell is None or shutil.which("curl") is None:
        raise ClientsError("curl is not installed")
    return (shell, str(environments.program(snippet.program)))


def _run(snippet: Snippet, command: tuple[str, ...], variable: str, answer: Exchange) -> str:
    """Where a snippet ends and why, on this answer; empty where it runs as the page shows."""
    asked: list[Request] = []
    with loopback.serving({0: answer}, asked) as url, tempfile.TemporaryDirectory() as home:
        try:
            done = subprocess.run(  # noqa: S603 - a program of this package
                command,
                env={
                    "PATH": os.environ.get("PATH", os.defpath),
                    "HOME": home,
                    "LANG": "C.UTF-8",
                    "MODEL": str(answer.request.body["model"]),
                    "ANTHROPIC_BASE_URL": f"{url}/0",
                    variable: "any",
                },
                cwd=home,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_SECONDS,
            )
        except (OSError, subprocess.SubprocessError) as problem:
            raise ClientsError(f"snippet/{snippet.name} cannot be run: {problem}") from problem
    if asked and not all(_is_same(each, answer.request) for each in asked):
        raise ClientsError(f"snippet/{snippet.name} sent something else than what was recorded")
    if done.returncode:
        return f"ends: {_last_words(done.stderr)}"
    if snippet.client == "curl":
        return _of_curl(answer, done.stdout)
    return "" if done.stdout.strip() else "prints nothing"


def _is_same(sent: Request, recorded: Request) -> bool:
    """Whether a request is the recorded one: what it asks, and the header that has the key."""
    keys = {header for header, _ in _KEYS.values()}
    ours, theirs = ({name for name, _ in each.headers} & keys for each in (sent, recorded))
    return (sent.body, sent.path, ours) == (recorded.body, recorded.path, theirs)


def _last_words(said: str) -> str:
    """The line of a traceback that says what was raised."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    raised = [line for line in lines if _RAISED.match(line)]
    return (raised or lines or ["without a word"])[-1][:200]


def _of_curl(answer: Exchange, printed: str) -> str:
    """curl prints whatever comes, so that it runs means that a message came."""
    try:
        document = json.loads(printed)
    except ValueError:
        return "prints what is no JSON"
    if isinstance(document, dict) and document.get("type") == "message":
        return ""
    words = answer.error.message if answer.error else printed
    return f"prints {answer.status} instead of a message: {' '.join(words.split())[:160]}"
