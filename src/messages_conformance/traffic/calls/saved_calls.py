"""Opens a file of saved traffic, whatever wrote it, and gives the calls it holds, one by one."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from messages_conformance.errors import TrafficError
from messages_conformance.protocol.accumulate import accumulate
from messages_conformance.protocol.sse import Event
from messages_conformance.traffic.calls import (
    claude_code,
    debug_lines,
    flows,
    whole_exchanges,
)
from messages_conformance.traffic.calls.call import ANSWER_ALONE, Call, NotRead, Record
from messages_conformance.traffic.calls.records import read_record, shape_of
from messages_conformance.traffic.calls.whole_exchanges import MALFORMED
from messages_conformance.traffic.detect_format import EVENT_TYPES, detect_format, guess_format
from messages_conformance.traffic.items import saved_event
from messages_conformance.traffic.saved_file import SavedFile, open_saved_file

SUFFIXES: Final = frozenset(
    {
        ".json",
        ".jsonl",
        ".ndjson",
        ".har",
        ".yaml",
        ".yml",
        ".txt",
        ".sse",
        ".log",
        ".gz",
        ".mitm",
        ".flow",
    }
)
"""Of files in a folder that may hold traffic."""
_MARK: Final = b"\xef\xbb\xbf"
"""That a text is UTF-8."""
_LONGEST_STREAM: Final = 200_000
"""Events of one stream that are merged."""


class OpenCalls(NamedTuple):
    """What a file is, and its records."""

    format: str
    records: Iterator[Record]


@contextmanager
def read_calls(name: str) -> Iterator[OpenCalls]:
    """Open a file, or standard input for ``-``, and give its format and records, once.

    Records that cannot be read are given as such. What ends a file early is its last record.

    Raises:
        TrafficError: the file has no format that holds traffic.
        OSError: it cannot be opened.
    """
    with open_saved_file(name) as file:
        format, read = _reader(file)
        yield OpenCalls(format, _to_its_end(read(file)))


def _to_its_end(records: Iterator[Record]) -> Iterator[Record]:
    number = 0
    try:
        for record in records:
            number += 1
            yield record
    except TrafficError as problem:
        if number == 0:
            raise
        yield NotRead("the rest", f"of which the rest was not read, as it {problem}", damaged=True)


def _reader(file: SavedFile) -> tuple[str, Callable[[SavedFile], Iterator[Record]]]:
    head = file.head()
    text = head.removeprefix(_MARK).lstrip()
    for format, is_it, read in _OF_TOOLS:
        if is_it(head):
            return format, read
    match guess_format(head):
        case "har":
            return "HAR", whole_exchanges.read_har
        case "cassette":
            return "vcrpy cassette", whole_exchanges.read_cassette
        case "curl":
            return "output of curl -i", whole_exchanges.read_curl
        case "sse":
            return "event stream", whole_exchanges.read_answer
        case _ if text.startswith((b"{", b"[")):
            first = _first_line(head)
            if first is None:
                return "JSON", _read_document
            shape = shape_of(first)
            if claude_code.is_line(first):
                return "Claude Code transcript", _read_lines
            return f"JSON lines ({shape.name if shape else 'mixed'})", _read_lines
        case _:
            detect_format(head, "'app scan --help' names the other formats that are read")
            raise TrafficError("holds no traffic that is known")


_OF_TOOLS: Final[
    tuple[tuple[str, Callable[[bytes], object], Callable[[SavedFile], Iterator[Record]]], ...]
] = (
    ("mitmproxy flows", re.compile(rb"\d{1,12}:\d{1,2}:\w").match, flows.read_flows),
    (
        "cassette of VCR for Ruby",
        re.compile(rb"^http_interactions *:", re.MULTILINE).search,
        whole_exchanges.read_cassette,
    ),
    ("debug log of the SDK", lambda head: debug_lines.PYTHON in head, debug_lines.read_python),
    ("debug log of the SDK", debug_lines.JAVASCRIPT.search, debug_lines.read_javascript),
)
"""Formats of other tools that `lint` does not read: how each is recognised, and its reader."""


def _first_line(head: bytes) -> Mapping[str, Any] | None:
    """The first line, if it is a JSON object by itself, or cut off by the end of the block."""
    line, end, _ = head.removeprefix(_MARK).lstrip().partition(b"\n")
    if not end and line.startswith(b"{") and line.rstrip()[-1:] != b"}":
        return {}  # Longer than the block, so it is no document that a person laid out.
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _read_document(file: SavedFile) -> Iterator[Record]:
    """A file that is one JSON value: a record, or a list of records or events."""
    content = file.whole()
    try:
        value = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise TrafficError(f"is not readable JSON ({problem}); save it again") from problem
    yield from _Lines().read_all(value if isinstance(value, list) else [value], "record")


def _read_lines(file: SavedFile) -> Iterator[Record]:
    lines = _Lines()
    for number, line in enumerate(file.lines(), 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            value = json.loads(line.removeprefix(_MARK).decode())
        except (ValueError, RecursionError):
            yield NotRead(place, "that are no JSON", damaged=True)
            continue
        yield from lines.read(place, value)
    yield from lines.end()


class _Lines:
    """Reads records that may belong together: events of a stream, lines of a transcript."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._begun = ""
        self._transcript = claude_code.Transcript()

    def read_all(self, values: list[Any], noun: str) -> Iterator[Record]:
        """All records of a list."""
        for number, value in enumerate(values):
            yield from self.read(f"{noun} {number}", value)
        yield from self.end()

    def read(self, place: str, value: Any) -> Iterator[Record]:
        """The calls that a record completes."""
        if _type_of(value) in EVENT_TYPES and "body" not in value:
            if value["type"] == "message_start":
                yield from self.end()
                self._begun = place
            if len(self._events) < _LONGEST_STREAM:
                self._events.append(saved_event(value, len(self._events), 0))
        elif isinstance(value, dict) and claude_code.is_line(value):
            try:
                yield from self._transcript.read(place, value)
            except (*MALFORMED, RecursionError) as problem:
                why = f"not as Claude Code writes them ({type(problem).__name__})"
                yield NotRead(place, why, damaged=True)
        else:
            yield from self.end()
            yield from read_record(place, value)

    def end(self) -> Iterator[Record]:
        """The stream that was read, if any."""
        if self._events:
            message = accumulate(tuple(self._events))
            self._events = []
            if isinstance(message, dict):
                yield Call(self._begun, None, status=200, answer=message, hides=ANSWER_ALONE)
            else:
                yield NotRead(self._begun, "without a readable answer", damaged=True)


def traffic_files(folder: Path) -> list[Path]:
    """The files below a folder that may hold traffic, in order."""
    return sorted(path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())


def _type_of(value: Any) -> str:
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) else ""
