"""An exchange as a report keeps it, so that a reader need not open its cassette.

The request is whole, so that it can be sent again; of the answer, the beginning and the end. What
is printed is shorter still: of a long text, nobody reads the middle.
"""

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final

from pydantic import Field

from messages_conformance.protocol.exchange import Ending, Exchange, Json, Malformed, Place, Request
from messages_conformance.protocol.json_text import loads_leniently
from messages_conformance.verdict import Role

_WHOLE: Final = 64 * 1024
"""Characters of the longest request that is kept whole."""
_KEPT: Final = 2400
"""Characters of a response body that are kept."""
_SENT: Final = 700
_RECEIVED: Final = 900
_STRING: Final = 160
"""What is printed at most: of a request, of a response body, of one string in a request."""


@dataclass(frozen=True)
class Excerpt:
    """One exchange, both bodies as text."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    """The request's headers; credentials are placeholders."""
    sent: str
    """The request body as JSON; not ``whole`` where it is very long."""
    status: int | None
    """None when no response came at all."""
    ended: Ending
    received: str
    """The response body, cut in its middle where it is long."""
    place: Annotated[Place | None, Field(alias="exchange")] = None
    """Where the exchange lies; None where it was not recorded."""
    role: Role | None = None
    """Why it was asked; None where no probe asked for it."""
    whole: bool = False
    """Whether the request is whole; False also where an older version wrote the report."""

    @cached_property
    def request(self) -> Request | None:
        """The request, to be sent again; None where it is not whole."""
        if not self.whole:
            return None
        return Request(self._body, self.headers, self.path, self.method)

    @property
    def _body(self) -> Json:
        """The body that was sent; a text that is no JSON was sent as it stands."""
        if not self.sent:
            return None
        try:
            return loads_leniently(self.sent)
        except ValueError:
            return Malformed(self.sent)

    @property
    def sent_in_short(self) -> str:
        """The request body with its long strings cut, so that all of its fields are seen."""
        return shorten(self._body) if self.whole else self.sent

    @property
    def answer(self) -> str:
        """What came back, in a few words: ``HTTP 200``, ``no response (timeout)``."""
        answer = "no response" if self.status is None else f"HTTP {self.status}"
        return answer + ("" if self.ended == "complete" else f" ({self.ended})")

    def __str__(self) -> str:
        """The exchange in the form of HTTP, in about two kilobytes."""
        role = f"{self.role}: " if self.role else ""
        return "\n".join(
            (
                f"{role}{self.method} {self.path}",
                *(f"{name}: {_cut(value, _STRING)}" for name, value in self.headers),
                self.sent_in_short,
                "",
                f"→ {self.answer}",
                *([_cut(self.received, _RECEIVED).rstrip()] if self.received else []),
            )
        )


def excerpt(exchange: Exchange, role: Role | None = None) -> Excerpt:
    """Keep of an exchange what a report shows."""
    request = exchange.request
    whole = _size(request.body) <= _WHOLE
    return Excerpt(
        method=request.method,
        path=request.path,
        headers=request.headers,
        sent=_json(request.body) if whole else shorten(request.body),
        status=exchange.status,
        ended=exchange.ended,
        received=_cut(exchange.body.decode(errors="replace"), _KEPT),
        place=exchange.place,
        role=role,
        whole=whole and not request.is_only_digest,
    )


def shorten(body: Json) -> str:
    """A request body as JSON, its long strings and then the whole cut in the middle."""
    return _cut(_json(trim(body)), _SENT)


def trim(value: Json) -> Json:
    """The same JSON with long strings cut, so that a field under test stays visible."""
    if isinstance(value, str):
        return type(value)(_cut(value, _STRING))
    if isinstance(value, list):
        return [trim(item) for item in value]
    if isinstance(value, dict):
        return {name: trim(item) for name, item in value.items()}
    return value


def _json(body: Json) -> str:
    if body is None:
        return ""
    return str(body) if isinstance(body, Malformed) else json.dumps(body, ensure_ascii=False)


def _size(value: Json) -> int:
    """About how many characters of JSON a value takes, without writing them."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list):
        return sum(map(_size, value))
    if isinstance(value, dict):
        return sum(len(name) + _size(item) for name, item in value.items())
    return 1


def _cut(text: str, length: int) -> str:
    """Leave out the middle: the end of an answer matters as much as its beginning."""
    if len(text) <= length:
        return text
    head = length * 2 // 3
    return f"{text[:head]} … {text[len(text) - (length - head - 3) :]}"
