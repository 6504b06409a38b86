"""Legal event streams: the events that tell a message."""

import json
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from messages_conformance.protocol.build import Message
from messages_conformance.protocol.sse import Event
from messages_conformance.testing.strategies.blocks import Block, extras, inputs
from messages_conformance.testing.strategies.messages import messages

Told = dict[str, Any]
"""The data of one event, before it is written as JSON."""

_WRITINGS: tuple[Callable[[Any], str], ...] = (
    lambda value: json.dumps(value, ensure_ascii=False),
    lambda value: json.dumps(value, separators=(",", ":")),
    lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True),
    lambda value: json.dumps(value, indent=1),
)
"""Ways to write the same JSON; the last takes several lines."""

_PING: Told = {"type": "ping"}
_STRANGER: Told = {"type": "vendor_progress", "percent": 40}
_ERRORS = ("overloaded_error", "api_error", "timeout_error")


@st.composite
def streams(draw: DrawFn, message: Message | None = None) -> tuple[Event, ...]:
    """Draw the events that tell a message: the one given, or any legal one.

    Covers events in their order with contiguous indexes (ST-ORD-0 to ST-ORD-11, ST-IDX-1,
    ST-IDX-2); pings between any two events and before the first, unknown events (ST-ORD-10w)
    and unknown keys (RS-MSG-6); an empty message and empty blocks at the start (ST-MSG-1,
    ST-MSG-3, ST-BLK-1 to ST-BLK-4); deltas cut at any place, empty ones too, or none where
    there is nothing to tell (ST-DELTA-1, ST-DELTA-2, ST-TOOL-1, ST-TOOL-2); one signature,
    last (ST-THK-1, ST-THK-2); one or several ``message_delta`` with growing figures (ST-MSG-4,
    ST-MSG-5, ST-USE-1, ST-USE-2). Folding the events gives back exactly the message.
    """
    told = message if message is not None else draw(messages())
    middle = [
        event for index, block in enumerate(told["content"]) for event in _block(draw, index, block)
    ]
    start, ending = _frame(draw, told)
    more = draw(extras)
    events = [{**more, **event} for event in _interrupted(draw, [start, *middle, *ending])]
    return _written(events, draw(st.sampled_from(_WRITINGS)))


@st.composite
def failed_streams(draw: DrawFn, message: Message | None = None) -> tuple[Event, ...]:
    """Draw a stream that breaks off, after any of its events, with a documented error (ST-ERR-1).

    It would have told the message given, or any legal one. A block may be left open. The error's
    ``request_id`` is there, null or absent.
    """
    events = draw(streams(message))
    error: Told = {
        "type": "error",
        "error": {"type": draw(st.sampled_from(_ERRORS)), "message": "It went wrong."},
        **draw(st.sampled_from([{}, {"request_id": "req_011CSample"}, {"request_id": None}])),
    }
    kept = draw(st.integers(0, len(events) - 1))
    return (*events[:kept], *_written([error], json.dumps))


@st.composite
def truncated_streams(draw: DrawFn) -> tuple[Event, ...]:
    """Draw a stream whose last block is a call cut off by ``max_tokens`` (ST-TOOL-2).

    The JSON of the call's input ends too early; folding keeps it as the string it is.
    """
    message = draw(messages(stop_reasons=("max_tokens",)))
    whole = json.dumps({"city": "Zürich", **draw(inputs)}, ensure_ascii=False)
    cut = whole[: draw(st.integers(1, len(whole) - 1))]
    call = {"type": "tool_use", "id": "toolu_01Cut", "name": "forecast", "input": cut}
    usage = {**message["usage"], "output_tokens": message["usage"]["output_tokens"] + 1}
    return draw(streams({**message, "content": [*message["content"], call], "usage": usage}))


def _written(events: Iterable[Told], write: Callable[[Any], str]) -> tuple[Event, ...]:
    return tuple(Event(event["type"], write(event)) for event in events)


def _interrupted(draw: DrawFn, events: list[Told]) -> list[Told]:
    """Put pings and unknown events between; before the first event only a ping may stand."""
    places = st.tuples(st.integers(0, len(events) - 1), st.booleans())
    mixed = list(events)
    for place, strange in sorted(draw(st.lists(places, max_size=4)), reverse=True):
        mixed.insert(place, _STRANGER if strange and place else _PING)
    return mixed


