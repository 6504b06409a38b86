"""What a run may cost, kept to: nothing is sent that might cost more than is left."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from messages_conformance.recording.cost import Cost


@dataclass(frozen=True)
class Limit:
    """What a run may cost at most; None is no limit."""

    ceiling: Cost | None = None
    """What was planned for, in each respect."""
    tokens: int | None = None
    """What somebody is ready to spend, input and output together."""

    def allows(self, cost: Cost) -> bool:
        """Whether a cost is within it."""
        return (self.ceiling is None or cost <= self.ceiling) and (
            self.tokens is None or cost.tokens <= self.tokens
        )


class SpentError(Exception):
    """What is left does not suffice for a request, so it was not sent."""


@dataclass
class Reserved:
    """What is set apart for one request in flight."""

    most: Cost
    spent: Cost | None = None
    """What it did cost; None until that is known, and then it counts as the most it may."""


class Budget:
    """Sets apart for each request what it may cost at most, until it is known what it did."""

    def __init__(self, limit: Limit = Limit()) -> None:
        self.limit = limit
        self.spent = Cost()
        self._reserved = Cost()
        self._freed = asyncio.Event()

    @contextlib.asynccontextmanager
    async def reserve(self, most: Cost) -> AsyncIterator[Reserved]:
        """Set apart what a request may cost, as soon as there is room for it.

        While others in flight have more set apart than they may come to cost, it waits for them.

        Raises:
            SpentError: there will be no room for it, whatever the others cost.
        """
        while not self.limit.allows(self.spent + self._reserved + most):
            if not self.limit.allows(self.spent + most):
                raise SpentError
            await self._freed.wait()
        reserved = Reserved(most)
        self._reserved += most
        try:
            yield reserved
        finally:
            self._reserved -= most
            self.spent += most if reserved.spent is None else reserved.spent
            self._freed.set()
            self._freed = asyncio.Event()
