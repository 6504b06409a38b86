"""What form a file has, recognised from its first block; its name does not count."""

import re
from collections.abc import Iterator
from typing import Literal

from messages_conformance.errors import TrafficError

Form = Literal["sse", "json", "curl", "har", "cassette", "jsonl"]
"""An event stream, the body of one answer, what `curl -i` prints, a browser's recording,
vcrpy's recording, and exchanges as one JSON object a line."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_EVENT_FIELD = re.compile(rb"(?:event|data|id|retry)?:")
_INTERACTIONS = re.compile(rb"^interactions[ ]*:", re.MULTILINE)
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}\[\]:]', re.DOTALL)
"""A string, which the end of the block may cut off, or a mark of JSON's structure."""


def recognise(head: bytes) -> Form:
    """Say what form a file has by its first block.

    Raises:
        TrafficError: it has none of the forms.
    """
    form = sniff(head)
    if form:
        return form
    if not head.strip():
        raise TrafficError("is empty")
    if head.startswith(_UTF_16):
        raise TrafficError(
            "is UTF-16 text, as PowerShell's '>' writes; save it again as it came, "
            "with curl's --output for one"
        )
    raise TrafficError(
        "is neither an event stream, a JSON answer, output of 'curl -i', a HAR file, a vcrpy "
        "cassette nor JSON lines; if it is one of them, name it with --as"
    )


def sniff(head: bytes) -> Form | None:
    """The form, or None where it is not recognised."""
    text = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    if text.startswith(b"HTTP/"):
        return "curl"
    if text.startswith((b"{", b"[")):
        return _sniff_json(text)
    if _EVENT_FIELD.match(text):
        return "sse"
    return "cassette" if _INTERACTIONS.search(text) else None


def _sniff_json(text: bytes) -> Form:
    names = set(_names(text))
    if b"log" in names:
        return "har"
    if b"interactions" in names:
        return "cassette"
    # No answer of a Messages API has one of these at its top.
    return "jsonl" if names & {b"body", b"headers", b"request"} else "json"


def _names(text: bytes) -> Iterator[bytes]:
    """The names at the top of the first JSON value, as far as the block shows it."""
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
