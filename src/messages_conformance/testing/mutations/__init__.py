"""Named ways for an answer to go wrong, each to be found under the wire rule it breaks.

A mutation takes a legal message, or a legal stream of events that tells it, and breaks one
rule in it, where there is something to break. `MUTATIONS` holds all of them::

    for mutation in MUTATIONS:
        exchange = mutation.exchange(message, events)
        if exchange is not None:
            assert mutation.rule in {finding.rule.id for finding in check(exchange)}

Other rules may be broken along with it: one fault seldom comes alone.
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
"""Every mutation, from the outside in: the streams' first, then the messages'."""

__all__ = ["MUTATIONS", "Mutation", "Subject"]
