"""One recorded exchange, its label, and the form in which vcrpy stores it.

A stored response has keys that vcrpy does not know: ``chunks`` (pairs of bytes and seconds),
``ended`` (how it ended), ``row`` (the first row of the page that uses it), ``nth`` (which of equal
requests it answers), ``tried``, and ``header_names``, their order where headers of one name came
apart. A request is sent again when the endpoint was busy, failed or hung up; the responses before
the last are superseded, and ``tried`` numbers them from 1. The last one, which the probe gets, has
no ``tried``.
"""

import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args
from urllib.parse import urlsplit

from messages_conformance.cassettes.stored_form import Stored, StoredRequest
from messages_conformance.protocol.exchange import (
    Chunk,
    Ending,
    Exchange,
    Malformed,
    Place,
    Request,
    request_key,
)

if TYPE_CHECKING:
    from vcr.request import Request as VcrRequest

FORMAT = 1
STORED_BODY = 64 * 1024
"""Bytes of the longest request body that is stored; of a longer one its hash is."""

_HASHED = re.compile(r"sha256:([0-9a-f]{64}), \d+ bytes")

Slot: TypeAlias = tuple[str, int]
"""What an answer is found by: the key of its request, and which of equal requests it is."""


@dataclass(frozen=True)
class Label:
    """Where a cassette comes from; the same for all files of a run."""

    target: str
    model: str
    revision: str
    """The ISO date of the page's revision."""
    base_url: str
    """Without credentials and without a slash at its end."""
    auth: str
    """The header that usually carried the key: ``x-api-key`` or ``authorization``."""
    server: str
    """What answered, if known: name, version, hash of the model file."""
    date: str
    """The ISO date of the newest recording in the file."""
    suite_version: str
    evidence: Literal["recorded", "simulated"] = "recorded"
    played: str = ""
    """Of a simulation, the profile and the faults that the reference endpoint named."""
    format: int = FORMAT

    @property
    def host(self) -> str:
        """The host, with the port if the base URL names one."""
        return urlsplit(self.base_url).netloc

    @property
    def base_path(self) -> str:
        """The path of the base URL, without a slash at its end."""
        return urlsplit(self.base_url).path.rstrip("/")


@dataclass(frozen=True)
class Entry:
    """A recorded exchange, the row it is recorded under, and which of equal requests it answers."""

    exchange: Exchange
    row: str
    nth: int
    digest: str | None = None
    """The SHA-256 of a request body too long to be stored, which is then a text with the hash."""
    tried: int | None = None
    """For a superseded response, which attempt of its request it was, from 1; else None."""

    @property
    def slot(self) -> Slot:
        """What it is found by."""
        return self.key, self.nth

    @cached_property
    def key(self) -> str:
        """The key of its request, as `Request.key`."""
        request = self.exchange.request
        if self.digest is None:
            return request.key
        return request_key(request.method, request.path, dict(request.headers), self.digest)

    def with_short_body(self) -> "Entry":
        """The same with a hash in place of a request body that is too long to be stored."""
        request = self.exchange.request
        if request.body is None or self.digest is not None or len(request.content) <= STORED_BODY:
            return self
        digest = hashlib.sha256(request.content).hexdigest()
        body = f"sha256:{digest}, {len(request.content)} bytes"
        exchange = self.exchange.asked_with(dataclasses.replace(request, body=body))
        return dataclasses.replace(self, exchange=exchange, digest=digest)


def to_stored(label: Label, entry: Entry, **more: Any) -> Stored:
    """Put an entry into vcrpy's form; ``more`` goes into the metadata."""
    short = entry.with_short_body()
    return {
        "requests": [_stored_request(label, short)],
        "responses": [_stored_response(short)],
        "metadata": dataclasses.asdict(label) | more,
    }


def from_stored(stored: Stored, place: Place) -> tuple[Label, Entry]:
    """Read an entry back from vcrpy's form; ``place`` is where it was found.

    Raises:
        ArithmeticError, AttributeError, LookupError, TypeError, ValueError: it is malformed.
    """
    metadata = stored["metadata"]
    # Older files do not say what a simulation played.
    found = {"played": "", **metadata}
    label = _label({field.name: found.get(field.name) for field in _LABEL})
    (request,), (response,) = stored["requests"], stored["responses"]
    return label, _entry(label, request, response, place)


