"""Sending one request to an endpoint, and keeping every byte of the response."""

import asyncio
import contextlib
import errno
import os
import re
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, Self

import httpx2

from messages_conformance import __version__
from messages_conformance.cassettes.redact import Secrets
from messages_conformance.display import one_line
from messages_conformance.errors import GaveUpError, SetupError, causes_of
from messages_conformance.protocol.exchange import (
    KEY,
    RESTRICTED_KEY,
    WRONG_KEY,
    Ending,
    Exchange,
    Request,
)
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.recording import head_limit
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.muted_logs import muted_logs
from messages_conformance.recording.response_reader import (
    CompressedError,
    ResponseReader,
    TooLargeError,
)

_NO_KEY = "sk-no-such-key-0123456789abcdef"
"""What is sent for `WRONG_KEY`: it looks like a key, and belongs to nobody."""
_UNREACHABLE = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError)
_NEVER_SENT = (*_UNREACHABLE, httpx2.LocalProtocolError, httpx2.UnsupportedProtocol)
_OWN_LIMITS = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM, errno.ENOSPC, errno.EADDRNOTAVAIL}
)
_FREE_RESOURCES = "raise the limit ('ulimit -n'), close other programs, or lower --concurrency"
PRIVATE_HEADER = re.compile(r"set-cookie2?|.*(organi[sz]ation|workspace|tenant).*")
"""Headers of an answer that say who asked."""
_ALWAYS_SENT = {
    "accept": "application/json",
    # Compression would hide an echoed key, and the sizes of the chunks.
    "accept-encoding": "identity",
    "content-type": "application/json",
    "user-agent": f"messages-conformance/{__version__}",
}
_LONG = 64 * 1024
"""Bytes from which on a body is long; what our requests ask for is far shorter."""
_LONG_AT_ONCE = 4
"""Long bodies that are read at once; the rest of others waits until one of them has ended."""
_QUOTED = 160
"""Characters of a library's message that are quoted."""
_KEPT = 64 * 1024
"""Bytes that are kept of a body over the limits: enough to see what it is."""


@dataclass(frozen=True)
class Attempt:
    """An exchange, and why no response came, if none did, in the words of the HTTP library."""

    exchange: Exchange
    problem: Exception | None = field(default=None, repr=False)


def own_limit(problem: BaseException) -> str | None:
    """What this machine lacks, and what to do, where that and no endpoint is why nothing was sent.

    None for any other cause.
    """
    for cause in causes_of(problem):
        if isinstance(cause, MemoryError):
            return f"this machine has no memory left; {_FREE_RESOURCES}"
        if isinstance(cause, OSError) and cause.errno in _OWN_LIMITS:
            reason = os.strerror(cause.errno).lower()
            return f"this machine cannot open another connection ({reason}); {_FREE_RESOURCES}"
    return None


