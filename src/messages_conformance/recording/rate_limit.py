"""How fast an endpoint is asked: requests in flight, requests and tokens per minute, and its waits.

`RateLimiter` is the arithmetic, and takes every time as an argument; at `Gate` requests wait for
their turn. There is one of each for an endpoint, for all models.
"""

import asyncio
import contextlib
import heapq
import itertools
import math
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from messages_conformance.display import duration
from messages_conformance.errors import GaveUpError
from messages_conformance.protocol.exchange import Request
from messages_conformance.recording.cost import upper_bound

MAX_CONCURRENCY = 32
"""The most requests in flight that may be chosen: with more, answers that take 0.3 s would wait for
each other in this process."""
_BYTES_PER_TOKEN = 3
"""Fewer than any tokenizer needs for plain text, so that no request is underestimated."""


@dataclass(frozen=True)
class RateLimit:
    """The limits of a run, for all its models together; None is no limit."""

    concurrency: int = 4
    """requests in flight"""
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """tokens of input and output"""
    longest_wait: float = 3600.0
    """Seconds that a request may have to wait for its turn; then the run is stopped."""


def estimate_tokens(request: Request) -> int:
    """A rough upper bound of a request, in tokens of input and output."""
    return len(request.content) // _BYTES_PER_TOKEN + upper_bound(request).output


class Rate:
    """An even flow: each request delays the next in proportion to its size; idle time is lost.

    So no minute exceeds the limit, and no second exceeds its share of it, which many endpoints
    check too.
    """

    def __init__(self, per_minute: float | None) -> None:
        self._each = 60 / per_minute if per_minute else 0.0
        self.free_at = -math.inf
        """seconds"""

    def take(self, now: float, amount: float) -> None:
        """Use an amount now, or from when it is free."""
        self.free_at = max(self.free_at, now) + amount * self._each

    def give_back(self, amount: float) -> None:
        """Return what turned out not to be needed; a negative amount was needed on top."""
        self.free_at -= amount * self._each


class RateLimiter:
    """When the next request may begin; all times are seconds of one clock."""

    def __init__(self, limit: RateLimit) -> None:
        self.in_flight = 0
        self.held_until = -math.inf
        """The endpoint asked to be sent nothing before then."""
        self._most = limit.concurrency
        self._allowed = float(limit.concurrency)
        self._slowed_at = -math.inf
        self._requests = Rate(limit.requests_per_minute)
        self._tokens = Rate(limit.tokens_per_minute)

    @property
    def free_at(self) -> float:
        """When the next request may begin; infinite while as many as allowed are in flight."""
        if self.in_flight >= max(1, int(self._allowed)):
            return math.inf
        return max(self.held_until, self._requests.free_at, self._tokens.free_at)

    def begin(self, now: float, tokens: int) -> None:
        """Begin a request that may cost so many tokens."""
        self.in_flight += 1
        self._requests.take(now, 1)
        self._tokens.take(now, tokens)

    def end(self, unused: int) -> None:
        """End a request that left so many of its tokens unused."""
        self.in_flight -= 1
        self._tokens.give_back(unused)

    def hold(self, until: float) -> None:
        """Begin nothing before then."""
        self.held_until = max(self.held_until, until)

    def slow_down(self, now: float, began: float) -> None:
        """Halve the requests in flight, because one that began then found the endpoint too busy.

        Of several that were in flight together only the first counts.
        """
        if began >= self._slowed_at:
            self._allowed = max(1.0, self._allowed / 2)
            self._slowed_at = now

    def speed_up(self) -> None:
        """Take a small step back to full concurrency, because a request was answered."""
        self._allowed = min(self._most, self._allowed + 1 / self._allowed)


@dataclass
class Turn:
    """One request's turn to be in flight."""

    began: float
    """seconds, of the gate's clock"""
    reserved: int
    """Tokens that it may cost."""
    used: int | None = None
    """Tokens that it cost; None where that is not known."""


class Gate:
    """Lets requests through within a rate limit: first those that are furthest into a probe.

    So no long chain of requests is left for the end, when nothing else could be sent meanwhile.
    """

    def __init__(self, limit: RateLimit, clock: Callable[[], float] = time.monotonic) -> None:
        self.limiter = RateLimiter(limit)
        self._longest_wait = limit.longest_wait
        self._clock = clock
        self._numbers = itertools.count()
        self._waiting: list[tuple[float, int, int, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    def _give_up(self, seconds: float) -> None:
        """Stop all requests that wait, as the next one would wait too long."""
        problem = GaveUpError(
            f"the next request may begin in {duration(seconds)}, because of the limits of this run "
            "and the tokens that the endpoint says it used; raise --tokens-per-minute, or allow "
            "longer waits with --max-wait"
        )
        while self._waiting:
            admitted = heapq.heappop(self._waiting)[3]
            if not admitted.done():
                admitted.set_exception(problem)

    @property
    def wait(self) -> float | None:
        """Seconds until the next request may begin; None where none waits for a limit.

        Requests that wait for others in flight do not count.
        """
        seconds = self.limiter.free_at - self._clock()
        return seconds if self._waiting and 0 < seconds < math.inf else None

    @contextlib.asynccontextmanager
    async def turn(self, depth: float, tokens: int) -> AsyncIterator[Turn]:
        """Wait for the turn of a request that may cost so many tokens, and hold it within.

        Raises:
            GaveUpError: it would be its turn only after the longest wait allowed.
        """
        admitted = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (-depth, next(self._numbers), tokens, admitted))
        self._admit()
        try:
            await admitted
        except asyncio.CancelledError:
            if admitted.done() and not admitted.cancelled():
                self._leave(tokens)
            raise
        turn = Turn(self._clock(), tokens)
        try:
            yield turn
        finally:
            self._leave(0 if turn.used is None else tokens - turn.used)

    async def quiet(self) -> None:
        """Wait until the endpoint may be asked again; concurrency and rates do not count."""
        await asyncio.sleep(max(0.0, self.limiter.held_until - self._clock()))

    def hold(self, seconds: float) -> None:
        """Let nothing through for so many seconds."""
        self.limiter.hold(self._clock() + seconds)

    def slow_down(self, turn: Turn) -> None:
        """Let fewer through at once, because that turn found the endpoint too busy."""
        self.limiter.slow_down(self._clock(), turn.began)

    def _leave(self, unused: int) -> None:
        self.limiter.end(unused)
        self._admit()

    def _admit(self) -> None:
        """Let through every request that may begin, and wake up when the next one may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            if self._waiting[0][3].cancelled():
                heapq.heappop(self._waiting)
                continue
            now, free_at = self._clock(), self.limiter.free_at
            if free_at > now:
                if free_at - now > self._longest_wait and free_at < math.inf:
                    self._give_up(free_at - now)
                elif free_at < math.inf:
                    loop = asyncio.get_running_loop()
                    self._timer = loop.call_later(free_at - now, self._admit)
                return
            _, _, tokens, admitted = heapq.heappop(self._waiting)
            self.limiter.begin(now, tokens)
            admitted.set_result(None)
