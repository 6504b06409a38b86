"""What is asked of an endpoint for a client, and what the answers come to.

The questions are a generator, as a probe is: it yields requests, several at once, receives their
answers, and returns a `Readiness`. The same generator is driven over an endpoint and over a
recording.
"""

from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from messages_conformance.healing import tables
from messages_conformance.healing.client import Client
from messages_conformance.healing.conditions import refusal_message
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.readiness import changes, sdk
from messages_conformance.readiness.dialect import Dialect, Feature
from messages_conformance.readiness.effect import Effect, effect_of
from messages_conformance.readiness.result import Readiness, Seen, State
from messages_conformance.readiness.search import advice, search
from messages_conformance.readiness.walk import (
    Walk,
    describe,
    is_success,
    named_limit,
    walk_in_batches,
)

Questions: TypeAlias = Generator[tuple[Request, ...], tuple[Exchange, ...], Readiness]

_DENIED: Final = (401, 403)
_KEY: Final = "key_header"
_BUDGET: Final = "thinking"
_ADAPTIVE: Final = "adaptive"


class UnrecordedError(Exception):
    """A recording lacks the answer to something that is asked."""


def client_of(dialect: Dialect) -> Client | None:
    """The table of healing of a dialect's version, else of the newest version of its client."""
    same = [
        each
        for each in tables.clients()
        if (each.id, each.version) == (dialect.client, dialect.version)
    ]
    return same[0] if same else tables.newest(dialect.client)


def questions(dialect: Dialect, model: str) -> Questions:
    """All that is asked for a client, whichever it is."""
    if dialect.is_library:
        return sdk.questions(dialect, model, client_of(dialect))
    return _of_program(dialect, model)


def answer_all(
    asked: Questions, answer: Callable[[tuple[Request, ...]], Iterable[Exchange | None]]
) -> Readiness:
    """Drive the questions; equal requests are asked once.

    Raises:
        UnrecordedError: ``answer`` gave None.
    """
    known: dict[str, Exchange] = {}
    batch = next(asked)
    while True:
        new = tuple({each.key: each for each in batch if each.key not in known}.values())
        for request, exchange in zip(new, answer(new) if new else (), strict=True):
            if exchange is None:
                raise UnrecordedError
            known[request.key] = exchange
        try:
            batch = asked.send(tuple(known[each.key] for each in batch))
        except StopIteration as end:
            found: Readiness = end.value
            return replace(found, requests=len(known))


@dataclass(frozen=True)
class _Plan:
    """A program's first request, and its features."""

    whole: Request
    features: tuple[Feature, ...]

    def alone(self, feature: Feature, *, among: Sequence[str] = ()) -> Request:
        """The smallest request with a feature, and with some that are named."""
        kept = {feature.id, *feature.needs, *among}
        return changes.without(self.whole, [f for f in self.features if f.id not in kept])

    @property
    def smallest(self) -> Request:
        return changes.without(self.whole, self.features)

    def has_all(self, ids: Iterable[str], seen: dict[str, Seen]) -> bool:
        return all(seen[id].state is State.ACCEPTED for id in ids if id in seen)


