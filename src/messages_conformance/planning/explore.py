"""The paths that a probe can take, found by answering it in many ways.

A probe decides from the answers what it asks next, so the most that it may ask cannot be computed
from its code. It is searched for: each time the probe asks, it gets each of many answers, and some
of the resulting paths are followed further. That is a search and no proof. Therefore a run stays
within what was found, and skips a row rather than exceed it.
"""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from itertools import count
from random import Random
from typing import Any, TypeAlias

from messages_conformance import memory
from messages_conformance.cassettes.entry import Slot
from messages_conformance.claims.page import Model
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
from messages_conformance.protocol.exchange import Exchange, Json, Request
from messages_conformance.recording.cost import Cost, upper_bound

Branch: TypeAlias = dict[Slot, Cost]
"""What a probe sends on one path, with an upper bound on the cost of each request.

It holds for any model's name: a request's key leaves the name out, and so does its length.
"""
Find: TypeAlias = Callable[[Step], Exchange | None]
"""Finds the answer that is recorded for a step, so that it is not sent again."""

_FOLLOWED = 3
"""Paths that are followed further, of those with the same number of requests at each step."""
_FOLLOWED_IN_ALL = 8
"""Paths of equal length that are followed further, whatever their requests."""
_MAX_STEPS = 12
"""Steps after which no path is followed further, but those to the end of all."""
_KEY = 16
"""Characters of a request's key in a branch."""
_LONG = 1_000_000
"""Bytes; a larger request is costly to build, so it is answered in few ways."""


@dataclass(frozen=True)
class _OpenPath:
    """A probe that was answered so far by some policies, and now waits for its next answers."""

    policies: tuple[Policy, ...]
    batches: tuple[Batch, ...]
    requests: tuple[Request, ...]
    """What the probe built, in its order; more than it asked, where it asks in other ways too."""

    @property
    def shape(self) -> tuple[int, ...]:
        """How many requests were sent at each step."""
        return tuple(map(len, self.batches))


@dataclass(frozen=True)
class _Recalling(Ask):
    """Builds no request again that a path is known to begin with: to hash them takes longest."""

    built: list[Request] = field(default_factory=list)
    position: "count[int]" = field(default_factory=count)

    @classmethod
    def of(cls, ask: Ask, known: Sequence[Request]) -> "_Recalling":
        """Ask in the same way, along a path that begins with these requests."""
        given = {each.name: getattr(ask, each.name) for each in fields(Ask)}
        return cls(**given, built=list(known))

    def request(
        self,
        prompt: str | list[Json] | None = None,
        *,
        headers: dict[str, str | None] | None = None,
        **fields: Any,
    ) -> Request:
        """Build a request, or take it from the known ones."""
        at = next(self.position)
        if at == len(self.built):
            self.built.append(super().request(prompt, headers=headers, **fields))
        return self.built[at]


def batches_of(probe: Probe, ask: Ask, answer: Answer) -> tuple[Batch, ...]:
    """All that a probe asks, step by step, when it gets these answers."""
    return _driven(probe, ask, lambda batch, _: tuple(map(answer, batch)))


def unrecorded(batches: Iterable[Batch], find: Find) -> dict[Slot, Step]:
    """The steps that are not recorded yet."""
    return {
        (step.question.request.key, step.nth): step
        for batch in batches
        for step in batch
        if find(step) is None
    }


def recorded_or(answer: Answer, find: Find) -> Answer:
    """The recorded answer of a step where there is one, otherwise ``answer``'s."""
    return lambda step: find(step) or answer(step)


def without_model(model: Model, request: Request) -> str:
    """A key that is equal for requests which differ in nothing but the model's name.

    Of a long request the length is enough, and a copy would be as long.
    """
    if _is_long(request):
        return f"{request.path}, {len(request.content) - len(model.id.encode())} bytes"
    if names(model, request):
        request = Request(
            {**request.body, "model": None}, request.headers, request.path, request.method
        )
    return request.key


def names(model: Model, request: Request) -> bool:
    """Whether a request asks for this model."""
    return isinstance(request.body, dict) and request.body.get("model") == model.id


