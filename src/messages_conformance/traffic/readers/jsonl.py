"""Exchanges as JSON, one a line: ``status``, ``headers``, ``body``, and what else is known.

``body`` is the text that was received, ``headers`` an object; ``request`` (the JSON body that
was sent) and ``path`` may be absent, and other fields are ignored.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from messages_conformance.errors import TrafficError
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.traffic.items import (
    NO_ANSWER,
    NOT_OURS,
    UNKNOWN,
    Item,
    as_bytes,
    asked,
    header_pairs,
)
from messages_conformance.traffic.source import Source


def read(source: Source) -> Iterator[Item]:
    """Give the lines' exchanges in their order, a line at a time; empty lines do not count.

    Raises:
        TrafficError: a line is not such an object.
    """
    for number, line in enumerate(source.lines(), 1):
        if line.strip():
            try:
                yield _item(_object(line))
            except TrafficError as problem:
                raise TrafficError(f"line {number}: {problem}") from problem


def _object(line: bytes) -> dict[str, Any]:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as problem:
        raise TrafficError(f"is not readable JSON ({problem})") from problem
    if not isinstance(value, dict):
        raise TrafficError("is not a JSON object")
    return value


def _item(line: dict[str, Any]) -> Item:
    status, headers, body = line.get("status"), line.get("headers") or {}, line.get("body")
    if status is None and "status" in line:
        return NO_ANSWER
    # ``bool`` is an ``int`` to isinstance; ``type`` is exact.
    if type(status) is not int:
        raise TrafficError("needs 'status', a number")
    if not isinstance(body, str):
        raise TrafficError("needs 'body', the text that was received")
    if not isinstance(headers, dict):
        raise TrafficError("needs 'headers' to be an object")
    request = _request(line.get("path"), line.get("request"))
    if request is None:
        return NOT_OURS
    return Exchange(request, status, header_pairs(headers), as_bytes(body))


def _request(path: object, body: object) -> Request | None:
    """What was asked, as far as the line says; None if it was not a Messages API."""
    sent = body if isinstance(body, dict) else None
    if not isinstance(path, str):
        return Request(sent) if sent else UNKNOWN
    # A line has no method: whichever the path takes.
    try:
        known = asked("POST", path) or asked("GET", path)
    except ValueError as problem:
        raise TrafficError(f"its 'path' is no path ({problem})") from problem
    return known and replace(known, body=sent)
