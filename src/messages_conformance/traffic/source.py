"""A file to lint: opened, unpacked where it is gzip, and read by the piece, line or whole."""

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from messages_conformance.errors import TrafficError

BLOCK = 64 * 1024
"""Bytes read at a time, and the most that a format is recognised from."""
LARGEST = 64 * 1024 * 1024
"""The longest line, exchange, or file of a form that is read whole, in bytes.

Twice what the original API takes in a request; an event stream may be of any length.
"""
STANDARD_INPUT = "-"

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class Source:
    """An open file under the name it was given by; it can be read once, never rewound."""

    name: str
    stream: io.BufferedReader

    def head(self) -> bytes:
        """The first block, or less where the file ends; it stays to be read."""
        return _unpacked(lambda: self.stream.peek(BLOCK))

    def read(self, size: int = BLOCK) -> bytes:
        """The next bytes; none at the end."""
        return _unpacked(lambda: self.stream.read(size))

    def pieces(self) -> Iterator[bytes]:
        """The file, a block at a time."""
        return iter(self.read, b"")

    def lines(self) -> Iterator[bytes]:
        """The file, a line at a time, with their ends."""
        for number in _numbers():
            line = _unpacked(lambda: self.stream.readline(LARGEST + 1))
            if not line:
                return
            if len(line) > LARGEST:
                raise TrafficError(f"line {number}: is longer than {_megabytes()}")
            yield line

    def whole(self) -> bytes:
        """All of the file."""
        content = self.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise TrafficError(
                f"is larger than {_megabytes()}, which only an event stream, a YAML cassette or "
                "JSON lines may be; split it"
            )
        return content


@contextmanager
def opened(name: str) -> Iterator[Source]:
    """Open a file, or standard input for ``-``; gzip is known by its first bytes."""
    if name == STANDARD_INPUT:
        reader = _reader(sys.stdin.buffer)
        try:
            yield Source("standard input", _unzipped(reader))
        finally:
            # Standard input is not ours to close, and a reader that is let go would close it.
            reader.detach()
    else:
        with Path(name).open("rb") as file:
            yield Source(name, _unzipped(_reader(file)))


def _reader(stream: object) -> io.BufferedReader:
    """Buffer what is read, so that the first block can be looked at even in a pipe."""
    return io.BufferedReader(cast(io.RawIOBase, stream), BLOCK)


def _unzipped(reader: io.BufferedReader) -> io.BufferedReader:
    if reader.peek(len(_GZIP))[: len(_GZIP)] != _GZIP:
        return reader
    return _reader(gzip.GzipFile(fileobj=cast(BinaryIO, reader)))


def _unpacked(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except (gzip.BadGzipFile, EOFError, zlib.error) as problem:
        raise TrafficError(f"its gzip data is damaged ({problem}); save it again") from problem


def _numbers() -> Iterator[int]:
    number = 0
    while True:
        yield (number := number + 1)


def _megabytes() -> str:
    return f"{LARGEST // 2**20} MB"
