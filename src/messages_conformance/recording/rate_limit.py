"""How fast an endpoint may be asked: so much at once, so much a minute, and not before it says so.

`Pacer` is the arithmetic, with every time given to it; `Gate` has requests wait by it. Both are
of one target: whichever model asks, all wait together.
"""

import asyncio
import contextlib
import heapq
import itertools
import math
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from messages_conformance.protocol.exchange import Request
from messages_conformance.recording.cost import most

AT_ONCE = 32
"""The most requests in flight that may be asked for: with more, answers that take 0.3 s would wait
for one another in this process, and little is gained."""
_BYTES_PER_TOKEN = 3
"""Fewer than any tokenizer needs for plain text, so that a request is not taken too lightly."""


@dataclass(frozen=True)
class Pace:
    """The limits a run keeps to, for all models together; None is no limit."""

    concurrency: int = 4
    """requests in flight"""
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None
    """tokens of input and output"""


def weigh(request: Request) -> int:
    """What a request may cost at most, roughly, in tokens of input and output."""
    return len(request.content) // _BYTES_PER_TOKEN + most(request).output


class Rate:
    """An even flow: what is taken delays the next one in proportion, and idle time earns nothing.

    So no minute holds more than the limit, and neither does a second hold more than its share,
    which is how many endpoints count.
    """

    def __init__(self, per_minute: float | None) -> None:
        self._each = 60 / per_minute if per_minute else 0.0
        self.free_at = -math.inf
        """seconds"""

    def take(self, now: float, amount: float) -> None:
        """Take now, or as soon as it is free."""
        self.free_at = max(self.free_at, now) + amount * self._each

    def give_back(self, amount: float) -> None:
        """Correct what was taken, once it is known to have been less, or (negative) more."""
        self.free_at -= amount * self._each


class Pacer:
    """When the next request may begin; all times are seconds of one clock."""

    def __init__(self, pace: Pace) -> None:
        self.in_flight = 0
        self.held_until = -math.inf
        """Before then the endpoint wants to hear nothing."""
        self._most = pace.concurrency
        self._allowed = float(pace.concurrency)
        self._slowed_at = -math.inf
        self._requests = Rate(pace.requests_per_minute)
        self._tokens = Rate(pace.tokens_per_minute)

    @property
    def free_at(self) -> float:
        """From when on the next request may begin; never, while all places are taken."""
        if self.in_flight >= max(1, int(self._allowed)):
            return math.inf
        return max(self.held_until, self._requests.free_at, self._tokens.free_at)

    def begin(self, now: float, tokens: int) -> None:
        """Let one begin that may cost so many tokens."""
        self.in_flight += 1
        self._requests.take(now, 1)
        self._tokens.take(now, tokens)

    def end(self, unused: int) -> None:
        """One has ended, and cost so many tokens less than it might have."""
        self.in_flight -= 1
        self._tokens.give_back(unused)

    def hold(self, until: float) -> None:
        """Begin nothing before then."""
        self.held_until = max(self.held_until, until)

    def slow_down(self, now: float, began: float) -> None:
        """Halve what may be in flight, because one that began then met an endpoint too busy.

        Of those that were in flight together only the first counts.
        """
        if began >= self._slowed_at:
            self._allowed = max(1.0, self._allowed / 2)
            self._slowed_at = now

    def speed_up(self) -> None:
        """Take a small step back to the full pace, because one was answered."""
        self._allowed = min(self._most, self._allowed + 1 / self._allowed)


@dataclass
class Turn:
    """One request's turn to be in flight."""

    began: float
    """seconds, of the gate's clock"""
    reserved: int
    """What it may cost, in tokens."""
    used: int | None = None
    """What it did cost, in tokens; None where nobody said."""


class Gate:
    """Lets requests through at a pace: those first that are furthest into a probe.

    So a long chain of requests is not left over for the end, when little else is to do.
    """

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self.pacer = Pacer(pace)
        self._clock = clock
        self._numbers = itertools.count()
        self._waiting: list[tuple[float, int, int, asyncio.Future[None]]] = []
        self._timer: asyncio.TimerHandle | None = None

    @property
    def waits(self) -> float | None:
        """Seconds until the next may begin, where some wait for a limit and not for a place."""
        seconds = self.pacer.free_at - self._clock()
        return seconds if self._waiting and 0 < seconds < math.inf else None

    @contextlib.asynccontextmanager
    async def turn(self, depth: float, tokens: int) -> AsyncIterator[Turn]:
        """Wait for a turn to send what may cost so many tokens, and have it until the end."""
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
        """Wait until the endpoint may be asked again, whatever the pace."""
        await asyncio.sleep(max(0.0, self.pacer.held_until - self._clock()))

    def hold(self, seconds: float) -> None:
        """Let nothing through for so long."""
        self.pacer.hold(self._clock() + seconds)

    def slow_down(self, turn: Turn) -> None:
        """Let fewer through at once: that turn met an endpoint too busy."""
        self.pacer.slow_down(self._clock(), turn.began)

    def _leave(self, unused: int) -> None:
        self.pacer.end(unused)
        self._admit()

    def _admit(self) -> None:
        """Let through whoever may go, and look again when the next one may."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._waiting:
            if self._waiting[0][3].cancelled():
                heapq.heappop(self._waiting)
                continue
            now, free_at = self._clock(), self.pacer.free_at
            if free_at > now:
                if free_at < math.inf:
                    loop = asyncio.get_running_loop()
                    self._timer = loop.call_later(free_at - now, self._admit)
                return
            _, _, tokens, admitted = heapq.heappop(self._waiting)
            self.pacer.begin(now, tokens)
            admitted.set_result(None)
