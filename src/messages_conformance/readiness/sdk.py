"""What is asked for a library: its captured cases, and what they come to."""

from collections.abc import Generator, Mapping
from dataclasses import replace
from typing import Final, TypeAlias

from messages_conformance.healing.client import Client
from messages_conformance.healing.conditions import refusal_message
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.readiness import changes
from messages_conformance.readiness.dialect import Dialect, Feature
from messages_conformance.readiness.effect import Effect, effect_of
from messages_conformance.readiness.result import Readiness, Seen, State
from messages_conformance.readiness.walk import Walk, is_success, walk

Questions: TypeAlias = Generator[tuple[Request, ...], tuple[Exchange, ...], Readiness]

_WORDS: Final = {
    "plain": "a plain call",
    "stream": "a stream",
    "tools": "tools and their results",
    "thinking": "thinking with a budget",
    "caching": "cache_control",
}
_ADVICE: Final = {
    "stream": "call it without a stream",
    "tools": "offer no tools",
    "thinking": "leave out thinking",
    "caching": "leave out cache_control",
}
"""What a caller does where a case fails; without plain calls nothing helps."""
_DENIED: Final = (401, 403)


def questions(dialect: Dialect, model: str, client: Client | None) -> Questions:
    """Ask each case of a library, with what its constructor has to be told."""
    begun = Readiness(dialect, client, model, ())
    plain = changes.for_model(dialect.of_case("plain")[0], model)
    (answer,) = yield (plain,)
    told: tuple[Feature, ...] = ()
    for feature in dialect.features:
        if answer.answered or not _is_about(feature, answer):
            continue
        (again,) = yield (changes.without(plain, [*told, feature]),)
        if again.answered or not _is_about(feature, again):
            told, answer = (*told, feature), again
    if not answer.answered and answer.status in (None, 401, 402, 403, 404, 429, 500, 502, 503, 529):
        return replace(begun, unknown=f"the endpoint does not answer a plain call: {_said(answer)}")
    cases = [(each.case, changes.for_model(each.request, model)) for each in dialect.requests]
    asked = [(case, changes.without(request, told)) for case, request in cases]
    answers = yield tuple(request for _, request in asked)
    walks: dict[str, Walk] = {}
    effects: dict[str, Effect] = {}
    for (case, request), exchange in zip(asked, answers, strict=True):
        ended = read(request, exchange, client)
        if is_success(exchange):
            # Of the two turns of a tool loop the first one shows it.
            effects.setdefault(case, effect_of(case, request, exchange, answer))
        if case not in walks or walks[case].answered:
            walks[case] = ended
    ended = walks["plain"]
    words = " and ".join(feature.words for feature in told)
    first = Walk(False, 1, (), f"{words} refused") if told else ended
    done = concluded(begun, walks)
    return replace(
        done,
        seen=tuple(replace(each, effect=effects.get(each.id, Effect.UNSEEN)) for each in done.seen),
        switched_off=told,
        plain_walk=first,
        settled_walk=ended if told else None,
    )


def concluded(begun: Readiness, walks: Mapping[str, Walk]) -> Readiness:
    """What the cases come to; those that are missing were not asked."""
    plain = walks.get("plain")
    return replace(
        begun,
        # An old version knows nothing of what came later, such as thinking.
        seen=tuple(_seen(case, walks.get(case)) for case in _WORDS if begun.dialect.of_case(case)),
        plain_walk=plain,
        advice=tuple(
            f"{_ADVICE[case]}: {way.why}"
            for case, way in walks.items()
            if not way.answered and case in _ADVICE
        )
        if plain is not None and plain.answered
        else (),
        remarks=tuple(
            f"{_WORDS[case]}: {way.why}" for case, way in walks.items() if way.answered and way.why
        ),
    )


def _seen(case: str, way: Walk | None) -> Seen:
    if way is None:
        return Seen(case, _WORDS[case], State.UNASKED)
    state = State.ACCEPTED if way.answered else State.FAILED
    return Seen(case, _WORDS[case], state, "" if way.answered else way.why)


def read(request: Request, exchange: Exchange, client: Client | None) -> Walk:
    """What the library makes of one answer."""
    going = walk(request, client, ())
    next(going)
    try:
        going.send(exchange)
    except StopIteration as end:
        found: Walk = end.value
        return found
    going.close()
    return Walk(False, 1, (), "a second request without a stream")


def _is_about(feature: Feature, answer: Exchange) -> bool:
    if feature.swap_key:
        return answer.status in _DENIED
    return answer.status in (400, 422) and "version" in refusal_message(answer).lower()


def _said(answer: Exchange) -> str:
    if answer.status is None:
        return f"no answer ({answer.ended})"
    return f"{answer.status} “{refusal_message(answer)[:160]}”"
