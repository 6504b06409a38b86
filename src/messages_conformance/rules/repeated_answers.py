"""Whether every answer is one of its own: ids that several answers share, and answers served twice.

It takes one exchange at a time and keeps of it only digests, so that a file of any length can be
checked.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from messages_conformance.protocol.exchange import Exchange, canonical
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.response.message import check_id_of_other_message, served_twice
from messages_conformance.rules.response.tools import check_id_of_other_message as check_call_id

_MOST: Final = 200_000
"""Ids of each kind that are kept; later ones are compared with these only."""
_MASKED: Final = re.compile(r"(?i)redact|masked|\*\*|x{6}|<|\A(?:msg_|toolu_)?\Z")
"""Ids that whoever saved the answers has replaced."""


@dataclass(frozen=True)
class _Seen:
    """What is kept of an answer."""

    place: str
    body: bytes
    request: bytes
    request_id: str | None


class AnswersSoFar:
    """The answers of one model, or of one file, in their order."""

    def __init__(self) -> None:
        """Begin without any."""
        self._messages: dict[str, _Seen] = {}
        self._calls: dict[str, _Seen] = {}

    def add(self, exchange: Exchange, place: str) -> Iterator[Finding]:
        """Compare an answer with all before it; ``place`` is where it stands, for later ones.

        An exchange that is saved twice, with its own `request-id`, is one answer.
        """
        message = exchange.message
        if message is None:
            return
        now = _Seen(
            place,
            hashlib.sha256(exchange.body).digest(),
            hashlib.sha256(canonical(exchange.request.body)).digest(),
            exchange.header("request-id"),
        )
        before = _remember(self._messages, message.get("id"), now)
        if before is not None:
            at = Where(pointer="/id")
            if before.body != now.body:
                yield check_id_of_other_message(message["id"], f"in {before.place}", at)
            elif now.request_id is None or (
                (before.request_id, before.request) != (now.request_id, now.request)
            ):
                yield served_twice(f"in {before.place}", at)
        own: set[str] = set()
        for number, block in enumerate(message["content"]):
            id = block.get("id") if block.get("type") == "tool_use" else None
            # An id that is there twice in one message breaks a rule of its own.
            if not isinstance(id, str) or id in own:
                continue
            own.add(id)
            known = _remember(self._calls, id, now)
            if known is not None and before is None:
                at = Where(pointer=f"/content/{number}/id")
                yield check_call_id(id, f"in {known.place}", at)


def check_answers(exchanges: Iterable[Exchange]) -> Iterator[tuple[Exchange, Finding]]:
    """Compare the answers of one model with one another."""
    so_far = AnswersSoFar()
    for number, exchange in enumerate(exchanges):
        place = str(exchange.place or f"exchange {number}")
        for finding in so_far.add(exchange, place):
            yield exchange, finding


def _remember(known: dict[str, _Seen], id: Any, seen: _Seen) -> _Seen | None:
    """The first answer that had this id; this one, if it is new, is remembered."""
    if not isinstance(id, str) or _MASKED.search(id[:_LONGEST]):
        return None
    if id in known:
        return known[id]
    if len(known) < _MOST and len(id) <= _LONGEST:
        known[id] = seen
    return None


_LONGEST: Final = 200
"""Characters of an id that is kept."""
