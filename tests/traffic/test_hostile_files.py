"""Broken and hostile files: one sentence each, in little memory, and never a traceback."""

import gzip
import io
import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from messages_conformance.errors import TrafficError
from messages_conformance.lint.events import (
    CheckStarted,
    ClientsBreak,
    FileUnreadable,
    RuleBroken,
)
from messages_conformance.lint.linter import LintOptions, lint, lint_file
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.traffic import encoding
from messages_conformance.traffic.saved_file import SavedFile
from support import saved_files
from support.saved_files import BODY, EXCHANGES, STREAM

GOOD = saved_files.line(EXCHANGES[0])
DEEP = b"[" * 200_000
ENTRY = saved_files.har_entry(EXCHANGES[0])
YAML = saved_files.as_yaml(saved_files.interaction(body={"string": "x"}))

FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "unknown": (b"\x7fELF\x00", "name it with --as"),
    "HAR cut off": (saved_files.as_har()[:-200], "is not readable JSON"),
    "HAR nested deeply": (b'{"log": ' + DEEP, "is not readable JSON"),
    "HAR without entries": (b'{"log": {}}', "has no log.entries"),
    "HAR of a list": (b'{"log": []}', "has no log.entries"),
    "HAR with entries of another kind": (b'{"log": {"entries": "all"}}', "are not a list"),
    "HAR not in UTF-8": (b'{"log": "\xff"}', "is not readable JSON"),
    "HAR without a response": (
        saved_files.as_har([ENTRY, {**ENTRY, "response": {}}]),
        "entry 1: is not valid HAR 1.2 (KeyError('status'))",
    ),
    "HAR with a number for headers": (
        saved_files.as_har([{**ENTRY, "request": {**ENTRY["request"], "headers": 3}}]),
        "entry 0: is not valid HAR",
    ),
    "HAR with a broken address": (
        saved_files.as_har(
            [{**ENTRY, "request": {**ENTRY["request"], "url": "http://[::1/v1/messages"}}]
        ),
        "entry 0: is not valid HAR",
    ),
    "HAR with broken base64": (
        saved_files.as_har(
            [{**ENTRY, "response": {"status": 200, "content": {"text": "a", "encoding": "base64"}}}]
        ),
        "entry 0: is not valid HAR",
    ),
    "HAR with an infinite status": (
        saved_files.as_har([ENTRY]).replace(b'"status": 200', b'"status": 1e999'),
        "entry 0: is not valid HAR",
    ),
    "curl without headers": (b"HTTP/1.1 200 OK", "at byte 0: expected a status line"),
    "curl with a prompt": (b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "expected a status line"),
    "YAML that makes objects": (
        b"interactions:\n- !!python/object/apply:os.system [echo]\n",
        "(it holds the tag tag:yaml.org,2002:python/object/apply:os.system, which",
    ),
    "YAML with a merge key": (
        b"interactions:\n- &a {b: c}\n- <<: *a\n",
        "interaction 0: is not as vcrpy writes it",
    ),
    "YAML with an alias bomb": (
        b"interactions:\n- a: &a [x, x]\n  b: &b [*a, *a]\n  c: [*b, *b]\n",
        "interaction 0: is not as vcrpy writes it (it holds the alias *a, which no recording has)",
    ),
    "YAML with a long number of base 60": (
        b"interactions:\n- !!int 1" + b":1" * 500_000 + b"\n",
        "interaction 0: is not as vcrpy writes it (it holds a value of tag:yaml.org,2002:int that",
    ),
    "YAML that nests deeper than a parsed body": (
        b"interactions:\n- " + b"[" * 101 + b"]" * 101,
        "it nests deeper than any recording",
    ),
    "YAML of depths": (b"interactions: " + DEEP, "interaction 0: is not as vcrpy writes it"),
    "YAML cut off": (YAML[:40], "interaction 0: is not as vcrpy writes it"),
    "YAML of a list": (b"- 1\ninteractions: 2", "is not as vcrpy writes it"),
    "YAML with interactions of another kind": (b"interactions: 3\n", "a list of interactions"),
    "YAML with an impossible date": (b"interactions:\n- 2025-02-31\n", "is not as vcrpy writes it"),
    "YAML not in UTF-8": (b"interactions:\n- a: \xff\xfe\n", "is not as vcrpy writes it"),
    "YAML with too many values": (
        b"interactions:\n- [" + b"1," * 120_000 + b"]\n",
        "more values than any recording",
    ),
    "YAML with a list for a body": (
        saved_files.as_yaml(saved_files.interaction(body={"string": [1]})),
        "its body is a list, not a text",
    ),
    "YAML with an infinite status": (
        saved_files.as_yaml(saved_files.interaction(status={"code": float("inf")})),
        "interaction 0: is not as vcrpy writes it",
    ),
    "JSON cassette cut off": (b'{"interactions": [', "is not as vcrpy writes it"),
    "JSON cassette of nothing": (b'{"interactions": null}', "is not as vcrpy writes it"),
    "line cut off": (GOOD + GOOD[:-30], "line 2: is not readable JSON"),
    "line of depths": (GOOD + DEEP, "line 2: is not readable JSON"),
    "line not in UTF-8": (b'{"status": 200, "body": "\xff"}\n', "line 1: is not readable JSON"),
    "line of a list": (GOOD + b"[]\n", "line 2: is not a JSON object"),
    "line without a status": (b'{"body": ""}', "line 1: needs 'status', a number"),
    "line with a status of another kind": (b'{"status": true, "body": ""}', "needs 'status'"),
    "line with a parsed body": (b'{"status": 200, "body": {}}', "needs 'body', the text"),
    "line with listed headers": (b'{"status": 200, "body": "", "headers": [1]}', "needs 'headers'"),
    "line with a broken path": (
        saved_files.line(EXCHANGES[0], path="http://[::1/v1/messages"),
        "line 1: its 'path' is not a valid path",
    ),
    "damaged gzip": (gzip.compress(STREAM)[:50], "its gzip data is damaged"),
    "gzip of nothing": (b"\x1f\x8bnothing", "its gzip data is damaged"),
}


