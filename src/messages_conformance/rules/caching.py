"""Rules ``PC``: prompt caching, in the request and in the usage."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from messages_conformance.protocol.exchange import is_token_count
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.invalid_requests import Mistake
from messages_conformance.rules.request_view import RequestView, mapping
from messages_conformance.rules.response.content import THINKING, Content
from messages_conformance.rules.wording import shown

_MOST_BREAKPOINTS: Final = 4

Breakpoint = tuple[str, dict[str, Any], dict[str, Any]]
"""Where a ``cache_control`` stands, the block that has it, and the ``cache_control`` itself."""


def check_usage(usage: Mapping[str, Any], content: Content, where: Where) -> Iterable[Finding]:
    """Check that the tokens written to the cache add up, unless tools of the server ran."""
    written = usage.get("cache_creation_input_tokens")
    if not is_token_count(written) or content.served or usage.get("iterations"):
        return ()
    parts = [part for part in mapping(usage.get("cache_creation")).values() if is_token_count(part)]
    if not parts or sum(parts) == written or any(mapping(usage.get("server_tool_use")).values()):
        return ()
    said = (
        f"the parts of `cache_creation` sum to {shown(sum(parts))}; expected the "
        f"{shown(written)} of `cache_creation_input_tokens`"
    )
    return (broken("PC-8", where.at("/usage/cache_creation"), said),)


def mistakes(request: RequestView) -> Iterator[Mistake]:
    """Breakpoints that are malformed, too many, in the wrong order or in the wrong place."""
    breakpoints = list(_breakpoints(request))
    automatic = 1 if request.body.get("cache_control") else 0
    if len(breakpoints) + automatic > _MOST_BREAKPOINTS:
        yield (
            "PC-3",
            breakpoints[-1][0],
            f"{len(breakpoints) + automatic} blocks have `cache_control`",
        )
    short = False
    for pointer, holder, control in breakpoints:
        ttl = control.get("ttl", "5m")
        if control.get("type") != "ephemeral" or ttl not in ("5m", "1h"):
            yield (
                "PC-2",
                pointer,
                "a `cache_control` is not `ephemeral` with a `ttl` of `5m` or `1h`",
            )
        elif ttl == "1h" and short:
            yield "PC-4", pointer, "a `ttl` of `1h` comes after one of `5m`"
        short = short or ttl == "5m"
        kind = holder.get("type")
        if kind in THINKING or (kind == "text" and holder.get("text") == ""):
            yield "PC-5", pointer, "`cache_control` is on thinking or on empty text"


def _breakpoints(request: RequestView) -> Iterator[Breakpoint]:
    """All breakpoints in the order in which the prompt is cached: tools, system, messages."""
    body = request.body
    yield from _breakpoints_in(body.get("tools"), "/tools")
    yield from _breakpoints_in(body.get("system"), "/system")
    for number, message in enumerate(request.messages):
        yield from _breakpoints_in(message.get("content"), f"/messages/{number}/content")


def _breakpoints_in(blocks: Any, pointer: str) -> Iterator[Breakpoint]:
    for number, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if not isinstance(block, dict):
            continue
        inner = mapping(block).get("content")
        if block.get("type") == "tool_result":
            yield from _breakpoints_in(inner, f"{pointer}/{number}/content")
        if isinstance(block.get("cache_control"), dict):
            yield f"{pointer}/{number}/cache_control", block, block["cache_control"]
