"""What a reader gives: exchanges, a stream in pieces, and reasons to check nothing."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from messages_conformance.protocol.exchange import KEY, WRONG_KEY, Exchange, Request

UNKNOWN_REQUEST = Request(body=None)
"""The request of an answer that was saved without it."""

VERSION_HEADER = "anthropic-version"

_PATH = re.compile(r"/v1/(?:messages(?:/count_tokens)?|(models)(?:/[^/]+)?)(?=/?\Z)")


@dataclass(frozen=True)
class RawStream:
    """An event stream alone, in pieces: it may be too long to be held in memory."""

    pieces: Iterable[bytes]


@dataclass(frozen=True)
class NotChecked:
    """Something recorded that is not checked."""

    why: str
    """In words that follow a number: ``3 not to a Messages API``."""


NOT_MESSAGES_API = NotChecked("not to a Messages API")
NO_ANSWER = NotChecked("without an answer")
NO_BODY = NotChecked("without a saved body")

Item: TypeAlias = Exchange | RawStream | NotChecked


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


def header_pairs(headers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Headers as pairs, from a mapping of names to a value or a list of values."""
    return tuple(
        (str(name), str(value))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    )


def http_status(value: object) -> int:
    """A status as HTTP has it, of three digits.

    Raises:
        ValueError: it is something else.
    """
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if len(text) != 3 or not text.isascii() or not text.isdigit() or text < "100":
        raise ValueError("its status is not a number of three digits")
    return int(text)


def as_bytes(text: str) -> bytes:
    """A body that was kept as text; a lone surrogate stays, so that a rule finds it."""
    return text.encode("utf-8", "surrogatepass")