def _stored_request(label: Label, entry: Entry) -> "VcrRequest":
    from vcr.request import Request as VcrRequest  # takes a while, and most commands write nothing

    request = entry.exchange.request
    if request.body is None:
        body = None
    elif entry.digest is not None:
        body = request.body
    else:
        body = request.content.decode()
    uri = label.base_url + request.path
    return VcrRequest(request.method, uri, body, dict(request.headers))


def _stored_response(entry: Entry) -> dict[str, Any]:
    exchange = entry.exchange
    headers: dict[str, list[str]] = {}
    for name, value in exchange.headers:
        headers.setdefault(name, []).append(value)
    names = [name for name, _ in exchange.headers]
    is_in_order = names == [name for name, values in headers.items() for _ in values]
    return {
        "status": {"code": exchange.status, "message": ""},
        "headers": headers,
        "body": {"string": exchange.body},
        "chunks": [[chunk.size, round(chunk.at, 3)] for chunk in exchange.chunks],
        "ended": exchange.ended,
        "row": entry.row,
        "nth": entry.nth,
        **({} if is_in_order else {"header_names": names}),
        **({} if entry.tried is None else {"tried": entry.tried}),
    }


_LABEL = dataclasses.fields(Label)


def _label(metadata: dict[str, Any]) -> Label:
    if metadata["format"] != FORMAT:
        raise ValueError(f"its format is {metadata['format']!r}; this version reads {FORMAT}")
    for name, value in metadata.items():
        if name != "format" and not isinstance(value, str):
            raise TypeError(f"its {name} must be a string, not {value!r}")
    if metadata["evidence"] not in ("recorded", "simulated"):
        raise ValueError(
            f"its evidence must be recorded or simulated, not {metadata['evidence']!r}"
        )
    return Label(**metadata)


def _entry(label: Label, request: StoredRequest, response: dict[str, Any], place: Place) -> Entry:
    """Read one interaction back."""
    if not request.uri.startswith(label.base_url):
        raise ValueError(f"request {place.position} is not below {label.base_url}")
    text = None if request.body is None else request.body.decode()
    hashed = _HASHED.fullmatch(text or "")
    asked = Request(
        body=text if hashed else None if text is None else _body(text),
        headers=tuple((str(name), str(value)) for name, value in request.headers.items()),
        path=request.uri.removeprefix(label.base_url),
        method=request.method,
    )
    status, body, ended = response["status"]["code"], response["body"]["string"], response["ended"]
    row, nth, tried = response["row"], response["nth"], response.get("tried")
    # ``bool`` is an ``int`` to isinstance; ``type`` is exact.
    numbers = type(nth) is int and {type(status), type(tried)} <= {int, type(None)}
    if not numbers or not isinstance(row, str):
        raise TypeError(f"status, nth, tried or row of recording {place.position} has a wrong type")
    if not isinstance(body, bytes) or ended not in get_args(Ending):
        raise TypeError(f"body or ending of recording {place.position} is invalid")
    answered = Exchange(
        request=asked,
        status=status,
        headers=_headers(response),
        body=body,
        chunks=tuple(Chunk(int(size), float(at)) for size, at in response["chunks"]),
        ended=ended,
        place=place,
    )
    return Entry(answered, row, nth, hashed.group(1) if hashed else None, tried)


def _body(text: str) -> Any:
    """The body of a request; one that was malformed when it was sent is read as it stands."""
    try:
        return json.loads(text)
    except ValueError:
        return Malformed(text)


def _headers(response: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """The headers in the order in which they came."""
    values = {str(name): list(values) for name, values in response["headers"].items()}
    names = response.get("header_names")
    if names is None:
        names = [name for name, several in values.items() for _ in several]
    return tuple((str(name), str(values[name].pop(0))) for name in names)
