"""Whether the key still works in the middle of a run: it may be revoked, or its account run dry.

Such an answer says nothing about the row that got it. So a plain request, the one that was answered
before the run, is sent again: if that is refused too, the run stops, and the answer is not kept.
"""

import asyncio
import re
from typing import Final

from messages_conformance.claims.page import Model
from messages_conformance.protocol.exchange import KEY, Exchange, Request
from messages_conformance.recording.diagnose import diagnose, is_in_arrears
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.transport import Sender

_DENIED: Final = frozenset({401, 402, 403})
_MOST: Final = 2
"""How often the plain request is sent and answered well before such answers are believed."""
_BEARER: Final = re.compile(re.escape(KEY) + r"\Z")


class KeyCheck:
    """Asks again, a few times at most, whether the key of a run still works."""

    def __init__(self, sender: Sender, endpoint: Endpoint, model: Model, plain: Request) -> None:
        self._sender, self._endpoint, self._model = sender, endpoint, model
        self._plain = plain
        self._left = _MOST
        self._problem: str | None = None
        self._busy = asyncio.Lock()

    async def problem(self, request: Request, exchange: Exchange) -> str | None:
        """Why the run must stop after an answer, and what to do; None if it goes on."""
        if not self._is_denied(request, exchange):
            return None
        async with self._busy:
            if self._problem is None and self._left > 0:
                self._left -= 1
                self._problem = await self._ask()
            return self._problem

    def _is_denied(self, request: Request, exchange: Exchange) -> bool:
        """Whether a request with the right key, where it is accepted, was denied."""
        sent = dict(request.headers).get(self._endpoint.auth, "")
        if not _BEARER.search(sent) or exchange.status is None:
            return False
        return exchange.status in _DENIED or (
            400 <= exchange.status < 500 and is_in_arrears(exchange)
        )

    async def _ask(self) -> str | None:
        attempt = await self._sender.attempt(self._plain)
        if not self._is_denied(self._plain, attempt.exchange):
            return None
        return diagnose(attempt, self._endpoint, self._model, (self._endpoint.auth,))
