"""Real clients of any version, fed with recorded answers: what each makes of them.

A client runs in its own environment and asks a server on this machine, which gives it the recorded
bytes. What the client hands to an application comes back and is compared with the bytes. An SDK
gives a message; a framework gives text and calls, so those are compared.
"""

import hashlib
import json
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from messages_conformance.clients import compare, memory, state
from messages_conformance.clients.installed import loopback
from messages_conformance.clients.installed.environments import PROGRAMS, Environment
from messages_conformance.clients.readable import asks_for_stream, is_readable, key_of
from messages_conformance.clients.result import FINE, ClientOutcome, ClientResult, combine
from messages_conformance.errors import ClientsError
from messages_conformance.protocol.exchange import Exchange

_CALLS: Final = {
    "python-sdk": {
        "create": "messages.create()",
        "iterate": "iterating the stream",
        "stream": "messages.stream()",
    },
    "typescript-sdk": {
        "create": "messages.create()",
        "iterate": "iterating the stream",
        "stream": "messages.stream()",
    },
    "ai-sdk": {"create": "generateText()", "stream": "streamText()"},
    "langchain-anthropic": {"create": "invoke()", "stream": "stream()"},
    "pydantic-ai": {"stream": "model_request_stream()"},
}
"""The calls by which each client reads an answer, with their names in it; plain ones first."""
_SECONDS: Final = 20
"""How long one answer may take a client."""
_LONGEST: Final = 80
"""How much of an exception's message is quoted, in characters."""


def read_with(
    environment: Environment, exchanges: Iterable[Exchange]
) -> tuple[ClientResult | None, ...]:
    """What a client makes of each answer; None for an answer that it is not fed with.

    Those are answers to other requests than for a message, answers that never came, answers that
    the recorder stopped, and plain ones where the client only asks for streams.

    Raises:
        ClientsError: the client cannot be started, or ends before it has read all.
    """
    given = tuple(exchanges)
    calls = _CALLS[environment.client]
    keys = [
        key_of(each) if is_readable(each) and _is_asked(each, calls) else None for each in given
    ]
    path = _file(environment)
    known = memory.read(path) if path else {}
    unread = {
        key: each
        for key, each in zip(keys, given, strict=True)
        if key is not None and key not in known
    }
    if unread:
        results = _read(environment, tuple(unread.values()))
        made = dict(zip(unread, results, strict=True))
        if path:
            memory.write(path, made)
        known |= made
    return tuple(None if key is None else known[key] for key in keys)


def _is_asked(exchange: Exchange, calls: Mapping[str, str]) -> bool:
    return asks_for_stream(exchange) or "create" in calls


def _file(environment: Environment) -> Path | None:
    """Where results are remembered: for each version of a client, and state of this code."""
    folder = memory.folder()
    name = f"{environment.client}@{environment.version}"
    programs = ((path.name, path) for path in PROGRAMS.iterdir() if path.is_file())
    code = f"{state.code(__name__)} {state.digest_of(programs)}"
    digest = hashlib.sha256(f"{name} {code}".encode()).hexdigest()[:32]
    return folder / f"{name}-{digest}.json" if folder else None


def _read(environment: Environment, exchanges: tuple[Exchange, ...]) -> Iterator[ClientResult]:
    calls = _CALLS[environment.client]
    jobs = [
        {"number": number, "call": call}
        for number, exchange in enumerate(exchanges)
        for call in calls
        if (call != "create") == asks_for_stream(exchange)
    ]
    with loopback.serving(dict(enumerate(exchanges))) as url:
        said = _run(environment, url, jobs)
    found: dict[int, list[ClientResult]] = {}
    for line in said:
        number = line["number"]
        found.setdefault(number, []).append(_judge(exchanges[number], line, calls[line["call"]]))
    for number in range(len(exchanges)):
        yield combine(found[number])


def _run(environment: Environment, url: str, jobs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give a client its work, and receive a line for each piece of it."""
    name = f"{environment.client}@{environment.version}"
    try:
        done = subprocess.run(  # noqa: S603 - the client that was just installed
            [*environment.command, url],
            input="".join(f"{json.dumps(job)}\n" for job in jobs),
            env=environment.variables,
            cwd=environment.folder,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=60 + _SECONDS * len(jobs),
        )
        said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    except (OSError, ValueError, subprocess.SubprocessError) as problem:
        raise ClientsError(f"{name} cannot be run: {problem}") from problem
    if [(each.get("number"), each.get("call")) for each in said] != [
        (job["number"], job["call"]) for job in jobs
    ]:
        last = (done.stderr.strip() or "nothing was said").splitlines()[-1][:200]
        raise ClientsError(f"{name} ended after {len(said)} of {len(jobs)} answers: {last}")
    return said


def _judge(exchange: Exchange, said: Mapping[str, Any], call: str) -> ClientResult:
    """Compare what a client made of an answer with the answer."""
    if "raised" in said:
        return _judge_exception(exchange, said, call)
    if "events" in said:
        return compare.check_events(exchange, said["events"])
    if "text" in said:
        return compare.check_parts(exchange, said["text"], said["calls"], call)
    return compare.check_message(exchange, _object(said["kind"], said["value"]), call)


def _judge_exception(exchange: Exchange, said: Mapping[str, Any], call: str) -> ClientResult:
    """Check an exception: expected is the client's own error of the status, or of the stream."""
    expected = exchange.status is not None and exchange.status >= 300
    if not said["own"] or not (expected or compare.has_error(exchange)):
        words = " ".join(str(said["said"]).split())
        words = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
        raised = f"{said['raised']}: {words}" if words else str(said["raised"])
        return ClientResult(ClientOutcome.RAISES, f"{call} raises {raised}")
    if "type" in said:
        lost = [what for what in ("type", "message") if not isinstance(said[what], str)]
    else:
        lost = ["message"] if not _has_message(exchange, str(said["said"])) else []
    if lost:
        what = f"the error's {' and '.join(lost)} {'are' if len(lost) > 1 else 'is'} lost"
        return ClientResult(ClientOutcome.LOSES, f"{what}: {said['raised']} has none")
    return FINE


def _has_message(exchange: Exchange, said: str) -> bool:
    """Whether an application of a framework gets to read why it was refused."""
    return (message := compare.message_of_error(exchange)) is None or message[:200] in said


def _object(kind: str, value: Any) -> object:
    """A client's message as an application sees it: with attributes, but for a call's input."""
    if not isinstance(value, dict):
        return type(kind, (), {})()
    blocks = value.get("content")
    usage = value.get("usage")
    seen = {
        **value,
        "usage": SimpleNamespace(**usage) if isinstance(usage, dict) else usage,
        "content": [_attributes(each) for each in blocks] if isinstance(blocks, list) else blocks,
    }
    return _attributes(seen)


def _attributes(value: Any) -> Any:
    return SimpleNamespace(**value) if isinstance(value, dict) else value
