"""Rules about the figures of ``usage``."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeGuard

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import mapping
from messages_conformance.rules.wording import one_of, seen, shown

_TIERS: Final = ("standard", "priority", "batch")
_CACHE: Final = ("cache_creation_input_tokens", "cache_read_input_tokens")


def is_count(value: Any) -> TypeGuard[int]:
    """Whether a value counts something: a whole number from 0, and no boolean."""
    return type(value) is int and value >= 0


def required(
    usage: Any, names: tuple[str, ...], rule: str, where: Where, pointer: str
) -> Iterator[Finding]:
    """Judge the figures that must be there, under the rule that asks for them.

    ``pointer`` is where the usage lies in what ``where`` names.
    """
    if not isinstance(usage, dict):
        what = f"`usage` is {shown(usage)}" if usage is not None else "`usage` is missing or null"
        yield broken(rule, where.at(pointer), f"{what}; expected {' and '.join(names)} in it")
        return
    for name in names:
        if not is_count(usage.get(name)):
            yield broken(
                rule,
                where.at(f"{pointer}/{name}"),
                f"`{name}` is {seen(usage, name)}; expected a whole number of tokens from 0",
            )


def optional(usage: Any, where: Where, pointer: str) -> Iterator[Finding]:
    """Judge the figures that may be left out or null."""
    given = mapping(usage)
    for name in _CACHE:
        if given.get(name) is not None and not is_count(given[name]):
            yield broken(
                "RS-USE-1",
                where.at(f"{pointer}/{name}"),
                f"`{name}` is {shown(given[name])}; expected a whole number from 0, or null",
            )


def agreeing(usage: Mapping[str, Any], where: Where, *, content: bool) -> Iterator[Finding]:
    """Judge the final figures against one another; ``content`` says whether there is any."""
    output = usage.get("output_tokens")
    if content and output == 0 and is_count(output):
        yield broken(
            "RS-USE-2",
            where.at("/usage/output_tokens"),
            "`output_tokens` is `0` though there is content; expected the tokens generated",
        )
    thought = mapping(usage.get("output_tokens_details")).get("thinking_tokens")
    if is_count(thought) and is_count(output) and thought > output:
        yield broken(
            "RS-USE-4",
            where.at("/usage/output_tokens_details/thinking_tokens"),
            f"`thinking_tokens` is {shown(thought)}; expected no more than the "
            f"{shown(output)} `output_tokens` they are part of",
        )
    tier = usage.get("service_tier")
    if tier is not None and tier not in _TIERS:
        yield broken(
            "RS-USE-5",
            where.at("/usage/service_tier"),
            f"`service_tier` is {shown(tier)}; expected {one_of(_TIERS)}",
        )
    parts = [part for part in mapping(usage.get("cache_creation")).values() if is_count(part)]
    written = usage.get("cache_creation_input_tokens")
    if parts and is_count(written) and sum(parts) != written:
        yield broken(
            "PC-8",
            where.at("/usage/cache_creation"),
            f"the parts of `cache_creation` sum to {shown(sum(parts))}; expected the "
            f"{shown(written)} of `cache_creation_input_tokens`",
        )
