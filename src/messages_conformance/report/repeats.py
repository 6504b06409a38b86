"""How a cell came out in several runs: each way and how often, and whether it flips.

What flips is not averaged: a promise kept four times of five is not reliably kept. The worst of
what was judged stands for the cell, with the mark `flaky` beside it. A run in which nothing could
be said, unclear or unmeasured, is no flip.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from messages_conformance.verdict import Kind, Standing, Verdict

_STANDINGS = (Standing.BAD, Standing.WARNING, Standing.OBSERVED, Standing.GOOD, Standing.OPEN)
_KINDS = (
    *(Kind.BROKEN, Kind.IGNORED, Kind.REFUSED, Kind.PARTIAL, Kind.WORKS),
    *(Kind.UNCLEAR, Kind.UNMEASURED),
)


@dataclass(frozen=True)
class RunOf:
    """One of the runs that a report is of."""

    id: str
    """What the places of its exchanges begin with: ``run-1``, by age."""
    created: str
    """When its own report was made: ISO date and time, UTC."""


@dataclass(frozen=True)
class CameOut:
    """One way in which a cell came out, and in how many runs."""

    kind: Kind
    verdict: Verdict
    times: int = 1


def badness(kind: Kind, verdict: Verdict) -> tuple[int, int]:
    """Sorts what is worse first, and what says nothing last."""
    return _STANDINGS.index(verdict.standing), _KINDS.index(kind)


def counted(ways: Iterable[CameOut]) -> tuple[CameOut, ...]:
    """Each way once, with all its runs: what was judged first, and the most frequent first."""
    times: Counter[tuple[Kind, Verdict]] = Counter()
    for way in ways:
        times[way.kind, way.verdict] += way.times
    every = (CameOut(kind, verdict, number) for (kind, verdict), number in times.items())
    return tuple(sorted(every, key=_order))


def is_flaky(ways: Iterable[CameOut]) -> bool:
    """Whether what was judged did not come out the same each time."""
    return len({way.kind for way in ways if way.verdict.standing is not Standing.OPEN}) > 1


def in_words(ways: Iterable[CameOut]) -> str:
    """How often each was seen: ``works 4 of 5, ignored 1 of 5``."""
    ways = tuple(ways)
    of = sum(way.times for way in ways)
    return ", ".join(f"{way.kind} {way.times} of {of}" for way in ways)


def _order(way: CameOut) -> tuple[object, ...]:
    silent = way.verdict.standing is Standing.OPEN
    return silent, -way.times, badness(way.kind, way.verdict)
