"""What a document in vcrpy's format holds, as `vcr.serialize.deserialize` reads it.

vcrpy itself is not asked: importing it takes as long as reading several cassettes. A test holds
this equal to what it reads.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

Stored: TypeAlias = dict[str, Any]
"""Recordings in vcrpy's form: requests, responses and metadata."""


@dataclass(frozen=True)
class StoredRequest:
    """A request as it was read; what stands in a stranger's file may be of any type."""

    method: Any
    uri: str
    body: Any
    """Bytes if it was a text."""
    headers: Mapping[Any, Any]
    """One value for each name, whatever its case: the last one's first."""


def from_document(document: Any) -> Stored:
    """The requests and responses of a document, and its metadata.

    Raises:
        AttributeError, LookupError, TypeError, ValueError: it is malformed.
    """
    interactions = document["interactions"]
    return {
        "requests": [_request(**one["request"]) for one in interactions],
        "responses": [_with_bytes(one["response"]) for one in interactions],
        "metadata": document["metadata"],
    }


def _request(method: Any, uri: Any, body: Any, headers: Any) -> StoredRequest:
    if not isinstance(uri, str):
        raise TypeError(f"its uri must be a string, not {uri!r}")
    urlsplit(uri)  # so that what is no URI is refused here
    spelt: dict[str, str] = {}
    values = {}
    for name, given in dict({} if headers is None else headers).items():
        first = spelt.setdefault(name.lower(), name)
        values[first] = given[0] if isinstance(given, list | tuple) else given
    return StoredRequest(method, uri, body.encode() if isinstance(body, str) else body, values)


def _with_bytes(response: Any) -> Any:
    # What is no answer is found out by whoever makes an exchange of it. Half a surrogate pair,
    # which no file has, stays a text.
    with contextlib.suppress(KeyError, TypeError, UnicodeEncodeError):
        said = response["body"]["string"]
        if said is not None and not isinstance(said, bytes):
            response["body"]["string"] = said.encode()
    return response
