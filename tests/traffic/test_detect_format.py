"""The format of a file is detected from its first block."""

import json

import pytest

from messages_conformance.errors import TrafficError
from messages_conformance.traffic.detect_format import detect_format, guess_format
from messages_conformance.traffic.saved_file import BLOCK
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
    (b'{"id": "a"}\n{"body": "b"}', None),
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
    (b'{"type": "message_start", "message": {}}\n{"type": "ping"}', "jsonl"),
    (b'{"type": "ping"}', "jsonl"),
    (b'{"type": "message", "id": "a"}\n{"type": "message"}', "jsonl"),
    (b'{"type": "message", "id": "a"}\n', "json"),
    (b'{"type": "error", "error": {"type": "ping"}}\n', "json"),
    (b'{"id": 1, "type": 2, "ping": {}}', "json"),
    (b'[{"type": "message_start", "message": {}}]', "json"),
    (b'[{"error": {"code": 400}}]', "json"),
    (b'{"completion": "Hi."}', "json"),
    (b'{"request": {}, "response": {"type": "message"}}', None),
    (b'{\n  "request": {},\n  "response": {"type": "message"}\n}', None),
    (b'{"id": "1", "inputs": {}, "outputs": {}}', None),
    (b'{"recordings": [{"body": "{}"}]}', None),
    (b'{"info": {"name": "a"}, "item": [{"response": []}]}', None),
    (b'[{"status": "COMPLETE", "protocolVersion": "HTTP/2", "scheme": "h", "host": "a"}]', None),
    (b'{"http_interactions": []}', None),
    (b"---\nhttp_interactions:\n- request: {}\n", None),
    (b"<?xml version='1.0'?><charles-session>", None),
    (b"", None),
    (b" \n\n", None),
    (b"<!doctype html><title>502</title>", None),
    (b"Hello, interactions: none", None),
    ("data: x".encode("utf-16"), None),
    (b"\x00\xff\x80", None),
]


@pytest.mark.parametrize(("head", "format"), TABLE, ids=range(len(TABLE)))
def test_a_format_is_detected_from_the_first_block(head: bytes, format: str | None) -> None:
    assert guess_format(head) == format


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b" \n", "is empty"),
        ("data: x".encode("utf-16"), "UTF-16"),
        (b"<!doctype html>", "--as"),
        (b'{"recordings": []}', "is JSON, but neither"),
        (b'{"info": {}, "item": []}', "is a Postman collection"),
        (b'[{"protocolVersion": "HTTP/2", "scheme": "h", "host": "a"}]', "is a Charles session"),
        (b"<?xml version='1.0'?><charles-session>", "is a Charles session"),
        (b"---\nhttp_interactions:\n", "VCR for Ruby"),
        (b"3301:9:websocket;0:~", "mitmproxy"),
        (b"PK\x03\x04", "unpack it"),
    ],
)
def test_an_unknown_format_is_reported_with_the_remedy(head: bytes, said: str) -> None:
    with pytest.raises(TrafficError, match=said):
        detect_format(head)