def _of_program(dialect: Dialect, model: str) -> Questions:
    """A program that sends one kind of request: each feature alone, then together."""
    client = client_of(dialect)
    key = next((each for each in dialect.features if each.id == _KEY), None)
    features = tuple(each for each in dialect.features if each.id != _KEY)
    plan = _Plan(changes.for_model(dialect.requests[0].request, model), features)
    begun = Readiness(dialect, client, model, ())
    (small,) = yield (plan.smallest,)
    swapped: tuple[Feature, ...] = ()
    if small.status in _DENIED and key is not None:
        other = replace(plan, whole=changes.without(plan.whole, [key]))
        (again,) = yield (other.smallest,)
        if is_success(again):
            plan, small, swapped = other, again, (key,)
    if not is_success(small):
        return _unanswered(begun, small)
    asked = [each for each in features if changes.has(plan.whole, each)]
    answers = yield tuple(plan.alone(each) for each in asked)
    found = {each.id: answer for each, answer in zip(asked, answers, strict=True)}
    if _takes_adaptive_alone(found):
        # The client sends no budget of its own accord, so nobody misses it here.
        asked = [each for each in asked if each.id != _BUDGET]
        dependent = [each for each in asked if _BUDGET in each.needs and each.id != _ADAPTIVE]
        with_adaptive = yield tuple(plan.alone(each, among=(_ADAPTIVE,)) for each in dependent)
        found |= {each.id: answer for each, answer in zip(dependent, with_adaptive, strict=True)}
    refused = {each.id: found[each.id] for each in asked if not is_success(found[each.id])}
    effects = {
        each.id: effect_of(each.id, plan.whole, found[each.id], small)
        for each in asked
        if each.id not in refused
    }
    largest = (
        named_limit(refusal_message(refused["max_tokens"])) if "max_tokens" in refused else None
    )
    unset = yield from walk_in_batches(plan.whole, client, features)
    seen = [
        replace(
            _seen(each, refused.get(each.id), client, plan, refused, unset),
            effect=effects.get(each.id, Effect.UNSEEN),
        )
        for each in asked
    ]
    off = _to_switch_off(asked, refused, unset)
    searched, off = yield from search(dialect, client, plan.whole, refused, off, swapped)
    settled: Walk | None = None
    if off or swapped or not unset.answered:
        settled, off = yield from _settle(plan, client, off, largest, asked, unset)
    final = changes.without(plan.whole, off, largest)
    # A real answer would bring thinking before the call, so this turn goes without.
    calm = (*off, *swapped, *(each for each in features if each.id == "thinking"))
    later = [changes.for_model(each, model) for each in dialect.of_case("tools")[1:2]]
    results = [changes.without(each, calm, largest) for each in later]
    seen += yield from _further(final, results)
    seen += searched
    done = replace(
        begun,
        seen=tuple(seen),
        switched_off=(*swapped, *off),
        largest=largest,
        plain_walk=replace(unset, answered=False, why="the key is refused") if swapped else unset,
        settled_walk=settled,
        advice=tuple(advice(searched)),
    )
    return replace(done, remarks=(*_remarks(done), *_lost_in_company(done, final)))


def _takes_adaptive_alone(found: dict[str, Exchange]) -> bool:
    """Whether adaptive thinking is accepted, and thinking with a budget refused."""
    return (
        _BUDGET in found
        and _ADAPTIVE in found
        and found[_BUDGET].status in (400, 422)
        and is_success(found[_ADAPTIVE])
    )


def _to_switch_off(
    asked: Sequence[Feature], refused: dict[str, Exchange], unset: Walk
) -> tuple[Feature, ...]:
    """What the settings should leave out: what is refused alone, and what the client leaves out."""
    ids = set(refused) | set(unset.healed)
    chosen = [each for each in asked if each.id in ids and each.has_setting]
    # Where thinking as a whole is refused, its parts are gone with it.
    if any(each.id == "thinking" for each in chosen):
        chosen = [
            each
            for each in chosen
            if "thinking" not in each.needs or each.id == "context_management"
        ]
        chosen = [each for each in chosen if each.id != "context_management"]
    return tuple(chosen)


def _settle(
    plan: _Plan,
    client: Client | None,
    off: tuple[Feature, ...],
    largest: int | None,
    asked: Sequence[Feature],
    unset: Walk,
) -> Generator[tuple[Request, ...], tuple[Exchange, ...], tuple[Walk, tuple[Feature, ...]]]:
    """Go the client's way with settings; where that fails too, with all settings there are."""
    settled = yield from walk_in_batches(
        changes.without(plan.whole, off, largest), client, plan.features
    )
    if settled.answered and settled.requests == 1:
        return settled, off
    every = tuple(each for each in asked if each.has_setting and each.id != "adaptive")
    for wider in (tuple(each for each in asked if each in off or each.id in settled.healed), every):
        wider = tuple(each for each in wider if each.has_setting)
        if wider == off:
            continue
        further = yield from walk_in_batches(
            changes.without(plan.whole, wider, largest), client, plan.features
        )
        if further.answered and (further.requests < settled.requests or not settled.answered):
            return further, wider
    if unset.answered and not settled.answered:
        return unset, ()
    return settled, off


