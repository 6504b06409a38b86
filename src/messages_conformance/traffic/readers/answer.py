"""Reads the body of one answer and nothing else: an event stream, or JSON."""

from collections.abc import Iterator

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.traffic.items import UNKNOWN_REQUEST, Item, RawStream, json_object
from messages_conformance.traffic.saved_file import SavedFile

_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""The status of each documented type of error (rule ER-2)."""


def read_stream(file: SavedFile) -> Iterator[Item]:
    """Give an event stream in pieces, never as a whole."""
    yield RawStream(file.pieces())


def read_body(file: SavedFile) -> Iterator[Item]:
    """Give the answer of a body; its status was not saved and is inferred."""
    body = file.whole()
    yield Exchange(UNKNOWN_REQUEST, _status(body), body=body)


def _status(body: bytes) -> int:
    """A status that fits the body, so that no rule about the status is broken."""
    answer = json_object(body) or {}
    error = answer.get("error")
    if answer.get("type") != "error" and not error:
        return 200
    kind = error.get("type") if isinstance(error, dict) else None
    return _STATUS.get(kind, 400) if isinstance(kind, str) else 400
