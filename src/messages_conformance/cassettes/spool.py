"""Long bodies, chunks and headers on the disk instead of in memory.

They are in a temporary file without a name, which is deleted when the process ends, however it
ends.
"""

import json
import tempfile
import threading
import weakref
from array import array
from dataclasses import dataclass, replace
from functools import cached_property
from typing import IO, Any, Final

from messages_conformance.protocol.exchange import Chunk, Exchange

HELD: Final = 16 * 1024
"""Bytes that an exchange may hold in memory of its headers, and of its body and chunks."""
_CHUNK: Final = 128
"""Bytes that a chunk takes in memory."""


@dataclass(frozen=True)
class _Stretch:
    """Some bytes in a spool, which can be read any number of times."""

    spool: "Spool"
    at: int
    size: int

    def read(self) -> bytes:
        return self.spool.read(self.at, self.size)


@dataclass(frozen=True)
class _Chunks:
    """Chunks in a spool: the size and the time of each."""

    stretch: _Stretch

    def read(self) -> tuple[Chunk, ...]:
        figures = array("d", self.stretch.read())
        return tuple(map(Chunk, map(int, figures[::2]), figures[1::2]))


@dataclass(frozen=True)
class _Headers:
    """Headers in a spool, as JSON."""

    stretch: _Stretch

    def read(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, value) for name, value in json.loads(self.stretch.read()))


class Spool:
    """A temporary file for long answers; it is created for the first of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._end = 0

    def offload(self, exchange: Exchange) -> Exchange:
        """The same exchange, with long headers, or a long body and its chunks, in the spool.

        Raises:
            OSError: they could not be written.
        """
        headers, body, chunks = exchange.headers, exchange.body, exchange.chunks
        out: dict[str, Any] = {}
        if sum(len(name) + len(value) for name, value in headers) > HELD:
            out["headers"] = _Headers(self._put(json.dumps(headers).encode()))
        if len(body) + _CHUNK * len(chunks) > HELD:
            figures = array("d", (figure for chunk in chunks for figure in (chunk.size, chunk.at)))
            out["body"] = self._put(body)
            out["chunks"] = _Chunks(self._put(figures.tobytes()))
        return replace(exchange, **out) if out else exchange

    def read(self, at: int, size: int) -> bytes:
        """Read bytes from the spool."""
        with self._lock:
            self._file.seek(at)
            return self._file.read(size)

    @cached_property
    def _file(self) -> IO[bytes]:
        file = tempfile.TemporaryFile()  # noqa: SIM115 (it is closed with the spool)
        weakref.finalize(self, file.close)
        return file

    def _put(self, data: bytes) -> _Stretch:
        with self._lock:
            stretch = _Stretch(self, self._end, len(data))
            try:
                self._file.seek(self._end)
                self._file.write(data)
                self._file.flush()
            except OSError as problem:
                problem.filename = problem.filename or tempfile.gettempdir()
                raise
            self._end += len(data)
            return stretch
