"""What a fault is: a named defect that is injected into an endpoint's stages.

A fault is a function with a decorator that names the row that must detect it, and whose kind
says which stage is changed::

    @of_message("basic/model")
    def another_model_answers(request, message):
        '''What the endpoint does wrong, and where that was reported.'''
        return {**message, "model": "another"}

All decorators take the same further arguments: ``rule``, the wire rule that must find the fault
where its row is an inspected one; ``endpoints``, the clean endpoints it is injected into; and
``side_effects``, the ids of further rows that fail because of it.
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.pipeline import Message, ParsedRequest, Stages
from messages_conformance.reference.response import Refusal, Response
from messages_conformance.reference.transcript import Transcript
from messages_conformance.reference.validation import Check
from messages_conformance.testing.mutations.mutation import NothingToBreak

DOCUMENTED, STRICT, STRICT_2026 = "documented", "strict", "strict-2026-10-21"
DOCUMENTED_2026 = "documented-2026-09"
"""The names of the clean endpoints that faults are injected into."""

Body: TypeAlias = dict[str, Any]
Injection: TypeAlias = Callable[[Stages], Stages]
"""Makes the stages of a faulty endpoint of those of another."""


@dataclass(frozen=True)
class Fault:
    """One defect, and which row must detect it."""

    name: str
    row: str
    """The row that must detect it."""
    rule: str
    """The wire rule that must find it; empty where a probe must detect it."""
    says: str
    """What the endpoint does wrong, and where that was met."""
    endpoints: tuple[str, ...]
    """The names of the clean endpoints it is injected into."""
    side_effects: tuple[str, ...]
    """Further rows that may fail because of it."""
    inject_into: Injection


Decorator: TypeAlias = Callable[[Callable[..., Any]], Fault]


def of_stages(
    row: str,
    *,
    rule: str = "",
    endpoints: tuple[str, ...] = (DOCUMENTED, STRICT),
    side_effects: tuple[str, ...] = (),
) -> Decorator:
    """A fault given as a function from an endpoint's stages to faulty ones."""

    def decorate(function: Callable[..., Any]) -> Fault:
        says = " ".join((function.__doc__ or "").split())
        return Fault(function.__name__, row, rule, says, endpoints, side_effects, function)

    return decorate


def _of(
    inject: Callable[[Callable[..., Any]], Injection], row: str, how: dict[str, Any]
) -> Decorator:
    """A decorator for functions that ``inject`` turns into functions of stages."""
    fault_of = of_stages(row, **how)

    def decorate(function: Callable[..., Any]) -> Fault:
        return replace(fault_of(function), inject_into=inject(function))

    return decorate


def _around(stage: str, change: Callable[..., Any]) -> Injection:
    """Wrap one stage: ``change`` gets the original stage, and then the stage's arguments."""

    def inject(stages: Stages) -> Stages:
        inner = getattr(stages, stage)
        changed: dict[str, Any] = {stage: lambda *given: change(inner, *given)}
        return replace(stages, **changed)

    return inject


def _spoil(function: Callable[..., Any], *given: Any) -> Any:
    """Apply a function to its arguments; the last one unchanged where it has nothing to spoil."""
    with contextlib.suppress(NothingToBreak):
        return function(*given)
    return given[-1]


def of_request(row: str, **how: Any) -> Decorator:
    """A fault given as a function that changes a request's body before anything reads it."""

    def inject(function: Callable[[Body], Body]) -> Injection:
        def receive(
            inner: Callable[[ParsedRequest], ParsedRequest], request: ParsedRequest
        ) -> ParsedRequest:
            received = inner(request)
            return replace(received, body=function(received.body))

        return _around("receive", receive)

    return _of(inject, row, how)


