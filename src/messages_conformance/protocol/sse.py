"""Server-sent events: parses bytes to events, however the bytes are cut.

Follows the event-stream rules of the WHATWG HTML standard (section 9.2.6): lines end in
LF, CR or CRLF, one space after the colon is dropped, comment lines are skipped, several
``data`` lines join with LF, a leading byte order mark is dropped, and an event that no
blank line closes is never dispatched.

Time is linear in the bytes; memory is bounded by the largest event that is kept.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from messages_conformance.protocol.json_text import loads

LARGEST = 16 * 1024 * 1024
"""Bytes of an event that are kept; of a larger one only `Quirk.TOO_LARGE` remains."""

_SLICE: Final = 1 << 16
"""Bytes parsed at a time, so that a large piece is not doubled in memory."""
_NAME: Final = "event: "
_BEFORE_NAME: Final = len(_NAME)
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class Quirk(Enum):
    """What is unusual about the bytes of an event, and may break a reader."""

    UNNAMED = "no `event:` line"
    NO_DATA = "no `data:` line"
    RUN_TOGETHER = "two `event:` lines and no blank line between them"
    UNFINISHED = "no blank line after it"
    NOT_UTF8 = "bytes that are not UTF-8"
    BYTE_ORDER_MARK = "a byte order mark before it"
    TOO_LARGE = "more bytes than are kept"


NO_QUIRKS: Final[frozenset[Quirk]] = frozenset()
_UNDISPATCHED: Final = frozenset({Quirk.NO_DATA, Quirk.UNFINISHED, Quirk.TOO_LARGE})


class _Json:
    """A cached property without the lock of `functools.cached_property`, which takes longer."""

    def __get__(self, event: "Event | None", owner: type) -> Any:
        if event is None:
            return self
        try:
            value = loads(event.data)
        except ValueError:
            value = None
        if not isinstance(value, dict):
            value = None
        event.__dict__["json"] = value
        return value


@dataclass(frozen=True, init=False)
class Event:
    """One event; ``name`` is empty when the stream gave none."""

    name: str
    data: str
    number: int = field(default=0, compare=False)
    """Which event of the stream it is, from 0."""
    offset: int = field(default=0, compare=False)
    """Where in the stream its first line begins, in bytes."""
    quirks: frozenset[Quirk] = field(default=NO_QUIRKS, compare=False)

    if TYPE_CHECKING:

        @property
        def json(self) -> dict[str, Any] | None:
            """The data as a JSON object, or None if it is not one."""
    else:
        json = _Json()

    def __init__(
        self,
        name: str,
        data: str,
        number: int = 0,
        offset: int = 0,
        quirks: frozenset[Quirk] = NO_QUIRKS,
    ) -> None:
        # The constructor of a frozen dataclass takes three times as long.
        held = self.__dict__
        held["name"] = name
        held["data"] = data
        held["number"] = number
        held["offset"] = offset
        held["quirks"] = quirks

    @property
    def type(self) -> str:
        """The `type` in the data, or else the event's name."""
        stated = (self.json or {}).get("type")
        return stated if isinstance(stated, str) else self.name

    @property
    def dispatched(self) -> bool:
        """Whether a reader that follows the standard delivers it."""
        return self.quirks.isdisjoint(_UNDISPATCHED)


def _plain(piece: bytes) -> str | None:
    """The text of a piece whose lines all end in LF; None if it is not."""
    try:
        return None if b"\r" in piece else piece.decode()
    except UnicodeDecodeError:
        return None


def _size(text: str) -> int:
    """The bytes of a text."""
    return len(text) if text.isascii() else len(text.encode())


Skim = Callable[[list[str], int], int]
"""What may take events whose lines it knows, so that they are not parsed: from the lines of some
events, each without its blank line, and the first that is asked for, to how many it takes."""


