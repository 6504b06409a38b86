"""Connections that give up an answer which takes too many bytes to begin.

An HTTP client skips provisional answers (1xx) by itself, so an endpoint could send them for ever
and nothing would reach whoever waits. Therefore bytes are counted where they are read: in the
network backend of httpcore2.
"""

import ssl
from collections.abc import Iterable
from typing import Any

import httpcore2
import httpx2

from messages_conformance.recording.response_reader import TooLargeError


def limit_heads(client: httpx2.AsyncClient, limit: int) -> None:
    """Limit the bytes that an answer to a client takes to begin; `lift` ends that for an answer.

    httpx2 has no parameter for the network backend, so it is set in the pools of its transports.
    """
    backend = _Backend(limit)
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx2.AsyncHTTPTransport):
            transport._pool._network_backend = backend


def lift(response: httpx2.Response) -> None:
    """Let the body of an answer that has begun be of any length."""
    stream = response.extensions.get("network_stream")
    if isinstance(stream, _Stream):
        stream.is_limited = False


class _Backend(httpcore2.AsyncNetworkBackend):
    """asyncio's connections, limited."""

    def __init__(self, limit: int) -> None:
        self._backend = httpcore2.AnyIOBackend()
        self._limit = limit

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (as httpcore2 calls it)
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        stream = await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self._limit)

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


class _Stream(httpcore2.AsyncNetworkStream):
    """A connection from which only so many bytes are read while it is limited."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream, limit: int) -> None:
        self.is_limited = True
        self._stream = stream
        self._limit = self._left = limit

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        data = await self._stream.read(max_bytes, timeout)
        self._left -= len(data)
        if self.is_limited and self._left < 0:
            raise TooLargeError
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore2.AsyncNetworkStream:
        stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _Stream(stream, self._limit)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
