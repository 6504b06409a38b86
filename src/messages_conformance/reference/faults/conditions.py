"""Faults with conditions: any fault, in some requests only.

A condition looks at a request as it came. `under` makes of a fault another one that is injected
only into the requests that meet the condition; all others get the healthy endpoint's answer. So
one list of faults and one of conditions make thousands of faults that nobody wrote::

    under(FAULTS["text_is_lost"], only_in_streams)
"""

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from itertools import count
from types import MappingProxyType
from typing import Any, TypeAlias

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import Fault
from messages_conformance.reference.faults.edits import contents, objects
from messages_conformance.reference.pipeline import ParsedRequest, Route, Stages
from messages_conformance.reference.response import Refusal, Response

Body: TypeAlias = dict[str, Any]
Test: TypeAlias = Callable[[Body], bool]


@dataclass(frozen=True, slots=True)
class Condition:
    """Which requests a fault is injected into."""

    kind: str
    """A few words that conditions which differ only in a number share."""
    words: str
    """The condition in words, with its number."""
    start: Callable[[], Test]
    """Begins anew: the test of one endpoint's requests, which may count them."""


def _of(words: str, test: Test, kind: str = "") -> Condition:
    return Condition(kind or words, words, lambda: test)


def _characters(body: Body) -> int:
    return len(json.dumps([body.get("system"), body.get("messages")], ensure_ascii=False))


def _marks(value: Any) -> bool:
    if isinstance(value, dict):
        return value.get("cache_control") is not None or any(map(_marks, value.values()))
    return isinstance(value, list) and any(map(_marks, value))


def _holds_block(body: Body, *kinds: str) -> bool:
    return any(block.get("type") in kinds for content in contents(body) for block in content)


def _length(body: Body, field: str) -> int:
    value = body.get(field)
    return len(value) if isinstance(value, list) else 0


def one_time_in(number: int) -> Condition:
    """Every so many requests, whatever they hold."""

    def start() -> Test:
        requests = count(1)
        return lambda _: next(requests) % number == 0

    return Condition("one time in some", f"one time in {number}", start)


def beyond(number: int, what: str) -> Condition:
    """Where a request has more than so many of something: see `COUNTED`."""
    return _of(f"beyond {number:,} {what}", lambda body: COUNTED[what](body) > number, "beyond N")


COUNTED: Mapping[str, Callable[[Body], int]] = MappingProxyType(
    {
        "turns": lambda body: _length(body, "messages"),
        "stop sequences": lambda body: _length(body, "stop_sequences"),
        "tools": lambda body: _length(body, "tools"),
        "characters": _characters,
    }
)
"""What a limit may count."""

only_in_streams = _of("only in streams", lambda body: body.get("stream") is True)
with_tools = _of("with tools", lambda body: _length(body, "tools") > 0)
with_marks = _of("with marks", _marks)
with_system = _of("with a system prompt", lambda body: bool(body.get("system")))
with_thinking = _of(
    "with thinking",
    lambda body: (
        isinstance(body.get("thinking"), dict) and body["thinking"].get("type") != "disabled"
    ),
)
with_stop_sequences = _of("with stop sequences", lambda body: _length(body, "stop_sequences") > 0)
with_sampling = _of(
    "with sampling fields", lambda body: bool({"temperature", "top_p", "top_k"} & set(body))
)
with_metadata = _of("with metadata", lambda body: bool(body.get("metadata")))
with_media = _of("with media", lambda body: _holds_block(body, "image", "document"))
after_a_call = _of("after a call", lambda body: _holds_block(body, "tool_result"))
from_the_second_turn = _of(
    "from the second turn",
    lambda body: any(turn.get("role") == "assistant" for turn in objects(body.get("messages"))),
)
for_non_ascii = _of(
    "for non-ASCII", lambda body: not json.dumps(body, ensure_ascii=False).isascii()
)

CONDITIONS: tuple[Condition, ...] = (
    only_in_streams,
    with_tools,
    with_marks,
    with_system,
    with_thinking,
    with_stop_sequences,
    with_sampling,
    with_metadata,
    with_media,
    after_a_call,
    from_the_second_turn,
    for_non_ascii,
    one_time_in(3),
)
"""The conditions without a number to choose, and the one in three."""
LIMITS: tuple[Condition, ...] = (
    beyond(2, "turns"),
    beyond(4, "turns"),
    beyond(1, "stop sequences"),
    beyond(4, "stop sequences"),
    beyond(1, "tools"),
    beyond(3, "tools"),
    beyond(2_000, "characters"),
    beyond(6_000, "characters"),
)
"""The conditions that a number limits."""


def both(first: Condition, second: Condition) -> Condition:
    """Where a request meets two conditions."""

    def start() -> Test:
        one, other = first.start(), second.start()
        # Each is asked, as each may count.
        return lambda body: one(body) & other(body)

    words = f"{first.words} and {second.words}"
    return Condition("two conditions", words, start)


def under(fault: Fault, condition: Condition) -> Fault:
    """The fault, injected only into requests that meet the condition."""

    def inject(stages: Stages) -> Stages:
        return either(stages, fault.inject_into(stages), condition.start())

    return replace(
        fault,
        name=f"{fault.name}, {condition.words}",
        says=f"{fault.says} But only {condition.words.removeprefix('only ')}.",
        inject_into=inject,
    )


def either(healthy: Stages, faulty: Stages, test: Test) -> Stages:
    """The stages of ``faulty`` for requests that pass the test, of ``healthy`` for all others."""
    # Requests are answered concurrently, each in a context of its own.
    chosen: ContextVar[Stages] = ContextVar("chosen", default=healthy)

    def receive(request: ParsedRequest) -> ParsedRequest:
        chosen.set(faulty if test(request.body) else healthy)
        return chosen.get().receive(request)

    def check(request: AdmittedRequest) -> None:
        for one in chosen.get().checks:
            one(request)

    def stage(name: str) -> Callable[..., Any]:
        return lambda *given: getattr(chosen.get(), name)(*given)

    def route(path: str) -> Route:
        def answer(_: Stages, request: AdmittedRequest) -> Response:
            if path not in chosen.get().routes:
                raise Refusal(404, f"there is no POST {path} here")
            return chosen.get().routes[path](chosen.get(), request)

        return answer

    replaced = {"receive", "checks", "routes", "models"}
    plain: dict[str, Any] = {
        one.name: stage(one.name) for one in fields(Stages) if one.name not in replaced
    }
    paths = (*healthy.routes, *(path for path in faulty.routes if path not in healthy.routes))
    return Stages(
        receive=receive,
        checks=(check,),
        routes=MappingProxyType({path: route(path) for path in paths}),
        models=stage("models") if healthy.models and faulty.models else healthy.models,
        **plain,
    )
