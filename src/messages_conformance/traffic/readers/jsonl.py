"""Reads exchanges as JSON objects, one a line.

``status`` is a number, ``headers`` an object and ``body`` the text that was received.
``request`` (the JSON body that was sent) and ``path`` may be missing; other keys are ignored.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from messages_conformance.errors import TrafficError
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.traffic.items import (
    NO_ANSWER,
    NOT_MESSAGES_API,
    UNKNOWN_REQUEST,
    Item,
    as_bytes,
    header_pairs,
    messages_request,
)
from messages_conformance.traffic.saved_file import SavedFile


def read(file: SavedFile) -> Iterator[Item]:
    """Give the exchange of each line; empty lines are skipped.

    Raises:
        TrafficError: a line is not such an object.
    """
    for number, line in enumerate(file.lines(), 1):
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
    if type(status) is not int or not 100 <= status <= 999:
        raise TrafficError("needs 'status', a number of three digits")
    if not isinstance(body, str):
        raise TrafficError("needs 'body', the text that was received")
    if not isinstance(headers, dict):
        raise TrafficError("needs 'headers' to be an object")
    request = _request(line.get("path"), line.get("request"))
    if request is None:
        return NOT_MESSAGES_API
    return Exchange(request, status, header_pairs(headers), as_bytes(body))


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