def _frame(draw: DrawFn, message: Message) -> tuple[Told, list[Told]]:
    """The event that opens a message, and those that end it."""
    usage: dict[str, Any] = message["usage"]
    late = {"output_tokens_details"}
    if draw(st.booleans()):
        late |= {key for key, value in usage.items() if key[:2] == "x_" and value is not None}
    counts = sorted(draw(st.lists(st.integers(0, usage["output_tokens"]), max_size=3)) or [0])
    input_tokens = usage["input_tokens"]
    if any(block["type"] == "server_tool_use" for block in message["content"]):
        # What such a tool finds adds to the input while the message goes on.
        late |= {"input_tokens"}
        input_tokens = draw(st.integers(0, input_tokens))
    told_late = {"stop_reason", "stop_sequence"}
    told_late |= draw(st.sampled_from([set(), {"stop_details"}, {"stop_details", "x_note"}]))
    opened = {
        **{key: value for key, value in message.items() if key not in told_late},
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            **{key: value for key, value in usage.items() if key not in late},
            "input_tokens": input_tokens,
            "output_tokens": counts[0],
        },
    }
    last = {key: message[key] for key in sorted(told_late) if key in message}
    full = {key: value for key, value in usage.items() if key in late or draw(st.booleans())}
    ending = [
        *(_delta({"stop_reason": None, "stop_sequence": None}, {}, count) for count in counts[1:]),
        _delta(last, full, usage["output_tokens"]),
        {"type": "message_stop"},
    ]
    return {"type": "message_start", "message": opened}, ending


def _delta(delta: dict[str, Any], usage: dict[str, Any], output_tokens: int) -> Told:
    figures = {**usage, "output_tokens": output_tokens}
    return {"type": "message_delta", "delta": delta, "usage": figures}


def _block(draw: DrawFn, index: int, block: Block) -> list[Told]:
    """The events of one block: how it starts, the deltas that fill it, its stop."""
    empty, deltas = _told(draw, block)
    return [
        {"type": "content_block_start", "index": index, "content_block": empty},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def _told(draw: DrawFn, block: Block) -> tuple[Block, list[Told]]:
    kind = block["type"]
    if kind == "text":
        return _told_text(draw, block)
    if kind == "thinking":
        pieces = _pieces(draw, block["thinking"]) if block["thinking"] else []
        signature = {"type": "signature_delta", "signature": block["signature"]}
        empty = {**block, "thinking": "", "signature": ""}
        if draw(st.booleans()):
            del empty["signature"]
        return empty, [*_deltas("thinking_delta", "thinking", pieces), signature]
    if kind in ("tool_use", "server_tool_use"):
        pieces = _pieces(draw, _json_of(draw, block["input"]))
        return {**block, "input": {}}, _deltas("input_json_delta", "partial_json", pieces)
    return block, []


def _told_text(draw: DrawFn, block: Block) -> tuple[Block, list[Told]]:
    deltas = _deltas("text_delta", "text", _pieces(draw, block["text"]))
    empty = {**block, "text": ""}
    if block.get("citations"):
        empty["citations"] = draw(st.sampled_from([[], None]))
        cited = [{"type": "citations_delta", "citation": cited} for cited in block["citations"]]
        deltas = cited + deltas if draw(st.booleans()) else deltas + cited
    return empty, deltas


def _json_of(draw: DrawFn, value: dict[str, Any] | str) -> str:
    """A tool's input as its deltas tell it: nothing at all will do for an empty object.

    A string is input that was cut off, and is told as it is.
    """
    if isinstance(value, str):
        return value
    if not value and draw(st.booleans()):
        return ""
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


def _pieces(draw: DrawFn, text: str) -> list[str]:
    """A text cut anywhere, also into empty pieces, and into none if there is nothing to tell."""
    cuts = draw(st.lists(st.integers(0, len(text)), max_size=4))
    if not text and not cuts:
        return []
    edges = [0, *sorted(cuts), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


def _deltas(kind: str, field: str, pieces: list[str]) -> list[Told]:
    return [{"type": kind, field: piece} for piece in pieces]
