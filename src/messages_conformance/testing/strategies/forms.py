"""The bytes of an event stream, in any valid form and cut into any pieces."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from messages_conformance.protocol.sse import Event

_OTHER_LINES = (":", ": keep-alive", ":data: not this", "id: 7", "id", "retry: 3000")
"""Lines that a reader skips: comments, ids, retry times."""


@dataclass(frozen=True)
class _Style:
    """How one event is written."""

    end: str
    """what ends each of its lines"""
    space: str
    """what follows each colon"""
    data_first: bool
    other: tuple[str, ...]
    """lines between its own"""
    blank_lines: int


_styles = st.builds(
    _Style,
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    space=st.sampled_from([" ", ""]),
    data_first=st.booleans(),
    other=st.lists(st.sampled_from(_OTHER_LINES), max_size=2).map(tuple),
    blank_lines=st.integers(1, 3),
)


@st.composite
def wire_forms(draw: DrawFn, events: Sequence[Event]) -> bytes:
    """Draw the bytes of these events in any form the event-stream format allows.

    Covers lines ended by LF, CR or CRLF, also mixed; a space after the colon or none; comments,
    ``id`` and ``retry`` lines; ``data`` before ``event``; data of several lines; several blank
    lines (ST-WIRE-1, ST-WIRE-3 to ST-WIRE-6, and what section 9.2.6 of the HTML standard
    allows). Every form parses to the events given. A byte order mark is never drawn: clients
    lose the first event after it.
    """
    styles = draw(st.lists(_styles, min_size=1, max_size=3))
    return "".join(
        _written(event, styles[number % len(styles)]) for number, event in enumerate(events)
    ).encode()


@st.composite
def chunkings(draw: DrawFn, body: bytes) -> tuple[bytes, ...]:
    """Draw a split of bytes as a network may deliver them: joined, the pieces are the bytes.

    Covers one piece, single bytes, cuts within a character, a line end or a blank line, and
    empty pieces (ST-INC-1: how a stream is cut says nothing about its events).
    """
    if draw(st.booleans()):
        size = draw(st.integers(1, 7))
        return tuple(body[at : at + size] for at in range(0, len(body), size))
    edges = [0, *sorted(draw(st.lists(st.integers(0, len(body)), max_size=8))), len(body)]
    return tuple(body[a:b] for a, b in pairwise(edges))


def _written(event: Event, style: _Style) -> str:
    name = [_field("event", event.name, style.space)] if event.name else []
    data = [_field("data", line, style.space) for line in event.data.split("\n")]
    first, second = (data, name) if style.data_first else (name, data)
    lines = [*style.other[:1], *first, *style.other[1:], *second, *[""] * style.blank_lines]
    return "".join(f"{line}{style.end}" for line in lines)


def _field(name: str, value: str, space: str) -> str:
    # One space after the colon is dropped, so a value that begins with one needs another.
    return f"{name}:{' ' if value.startswith(' ') else space}{value}"
