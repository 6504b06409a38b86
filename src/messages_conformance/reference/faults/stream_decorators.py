"""Decorators for faults of streams, and for those made of a mutation in `testing`."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from messages_conformance.protocol.sse import Event
from messages_conformance.reference.faults import decorators
from messages_conformance.reference.faults.decorators import Decorator, Fault
from messages_conformance.reference.response import Response
from messages_conformance.reference.stream import Events
from messages_conformance.testing.mutations.edits import make_event
from messages_conformance.testing.mutations.mutation import Mutation

ROW = "wire/stream"
SIDE_EFFECTS = ("basic/stream", "basic/stop_sequences", "basic/thinking/display")
CLIENT_ROW = "client/python-sdk"


def of_stream_events(rule: str, row: str = ROW, side_effects: tuple[str, ...] = ()) -> Decorator:
    """A fault given as a function from a stream's events to others; a wire rule finds it."""
    return decorators.of_events(row, rule=rule, side_effects=(*SIDE_EFFECTS, *side_effects))


def from_mutation(
    mutation: Mutation, rule: str = "", row: str = ROW, side_effects: tuple[str, ...] = ()
) -> Decorator:
    """A fault that applies a mutation; the decorated function has the docstring only.

    The mutation's own rule must find it, unless another rule is named, with its row.
    """

    def decorate(function: Callable[[], None]) -> Fault:
        def spoil(events: Events) -> Events:
            return tuple(mutation.spoil(events))

        spoil.__name__, spoil.__doc__ = function.__name__, function.__doc__
        return of_stream_events(rule or mutation.rule, row, side_effects)(spoil)

    return decorate


def from_byte_mutation(mutation: Mutation) -> Decorator:
    """As `from_mutation`, for a mutation of a stream's bytes."""

    def decorate(function: Callable[[], None]) -> Fault:
        def spoil(response: Response) -> Response:
            return replace(response, chunks=(mutation.spoil(response.body),))

        spoil.__name__, spoil.__doc__ = function.__name__, function.__doc__
        faults = decorators.of_streamed_response(ROW, rule=mutation.rule, side_effects=SIDE_EFFECTS)
        return faults(spoil)

    return decorate


def event_of(data: dict[str, Any]) -> Event:
    """An event with this data, named by its type."""
    return make_event(**data)
