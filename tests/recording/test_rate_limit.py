"""Rate limits hold for any sequence of requests, most of them on a simulated clock."""

import asyncio
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance.protocol.exchange import Request
from messages_conformance.recording.rate_limit import (
    Gate,
    Rate,
    RateLimit,
    RateLimiter,
    estimate_tokens,
)
from support import small_project


@given(
    st.integers(1, 100),
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 10)), min_size=1, max_size=60),
)
def test_no_minute_holds_more_than_the_limit(
    per_minute: int, arrivals: list[tuple[float, int]]
) -> None:
    rate, now = Rate(per_minute), 0.0
    begun: list[tuple[float, int]] = []
    for idle, amount in arrivals:
        now = max(now + idle, rate.free_at)
        rate.take(now, amount)
        begun.append((now, amount))
    for start, last in begun:
        # One alone may be larger than the limit; all before it must leave room for its begin.
        within = sum(amount for at, amount in begun if start <= at < start + 60 - 1e-6)
        largest = max(amount for _, amount in begun)
        assert within <= per_minute + largest + last * 1e-6


def test_requests_are_spread_evenly() -> None:
    limiter = RateLimiter(RateLimit(concurrency=100, requests_per_minute=60))
    begun, now = [], 0.0
    for _ in range(5):
        now = max(now, limiter.free_at)
        limiter.begin(now, 0)
        begun.append(now)
    assert begun == [0, 1, 2, 3, 4]


def test_unused_tokens_are_returned() -> None:
    limiter = RateLimiter(RateLimit(tokens_per_minute=600))
    limiter.begin(100.0, tokens=50)
    assert limiter.free_at == pytest.approx(105)
    limiter.end(unused=30)
    assert limiter.free_at == pytest.approx(102)
    limiter.begin(200.0, tokens=10)
    limiter.end(unused=-10)
    assert limiter.free_at == pytest.approx(202)


def test_nothing_begins_at_full_concurrency_or_during_a_hold() -> None:
    limiter = RateLimiter(RateLimit(concurrency=2))
    limiter.begin(0, 0)
    limiter.begin(0, 0)
    assert limiter.free_at == math.inf
    limiter.end(0)
    limiter.hold(7.0)
    limiter.hold(3.0)
    assert limiter.free_at == 7.0


def in_flight_at_most(limiter: RateLimiter) -> int:
    """How many more may begin now."""
    number = 0
    while limiter.free_at < math.inf and number < 100:
        limiter.begin(0, 0)
        number += 1
    for _ in range(number):
        limiter.end(0)
    return number


def test_a_busy_endpoint_halves_concurrency_which_then_recovers_step_by_step() -> None:
    limiter = RateLimiter(RateLimit(concurrency=8))
    for _ in range(5):
        limiter.slow_down(now=1.0, began=0.5)
    assert in_flight_at_most(limiter) == 4, "those in flight together count once"
    limiter.slow_down(now=2.0, began=1.5)
    assert in_flight_at_most(limiter) == 2
    for now in range(3, 9):
        limiter.slow_down(now=now, began=now)
    assert in_flight_at_most(limiter) == 1
    limiter.speed_up()
    assert in_flight_at_most(limiter) == 2
    for _ in range(100):
        limiter.speed_up()
    assert in_flight_at_most(limiter) == 8


def test_the_estimate_of_a_request_has_its_bytes_and_max_tokens() -> None:
    light, heavy = (
        small_project.request(max_tokens=8),
        small_project.request("x" * 3000, max_tokens=500),
    )
    assert 8 < estimate_tokens(light) < 100
    assert 1500 < estimate_tokens(heavy) < 1700
    assert estimate_tokens(Request(None, (), "/v1/models", "GET")) < 5


def test_an_excessive_max_tokens_does_not_delay_others() -> None:
    assert estimate_tokens(small_project.request(max_tokens=100_000_000)) < 5_000


def test_the_furthest_probe_goes_first_and_equals_go_in_order() -> None:
    order = []

    async def one(gate: Gate, name: str, depth: int) -> None:
        async with gate.turn(depth, 0):
            order.append(name)
            await asyncio.sleep(0)

    async def main() -> None:
        gate = Gate(RateLimit(concurrency=1))
        async with asyncio.TaskGroup() as group:
            for name, depth in (("a", 0), ("b", 0), ("deep", 2), ("c", 0), ("mid", 1)):
                group.create_task(one(gate, name, depth))

    asyncio.run(main())
    assert order == ["a", "deep", "mid", "b", "c"]


def test_a_cancelled_turn_is_free_for_the_next_request() -> None:
    """Before it came, as it came, and during it."""

    async def forever(gate: Gate) -> None:
        async with gate.turn(0, 0):
            await asyncio.sleep(3600)

    async def main() -> None:
        gate = Gate(RateLimit(concurrency=1))
        during, before, coming = (asyncio.create_task(forever(gate)) for _ in range(3))
        await asyncio.sleep(0)
        before.cancel()
        await asyncio.sleep(0)
        during.cancel()
        await asyncio.sleep(0)
        coming.cancel()
        await asyncio.gather(during, before, coming, return_exceptions=True)
        async with asyncio.timeout(5), gate.turn(0, 0):
            assert gate.limiter.in_flight == 1

    asyncio.run(main())


def test_the_gate_opens_when_a_hold_ends() -> None:
    """Over a real clock, as the timer of the event loop is part of it."""

    async def main() -> tuple[float | None, float]:
        gate = Gate(RateLimit())
        gate.hold(0.2)
        began = asyncio.get_running_loop().time()
        turn = gate.turn(0, 0)
        entering = asyncio.create_task(turn.__aenter__())
        await asyncio.sleep(0)
        waits = gate.wait
        await entering
        passed = asyncio.get_running_loop().time() - began
        await turn.__aexit__(None, None, None)
        return waits, passed

    waits, passed = asyncio.run(main())
    assert waits is not None
    assert 0 < waits <= 0.2
    assert passed >= 0.19
