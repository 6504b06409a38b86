"""What may trouble a client in an answer: named conditions, each with the rules that see it.

The names are those that the tables of the clients use (``healing/*.toml``). A condition is a fact
about the bytes; what a client makes of it is in its table.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from messages_conformance.protocol import sse
from messages_conformance.protocol.accumulate import accumulate
from messages_conformance.protocol.exchange import Exchange, once
from messages_conformance.protocol.json_text import loads
from messages_conformance.protocol.stop_reasons import CUT

CONDITIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        # The stream as a whole
        "cut": ("ST-ORD-11", "ST-WIRE-4"),
        "empty_stream": ("ST-ORD-0",),
        "json_for_stream": ("HD-11",),
        "unnamed_events": ("ST-WIRE-1",),
        "malformed_json": ("ST-WIRE-2",),
        "error_first": ("ER-5",),
        "error_first_flat": ("ER-5", "ST-ERR-1"),
        "error_later": ("ST-ERR-1",),
        "error_unnamed": ("ST-ERR-1", "ST-WIRE-1"),
        # Its order
        "no_message_start": ("ST-ORD-1",),
        "no_block_start": ("ST-ORD-4",),
        "block_stop_twice": ("ST-ORD-5",),
        "ends_in_block": ("ST-ORD-11", "ST-ORD-6"),
        "no_message_delta": ("ST-MSG-4", "ST-ORD-8"),
        "no_message_stop": ("ST-ORD-11",),
        "unknown_event": ("ST-ORD-10w",),
        "unknown_block": ("ST-ORD-10w",),
        # What its events hold
        "no_usage_in_start": ("ST-MSG-3",),
        "no_usage_in_delta": ("ST-USE-1",),
        "null_stop_reason": ("ST-MSG-4", "RS-STOP-1"),
        "null_text_in_start": ("ST-BLK-1", "RS-BLK-2"),
        "null_text_in_delta": ("ST-DELTA-2", "RS-BLK-2"),
        "arguments_cut": ("ST-TOOL-1", "ST-TOOL-2"),
        "empty_thinking_alone": (),
        # A plain answer
        "error_with_200": ("ER-5",),
        "html_with_200": ("RS-HTTP-1",),
        "stream_for_plain": ("RS-HTTP-1",),
        "empty_body": ("RS-HTTP-1",),
        "json_as_text": ("RS-HTTP-1",),
        "null_text": ("RS-BLK-2",),
        "no_usage": ("RS-USE-1",),
        "no_signature": ("RS-THK-2",),
        "no_type": ("RS-MSG-1",),
        "input_as_text": ("RS-TOOL-3",),
        # A refusal
        "envelope_openai": ("ER-1",),
        "envelope_flat": ("ER-1",),
        "envelope_detail": ("ER-1",),
        "envelope_html": ("ER-1",),
        "envelope_empty": ("ER-1",),
        "envelope_stream": ("ER-1", "ST-REQ-1"),
        "retry_after_date": ("HD-8",),
        "retry_after_long": ("HD-8",),
    }
)
"""Every condition, with the wire rules whose findings may mean it."""

_EVENTS: Final = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
        "error",
    }
)
_DELTAS: Final = frozenset(
    {
        "text_delta",
        "input_json_delta",
        "thinking_delta",
        "signature_delta",
        "citations_delta",
        "compaction_delta",
    }
)
_LONG_WAIT: Final = 60
"""Seconds from which clients treat a requested wait each in their own way."""
_LONGEST: Final = 4096
"""Characters of a refusal's words that are looked at."""
_WEIGHT: Final = 4 * 1024 * 1024
"""Bytes of the longest answer that is looked at."""


@once
def conditions(exchange: Exchange) -> frozenset[str]:
    """The conditions of an answer; none of one that is too long to be looked at."""
    if exchange.status is None or len(exchange.body) > _WEIGHT:
        return frozenset()
    if exchange.status >= 400:
        return frozenset(_of_refusal(exchange))
    if exchange.ended == "cut":
        return frozenset({"cut"})
    if exchange.ended != "complete":
        return frozenset()
    if exchange.streamed:
        if _asks_plainly(exchange):
            return frozenset({"stream_for_plain"})
        return frozenset(_of_events(exchange.events))
    if _asks_for_stream(exchange):
        return frozenset({"empty_stream" if not exchange.body.strip() else "json_for_stream"})
    return frozenset(_of_plain(exchange))