def explore(probe: Probe, ask: Ask, genuine: Answer, find: Find) -> list[Branch]:
    """The branches of a probe that were found, each once.

    ``genuine`` answers as the page documents.
    """
    kinds = [_cached(answer) for answer in sample_answers.kinds(genuine)]
    dice = Random(0)  # noqa: S311
    found: dict[frozenset[Slot], Branch] = {}

    def follow(policies: tuple[Policy, ...], known: Sequence[Request] = ()) -> _OpenPath | None:
        """Follow a path from its start; None where it has ended.

        ``known`` are the requests that it begins with.
        """
        recalling = _Recalling.of(ask, known)
        batches = _driven(probe, recalling, _answering(policies, find))
        if (slots := frozenset(unrecorded(batches, find))) not in found:
            found[slots] = _branch(batches, find, ask.model)
        if len(batches) == len(policies):
            return None
        return _OpenPath(policies, batches, tuple(recalling.built))

    start = follow(())
    # First the endpoints that answer everything in one way, and those that fail now and then,
    # however far that leads.
    if start and not _is_huge(start.batches[-1]):
        ways = sample_answers.long_ways(kinds[0], start.batches[-1])
        for answer in (*kinds, *map(_cached, ways)):
            batches = batches_of(probe, ask, recorded_or(answer, find))
            if (slots := frozenset(unrecorded(batches, find))) not in found:
                found[slots] = _branch(batches, find, ask.model)
    paths = [start] if start else []
    for _ in range(_MAX_STEPS):
        by_shape: defaultdict[tuple[int, ...], list[_OpenPath]] = defaultdict(list)
        for path in paths:
            for policy in _different(_policies(kinds, path.batches[-1], find), path.batches[-1]):
                if further := follow((*path.policies, policy), path.requests):
                    by_shape[further.shape].append(further)
        paths = []
        for group in by_shape.values():
            dice.shuffle(group)
            paths += group[:_FOLLOWED]
        if not paths:
            break
        # The longest first, in case there are too many.
        paths = sorted(paths, key=lambda path: -sum(path.shape))[:_FOLLOWED_IN_ALL]
    return list(found.values())


def _branch(batches: Iterable[Batch], find: Find, model: Model) -> Branch:
    branch: Branch = {}
    for (_, nth), step in unrecorded(batches, find).items():
        request = step.question.request
        cost = upper_bound(request)
        name = len(model.id.encode()) if cost.input and names(model, request) else 0
        key = request.key if _is_long(request) else without_model(model, request)
        branch[memory.digest(key)[:_KEY], nth] = cost - Cost(0, name)
    return branch


def _policies(kinds: Sequence[Answer], batch: Batch, find: Find) -> Iterable[Policy]:
    if all(find(step) is not None for step in batch):
        kinds = kinds[:1]
    elif _is_huge(batch):
        kinds = kinds[:2]
    return sample_answers.policies(kinds, batch)


def _different(policies: Iterable[Policy], batch: Batch) -> Iterator[Policy]:
    """Those that answer a batch otherwise than the ones before; `_cached` gives equal objects."""
    if _is_huge(batch):
        yield from policies
        return
    seen: dict[tuple[int, ...], tuple[Exchange, ...]] = {}
    for policy in policies:
        answers = tuple(policy(step, position) for position, step in enumerate(batch))
        # The answers are held, so that no id is given anew.
        if seen.setdefault(tuple(map(id, answers)), answers) is answers:
            yield policy


def _is_huge(batch: Batch) -> bool:
    return any(_is_long(step.question.request) for step in batch)


def _is_long(request: Request) -> bool:
    return len(request.content) > _LONG


def _cached(answer: Answer) -> Answer:
    """The same answers, each built and parsed only once."""
    cache: dict[Slot, Exchange] = {}

    def cached(step: Step) -> Exchange:
        if _is_long(step.question.request):
            return answer(step)
        slot = (step.question.request.key, step.nth)
        if slot not in cache:
            cache[slot] = answer(step)
        return cache[slot]

    return cached


def _answering(policies: tuple[Policy, ...], find: Find) -> Callable[[Batch, int], Answers]:
    """Answer by one policy after the other; by None after the last."""

    def answer(batch: Batch, number: int) -> Answers:
        if number >= len(policies):
            return (None,) * len(batch)
        return tuple(
            find(step) or policies[number](step, position) for position, step in enumerate(batch)
        )

    return answer


def _driven(probe: Probe, ask: Ask, answer: Callable[[Batch, int], Answers]) -> tuple[Batch, ...]:
    """All that a probe asks until it ends, or is no longer answered."""
    batches: list[Batch] = []

    def answered(batch: Batch) -> Answers:
        batches.append(batch)
        return answer(batch, len(batches) - 1)

    # A defect of a probe is reported by the run that meets it.
    with contextlib.suppress(UnansweredError, ProbeDefectError):
        run_probe(probe, ask, answered)
    return tuple(batches)
