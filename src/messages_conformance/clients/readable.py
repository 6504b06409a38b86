"""Which recorded answers are fed to clients, and when two of them give the same result."""

import hashlib
import re

from messages_conformance.protocol.exchange import MESSAGES, Exchange, Request, once

_IRRELEVANT = re.compile(r"(?i)(x-)?request-id$|date$|anthropic-ratelimit-")
"""Headers that differ from answer to answer and that no result depends on."""
_DIGITS = 32
"""Hexadecimal digits of a key, which are enough to tell all answers apart."""


def asks_for_stream(exchange: Exchange) -> bool:
    """Whether the request asks for a stream; of an unknown one, the answer shows it."""
    asked = exchange.request.body
    return asked.get("stream") is True if isinstance(asked, dict) else exchange.streamed


def is_readable(exchange: Exchange) -> bool:
    """Whether it is an answer to a request for a message, which came and was not stopped by us."""
    asked = exchange.request
    return (
        (asked.method, asked.path.partition("?")[0]) == ("POST", MESSAGES)
        and exchange.status is not None
        and exchange.ended != "too large"
        and is_sendable(asked)
    )


def is_sendable(request: Request) -> bool:
    """Whether a client sends such a request: what it always sends is there, and of its type.

    What is made of an answer to another request is nobody's loss. A request of which no messages
    are known is taken for one that is sent.
    """
    body = request.body
    if not isinstance(body, dict):
        # Of a very long request only a digest is stored; what no client sends is short.
        return body is None or request.is_only_digest
    if not isinstance(body.get("stream", False), bool | None):
        return False
    if "messages" not in body:
        return True
    return (
        isinstance(body["messages"], list)
        and isinstance(body.get("model"), str)
        and type(body.get("max_tokens")) is int
    )


@once
def key_of(exchange: Exchange) -> str:
    """Equal for answers that give equal results, so that each is read once."""
    relevant = (
        exchange.status,
        exchange.ended,
        [header for header in exchange.headers if not _IRRELEVANT.match(header[0])],
        [chunk.size for chunk in exchange.chunks],
        asks_for_stream(exchange),
    )
    digest = hashlib.sha256(repr(relevant).encode("utf-8", "surrogatepass") + exchange.body)
    return digest.hexdigest()[:_DIGITS]
