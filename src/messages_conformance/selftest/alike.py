"""Answers that one run gets as an earlier run got them: the same object, so parsed only once.

With a fault most requests are answered as without it. What was parsed of an answer, and what was
found in it, is kept with the exchange; nothing changes it.
"""

from collections.abc import Hashable
from typing import Final

from messages_conformance.protocol.exchange import Exchange

_MOST: Final = 5_000
"""Exchanges that are kept; then all are forgotten."""
_LARGEST: Final = 256 * 1024
"""Bytes of a request or an answer that is kept."""
_kept: dict[Hashable, Exchange] = {}


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
    if key not in _kept:
        if len(_kept) >= _MOST:
            _kept.clear()
        _kept[key] = exchange
    return _kept[key]
