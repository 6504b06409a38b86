"""Whether every answer is one of its own: ids that several answers share, and answers served twice.

It takes one exchange at a time and keeps of it only digests, so that a file of any length can be
checked.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from messages_conformance.protocol.exchange import Exchange, once
from messages_conformance.protocol.json_text import loads
from messages_conformance.protocol.sse import parse
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import mapping
from messages_conformance.rules.response.message import check_id_of_other_message, served_twice
from messages_conformance.rules.response.tools import check_id_of_other_message as check_call_id

_MOST: Final = 200_000
"""Ids of each kind that are kept; later ones are compared with these only."""
_LONGEST: Final = 200
"""Characters of an id that is kept."""
_MASKED: Final = re.compile(r"(?i)redact|masked|\*\*|x{6}|<|\A(?:msg_|toolu_)?\Z")
"""Ids that whoever saved the answers has replaced."""


@dataclass(frozen=True)
class _Seen:
    """What is kept of an answer."""

    place: str
    body: bytes
    request: str
    request_id: str | None


class AnswersSoFar:
    """The answers of one model, or of one file, in their order."""

    def __init__(self, *, recorded: bool = True) -> None:
        """Begin without any; ``recorded`` says that each is known to be an answer of its own.

        In a file that is not, two with one `request-id` may be one that was saved twice or edited.
        """
        self._recorded = recorded
        self._messages: dict[str, _Seen] = {}
        self._calls: dict[str, _Seen] = {}

    def add(self, exchange: Exchange, place: str) -> Iterator[Finding]:
        """Compare an answer with all before it; ``place`` is where it stands, for later ones."""
        if exchange.status is None or not 200 <= exchange.status < 300:
            return
        id, calls = _ids(exchange)
        now = _Seen(
            place,
            hashlib.sha256(exchange.body).digest(),
            exchange.request.digest,
            exchange.header("request-id"),
        )
        before = _remember(self._messages, id, now)
        if before is not None and self._is_another(before, now):
            yield _compare(id, before, now)
        for pointer, call in calls:
            known = _remember(self._calls, call, now)
            if before is None and known and known is not now and self._is_another(known, now):
                yield check_call_id(call, f"in {known.place}", Where(pointer=pointer))

    def _is_another(self, before: _Seen, now: _Seen) -> bool:
        """Whether two answers are certain to be two."""
        if self._recorded or now.request_id is None or now.request_id != before.request_id:
            return True
        # One `request-id` for the same bytes to another request: both were replayed.
        return now.body == before.body and now.request != before.request


def _compare(id: str, before: _Seen, now: _Seen) -> Finding:
    """Compare two answers whose messages have the same id."""
    at, where = Where(pointer="/id"), f"in {before.place}"
    if before.body == now.body:
        return served_twice(where, at)
    return check_id_of_other_message(id, where, at)


@once
def _ids(exchange: Exchange) -> tuple[str, list[tuple[str, str]]]:
    """The id of a message, and where its calls of a client's tools stand with the id of each.

    Of a stream only the events are read that have them, and nothing else is kept.
    """
    if not exchange.streamed:
        document = _loaded(exchange.body)
        content = mapping(document).get("content")
        starts = enumerate(content) if isinstance(content, list) else ()
        return _id(document), [*_calls(starts)]
    events = [
        event.json or {}
        for event in parse(exchange.body)
        if event.name in ("message_start", "content_block_start")
    ]
    id = next((_id(event["message"]) for event in events if "message" in event), "")
    return id, [*_calls((event.get("index"), event.get("content_block")) for event in events)]


def _loaded(body: bytes) -> Any:
    try:
        return loads(body.decode())
    except ValueError:
        return None


def _id(message: Any) -> str:
    id = mapping(message).get("id")
    return id if isinstance(id, str) else ""


def _calls(blocks: Iterable[tuple[Any, Any]]) -> Iterator[tuple[str, str]]:
    for number, block in blocks:
        if mapping(block).get("type") == "tool_use":
            yield f"/content/{number}/id", _id(block)


def check_answers(exchanges: Iterable[Exchange]) -> Iterator[tuple[Exchange, Finding]]:
    """Compare the answers of one model with one another."""
    so_far = AnswersSoFar()
    for number, exchange in enumerate(exchanges):
        place = str(exchange.place or f"exchange {number}")
        for finding in so_far.add(exchange, place):
            yield exchange, finding


def _remember(known: dict[str, _Seen], id: str, seen: _Seen) -> _Seen | None:
    """The first answer that had this id; this one, if it is new, is remembered."""
    if _MASKED.search(id[:_LONGEST]):
        return None
    if id in known:
        return known[id]
    if len(known) < _MOST and len(id) <= _LONGEST:
        known[id] = seen
    return None
