"""Recorded exchanges: ``<root>/<target>/<model>/<suite>.yaml``, and the tape made of them.

vcrpy's cassette is the store, used as an object; nothing is patched. Beside what vcrpy
keeps of a response stand ``chunks`` (lists of bytes and seconds), ``ended`` (how it ended),
``row`` (the first row of the page that asked) and ``nth`` (which of equal requests it is).
"""

import dataclasses
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import quote, urlsplit

import vcr.cassette
import vcr.record_mode
import vcr.request
import yaml

from messages_conformance.exchange import Chunk, Ending, Exchange, Place, Request, request_key
from messages_conformance.store import Persister, Serializer

FORMAT = 1
STORED_BODY = 64 * 1024
"""The longest request body that is stored as it is, in bytes; of a longer one, its hash."""
SIMULATED_BY = "x-messages-conformance"
"""The header by which the reference endpoint says that it answered: ``reference``."""

_HASHED = re.compile(r"sha256:([0-9a-f]{64}), \d+ bytes")
_LONGEST_NAME = 100


class CassetteError(ValueError):
    """A cassette that cannot be used; the message says which, where and how to mend it."""


@dataclass(frozen=True)
class Label:
    """What a cassette is a recording of; the same for all files of a run."""

    target: str
    model: str
    revision: str
    """The ISO date of the page's revision whose suites were recorded."""
    base_url: str
    """Without credentials and without a slash at its end."""
    auth: str
    """The header that usually carried the key: ``x-api-key`` or ``authorization``."""
    server: str
    """What answered, where it is known: name, version, hash of the model file."""
    date: str
    """The ISO day the file was last recorded to."""
    suite_version: str
    evidence: Literal["recorded", "simulated"] = "recorded"
    format: int = FORMAT

    @property
    def host(self) -> str:
        """Host, and port where the base URL names one."""
        return urlsplit(self.base_url).netloc

    @property
    def base_path(self) -> str:
        """The path of the base URL, without a slash at its end."""
        return urlsplit(self.base_url).path.rstrip("/")


@dataclass(frozen=True)
class Entry:
    """A recorded exchange, the row that asked for it, and which of equal requests it is."""

    exchange: Exchange
    row: str
    nth: int
    digest: str | None = None
    """The SHA-256 of a request body too long to be stored; what was stored is in its stead."""

    @cached_property
    def key(self) -> str:
        """The key of its request, as `Request.key`."""
        request = self.exchange.request
        if self.digest is None:
            return request.key
        return request_key(request.method, request.path, dict(request.headers), self.digest)


@dataclass(frozen=True)
class Tape:
    """All that is recorded of one model, from all files of its folder together."""

    labels: tuple[Label, ...]
    """One for each file."""
    entries: tuple[Entry, ...]

    @classmethod
    def load(cls, root: Path, target: str, model: str) -> "Tape":
        """Read a model's cassettes; the tape is empty where there are none.

        Raises:
            CassetteError: a file cannot be read, is malformed, or is of something else.
        """
        labels: list[Label] = []
        entries: list[Entry] = []
        for path in sorted(folder_of(root, target, model).glob("*.yaml")):
            label, recorded = _read(path, path.relative_to(root).as_posix())
            if (label.target, label.model) != (target, model):
                raise CassetteError(
                    f"{path}: is a recording of {label.model!r} of target {label.target!r}; "
                    "move it to its own folder"
                )
            if labels and label.auth != labels[0].auth:
                raise CassetteError(
                    f"{path}: was recorded with the key in {label.auth}, its neighbours with "
                    f"{labels[0].auth}; record them all again"
                )
            labels.append(label)
            entries += recorded
        return cls(tuple(labels), tuple(entries))

    @property
    def label(self) -> Label | None:
        """The newest file's label; None where nothing is recorded."""
        return max(self.labels, key=lambda label: label.date, default=None)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything recorded, in the order of the files."""
        return tuple(entry.exchange for entry in self.entries)

    @cached_property
    def rows(self) -> frozenset[str]:
        """The rows that something was recorded for, not counting what they share."""
        return frozenset(entry.row for entry in self.entries)

    @cached_property
    def simulated(self) -> bool:
        """Whether the reference endpoint had a part in it: by a label, or by an answer."""
        return any(label.evidence == "simulated" for label in self.labels) or any(
            is_simulated(exchange) for exchange in self.exchanges
        )

    @cached_property
    def _by_key(self) -> dict[tuple[str, int], Exchange]:
        return {(entry.key, entry.nth): entry.exchange for entry in reversed(self.entries)}

    def find(self, request: Request, nth: int) -> Exchange | None:
        """The recording of a request, of equal ones the ``nth``, from 0; None if there is none."""
        found = self._by_key.get((request.key, nth))
        # What was recorded may hold a hash for a body; the one asking knows the body.
        return found and dataclasses.replace(found, request=request)


def is_simulated(exchange: Exchange) -> bool:
    """Whether the reference endpoint gave this answer."""
    return exchange.header(SIMULATED_BY) == "reference"


def folder_of(root: Path, target: str, model: str) -> Path:
    """Where a model's cassettes lie; ids with slashes or colons make safe names too."""
    return root / _safe(target) / _safe(model)


