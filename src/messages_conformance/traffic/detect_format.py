"""Detects the format of a file from its first block, whatever its name is."""

import re
from collections.abc import Iterator
from typing import Literal

from messages_conformance.errors import TrafficError

FileFormat = Literal["sse", "json", "curl", "har", "cassette", "jsonl"]
"""An event stream, the body of one answer, the output of `curl -i`, a HAR file, a cassette of
vcrpy, or one JSON object a line."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_EVENT_FIELD = re.compile(rb"(?:event|data|id|retry)?:")
_INTERACTIONS = re.compile(rb"^interactions[ ]*:", re.MULTILINE)
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}\[\]:]', re.DOTALL)
"""A string, which the end of the block may cut off, or a structural character of JSON."""


def detect_format(head: bytes) -> FileFormat:
    """The format of a file, by its first block.

    Raises:
        TrafficError: it has none of the formats.
    """
    format = guess_format(head)
    if format:
        return format
    if not head.strip():
        raise TrafficError("is empty")
    if head.startswith(_UTF_16):
        raise TrafficError(
            "is UTF-16 text, as PowerShell's '>' writes it; save the bytes as they are, "
            "for example with curl's --output"
        )
    raise TrafficError(
        "is neither an event stream, a JSON answer, output of 'curl -i', a HAR file, a vcrpy "
        "cassette nor JSON lines; if it is one of them, name it with --as"
    )


def guess_format(head: bytes) -> FileFormat | None:
    """The format, or None if it is none of them."""
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if text.startswith(b"HTTP/"):
        return "curl"
    if text.startswith((b"{", b"[")):
        return _guess_json(text)
    if _EVENT_FIELD.match(text):
        return "sse"
    return "cassette" if _INTERACTIONS.search(text) else None


def _guess_json(text: bytes) -> FileFormat:
    names = set(_names(text))
    if b"log" in names:
        return "har"
    if b"interactions" in names:
        return "cassette"
    # No answer of a Messages API has one of these keys.
    return "jsonl" if names & {b"body", b"headers", b"request"} else "json"


def _names(text: bytes) -> Iterator[bytes]:
    """The keys of the first JSON object, as far as the block has it."""
    depth, last = 0, b""
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in (b"{", b"["):
            depth += 1
        elif token in (b"}", b"]"):
            depth -= 1
            if depth == 0:
                return
        elif token == b":" and depth == 1:
            yield last.strip(b'"')
        last = token
