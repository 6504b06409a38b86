"""Whether tokens add up over exchanges: the same request costs the same input every time.

Caches move tokens from one figure of the usage to another; their sum stays.
"""

from collections.abc import Iterable, Iterator, Sequence

from messages_conformance.protocol.exchange import COUNT_TOKENS, MESSAGES, Exchange, canonical
from messages_conformance.rules.finding import Finding, Rule, Severity, Where

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
COUNTED = Rule(
    "RS-CNT-2",
    Severity.ADVISORY,
    "What counting tokens says is about what the same request then costs.",
    "https://platform.claude.com/docs/en/build-with-claude/token-counting",
)
SLACK = 0.1
"""How far a count may be off, as a share of what was charged: it is documented as an estimate."""
SLACK_TOKENS = 10
"""How far it may be off at any rate, in tokens."""

_NOT_READ = frozenset({"stream", "stop_sequences", "temperature", "top_k", "top_p"})
"""Fields that say how to answer, and are no part of what the model reads."""
_ONE_PASS = frozenset({"text", "thinking", "redacted_thinking", "tool_use"})
"""Blocks that a model makes of the prompt alone. Others, such as the results of server tools, are
read by it in turn and counted as input, and chance decides how much that is."""


def alike(exchanges: Iterable[Exchange]) -> tuple[tuple[Exchange, ...], ...]:
    """The answers of which equal figures are due, in groups of several.

    Their requests ask the same, with the same headers, but for the key and for how an answer's
    words are chosen and sent.
    """
    groups: dict[bytes, list[Exchange]] = {}
    for exchange in exchanges:
        body = exchange.request.body
        if isinstance(body, dict) and _is_of_one_pass(exchange):
            asked = {name: value for name, value in body.items() if name not in _NOT_READ}
            key = canonical([exchange.request.path, _features(exchange), asked])
            groups.setdefault(key, []).append(exchange)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def counted(
    exchanges: Sequence[Exchange],
) -> tuple[tuple[tuple[Exchange, Exchange], ...], str]:
    """Each token count with an answer to the same request, and the figures in words."""
    charged = {_cost_of(e): e for e in exchanges if e.request.path == MESSAGES and e.answered}
    pairs = tuple(
        (count, charged[_cost_of(count)])
        for count in exchanges
        if _counted(count) is not None and _cost_of(count) in charged
    )
    told = (f"{_counted(count)} counted, {paid.prompt_tokens} charged" for count, paid in pairs)
    return pairs, ", ".join(told)


def check_count(count: Exchange, paid: Exchange) -> Iterator[tuple[Exchange, Finding]]:
    """Hold a token count against what an answer to the same request was charged."""
    said, charged = _counted(count) or 0, paid.prompt_tokens
    if abs(said - charged) > max(SLACK_TOKENS, SLACK * charged):
        message = f"{said} input tokens were counted, and {charged} charged for the same request"
        yield count, Finding(COUNTED, Where(pointer="/input_tokens"), message)


def _counted(exchange: Exchange) -> int | None:
    """The tokens an answer counts, or None where it is no count."""
    body = exchange.json if exchange.request.path == COUNT_TOKENS else None
    figure = body.get("input_tokens") if isinstance(body, dict) and exchange.status == 200 else None
    return figure if isinstance(figure, int) and not isinstance(figure, bool) else None


def _cost_of(exchange: Exchange) -> bytes:
    """What the input tokens of a request depend on."""
    body = exchange.request.body
    asked = dict(body) if isinstance(body, dict) else {"": body}
    for name in (*_NOT_READ, "max_tokens"):
        asked.pop(name, None)
    return canonical(asked)


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
