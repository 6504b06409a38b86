"""Rules ``ST-INC``: the events of a stream arrive as they are generated, and not at the end.

A network may hold back a short answer, so all these rules are advisories.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from messages_conformance.protocol.exchange import Chunk, Exchange
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where

_FEW = 4
"""Deltas that may arrive together by chance: a stream of no more is not checked."""
_ENOUGH_TO_SPREAD = 8
"""Events from which on a stream should not arrive in one piece."""


@dataclass(frozen=True)
class StreamPace:
    """When the events of a stream arrived, in seconds after the request was sent."""

    first: float
    """The first event."""
    gap: float
    """The longest silence after it."""
    deltas: tuple[float, ...]
    """Every content_block_delta."""


def measure_pace(exchange: Exchange) -> StreamPace | None:
    """The pace of a stream; None if it is no stream or its times were not recorded."""
    events, chunks = exchange.events, exchange.chunks  # each may be read from the disk
    if not events or not chunks:
        return None
    ends = [event.offset for event in events[1:]] + [len(exchange.body)]
    arrivals = _arrivals(chunks, ends)
    later = [chunk.at for chunk in chunks if chunk.at >= arrivals[0]]
    return StreamPace(
        first=arrivals[0],
        gap=max((after - before for before, after in pairwise([arrivals[0], *later])), default=0),
        deltas=tuple(
            at
            for event, at in zip(events, arrivals, strict=True)
            if event.type == "content_block_delta"
        ),
    )


def check_is_spread(exchange: Exchange) -> Iterator[Finding]:
    """Check that a stream does not arrive in one piece."""
    at_once = len({chunk.at for chunk in exchange.chunks}) == 1
    if at_once and exchange.body.count(b"data:") >= _ENOUGH_TO_SPREAD:
        yield broken(
            "ST-INC-1",
            Where(),
            "the whole stream arrives at once; expected each event as soon as it is generated",
        )


def check_pace(measured: StreamPace) -> Iterator[Finding]:
    """Check that the deltas of a stream are not held back; short streams are not checked."""
    if len(measured.deltas) <= _FEW:
        return
    number, last = len(measured.deltas), measured.deltas[-1]
    if measured.first >= last:
        said = f"all {number} deltas arrive together with the first event, after {_seconds(last)}"
        yield broken("ST-INC-2", Where(), said)
        return
    late = measured.deltas.count(last)
    if late * 2 > number:
        said = f"{late} of {number} deltas arrive at once at the end, after {_seconds(last)}"
        yield broken("ST-INC-3", Where(), said)


def _arrivals(chunks: Sequence[Chunk], ends: Iterable[int]) -> list[float]:
    """When the byte before each of some ascending offsets arrived."""
    reached = list(accumulate(chunk.size for chunk in chunks))
    arrivals, number = [], 0
    for end in ends:
        while number < len(reached) - 1 and reached[number] < end:
            number += 1
        arrivals.append(chunks[number].at)
    return arrivals


def _seconds(time: float) -> str:
    return f"{time:.2f} s"
