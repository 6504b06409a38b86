"""Whether tokens add up over exchanges: the same request costs the same input every time.

Caches move tokens from one figure of the usage to another; their sum stays.
"""

from collections.abc import Iterable, Iterator

from messages_conformance.exchange import Exchange, canonical
from messages_conformance.wire.finding import Finding, Rule, Severity, Where

_SOURCE = "https://platform.claude.com/docs/en/build-with-claude/prompt-caching"
AGAIN = Rule(
    "RS-USE-3",
    Severity.CONTRACT,
    "Asked the same again, an endpoint counts the same input: fresh, cached and read from a cache.",
    _SOURCE,
)
STREAMED = Rule(
    "ST-USE-4",
    Severity.CONTRACT,
    "A stream counts the same input as the plain answer to the same request.",
    "https://platform.claude.com/docs/en/build-with-claude/streaming",
)


_ONE_PASS = frozenset({"text", "thinking", "redacted_thinking", "tool_use"})
"""Blocks that a model makes of the prompt alone. Others, such as the results of server tools, are
read by it in turn and counted as input, and chance decides how much that is."""


def alike(exchanges: Iterable[Exchange]) -> tuple[tuple[Exchange, ...], ...]:
    """The answers of which equal figures are due, in groups of several.

    Their requests ask the same, with the same headers, but for the stream and the key.
    """
    groups: dict[bytes, list[Exchange]] = {}
    for exchange in exchanges:
        body = exchange.request.body
        if isinstance(body, dict) and _is_of_one_pass(exchange):
            asked = {name: value for name, value in body.items() if name != "stream"}
            key = canonical([exchange.request.path, _features(exchange), asked])
            groups.setdefault(key, []).append(exchange)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _is_of_one_pass(exchange: Exchange) -> bool:
    return exchange.answered and all(
        block.get("type") in _ONE_PASS for block in (exchange.message or {})["content"]
    )


def _features(exchange: Exchange) -> list[str | None]:
    """The headers that may change what a request means."""
    sent = dict(exchange.request.headers)
    return [sent.get("anthropic-version"), sent.get("anthropic-beta")]


def check(group: tuple[Exchange, ...]) -> Iterator[tuple[Exchange, Finding]]:
    """Hold exchanges that ask the same against the first of them, a plain one if there is any."""
    first = min(group, key=lambda exchange: exchange.streamed)
    for exchange in group:
        counted, due = exchange.prompt_tokens, first.prompt_tokens
        if counted == due:
            continue
        if exchange.streamed is first.streamed:
            said = f"{counted} input tokens, and {due} when asked the same before"
            yield exchange, Finding(AGAIN, Where(pointer="/usage"), said)
        else:
            said = f"{counted} input tokens, and {due} when asked the same without a stream"
            yield exchange, Finding(STREAMED, Where(pointer="/usage"), said)