def _safe(id: str) -> str:
    name = quote(id, safe=" ")
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 20]}-{hashlib.sha256(id.encode()).hexdigest()[:16]}"
    return name


def write(path: Path, label: Label, entries: list[Entry]) -> None:
    """Replace one cassette file as a whole."""
    stored = {
        "requests": [_stored_request(label, entry) for entry in entries],
        "responses": [_stored_response(entry) for entry in entries],
        "metadata": dataclasses.asdict(label),
    }
    Persister.save_cassette(path, stored, Serializer)


def _stored_request(label: Label, entry: Entry) -> vcr.request.Request:
    request = entry.exchange.request
    if request.body is None:
        body = None
    elif entry.digest is not None:
        body = request.body
    elif len(request.content) > STORED_BODY:
        digest = hashlib.sha256(request.content).hexdigest()
        body = f"sha256:{digest}, {len(request.content)} bytes"
    else:
        body = request.content.decode()
    uri = label.base_url + request.path
    return vcr.request.Request(request.method, uri, body, dict(request.headers))


def _stored_response(entry: Entry) -> dict[str, Any]:
    exchange = entry.exchange
    headers: dict[str, list[str]] = {}
    for name, value in exchange.headers:
        headers.setdefault(name, []).append(value)
    return {
        "status": {"code": exchange.status, "message": ""},
        "headers": headers,
        "body": {"string": exchange.body},
        "chunks": [[chunk.size, round(chunk.at, 3)] for chunk in exchange.chunks],
        "ended": exchange.ended,
        "row": entry.row,
        "nth": entry.nth,
    }


def _read(path: Path, name: str) -> tuple[Label, list[Entry]]:
    """Read one file; ``name`` is what places in it are called by."""
    try:
        cassette = vcr.cassette.Cassette.load(
            path=path,
            serializer=Serializer,
            persister=Persister,
            record_mode=vcr.record_mode.RecordMode.NONE,
        )
        label = _label({f.name: cassette.get_metadata(f.name, None) for f in _LABEL})
        return label, [
            _entry(label, request, response, Place(name, position))
            for position, (request, response) in enumerate(
                zip(cassette.requests, cassette.responses, strict=True)
            )
        ]
    except (
        yaml.YAMLError,
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        RecursionError,
        TypeError,
        ValueError,
    ) as problem:
        said = " ".join(str(problem).split())
        raise CassetteError(
            f"{path}: is not a usable cassette ({said}); restore it, or delete it and record again"
        ) from problem


_LABEL = dataclasses.fields(Label)


def _label(metadata: dict[str, Any]) -> Label:
    if metadata["format"] != FORMAT:
        raise ValueError(f"it is of format {metadata['format']!r}, this version reads {FORMAT}")
    for name, value in metadata.items():
        if name != "format" and not isinstance(value, str):
            raise TypeError(f"its {name} must be a text, not {value!r}")
    if metadata["evidence"] not in ("recorded", "simulated"):
        raise ValueError(f"its evidence cannot be {metadata['evidence']!r}")
    return Label(**metadata)


def _entry(
    label: Label, request: vcr.request.Request, response: dict[str, Any], place: Place
) -> Entry:
    """Read one interaction back."""
    if not request.uri.startswith(label.base_url):
        raise ValueError(f"request {place.position} is not below {label.base_url}")
    text = None if request.body is None else request.body.decode()
    hashed = _HASHED.fullmatch(text or "")
    asked = Request(
        body=text if hashed else None if text is None else json.loads(text),
        headers=tuple((str(name), str(value)) for name, value in request.headers.items()),
        path=request.uri.removeprefix(label.base_url),
        method=request.method,
    )
    status, body, ended = response["status"]["code"], response["body"]["string"], response["ended"]
    row, nth = response["row"], response["nth"]
    # ``bool`` is an ``int`` to isinstance; ``type`` is exact.
    if type(status) not in (int, type(None)) or type(nth) is not int or not isinstance(row, str):
        raise TypeError(f"recording {place.position} has a status, nth or row of a wrong type")
    if not isinstance(body, bytes) or ended not in get_args(Ending):
        raise TypeError(f"recording {place.position} has a wrong body or ending")
    answered = Exchange(
        request=asked,
        status=status,
        headers=tuple(
            (str(name), str(value))
            for name, values in response["headers"].items()
            for value in values
        ),
        body=body,
        chunks=tuple(Chunk(int(size), float(at)) for size, at in response["chunks"]),
        ended=ended,
        place=place,
    )
    return Entry(answered, row, nth, hashed.group(1) if hashed else None)