@pytest.mark.parametrize(("content", "said"), FILES.values(), ids=FILES)
def test_a_bad_file_is_reported_in_one_sentence(tmp_path: Path, content: bytes, said: str) -> None:
    path = saved_files.written(tmp_path, content)
    last = list(lint([str(path)], LintOptions()))[-1]
    assert isinstance(last, FileUnreadable)
    assert said in str(last)
    assert str(last).startswith(f"{path}: ")
    assert len(str(last)) < len(str(path)) + 400


def test_what_is_good_before_the_fault_is_judged(tmp_path: Path) -> None:
    path = saved_files.written(tmp_path, GOOD + GOOD + b"{")
    events = list(lint([str(path)], LintOptions()))
    assert sum(isinstance(event, CheckStarted) for event in events) == 2


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe{", DEEP, BODY[:-9], b"null", b'{"content": 1e999}', b"9" * 5000],
    ids=["not UTF-8", "deep", "cut", "null", "infinite", "large number"],
)
@pytest.mark.parametrize("form", ["json", "sse"])
def test_a_bad_answer_is_judged_not_unreadable(form: str, body: bytes) -> None:
    content = b"event: message_start\ndata: " + body + b"\n\n" if form == "sse" else body
    events = list(lint_file(saved_files.saved_file(content), LintOptions(form)))  # type: ignore[arg-type]
    assert not any(isinstance(event, FileUnreadable) for event in events)
    assert any(isinstance(event, CheckStarted) for event in events)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize("depth", [300, 900, 960, 990])
def test_a_request_of_depths_does_no_harm(status: int, depth: int) -> None:
    request = b'{"model": ' + b"[" * depth + b"]" * depth + b"}"
    line = b'{"status": %d, "body": "{}", "request": %s}' % (status, request)
    events = list(lint_file(saved_files.saved_file(line), LintOptions("jsonl")))
    assert isinstance(events[1], CheckStarted | FileUnreadable)


def test_a_length_of_many_digits_is_not_believed() -> None:
    content = b"HTTP/1.1 200 OK\r\ncontent-length: " + b"9" * 5000 + b"\r\n\r\n" + BODY
    (item,) = saved_files.read("curl", content)
    assert isinstance(item, Exchange)
    assert (item.body, item.ended) == (BODY, "complete")


