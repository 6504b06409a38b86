"""The form of a file is known by its first block."""

import json

import pytest

from messages_conformance.errors import TrafficError
from messages_conformance.traffic.detect_format import recognise, sniff
from messages_conformance.traffic.source import BLOCK
from support import saved_files

LONG = json.dumps({"request": {"text": 'a "quoted" \\ } ' * BLOCK}}).encode()
TABLE: list[tuple[bytes, str | None]] = [
    (saved_files.STREAM, "sse"),
    (b"\xef\xbb\xbf\n: hello\n\n", "sse"),
    (b"data:{}\n\n", "sse"),
    (b"retry: 3\n", "sse"),
    (saved_files.BODY, "json"),
    (b'\n {\n  "type": "error"', "json"),
    (b'{"status": 500, "error": "Internal Server Error", "path": "/v1/messages"}', "json"),
    (b'{"content": [{"headers": {}, "log": 1, "text": "\\"body\\": {"}]', "json"),
    (b'{"id": "a"}\n{"body": "b"}', "json"),
    (b"[1]", "json"),
    (b"{", "json"),
    (saved_files.as_curl(), "curl"),
    (b"HTTP/1.1 100 Continue\r\n\r\n", "curl"),
    (saved_files.as_har(), "har"),
    (b'{"log":{"version":"1.2","entries":[', "har"),
    (saved_files.as_vcrpy(), "cassette"),
    (b"version: 1\nmetadata:\n  target: x\ninteractions:\n- request:", "cassette"),
    (b"# a comment\n---\ninteractions: []", "cassette"),
    (b'{"version": 1, "interactions": []}', "cassette"),
    (saved_files.as_jsonl(), "jsonl"),
    (b'{"status": 200, "body": "x', "jsonl"),
    (LONG[:BLOCK], "jsonl"),
    (LONG[: LONG.index(b"\\") + 1], "jsonl"),
    (b"", None),
    (b" \n\n", None),
    (b"<!doctype html><title>502</title>", None),
    (b"Hello, interactions: none", None),
    ("data: x".encode("utf-16"), None),
    (b"\x00\xff\x80", None),
]


@pytest.mark.parametrize(("head", "form"), TABLE, ids=range(len(TABLE)))
def test_a_form_is_recognised_by_its_beginning(head: bytes, form: str | None) -> None:
    assert sniff(head) == form


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b" \n", "is empty"),
        ("data: x".encode("utf-16"), "UTF-16"),
        (b"<!doctype html>", "--as"),
    ],
)
def test_what_is_not_recognised_is_told_with_the_remedy(head: bytes, said: str) -> None:
    with pytest.raises(TrafficError, match=said):
        recognise(head)
