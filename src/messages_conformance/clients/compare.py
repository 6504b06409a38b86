"""What a client gave, held against what the bytes of the answer hold.

The client's values are looked at as an application does, attribute by attribute.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from messages_conformance.clients.result import FINE, Reading, Result
from messages_conformance.protocol import sse
from messages_conformance.protocol.accumulate import fold
from messages_conformance.protocol.exchange import Exchange

_STOP = sse.Event("message_stop", '{"type": "message_stop"}')
_FIELDS = ("id", "type", "role", "model", "stop_reason", "stop_sequence")
_FIGURES = (
    "input_tokens",
    "output_tokens",
    "cache_creation_input_tokens",
    "cache_read_input_tokens",
)
_TEXTS = {"text": "text", "thinking": "thinking", "tool_use": "name"}
"""What must be a string in a block of each kind."""


def stream_events(exchange: Exchange) -> tuple[sse.Event, ...]:
    """The events of an answer to a streaming request, whatever its headers call it."""
    return tuple(event for event in sse.parse(exchange.body) if event.json is not None)


def tells_error(exchange: Exchange) -> bool:
    """Whether a successful answer holds an error: as its body, or among its events."""
    if events := stream_events(exchange):
        return any("error" in (event.type, event.name) for event in events)
    return exchange.error is not None


def events(exchange: Exchange, types: Sequence[object]) -> Reading:
    """Judge an iteration that ended without an error, by the types of the events it yielded."""
    held = [event.type for event in stream_events(exchange) if event.type != "ping"]
    number = sum(type != "ping" for type in types)
    if number < len(held):
        part = "none" if number == 0 else f"only {number}"
        said = f"iterating the stream yields {part} of its {len(held)} events and no error"
        return Reading(Result.LOSES, said)
    if tells_error(exchange):
        said = "iterating the stream ends as if all were well, though it tells of an error"
        return Reading(Result.MISREADS, said)
    if not held:
        return Reading(Result.LOSES, "iterating the stream yields nothing and no error")
    return FINE


def message(exchange: Exchange, given: object, way: str) -> Reading:
    """Judge what a way of the client gave as the whole message."""
    if not hasattr(given, "stop_reason"):
        said = f"{way} gives a {type(given).__name__} in place of a Message"
        return Reading(Result.MISREADS, said)
    if tells_error(exchange):
        return Reading(Result.MISREADS, f"{way} takes an error for a Message")
    held = _held(exchange)
    lost, wrong = [], []
    for what, expected, got in _pairs(held, given):
        if expected == got:
            continue
        if _lacks(expected, got):
            lost.append(what)
        else:
            wrong.append(f"{what} is wrong")
    if wrong := wrong or ([] if lost else [*_unfit(given)]):
        said = f"{way} gives a Message whose {' and '.join(dict.fromkeys(wrong))}"
        return Reading(Result.MISREADS, said)
    if lost:
        said = f"{way} loses {' and '.join(f'the {what}' for what in dict.fromkeys(lost))}"
        return Reading(Result.LOSES, said)
    return FINE


def _held(exchange: Exchange) -> dict[str, Any]:
    """The message that the bytes hold, even if a stream never says that it ends."""
    events = stream_events(exchange)
    held = fold((*events, _STOP)) if events else exchange.json
    return held if isinstance(held, dict) else {}


def _pairs(held: dict[str, Any], given: object) -> Iterator[tuple[str, object, object]]:
    """What is compared: its name, what the bytes hold (None is not held), what was given."""
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
            due = _is_due(kind, held) if name == "input" else isinstance(value, str)
            if due:
                yield f"{kind} block's {name}", value, getattr(its, name, None)


def _is_due(kind: object, held: dict[str, Any]) -> bool:
    """Whether a block's input can be asked for.

    The token limit may have cut it, which is nobody's fault; and inputs of beta blocks are
    gathered only by the SDK's beta namespace.
    """
    return held.get("stop_reason") != "max_tokens" and kind in ("tool_use", "server_tool_use")


def _lacks(expected: object, got: object) -> bool:
    """Whether what was given is only part of what is held, or nothing."""
    if isinstance(expected, str) and isinstance(got, str):
        return len(got) < len(expected) and got in expected
    if isinstance(expected, list) and isinstance(got, list):
        return len(got) < len(expected)
    return got is None or (got != 0 and not got)


def _unfit(given: object) -> Iterator[str]:
    """What an application trips over: values of a message that are absent or of a wrong type."""
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
