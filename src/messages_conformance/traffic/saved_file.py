"""An open file of saved traffic, decompressed if it is gzip: read in pieces, lines or whole."""

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from messages_conformance.errors import TrafficError
from messages_conformance.files import open_file
from messages_conformance.protocol.exchange import count_parts

BLOCK = 64 * 1024
"""Bytes read at a time, and the bytes that a format is detected from."""
LARGEST = 64 * 1024 * 1024
"""Bytes of the longest line or exchange, and of the largest file that is read whole.

Twice what the original API accepts as a request; an event stream may be of any length.
"""
UNZIPPED = 8 * 1024 * 1024
"""Bytes that anything may unpack to."""
MOST_UNZIPPED = 200
"""How many times its size it may unpack to beyond that: saved traffic shrinks to a tenth."""
MOST_PARTS = 1_000_000
"""Lines, lists, objects and items of the largest line, exchange or file that is read whole."""
STANDARD_INPUT = "-"

_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class SavedFile:
    """An open file and the name it was given by; it can be read once."""

    name: str
    stream: io.BufferedReader

    def head(self) -> bytes:
        """The first block, or less if the file is shorter; it is not consumed."""
        return _decompressing(lambda: self.stream.peek(BLOCK))

    def read(self, size: int = BLOCK) -> bytes:
        """The next bytes; none at the end."""
        return _decompressing(lambda: self.stream.read(size))

    def pieces(self) -> Iterator[bytes]:
        """The rest of the file, a block at a time."""
        return iter(self.read, b"")

    def lines(self) -> Iterator[bytes]:
        """The rest of the file, a line at a time, with line ends.

        Raises:
            TrafficError: a line is too long.
        """
        for number in _numbers():
            line = _decompressing(lambda: self.stream.readline(LARGEST + 1))
            if not line:
                return
            if len(line) > LARGEST:
                raise TrafficError(f"line {number}: is longer than {_megabytes()}")
            check_parts(line)
            yield line

    def whole(self) -> bytes:
        """The rest of the file.

        Raises:
            TrafficError: it is too large.
        """
        content = self.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise TrafficError(
                f"is larger than {_megabytes()}, which only event streams, YAML cassettes and JSON "
                "lines may be; split it"
            )
        check_parts(content)
        return content


@contextmanager
def open_saved_file(name: str) -> Iterator[SavedFile]:
    """Open a file, or standard input for ``-``; gzip is detected by its first bytes."""
    if name == STANDARD_INPUT:
        reader = _reader(sys.stdin.buffer)
        try:
            yield SavedFile("standard input", _unzipped(reader))
        finally:
            # A reader that is dropped would close standard input.
            reader.detach()
    else:
        with open_file(Path(name)) as file:
            yield SavedFile(name, _unzipped(_reader(file)))


def _reader(stream: object) -> io.BufferedReader:
    """Buffer what is read, so that the first block can be peeked at even in a pipe."""
    return io.BufferedReader(cast(io.RawIOBase, stream), BLOCK)


def _unzipped(reader: io.BufferedReader) -> io.BufferedReader:
    if reader.peek(len(_GZIP))[: len(_GZIP)] != _GZIP:
        return reader
    zipped = _Counted(reader)
    unzipped = gzip.GzipFile(fileobj=cast(BinaryIO, zipped))
    return _reader(_Unzipped(unzipped, zipped))


class _Counted:
    """A reader, and how much was read of it."""

    def __init__(self, reader: io.BufferedReader) -> None:
        self._reader = reader
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        data = self._reader.read(size)
        self.size += len(data)
        return data


class _Unzipped(io.RawIOBase):
    """What a file unpacks to, until that is too much for its size."""

    def __init__(self, unzipped: gzip.GzipFile, zipped: _Counted) -> None:
        self._unzipped, self._zipped = unzipped, zipped
        self._size = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._unzipped.read(min(len(buffer), BLOCK))
        self._size += len(data)
        check_unzipped(self._size, self._zipped.size)
        buffer[: len(data)] = data
        return len(data)


def check_unzipped(size: int, zipped: int) -> None:
    """Refuse what unpacks to too much.

    Raises:
        TrafficError: the sizes, in bytes, are those of no saved traffic.
    """
    if size > max(UNZIPPED, MOST_UNZIPPED * zipped):
        raise TrafficError(
            f"unpacks to more than {MOST_UNZIPPED} times its size, which no saved traffic does; "
            "unpack it yourself if you trust it"
        )


def check_parts(content: bytes) -> None:
    """Refuse JSON that takes far more memory than bytes: every part is an object.

    Raises:
        TrafficError: there are too many.
    """
    # What has fewer bytes needs no counting; most lines of a log do.
    if len(content) > MOST_PARTS and count_parts(content) > MOST_PARTS:
        raise TrafficError(
            f"has more than {MOST_PARTS:,} lines, lists, objects and items in one piece; split it"
        )


def _decompressing(read: Callable[[], bytes]) -> bytes:
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
