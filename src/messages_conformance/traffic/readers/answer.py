"""Reads the body of one answer and nothing else: an event stream, or JSON."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from messages_conformance.traffic.detect_format import EVENT_TYPES
from messages_conformance.traffic.items import (
    Item,
    RawStream,
    SavedEvents,
    saved_answer,
    saved_event,
)
from messages_conformance.traffic.saved_file import SavedFile

_DECODER: Final = json.JSONDecoder()
_SPACE: Final = re.compile(r"[ \t\r\n]*")


def read_stream(file: SavedFile) -> Iterator[Item]:
    """Give an event stream in pieces, never as a whole."""
    yield RawStream(file.pieces())


def read_body(file: SavedFile) -> Iterator[Item]:
    """Give the answer of a body; its status was not saved and is inferred.

    An array of events is the stream that they were.
    """
    body = file.whole()
    yield _events(body) or saved_answer(body)


def _events(body: bytes) -> SavedEvents | None:
    if not body.lstrip().startswith(b"["):
        return None
    try:
        text = body.decode("utf-8-sig")
        listed = [*_elements(text)]
    except (ValueError, RecursionError):
        return None
    known = all(isinstance(each, dict) and isinstance(each.get("type"), str) for each, _ in listed)
    if not listed or not known or listed[0][0]["type"] not in EVENT_TYPES:
        return None
    begun = len(body) - len(text.encode("utf-8", "surrogatepass"))
    return SavedEvents(
        tuple(
            saved_event(data, number, begun + offset)
            for number, (data, offset) in enumerate(listed)
        )
    )


def _elements(text: str) -> Iterator[tuple[Any, int]]:
    """The elements of a JSON array, and the byte at which each begins.

    Raises:
        ValueError: it is no array.
    """
    at, byte = text.index("[") + 1, 0
    counted = 0
    while True:
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        byte += len(text[counted:at].encode())
        counted = at
        value, at = _DECODER.raw_decode(text, at)
        yield value, byte
        at = _SPACE.match(text, at).end()  # type: ignore[union-attr]
        if text[at : at + 1] == "]":
            return
        if text[at : at + 1] != ",":
            raise ValueError("an array has no comma between two elements")
        at += 1
