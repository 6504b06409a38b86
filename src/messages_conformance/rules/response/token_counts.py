"""Rules ``RS-CNT``: what counting tokens answers."""

from collections.abc import Iterator
from typing import Any, Final

from messages_conformance.protocol.exchange import COUNT_TOKENS, Exchange
from messages_conformance.rules.by_schema import check_schema
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where

SLACK: Final = 0.1
"""How far a count may be off, as a share of the tokens charged: it is documented as an estimate."""
SLACK_TOKENS: Final = 10
"""How far a count may be off in any case, in tokens."""


def check_count(document: Any) -> Iterator[Finding]:
    """Check the form of a token count."""
    yield from check_schema(document, "token-count", "RS-CNT-1")


def tokens_counted(exchange: Exchange) -> int | None:
    """The tokens that an answer counts, or None if it is no count."""
    body = exchange.json if exchange.request.path == COUNT_TOKENS else None
    figure = body.get("input_tokens") if isinstance(body, dict) and exchange.status == 200 else None
    return figure if isinstance(figure, int) and not isinstance(figure, bool) else None


def check_estimate(count: Exchange, paid: Exchange) -> Iterator[Finding]:
    """Check a token count against the tokens that an equal request was charged."""
    counted, charged = tokens_counted(count) or 0, paid.prompt_tokens
    if abs(counted - charged) > max(SLACK_TOKENS, SLACK * charged):
        said = f"{counted} input tokens were counted, but {charged} charged for the same request"
        yield broken("RS-CNT-2", Where(pointer="/input_tokens"), said)
