"""The results of a cell in several runs: each result and how often, and whether they differ.

Results are not averaged: a promise kept four times of five is not reliably kept. The worst of what
was judged stands for the cell, with the mark `flaky` beside it. A run in which the cell was unclear
or unmeasured does not make it flaky.
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
class ComparedRun:
    """One of the runs that a report compares."""

    id: str
    """The first part of the places of its exchanges: ``run-1`` is the oldest."""
    created: str
    """When its own report was made: ISO date and time, UTC."""


@dataclass(frozen=True)
class RunResult:
    """One result of a cell, and in how many runs it was seen."""

    kind: Kind
    verdict: Verdict
    times: int = 1


def badness(kind: Kind, verdict: Verdict) -> tuple[int, int]:
    """Sorts the worst first, and what is open last."""
    return _STANDINGS.index(verdict.standing), _KINDS.index(kind)


def count_results(results: Iterable[RunResult]) -> tuple[RunResult, ...]:
    """Each result once, with how many runs had it: judged ones first, the most frequent first."""
    times: Counter[tuple[Kind, Verdict]] = Counter()
    for result in results:
        times[result.kind, result.verdict] += result.times
    every = (RunResult(kind, verdict, number) for (kind, verdict), number in times.items())
    return tuple(sorted(every, key=_order))


def is_flaky(results: Iterable[RunResult]) -> bool:
    """Whether the runs in which it could be judged differ."""
    return (
        len({result.kind for result in results if result.verdict.standing is not Standing.OPEN}) > 1
    )


def describe_results(results: Iterable[RunResult]) -> str:
    """How often each result was seen: ``works 4 of 5, ignored 1 of 5``."""
    results = tuple(results)
    of = sum(result.times for result in results)
    return ", ".join(f"{result.kind} {result.times} of {of}" for result in results)


def _order(result: RunResult) -> tuple[object, ...]:
    silent = result.verdict.standing is Standing.OPEN
    return silent, -result.times, badness(result.kind, result.verdict)
