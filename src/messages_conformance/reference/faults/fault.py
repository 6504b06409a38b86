"""What a fault is: a named sin of an endpoint, composed onto its stages without touching them.

A fault is a function marked with the row that must catch it, and with the stage it gets into::

    @of_message("basic/model")
    def another_model_answers(call, message):
        '''What a user met, and where it was reported.'''
        return {**message, "model": "another"}
"""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from messages_conformance.mutations.mutation import Mutation, Nowhere
from messages_conformance.reference.answer import Answer, Refusal
from messages_conformance.reference.call import Call
from messages_conformance.reference.pipeline import Heard, Message, Stages
from messages_conformance.reference.stream import Events
from messages_conformance.reference.transcript import Piece
from messages_conformance.reference.validation import Check

DOCUMENTED, STRICT, STRICT_2026 = "documented", "strict", "strict-2026-10-21"
"""The worlds a fault may be let loose in."""

Body: TypeAlias = dict[str, Any]


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
    put_into: Callable[[Stages], Stages]


Decorator: TypeAlias = Callable[[Callable[..., Any]], Fault]


def of_stages(
    row: str,
    *,
    rule: str = "",
    worlds: tuple[str, ...] = (DOCUMENTED, STRICT),
    also: tuple[str, ...] = (),
) -> Decorator:
    """Make a function from an endpoint's stages to others a fault."""
    return _made(lambda function: function, row, rule, worlds, also)


def of_request(row: str, **how: Any) -> Decorator:
    """Make a function that changes a request's body before anyone looks at it a fault."""

    def put(function: Callable[[Body], Body]) -> Callable[[Stages], Stages]:
        def hear(stages: Stages, heard: Heard) -> Heard:
            kept = stages.hear(heard)
            return replace(kept, body=function(kept.body))

        return lambda stages: replace(stages, hear=lambda heard: hear(stages, heard))

    return _into(put, row, how)


def of_headers(row: str, **how: Any) -> Decorator:
    """Make a function that changes a request's headers before anyone looks at them a fault."""

    def put(
        function: Callable[[Mapping[str, str]], Mapping[str, str]],
    ) -> Callable[[Stages], Stages]:
        def hear(stages: Stages, heard: Heard) -> Heard:
            kept = stages.hear(heard)
            return replace(kept, headers=function(kept.headers))

        return lambda stages: replace(stages, hear=lambda heard: hear(stages, heard))

    return _into(put, row, how)


def of_check(row: str, **how: Any) -> Decorator:
    """Make a function that refuses what should be let in a fault; it is asked first."""

    def put(function: Check) -> Callable[[Stages], Stages]:
        return lambda stages: replace(stages, checks=(function, *stages.checks))

    return _into(put, row, how)


def of_pieces(row: str, **how: Any) -> Decorator:
    """Make a function that changes what reaches the model a fault; it gets piece by piece.

    None leaves a piece out.
    """

    def put(function: Callable[[Piece], Piece | None]) -> Callable[[Stages], Stages]:
        def render(stages: Stages, body: Body) -> Any:
            transcript = stages.render(body)
            pieces = (function(piece) for piece in transcript.pieces)
            return replace(transcript, pieces=tuple(piece for piece in pieces if piece))

        return lambda stages: replace(stages, render=lambda body: render(stages, body))

    return _into(put, row, how)


def of_message(row: str, **how: Any) -> Decorator:
    """Make a function from a call and its message to another message a fault."""

    def put(function: Callable[[Call, Message], Message]) -> Callable[[Stages], Stages]:
        def compose(stages: Stages, call: Call, *rest: Any) -> Message:
            message = stages.compose(call, *rest)
            try:
                return function(call, message)
            except Nowhere:
                return message

        return lambda stages: replace(stages, compose=lambda *given: compose(stages, *given))

    return _into(put, row, how)


