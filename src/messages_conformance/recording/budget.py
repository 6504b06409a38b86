"""Keeping a run within its limit: no request is sent that might exceed what is left."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from messages_conformance.recording.cost import Cost


@dataclass(frozen=True)
class CostLimit:
    """What a run may cost at most; None is no limit."""

    ceiling: Cost | None = None
    """The plan's upper bound of requests, input and output."""
    tokens: int | None = None
    """The user's own limit, input and output together."""

    def allows(self, cost: Cost) -> bool:
        """Whether a cost stays within the limit."""
        return (self.ceiling is None or cost <= self.ceiling) and (
            self.tokens is None or cost.tokens <= self.tokens
        )


class BudgetExceededError(Exception):
    """A request was not sent, because it might cost more than is left."""


@dataclass
class Reserved:
    """What is reserved for one request in flight."""

    upper_bound: Cost
    actual: Cost | None = None
    """What the request cost; where that stays None, it counts as its upper bound."""


class Budget:
    """Reserves the upper bound of each request until its actual cost is known."""

    def __init__(self, limit: CostLimit = CostLimit()) -> None:
        self.limit = limit
        self.spent = Cost()
        self._reserved = Cost()
        self._freed = asyncio.Event()

    @contextlib.asynccontextmanager
    async def reserve(self, upper_bound: Cost) -> AsyncIterator[Reserved]:
        """Reserve what a request may cost, as soon as the limit allows it.

        While the requests in flight may still turn out cheaper than reserved, it waits for them.

        Raises:
            BudgetExceededError: the limit will not allow it, even if the others cost nothing.
        """
        while not self.limit.allows(self.spent + self._reserved + upper_bound):
            if not self.limit.allows(self.spent + upper_bound):
                raise BudgetExceededError
            await self._freed.wait()
        reserved = Reserved(upper_bound)
        self._reserved += upper_bound
        try:
            yield reserved
        finally:
            self._reserved -= upper_bound
            self.spent += upper_bound if reserved.actual is None else reserved.actual
            self._freed.set()
            self._freed = asyncio.Event()