def _seen(
    feature: Feature,
    answer: Exchange | None,
    client: Client | None,
    plan: _Plan,
    refused: dict[str, Exchange],
    unset: Walk,
) -> Seen:
    if answer is None:
        return Seen(feature.id, feature.words, State.ACCEPTED)
    said = describe(answer)
    if any(need in refused for need in feature.needs):
        need = next(each.words for each in plan.features if each.id in feature.needs)
        return Seen(feature.id, feature.words, State.UNASKED, f"it needs {need}")
    if feature.id in unset.healed:
        return Seen(feature.id, feature.words, State.HEALED, said)
    rule = client.refusal_of(feature.id) if client else None
    if rule and answer.status and rule.recognises(answer.status, refusal_message(answer)):
        return Seen(feature.id, feature.words, State.HEALED, said)
    return Seen(feature.id, feature.words, State.SET if feature.has_setting else State.FATAL, said)


def _further(
    final: Request, results: Sequence[Request]
) -> Generator[tuple[Request, ...], tuple[Exchange, ...], list[Seen]]:
    """What the client sends later: a second turn, a tool's result, a request without a stream."""
    asked = [
        ("second_turn", "a second turn", _continued(final)),
        *(("tool_result", "the result of a tool", each) for each in results),
        ("unstreamed", "the same without a stream", changes.unstreamed(final)),
    ]
    answers = yield tuple(request for _, _, request in asked)
    return [
        Seen(id, words, State.ACCEPTED if is_success(answer) else State.FAILED,
             "" if is_success(answer) else describe(answer))
        for (id, words, _), answer in zip(asked, answers, strict=True)
    ]  # fmt: skip


def _continued(request: Request) -> Request:
    turns = [turn for turn in request.body["messages"] if turn["role"] != "system"]
    said: list[Any] = [
        *turns,
        {"role": "assistant", "content": [{"type": "text", "text": "4"}]},
        {"role": "user", "content": [{"type": "text", "text": "And 3+3? Only the number."}]},
    ]
    return replace(request, body={**request.body, "messages": said})


def _unanswered(begun: Readiness, small: Exchange) -> Readiness:
    """Where not even the smallest request is answered, nothing is said about the features."""
    said = describe(small)
    if small.status in (*_DENIED, 402):
        return replace(begun, unknown=f"the endpoint refuses the key: {said}")
    if small.status is None or small.status == 429 or small.status >= 500:
        return replace(begun, unknown=f"the endpoint does not answer even a small request: {said}")
    if small.status == 404:
        return replace(begun, unknown=f"the endpoint does not have this model or path: {said}")
    return replace(begun, plain_walk=Walk(False, 1, (), said, small))


def _lost_in_company(done: Readiness, final: Request) -> Iterable[str]:
    """What is honoured alone, and ignored where everything is sent together."""
    ended = done.settled_walk or done.plain_walk
    if ended is None or ended.last is None or not ended.answered:
        return
    for each in done.seen:
        if each.effect is Effect.HONOURED and each.id not in ended.healed:
            together = effect_of(each.id, final, ended.last)
            if together is Effect.IGNORED:
                yield f"{each.words} is honoured alone, and ignored together with the rest"


def _remarks(done: Readiness) -> Iterable[str]:
    if done.model.startswith("claude-"):
        yield (
            "these are the requests for a model whose name the client does not know; for one that "
            "it knows it may send less"
        )
    failed = [each for each in done.seen if each.state is State.FAILED]
    for each in failed:
        yield f"{each.words} fails: {each.said}"
    if any(each.state is State.FATAL for each in done.seen) and done.plain_walk:
        words = ", ".join(each.words for each in done.seen if each.state is State.FATAL)
        yield f"no setting leaves out {words}"
