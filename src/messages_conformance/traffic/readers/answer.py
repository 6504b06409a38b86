"""Reads the body of one answer and nothing else: an event stream, or JSON."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from messages_conformance.errors import TrafficError
from messages_conformance.traffic.detect_format import EVENT_TYPES
from messages_conformance.traffic.items import (
    NOT_MESSAGES_API,
    Item,
    RawStream,
    SavedEvents,
    saved_answer,
    saved_event,
)
from messages_conformance.traffic.other_routes import at_its_route, is_text_completion
from messages_conformance.traffic.saved_file import SavedFile

_DECODER: Final = json.JSONDecoder()
_ANSWERS: Final = ("message", "error")
_STATUS_AFTER: Final = re.compile(r"(?:\w+[:= ]\s*)?([1-5]\d\d)", re.ASCII)
_SPACE: Final = re.compile(r"[ \t\r\n]*")


def read_stream(file: SavedFile) -> Iterator[Item]:
    """Give an event stream in pieces, never as a whole.

    A stream of Text Completions, the API before the Messages API, has no rules.
    """
    if is_text_completion(file.head()):
        yield NOT_MESSAGES_API
        return
    yield RawStream(file.pieces())


def read_body(file: SavedFile) -> Iterator[Item]:
    """Give the answer of a body; its status was not saved and is inferred.

    An array of events is the stream that they were.
    """
    body = file.whole()
    events = _events(body)
    if events:
        yield events
        return
    answers = _answers(body)
    if answers:
        yield from map(saved_answer, answers)
        return
    body, status = _without_status(body)
    answer = saved_answer(body)
    yield at_its_route(replace(answer, status=status) if status else answer)


def _answers(body: bytes) -> list[bytes]:
    """The answers in an array of them; none if it is something else."""
    if not body.lstrip().startswith(b"["):
        return []
    try:
        listed = json.loads(body)
    except (ValueError, RecursionError):
        return []
    known = all(isinstance(each, dict) and each.get("type") in _ANSWERS for each in listed)
    return [json.dumps(each).encode() for each in listed] if known else []


def _without_status(body: bytes) -> tuple[bytes, int | None]:
    """A body without the status after it, which `curl -w '%{http_code}'` prints.

    Raises:
        TrafficError: it is not one JSON value but several.
    """
    try:
        text = body.decode("utf-8-sig")
        _, end = _DECODER.raw_decode(text, len(text) - len(text.lstrip()))
    except (ValueError, RecursionError):
        return body, None
    rest = text[end:].strip()
    if rest.startswith("{"):
        raise TrafficError("has several JSON values that are no lines of answers or exchanges")
    found = _STATUS_AFTER.fullmatch(rest)
    return (text[:end].encode(), int(found[1])) if found else (body, None)


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
