"""Reads the body of one answer and nothing else: an event stream, or JSON."""

import json
from collections.abc import Iterator

from messages_conformance.traffic.detect_format import EVENT_TYPES
from messages_conformance.traffic.items import (
    Item,
    RawStream,
    SavedEvents,
    saved_answer,
    saved_event,
)
from messages_conformance.traffic.saved_file import SavedFile


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
        listed = json.loads(body)
    except (ValueError, RecursionError):
        return None
    known = all(isinstance(each, dict) and isinstance(each.get("type"), str) for each in listed)
    if not listed or not known or listed[0]["type"] not in EVENT_TYPES:
        return None
    return SavedEvents(tuple(saved_event(data, number, 0) for number, data in enumerate(listed)))
