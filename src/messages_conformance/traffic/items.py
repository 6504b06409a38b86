"""What a reader makes of a file: exchanges, a stream in pieces, and what it passes over."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from messages_conformance.protocol.exchange import KEY, WRONG_KEY, Exchange, Request

UNKNOWN = Request(body=None)
"""In place of a request that was not saved with its answer."""

VERSION = "anthropic-version"

_PATH = re.compile(r"/v1/(?:messages(?:/count_tokens)?|(models)(?:/[^/]+)?)(?=/?\Z)")


@dataclass(frozen=True)
class Transcript:
    """An event stream alone, too long perhaps to be held: its bytes in pieces."""

    pieces: Iterable[bytes]


@dataclass(frozen=True)
class PassedOver:
    """Something recorded that is not judged."""

    why: str
    """In words that follow a number: ``3 not to a Messages API``."""


NOT_OURS = PassedOver("not to a Messages API")
NO_ANSWER = PassedOver("without an answer")
NO_BODY = PassedOver("without a saved body")

Item: TypeAlias = Exchange | Transcript | PassedOver


def asked(
    method: str, url: str, body: object = None, headers: tuple[tuple[str, str], ...] = ()
) -> Request | None:
    """The request to a Messages API, its path counted from ``/v1``; None if it is to another.

    A body that is not the text of a JSON object, such as a cut or hashed one, is not known.
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


def told(sent: Iterable[tuple[str, str]], status: object) -> tuple[tuple[str, str], ...]:
    """What another tool's recording tells of the request's headers, for the rules about them.

    Such tools leave out keys or blank them, so whether the key was right is taken from the
    answer. Where no version was kept either, nothing shows that any header was.
    """
    version = next((value for name, value in sent if name.lower() == VERSION), None)
    if version is None:
        return ()
    return (VERSION, version), ("x-api-key", WRONG_KEY if status == 401 else KEY)


def json_object(text: object) -> dict[str, Any] | None:
    """A text's JSON object, or None where it is none."""
    if not isinstance(text, str | bytes):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def header_pairs(headers: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Headers kept as a mapping from names to a value or a list of values."""
    return tuple(
        (str(name), str(value))
        for name, values in headers.items()
        for value in (values if isinstance(values, list) else [values])
    )


def as_bytes(text: str) -> bytes:
    """A body kept as text; half a surrogate pair, which no UTF-8 has, stays to be found."""
    return text.encode("utf-8", "surrogatepass")