class Parser:
    """Parses one stream piece by piece; `close` it after the last."""

    def __init__(self, largest: int = LARGEST, skim: Skim | None = None) -> None:
        """Begin a stream; ``largest`` is how many bytes of an event are kept.

        ``skim`` is asked before an event is parsed. What it takes is counted, and not yielded.
        """
        self._largest = largest
        self._skim = skim if largest > _SLICE else None
        self._number = 0
        self._read = 0
        """bytes before the current line"""
        self._after_cr = False
        self._line: list[bytes] = []
        """the pieces of a line that has not ended yet"""
        self._line_size = 0
        self._begin()

    def feed(self, piece: bytes) -> Iterator[Event]:
        """Yield the events that a piece completes, also those that no reader delivers."""
        for begin in range(0, len(piece), _SLICE):
            yield from self._events(piece[begin : begin + _SLICE])

    def close(self) -> Iterator[Event]:
        """Yield the last event if it is unfinished."""
        if self._line_size:
            line = self._whole_line(b"")
            self._take(line if self._read else self._unmarked(line))
        if self._started and (self._data or self._name or self._kept > self._largest):
            self._quirks.add(Quirk.UNFINISHED)
            yield self._event()

    def _begin(self) -> None:
        self._offset = 0
        self._started = False
        self._name = ""
        self._named = False
        self._data: list[str] = []
        self._kept = 0
        self._quirks: set[Quirk] = set()

    def _events(self, piece: bytes) -> Iterator[Event]:
        """Yield the events that a small piece completes."""
        begin = 0
        if self._started or self._line_size or self._after_cr:
            blank = piece.find(b"\n\n")
            begin = len(piece) if blank < 0 else blank + 2
            yield from self._lines(piece[:begin])
        blank = piece.rfind(b"\n\n", begin)
        if blank >= 0:
            yield from self._whole_events(piece[begin:blank])
            begin = blank + 2
        if begin < len(piece):
            yield from self._lines(piece[begin:])

    def _whole_events(self, piece: bytes) -> Iterator[Event]:
        """Yield the events of a piece without its last blank line, the usual ones by a short way.

        A usual one is its name, its data and nothing else.
        """
        text = _plain(piece)
        if text is None:
            yield from self._lines(piece + b"\n\n")
            return
        events, at, skim = text.split("\n\n"), 0, self._skim
        size_of = len if len(text) == len(piece) else _size
        while at < len(events):
            taken = skim(events, at) if skim else 0
            if taken:
                self._number += taken
                self._read += size_of("\n\n".join(events[at : at + taken])) + 2
                at += taken
                continue
            lines = events[at]
            at += 1
            name, _, data = lines.partition("\ndata: ")
            size = size_of(lines)
            kind = name[_BEFORE_NAME:]
            if (
                kind
                and data
                and name.startswith(_NAME)
                and lines.count("\n") == 1
                and size <= self._largest
            ):
                yield Event(kind, data, self._number, self._read)
                self._number += 1
                self._read += size + 2
            else:
                yield from self._lines(f"{lines}\n\n".encode())

    def _lines(self, piece: bytes) -> Iterator[Event]:
        if self._after_cr and piece.startswith(b"\n"):
            # The rest of a CRLF whose two bytes came in different pieces.
            self._read += 1
            piece = piece[1:]
        self._after_cr = piece.endswith(b"\r")
        for line in piece.splitlines(keepends=True):
            size = len(line)
            text = line.rstrip(b"\r\n")
            if len(text) == size:
                self._hold(line)
                return
            size += self._line_size
            if self._line_size or (text and len(text) + self._kept > self._largest):
                text = self._whole_line(text)
            if self._read == 0:
                text = self._unmarked(text)
            if text:
                self._take(text)
            elif self._started:
                if self._data or self._named or self._kept > self._largest:
                    yield self._event()
                else:
                    self._begin()
            self._read += size

    def _hold(self, part: bytes) -> None:
        """Keep a part of a line until the rest comes, unless the event gets too large."""
        self._line_size += len(part)
        if self._line_size + self._kept > self._largest:
            self._line.clear()
        else:
            self._line.append(part)

    def _whole_line(self, end: bytes) -> bytes:
        """Join the parts of a line; one that is too long becomes a comment in a too large event."""
        if self._line_size + len(end) + self._kept > self._largest:
            self._kept = self._largest + 1
            self._data.clear()
            whole = b":"
        else:
            whole = b"".join((*self._line, end))
        self._line.clear()
        self._line_size = 0
        return whole

    def _unmarked(self, line: bytes) -> bytes:
        """The first line of a stream, without a byte order mark."""
        if line.startswith(_BYTE_ORDER_MARK):
            self._quirks.add(Quirk.BYTE_ORDER_MARK)
        return line.removeprefix(_BYTE_ORDER_MARK)

    def _take(self, line: bytes) -> None:
        """Add a line that is not blank to the current event."""
        if not self._started:
            self._started = True
            self._offset = self._read
        if line.startswith(b"data:"):
            name, value = b"data", line[5:]
        else:
            name, _, value = line.partition(b":")
            if name not in (b"data", b"event"):
                return
        self._kept += len(line)
        try:
            text = value.decode()
        except UnicodeDecodeError:
            text = value.decode(errors="replace")
            self._quirks.add(Quirk.NOT_UTF8)
        text = text.removeprefix(" ")
        if name == b"data":
            self._data.append(text)
            return
        if self._named:
            self._quirks.add(Quirk.RUN_TOGETHER)
        self._name, self._named = text, True

    def _event(self) -> Event:
        quirks, data = self._quirks, self._data
        if not self._name:
            quirks.add(Quirk.UNNAMED)
        if self._kept > self._largest:
            quirks.add(Quirk.TOO_LARGE)
        elif not data:
            quirks.add(Quirk.NO_DATA)
        event = Event(
            self._name,
            data[0] if len(data) == 1 else "\n".join(data),
            self._number,
            self._offset,
            frozenset(quirks) if quirks else NO_QUIRKS,
        )
        if data or self._kept > self._largest:
            self._number += 1
        self._begin()
        return event


def parse(body: bytes) -> tuple[Event, ...]:
    """Parse the events of a whole body; bytes that are not UTF-8 are replaced."""
    parser = Parser(largest=max(LARGEST, len(body)))
    return tuple(event for event in parser.feed(body) if event.dispatched)