class Sender:
    """Sends requests to one endpoint; an async context manager.

    Every request has its own connection, so that the endpoint is never blamed for a stale
    one. Redirects are reported, not followed. Loopback hosts are reached without a proxy.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        limits: Limits = DEFAULT,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare to send; ``transport`` replaces the network.

        Raises:
            SetupError: the environment names a proxy or certificates that cannot be used.
        """
        self._endpoint = endpoint
        self._limits = limits
        self._long = asyncio.Semaphore(_LONG_AT_ONCE)
        self._secrets = Secrets({**endpoint.secrets.placeholders, _NO_KEY: WRONG_KEY})
        self._exit = contextlib.AsyncExitStack()
        try:
            self._client = httpx2.AsyncClient(
                timeout=httpx2.Timeout(
                    connect=limits.connect, write=limits.silence, read=None, pool=None
                ),
                limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
                follow_redirects=False,
                # A cookie would make an answer depend on those before it; and of one that is not
                # ASCII no request can be built.
                cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
                trust_env=not endpoint.is_loopback,
                transport=transport,
            )
        except (ImportError, OSError, ValueError) as problem:
            # What the library says may quote a proxy's password.
            raise SetupError(
                "the proxy or the certificates that the environment names cannot be used "
                f"({endpoint.secrets.text(one_line(str(problem))[:_QUOTED])}); correct or unset "
                "HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE"
            ) from None
        head_limit.limit_heads(self._client, limits.head)

    async def __aenter__(self) -> Self:
        self._exit.enter_context(muted_logs())
        await self._exit.enter_async_context(self._client)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._exit.__aexit__(kind, error, trace)

    async def send(self, request: Request) -> Exchange:
        """Send a request; the exchange says how it ended.

        Raises:
            SetupError: it needs a key that the endpoint has not got.
        """
        try:
            return (await self.attempt(request)).exchange
        except _UNREACHABLE:
            return Exchange(request, None, ended="unreachable")

    async def attempt(self, request: Request) -> Attempt:
        """Send a request to an endpoint that can be reached.

        Raises:
            httpx2.TransportError: no connection was established; its causes say why.
            SetupError: as for `send`.
        """
        reader = ResponseReader(self._limits)
        ended: Ending = "complete"
        problem: Exception | None = None
        try:
            async with asyncio.timeout(self._limits.whole), asyncio.timeout(None) as silence:
                await self._converse(request, reader, silence)
        except _NEVER_SENT as never:
            if (ours := own_limit(never)) is not None:
                raise GaveUpError(ours) from never
            raise
        except (TimeoutError, httpx2.TimeoutException):
            ended = "timeout"
        except (httpx2.TransportError, httpx2.DecodingError, CompressedError) as cut:
            ended, problem = "cut", cut
        except TooLargeError:
            ended = "too large"
            reader.truncate(_KEPT)
        body, chunks = self._secrets.body(*reader.release())
        headers = self._secrets.headers(
            header for header in reader.headers if not PRIVATE_HEADER.fullmatch(header[0])
        )
        exchange = Exchange(request, reader.status, headers, body, chunks, ended)
        return Attempt(exchange, problem)

    async def _converse(
        self, request: Request, reader: ResponseReader, silence: asyncio.Timeout
    ) -> None:
        """Send a request and read its response; ``silence`` is rescheduled at each step."""
        now = asyncio.get_running_loop().time

        async def trace(event: str, _: dict[str, Any]) -> None:
            if event.endswith("send_request_headers.started"):
                silence.reschedule(None)
            elif event.endswith(("send_request_body.complete", "send_request_body.failed")):
                reader.start_clock()
                silence.reschedule(now() + self._limits.first)

        outgoing = self._client.build_request(
            request.method,
            self._endpoint.base_url.rstrip("/") + request.path,
            headers={**_ALWAYS_SENT, **self._headers(request)},
            content=None if request.body is None else request.content,
            extensions={"trace": trace},
        )
        response = await self._client.send(outgoing, stream=True)
        async with contextlib.AsyncExitStack() as ending:
            ending.push_async_callback(response.aclose)
            head_limit.lift(response)
            silence.reschedule(now() + self._limits.silence)
            reader.read_head(response)
            is_long = False
            # The raw bytes, unless the endpoint compressed them although the request forbids it.
            async for piece in response.aiter_bytes():
                reader.read_piece(piece)
                if not is_long and len(reader.body) > _LONG:
                    is_long = True
                    silence.reschedule(None)
                    await ending.enter_async_context(self._long)
                silence.reschedule(now() + self._limits.silence)

    def _headers(self, request: Request) -> dict[str, str]:
        """The request's headers with the keys in place of the placeholders."""
        return {name: self._fill_in(value) for name, value in request.headers}

    def _fill_in(self, value: str) -> str:
        if RESTRICTED_KEY in value:
            if self._endpoint.restricted_key is None:
                raise SetupError(
                    "this row needs a second key, which may not use the model; set "
                    "ANTHROPIC_RESTRICTED_KEY, or do not opt in to the row"
                )
            value = value.replace(RESTRICTED_KEY, self._endpoint.restricted_key)
        return value.replace(WRONG_KEY, _NO_KEY).replace(KEY, self._endpoint.key)
