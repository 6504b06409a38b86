"""For every wire rule about answers, an exchange that breaks it and one that keeps it.

This module has the parts of examples; the examples are in `rule_examples_of_*`.
"""

import json
from dataclasses import dataclass
from typing import Any

from messages_conformance.protocol.exchange import Exchange, Request

Data = dict[str, Any]
JSON = (("content-type", "application/json"),)
SSE = (("content-type", "text/event-stream; charset=utf-8"),)
WEATHER: Data = {"name": "weather", "input_schema": {"type": "object"}}
TEXT: Data = {"type": "text", "text": "Hello."}
CALL: Data = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Rome"}}
THOUGHT: Data = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
ENABLED: Data = {"type": "enabled", "budget_tokens": 1024}


@dataclass(frozen=True)
class Example:
    """One rule, an exchange that breaks it and one that keeps it."""

    rule: str
    bad: Exchange
    good: Exchange
    also: frozenset[str] = frozenset()
    """Other rules that the bad exchange must break too."""


def example(rule: str, *, bad: Exchange, good: Exchange, also: str = "") -> Example:
    """An example; ``also`` names the other rules, separated by spaces."""
    return Example(rule, bad, good, frozenset(also.split()))


def fitting(body: bytes, request: Data) -> Data:
    """The fields of a request, with those that make an answer one that it asks for."""
    fields = dict(request)
    if b'"type": "thinking"' in body or b'"type": "redacted_thinking"' in body:
        fields.setdefault("thinking", {"type": "adaptive"})
    if b'"stop_reason": "max_tokens"' in body:
        fields.setdefault("max_tokens", 5)
    return fields


def asked(**fields: Any) -> Data:
    """A request that the original API accepts, with further fields."""
    conversation = [{"role": "user", "content": "Hi."}]
    return {"model": "m", "max_tokens": 2048, "messages": conversation, **fields}


def message(*content: Data, **fields: Any) -> Data:
    """A valid message, with other fields; its stop reason fits its calls."""
    calls = any(block.get("type") == "tool_use" for block in content)
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": list(content or (TEXT,)),
        "stop_reason": "tool_use" if calls else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 5},
        **fields,
    }


def answer(
    body: Any,
    headers: tuple[tuple[str, str], ...] = JSON,
    status: int = 200,
    path: str = "/v1/messages",
    sent: tuple[tuple[str, str], ...] = (),
    **request: Any,
) -> Exchange:
    """An exchange whose answer is JSON, or bytes as they are."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(Request(asked(**fitting(raw, request)), sent, path), status, headers, raw)


def calling(*content: Data, **request: Any) -> Exchange:
    """An answer to a request that offers a tool."""
    return answer(message(*content), tools=[WEATHER], **request)


def without(value: Data, *keys: str) -> Data:
    """The object without some keys."""
    return {key: held for key, held in value.items() if key not in keys}


def usage(**figures: Any) -> Data:
    """A message with other figures."""
    return message(usage={"input_tokens": 9, "output_tokens": 5, **figures})


START: Data = {
    "type": "message_start",
    "message": {
        **message(usage={"input_tokens": 9, "output_tokens": 1}),
        "content": [],
        "stop_reason": None,
    },
}
PING: Data = {"type": "ping"}
STOP: Data = {"type": "message_stop"}


def start(**fields: Any) -> Data:
    """A message_start whose message has other fields."""
    return {**START, "message": {**START["message"], **fields}}


def delta(reason: Any = "end_turn", **figures: Any) -> Data:
    """A message_delta."""
    return {
        "type": "message_delta",
        "delta": {"stop_reason": reason, "stop_sequence": None},
        "usage": {"output_tokens": 5, **figures},
    }


END = delta()


def begin(block: Data, index: Any = 0) -> Data:
    """A content_block_start."""
    return {"type": "content_block_start", "index": index, "content_block": block}


def add(index: Any = 0, **change: Any) -> Data:
    """A content_block_delta, by default of text."""
    change = change or {"type": "text_delta", "text": "Hello."}
    return {"type": "content_block_delta", "index": index, "delta": change}


def stop(index: Any = 0) -> Data:
    """A content_block_stop."""
    return {"type": "content_block_stop", "index": index}


EMPTY: Data = {"type": "text", "text": ""}


def text(index: int = 0) -> list[Data]:
    """The events of a text block."""
    return [begin(EMPTY, index), add(index), stop(index)]


def thought(*deltas: Data, **block: Any) -> list[Data]:
    """The events of a thinking block, index 0, with the deltas given."""
    begun = {"type": "thinking", "thinking": "", "signature": "", **block}
    return [begin(begun), *(add(**change) for change in deltas), stop()]


THINKS: Data = {"type": "thinking_delta", "thinking": "Hm."}
SIGNS: Data = {"type": "signature_delta", "signature": "c2ln"}


def call(*pieces: str, index: int = 0, **block: Any) -> list[Data]:
    """The events of a tool call, its JSON in pieces."""
    begun = {**CALL, "input": {}, **block}
    deltas = (add(index, type="input_json_delta", partial_json=piece) for piece in pieces)
    return [begin(begun, index), *deltas, stop(index)]


def written(*events: Data) -> bytes:
    """Events as bytes."""
    return b"".join(f"event: {e['type']}\ndata: {json.dumps(e)}\n\n".encode() for e in events)


def raw(body: bytes, headers: tuple[tuple[str, str], ...] = SSE, **request: Any) -> Exchange:
    """An exchange whose answer is a stream of those bytes."""
    return answer(body, headers, stream=True, **request)


def stream(*events: Data, **request: Any) -> Exchange:
    """An exchange whose answer is a stream of events."""
    return raw(written(*events), **request)


def of(*blocks: Data, reason: str = "end_turn", **request: Any) -> Exchange:
    """A valid stream of some content blocks' events, for a request that offers a tool."""
    return stream(START, *blocks, delta(reason), STOP, tools=[WEATHER], **request)


def failure(kind: str = "invalid_request_error", said: str = "It is bad.", **more: Any) -> Data:
    """The documented error envelope."""
    error = {"type": kind, "message": said}
    return {"type": "error", "error": error, "request_id": "req_1", **more}


GOOD = answer(message())
STREAM = stream(START, PING, *text(), END, STOP)


SERVER_CALL = {**CALL, "type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search"}
STOPPED = {"stop_reason": "stop_sequence", "stop_sequence": "END"}
REDACTED = {"type": "redacted_thinking", "data": "eA=="}
SEARCHED = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
BY_CODE: Data = {"type": "code_execution_20250825", "tool_id": "srvtoolu_1"}
TYPED: Data = {
    **WEATHER,
    "input_schema": {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "unit": {"enum": ["C", "F"]},
            "days": {"type": "integer"},
            "at": {"$ref": "#/$defs/time"},
        },
        "required": ["city"],
        "$defs": {"time": {"type": "object", "properties": {"hour": {"type": "integer"}}}},
    },
}
