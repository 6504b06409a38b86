"""Replaying recorded exchanges to any client built on httpx2.

For example to the official SDK, which then gets exactly the recorded bytes::

    with httpx2.Client(transport=Replay(tape)) as http:
        client = anthropic.Anthropic(api_key="any", http_client=http, max_retries=0)
"""

import hashlib
import json
from collections import Counter
from typing import Any

import httpx2

from messages_conformance.cassettes.response import response
from messages_conformance.cassettes.tape import Entry, Tape
from messages_conformance.protocol.canonical import canonical
from messages_conformance.protocol.exchange import (
    KEY,
    RESTRICTED_KEY,
    WRONG_KEY,
    Exchange,
    request_key,
)


class NoRecordingError(LookupError):
    """A request was never recorded; the message names the row with the most similar request.

    The SDK wraps it: it is the ``__cause__`` of an ``APIConnectionError``.
    """


class Replay(httpx2.BaseTransport, httpx2.AsyncBaseTransport):
    """Answers from a tape: the same bytes in the same chunks, with the same ending.

    A request is answered by a recording with equal method, path below the base URL and canonical
    body; of several, by the one with the most headers in common. Any key matches a recorded key,
    in either header, as SDKs differ in that; only the placeholder of a wrong or restricted key
    matches that placeholder, and no key matches none. The n-th of equal requests gets the n-th
    recording. Recorded times are not replayed.
    """

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._served: Counter[str] = Counter()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer a synchronous client."""
        return response(self._find(request, request.read()))

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Answer an asynchronous client."""
        return response(self._find(request, await request.aread()))

    def _find(self, request: httpx2.Request, content: bytes) -> Exchange:
        label = self._tape.label
        path = request.url.raw_path.decode().removeprefix(label.base_path if label else "")
        body = _json(content)
        digest = hashlib.sha256(canonical(body)).hexdigest()
        headers = dict(request.headers)
        matching = [
            entry
            for entry in self._tape.answers
            for recorded in [dict(entry.exchange.request.headers)]
            if _key(recorded) == _key(headers)
            and entry.key == request_key(request.method, path, recorded, digest)
        ]
        if not matching:
            nearest = _nearest(self._tape, request.method, path, body)
            raise NoRecordingError(f"no recording of {request.method} {path}: {nearest}")
        key = max(matching, key=lambda entry: _in_common(entry, headers)).key
        nth = self._served[key]
        found = next((e.exchange for e in matching if (e.key, e.nth) == (key, nth)), None)
        if found is None:
            raise NoRecordingError(
                f"no recording of {request.method} {path}: it was recorded {nth} times, for row "
                f"{matching[0].row!r}, and is now requested once more"
            )
        self._served[key] += 1
        return found


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content.decode(errors="replace")


def _key(headers: dict[str, str]) -> str | None:
    """The placeholder of the key in these headers; None if there is no key."""
    carried = " ".join(headers.get(name, "") for name in ("x-api-key", "authorization")).strip()
    if not carried:
        return None
    return next((known for known in (WRONG_KEY, RESTRICTED_KEY) if known in carried), KEY)


def _in_common(entry: Entry, headers: dict[str, str]) -> int:
    """How many headers of a recording a request has, less how many it has not."""
    recorded = entry.exchange.request.headers
    return sum(1 if headers.get(name) == value else -1 for name, value in recorded)


def _nearest(tape: Tape, method: str, path: str, body: Any) -> str:
    """Name the row whose recorded request differs in the fewest fields, and those fields."""

    def differing(entry: Entry) -> list[str]:
        request = entry.exchange.request
        recorded = request.body
        pairs = {"method": (request.method, method), "path": (request.path, path)}
        if isinstance(recorded, dict) and isinstance(body, dict):
            pairs |= {name: (recorded.get(name), body.get(name)) for name in recorded | body}
        else:
            pairs["body"] = (recorded, body)
        return [name for name, (theirs, ours) in pairs.items() if theirs != ours]

    candidates = [(differing(entry), entry.row) for entry in tape.answers]
    if not candidates:
        return "the tape is empty"
    fields, row = min(candidates, key=lambda candidate: len(candidate[0]))
    return f"the nearest is of row {row!r} and differs in {', '.join(fields) or 'its headers'}"
