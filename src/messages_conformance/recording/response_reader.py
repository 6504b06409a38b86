"""Reading one response as it arrives: what has come so far, within limits."""

import time
from typing import Final

import httpx2

from messages_conformance.protocol.exchange import Chunk, count_parts
from messages_conformance.protocol.limits import Limits

_COMPRESSIONS: Final = frozenset({"gzip", "deflate"})
"""What is undone piece by piece, each of a bounded size."""
_OTHER_COMPRESSIONS: Final = frozenset({"br", "zstd", "compress", "x-gzip", "x-compress", "dcb"})
"""What is not undone, and would hide an echoed key."""


class TooLargeError(Exception):
    """What precedes the body, or the body's bytes, pieces or parts, exceeds the limits."""


class CompressedError(Exception):
    """The body is compressed, although the request forbids it, in a way that is not undone."""


class ResponseReader:
    """What has arrived so far of one response."""

    def __init__(self, limits: Limits) -> None:
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()
        self.chunks: list[Chunk] = []
        self._most_headers = limits.headers
        self._size = limits.size
        self._pieces = limits.pieces
        self._parts = limits.parts
        self._started = time.perf_counter()

    def start_clock(self) -> None:
        """Count the times of chunks from now, when the request has been sent."""
        self._started = time.perf_counter()

    def read_head(self, response: httpx2.Response) -> None:
        """Take over status and headers.

        Raises:
            CompressedError: the body is compressed twice, or not by gzip or deflate.
            TooLargeError: there are too many headers; the first ones were taken over.
        """
        self.status = response.status_code
        received = list(response.headers.multi_items())
        self.headers = received[: self._most_headers]
        if len(received) > self._most_headers:
            raise TooLargeError
        named = response.headers.get("content-encoding", "").lower().split(",")
        codings = [coding.strip() for coding in named if coding.strip() not in ("", "identity")]
        if not any(coding in _COMPRESSIONS | _OTHER_COMPRESSIONS for coding in codings):
            return
        # A compression within another could keep us busy without giving a single byte.
        if len(codings) > 1 or codings[0] not in _COMPRESSIONS:
            raise CompressedError
        outdated = ("content-encoding", "content-length")
        self.headers = [(name, value) for name, value in self.headers if name not in outdated]

    def read_piece(self, piece: bytes) -> None:
        """Take over a piece of the body.

        Raises:
            TooLargeError: the body exceeds the limits; what fits was taken over.
        """
        if len(self.chunks) == self._pieces:
            raise TooLargeError
        fitting = piece[: self._size - len(self.body)]
        self._parts -= count_parts(fitting)
        if fitting:
            self.body += fitting
            self.chunks.append(Chunk(len(fitting), time.perf_counter() - self._started))
        if len(fitting) < len(piece) or self._parts < 0:
            raise TooLargeError

    def release(self) -> tuple[bytes, tuple[Chunk, ...]]:
        """Hand over the body and its chunks, and hold neither: a connection may hold the reader."""
        body, chunks = bytes(self.body), tuple(self.chunks)
        self.body, self.chunks = bytearray(), []
        return body, chunks

    def truncate(self, size: int) -> None:
        """Keep only the first bytes of the body."""
        del self.body[size:]
        left = size
        for number, chunk in enumerate(self.chunks):
            if chunk.size >= left:
                self.chunks[number:] = [Chunk(left, chunk.at)]
                return
            left -= chunk.size
