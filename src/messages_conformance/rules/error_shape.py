"""What the body of an error is: the documented envelope, or one of the shapes seen instead."""

import re
from enum import Enum
from typing import Any, Final

from messages_conformance.protocol.json_text import breaks_off, loads
from messages_conformance.protocol.sse import parse
from messages_conformance.rules.wording import shown


class Shape(Enum):
    """The kinds of error bodies."""

    ENVELOPE = "the documented envelope"
    SSE_FRAMED = "framed as a server-sent event"
    FLAT = "a flat object with `code` or `message`"
    OPENAI = 'OpenAI\'s `{"error": {…}}` without `"type": "error"`'
    DETAIL = 'FastAPI\'s `{"detail": …}`'
    STRING = "an object whose `error` is a string"
    HTML = "an HTML page"
    EMPTY = "empty"
    OTHER = "JSON of another shape"
    BROKEN_OFF = "JSON that breaks off"
    DAMAGED = "JSON with an error in it"
    COMPRESSED = "compressed data that was not decompressed"
    DAMAGED_COMPRESSED = "damaged compressed data, which cannot be decompressed"
    READ_AS_TEXT = "damaged gzip data: compressed bytes that were read as text"
    BYTES_AS_TEXT = "damaged data: bytes that are no text and were read as text"
    TEXT = "plain text"


def shape_of(document: Any) -> Shape:
    """Classify an error that is JSON."""
    if not isinstance(document, dict):
        return Shape.OTHER
    inner = document.get("error")
    if document.get("type") == "error" and isinstance(inner, dict):
        return Shape.ENVELOPE
    if isinstance(inner, dict):
        return Shape.OPENAI
    if isinstance(inner, str):
        return Shape.STRING
    if "detail" in document:
        return Shape.DETAIL
    return Shape.FLAT if "code" in document or "message" in document else Shape.OTHER


def classify(body: bytes) -> tuple[Shape, Any]:
    """The shape of an error's bytes, whatever their content type, and the JSON in them."""
    compressed = _compressed(body)
    if compressed:
        return compressed, None
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return Shape.EMPTY, None
    try:
        document = loads(text)
    except ValueError as problem:
        if text.startswith(("{", "[", '"')):
            broken_off = breaks_off(text, problem)
            return Shape.BROKEN_OFF if broken_off else Shape.DAMAGED, None
    else:
        return shape_of(document), document
    if re.search(r"(?m)^(data|event):", text):
        events = parse(text.encode() + b"\n\n")
        return Shape.SSE_FRAMED, next((e.json for e in events if e.json is not None), None)
    return (Shape.HTML if text.startswith("<") else Shape.TEXT), None


_MAGIC: Final = (b"\x1f\x8b", b"\x28\xb5\x2f\xfd")
"""How gzip and Zstandard begin."""
_MAGIC_AS_TEXT: Final = tuple(
    text.encode()
    for magic in _MAGIC
    for text in (magic.decode("latin-1"), magic.decode("utf-8", "replace"))
)
"""The same, read as Latin-1 or as UTF-8 and written again."""


_BEGINNING: Final = 1000
"""Bytes of a body that are looked at."""
_SHARE_LOST: Final = 8
"""One in so many characters was no text: then the whole is none."""


def _compressed(body: bytes) -> Shape | None:
    if body.startswith(_MAGIC):
        return Shape.COMPRESSED
    if body.startswith(_MAGIC_AS_TEXT):
        return Shape.READ_AS_TEXT
    beginning = body[:_BEGINNING].decode(errors="replace")
    lost = beginning.count("\ufffd")
    return Shape.BYTES_AS_TEXT if lost * _SHARE_LOST > len(beginning) > 0 else None


def is_error(document: Any) -> bool:
    """Whether an answer that came with status 200 is an error nevertheless."""
    return (
        isinstance(document, dict)
        and "content" not in document
        and shape_of(document) is not Shape.OTHER
    )


def message_of(document: Any) -> str:
    """The message of an error, under the key of its shape; empty if it has none."""
    if isinstance(document, dict):
        inner = document.get("error")
        holder = inner if isinstance(inner, dict) else document
        for key in ("message", "detail", "error", "msg", "title"):
            if isinstance(holder.get(key), str):
                return str(holder[key])
    return ""


def excerpt(document: Any) -> str:
    """How a finding quotes an error."""
    message = message_of(document)
    return f"with the message {shown(message)}" if message else "without a message"
