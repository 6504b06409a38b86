"""Mutations: blocks that start wrong, and deltas that do not fit their block."""

import json
from typing import Any

from messages_conformance.testing.mutations.edits import (
    block_at,
    change,
    change_within,
    data_of,
    deltas_within,
    find,
    lacking,
    move,
    put,
    refill,
    unless_cut_short,
)
from messages_conformance.testing.mutations.mutation import Events, NothingToBreak, of_events


def _start_with(events: Events, kind: str, **values: Any) -> Events:
    start, _ = block_at(events, kind)
    return change_within(events, start, "content_block", **values)


def _start_lacking(events: Events, kind: str, key: str) -> Events:
    start, _ = block_at(events, kind)
    return change(
        events, start, lambda data: {**data, "content_block": lacking(data["content_block"], key)}
    )


def _first_delta(events: Events, kind: str) -> int:
    return find(events, "content_block_delta", lambda data: data["delta"]["type"] == kind)


def _signature(events: Events) -> int:
    return _first_delta(events, "signature_delta")


def _with_input(events: Events, *pieces: str) -> Events:
    start, stop = block_at(events, "tool_use")
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
    return refill(events, start, stop, deltas)


@of_events("ST-BLK-1")
def text_in_block_start(events: Events) -> Events:
    """A text block starts with text in it, which clients print twice or not at all."""
    return _start_with(events, "text", text="Hello")


@of_events("ST-BLK-1")
def text_null_in_block_start(events: Events) -> Events:
    """A text block starts with null for its text."""
    return _start_with(events, "text", text=None)


@of_events("ST-BLK-1")
def no_text_in_block_start(events: Events) -> Events:
    """A text block starts without the key ``text``."""
    return _start_lacking(events, "text", "text")


@of_events("ST-BLK-2")
def thinking_null_in_block_start(events: Events) -> Events:
    """A thinking block starts with null for its thinking."""
    return _start_with(events, "thinking", thinking=None)


@of_events("ST-BLK-2")
def thinking_in_block_start(events: Events) -> Events:
    """A thinking block starts with text in it."""
    return _start_with(events, "thinking", thinking="Hm.")


@of_events("ST-BLK-2w")
def no_signature_in_block_start(events: Events) -> Events:
    """A thinking block starts without the key ``signature``."""
    return _start_lacking(events, "thinking", "signature")


@of_events("ST-TOOL-3")
def no_input_deltas(events: Events) -> Events:
    """A call has no deltas, so that all its arguments are lost."""
    start, stop = block_at(unless_cut_short(events), "tool_use")
    return refill(events, start, stop, [])


@of_events("ST-BLK-3")
def input_a_string_in_block_start(events: Events) -> Events:
    """A call starts with an empty string for its input, not an empty object."""
    return _start_with(events, "tool_use", input="")


@of_events("ST-BLK-5")
def input_in_block_start(events: Events) -> Events:
    """A call starts with its whole input, and no deltas follow."""
    start, stop = block_at(events, "tool_use")
    filled = refill(events, start, stop, [])
    return change_within(filled, start, "content_block", input={"city": "Paris"})


@of_events("ST-BLK-3")
def no_input_in_block_start(events: Events) -> Events:
    """A call starts without the key ``input``."""
    return _start_lacking(events, "tool_use", "input")


@of_events("ST-BLK-4")
def delta_for_a_whole_block(events: Events) -> Events:
    """Redacted thinking, which comes whole in its start, is followed by a delta."""
    start, stop = block_at(events, "redacted_thinking")
    return refill(events, start, stop, [{"type": "text_delta", "text": "more"}])


@of_events("ST-BLK-4")
def delta_for_a_result(events: Events) -> Events:
    """A server tool's result, which comes whole in its start, is followed by a delta."""
    start, stop = block_at(events, "web_search_tool_result")
    return refill(events, start, stop, [{"type": "input_json_delta", "partial_json": "{}"}])