def of_headers(row: str, **how: Any) -> Decorator:
    """A fault given as a function that changes a request's headers before anything reads them."""

    def inject(function: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Injection:
        def receive(
            inner: Callable[[ParsedRequest], ParsedRequest], request: ParsedRequest
        ) -> ParsedRequest:
            received = inner(request)
            return replace(received, headers=function(received.headers))

        return _around("receive", receive)

    return _of(inject, row, how)


def of_check(row: str, **how: Any) -> Decorator:
    """A fault given as a check that refuses what should be accepted; it runs first."""

    def inject(function: Check) -> Injection:
        return lambda stages: replace(stages, checks=(function, *stages.checks))

    return _of(inject, row, how)


def of_model_input(row: str, **how: Any) -> Decorator:
    """A fault given as a function that changes the body for the model only."""

    def inject(function: Callable[[Body], Body]) -> Injection:
        return _around("render", lambda inner, body: inner(function(body)))

    return _of(inject, row, how)


def of_transcript(row: str, **how: Any) -> Decorator:
    """A fault given as a function from a body and its transcript to another transcript."""

    def inject(function: Callable[[Body, Transcript], Transcript]) -> Injection:
        return _around("render", lambda inner, body: function(body, inner(body)))

    return _of(inject, row, how)


def of_message(row: str, **how: Any) -> Decorator:
    """A fault given as a function from a request and its message to another message."""

    def inject(function: Callable[[AdmittedRequest, Message], Message]) -> Injection:
        return _around(
            "compose",
            lambda inner, request, *rest: _spoil(function, request, inner(request, *rest)),
        )

    return _of(inject, row, how)


def of_plain_message(row: str, **how: Any) -> Decorator:
    """As `of_message`, for messages that are not streamed."""

    def inject(function: Callable[[AdmittedRequest, Message], Message]) -> Injection:
        return _around(
            "to_json",
            lambda inner, request, message: inner(request, _spoil(function, request, message)),
        )

    # A plain answer that differs makes the streamed one differ from it.
    side_effects = (*how.get("side_effects", ()), "basic/stream")
    return _of(inject, row, {**how, "side_effects": side_effects})


def of_streamed_message(row: str, **how: Any) -> Decorator:
    """As `of_message`, for messages that are streamed."""

    def inject(function: Callable[[AdmittedRequest, Message], Message]) -> Injection:
        return _around(
            "to_events",
            lambda inner, request, message: inner(request, _spoil(function, request, message)),
        )

    return _of(inject, row, how)


def of_events(row: str, **how: Any) -> Decorator:
    """A fault given as a function from a stream's events to other events."""
    return _of(
        lambda function: _around(
            "to_events", lambda inner, *given: _spoil(function, inner(*given))
        ),
        row,
        how,
    )


def of_streamed_response(row: str, **how: Any) -> Decorator:
    """A fault given as a function from a streamed response to another response."""
    return _of(
        lambda function: _around("frame", lambda inner, *given: _spoil(function, inner(*given))),
        row,
        how,
    )


def of_plain_response(row: str, **how: Any) -> Decorator:
    """A fault given as a function from a response that is not streamed to another response."""
    return _of(
        lambda function: _around("to_json", lambda inner, *given: function(inner(*given))),
        row,
        how,
    )


def of_refusal(row: str, *statuses: int, **how: Any) -> Decorator:
    """A fault given as a function from a refusal and its response to another response.

    It applies to refusals of these ``statuses``; without any, to all.
    """

    def inject(function: Callable[[Refusal, Response], Response]) -> Injection:
        def refuse(inner: Callable[..., Response], refusal: Refusal, request_id: str) -> Response:
            response = inner(refusal, request_id)
            applies = not statuses or refusal.status in statuses
            return function(refusal, response) if applies else response

        return _around("refuse", refuse)

    return _of(inject, row, how)


def of_response(row: str, **how: Any) -> Decorator:
    """A fault given as a function from a request and its finished response to another response."""

    def inject(function: Callable[[ParsedRequest | None, Response], Response]) -> Injection:
        return _around(
            "send", lambda inner, request, response: function(request, inner(request, response))
        )

    return _of(inject, row, how)


def without_checks(stages: Stages, *checks: Check) -> Stages:
    """The stages without some of their checks."""
    return replace(stages, checks=tuple(c for c in stages.checks if c not in checks))


def accepts_invalid(
    row: str, *side_effects: str, endpoints: tuple[str, ...] = (STRICT,)
) -> Decorator:
    """A fault given as a function that repairs an invalid body; ``row`` is below ``refusal/``."""
    return of_request(f"refusal/{row}", endpoints=endpoints, side_effects=side_effects)
