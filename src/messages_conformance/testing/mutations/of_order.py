"""Mutations: events in a wrong order, and wrong indexes of blocks."""

from messages_conformance.testing.mutations.edits import (
    change,
    data_of,
    find,
    find_last,
    insert,
    lacking,
    make_event,
    move,
    put,
    reindexed,
    second_block,
    stop_of,
    without,
)
from messages_conformance.testing.mutations.mutation import Events, of_events


@of_events("ST-ORD-1")
def no_message_start(events: Events) -> Events:
    """The message never starts: its blocks come without a message_start."""
    return without(events, "message_start")


@of_events("ST-ORD-1")
def late_message_start(events: Events) -> Events:
    """The first block starts before the message does."""
    block = find(events, "content_block_start")
    return move(events, block, find(events, "message_start"))


@of_events("ST-ORD-2")
def two_message_starts(events: Events) -> Events:
    """The message starts twice."""
    start = find(events, "message_start")
    return insert(events, start, events[start])


@of_events("ST-ORD-2")
def message_start_before_every_block(events: Events) -> Events:
    """The message starts again after its first block."""
    start = events[find(events, "message_start")]
    return insert(events, find(events, "content_block_stop") + 1, start)


@of_events("ST-ORD-3")
def nested_blocks(events: Events) -> Events:
    """A block starts and stops within another one."""
    within = find(events, "content_block_stop")
    second = second_block(events)
    stop = stop_of(events, second)
    block = events[second : stop + 1]
    return (*events[:within], *block, *events[within:second], *events[stop + 1 :])


@of_events("ST-ORD-3")
def interleaved_blocks(events: Events) -> Events:
    """The second block starts before the first one has stopped, as with parallel tool calls."""
    return move(events, second_block(events), find(events, "content_block_stop"))


@of_events("ST-ORD-4")
def delta_before_its_block(events: Events) -> Events:
    """A delta comes before the start of the block it belongs to."""
    delta = find(events, "content_block_delta")
    index = data_of(events[delta])["index"]
    start = find(events, "content_block_start", lambda data: data["index"] == index)
    return move(events, delta, start)


@of_events("ST-ORD-4")
def delta_for_a_closed_block(events: Events) -> Events:
    """A delta comes after the stop of the block it belongs to."""
    delta = find(events, "content_block_delta")
    return move(events, delta, stop_of(events, delta) + 1)


@of_events("ST-ORD-4")
def delta_for_an_unknown_block(events: Events) -> Events:
    """A delta names the index of a block that never started."""
    delta = find(events, "content_block_delta")
    return change(events, delta, lambda data: {**data, "index": 99})


@of_events("ST-ORD-5")
def block_stopped_twice(events: Events) -> Events:
    """A block stops a second time."""
    stop = find(events, "content_block_stop")
    return insert(events, stop, events[stop])


@of_events("ST-ORD-5")
def stop_of_another_block(events: Events) -> Events:
    """The stop of a block names the index of a block that never started."""
    stop = find(events, "content_block_stop")
    return change(events, stop, lambda data: {**data, "index": 99})


@of_events("ST-ORD-6")
def block_left_open(events: Events) -> Events:
    """The last block has not stopped when the message ends."""
    return put(events, find_last(events, "content_block_stop"))


@of_events("ST-ORD-6")
def no_block_ever_stops(events: Events) -> Events:
    """There is no ``content_block_stop`` at all."""
    return without(events, "content_block_stop")


@of_events("ST-ORD-7")
def block_after_message_delta(events: Events) -> Events:
    """The last block comes after the message's stop reason."""
    start = find_last(events, "content_block_start")
    stop = stop_of(events, start)
    end = find(events, "message_stop")
    return (*events[:start], *events[stop + 1 : end], *events[start : stop + 1], *events[end:])


@of_events("ST-ORD-8")
def no_message_delta(events: Events) -> Events:
    """No ``message_delta`` says why the message stopped."""
    return without(events, "message_delta")


@of_events("ST-ORD-9")
def figures_after_message_stop(events: Events) -> Events:
    """A ``message_delta`` with the token counts comes after ``message_stop``."""
    return (*events, events[find_last(events, "message_delta")])


@of_events("ST-ORD-9")
def two_message_stops(events: Events) -> Events:
    """The message stops twice."""
    stop = find(events, "message_stop")
    return insert(events, stop, events[stop])


@of_events("ST-ORD-11")
def no_message_stop(events: Events) -> Events:
    """The stream ends without ``message_stop``."""
    return without(events, "message_stop")


@of_events("ST-ORD-11")
def stream_cut(events: Events) -> Events:
    """The stream ends in the middle of a block."""
    return events[: find(events, "content_block_start") + 1]


@of_events("ST-IDX-1")
def index_missing(events: Events) -> Events:
    """No event of a block says which one it belongs to."""
    find(events, "content_block_start")
    return tuple(
        make_event(**lacking(data_of(event), "index"))
        if event.type.startswith("content_block")
        else event
        for event in events
    )


@of_events("ST-IDX-1")
def index_a_string(events: Events) -> Events:
    """The indexes are strings of digits."""
    return reindexed(events, str)


@of_events("ST-IDX-1")
def index_null(events: Events) -> Events:
    """The indexes are null."""
    return reindexed(events, lambda _: None)


@of_events("ST-IDX-2")
def index_from_one(events: Events) -> Events:
    """The indexes count from 1."""
    return reindexed(events, lambda index: index + 1)


@of_events("ST-IDX-2")
def index_gap(events: Events) -> Events:
    """An index is left out between the first block and the second."""
    second_block(events)
    return reindexed(events, lambda index: index + (index > 0))


@of_events("ST-IDX-2")
def index_never_counts(events: Events) -> Events:
    """Every block has index 0: clients merge their texts."""
    second_block(events)
    return reindexed(events, lambda _: 0)


@of_events("ST-IDX-2")
def index_backwards(events: Events) -> Events:
    """The blocks come in the reverse order of their indexes."""
    second_block(events)
    last = data_of(events[find_last(events, "content_block_start")])["index"]
    return reindexed(events, lambda index: last - index)
