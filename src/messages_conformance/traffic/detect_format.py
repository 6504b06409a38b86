"""Detects the format of a file from its first block, whatever its name is."""

import re
from typing import Literal

from messages_conformance.errors import TrafficError
from messages_conformance.traffic.other_tools import (
    OtherTool,
    may_be_answer,
    tool_of_bytes,
    tool_of_keys,
)

FileFormat = Literal["sse", "json", "curl", "har", "cassette", "jsonl"]
"""An event stream, the body of one answer, the output of `curl -i`, a HAR file, a cassette of
vcrpy, or one JSON object a line: an exchange, an answer or an event."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_EVENT_FIELD = re.compile(rb"(?:event|data|id|retry)?:")
_INTERACTIONS = re.compile(rb"^interactions[ ]*:", re.MULTILINE)
_TOKEN = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)|[{}\[\]:]', re.DOTALL)
"""A string, which the end of the block may cut off, or a structural character of JSON."""


EVENT_TYPES = frozenset(
    (
        *("message_start", "content_block_start", "content_block_delta", "content_block_stop"),
        *("message_delta", "message_stop", "ping"),
    )
)
"""The types of the events of a stream; an error may also be an answer by itself."""


def detect_format(
    head: bytes, advice: str = "if it is one of them, name it with --as"
) -> FileFormat:
    """The format of a file, by its first block; ``advice`` is what to do where it has none.

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
    tool = _other_tool(head)
    if tool:
        raise TrafficError(f"is {tool.what}, which is not read; {tool.instead}")
    if _is_json(head) and _are_several(_stripped(head)):
        raise TrafficError(
            "is JSON lines, but the first is neither an exchange, an answer of a Messages API nor "
            "an event; if it is one of them, name it with --as"
        )
    if _is_json(head):
        raise TrafficError(
            "is JSON, but neither an answer of a Messages API, a HAR file, a vcrpy cassette nor "
            f"JSON lines; {advice}"
        )
    raise TrafficError(
        "is neither an event stream, a JSON answer, output of 'curl -i', a HAR file, a vcrpy "
        f"cassette nor JSON lines; {advice}"
    )


def guess_format(head: bytes) -> FileFormat | None:
    """The format, or None if it is none of them."""
    text = _stripped(head)
    if text.startswith(b"HTTP/"):
        return "curl"
    if _is_json(head):
        return _guess_json(text)
    if _EVENT_FIELD.match(head.removeprefix(_BYTE_ORDER_MARK).lstrip(b"\r\n")):
        return "sse"
    return "cassette" if _INTERACTIONS.search(text) else None


def _stripped(head: bytes) -> bytes:
    return head.removeprefix(_BYTE_ORDER_MARK).lstrip()


_JSON = re.compile(rb'\{\s*(?:["}]|\Z)|\[\s*(?:[\[{"\]]|\Z|-?\d[\d.eE+-]*\s*[,\]]|true|false|null)')
"""How an object or an array begins; a log may begin with a bracket too."""


def _is_json(head: bytes) -> bool:
    return bool(_JSON.match(_stripped(head)))


def _are_several(text: bytes) -> bool:
    """Whether several JSON objects follow one another."""
    end = _fields(text)[1]
    return text.startswith(b"{") and bool(end) and text[end:].lstrip().startswith(b"{")


def _other_tool(head: bytes) -> OtherTool | None:
    if not _is_json(head):
        return tool_of_bytes(head)
    return tool_of_keys(_fields(_stripped(head))[0])


def _guess_json(text: bytes) -> FileFormat | None:
    fields, end = _fields(text)
    if fields.keys() == {"event", "data"} and fields["event"] in EVENT_TYPES:
        return "jsonl"
    if "log" in fields:
        return "har"
    if tool_of_keys(fields) or _OF_TEXTS.match(text):
        return None
    if "interactions" in fields:
        return "cassette"
    is_array = text.startswith(b"[")
    kind = fields.get("type")
    several = bool(end) and text[end:].lstrip().startswith(b"{")
    if kind in EVENT_TYPES or (kind in ("message", "error") and several):
        return "json" if is_array else "jsonl"
    # No answer of a Messages API has one of these keys.
    if fields.keys() & {"body", "headers", "request"}:
        return "jsonl" if not is_array and _is_line(text, end) else None
    if several and not is_array:
        return None
    return "json" if not fields or may_be_answer(fields.keys()) else None


_OF_TEXTS = re.compile(rb'\[\s*"')


def _is_line(text: bytes, end: int) -> bool:
    """Whether the first object stands on one line, as far as the block has it."""
    return b"\n" not in (text[:end] if end else text)


def _fields(text: bytes) -> tuple[dict[str, str], int]:
    """The keys of the first JSON object, or of the first in an array, as far as the block has it.

    With each stands its value if that is a string, else nothing; and where the object ends, or 0
    if the block ends before.
    """
    outer = 1 if text.startswith(b"{") else 2
    fields: dict[str, str] = {}
    depth, last, name, after = 0, "", "", 0
    for found in _TOKEN.finditer(text):
        token = found[0]
        if token in (b"{", b"["):
            depth += 1
        elif token in (b"}", b"]"):
            depth -= 1
            if depth < outer:
                return fields, found.end()
        elif token == b":":
            name, after = last if depth == outer else "", found.end()
            if name:
                fields.setdefault(name, "")
            continue
        elif depth == outer and name and not text[after : found.start()].strip():
            fields[name] = token.strip(b'"').decode(errors="replace")
        last = token.strip(b'"').decode(errors="replace")
        name = ""
    return fields, 0
