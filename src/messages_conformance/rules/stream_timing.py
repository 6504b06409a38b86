"""Whether streams are real: their events arrive as they are made, and not at the end.

What a network does to short answers is no promise of anybody's, so all of it is an advisory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.finding import Finding, Rule, Severity, Where

_SOURCE = "https://platform.claude.com/docs/en/build-with-claude/streaming"
FIRST = Rule(
    "ST-INC-2",
    Severity.ADVISORY,
    "The first event of a stream arrives before its last delta.",
    _SOURCE,
)
HELD_BACK = Rule(
    "ST-INC-3",
    Severity.ADVISORY,
    "No more than half of a stream's deltas are held back until its end.",
    _SOURCE,
)
_FEW = 4
"""Deltas that may well arrive at once without anything being held back."""


@dataclass(frozen=True)
class Pace:
    """When the parts of a stream arrived, in seconds after the request was sent."""

    first: float
    """The first event."""
    gap: float
    """The longest silence after it."""
    deltas: tuple[float, ...]
    """Every content_block_delta."""


def pace(exchange: Exchange) -> Pace | None:
    """The pace of a stream; None for what is none, or was recorded without its times."""
    if not exchange.events or not exchange.chunks:
        return None
    ends = [event.offset for event in exchange.events[1:]] + [len(exchange.body)]
    arrivals = _arrivals(exchange, ends)
    later = [at for at in (chunk.at for chunk in exchange.chunks) if at >= arrivals[0]]
    return Pace(
        first=arrivals[0],
        gap=max((after - before for before, after in pairwise([arrivals[0], *later])), default=0),
        deltas=tuple(
            at
            for event, at in zip(exchange.events, arrivals, strict=True)
            if event.type == "content_block_delta"
        ),
    )


def check(exchange: Exchange) -> Iterator[Finding]:
    """The rules of this module that a stream breaks; short ones are beyond them."""
    measured = pace(exchange)
    if measured is None or len(measured.deltas) <= _FEW:
        return
    number, last = len(measured.deltas), measured.deltas[-1]
    if measured.first >= last:
        said = f"all {number} deltas arrive together with the first event, after {_seconds(last)}"
        yield Finding(FIRST, Where(), said)
        return
    late = measured.deltas.count(last)
    if late * 2 > number:
        said = f"{late} of {number} deltas arrive at once at the end, after {_seconds(last)}"
        yield Finding(HELD_BACK, Where(), said)


def _arrivals(exchange: Exchange, ends: list[int]) -> list[float]:
    """When the byte before each of some ascending offsets arrived."""
    reached = list(accumulate(chunk.size for chunk in exchange.chunks))
    arrivals, number = [], 0
    for end in ends:
        while number < len(reached) - 1 and reached[number] < end:
            number += 1
        arrivals.append(exchange.chunks[number].at)
    return arrivals


def _seconds(time: float) -> str:
    return f"{time:.2f} s"
