"""Sending one request to an endpoint and taking down, byte by byte, what comes back."""

import asyncio
import contextlib
import ipaddress
import logging
import re
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

from messages_conformance import __version__
from messages_conformance.cassettes.redact import Secrets
from messages_conformance.errors import SetupError
from messages_conformance.protocol.exchange import (
    KEY,
    RESTRICTED_KEY,
    WRONG_KEY,
    Ending,
    Exchange,
    Request,
)
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.recording.response_reader import Arrival, CompressedError, TooLargeError

_NO_KEY = "sk-no-such-key-0123456789abcdef"
"""What is sent for `WRONG_KEY`: shaped like a key, and nobody's."""
_UNREACHABLE = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError)
_NEVER_SENT = (*_UNREACHABLE, httpx2.LocalProtocolError, httpx2.UnsupportedProtocol)
_PRIVATE_HEADER = re.compile(r"set-cookie2?|.*(organi[sz]ation|workspace|tenant).*")
_ALWAYS_SENT = {
    "accept": "application/json",
    # Compressed answers would hide an echoed key and what the chunks were.
    "accept-encoding": "identity",
    "content-type": "application/json",
    "user-agent": f"messages-conformance/{__version__}",
}


# What these log below a warning holds every header as it came, and so perhaps a key.
for _library in ("httpcore2", "httpx2"):
    logging.getLogger(_library).setLevel(logging.WARNING)


@dataclass(frozen=True)
class Endpoint:
    """Where requests go and what opens the door; the credentials stay out of its repr."""

    base_url: str
    key: str = field(repr=False)
    auth: str = "x-api-key"
    """The header that usually carries the key: ``x-api-key`` or ``authorization``."""
    restricted_key: str | None = field(default=None, repr=False)
    """A valid key that may not use the model, for the probe that needs one."""

    def __post_init__(self) -> None:
        """Refuse what no request could be sent with.

        Raises:
            SetupError: the base URL is no good, or a key cannot stand in a header.
        """
        _check_url(self.base_url)
        for name, key in (("key", self.key), ("restricted key", self.restricted_key or "")):
            if not all("!" <= character <= "~" for character in key):
                raise SetupError(
                    f"the {name} holds a blank or a character that no header can carry; "
                    "copy it again, without what surrounds it"
                )
        if self.secrets.are_in(self.base_url.encode()):
            raise SetupError(
                "the base URL holds the key, which would be written wherever the URL is; "
                "give the key apart from it"
            )

    @property
    def host(self) -> str:
        """Host, and port where the base URL names one."""
        return urlsplit(self.base_url).netloc.rpartition("@")[2]

    @property
    def public_url(self) -> str:
        """The base URL without credentials and without a slash at its end."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{self.host}{parts.path.rstrip('/')}"

    @property
    def secrets(self) -> Secrets:
        """What must never be written."""
        placeholders = {self.key: KEY}
        if self.restricted_key is not None:
            placeholders[self.restricted_key] = RESTRICTED_KEY
        return Secrets(placeholders)


_LONG = 64 * 1024
"""Bytes from which on a body is long; what a request asks for is far shorter."""
_LONG_AT_ONCE = 4
"""Long bodies that are read at once; others wait with their rest until one has ended."""
_KEPT = 64 * 1024
"""Bytes that are kept of a body over the limits: enough to see what it is."""


@dataclass(frozen=True)
class Attempt:
    """An exchange, and what went wrong where no answer came; its words are the endpoint's."""

    exchange: Exchange
    problem: Exception | None = field(default=None, repr=False)


