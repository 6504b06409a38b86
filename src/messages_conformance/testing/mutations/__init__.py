"""Named ways to break a valid answer, each with the wire rule that it breaks.

A mutation takes a valid message, or the events of its stream, and breaks one rule in it, if
there is something to break. `MUTATIONS` has all of them::

    for mutation in MUTATIONS:
        exchange = mutation.exchange(message, events)
        if exchange is not None:
            assert mutation.rule in {finding.rule.id for finding in check(exchange)}

It may break other rules too.
"""

from types import ModuleType

from messages_conformance.testing.mutations import (
    of_blocks,
    of_bytes,
    of_events,
    of_exchanges,
    of_figures,
    of_messages,
    of_order,
)
from messages_conformance.testing.mutations.mutation import Mutation, Subject


def _within(module: ModuleType) -> tuple[Mutation, ...]:
    return tuple(value for value in vars(module).values() if isinstance(value, Mutation))


MUTATIONS: tuple[Mutation, ...] = tuple(
    mutation
    for module in (
        of_exchanges,
        of_bytes,
        of_events,
        of_order,
        of_blocks,
        of_figures,
        of_messages,
    )
    for mutation in _within(module)
)
"""Every mutation: those of exchanges, bytes and events first, then those of messages."""

__all__ = ["MUTATIONS", "Mutation", "Subject"]
