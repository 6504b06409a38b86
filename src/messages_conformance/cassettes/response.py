"""A recorded answer as a client built on httpx2 gets it: its bytes, its chunks, its ending."""

from collections.abc import AsyncIterator, Iterator

import httpx2

from messages_conformance.protocol.exchange import Exchange


def response(exchange: Exchange) -> httpx2.Response:
    """The response of a recorded exchange, in its chunks and with its ending.

    Raises:
        httpx2.TransportError: no response came when it was recorded.
    """
    if exchange.status is None:
        raise _failure(exchange)
    return httpx2.Response(
        exchange.status, headers=list(exchange.headers), stream=_Stream(exchange)
    )


def _failure(exchange: Exchange) -> httpx2.TransportError:
    """The error that a client gets for an exchange that did not end completely."""
    kind = {"unreachable": httpx2.ConnectError, "timeout": httpx2.ReadTimeout}.get(
        exchange.ended, httpx2.RemoteProtocolError
    )
    return kind(f"as recorded at {exchange.place}: {exchange.ended}")


class _Stream(httpx2.SyncByteStream, httpx2.AsyncByteStream):
    """A body in its recorded chunks, which fails where it failed."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def __iter__(self) -> Iterator[bytes]:
        rest = self._exchange.body
        for chunk in self._exchange.chunks:
            piece, rest = rest[: chunk.size], rest[chunk.size :]
            yield piece
        if rest:
            yield rest
        if self._exchange.ended != "complete":
            raise _failure(self._exchange)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece
