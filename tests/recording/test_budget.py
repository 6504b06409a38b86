"""No request is sent that might cost more than is left; unused reservations are returned."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from messages_conformance.recording.budget import Budget, BudgetExceededError, CostLimit
from messages_conformance.recording.cost import Cost

ONE = Cost(1, 10, 10)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(work, 20))


async def take(budget: Budget, bound: Cost, actual: Cost | None = None) -> None:
    async with budget.reserve(bound) as reserved:
        await asyncio.sleep(0)
        reserved.actual = actual


def test_without_a_limit_everything_is_sent() -> None:
    budget = Budget()
    run(take(budget, Cost(1, 10**9, 10**9)))
    assert budget.spent == Cost(1, 10**9, 10**9)


@pytest.mark.parametrize(
    "limit",
    [
        CostLimit(Cost(3, 100, 100)),
        CostLimit(Cost(100, 30, 100)),
        CostLimit(Cost(100, 100, 30)),
        CostLimit(tokens=60),
        CostLimit(Cost(100, 100, 100), tokens=60),
    ],
)
def test_requests_input_and_output_are_each_limited(limit: CostLimit) -> None:
    async def main() -> None:
        budget = Budget(limit)
        for _ in range(3):
            await take(budget, ONE)
        with pytest.raises(BudgetExceededError):
            await take(budget, ONE)
        assert budget.spent == Cost(3, 30, 30)

    run(main())


def test_what_a_request_did_not_use_is_left_for_others() -> None:
    async def main() -> None:
        budget = Budget(CostLimit(tokens=40))
        for _ in range(5):
            await take(budget, ONE, Cost(1, 2, 2))
        assert budget.spent == Cost(5, 10, 10)
        await take(budget, ONE)
        with pytest.raises(BudgetExceededError):
            await take(budget, ONE)

    run(main())


def test_a_request_waits_while_those_in_flight_may_leave_enough() -> None:
    async def main() -> None:
        budget = Budget(CostLimit(tokens=40))
        results = await asyncio.gather(
            *(take(budget, ONE, Cost(1, 2, 2)) for _ in range(6)), return_exceptions=True
        )
        assert results == [None] * 6
        assert budget.spent.tokens == 24

    run(main())


def test_a_request_for_which_not_enough_is_left_is_not_sent() -> None:
    async def main() -> None:
        budget = Budget(CostLimit(tokens=40))
        results = await asyncio.gather(
            *(take(budget, ONE) for _ in range(6)), return_exceptions=True
        )
        assert sum(isinstance(result, BudgetExceededError) for result in results) == 4
        assert budget.spent.tokens == 40

    run(main())


def test_a_cancelled_request_counts_as_its_upper_bound() -> None:
    async def main() -> None:
        budget = Budget(CostLimit(tokens=40))
        with pytest.raises(RuntimeError):
            async with budget.reserve(ONE):
                raise RuntimeError
        assert budget.spent == ONE

    run(main())


def test_nothing_is_sent_once_more_was_billed_than_allowed() -> None:
    async def main() -> None:
        budget = Budget(CostLimit(tokens=100))
        await take(budget, ONE, Cost(1, 10, 500))
        with pytest.raises(BudgetExceededError):
            await take(budget, Cost(1))

    run(main())