@of_events("ST-DELTA-1")
def text_for_a_call(events: Events) -> Events:
    """The input of a call comes as text."""
    start, stop = block_at(events, "tool_use")
    return refill(events, start, stop, [{"type": "text_delta", "text": "{}"}])


@of_events("ST-DELTA-1")
def text_for_a_thought(events: Events) -> Events:
    """A thinking block gets text, which clients drop."""
    start, stop = block_at(events, "thinking")
    kept = (data_of(events[at])["delta"] for at in deltas_within(events, start, stop))
    return refill(events, start, stop, [{"type": "text_delta", "text": "Hm."}, *kept])


@of_events("ST-DELTA-1")
def thought_for_a_text(events: Events) -> Events:
    """A text block gets thinking."""
    start, stop = block_at(events, "text")
    return refill(events, start, stop, [{"type": "thinking_delta", "thinking": "Hm."}])


@of_events("ST-DELTA-1")
def input_for_a_text(events: Events) -> Events:
    """A call's input comes within a text block."""
    start, stop = block_at(events, "text")
    return refill(events, start, stop, [{"type": "input_json_delta", "partial_json": "{}"}])


@of_events("ST-DELTA-2")
def text_null(events: Events) -> Events:
    """A delta's text is null: clients write the word, or fail."""
    return change_within(events, _first_delta(events, "text_delta"), "delta", text=None)


@of_events("ST-DELTA-2")
def partial_json_an_object(events: Events) -> Events:
    """A delta's ``partial_json`` is an object, not a piece of text."""
    delta = _first_delta(events, "input_json_delta")
    return change_within(events, delta, "delta", partial_json={"city": "Paris"})


@of_events("ST-DELTA-2")
def delta_without_payload(events: Events) -> Events:
    """A text delta has no ``text``."""
    delta = _first_delta(events, "text_delta")
    return change(events, delta, lambda data: {**data, "delta": {"type": "text_delta"}})


@of_events("ST-THK-1")
def thought_without_signature(events: Events) -> Events:
    """A thinking block stops without a signature, so that it cannot be sent back."""
    return put(unless_cut_short(events), _signature(events))


@of_events("ST-THK-1")
def two_signatures(events: Events) -> Events:
    """A thinking block is signed twice: clients join the two."""
    signature = _signature(events)
    return put(events, signature, events[signature], events[signature])


@of_events("ST-THK-1")
def signature_first(events: Events) -> Events:
    """The signature comes before the thinking it signs."""
    start, stop = block_at(events, "thinking")
    deltas = deltas_within(events, start, stop)
    if len(deltas) < 2:
        raise NothingToBreak
    return move(events, deltas[-1], deltas[0])


@of_events("ST-TOOL-1")
def input_invalid(events: Events) -> Events:
    """The input of a call is a Python dictionary as printed, not JSON."""
    return _with_input(unless_cut_short(events), "{'city': ", "'Paris'}")


@of_events("ST-TOOL-1")
def input_an_array(events: Events) -> Events:
    """The input of a call is a JSON array."""
    return _with_input(events, '["Paris"', "]")


@of_events("ST-TOOL-1")
def input_in_a_string(events: Events) -> Events:
    """The input of a call is encoded twice: JSON within a JSON string."""
    return _with_input(events, json.dumps(json.dumps({"city": "Paris"})))


@of_events("ST-TOOL-1")
def input_null(events: Events) -> Events:
    """The input of a call without arguments is ``null``."""
    return _with_input(events, "null")


@of_events("ST-TOOL-2")
def input_truncated(events: Events) -> Events:
    """The input of a call ends too early, though the message was not cut short."""
    return _with_input(unless_cut_short(events), '{"city": "Par')


@of_events("ST-TOOL-1")
def input_sent_twice(events: Events) -> Events:
    """The whole input comes again after its pieces."""
    whole = '{"city": "Paris"}'
    return _with_input(unless_cut_short(events), whole[:5], whole[5:], whole)
