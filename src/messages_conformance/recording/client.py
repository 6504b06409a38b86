"""Asking one endpoint for all models of a run: rate limits, retries, the budget, giving up."""

import asyncio
import datetime
import math
import random
from dataclasses import replace
from typing import Protocol

from messages_conformance.errors import GaveUpError
from messages_conformance.probing.behaviours import describe
from messages_conformance.protocol.exchange import Exchange, Request, count_parts
from messages_conformance.recording.budget import Budget
from messages_conformance.recording.cost import Cost, actual_cost, upper_bound
from messages_conformance.recording.key_check import KeyCheck
from messages_conformance.recording.rate_limit import Gate, RateLimit, estimate_tokens
from messages_conformance.recording.retry import (
    BUSY,
    RetryPolicy,
    is_temporary,
    seconds_until_reset,
)
from messages_conformance.recording.transport import Sender

GIVE_UP_AFTER = 5
"""Rows in succession that get no answer, after all retries, before the run is stopped; where all
requests are those of one row, as many requests."""

MAX_TOTAL_BYTES = 256 * 1024 * 1024
"""Bytes of all answers of a run before it is stopped: some hundred times what it asks for."""
MAX_TOTAL_PARTS = 4_000_000
"""Lines and objects of all answers, likewise: reading them takes time, however short they are."""


class Keep(Protocol):
    """Takes each exchange at once, with its cost; a superseded one is sent again."""

    async def __call__(self, exchange: Exchange, cost: Cost, *, superseded: bool) -> None:
        """Keep it; the request counts as in flight until this returns."""


class EndpointClient:
    """Sends the requests of all models, and counts what they cost together."""

    def __init__(
        self,
        sender: Sender,
        rate_limit: RateLimit,
        retries: RetryPolicy,
        budget: Budget,
        key_check: KeyCheck | None = None,
        plain: Request | None = None,
    ) -> None:
        """Prepare to ask.

        With ``plain`` each request counts where nothing is answered any more, and not each row;
        and before that is believed, this one, which was answered before, is sent again.
        """
        self.gate = Gate(rate_limit)
        self.in_flight = 0
        """Requests being answered right now."""
        self.sent = 0
        self.tokens = 0
        """What the answers say they cost, input and output together."""
        self._budget = budget
        self._key_check = key_check
        self._plain = plain
        self._received = self._parts = 0
        """Bytes of all bodies that were kept, and their lines and objects."""
        self._sender = sender
        self._retries = retries
        self._unanswered: set[str] = set()

    async def ask(self, request: Request, row: str, depth: int, keep: Keep) -> Exchange:
        """Send a request until its answer is final; ``depth`` in a probe gives it priority.

        Raises:
            BudgetExceededError: it was not sent, or not again, because of what it might cost.
            GaveUpError: the endpoint does not answer any more, or answers far too much, or the key
                does not work any more.
            SetupError: the request needs a key that was not given.
        """
        tried, waited, priority = 0, 0.0, float(depth)
        while True:
            tried += 1
            async with self.gate.turn(priority, estimate_tokens(request)) as turn:
                exchange, cost = await self.send_once(request, is_retry=tried > 1)
                turn.used = _reported_tokens(exchange)
                await self._check_key(request, exchange)
                now = datetime.datetime.now(datetime.UTC)
                pause = self._retries.pause(exchange, tried, waited, random.random(), now)  # noqa: S311
                await keep(exchange, cost, superseded=pause is not None)
                if exchange.status in BUSY:
                    self.gate.slow_down(turn)
                elif not is_temporary(exchange):
                    self.gate.limiter.speed_up()
                if pause is None:
                    await self._check_answers(exchange, row)
                    return exchange
                if pause.for_all:
                    self.gate.hold(pause.seconds)
                else:
                    # It stays in flight meanwhile, which slows the others down too.
                    await asyncio.sleep(pause.seconds)
            waited, priority = waited + pause.seconds, math.inf

    async def send_once(self, request: Request, *, is_retry: bool = False) -> tuple[Exchange, Cost]:
        """Send a request now, without a turn or a retry; returns the exchange and its cost.

        A retry does not count as another request of the plan, but may cost as many tokens.

        Raises:
            BudgetExceededError, SetupError: as for `ask`.
        """
        bound = upper_bound(request)
        if is_retry:
            bound = replace(bound, requests=0)
        async with self._budget.reserve(bound) as reserved:
            self.sent += 1
            self.in_flight += 1
            try:
                exchange = await self._sender.send(request)
            finally:
                self.in_flight -= 1
            cost = reserved.actual = actual_cost(exchange, bound)
        self.tokens += _reported_tokens(exchange) or 0
        self._received += len(exchange.body)
        self._parts += count_parts(exchange.body)
        reset = seconds_until_reset(exchange, datetime.datetime.now(datetime.UTC))
        if 0 < reset <= self._retries.longest_requested_wait:
            self.gate.hold(reset)
        return exchange, cost

    async def _check_key(self, request: Request, exchange: Exchange) -> None:
        """Stop where the key does not work any more; the answer says nothing about its row."""
        if self._key_check is not None:
            problem = await self._key_check.problem(request, exchange)
            if problem is not None:
                raise GaveUpError(f"after {self.sent} requests, {problem}")

    async def _check_answers(self, exchange: Exchange, row: str) -> None:
        """Give up an endpoint that does not answer any more, or that answers far too much."""
        if self._received > MAX_TOTAL_BYTES or self._parts > MAX_TOTAL_PARTS:
            raise GaveUpError(
                f"the endpoint has sent {self._received >> 20} MB with {self._parts:,} lines and "
                f"objects in {self.sent} answers, far more than the requests asked for"
            )
        if _came(exchange):
            self._unanswered.clear()
            return
        self._unanswered.add(row if self._plain is None else exchange.request.key)
        if (number := len(self._unanswered)) < GIVE_UP_AFTER:
            return
        if self._plain is not None and _came(await self._sender.send(self._plain)):
            self._unanswered.clear()
            return
        what = f"requests, of {number} rows," if self._plain is None else f"{number} requests"
        raise GaveUpError(
            f"the endpoint does not answer any more: the last {what} ended with "
            f"{describe(exchange)}"
        )


def _came(exchange: Exchange) -> bool:
    """Whether an answer came, and in time; one that says to come back later is none."""
    return exchange.status not in (None, *BUSY) and exchange.ended != "timeout"


def _reported_tokens(exchange: Exchange) -> int | None:
    """Tokens that an answer says it cost; None for an answer that does not say."""
    if exchange.message is not None:
        return exchange.prompt_tokens + exchange.usage("output_tokens")
    return None if exchange.status == 200 else 0
