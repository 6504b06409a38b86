"""Ask one endpoint for all models of a run: at its pace, patiently, and keeping every answer."""

import asyncio
import datetime
import math
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeAlias

from messages_conformance.errors import GaveUpError
from messages_conformance.probing.behaviours import describe
from messages_conformance.protocol.exchange import Exchange, Request, count_parts
from messages_conformance.recording.budget import Budget
from messages_conformance.recording.cost import Cost, most, spent
from messages_conformance.recording.rate_limit import Gate, Pace, weigh
from messages_conformance.recording.retry import BUSY, Patience, is_passing, used_up
from messages_conformance.recording.transport import Sender

GIVE_UP_AFTER = 5
"""Rows in a row that get no answer, after all patience, before the run is stopped."""

MOST_TOGETHER = 256 * 1024 * 1024
"""Bytes of all answers of a run, before it is stopped: some hundred times what it asks for."""
MOST_PARTS = 4_000_000
"""Parts of all answers, in the same way: reading them takes time, however few their bytes are."""

Keep: TypeAlias = Callable[[Exchange, Cost, bool], Awaitable[None]]
"""Is given each exchange at once, what it cost, and whether it is only superseded on the way to an
answer."""


class Asker:
    """Sends requests, and knows what has come of them together."""

    def __init__(self, sender: Sender, pace: Pace, patience: Patience, budget: Budget) -> None:
        self.gate = Gate(pace)
        self.budget = budget
        self.in_flight = 0
        """Requests on the wire right now."""
        self.sent = 0
        self.tokens = 0
        """What the answers say they cost, input and output together."""
        self._received = self._parts = 0
        """Bytes of bodies that were kept, and their parts."""
        self._sender = sender
        self._patience = patience
        self._unanswered: set[str] = set()

    async def ask(self, request: Request, row: str, depth: int, keep: Keep) -> Exchange:
        """Ask until there is an answer that stands; a request in flight lasts until it is kept.

        Raises:
            GaveUpError: it has become pointless.
            SetupError: the request needs a credential that was not given.
            SpentError: it was not sent, or not again, because of what it might cost.
        """
        tried, waited, priority = 0, 0.0, float(depth)
        while True:
            tried += 1
            async with self.gate.turn(priority, weigh(request)) as turn:
                exchange, cost = await self.once(request, again=tried > 1)
                turn.used = _cost(exchange)
                now = datetime.datetime.now(datetime.UTC)
                pause = self._patience.pause(exchange, tried, waited, random.random(), now)  # noqa: S311
                await keep(exchange, cost, pause is not None)
                if exchange.status in BUSY:
                    self.gate.slow_down(turn)
                elif not is_passing(exchange):
                    self.gate.pacer.speed_up()
                if pause is None:
                    self._reckon(exchange, row)
                    return exchange
                if pause.of_all:
                    self.gate.hold(pause.seconds)
                else:
                    # Its place stays taken, which slows the others down too.
                    await asyncio.sleep(pause.seconds)
            waited, priority = waited + pause.seconds, math.inf

    async def once(self, request: Request, *, again: bool = False) -> tuple[Exchange, Cost]:
        """Ask without waiting for a turn, and take whatever comes; tells what it cost, too.

        What is sent ``again`` is no further request of those that were planned, but it may cost
        as many tokens.

        Raises:
            SetupError, SpentError: as for `ask`.
        """
        limit = most(request)
        async with self.budget.reserve(replace(limit, requests=0) if again else limit) as reserved:
            self.sent += 1
            self.in_flight += 1
            try:
                exchange = await self._sender.send(request)
            finally:
                self.in_flight -= 1
            cost = reserved.spent = spent(exchange, reserved.most)
        self.tokens += _cost(exchange) or 0
        self._received += len(exchange.body)
        self._parts += count_parts(exchange.body)
        reset = used_up(exchange, datetime.datetime.now(datetime.UTC))
        if 0 < reset <= self._patience.longest_asked_for:
            self.gate.hold(reset)
        return exchange, cost

    def _reckon(self, exchange: Exchange, row: str) -> None:
        """Notice when nothing is answered any more, or far too much, whichever row asks."""
        if self._received > MOST_TOGETHER or self._parts > MOST_PARTS:
            raise GaveUpError(
                f"the endpoint has sent {self._received >> 20} MB, of {self._parts:,} lines and "
                f"objects, in {self.sent} answers, far more than it was asked for"
            )
        if exchange.status is not None and exchange.status not in BUSY:
            self._unanswered.clear()
            return
        self._unanswered.add(row)
        if len(self._unanswered) >= GIVE_UP_AFTER:
            raise GaveUpError(
                f"the endpoint answers nothing any more; the last requests, of "
                f"{len(self._unanswered)} rows, came to: {describe(exchange)}"
            )


def _cost(exchange: Exchange) -> int | None:
    """What an answer says it cost, in tokens; None where it began and does not say."""
    if exchange.message is not None:
        return exchange.prompt_tokens + exchange.usage("output_tokens")
    return None if exchange.status == 200 else 0
