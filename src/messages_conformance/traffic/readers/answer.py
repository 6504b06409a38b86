"""The body of one answer and nothing else: an event stream, or JSON."""

from collections.abc import Iterator

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.traffic.items import UNKNOWN, Item, Transcript, json_object
from messages_conformance.traffic.source import Source

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
"""Documented error types and the status each comes with (rule ER-2)."""


def read_stream(source: Source) -> Iterator[Item]:
    """Give an event stream as it comes, never held as a whole."""
    yield Transcript(source.pieces())


def read_body(source: Source) -> Iterator[Item]:
    """Give the answer that a body belongs to; its status was not saved, and is inferred."""
    body = source.whole()
    yield Exchange(UNKNOWN, _status(body), body=body)


def _status(body: bytes) -> int:
    """A status that the body does not contradict, so that no rule finds what nobody saved."""
    answer = json_object(body) or {}
    error = answer.get("error")
    if answer.get("type") != "error" and not error:
        return 200
    kind = error.get("type") if isinstance(error, dict) else None
    return _STATUS.get(kind, 400) if isinstance(kind, str) else 400
