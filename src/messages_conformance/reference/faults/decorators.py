"""What a fault is: a named sin of an endpoint, composed onto its stages without touching them.

A fault is a function marked with the row that must catch it, and with the stage it gets into::

    @of_message("basic/model")
    def another_model_answers(call, message):
        '''What a user met, and where it was reported.'''
        return {**message, "model": "another"}

Every such mark takes the same further arguments: ``rule``, the wire rule that the fault must be
found under where its row is an inspected one; ``worlds``, the clean endpoints it can be shown
on; and ``also``, the ids of the rows that it touches by its nature beside its own.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from messages_conformance.reference.pipeline import Heard, Message, Stages
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Answer, Refusal
from messages_conformance.reference.transcript import Transcript
from messages_conformance.reference.validation import Check
from messages_conformance.testing.mutations.mutation import NothingToBreak

DOCUMENTED, STRICT, STRICT_2026 = "documented", "strict", "strict-2026-10-21"
"""The worlds a fault may be let loose in."""

Body: TypeAlias = dict[str, Any]
Put: TypeAlias = Callable[[Stages], Stages]


@dataclass(frozen=True)
class Fault:
    """One sin, and who must notice it."""

    name: str
    row: str
    """The row that must catch it."""
    rule: str
    """The wire rule it must be found under; empty where a probe is to catch it."""
    says: str
    """What goes wrong, and where that was met."""
    worlds: tuple[str, ...]
    """The clean endpoints that it can be shown on."""
    also: tuple[str, ...]
    """Further rows that it touches by its nature."""
    put_into: Put


Decorator: TypeAlias = Callable[[Callable[..., Any]], Fault]


def of_stages(
    row: str,
    *,
    rule: str = "",
    worlds: tuple[str, ...] = (DOCUMENTED, STRICT),
    also: tuple[str, ...] = (),
) -> Decorator:
    """Make a function from an endpoint's stages to others a fault."""

    def decorate(function: Callable[..., Any]) -> Fault:
        says = " ".join((function.__doc__ or "").split())
        return Fault(function.__name__, row, rule, says, worlds, also, function)

    return decorate


def _of(put: Callable[[Callable[..., Any]], Put], row: str, how: dict[str, Any]) -> Decorator:
    """A mark for functions that `put` makes functions of stages of."""
    mark = of_stages(row, **how)

    def decorate(function: Callable[..., Any]) -> Fault:
        return replace(mark(function), put_into=put(function))

    return decorate


def _around(stage: str, change: Callable[..., Any]) -> Put:
    """Put something around one stage: it gets the stage as it was, and what that is given."""

    def put(stages: Stages) -> Stages:
        inner = getattr(stages, stage)
        changed: dict[str, Any] = {stage: lambda *given: change(inner, *given)}
        return replace(stages, **changed)

    return put


def _spoilt(function: Callable[..., Any], *given: Any) -> Any:
    """What a function makes of its last argument; that itself where there is nothing to spoil."""
    with contextlib.suppress(NothingToBreak):
        return function(*given)
    return given[-1]


def of_request(row: str, **how: Any) -> Decorator:
    """Make a function that changes a request's body before anyone looks at it a fault."""

    def put(function: Callable[[Body], Body]) -> Put:
        def hear(inner: Callable[[Heard], Heard], heard: Heard) -> Heard:
            kept = inner(heard)
            return replace(kept, body=function(kept.body))

        return _around("hear", hear)

    return _of(put, row, how)


