"""The short form of an exchange in a report, so that a reader need not open its cassette."""

import json
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from messages_conformance.protocol.exchange import Ending, Exchange, Json, Place

_SENT = 700
_RECEIVED = 900
_STRING = 160
"""The most characters of a request body, of a response body, and of one string in a request."""


@dataclass(frozen=True)
class Excerpt:
    """One exchange in about two kilobytes, both bodies as text."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    """The request's headers; credentials are placeholders."""
    sent: str
    """The request body as JSON, long strings cut in their middle."""
    status: int | None
    """None when no response came at all."""
    ended: Ending
    received: str
    """The response body, cut in its middle where it is long."""
    place: Annotated[Place | None, Field(alias="exchange")] = None
    """Where the exchange lies; None where it was not recorded."""

    def __str__(self) -> str:
        """The exchange in the form of HTTP."""
        answer = "no response" if self.status is None else f"HTTP {self.status}"
        return "\n".join(
            (
                f"{self.method} {self.path}",
                *(f"{name}: {value}" for name, value in self.headers),
                self.sent,
                "",
                f"→ {answer}" + ("" if self.ended == "complete" else f" ({self.ended})"),
                *([self.received.rstrip()] if self.received else []),
            )
        )


def excerpt(exchange: Exchange) -> Excerpt:
    """Shorten an exchange; every field of the request stays visible."""
    request = exchange.request
    return Excerpt(
        method=request.method,
        path=request.path,
        headers=tuple((name, _cut(value, _STRING)) for name, value in request.headers),
        sent=shorten(request.body),
        status=exchange.status,
        ended=exchange.ended,
        received=_cut(exchange.body.decode(errors="replace"), _RECEIVED),
        place=exchange.place,
    )


def shorten(body: Json) -> str:
    """A request body as JSON, its long strings and then the whole cut in the middle."""
    return _cut(json.dumps(_trim(body), ensure_ascii=False), _SENT)


def _trim(value: Json) -> Json:
    """The same JSON with long strings cut, so that a field under test stays visible."""
    if isinstance(value, str):
        return _cut(value, _STRING)
    if isinstance(value, list):
        return [_trim(item) for item in value]
    if isinstance(value, dict):
        return {name: _trim(item) for name, item in value.items()}
    return value


def _cut(text: str, length: int) -> str:
    """Leave out the middle: the end of an answer matters as much as its beginning."""
    if len(text) <= length:
        return text
    head = length * 2 // 3
    return f"{text[:head]} … {text[len(text) - (length - head - 3) :]}"
