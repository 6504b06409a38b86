"""Valid event streams: the events of a message."""

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

Data = dict[str, Any]
"""The data of one event, before it is written as JSON."""

_WRITINGS: tuple[Callable[[Any], str], ...] = (
    lambda value: json.dumps(value, ensure_ascii=False),
    lambda value: json.dumps(value, separators=(",", ":")),
    lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True),
    lambda value: json.dumps(value, indent=1),
)
"""Ways to write the same JSON; the last takes several lines."""

_PING: Data = {"type": "ping"}
_UNKNOWN_EVENT: Data = {"type": "vendor_progress", "percent": 40}
_ERRORS = ("overloaded_error", "api_error", "timeout_error")


@st.composite
def streams(draw: DrawFn, message: Message | None = None) -> tuple[Event, ...]:
    """Draw the events of a message: the one given, or any valid one.

    Covers events in their order with contiguous indexes (ST-ORD-0 to ST-ORD-11, ST-IDX-1,
    ST-IDX-2); pings between any two events and before the first, unknown events (ST-ORD-10w)
    and unknown keys (RS-MSG-6); an empty message and empty blocks at the start (ST-MSG-1,
    ST-MSG-3, ST-BLK-1 to ST-BLK-4); deltas cut at any place, empty ones too, or none if
    there is no text (ST-DELTA-1, ST-DELTA-2, ST-TOOL-1, ST-TOOL-2); one signature,
    last (ST-THK-1, ST-THK-2); one or several ``message_delta`` with growing counts (ST-MSG-4,
    ST-MSG-5, ST-USE-1, ST-USE-2). The events accumulate to exactly the message.
    """
    final = message if message is not None else draw(messages())
    middle = [
        event
        for index, block in enumerate(final["content"])
        for event in _block(draw, index, block)
    ]
    start, ending = _frame(draw, final)
    more = draw(extras)
    events = [{**more, **event} for event in _interrupted(draw, [start, *middle, *ending])]
    return _written(events, draw(st.sampled_from(_WRITINGS)))


@st.composite
def failed_streams(draw: DrawFn, message: Message | None = None) -> tuple[Event, ...]:
    """Draw a stream that breaks off, after any of its events, with a documented error (ST-ERR-1).

    Its message is the one given, or any valid one. A block may be left open. The error's
    ``request_id`` is a string, null or missing.
    """
    events = draw(streams(message))
    error: Data = {
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


def _written(events: Iterable[Data], write: Callable[[Any], str]) -> tuple[Event, ...]:
    return tuple(Event(event["type"], write(event)) for event in events)


def _interrupted(draw: DrawFn, events: list[Data]) -> list[Data]:
    """Insert pings and unknown events; before the first event, only a ping."""
    places = st.tuples(st.integers(0, len(events) - 1), st.booleans())
    mixed = list(events)
    for place, strange in sorted(draw(st.lists(places, max_size=4)), reverse=True):
        mixed.insert(place, _UNKNOWN_EVENT if strange and place else _PING)
    return mixed


def _frame(draw: DrawFn, message: Message) -> tuple[Data, list[Data]]:
    """The event that starts a message, and those that end it."""
    usage: dict[str, Any] = message["usage"]
    late = {"output_tokens_details"}
    if draw(st.booleans()):
        late |= {key for key, value in usage.items() if key[:2] == "x_" and value is not None}
    counts = sorted(draw(st.lists(st.integers(0, usage["output_tokens"]), max_size=3)) or [0])
    input_tokens = usage["input_tokens"]
    if any(block["type"] == "server_tool_use" for block in message["content"]):
        # The results of such a tool add to the input while the message is generated.
        late |= {"input_tokens"}
        input_tokens = draw(st.integers(0, input_tokens))
    sent_late = {"stop_reason", "stop_sequence"}
    sent_late |= draw(st.sampled_from([set(), {"stop_details"}, {"stop_details", "x_note"}]))
    opened = {
        **{key: value for key, value in message.items() if key not in sent_late},
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            **{key: value for key, value in usage.items() if key not in late},
            "input_tokens": input_tokens,
            "output_tokens": counts[0],
        },
    }
    last = {key: message[key] for key in sorted(sent_late) if key in message}
    full = {key: value for key, value in usage.items() if key in late or draw(st.booleans())}
    ending = [
        *(_delta({"stop_reason": None, "stop_sequence": None}, {}, count) for count in counts[1:]),
        _delta(last, full, usage["output_tokens"]),
        {"type": "message_stop"},
    ]
    return {"type": "message_start", "message": opened}, ending


def _delta(delta: dict[str, Any], usage: dict[str, Any], output_tokens: int) -> Data:
    figures = {**usage, "output_tokens": output_tokens}
    return {"type": "message_delta", "delta": delta, "usage": figures}


def _block(draw: DrawFn, index: int, block: Block) -> list[Data]:
    """The events of one block: how it starts, the deltas that fill it, its stop."""
    empty, deltas = _start_and_deltas(draw, block)
    return [
        {"type": "content_block_start", "index": index, "content_block": empty},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def _start_and_deltas(draw: DrawFn, block: Block) -> tuple[Block, list[Data]]:
    kind = block["type"]
    if kind == "text":
        return _text_deltas(draw, block)
    if kind == "thinking":
        pieces = _pieces(draw, block["thinking"]) if block["thinking"] else []
        signature = {"type": "signature_delta", "signature": block["signature"]}
        empty = {**block, "thinking": "", "signature": ""}
        if draw(st.booleans()):
            del empty["signature"]
        return empty, [*_deltas("thinking_delta", "thinking", pieces), signature]
    if kind in ("tool_use", "server_tool_use"):
        # At least one delta is sent, an empty one for a call without arguments.
        pieces = _pieces(draw, _json_of(draw, block["input"])) or [""]
        return {**block, "input": {}}, _deltas("input_json_delta", "partial_json", pieces)
    return block, []


def _text_deltas(draw: DrawFn, block: Block) -> tuple[Block, list[Data]]:
    deltas = _deltas("text_delta", "text", _pieces(draw, block["text"]))
    empty = {**block, "text": ""}
    if block.get("citations"):
        empty["citations"] = draw(st.sampled_from([[], None]))
        cited = [{"type": "citations_delta", "citation": cited} for cited in block["citations"]]
        deltas = cited + deltas if draw(st.booleans()) else deltas + cited
    return empty, deltas


def _json_of(draw: DrawFn, value: dict[str, Any] | str) -> str:
    """The JSON of a tool's input; an empty object may have none.

    A string is input that was cut off, and stays as it is.
    """
    if isinstance(value, str):
        return value
    if not value and draw(st.booleans()):
        return ""
    return json.dumps(value, ensure_ascii=draw(st.booleans()))


def _pieces(draw: DrawFn, text: str) -> list[str]:
    """A text cut anywhere, also into empty pieces, and an empty text also into none."""
    cuts = draw(st.lists(st.integers(0, len(text)), max_size=4))
    if not text and not cuts:
        return []
    edges = [0, *sorted(cuts), len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


def _deltas(kind: str, field: str, pieces: list[str]) -> list[Data]:
    return [{"type": kind, field: piece} for piece in pieces]
