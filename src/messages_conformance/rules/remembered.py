"""Checking equal exchanges once.

A row's verdict and the rows about the wire rest on the same findings, and one run of the selftest
answers most requests as the last one did. What the rules say depends on nothing but the bytes of
the request and the answer, how they came, and the API version; so it is kept by a digest of those.
"""

import hashlib
from typing import Final

from messages_conformance.protocol.exchange import Exchange, once
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.check import check
from messages_conformance.rules.finding import Finding

_MOST: Final = 10_000
"""Exchanges whose findings are kept; then all are forgotten."""
_found: dict[tuple[str, bytes], tuple[Finding, ...]] = {}


def check_once(exchange: Exchange, version: str = VERSIONS[0]) -> tuple[Finding, ...]:
    """The same as `check`; an equal exchange is not checked again.

    Raises:
        ValueError: the API version is unknown.
    """
    key = version, _digest(exchange)
    if key not in _found:
        if len(_found) >= _MOST:
            _found.clear()
        _found[key] = check(exchange, version)
    return _found[key]


@once
def _digest(exchange: Exchange) -> bytes:
    beside = (
        exchange.request.key,
        exchange.status,
        exchange.headers,
        [(chunk.size, chunk.at) for chunk in exchange.chunks],
        exchange.ended,
    )
    digest = hashlib.sha256(repr(beside).encode("utf-8", "surrogatepass"))
    digest.update(b"\0" + exchange.body)
    return digest.digest()
