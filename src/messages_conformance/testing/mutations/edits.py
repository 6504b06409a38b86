"""Small pure edits of events, so that most mutations are one line.

Every edit that finds nothing to change raises `NothingToBreak`.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

from messages_conformance.protocol.sse import Event
from messages_conformance.protocol.stop_reasons import CUT
from messages_conformance.testing.mutations.mutation import Events, NothingToBreak

Data = dict[str, Any]
Test = Callable[[Data], bool]


def make_event(**data: Any) -> Event:
    """An event with this data, its name that of its type."""
    return Event(data["type"], json.dumps(data, ensure_ascii=False))


def data_of(event: Event) -> Data:
    """The data of a valid event."""
    return event.json or {}


def rewritten(event: Event, data: Any) -> Event:
    """The event with other data."""
    return Event(event.name, json.dumps(data, ensure_ascii=False))


def find(events: Events, kind: str, test: Test = lambda _: True) -> int:
    """The position of the first event of a type whose data passes the test."""
    for position, event in enumerate(events):
        if event.type == kind and test(data_of(event)):
            return position
    raise NothingToBreak


def find_last(events: Events, kind: str) -> int:
    """The position of the last event of a type."""
    return len(events) - 1 - find(events[::-1], kind)


def put(events: Events, position: int, *instead: Event) -> Events:
    """The events with one replaced by others, or by none."""
    return (*events[:position], *instead, *events[position + 1 :])


def insert(events: Events, position: int, *new: Event) -> Events:
    """The events with others inserted before a position."""
    return (*events[:position], *new, *events[position:])


def move(events: Events, position: int, before: int) -> Events:
    """The events with one moved before another position."""
    gone = put(events, position)
    return insert(gone, before - (position < before), events[position])


def without(events: Events, kind: str) -> Events:
    """The events without those of a type."""
    find(events, kind)
    return tuple(event for event in events if event.type != kind)


def change(events: Events, position: int, change: Callable[[Data], Any]) -> Events:
    """The events with one event's data changed."""
    event = events[position]
    return put(events, position, rewritten(event, change(data_of(event))))


def change_within(events: Events, position: int, field: str, **values: Any) -> Events:
    """The events with values set in an object within one event's data."""
    return change(events, position, lambda data: {**data, field: {**data[field], **values}})


def lacking(value: Data, *keys: str) -> Data:
    """The object without some of its keys."""
    return {key: held for key, held in value.items() if key not in keys}


def kind_of_block(event: Event) -> str | None:
    """The type of the block that an event starts; None for any other event."""
    block = data_of(event).get("content_block")
    return block["type"] if isinstance(block, dict) else None


def unless_cut_short(events: Events) -> Events:
    """The events, unless the message was cut short: it may then end within a block."""
    last = data_of(events[find_last(events, "message_delta")])
    if last["delta"]["stop_reason"] in CUT:
        raise NothingToBreak
    return events


def block_at(events: Events, *kinds: str) -> tuple[int, int]:
    """The positions of the start and the stop of the first block of some kinds."""
    for start, event in enumerate(events):
        if kind_of_block(event) in kinds:
            return start, stop_of(events, start)
    raise NothingToBreak


def stop_of(events: Events, start: int) -> int:
    """The position of the stop of the block that starts at a position."""
    return start + find(events[start:], "content_block_stop")


def second_block(events: Events) -> int:
    """The position at which the second block starts."""
    return find(events, "content_block_start", lambda data: data["index"] == 1)


def deltas_within(events: Events, start: int, stop: int) -> tuple[int, ...]:
    """The positions of the deltas between two positions."""
    return tuple(
        position
        for position in range(start, stop)
        if events[position].type == "content_block_delta"
    )


def refill(events: Events, start: int, stop: int, deltas: Iterable[Data]) -> Events:
    """The events with the deltas of one block replaced by others."""
    index = data_of(events[start])["index"]
    others = (event for event in events[start + 1 : stop] if event.type != "content_block_delta")
    new = (make_event(type="content_block_delta", index=index, delta=delta) for delta in deltas)
    return (*events[: start + 1], *others, *new, *events[stop:])


def reindexed(events: Events, index: Callable[[int], Any]) -> Events:
    """The events with the index of every block changed."""
    find(events, "content_block_start")
    return tuple(
        rewritten(event, {**data_of(event), "index": index(data_of(event)["index"])})
        if event.type.startswith("content_block")
        else event
        for event in events
    )
