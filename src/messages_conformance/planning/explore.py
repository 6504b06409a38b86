"""The ways a probe can go, found by answering it in all kinds of ways.

A probe decides from the answers what it asks next, so what it may ask at most is no figure that
could be read off it. It is searched for: each time it asks, it is answered in each of many ways,
and some of these are followed further. That is a search and no proof; so a run keeps to what was
found, and rather leaves a row open than go beyond it.
"""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeAlias

from messages_conformance.cassettes.entry import Slot
from messages_conformance.planning import sample_answers
from messages_conformance.planning.sample_answers import Answer, Policy
from messages_conformance.probing.driver import (
    Answers,
    Batch,
    ProbeDefectError,
    UnansweredError,
    run_probe,
)
from messages_conformance.probing.probe import Ask, Probe, Step
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.recording.cost import Cost, upper_bound

Way: TypeAlias = dict[Slot, Cost]
"""What a probe sends when it goes one way, each with the most it may cost."""
Known: TypeAlias = Callable[[Step], Exchange | None]
"""Tells what is recorded already, and so is not sent."""

_FOLLOWED = 3
"""Ways that are followed further, of those that have asked for equally much at each step."""
_AT_ONCE = 8
"""Ways that are followed further in all, of those equally far."""
_FARTHEST = 48
"""Steps after which no way is followed further."""
HUGE = 1_000_000
"""Bytes; a larger request is costly to make, so it is answered in few ways."""


@dataclass(frozen=True)
class _Going:
    """A probe that has been answered so often, and waits to be answered again."""

    taken: tuple[Policy, ...]
    batches: tuple[Batch, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(map(len, self.batches))


def trail(probe: Probe, ask: Ask, answer: Answer) -> tuple[Batch, ...]:
    """What a probe asks for, step by step, when it is answered so."""
    return _driven(probe, ask, lambda batch, _: tuple(map(answer, batch)))


def sent(batches: Iterable[Batch], known: Known) -> Way:
    """What of all that is asked for has to be sent."""
    return {
        slot: upper_bound(step.question.request) for slot, step in missing(batches, known).items()
    }


def missing(batches: Iterable[Batch], known: Known) -> dict[Slot, Step]:
    """The steps that are not recorded yet."""
    return {
        (step.question.request.key, step.nth): step
        for batch in batches
        for step in batch
        if known(step) is None
    }


def ways(probe: Probe, ask: Ask, genuine: Answer, known: Known) -> list[Way]:
    """The ways that a probe can go, as far as they were found; each is there once."""
    kinds = [_remembered(answer) for answer in sample_answers.kinds(genuine)]
    dice = Random(0)  # noqa: S311
    found: dict[frozenset[Slot], Way] = {}

    def go(taken: tuple[Policy, ...]) -> _Going | None:
        """Follow a way from its start; None where it has come to its end."""
        batches = _driven(probe, ask, _answering(taken, known))
        if (slots := frozenset(missing(batches, known))) not in found:
            found[slots] = sent(batches, known)
        return _Going(taken, batches) if len(batches) > len(taken) else None

    start = go(())
    # First those of endpoints that answer always alike, however far they lead.
    for kind in kinds if start and not _is_huge(start.batches[-1]) else ():
        batches = trail(probe, ask, known_or(kind, known))
        found.setdefault(frozenset(missing(batches, known)), sent(batches, known))
    going = [start] if start else []
    for _ in range(_FARTHEST):
        alike: defaultdict[tuple[int, ...], list[_Going]] = defaultdict(list)
        for one in going:
            for policy in _policies(kinds, one.batches[-1], known):
                if further := go((*one.taken, policy)):
                    alike[further.shape].append(further)
        going = []
        for group in alike.values():
            dice.shuffle(group)
            going += group[:_FOLLOWED]
        if not going:
            break
        # The longest ways first, should there be too many.
        going = sorted(going, key=lambda one: -sum(one.shape))[:_AT_ONCE]
    return list(found.values())


def _policies(kinds: Sequence[Answer], batch: Batch, known: Known) -> Iterable[Policy]:
    if all(known(step) is not None for step in batch):
        kinds = kinds[:1]
    elif _is_huge(batch):
        kinds = kinds[:2]
    return sample_answers.policies(kinds, batch)


def _is_huge(batch: Batch) -> bool:
    return any(len(step.question.request.content) > HUGE for step in batch)


def known_or(answer: Answer, known: Known) -> Answer:
    """What is recorded of a step, or else an answer."""
    return lambda step: known(step) or answer(step)


def _remembered(answer: Answer) -> Answer:
    """The same answers, each made, and read, but once."""
    given: dict[Slot, Exchange] = {}

    def remembered(step: Step) -> Exchange:
        if len(step.question.request.content) > HUGE:
            return answer(step)
        slot = (step.question.request.key, step.nth)
        if slot not in given:
            given[slot] = answer(step)
        return given[slot]

    return remembered


def _answering(taken: tuple[Policy, ...], known: Known) -> Callable[[Batch, int], Answers]:
    """Answer by one policy after the other, and not any more when they have come to an end."""

    def answer(batch: Batch, number: int) -> Answers:
        if number >= len(taken):
            return (None,) * len(batch)
        return tuple(
            known(step) or taken[number](step, position) for position, step in enumerate(batch)
        )

    return answer


def _driven(probe: Probe, ask: Ask, answer: Callable[[Batch, int], Answers]) -> tuple[Batch, ...]:
    """All that a probe asks for until it ends, or is not answered any more."""
    batches: list[Batch] = []

    def answered(batch: Batch) -> Answers:
        batches.append(batch)
        return answer(batch, len(batches) - 1)

    # A defect of a probe is reported by the run that meets it.
    with contextlib.suppress(UnansweredError, ProbeDefectError):
        run_probe(probe, ask, answered)
    return tuple(batches)
