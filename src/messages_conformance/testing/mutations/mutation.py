"""A mutation: a function that breaks one rule, and the rule."""

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
"""What a mutation changes: a final message, the events or bytes of a stream, or an exchange."""

Events = tuple[Event, ...]


class NothingToBreak(Exception):  # noqa: N818 - it is a result, not an error
    """An answer has nothing that the mutation could break."""


@dataclass(frozen=True)
class Mutation:
    """One way to break a valid answer."""

    name: str
    rule: str
    """The id of the wire rule that it breaks."""
    subject: Subject
    says: str
    """What is wrong then, in one sentence."""
    spoil: Callable[[Any], Any]
    """The function itself: from a valid subject to a broken one; may raise `NothingToBreak`."""
    build_exchange: Callable[[Message, Events], Exchange]

    def __str__(self) -> str:
        return self.name

    def exchange(self, message: Message, events: Sequence[Event]) -> Exchange | None:
        """The exchange with the message, or its stream, broken in this way.

        Its request is one that the valid message would answer. None if the message has nothing
        to break in this way.
        """
        try:
            return self.build_exchange(message, tuple(events))
        except NothingToBreak:
            return None


def of_message(rule: str) -> Callable[[Callable[[Message], Any]], Mutation]:
    """Make a mutation of a function that breaks a valid message."""

    def decorate(function: Callable[[Message], Any]) -> Mutation:
        return _mutation(
            rule,
            "message",
            function,
            lambda message, _: json_exchange(request_for(message), function(message)),
        )

    return decorate


def of_events(rule: str) -> Callable[[Callable[[Events], Events]], Mutation]:
    """Make a mutation of a function that breaks the events of a valid stream."""

    def decorate(function: Callable[[Events], Events]) -> Mutation:
        return _mutation(
            rule,
            "events",
            function,
            lambda message, events: _streamed(message, serialise(function(events))),
        )

    return decorate


def of_bytes(rule: str) -> Callable[[Callable[[bytes], bytes]], Mutation]:
    """Make a mutation of a function that breaks the bytes of a valid stream."""

    def decorate(function: Callable[[bytes], bytes]) -> Mutation:
        return _mutation(
            rule,
            "bytes",
            function,
            lambda message, events: _streamed(message, function(serialise(events))),
        )

    return decorate


def of_exchange(rule: str) -> Callable[[Callable[[Exchange], Exchange]], Mutation]:
    """Make a mutation of a function that breaks the exchange of a valid stream."""

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
    build_exchange: Callable[[Message, Events], Exchange],
) -> Mutation:
    says = " ".join((function.__doc__ or "").split())
    return Mutation(function.__name__, rule, subject, says, function, build_exchange)
