"""Compares what a client returned with the bytes of the answer.

The client's values are read as an application reads them, attribute by attribute.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from messages_conformance.clients.result import FINE, ClientOutcome, ClientResult
from messages_conformance.protocol import sse
from messages_conformance.protocol.accumulate import accumulate
from messages_conformance.protocol.exchange import Exchange

_STOP = sse.Event("message_stop", '{"type": "message_stop"}')
_FIELDS = ("id", "type", "role", "model", "stop_reason", "stop_sequence")
_FIGURES = (
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
)
_OF_BETA = ("compaction",)
"""The types of blocks that only a beta has."""
_TEXTS = {"text": "text", "thinking": "thinking", "tool_use": "name"}
"""The attribute that must be a string, by the type of a block."""


def stream_events(exchange: Exchange) -> tuple[sse.Event, ...]:
    """The events of an answer to a streaming request, whatever its content type."""
    # What is known to be a stream has been parsed for others already, and is asked for often.
    events = exchange.events if exchange.streamed else sse.parse(exchange.body)
    return tuple(event for event in events if event.json is not None)


def has_error(exchange: Exchange) -> bool:
    """Whether a successful answer has an error: as its body, or among its events."""
    if events := stream_events(exchange):
        return any("error" in (event.type, event.name) for event in events)
    return exchange.error is not None


def check_events(exchange: Exchange, types: Sequence[object]) -> ClientResult:
    """Check an iteration that ended without an error, by the types of the events it yielded."""
    held = [event.type for event in stream_events(exchange) if event.type != "ping"]
    number = sum(type != "ping" for type in types)
    if number < len(held):
        part = "none" if number == 0 else f"only {number}"
        said = f"iterating the stream yields {part} of its {len(held)} events and no error"
        return ClientResult(ClientOutcome.LOSES, said)
    if has_error(exchange):
        said = "iterating the stream ends without an exception, though the stream has an error"
        return ClientResult(ClientOutcome.MISREADS, said)
    if not held:
        return ClientResult(ClientOutcome.LOSES, "iterating the stream yields nothing and no error")
    return FINE


def message_of_error(exchange: Exchange) -> str | None:
    """The words of the error that an answer is, or has among its events; None without any."""
    for document in (exchange.json, *(event.json for event in stream_events(exchange))):
        if isinstance(document, dict):
            inner = document.get("error")
            source = inner if isinstance(inner, dict) else document
            if isinstance(words := source.get("message"), str) and words:
                return words
    return None


def check_parts(
    exchange: Exchange, text: object, calls: Sequence[Mapping[str, Any]], call: str
) -> ClientResult:
    """Check what a framework gave an application: the text, and the calls of tools."""
    if has_error(exchange):
        return ClientResult(ClientOutcome.MISREADS, f"{call} returns an error as an answer")
    held = _held(exchange)
    if not held:
        return ClientResult(ClientOutcome.MISREADS, f"{call} returns an answer, and none came")
    blocks = [block for block in _blocks(held.get("content")) if isinstance(block, dict)]
    expected = "".join(
        block["text"]
        for block in blocks
        if block.get("type") == "text" and isinstance(block.get("text"), str)
    )
    named = [block.get("name") for block in blocks if block.get("type") == "tool_use"]
    if text != expected:
        if isinstance(text, str) and text in expected:
            return ClientResult(ClientOutcome.LOSES, f"{call} loses text")
        return ClientResult(ClientOutcome.MISREADS, f"{call} returns another text")
    if [each["name"] for each in calls] != named:
        outcome = ClientOutcome.LOSES if len(calls) < len(named) else ClientOutcome.MISREADS
        verb = "loses" if outcome is ClientOutcome.LOSES else "returns other"
        return ClientResult(outcome, f"{call} {verb} calls of tools")
    return FINE


def check_message(exchange: Exchange, given: object, call: str) -> ClientResult:
    """Check what a call of the client returned as the whole message."""
    if not hasattr(given, "stop_reason"):
        said = f"{call} returns a {type(given).__name__} instead of a Message"
        return ClientResult(ClientOutcome.MISREADS, said)
    if has_error(exchange):
        return ClientResult(ClientOutcome.MISREADS, f"{call} returns an error as a Message")
    held = _held(exchange)
    lost, wrong = [], []
    for what, expected, got in _pairs(held, given):
        if expected == got:
            continue
        if _is_incomplete(expected, got):
            lost.append(what)
        else:
            wrong.append(f"{what} is wrong")
    if wrong := wrong or ([] if lost else [*_bad_values(given)]):
        said = f"{call} returns a Message whose {' and '.join(dict.fromkeys(wrong))}"
        return ClientResult(ClientOutcome.MISREADS, said)
    if lost:
        said = f"{call} loses {' and '.join(f'the {what}' for what in dict.fromkeys(lost))}"
        return ClientResult(ClientOutcome.LOSES, said)
    return FINE


def _held(exchange: Exchange) -> dict[str, Any]:
    """The message in the bytes, even if a stream has no message_stop."""
    events = stream_events(exchange)
    held = accumulate((*events, _STOP)) if events else exchange.json
    return held if isinstance(held, dict) else {}


def _pairs(held: dict[str, Any], given: object) -> Iterator[tuple[str, object, object]]:
    """What is compared: its name, the value in the bytes (not None), the value returned."""
    for name in _FIELDS:
        if held.get(name) is not None:
            yield name, held[name], getattr(given, name, None)
    usage = held.get("usage")
    figures = usage if isinstance(usage, dict) else {}
    for name in _FIGURES:
        if figures.get(name) is not None:
            yield f"usage.{name}", figures[name], getattr(_usage(given), name, None)
    blocks, got = _blocks(held.get("content")), _blocks(getattr(given, "content", None))
    if len(blocks) != len(got):
        yield "content", blocks, got
        return
    for block, its in zip(blocks, got, strict=True):
        for name, value in block.items() if isinstance(block, dict) else ():
            kind = block.get("type")
            compared = _has_input(kind, held) if name == "input" else isinstance(value, str)
            if kind in _OF_BETA:
                # Only the SDK's beta namespace joins what comes in deltas of such blocks.
                compared = name == "type"
            if compared:
                yield f"{kind} block's {name}", value, getattr(its, name, None)


def _has_input(kind: object, held: dict[str, Any]) -> bool:
    """Whether a block's input can be compared.

    The token limit may have cut it; and only the SDK's beta namespace joins the inputs of beta
    blocks.
    """
    return held.get("stop_reason") != "max_tokens" and kind in ("tool_use", "server_tool_use")


def _is_incomplete(expected: object, got: object) -> bool:
    """Whether the value returned is only part of the expected one, or nothing."""
    if isinstance(expected, str) and isinstance(got, str):
        return len(got) < len(expected) and got in expected
    if isinstance(expected, list) and isinstance(got, list):
        return len(got) < len(expected)
    return got is None or (got != 0 and not got)


def _bad_values(given: object) -> Iterator[str]:
    """Values of a message that are missing or of a wrong type, which an application fails on."""
    for name in ("id", "type", "role", "model", "stop_reason"):
        if not isinstance(value := getattr(given, name, None), str):
            yield f"{name} is {_kind(value)}"
    for name in ("input_tokens", "output_tokens"):
        value = getattr(_usage(given), name, None)
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"usage.{name} is {_kind(value)}"
    if not isinstance(content := getattr(given, "content", None), list):
        yield f"content is {_kind(content)}"
    for block in _blocks(content):
        kind = getattr(block, "type", None)
        text = _TEXTS.get(str(kind))
        if text and not isinstance(value := getattr(block, text, None), str):
            yield f"{kind} block's {text} is {_kind(value)}"
        if kind == "tool_use" and not isinstance(value := getattr(block, "input", None), dict):
            yield f"tool_use block's input is {_kind(value)}"


def _usage(given: object) -> object:
    return getattr(given, "usage", None)


def _blocks(content: object) -> list[Any]:
    return content if isinstance(content, list) else []


def _kind(value: object) -> str:
    return "None" if value is None else f"a {type(value).__name__}"
