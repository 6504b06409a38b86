"""Builds what would go over the wire: the bytes of events, requests, and exchanges.

Strategies, mutations and the reference endpoint share it; it needs no network and no model.
"""

import json
from collections.abc import Iterable
from typing import Any

from messages_conformance.protocol.exchange import KEY, Exchange, Request
from messages_conformance.protocol.sse import Event
from messages_conformance.protocol.versions import VERSIONS

Message = dict[str, Any]
"""A final message, as JSON."""

_SPARE_TOKENS = 64
_SENT = (("anthropic-version", VERSIONS[0]), ("x-api-key", KEY))
_RECEIVED = (("date", "Mon, 23 Nov 2026 12:00:00 GMT"), ("request-id", "req_011CSampleSample"))


def serialise(events: Iterable[Event]) -> bytes:
    """The bytes of events in the plain form: LF, a space after each colon, a blank line after each.

    Data of several lines becomes several ``data`` lines; an event without a name has no ``event``
    line.
    """
    return "".join(_lines(event) for event in events).encode()


def request_for(message: Message, *, stream: bool = False) -> Request:
    """A request that a valid message may answer, as far as the wire rules compare the two.

    It offers the tools that the message calls, has the stop sequence that ended it, asks for
    thinking if the message thinks, and sets ``max_tokens`` to the tokens used if they ran out.
    """
    content: list[dict[str, Any]] = message["content"]
    used = message["usage"]["output_tokens"]
    spare = 0 if message["stop_reason"] == "max_tokens" else _SPARE_TOKENS
    body: dict[str, Any] = {
        "model": message["model"],
        "max_tokens": max(1, used + spare),
        "messages": [{"role": "user", "content": "Go on."}],
    }
    names = sorted({block["name"] for block in content if block["type"] == "tool_use"})
    if names:
        body["tools"] = [{"name": name, "input_schema": {"type": "object"}} for name in names]
    if message["stop_sequence"] is not None:
        body["stop_sequences"] = [message["stop_sequence"]]
    if any("thinking" in block["type"] for block in content):
        # With `enabled`, thinking would have to come first; adaptive thinking may come anywhere.
        body["thinking"] = {"type": "adaptive"}
    if stream:
        body["stream"] = True
    return Request(body, _SENT)


def json_exchange(request: Request, message: object) -> Exchange:
    """The exchange in which a request is answered with this JSON value, in one piece."""
    return _exchange(request, "application/json", json.dumps(message).encode())


def stream_exchange(request: Request, body: bytes) -> Exchange:
    """The exchange in which a request is answered with the bytes of an event stream."""
    return _exchange(request, "text/event-stream; charset=utf-8", body)


def _exchange(request: Request, kind: str, body: bytes) -> Exchange:
    return Exchange(request, 200, (("content-type", kind), *_RECEIVED), body)


def _lines(event: Event) -> str:
    name = f"event: {event.name}\n" if event.name else ""
    data = "".join(f"data: {line}\n" for line in event.data.split("\n"))
    return f"{name}{data}\n"
