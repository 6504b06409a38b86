"""Whether tokens add up over several exchanges: equal requests cost equal input.

Caches move tokens from one number of the usage to another; their sum stays the same.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from messages_conformance.protocol.canonical import canonical
from messages_conformance.protocol.exchange import MESSAGES, Exchange, once
from messages_conformance.rules.finding import Finding
from messages_conformance.rules.response import usage as response_usage
from messages_conformance.rules.response.token_counts import check_estimate, tokens_counted
from messages_conformance.rules.stream import usage as stream_usage

_NOT_READ: Final = frozenset({"stream", "stop_sequences", "temperature", "top_k", "top_p"})
"""Fields that say how to answer; the model does not read them."""
_MARK: Final = b'"cache_control"'
"""What only requests have that may hold a mark for the cache; most have none."""
_ONE_PASS: Final = frozenset({"text", "thinking", "redacted_thinking", "tool_use"})
"""Blocks that a model generates from the prompt alone. Others, for example the results of server
tools, are read by it again and counted as input, and chance decides how much that is."""


def equal_requests(exchanges: Iterable[Exchange]) -> tuple[tuple[Exchange, ...], ...]:
    """The answers that must cost the same input, in groups of two or more.

    Their requests differ only in the key, in what `_NOT_READ` names, in what is marked for a cache
    and in headers that do not change what a request means.
    """
    groups: dict[bytes, list[Exchange]] = {}
    for exchange in exchanges:
        if isinstance(exchange.request.body, dict) and _is_of_one_pass(exchange):
            groups.setdefault(_input_of(exchange), []).append(exchange)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def check_equal_requests(group: tuple[Exchange, ...]) -> Iterator[tuple[Exchange, Finding]]:
    """Compare a group with its first exchange, one that is not streamed if there is any."""
    first = min(group, key=lambda exchange: exchange.streamed)
    for exchange in group:
        rules = response_usage if exchange.streamed is first.streamed else stream_usage
        for finding in rules.check_repeated(exchange, first):
            yield exchange, finding


def counts_with_charges(
    exchanges: Sequence[Exchange],
) -> tuple[tuple[tuple[Exchange, Exchange], ...], str]:
    """Each token count with an answer to the same request, and their numbers in words."""
    counts = [exchange for exchange in exchanges if tokens_counted(exchange) is not None]
    paid_for = exchanges if counts else ()  # what each costs takes a while to find
    charged = {_cost_of(e): e for e in paid_for if e.request.path == MESSAGES and e.answered}
    pairs = tuple(
        (count, charged[cost]) for count in counts if (cost := _cost_of(count)) in charged
    )
    said = (
        f"{tokens_counted(count)} counted, {paid.prompt_tokens} charged" for count, paid in pairs
    )
    return pairs, ", ".join(said)


def check_counts(count: Exchange, paid: Exchange) -> Iterator[tuple[Exchange, Finding]]:
    """Compare a token count with the tokens that the same request was charged."""
    for finding in check_estimate(count, paid):
        yield count, finding


def check_overhead(exchanges: Iterable[Exchange]) -> Iterator[tuple[Exchange, Finding]]:
    """Check that not every short request costs a long prompt of somebody else."""
    return response_usage.check_overhead(exchanges)


def _without_marks(value: Any) -> Any:
    """JSON without any ``cache_control``; what a tool is given may have a key of that name."""
    if isinstance(value, list):
        return [_without_marks(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: each if name in ("input", "input_schema") else _without_marks(each)
        for name, each in value.items()
        if name != "cache_control"
    }


@once
def _input_of(exchange: Exchange) -> bytes:
    """A digest of what a request means, but for what the model does not read."""
    read = {name: each for name, each in exchange.request.body.items() if name not in _NOT_READ}
    beside = [exchange.request.path, _features(exchange)]
    written = canonical([*beside, read])
    if _MARK in written:
        written = canonical([*beside, _without_marks(read)])
    return hashlib.sha256(written).digest()


@once
def _cost_of(exchange: Exchange) -> bytes:
    """A digest of what the input tokens of a request depend on."""
    body = exchange.request.body
    read = dict(_without_marks(body)) if isinstance(body, dict) else {"": body}
    for name in (*_NOT_READ, "max_tokens"):
        read.pop(name, None)
    return hashlib.sha256(canonical(read)).digest()


def _is_of_one_pass(exchange: Exchange) -> bool:
    kinds = [block.get("type") for block in (exchange.message or {}).get("content", ())]
    return exchange.answered and all(isinstance(kind, str) and kind in _ONE_PASS for kind in kinds)


def _features(exchange: Exchange) -> list[str | None]:
    """The headers that may change what a request means."""
    sent = dict(exchange.request.headers)
    return [sent.get("anthropic-version"), sent.get("anthropic-beta")]