class Sender:
    """Sends requests to one endpoint; an async context manager.

    Every request has a connection of its own, so that a stale one is never the endpoint's
    fault; redirects are reported, not followed; proxies are not asked about loopback hosts.
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
        try:
            self._client = httpx2.AsyncClient(
                timeout=httpx2.Timeout(
                    connect=limits.connect, write=limits.silence, read=None, pool=None
                ),
                limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
                follow_redirects=False,
                trust_env=not is_loopback(endpoint.base_url),
                transport=transport,
            )
        except (ImportError, OSError, ValueError) as problem:
            raise SetupError(
                f"what the environment says of proxies or certificates cannot be used: {problem}; "
                "mend or unset HTTPS_PROXY, ALL_PROXY or SSL_CERT_FILE"
            ) from problem

    async def __aenter__(self) -> Self:
        await self._client.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.__aexit__(kind, error, trace)

    async def send(self, request: Request) -> Exchange:
        """Send a request; whatever happens then is the exchange.

        Raises:
            SetupError: it asks for a credential that the endpoint has not got.
        """
        try:
            return (await self.attempt(request)).exchange
        except _UNREACHABLE:
            return Exchange(request, None, ended="unreachable")

    async def attempt(self, request: Request) -> Attempt:
        """Send a request to an endpoint that can be reached.

        Raises:
            httpx2.TransportError: no connection came about; its causes say why.
            SetupError: as for `send`.
        """
        limits = self._limits
        arrival = Arrival(limits.head, limits.size, limits.pieces, limits.parts)
        ended: Ending = "complete"
        problem: Exception | None = None
        try:
            async with asyncio.timeout(self._limits.whole), asyncio.timeout(None) as patience:
                await self._converse(request, arrival, patience)
        except _NEVER_SENT:
            raise
        except (TimeoutError, httpx2.TimeoutException):
            ended = "timeout"
        except (httpx2.TransportError, httpx2.DecodingError, CompressedError) as cut:
            ended, problem = "cut", cut
        except TooLargeError:
            ended = "too large"
            arrival.cut_back(_KEPT)
        body, chunks = self._secrets.body(*arrival.taken())
        headers = self._secrets.headers(
            header for header in arrival.headers if not _PRIVATE_HEADER.fullmatch(header[0])
        )
        exchange = Exchange(request, arrival.status, headers, body, chunks, ended)
        return Attempt(exchange, problem)

    async def _converse(
        self, request: Request, arrival: Arrival, patience: asyncio.Timeout
    ) -> None:
        now = asyncio.get_running_loop().time

        async def trace(event: str, info: dict[str, Any]) -> None:
            if event.endswith(("connect_tcp.complete", "start_tls.complete")):
                _tell(info["return_value"], arrival)
            elif event.endswith("send_request_headers.started"):
                patience.reschedule(None)
            elif event.endswith(("send_request_body.complete", "send_request_body.failed")):
                arrival.sent()
                patience.reschedule(now() + self._limits.first)

        outgoing = self._client.build_request(
            request.method,
            self._endpoint.base_url.rstrip("/") + request.path,
            headers={**_ALWAYS_SENT, **self._filled(request)},
            content=None if request.body is None else request.content,
            extensions={"trace": trace},
        )
        response = await self._client.send(outgoing, stream=True)
        async with contextlib.AsyncExitStack() as ending:
            ending.push_async_callback(response.aclose)
            patience.reschedule(now() + self._limits.silence)
            arrival.begin(response)
            long = False
            # The raw bytes, unless the endpoint compressed them against our express wish.
            async for piece in response.aiter_bytes():
                arrival.take(piece)
                if not long and len(arrival.body) > _LONG:
                    long = True
                    patience.reschedule(None)
                    await ending.enter_async_context(self._long)
                patience.reschedule(now() + self._limits.silence)

    def _filled(self, request: Request) -> dict[str, str]:
        """The request's headers with credentials for placeholders."""
        return {name: self._fill(value) for name, value in request.headers}

    def _fill(self, value: str) -> str:
        if RESTRICTED_KEY in value:
            if self._endpoint.restricted_key is None:
                raise SetupError(
                    "this row needs a second, restricted key; give one or do not opt in to it"
                )
            value = value.replace(RESTRICTED_KEY, self._endpoint.restricted_key)
        return value.replace(WRONG_KEY, _NO_KEY).replace(KEY, self._endpoint.key)


def _tell(stream: Any, arrival: Arrival) -> None:
    """Have a connection tell how much comes, for nothing else does before an answer begins."""
    read = stream.read

    async def told(size: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        if arrival.status is not None:
            del stream.read
        data: bytes = await read(size, timeout)
        arrival.heard(len(data))
        return data

    stream.read = told


def _check_url(url: str) -> None:
    """Refuse a base URL that requests cannot be sent below."""
    try:
        parts = urlsplit(url)
        well_formed = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        well_formed = False
    if not well_formed or any(character.isspace() for character in url):
        raise SetupError(
            f"base URL {url!r} is malformed; it must look like https://host/path, "
            "to which /v1/messages is added"
        )
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise SetupError(
            f"base URL of {parts.hostname} carries a user name, a query or a fragment; leave only "
            "https://host/path, and give the key apart from it"
        )
    for end in ("/v1/messages", "/v1"):
        if parts.path.rstrip("/").endswith(end):
            raise SetupError(
                f"base URL {url!r} ends in {end}, so that requests would go to "
                f"{parts.path.rstrip('/')}/v1/messages; leave {end} off"
            )


def is_loopback(url: str) -> bool:
    """Whether the URL's host is this machine, to which no proxy leads."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