class Endless(io.RawIOBase):
    """A file generated as it is read: its beginning, then one piece repeated."""

    def __init__(self, beginning: bytes, piece: bytes, length: int, end: bytes = b"") -> None:
        self._made = self._make(beginning, piece, length, end)
        self._rest = b""

    @staticmethod
    def _make(beginning: bytes, piece: bytes, length: int, end: bytes) -> Iterator[bytes]:
        yield beginning
        pieces = max(1, 65536 // len(piece))
        for _ in range(length // (len(piece) * pieces)):
            yield piece * pieces
        yield end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._made, None)
            if piece is None:
                return 0
            self._rest = piece
        taken = self._rest[: len(buffer)]
        self._rest = self._rest[len(taken) :]
        buffer[: len(taken)] = taken
        return len(taken)


def peak(raw: Endless, options: LintOptions) -> tuple[int, list[object]]:
    """The most memory that linting took, in bytes, and its events; of most only the type."""
    tracemalloc.start()
    try:
        file = SavedFile("made up", io.BufferedReader(raw, 65536))
        seen = lint_file(file, options)
        events: list[object] = [
            type(event) if isinstance(event, CheckStarted | RuleBroken | ClientsBreak) else event
            for event in seen
        ]
        return tracemalloc.get_traced_memory()[1], events
    finally:
        tracemalloc.stop()


def test_a_long_stream_takes_no_more_memory_than_a_short_one() -> None:
    first, *middle, _, _, _ = saved_files.events(["a word " * 100])
    delta = middle[1]
    end = b"".join([*saved_files.events([])][-3:])
    taken, events = peak(Endless(first + middle[0], delta, 8 * 2**20, end), LintOptions())
    assert CheckStarted in events
    assert taken < 3 * 2**20


def test_many_lines_take_no_more_memory_than_a_few() -> None:
    taken, events = peak(Endless(GOOD, GOOD, 2**20), LintOptions())
    assert events.count(CheckStarted) > 500
    assert taken < 3 * 2**20


def test_many_interactions_take_no_more_memory_than_a_few() -> None:
    one = YAML[YAML.index(b"- ") : YAML.index(b"version")]
    taken, events = peak(Endless(b"interactions:\n", one, 2**16), LintOptions())
    assert events.count(CheckStarted) > 200
    assert taken < 3 * 2**20


@pytest.mark.parametrize(
    ("beginning", "said"),
    [
        (b'{"status": 200, "body": "', "line 1: is longer than 1 MB"),
        (b'{"content": "', "is larger than 1 MB"),
        (b'{"log": "', "is larger than 1 MB"),
        (b"HTTP/1.1 200 OK\r\n\r\n", "is larger than 1 MB"),
        (b'interactions:\n- "', "interaction 0: is larger than 1 MB"),
        (b'a: "\ninteractions: ', "interaction 0: is larger than 1 MB"),
    ],
)
def test_what_does_not_end_is_given_up(
    monkeypatch: pytest.MonkeyPatch, beginning: bytes, said: str
) -> None:
    for module in ("saved_file", "readers.cassette"):
        monkeypatch.setattr(f"messages_conformance.traffic.{module}.LARGEST", 2**20)
    _, events = peak(Endless(beginning, b"x" * 64, 2**40), LintOptions())
    assert said in str(events[-1])


def test_a_body_that_decompresses_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "LARGEST", 2**20)
    body = {"string": gzip.compress(bytes(2**20 + 1))}
    recorded = saved_files.interaction(body=body, headers={"content-encoding": "gzip"})
    with pytest.raises(
        TrafficError, match="interaction 0: a decompressed body is larger than 1 MB"
    ):
        saved_files.read("cassette", saved_files.as_yaml(recorded))


def test_a_request_of_any_kind_does_not_spoil_its_answer() -> None:
    for body in ("not JSON", "[1]", "[" * 100_000, "sha256:ab, 3 bytes", None, 7):
        recorded = saved_files.interaction(body={"string": json.dumps(saved_files.MESSAGE)})
        recorded["request"]["body"] = body
        assert len(saved_files.read("cassette", saved_files.as_yaml(recorded))) == 1


def test_what_never_ends_is_not_read(tmp_path: Path) -> None:
    fifo = tmp_path / "x.yaml"
    os.mkfifo(fifo)
    for name in (str(fifo), "/dev/zero"):
        (event,) = lint([name], LintOptions())
        assert "a FIFO, a device or a socket; copy its content into a file" in str(event)


def test_a_file_that_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(gzip.compress(b"[" + b"{}," * 21_000_000))
    tracemalloc.start()
    try:
        (event,) = (e for e in lint([str(path)], LintOptions()) if isinstance(e, FileUnreadable))
        assert "unpacks to more than 200 times its size" in str(event)
        assert tracemalloc.get_traced_memory()[1] < 100 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_too_many_objects_in_one_piece_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(b'{"log": {"entries": [' + b"{}," * 600_000)
    events = list(lint([str(path)], LintOptions()))
    assert "more than 1,000,000 lines, lists, objects and items" in str(events[-1])


def test_a_lone_surrogate_in_a_request_is_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    request = {"messages": [{"role": "user", "content": "\ud800"}]}
    line = {"status": 200, "body": BODY.decode(), "path": "/v1/messages", "request": request}
    path.write_text(json.dumps(line))
    events = list(lint([str(path)], LintOptions()))
    assert not any(isinstance(event, FileUnreadable) for event in events)


@pytest.mark.parametrize("status", ["1" + "0" * 5000, "1" + "0" * 4000, "-200", "1000", "99"])
def test_a_status_has_three_digits(tmp_path: Path, status: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f'{{"status": {status}, "body": ""}}\n')
    events = list(lint([str(path)], LintOptions()))
    assert isinstance(events[-1], FileUnreadable)
    assert len(str(events[-1])) < 400