def of_whole(row: str, **how: Any) -> Decorator:
    """Make a function like that of `of_message` a fault of messages that are not streamed."""

    def put(function: Callable[[Call, Message], Message]) -> Callable[[Stages], Stages]:
        def hand_over(stages: Stages, call: Call, message: Message) -> Answer:
            with contextlib.suppress(Nowhere):
                message = function(call, message)
            return stages.hand_over(call, message)

        return lambda stages: replace(stages, hand_over=lambda *given: hand_over(stages, *given))

    # A plain answer that differs makes the streamed one differ from it.
    how["also"] = (*how.get("also", ()), "basic/stream")
    return _into(put, row, how)


def of_events(row: str, **how: Any) -> Decorator:
    """Make a function from a stream's events to others a fault."""

    def put(function: Callable[[Events], Events]) -> Callable[[Stages], Stages]:
        def tell(stages: Stages, call: Call, message: Message) -> Events:
            events = stages.tell(call, message)
            try:
                return function(events)
            except Nowhere:
                return events

        return lambda stages: replace(stages, tell=lambda *given: tell(stages, *given))

    return _into(put, row, how)


def of_stream(row: str, **how: Any) -> Decorator:
    """Make a function from a streamed answer to another answer a fault."""

    def put(function: Callable[[Answer], Answer]) -> Callable[[Stages], Stages]:
        def frame(stages: Stages, call: Call, events: Events) -> Answer:
            answer = stages.frame(call, events)
            try:
                return function(answer)
            except Nowhere:
                return answer

        return lambda stages: replace(stages, frame=lambda *given: frame(stages, *given))

    return _into(put, row, how)


def of_plain(row: str, **how: Any) -> Decorator:
    """Make a function from a call and its plain answer to another answer a fault."""

    def put(function: Callable[[Call, Answer], Answer]) -> Callable[[Stages], Stages]:
        def hand_over(stages: Stages, call: Call, message: Message) -> Answer:
            return function(call, stages.hand_over(call, message))

        return lambda stages: replace(stages, hand_over=lambda *given: hand_over(stages, *given))

    return _into(put, row, how)


def of_refusal(row: str, *statuses: int, **how: Any) -> Decorator:
    """Make a function from a refusal and its answer to another answer a fault.

    ``statuses`` are those of the refusals it concerns; none concerns all.
    """

    def put(function: Callable[[Refusal, Answer], Answer]) -> Callable[[Stages], Stages]:
        def refuse(stages: Stages, refusal: Refusal, request_id: str) -> Answer:
            answer = stages.refuse(refusal, request_id)
            concerned = not statuses or refusal.status in statuses
            return function(refusal, answer) if concerned else answer

        return lambda stages: replace(stages, refuse=lambda *given: refuse(stages, *given))

    return _into(put, row, how)


def of_answer(row: str, **how: Any) -> Decorator:
    """Make a function from what was heard and the finished answer to another answer a fault."""

    def put(function: Callable[[Heard | None, Answer], Answer]) -> Callable[[Stages], Stages]:
        def send(stages: Stages, heard: Heard | None, answer: Answer) -> Answer:
            return function(heard, stages.send(heard, answer))

        return lambda stages: replace(stages, send=lambda *given: send(stages, *given))

    return _into(put, row, how)


def unchecked(stages: Stages, *checks: Check) -> Stages:
    """The stages without some of their checks."""
    return replace(stages, checks=tuple(c for c in stages.checks if c not in checks))


def spoiled(mutation: Mutation, subject: Any) -> Any:
    """The subject, gone wrong as a mutation has it.

    Raises:
        Nowhere: there is nothing in it that could.
    """
    return mutation.spoil(subject)


def _into(
    put: Callable[[Callable[..., Any]], Callable[[Stages], Stages]], row: str, how: dict[str, Any]
) -> Decorator:
    return _made(
        put,
        row,
        how.pop("rule", ""),
        how.pop("worlds", (DOCUMENTED, STRICT)),
        how.pop("also", ()),
        **how,
    )


def _made(
    put: Callable[[Callable[..., Any]], Callable[[Stages], Stages]],
    row: str,
    rule: str,
    worlds: tuple[str, ...],
    also: tuple[str, ...],
) -> Decorator:
    def decorate(function: Callable[..., Any]) -> Fault:
        says = " ".join((function.__doc__ or "").split())
        return Fault(function.__name__, row, rule, says, worlds, also, put(function))

    return decorate
