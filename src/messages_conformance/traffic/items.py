"""What a reader gives: exchanges, a stream in pieces, and reasons to check nothing."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from messages_conformance.protocol.exchange import KEY, WRONG_KEY, Exchange, Request
from messages_conformance.protocol.sse import Event

UNKNOWN_REQUEST = Request(body=None)
"""The request of an answer that was saved without it."""

VERSION_HEADER = "anthropic-version"

_DIGITS = 3
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
_PATH = re.compile(r"/v1/(?:messages(?:/count_tokens)?|(models)(?:/[^/]+)?)(?=/?\Z)")


@dataclass(frozen=True)
class RawStream:
    """An event stream alone, in pieces: it may be too long to be held in memory."""

    pieces: Iterable[bytes]


@dataclass(frozen=True)
class SavedEvents:
    """The events of one stream, saved without the bytes that stood around them."""

    events: tuple[Event, ...]


@dataclass(frozen=True)
class NotChecked:
    """Something recorded that is not checked."""

    why: str
    """In words that follow a number: ``3 not to a Messages API``."""


NOT_MESSAGES_API = NotChecked("not to a Messages API")
NO_ANSWER = NotChecked("without an answer")
NOT_ALL_OF_BODY = NotChecked("of which only a part was kept")
NO_BODY = NotChecked("without a saved body")

Item: TypeAlias = Exchange | RawStream | SavedEvents | NotChecked


def messages_request(
    method: str, url: str, body: object = None, headers: tuple[tuple[str, str], ...] = ()
) -> Request | None:
    """The request, with its path from ``/v1`` on; None if it is not to a Messages API.

    A body that is not the text of a JSON object, for example a hash, is unknown: None.
    """
    parts = urlsplit(url)
    path = _PATH.search(parts.path)
    if path is None or method.upper() != ("GET" if path[1] else "POST"):
        return None
    return Request(
        body=json_object(body),
        headers=headers,
        path=path[0] + (f"?{parts.query}" if parts.query else ""),
        method=method.upper(),
    )


def known_headers(sent: Iterable[tuple[str, str]], status: object) -> tuple[tuple[str, str], ...]:
    """The headers of a request that another tool recorded, as far as they are certain.

    Such tools remove or blank keys, so the status says whether the key was right. If no version
    was kept either, nothing shows that any header was.
    """
    version = next((value for name, value in sent if name.lower() == VERSION_HEADER), None)
    if version is None:
        return ()
    return (VERSION_HEADER, version), ("x-api-key", WRONG_KEY if status == 401 else KEY)


def json_object(text: object) -> dict[str, Any] | None:
    """The JSON object in a text, or None if it is none."""
    if not isinstance(text, str | bytes):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def status_code(value: object) -> int:
    """A status as a number.

    Raises:
        ValueError: it is none that HTTP has.
    """
    if isinstance(value, str) and value.isdecimal() and len(value) == _DIGITS:
        value = int(value)
    # ``bool`` is an ``int`` to isinstance; ``type`` is exact.
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or not 100 <= value <= 999:
        raise ValueError("its status is not a number from 100 to 999")
    return value


def saved_answer(body: bytes) -> Exchange:
    """The exchange of a body that was saved without its status, which is inferred."""
    return Exchange(UNKNOWN_REQUEST, _status_of(body), body=body)


def saved_event(data: dict[str, Any], number: int, offset: int) -> Event:
    """An event that was saved as its data."""
    # What escapes a lone surrogate in a file may stay escaped.
    return Event(str(data.get("type")), json.dumps(data), number, offset)


def _status_of(body: bytes) -> int:
    """A status that fits the body, so that no rule about the status is broken."""
    answer = json_object(body) or {}
    error = answer.get("error")
    if answer.get("type") != "error" and not error:
        return 200
    kind = error.get("type") if isinstance(error, dict) else None
    return _STATUS.get(kind, 400) if isinstance(kind, str) else 400


def header_pairs(headers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Headers as pairs, from a mapping of names to a value or a list of values."""
    return tuple(
        (str(name), str(value))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    )


def as_bytes(text: str) -> bytes:
    """A body that was kept as text; a lone surrogate stays, so that a rule finds it."""
    return text.encode("utf-8", "surrogatepass")
