"""Rules ``ST-ORD`` and ``ST-IDX``: the order of a stream's events, and the numbers of its blocks.

    START -message_start-> OPEN -content_block_start-> IN -content_block_stop-> OPEN
    OPEN -message_delta-> TAIL -message_stop-> DONE;  error: from anywhere to FAILED

Pings and events of unknown types may come anywhere before the end. After an event out of order
the state is that of a lenient reader, so that one fault is reported once.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Any, Final

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.wording import seen, shown


class StreamState(StrEnum):
    """How far a stream has come."""

    START = "before message_start"
    OPEN = "between content blocks"
    IN = "in a content block"
    TAIL = "after message_delta"
    DONE = "after message_stop"
    FAILED = "after an error"


KNOWN: Final = (
    "message_start",
    "content_block_start",
    "content_block_delta",
    "content_block_stop",
    "message_delta",
    "message_stop",
)
"""The types of events whose order is checked."""

_START, _OPEN, _IN = StreamState.START, StreamState.OPEN, StreamState.IN
_TAIL, _DONE = StreamState.TAIL, StreamState.DONE
_NEXT: Final[dict[StreamState, tuple[tuple[StreamState, str], ...]]] = {
    # For each of the known types, in their order: the next state, and the rule that is broken.
    _START: (
        (_OPEN, ""),
        (_IN, "ST-ORD-1"),
        (_OPEN, "ST-ORD-1"),
        (_OPEN, "ST-ORD-1"),
        (_TAIL, "ST-ORD-1"),
        (_DONE, "ST-ORD-1"),
    ),
    _OPEN: (
        (_OPEN, "ST-ORD-2"),
        (_IN, ""),
        (_OPEN, "ST-ORD-4"),
        (_OPEN, "ST-ORD-5"),
        (_TAIL, ""),
        (_DONE, "ST-ORD-8"),
    ),
    _IN: (
        (_IN, "ST-ORD-2"),
        (_IN, "ST-ORD-3"),
        (_IN, ""),
        (_OPEN, ""),
        (_TAIL, "ST-ORD-6"),
        (_DONE, "ST-ORD-6"),
    ),
    _TAIL: (
        (_TAIL, "ST-ORD-2"),
        (_TAIL, "ST-ORD-7"),
        (_TAIL, "ST-ORD-7"),
        (_TAIL, "ST-ORD-7"),
        (_TAIL, ""),
        (_DONE, ""),
    ),
}
TRANSITIONS: Final = {
    (state, kind): step
    for state, steps in _NEXT.items()
    for kind, step in zip(KNOWN, steps, strict=True)
}
"""The next state for an event of a known type in each state, and the broken rule or ``""``."""
UNLESS_WHOLE: Final = "ST-ORD-8"
"""What a message keeps to unless it was complete when it started: then it may stop at once."""
UNLESS_OPEN: Final = "ST-ORD-4"
"""What a delta keeps to that is for the open block, though the stop of another block came."""
_EXPECTED: Final = {
    "ST-ORD-1": "message_start first",
    "ST-ORD-2": "one message_start, at the beginning",
    "ST-ORD-3": "content_block_stop first",
    "ST-ORD-4": "content_block_start first, and deltas only for the open block",
    "ST-ORD-5": "content_block_start first, and a stop only for the open block",
    "ST-ORD-6": "content_block_stop first",
    "ST-ORD-7": "only message_stop",
    "ST-ORD-8": "message_delta first",
}


def which_block(data: dict[str, Any] | None, next_index: int) -> str:
    """What became of the block that an event is about, if no block is open; empty if unknown."""
    index = index_of(data) if data is not None else None
    if index is None:
        return ""
    return f"block {index}, which {'has stopped' if index < next_index else 'never started'}"


def out_of_order(rule: str, before: StreamState, kind: str, about: str, where: Where) -> Finding:
    """The finding that an event of a known type may not come in a state.

    ``about`` says what became of its block.
    """
    of_block = about if rule in ("ST-ORD-4", "ST-ORD-5") else ""
    said = f"{kind} is for {of_block}" if of_block else f"{kind} comes {before.value}"
    return broken(rule, where, f"{said}; expected {_EXPECTED[rule]}")


def check_end(state: StreamState, how: str, *, has_events: bool) -> Iterator[Finding]:
    """Check the state a stream ends in; ``how`` says what cut it off, if anything did."""
    if state in (StreamState.DONE, StreamState.FAILED):
        return
    if not has_events:
        yield broken(
            "ST-ORD-0", Where(offset=0), f"the stream has no events{how}; expected message_start"
        )
    else:
        yield broken(
            "ST-ORD-11",
            Where(),
            f"the stream ends {state.value}{how}; expected message_stop or an error",
        )


def after_stop(kind: str, where: Where) -> Finding:
    """The finding that an event follows message_stop."""
    return broken("ST-ORD-9", where, f"{shown(kind)} follows message_stop; expected the end")


def undocumented(what: str, kind: str, where: Where) -> Finding:
    """The finding that an event or a delta is of an unknown type."""
    return broken(
        "ST-ORD-10w",
        where,
        f"the {what} {shown(kind)} is not documented; the original API does not send it",
    )


def index_of(data: dict[str, Any]) -> int | None:
    """The index in the data of a block's event, or None if it is not a whole number from 0."""
    index = data.get("index")
    return index if type(index) is int and index >= 0 else None


def no_index(data: dict[str, Any], where: Where) -> Finding:
    """The finding that the data of a block's event has no index."""
    said = f"the block's `index` is {seen(data, 'index')}; expected a whole number from 0"
    return broken("ST-IDX-1", where.at("/index"), said)


def check_is_next(index: int | None, expected: int, where: Where) -> Iterable[Finding]:
    """Check that a block that starts has the next index; an unreadable index is not checked."""
    if index is None or index == expected:
        return ()
    said = f"the block's `index` is {shown(index)}; expected `{expected}`"
    return (broken("ST-IDX-2", where.at("/index"), said),)


def other_block(kind: str, index: int, open_index: int, where: Where) -> Finding:
    """The finding that a delta or a stop is for another block than the open one."""
    rule = "ST-ORD-4" if kind == "content_block_delta" else "ST-ORD-5"
    became = "has stopped" if index < open_index else "never started"
    return broken(
        rule,
        where.at("/index"),
        f"{kind} is for block {shown(index)}, which {became}, while block {open_index} is open; "
        f"expected {_EXPECTED[rule]}",
    )
