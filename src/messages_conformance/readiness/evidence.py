"""What a recording of anything else shows of a client: its features, wherever they were sent."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from messages_conformance.healing.client import Client
from messages_conformance.healing.conditions import refusal_message
from messages_conformance.healing.features import refused_feature
from messages_conformance.protocol.exchange import MESSAGES, Exchange
from messages_conformance.readiness import changes, sdk
from messages_conformance.readiness.dialect import Dialect, Feature
from messages_conformance.readiness.effect import Effect, effect_of
from messages_conformance.readiness.result import Readiness, Seen, State
from messages_conformance.readiness.walk import Walk, is_success, named_limit

_KEY = "key_header"
_DEEPEST = 64
_BEST = (Effect.HONOURED, Effect.UNSEEN, Effect.IGNORED)
"""What counts where one answer shows an effect and another none."""
_REMARK = "judged by what was recorded for something else: no request was this client's"


def from_exchanges(
    dialect: Dialect, client: Client | None, model: str, exchanges: Iterable[Exchange]
) -> Readiness:
    """Judge a client by exchanges that were recorded for something else.

    A feature that nothing recorded has was not asked, and then it cannot be said whether the
    client works, unless something that it cannot do without was refused.
    """
    usual = [each for each in exchanges if _is_usual(each)]
    if dialect.is_library:
        return _of_library(Readiness(dialect, client, model, ()), client, usual)
    features = [each for each in dialect.features if each.id != _KEY]
    seen = tuple(_seen(each, usual, client) for each in features)
    states = {each.state for each in seen}
    off = tuple(
        feature
        for feature, one in zip(features, seen, strict=True)
        if one.state in (State.SET, State.HEALED) and feature.has_setting
    )
    dead = [one for state in (State.FATAL, State.SET) for one in seen if one.state is state]
    healed = tuple(one.id for one in seen if one.state is State.HEALED)
    unasked = [one.words for one in seen if one.state is State.UNASKED]
    unknown = ""
    if not usual or not features:
        unknown = "the recording holds no request that this client would send"
    elif unasked and State.FATAL not in states:
        unknown = f"the recording does not show what becomes of {', '.join(unasked)}"
    refused = _refusals(features, usual, "max_tokens")
    settled = Walk(State.FATAL not in states, 1, (), dead[0].said if dead else "")
    return Readiness(
        dialect,
        client,
        model,
        seen,
        off,
        largest=named_limit(refusal_message(refused[0])) if refused else None,
        plain_walk=Walk(not dead, 1 + len(healed), healed, dead[0].said if dead else ""),
        settled_walk=settled if off else None,
        remarks=(_REMARK,),
        unknown=unknown,
        requests=len(usual),
    )


def _of_library(begun: Readiness, client: Client | None, usual: list[Exchange]) -> Readiness:
    """A library, by the calls that it could have made: each case's best answer counts."""
    walks: dict[str, Walk] = {}
    for each in usual:
        for case in _cases(each):
            if case not in walks or not walks[case].answered:
                walks[case] = sdk.read(each.request, each, client)
    missing = [case for case in ("plain", "stream", "tools") if case not in walks]
    unknown = f"the recording holds no {' and no '.join(missing)} request" if missing else ""
    found = sdk.concluded(begun, walks)
    remarks = (*found.remarks, _REMARK)
    return replace(found, remarks=remarks, unknown=unknown, requests=len(usual))


def _cases(exchange: Exchange) -> Iterator[str]:
    """The cases of a library that an exchange is one of."""
    body = exchange.request.body
    thinking = body.get("thinking")
    if body.get("stream") is True:
        yield "stream"
    elif not body.get("tools") and not thinking:
        yield "plain"
    if any(not each.get("type") or each["type"] == "custom" for each in body.get("tools", ())):
        yield "tools"
    if isinstance(thinking, dict) and thinking.get("type") == "enabled":
        yield "thinking"
    if "cache_control" in repr(body):
        yield "caching"


def _is_usual(exchange: Exchange) -> bool:
    """Whether its request has the shape of a request for a message, and was answered."""
    request = exchange.request
    body = request.body
    if not isinstance(body, dict) or not request.path.startswith(MESSAGES):
        return False
    turns, tools = body.get("messages", []), body.get("tools", [])
    return (
        exchange.status is not None
        and "count_tokens" not in request.path
        and type(body.get("max_tokens")) is int
        and _is_shallow(body)
        and _are_objects(turns)
        and bool(turns)
        and all("role" in turn for turn in turns)
        and _are_objects(tools)
    )


def _is_shallow(value: Any) -> bool:
    """Whether a body is nested no deeper than any client's: what is deeper is not looked into."""
    level = [value]
    for _ in range(_DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, dict | list)
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
        if not level:
            return True
    return False


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def _shows(exchange: Exchange, feature: Feature) -> bool:
    thinking = exchange.request.body.get("thinking")
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    if feature.budget:
        return kind == "adaptive"
    if feature.id == "thinking":
        return kind == "enabled"
    return changes.has(exchange.request, feature)


def _shows_without(exchange: Exchange, feature: Feature) -> bool:
    """Whether an answer shows the effect of a feature that its request does not have."""
    return (
        is_success(exchange)
        and not changes.has(exchange.request, feature)
        and effect_of(feature.id, exchange.request, exchange) is Effect.HONOURED
    )


def _refusals(features: list[Feature], usual: list[Exchange], id: str) -> list[Exchange]:
    return [
        each
        for feature in features
        if feature.id == id
        for each in usual
        if _shows(each, feature) and _is_about(each, feature)
    ]


def _is_about(exchange: Exchange, feature: Feature) -> bool:
    """Whether a refusal is about a feature: by its words."""
    if exchange.status not in (400, 422):
        return False
    names = {name.partition(".")[0] for name in feature.unset} | set(feature.everywhere)
    names |= set(feature.tool_fields)
    message = refusal_message(exchange)
    return refused_feature(exchange) == feature.id or any(name in message for name in names)


def _seen(feature: Feature, usual: list[Exchange], client: Client | None) -> Seen:
    having = [each for each in usual if _shows(each, feature)]
    plain = next((each for each in usual if _shows_without(each, feature)), None)
    effects = {
        effect_of(feature.id, each.request, each, plain) for each in having if is_success(each)
    }
    if effects:
        best = next(each for each in _BEST if each in effects)
        return Seen(feature.id, feature.words, State.ACCEPTED, effect=best)
    refused = next((each for each in having if _is_about(each, feature)), None)
    if refused is None:
        return Seen(feature.id, feature.words, State.UNASKED)
    message = refusal_message(refused)
    said = f"{refused.status} “{' '.join(message.split())[:160]}”"
    rule = client.refusal_of(feature.id) if client else None
    if rule and rule.recognises(refused.status or 0, message):
        return Seen(feature.id, feature.words, State.HEALED, said)
    return Seen(feature.id, feature.words, State.SET if feature.has_setting else State.FATAL, said)
