"""Sending one request to an endpoint and taking down, byte by byte, what comes back."""

import asyncio
import ipaddress
import re
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

from messages_conformance import __version__
from messages_conformance.exchange import (
    KEY,
    RESTRICTED_KEY,
    WRONG_KEY,
    Chunk,
    Ending,
    Exchange,
    Request,
)
from messages_conformance.scrub import Secrets

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


class SetupError(ValueError):
    """The endpoint cannot be tested as it was given; the message says why and how to mend it."""


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


@dataclass(frozen=True)
class Limits:
    """How much and how long is waited for before an answer is given up."""

    size: int = 8 * 1024 * 1024
    """bytes of a body"""
    connect: float = 10
    """seconds"""
    silence: float = 120
    """seconds between two pieces of an answer"""
    whole: float = 600
    """seconds"""


DEFAULT = Limits()


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
        """Prepare to send; ``transport`` replaces the network."""
        self._endpoint = endpoint
        self._limits = limits
        self._secrets = Secrets({**endpoint.secrets.placeholders, _NO_KEY: WRONG_KEY})
        self._client = httpx2.AsyncClient(
            timeout=httpx2.Timeout(limits.silence, connect=limits.connect, pool=None),
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=not _is_loopback(endpoint.base_url),
            transport=transport,
        )

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
            return await self.attempt(request)
        except _UNREACHABLE:
            return Exchange(request, None, ended="unreachable")

    async def attempt(self, request: Request) -> Exchange:
        """Send a request to an endpoint that can be reached.

        Raises:
            httpx2.TransportError: no connection came about; its causes say why.
            SetupError: as for `send`.
        """
        answer = _Answer(self._limits.size)
        ended: Ending = "complete"
        try:
            async with asyncio.timeout(self._limits.whole):
                await self._converse(request, answer)
        except _NEVER_SENT:
            raise
        except (TimeoutError, httpx2.TimeoutException):
            ended = "timeout"
        except (httpx2.TransportError, httpx2.DecodingError):
            ended = "cut"
        except _TooLargeError:
            ended = "too large"
        body, chunks = self._secrets.body(b"".join(answer.pieces), tuple(answer.chunks))
        headers = tuple(
            (name, self._secrets.text(value))
            for name, value in answer.headers
            if not _PRIVATE_HEADER.fullmatch(name)
        )
        return Exchange(request, answer.status, headers, body, chunks, ended)

    async def _converse(self, request: Request, answer: "_Answer") -> None:
        outgoing = self._client.build_request(
            request.method,
            self._endpoint.base_url.rstrip("/") + request.path,
            headers={**_ALWAYS_SENT, **self._filled(request)},
            content=None if request.body is None else request.content,
            extensions={"trace": answer.trace},
        )
        response = await self._client.send(outgoing, stream=True)
        try:
            answer.begin(response)
            # The raw bytes, unless the endpoint compressed them against our express wish.
            async for piece in response.aiter_bytes():
                answer.take(piece)
        finally:
            await response.aclose()

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


class _TooLargeError(Exception):
    """The body went over the limit."""


class _Answer:
    """What has come back so far."""

    def __init__(self, limit: int) -> None:
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.pieces: list[bytes] = []
        self.chunks: list[Chunk] = []
        self._room = limit
        self._sent = time.perf_counter()

    async def trace(self, event: str, _info: dict[str, Any]) -> None:
        """Times count from when the request was out; the connection tells of that."""
        if event.endswith("send_request_body.complete"):
            self._sent = time.perf_counter()

    def begin(self, response: httpx2.Response) -> None:
        self.status = response.status_code
        compressed = "content-encoding" in response.headers
        self.headers = [
            (name, value)
            for name, value in response.headers.multi_items()
            if not (compressed and name in ("content-encoding", "content-length"))
        ]

    def take(self, piece: bytes) -> None:
        kept = piece[: self._room]
        if kept:
            self.pieces.append(kept)
            self.chunks.append(Chunk(len(kept), time.perf_counter() - self._sent))
            self._room -= len(kept)
        if len(kept) < len(piece):
            raise _TooLargeError


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


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
