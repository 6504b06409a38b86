"""An answer as it arrives: what has come so far, and whether more of it is taken."""

import time
from typing import Final

import httpx2

from messages_conformance.protocol.exchange import Chunk, count_parts

_COMPRESSIONS: Final = frozenset({"gzip", "deflate"})
"""What can be undone one bounded piece at a time; all others would hide an echoed key."""
_OTHER_COMPRESSIONS: Final = frozenset({"br", "zstd", "compress", "x-gzip", "x-compress", "dcb"})


class TooLargeError(Exception):
    """What comes before the body, or the body's bytes, pieces or parts, are too many."""


class CompressedError(Exception):
    """The body is compressed, against our express wish, in a way that is not undone."""


class Arrival:
    """What has come back so far."""

    def __init__(self, head: int, size: int, pieces: int, parts: int) -> None:
        """Wait for an answer; what is taken of it is said in `Limits`."""
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.body = bytearray()
        self.chunks: list[Chunk] = []
        self._head = head
        self._size = size
        self._pieces = pieces
        self._parts = parts
        self._sent = time.perf_counter()

    def sent(self) -> None:
        """Note that the request is out, which all times count from."""
        self._sent = time.perf_counter()

    def heard(self, size: int) -> None:
        """Note that so many bytes came over the wire.

        Raises:
            TooLargeError: they are more than an answer takes to begin.
        """
        self._head -= size
        if self.status is None and self._head < 0:
            raise TooLargeError

    def begin(self, response: httpx2.Response) -> None:
        """Take down what comes before the body.

        Raises:
            CompressedError: the body is compressed twice, or not by gzip or deflate.
        """
        self.status = response.status_code
        self.headers = list(response.headers.multi_items())
        said = response.headers.get("content-encoding", "").lower().split(",")
        codings = [coding.strip() for coding in said if coding.strip() not in ("", "identity")]
        compressions = [c for c in codings if c in _COMPRESSIONS | _OTHER_COMPRESSIONS]
        if not compressions:
            return
        # A second compression within the first could keep us busy without a byte to show.
        if len(codings) > 1 or codings[0] not in _COMPRESSIONS:
            raise CompressedError
        told = ("content-encoding", "content-length")
        self.headers = [(name, value) for name, value in self.headers if name not in told]

    def take(self, piece: bytes) -> None:
        """Take down a piece of the body.

        Raises:
            TooLargeError: that is more than is taken; what fits is kept.
        """
        if len(self.chunks) == self._pieces:
            raise TooLargeError
        kept = piece[: self._size - len(self.body)]
        self._parts -= count_parts(kept)
        if kept:
            self.body += kept
            self.chunks.append(Chunk(len(kept), time.perf_counter() - self._sent))
        if len(kept) < len(piece) or self._parts < 0:
            raise TooLargeError

    def taken(self) -> tuple[bytes, tuple[Chunk, ...]]:
        """Hand over the body and its chunks; a connection may hold on to the rest for long."""
        body, chunks = bytes(self.body), tuple(self.chunks)
        self.body, self.chunks = bytearray(), []
        return body, chunks

    def cut_back(self, size: int) -> None:
        """Keep only the beginning of the body, of so many bytes."""
        del self.body[size:]
        left = size
        for number, chunk in enumerate(self.chunks):
            if chunk.size >= left:
                self.chunks[number:] = [Chunk(left, chunk.at)]
                return
            left -= chunk.size