def _asks_for_stream(exchange: Exchange) -> bool:
    body = exchange.request.body
    return isinstance(body, dict) and body.get("stream") is True


def _asks_plainly(exchange: Exchange) -> bool:
    body = exchange.request.body
    return isinstance(body, dict) and not body.get("stream")


def _of_refusal(exchange: Exchange) -> Iterator[str]:
    if (kind := envelope(exchange)) not in ("anthropic", "other"):
        yield f"envelope_{kind}"
    wait = (exchange.header("retry-after") or "").strip()
    if wait.isdecimal():
        if int(wait[:9]) >= _LONG_WAIT:
            yield "retry_after_long"
    elif wait:
        yield "retry_after_date"


def envelope(exchange: Exchange) -> str:
    """The form of a refusal's body: ``anthropic``, ``openai``, ``flat`` and so on."""
    if exchange.error is not None:
        return "anthropic"
    body = exchange.body.lstrip()
    if not body:
        return "empty"
    if exchange.streamed:
        return "stream"
    document = exchange.json
    if isinstance(document, dict):
        if isinstance(document.get("error"), dict):
            return "openai"
        if isinstance(document.get("message"), str):
            return "flat"
        return "detail" if {"detail", "error"} & set(document) else "other"
    return "html" if body.startswith(b"<") else "other"


def refusal_message(exchange: Exchange) -> str:
    """The words of a refusal, whatever its envelope, and as many of them as clients look at."""
    return _words(exchange)[:_LONGEST]


def _words(exchange: Exchange) -> str:
    if exchange.error is not None:
        return exchange.error.message
    document = exchange.json
    if exchange.streamed and exchange.events:
        document = exchange.events[0].json
    if isinstance(document, dict):
        inner = document.get("error")
        for value in (
            inner.get("message") if isinstance(inner, dict) else inner,
            document.get("message"),
            document.get("detail"),
        ):
            if isinstance(value, str):
                return value
    return exchange.body[:_LONGEST].decode(errors="replace")


def _of_plain(exchange: Exchange) -> Iterator[str]:
    body, document = exchange.body.strip(), exchange.json
    if not body:
        yield "empty_body"
    elif isinstance(document, dict):
        if "json" not in (exchange.header("content-type") or "json").lower():
            yield "json_as_text"
        yield from _of_message(document)
    elif body.startswith(b"<"):
        yield "html_with_200"


def _of_message(document: dict[str, Any]) -> Iterator[str]:
    content = document.get("content")
    if not isinstance(content, list):
        if {"error", "code", "choices"} & set(document):
            yield "error_with_200"
        return
    if document.get("type") != "message":
        yield "no_type"
    if not _has_figures(document.get("usage")):
        yield "no_usage"
    for block in content:
        match block if isinstance(block, dict) else {}:
            case {"type": "text", "text": None}:
                yield "null_text"
            case {"type": "thinking"} as thinking if not isinstance(thinking.get("signature"), str):
                yield "no_signature"
            case {"type": "tool_use", "input": str()}:
                yield "input_as_text"


def _has_figures(usage: Any) -> bool:
    return isinstance(usage, dict) and type(usage.get("input_tokens")) is int


def _of_events(events: tuple[sse.Event, ...]) -> Iterator[str]:
    """The conditions of a whole stream, in one pass."""
    read = [(event, event.json) for event in events]
    if any(not isinstance(data, dict) for event, data in read if event.name != "ping"):
        yield "malformed_json"
        return
    said = [(event, data) for event, data in read if _kind(event, data) != "ping"]
    if not said:
        yield "empty_stream"
        return
    if not any(event.name for event, _ in said):
        yield "unnamed_events"
    errors = [n for n, (event, data) in enumerate(said) if _kind(event, data) == "error"]
    if errors:
        yield _error(said, errors[0])
        return
    yield from _of_order(said)
    if _thinks_in_vain(accumulate(events)):
        yield "empty_thinking_alone"


