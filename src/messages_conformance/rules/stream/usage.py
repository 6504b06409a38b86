"""Rules ``ST-USE``: the numbers of tokens in a stream."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from messages_conformance.protocol.exchange import Exchange, is_token_count
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import mapping
from messages_conformance.rules.response.usage import (
    check_optional,
    check_required,
    how_they_differ,
)
from messages_conformance.rules.wording import seen, shown

_CACHED: Final = ("cache_read_input_tokens", "cache_creation_input_tokens")


def check_delta(usage: Any, so_far: Mapping[str, Any], where: Where) -> Iterator[Finding]:
    """Check the usage of a message_delta against the counts so far."""
    yield from check_required(usage, ("output_tokens",), "ST-USE-1", where, "/usage")
    yield from check_optional(usage, where, "/usage")
    now, before = mapping(usage).get("output_tokens"), so_far.get("output_tokens")
    if is_token_count(now) and is_token_count(before) and now < before:
        yield broken(
            "ST-USE-2",
            where.at("/usage/output_tokens"),
            f"`output_tokens` falls from {shown(before)} to {shown(now)}; expected the tokens "
            "of the whole message so far",
        )


def check_input(usage: Any, at_start: Mapping[str, Any], where: Where) -> Iterator[Finding]:
    """Check the input tokens of a message_delta against those of message_start."""
    given, before = mapping(usage).get("input_tokens"), at_start.get("input_tokens")
    if is_token_count(given) and is_token_count(before) and given != before:
        twice = _counted_twice(abs(given - before), mapping(usage), at_start)
        if twice:
            yield broken(
                "ST-USE-5",
                where.at("/usage/input_tokens"),
                f"cached tokens are counted twice: `input_tokens` is {shown(before)} in "
                f"message_start and {shown(given)} in message_delta, which differ by the "
                f"{shown(abs(given - before))} of {twice}; expected {shown(min(given, before))}, "
                "as cached tokens are counted apart",
            )
            return
    for name in ("input_tokens", *_CACHED):
        given, before = mapping(usage).get(name), at_start.get(name)
        if given is not None and before != given and (name in at_start or given != 0):
            unseen = ", where clients read how full the context is" if before == 0 else ""
            yield broken(
                "ST-USE-3w",
                where.at(f"/usage/{name}"),
                f"`{name}` is {shown(given)} and was {seen(dict(at_start), name)} in "
                f"message_start{unseen}; the original API sends the final number at the start",
            )
            return


def _counted_twice(more: int, usage: Mapping[str, Any], at_start: Mapping[str, Any]) -> str:
    """Which cached tokens a rise of the input tokens consists of; empty if of none."""
    read, written = (
        max(count for count in (0, usage.get(name), at_start.get(name)) if is_token_count(count))
        for name in _CACHED
    )
    if more == read:
        return "`cache_read_input_tokens`"
    if more == written:
        return "`cache_creation_input_tokens`"
    return "tokens read from a cache and written to it" if more == read + written else ""


def check_repeated(exchange: Exchange, plain: Exchange) -> Iterator[Finding]:
    """Check that a stream cost the same input as the plain answer to an equal request."""
    counted, expected = exchange.prompt_tokens, plain.prompt_tokens
    if counted != expected:
        said = (
            f"{how_they_differ(exchange, plain)}{counted} input tokens, but {expected} for an "
            "equal request without a stream"
        )
        yield broken("ST-USE-4", Where(pointer="/usage"), said)
