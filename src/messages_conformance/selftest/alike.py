"""What one run asks and gets as an earlier run did, so that it is worked out only once.

With a fault most requests are answered as without it. What was parsed of an answer, and what was
found in it, is kept with the exchange; nothing changes it. A probe whose answers are all the same
as in an earlier run sees what it saw then, since it decides by its answers alone.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from messages_conformance.cassettes.entry import Slot
from messages_conformance.probing.driver import Batch
from messages_conformance.probing.probe import Ask
from messages_conformance.protocol.exchange import Exchange, Place
from messages_conformance.verdict import Behaviour

_MOST: Final = 5_000
"""Exchanges that are kept: those of the clean endpoints, which all runs need, and the newest."""
_LARGEST: Final = 256 * 1024
"""Bytes of a request or an answer that is kept."""
_kept: OrderedDict[Hashable, Exchange] = OrderedDict()
_numbers: dict[Slot, int] = {}


@dataclass(frozen=True)
class KnownPath:
    """What a probe asked, what it was answered, and what it saw."""

    ask: Ask
    batches: tuple[Batch, ...]
    answers: tuple[tuple[Exchange, ...], ...]
    behaviour: Behaviour


def place_of(slot: Slot) -> Place:
    """Where an exchange is said to be recorded: the same place in each run of this process."""
    return Place("selftest", _numbers.setdefault(slot, len(_numbers)))


def kept(exchange: Exchange) -> Exchange:
    """The first of all exchanges that equal this one, in its place too; this one, if it is new."""
    if max(len(exchange.request.content), len(exchange.body)) > _LARGEST:
        return exchange
    key = (
        exchange.request.key,
        exchange.status,
        exchange.headers,
        exchange.body,
        exchange.chunks,
        exchange.ended,
        exchange.place,
    )
    first = _kept.setdefault(key, exchange)
    _kept.move_to_end(key)
    if len(_kept) > _MOST:
        _kept.popitem(last=False)
    return first