def _thinks_in_vain(message: Any) -> bool:
    """Whether a message ended at its limit with empty thinking and nothing else."""
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(content, list) or message.get("stop_reason") != "max_tokens":
        return False
    return bool(content) and all(
        isinstance(block, dict) and block.get("type") == "thinking" and not block.get("thinking")
        for block in content
    )


def _kind(event: sse.Event, data: Any) -> str:
    if event.name == "error":
        return "error"
    kind = data.get("type") if isinstance(data, dict) else None
    return kind if isinstance(kind, str) else event.name


def _error(said: list[tuple[sse.Event, Any]], first: int) -> str:
    event, data = said[first]
    if not event.name:
        return "error_unnamed"
    if first:
        return "error_later"
    is_documented = data.get("type") == "error" and isinstance(data.get("error"), dict)
    return "error_first" if is_documented else "error_first_flat"


def _of_order(said: list[tuple[sse.Event, Any]]) -> Iterator[str]:
    started = stopped = closed = False
    reasons: list[Any] = []
    is_open: dict[Any, str] = {}
    seen: set[Any] = set()
    pieces: dict[Any, str] = {}
    calls: set[Any] = set()
    last: Any = None
    for event, data in said:
        kind, index = _kind(event, data), _index(data)
        if kind == "message_start":
            started = True
            message = data.get("message")
            message = message if isinstance(message, dict) else {}
            if not _has_figures(message.get("usage")):
                yield "no_usage_in_start"
            if message.get("stop_reason") is not None:
                # A message that comes whole, as the genuine API sends after code called a tool.
                reasons.append(message["stop_reason"])
        elif not started:
            started = True
            yield "no_message_start"
        if kind == "content_block_start":
            block = data.get("content_block")
            block = block if isinstance(block, dict) else {}
            seen.add(index)
            last = index
            is_open[index] = str(block.get("type"))
            if block.get("type") == "tool_use":
                calls.add(index)
            if block.get("type") == "text" and block.get("text") is None:
                yield "null_text_in_start"
        elif kind == "content_block_delta":
            if index not in is_open:
                yield "no_block_start"
            delta = data.get("delta")
            yield from _of_delta(delta if isinstance(delta, dict) else {}, index, pieces)
        elif kind == "content_block_stop":
            if index not in is_open:
                yield "block_stop_twice" if index in seen else "no_block_start"
            is_open.pop(index, None)
        elif kind == "message_delta":
            delta = data.get("delta")
            reasons.append(delta.get("stop_reason") if isinstance(delta, dict) else None)
            usage = data.get("usage")
            if not isinstance(usage, dict) or type(usage.get("output_tokens")) is not int:
                yield "no_usage_in_delta"
        elif kind == "message_stop":
            stopped = True
        elif kind not in _EVENTS:
            yield "unknown_event"
        closed = not is_open
    yield from _of_end(closed, stopped, reasons)
    # The genuine API too cuts the call in which a message ends, and says so.
    is_told = reasons[-1:] and reasons[-1] in CUT
    whole = calls - {last} if is_told else calls
    if any(_is_cut(pieces.get(index, "")) for index in whole):
        yield "arguments_cut"


def _index(data: Any) -> Any:
    index = data.get("index")
    return index if isinstance(index, int) else None


def _of_delta(delta: dict[str, Any], index: Any, pieces: dict[Any, str]) -> Iterator[str]:
    kind = delta.get("type")
    if not isinstance(kind, str) or kind not in _DELTAS:
        yield "unknown_block"
    elif kind == "text_delta" and delta.get("text") is None:
        yield "null_text_in_delta"
    elif kind == "input_json_delta":
        pieces[index] = pieces.get(index, "") + str(delta.get("partial_json") or "")


def _of_end(closed: bool, stopped: bool, reasons: list[Any]) -> Iterator[str]:
    if not closed and not stopped:
        yield "ends_in_block"
    elif not reasons:
        yield "no_message_delta"
    elif reasons[-1] is None:
        yield "null_stop_reason"
    elif not stopped:
        yield "no_message_stop"


def _is_cut(joined: str) -> bool:
    try:
        loads(joined or "{}")
    except ValueError:
        return True
    return False
