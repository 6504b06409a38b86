"""What a mutation is: a function that breaks one rule, with the rule beside it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from messages_conformance.protocol.build import (
    Message,
    json_exchange,
    request_for,
    serialise,
    stream_exchange,
)
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.sse import Event

Subject = Literal["message", "events", "bytes", "exchange"]
"""What a mutation changes: a final message, a stream's events or bytes, or all of an exchange."""

Events = tuple[Event, ...]


class Nowhere(Exception):  # noqa: N818 - it is an answer, no fault
    """There is nothing in this answer that could go wrong in this way."""


@dataclass(frozen=True)
class Mutation:
    """One way to go wrong."""

    name: str
    rule: str
    """The id of the wire rule it must be found under."""
    subject: Subject
    says: str
    """What goes wrong, in one sentence."""
    spoil: Callable[[Any], Any]
    """The function itself: from the legal subject to the broken one; may raise `Nowhere`."""
    put_wrong: Callable[[Message, Events], Exchange]

    def __str__(self) -> str:
        return self.name

    def exchange(self, message: Message, events: Sequence[Event]) -> Exchange | None:
        """Return the exchange in which the message, or its stream, went wrong in this way.

        The request is one that the message itself would answer. None where the message has
        nothing that could go wrong in this way.
        """
        try:
            return self.put_wrong(message, tuple(events))
        except Nowhere:
            return None


def of_message(rule: str) -> Callable[[Callable[[Message], Any]], Mutation]:
    """Make a function from a legal message to a broken one a mutation."""

    def decorate(function: Callable[[Message], Any]) -> Mutation:
        return _mutation(
            rule,
            "message",
            function,
            lambda message, _: json_exchange(request_for(message), function(message)),
        )

    return decorate


def of_events(rule: str) -> Callable[[Callable[[Events], Events]], Mutation]:
    """Make a function from a legal stream's events to broken ones a mutation."""

    def decorate(function: Callable[[Events], Events]) -> Mutation:
        return _mutation(
            rule,
            "events",
            function,
            lambda message, events: _streamed(message, serialise(function(events))),
        )

    return decorate


def of_bytes(rule: str) -> Callable[[Callable[[bytes], bytes]], Mutation]:
    """Make a function from a legal stream's bytes to broken ones a mutation."""

    def decorate(function: Callable[[bytes], bytes]) -> Mutation:
        return _mutation(
            rule,
            "bytes",
            function,
            lambda message, events: _streamed(message, function(serialise(events))),
        )

    return decorate


def of_exchange(rule: str) -> Callable[[Callable[[Exchange], Exchange]], Mutation]:
    """Make a function from the exchange of a legal stream to a broken one a mutation."""

    def decorate(function: Callable[[Exchange], Exchange]) -> Mutation:
        return _mutation(
            rule,
            "exchange",
            function,
            lambda message, events: function(_streamed(message, serialise(events))),
        )

    return decorate


def _streamed(message: Message, body: bytes) -> Exchange:
    return stream_exchange(request_for(message, stream=True), body)


def _mutation(
    rule: str,
    subject: Subject,
    function: Callable[[Any], Any],
    put_wrong: Callable[[Message, Events], Exchange],
) -> Mutation:
    says = " ".join((function.__doc__ or "").split())
    return Mutation(function.__name__, rule, subject, says, function, put_wrong)