def of_headers(row: str, **how: Any) -> Decorator:
    """Make a function that changes a request's headers before anyone looks at them a fault."""

    def put(function: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Put:
        def hear(inner: Callable[[Heard], Heard], heard: Heard) -> Heard:
            kept = inner(heard)
            return replace(kept, headers=function(kept.headers))

        return _around("hear", hear)

    return _of(put, row, how)


def of_check(row: str, **how: Any) -> Decorator:
    """Make a function that refuses what should be let in a fault; it is asked first."""

    def put(function: Check) -> Put:
        return lambda stages: replace(stages, checks=(function, *stages.checks))

    return _of(put, row, how)


def of_reading(row: str, **how: Any) -> Decorator:
    """Make a function that changes the body that the model reads, and nobody else, a fault."""

    def put(function: Callable[[Body], Body]) -> Put:
        return _around("render", lambda inner, body: inner(function(body)))

    return _of(put, row, how)


def of_transcript(row: str, **how: Any) -> Decorator:
    """Make a function from a body and what the model reads of it to another transcript a fault."""

    def put(function: Callable[[Body, Transcript], Transcript]) -> Put:
        return _around("render", lambda inner, body: function(body, inner(body)))

    return _of(put, row, how)


def of_message(row: str, **how: Any) -> Decorator:
    """Make a function from a call and its message to another message a fault."""

    def put(function: Callable[[Call, Message], Message]) -> Put:
        return _around(
            "compose", lambda inner, call, *rest: _spoilt(function, call, inner(call, *rest))
        )

    return _of(put, row, how)


def of_whole(row: str, **how: Any) -> Decorator:
    """Make a function like that of `of_message` a fault of messages that are not streamed."""

    def put(function: Callable[[Call, Message], Message]) -> Put:
        return _around(
            "hand_over", lambda inner, call, message: inner(call, _spoilt(function, call, message))
        )

    # A plain answer that differs makes the streamed one differ from it.
    return _of(put, row, {**how, "also": (*how.get("also", ()), "basic/stream")})


def of_told(row: str, **how: Any) -> Decorator:
    """Make a function from a call and its message to the message that is streamed a fault."""

    def put(function: Callable[[Call, Message], Message]) -> Put:
        return _around(
            "tell", lambda inner, call, message: inner(call, _spoilt(function, call, message))
        )

    return _of(put, row, how)


def of_events(row: str, **how: Any) -> Decorator:
    """Make a function from a stream's events to others a fault."""
    return _of(
        lambda function: _around("tell", lambda inner, *given: _spoilt(function, inner(*given))),
        row,
        how,
    )


def of_stream(row: str, **how: Any) -> Decorator:
    """Make a function from a streamed answer to another answer a fault."""
    return _of(
        lambda function: _around("frame", lambda inner, *given: _spoilt(function, inner(*given))),
        row,
        how,
    )


def of_plain(row: str, **how: Any) -> Decorator:
    """Make a function from a plain answer to another answer a fault."""
    return _of(
        lambda function: _around("hand_over", lambda inner, *given: function(inner(*given))),
        row,
        how,
    )


def of_refusal(row: str, *statuses: int, **how: Any) -> Decorator:
    """Make a function from a refusal and its answer to another answer a fault.

    ``statuses`` are those of the refusals it concerns; none concerns all.
    """

    def put(function: Callable[[Refusal, Answer], Answer]) -> Put:
        def refuse(inner: Callable[..., Answer], refusal: Refusal, request_id: str) -> Answer:
            answer = inner(refusal, request_id)
            concerned = not statuses or refusal.status in statuses
            return function(refusal, answer) if concerned else answer

        return _around("refuse", refuse)

    return _of(put, row, how)


def of_answer(row: str, **how: Any) -> Decorator:
    """Make a function from what was heard and the finished answer to another answer a fault."""

    def put(function: Callable[[Heard | None, Answer], Answer]) -> Put:
        return _around("send", lambda inner, heard, answer: function(heard, inner(heard, answer)))

    return _of(put, row, how)


def unchecked(stages: Stages, *checks: Check) -> Stages:
    """The stages without some of their checks."""
    return replace(stages, checks=tuple(c for c in stages.checks if c not in checks))


def lenient(row: str, *also: str, worlds: tuple[str, ...] = (STRICT,)) -> Decorator:
    """Make a function that mends a mistaken body a fault, due from one of the rows of refusals."""
    return of_request(f"refusal/{row}", worlds=worlds, also=also)
