"""Reads exchanges as JSON objects, one a line.

``status`` is a number, ``headers`` an object and ``body`` the text that was received.
``request`` (the JSON body that was sent) and ``path`` may be missing; other keys are ignored.

A line may also be the body of an answer, or the data of one event; then the lines from a
message_start to the next are one stream.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from messages_conformance.errors import TrafficError
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.protocol.sse import Event
from messages_conformance.traffic.detect_format import EVENT_TYPES
from messages_conformance.traffic.items import (
    NO_ANSWER,
    NOT_MESSAGES_API,
    UNKNOWN_REQUEST,
    Item,
    SavedEvents,
    as_bytes,
    header_pairs,
    json_object,
    messages_request,
    saved_answer,
    saved_event,
    status_code,
)
from messages_conformance.traffic.other_routes import at_its_route
from messages_conformance.traffic.saved_file import LARGEST, SavedFile


def read(file: SavedFile) -> Iterator[Item]:
    """Give the exchange of each line; empty lines are skipped.

    Raises:
        TrafficError: a line is not such an object, or the events of a stream are too many.
    """
    begun = _Events()
    offset = 0
    for number, line in enumerate(file.lines(), 1):
        if line.strip():
            try:
                value = _unwrapped(_object(line))
                if begun.takes(value):
                    if value.get("type") == "message_start":
                        yield from begun.end()
                    begun.add(value, len(line), offset)
                else:
                    yield from begun.end()
                    yield _item(value, line)
            except TrafficError as problem:
                raise TrafficError(f"line {number}: {problem}") from problem
        offset += len(line)
    yield from begun.end()


class _Events:
    """The events of a stream that are read so far."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._size = 0

    def takes(self, value: dict[str, Any]) -> bool:
        """Whether a line is an event of a stream."""
        kind = value.get("type")
        if not isinstance(kind, str) or "body" in value:
            return False
        return kind in EVENT_TYPES or (bool(self._events) and kind != "message")

    def add(self, value: dict[str, Any], size: int, offset: int) -> None:
        """Take the next event, whose line begins at an offset."""
        self._size += size
        if self._size > LARGEST:
            raise TrafficError(f"the events of one stream are larger than {LARGEST // 2**20} MB")
        self._events.append(saved_event(value, len(self._events), offset))

    def end(self) -> Iterator[Item]:
        """Give the stream, if there is any, and begin the next."""
        if self._events:
            yield SavedEvents(tuple(self._events))
        self._events, self._size = [], 0


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise TrafficError(f"is not readable JSON ({problem})") from problem
    if not isinstance(value, dict):
        raise TrafficError("is not a JSON object")
    return value


def _unwrapped(value: dict[str, Any]) -> dict[str, Any]:
    """The data of an event whose name was saved beside it; else the value itself."""
    data = value.get("data") if value.keys() == {"event", "data"} else None
    if isinstance(data, str):
        data = json_object(data)
    return data if isinstance(data, dict) else value


def _item(line: dict[str, Any], text: bytes) -> Item:
    if line.get("type") in ("message", "error") and "body" not in line and "status" not in line:
        return saved_answer(text)
    status, headers, body = line.get("status"), line.get("headers") or {}, line.get("body")
    if status is None and "status" in line:
        return NO_ANSWER
    # A text of digits or a fraction is no number here, and neither is a boolean.
    if type(status) is not int:
        raise TrafficError("needs 'status', a number")
    if not isinstance(body, str):
        raise TrafficError("needs 'body', the text that was received")
    if not isinstance(headers, dict):
        raise TrafficError("needs 'headers' to be an object")
    try:
        status = status_code(status)
    except ValueError as problem:
        raise TrafficError(str(problem)) from problem
    request = _request(line.get("path"), line.get("request"))
    if request is None:
        return NOT_MESSAGES_API
    return at_its_route(Exchange(request, status, header_pairs(headers), as_bytes(body)))


def _request(path: object, body: object) -> Request | None:
    """The request, as far as the line has it; None if it is not to a Messages API."""
    sent = body if isinstance(body, dict) else None
    if not isinstance(path, str):
        return Request(sent) if sent else UNKNOWN_REQUEST
    # A line has no method, so it is the one that its path allows.
    try:
        known = messages_request("POST", path) or messages_request("GET", path)
    except ValueError as problem:
        raise TrafficError(f"its 'path' is not a valid path ({problem})") from problem
    return known and replace(known, body=sent)
