"""One HTTP request and what came back, as immutable values.

A `Request` never holds a secret: credentials stand in its headers as the placeholders
`KEY`, `WRONG_KEY` and `RESTRICTED_KEY`, which are filled in only when it is sent.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

from messages_conformance.protocol import sse
from messages_conformance.protocol.accumulate import fold
from messages_conformance.protocol.lazy import Recalled, remembered

KEY = "<key>"
WRONG_KEY = "<wrong key>"
RESTRICTED_KEY = "<restricted key>"

MESSAGES = "/v1/messages"
COUNT_TOKENS = "/v1/messages/count_tokens"

Json = Any
Ending = Literal["complete", "cut", "timeout", "unreachable", "too large"]
"""How an answer ended: in full, cut off, silent too long, never begun, or stopped by us."""


_PARTING = (b"\n", b"{", b"[", b",")
"""What begins a part of a body: a line, an object, a list, an item."""
_PART = 150
"""What a part takes in memory when it is read, in bytes."""


def parts(body: bytes) -> int:
    """How many parts a body has: lines, objects, lists and items."""
    return sum(map(body.count, _PARTING))


def canonical(value: Json) -> bytes:
    """Serialise JSON the one way that equal values share: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Request:
    """What is sent, below the base URL; header names are lower case."""

    body: Json
    headers: tuple[tuple[str, str], ...] = ()
    path: str = MESSAGES
    method: str = "POST"

    @cached_property
    def content(self) -> bytes:
        """The body's bytes as they go over the wire."""
        return canonical(self.body)

    @cached_property
    def key(self) -> str:
        """What makes two requests equal: method, path, headers and canonical body."""
        digest = hashlib.sha256(self.content).hexdigest()
        return request_key(self.method, self.path, dict(self.headers), digest)


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
    """Where a recorded exchange lies: its cassette and its position in it, from 0."""

    cassette: str
    position: int

    def __str__(self) -> str:
        return f"{self.cassette}#{self.position}"


@dataclass(frozen=True)
class Error:
    """The documented error envelope: ``{"type": "error", "error": {"type", "message"}}``."""

    type: str
    message: str


@dataclass(frozen=True)
class Exchange:
    """One request and what came back, with the raw bytes, their timing and how it ended.

    A long body may lie on the disk, and is read from there each time; what is made out of one
    is forgotten when it has not been needed for long (see `recall`).
    """

    request: Request
    status: int | None
    """None when no response came at all."""
    # A `Recalled` is made to stand here.
    headers: Recalled[tuple[tuple[str, str], ...]] = Recalled(())  # noqa: RUF009
    body: Recalled[bytes] = Recalled(b"")  # noqa: RUF009
    chunks: Recalled[tuple[Chunk, ...]] = Recalled(())  # noqa: RUF009
    ended: Ending = "complete"
    place: Place | None = field(default=None, compare=False)

    def header(self, name: str) -> str | None:
        """The first response header of that name, in any case."""
        return next((v for k, v in self.headers if k.lower() == name.lower()), None)

    def asked_with(self, request: Request) -> "Exchange":
        """The same answer to an equal request; what lies on the disk stays there."""
        held = vars(self)
        kept = {name: held[name] for name in ("headers", "body", "chunks")}
        return replace(self, request=request, **kept)

    @property
    def weight(self) -> int:
        """Bytes, roughly, that its events or its JSON take in memory."""
        body = self.body
        return len(body) + _PART * parts(body)

    @remembered
    def json(self) -> Json:
        """The body as JSON, or None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    @remembered
    def events(self) -> tuple[sse.Event, ...]:
        """The body's server-sent events; empty for any other body."""
        return sse.parse(self.body) if self.streamed else ()

    @property
    def streamed(self) -> bool:
        """Whether the answer is called an event stream, or looks like one and is not called JSON.

        The SDKs read a stream as one under whatever label.
        """
        kind = (self.header("content-type") or "").lower()
        if kind.startswith("text/event-stream"):
            return True
        return "json" not in kind and self.body.lstrip().startswith((b"event:", b"data:"))

    @remembered
    def message(self) -> dict[str, Any] | None:
        """The message answered with, folded if streamed; None where there is no readable one."""
        if self.status is None or not 200 <= self.status < 300 or self.ended != "complete":
            return None
        message = fold(self.events) if self.streamed else self.json
        if not isinstance(message, dict) or not isinstance(message.get("content"), list):
            return None
        return message if all(isinstance(block, dict) for block in message["content"]) else None

    @remembered
    def error(self) -> Error | None:
        """The documented error envelope of the body, or None where it is not that."""
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
        """Whether it was refused as documented: a 4xx with the error envelope."""
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
        """The calls the message makes to the client's tools."""
        return self.blocks("tool_use")

    @property
    def stop_reason(self) -> Any:
        """Why the message ended, as the endpoint says."""
        return (self.message or {}).get("stop_reason")

    def usage(self, name: str) -> int:
        """One figure of the message's usage, in tokens; 0 where absent or not a number."""
        usage = (self.message or {}).get("usage")
        figure = usage.get(name) if isinstance(usage, dict) else None
        return figure if isinstance(figure, int) and not isinstance(figure, bool) else 0

    @property
    def prompt_tokens(self) -> int:
        """All input tokens: fresh, written to a cache and read from one (rule RS-USE-3)."""
        return sum(
            self.usage(name)
            for name in (
                "input_tokens",
                "cache_creation_input_tokens",
                "cache_read_input_tokens",
            )
        )
