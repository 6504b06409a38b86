"""One HTTP request and what came back, as immutable values.

A `Request` never holds a secret: its headers have the placeholders `KEY`, `WRONG_KEY` and
`RESTRICTED_KEY`, which are replaced by credentials only when it is sent.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, wraps
from typing import Any, Final, Literal, TypeGuard, TypeVar

from messages_conformance.protocol import sse
from messages_conformance.protocol.accumulate import accumulate
from messages_conformance.protocol.bounded_memo import BoundedMemos, Memo, Remembered
from messages_conformance.protocol.canonical import canonical, canonical_digest
from messages_conformance.protocol.json_text import loads_leniently
from messages_conformance.protocol.stored import StoredField, as_given

T = TypeVar("T")

KEY = "<key>"
WRONG_KEY = "<wrong key>"
RESTRICTED_KEY = "<restricted key>"

MESSAGES = "/v1/messages"
COUNT_TOKENS = "/v1/messages/count_tokens"

Json = Any
Ending = Literal["complete", "cut", "timeout", "unreachable", "too large"]
"""How an answer ended: in full, cut off, silent too long, never begun, or stopped by us."""

_SEPARATORS: Final = (b"\n", b"{", b"[", b",")
"""What begins a part of a body: a line, an object, a list, an item."""
_PART: Final = 150
"""Bytes of memory that a part takes when it is parsed."""


MOST_TOKENS: Final = 10**12
"""More than any answer costs; a larger figure is a mistake that arithmetic need not survive."""


def is_token_count(value: object) -> TypeGuard[int]:
    """Whether a value is a number of tokens: a whole number from 0, no boolean and no fantasy."""
    return type(value) is int and 0 <= value <= MOST_TOKENS


def count_parts(body: bytes) -> int:
    """How many parts a body has: lines, objects, lists and items."""
    return sum(map(body.count, _SEPARATORS))


class Malformed(str):
    """A body that is sent as it stands and is no JSON."""

    __slots__ = ()


@dataclass(frozen=True)
class Request:
    """What is sent, below the base URL; header names are lower case."""

    body: Json
    headers: tuple[tuple[str, str], ...] = ()
    path: str = MESSAGES
    method: str = "POST"

    @cached_property
    def content(self) -> bytes:
        """The bytes of the body as they are sent."""
        return self.body.encode() if isinstance(self.body, Malformed) else canonical(self.body)

    @property
    def is_only_digest(self) -> bool:
        """Whether its body is but a digest of what was sent, as a recording has of a long one."""
        known = isinstance(self.body, str) and not isinstance(self.body, Malformed)
        return known and self.body.startswith("sha256:")

    @cached_property
    def digest(self) -> str:
        """The digest of the canonical body."""
        return canonical_digest(self.body)

    @cached_property
    def key(self) -> str:
        """Equal for equal requests: of the method, path, headers and canonical body."""
        return request_key(self.method, self.path, dict(self.headers), self.digest)


def request_key(method: str, path: str, headers: Mapping[str, str], body_digest: str) -> str:
    """Identify a request by its parts; ``body_digest`` is the SHA-256 of the canonical body."""
    return json.dumps([method, path, sorted(headers.items()), body_digest])


@dataclass(frozen=True)
class Chunk:
    """One piece of the body as the network delivered it."""

    size: int
    """bytes"""
    at: float
    """seconds after the request was sent"""


@dataclass(frozen=True)
class Place:
    """Where an exchange is recorded: its cassette and its position in it, from 0."""

    cassette: str
    position: int

    def __str__(self) -> str:
        return f"{self.cassette}#{self.position}"


@dataclass(frozen=True)
class Error:
    """The documented error envelope: ``{"type": "error", "error": {"type", "message"}}``."""

    type: str
    message: str


_memos = BoundedMemos(32 * 1024 * 1024)
"""What was parsed of all bodies, up to about so many bytes."""


_SMALL: Final = 256
"""Bytes of memory, roughly, of what `once` keeps."""


def _remembered(make: "Callable[[Exchange], T]") -> "Remembered[Exchange, T]":
    return Remembered(_memos, make)


def once(make: "Callable[[Exchange], T]") -> "Callable[[Exchange], T]":
    """A function of an exchange whose small result is kept with what was parsed of the exchange."""
    name = f"{make.__module__}.{make.__qualname__}"

    @wraps(make)
    def kept(exchange: Exchange) -> T:
        return _memos.get(exchange.memo, name, lambda: make(exchange), lambda: _SMALL)

    return kept


@dataclass(frozen=True)
class Exchange:
    """One request and what came back, with the raw bytes, their timing and how it ended.

    A long body may lie on the disk, and is then read each time it is used (`stored`). What is
    parsed from a body is kept until much else has been parsed (`bounded_memo`).
    """

    request: Request
    status: int | None
    """None when no response came at all."""
    headers: StoredField[tuple[tuple[str, str], ...]] = StoredField(())  # noqa: RUF009
    body: StoredField[bytes] = StoredField(b"")  # noqa: RUF009
    chunks: StoredField[tuple[Chunk, ...]] = StoredField(())  # noqa: RUF009
    ended: Ending = "complete"
    place: Place | None = field(default=None, compare=False)
    memo: Memo = field(default_factory=Memo, init=False, repr=False, compare=False)
    """what was parsed of the body"""

    def header(self, name: str) -> str | None:
        """The first response header of that name, in any case."""
        wanted = name.lower()
        for given, value in self.headers:
            if given.lower() == wanted:
                return value
        return None

    def asked_with(self, request: Request) -> "Exchange":
        """The same answer to an equal request; what lies on the disk stays there.

        What was parsed of one is known of the other, unless one has but a digest of its request.
        """
        asked = replace(self, request=request, **as_given(self, "headers", "body", "chunks"))
        is_whole = not (self.request.is_only_digest or request.is_only_digest)
        if is_whole and self.request.key == request.key:
            vars(asked)["memo"] = self.memo
        return asked

    @property
    def weight(self) -> int:
        """Bytes of memory, roughly, that its parsed body takes."""
        body = self.body
        return len(body) + _PART * count_parts(body)

    def forget(self) -> None:
        """Drop what was parsed of the body; it is parsed again when it is asked for."""
        self.memo.clear()

    @_remembered
    def json(self) -> Json:
        """The body as JSON, or None if it is not JSON."""
        try:
            return loads_leniently(self.body)
        except (ValueError, RecursionError):
            return None

    @_remembered
    def events(self) -> tuple[sse.Event, ...]:
        """The body's server-sent events; empty for any other body."""
        return sse.parse(self.body) if self.streamed else ()

    @property
    def streamed(self) -> bool:
        """Whether the answer is an event stream, by its content type or else by its first bytes.

        The SDKs read a stream whatever its content type is.
        """
        kind = (self.header("content-type") or "").lower()
        if kind.startswith("text/event-stream"):
            return True
        return "json" not in kind and self.body.lstrip().startswith((b"event:", b"data:"))

    @_remembered
    def message(self) -> dict[str, Any] | None:
        """The message of the answer, accumulated if streamed; None if there is no readable one."""
        if self.status is None or not 200 <= self.status < 300 or self.ended != "complete":
            return None
        message = accumulate(self.events) if self.streamed else self.json
        if not isinstance(message, dict) or not isinstance(message.get("content"), list):
            return None
        return message if all(isinstance(block, dict) for block in message["content"]) else None

    @_remembered
    def error(self) -> Error | None:
        """The body's error in the documented envelope, or None if it has none."""
        body = self.json
        inner = (
            body.get("error") if isinstance(body, dict) and body.get("type") == "error" else None
        )
        if not isinstance(inner, dict):
            return None
        kind, message = inner.get("type"), inner.get("message")
        if isinstance(kind, str) and isinstance(message, str):
            return Error(kind, message)
        return None

    @property
    def answered(self) -> bool:
        """Whether a readable message came back."""
        return self.message is not None

    @property
    def refused(self) -> bool:
        """Whether it was refused as documented: with a 4xx and the error envelope."""
        return self.status is not None and 400 <= self.status < 500 and self.error is not None

    def blocks(self, kind: str) -> list[dict[str, Any]]:
        """The message's content blocks of one type."""
        content = self.message["content"] if self.message else []
        return [block for block in content if block.get("type") == kind]

    @property
    def text(self) -> str:
        """The message's text, its text blocks joined."""
        return "".join(str(block.get("text") or "") for block in self.blocks("text"))

    @property
    def tool_uses(self) -> list[dict[str, Any]]:
        """The calls of the client's tools in the message."""
        return self.blocks("tool_use")

    @property
    def stop_reason(self) -> Any:
        """The message's `stop_reason`, whatever it is."""
        return (self.message or {}).get("stop_reason")

    def usage(self, name: str) -> int:
        """One number of the message's usage, in tokens; 0 if it is missing or no such number."""
        usage = (self.message or {}).get("usage")
        figure = usage.get(name) if isinstance(usage, dict) else None
        return figure if is_token_count(figure) else 0

    @property
    def prompt_tokens(self) -> int:
        """All input tokens: fresh, written to a cache and read from it (rule RS-USE-3)."""
        return sum(
            self.usage(name)
            for name in (
                "input_tokens",
                "cache_creation_input_tokens",
                "cache_read_input_tokens",
            )
        )
