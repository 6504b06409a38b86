"""Mutations: the events that start and end a message, and the token counts in them."""

from typing import Any

from messages_conformance.testing.mutations.edits import (
    change,
    change_within,
    data_of,
    find,
    find_last,
    kind_of_block,
    lacking,
    put,
)
from messages_conformance.testing.mutations.mutation import Events, NothingToBreak, of_events

_OF_THE_MODEL = {None, "text", "thinking", "redacted_thinking", "tool_use"}
"""The blocks that the model alone writes; None for an event that starts no block."""


def _opened_with(events: Events, **values: Any) -> Events:
    return change_within(events, find(events, "message_start"), "message", **values)


def _opened_counting(events: Events, **figures: Any) -> Events:
    start = find(events, "message_start")
    usage = data_of(events[start])["message"]["usage"]
    return change_within(events, start, "message", usage={**usage, **figures})


def _closed_counting(events: Events, **figures: Any) -> Events:
    return change_within(events, find_last(events, "message_delta"), "usage", **figures)


def _closed_lacking(events: Events, key: str) -> Events:
    return change(
        events,
        find_last(events, "message_delta"),
        lambda data: {**data, "delta": lacking(data["delta"], key)},
    )


@of_events("ST-MSG-1")
def content_in_message_start(events: Events) -> Events:
    """The message starts with content."""
    return _opened_with(events, content=[{"type": "text", "text": "Hello"}])


@of_events("ST-MSG-1")
def content_null_in_message_start(events: Events) -> Events:
    """The message starts with null for its content, which clients append to."""
    return _opened_with(events, content=None)


@of_events("ST-MSG-1")
def stopped_at_the_start(events: Events) -> Events:
    """The message starts with a stop reason."""
    return _opened_with(events, stop_reason="end_turn")


@of_events("ST-MSG-3")
def no_usage_in_message_start(events: Events) -> Events:
    """The message starts without ``usage``."""
    return change(
        events,
        find(events, "message_start"),
        lambda data: {**data, "message": lacking(data["message"], "usage")},
    )


@of_events("ST-MSG-3")
def input_tokens_null_in_message_start(events: Events) -> Events:
    """The message starts with null for ``input_tokens``."""
    return _opened_counting(events, input_tokens=None)


@of_events("ST-MSG-3")
def input_tokens_negative_in_message_start(events: Events) -> Events:
    """The message starts with -1 for ``input_tokens`` that are not yet known."""
    return _opened_counting(events, input_tokens=-1)


@of_events("ST-MSG-4")
def no_stop_reason(events: Events) -> Events:
    """The last ``message_delta`` has no key ``stop_reason``."""
    return _closed_lacking(events, "stop_reason")


@of_events("ST-MSG-4")
def stop_reason_null(events: Events) -> Events:
    """The message ends with null for its stop reason."""
    last = find_last(events, "message_delta")
    return change_within(events, last, "delta", stop_reason=None)


@of_events("ST-MSG-5")
def no_stop_sequence(events: Events) -> Events:
    """The last ``message_delta`` has no key ``stop_sequence``."""
    return _closed_lacking(events, "stop_sequence")


@of_events("ST-USE-1")
def no_usage_in_message_delta(events: Events) -> Events:
    """The last ``message_delta`` has no ``usage``: the Python client fails on it."""
    last = find_last(events, "message_delta")
    return change(events, last, lambda data: lacking(data, "usage"))


@of_events("ST-USE-1")
def usage_null(events: Events) -> Events:
    """The last ``message_delta`` has null for its ``usage``."""
    last = find_last(events, "message_delta")
    return change(events, last, lambda data: {**data, "usage": None})


@of_events("ST-USE-1")
def output_tokens_null(events: Events) -> Events:
    """The final ``output_tokens`` is null."""
    return _closed_counting(events, output_tokens=None)


@of_events("ST-USE-1")
def output_tokens_negative(events: Events) -> Events:
    """The final ``output_tokens`` is negative."""
    return _closed_counting(events, output_tokens=-1)


@of_events("ST-USE-1")
def output_tokens_a_float(events: Events) -> Events:
    """The final ``output_tokens`` is 12.5."""
    return _closed_counting(events, output_tokens=12.5)


@of_events("ST-USE-1")
def output_tokens_a_truth(events: Events) -> Events:
    """The final ``output_tokens`` is ``true``."""
    return _closed_counting(events, output_tokens=True)


@of_events("ST-USE-1")
def output_tokens_a_string(events: Events) -> Events:
    """The final ``output_tokens`` is a string of digits."""
    return _closed_counting(events, output_tokens="12")


@of_events("ST-USE-2")
def output_tokens_shrink(events: Events) -> Events:
    """The final ``output_tokens`` is lower than the one the message started with."""
    return _closed_counting(_opened_counting(events, output_tokens=7), output_tokens=3)


@of_events("ST-USE-5")
def cache_counted_twice(events: Events) -> Events:
    """The message ends with ``input_tokens`` that include those read from the cache."""
    if not {kind_of_block(event) for event in events} <= _OF_THE_MODEL:
        raise NothingToBreak
    cached = {"cache_read_input_tokens": 4000, "cache_creation_input_tokens": 0}
    opened = _opened_counting(events, input_tokens=6, **cached)
    return _closed_counting(opened, input_tokens=4006, **cached)


@of_events("RS-USE-6")
def no_input_tokens(events: Events) -> Events:
    """The stream counts no input at all, neither at its start nor at its end."""
    reason = data_of(events[find_last(events, "message_delta")])["delta"]["stop_reason"]
    if reason in ("refusal", "compaction"):
        raise NothingToBreak
    none = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    return _closed_counting(
        _opened_counting(events, input_tokens=0, **none), input_tokens=0, **none
    )


@of_events("ST-MSG-4")
def stop_reason_taken_back(events: Events) -> Events:
    """A second ``message_delta`` takes the stop reason of the first one back."""
    last = find_last(events, "message_delta")
    null = change_within(events, last, "delta", stop_reason=None)[last]
    return put(events, last, events[last], null)


@of_events("ST-USE-3w")
def input_tokens_known_late(events: Events) -> Events:
    """The message starts with 0 for its ``input_tokens`` and ends with the right number."""
    if not {kind_of_block(event) for event in events} <= _OF_THE_MODEL:
        # The server's own tools may add to the input while the message is generated.
        raise NothingToBreak
    return _closed_counting(_opened_counting(events, input_tokens=0), input_tokens=20)
