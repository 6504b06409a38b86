"""Cache marks: how many, in which order, and their effect on the usage (rules PC)."""

import copy
from collections.abc import Iterator
from typing import Any

from messages_conformance.protocol.exchange import Json
from messages_conformance.reference import cache
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.cache import PromptUsage
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.strict import stages
from messages_conformance.reference.strict.blocks import Block

_MOST = 4


def at_most_four_marks(request: AdmittedRequest) -> None:
    """Up to four marks, the automatic one included (rule PC-3)."""
    count = len(list(marked(request.body)))
    if count > _MOST:
        raise Refusal(
            400,
            f"A maximum of {_MOST} blocks with cache_control may be provided. Found {count}.",
        )


def long_marks_come_first(request: AdmittedRequest) -> None:
    """Marks with a lifetime of an hour come before those of five minutes (rule PC-4)."""
    short = False
    for path, holder in marked(request.body):
        if not _is_long(holder):
            short = True
        elif short:
            raise invalid(
                f"{path}.cache_control.ttl",
                "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control "
                "block. Note that blocks are processed in the following order: `tools`, "
                "`system`, `messages`.",
            )


def marked(body: dict[str, Any]) -> Iterator[tuple[str, Block]]:
    """Every object with a mark, with its path, in the order of the prompt."""
    yield from _marked(body.get("tools"), "tools")
    yield from _marked(body.get("system"), "system")
    for i, message in enumerate(body.get("messages") or ()):
        yield from _marked(message.get("content"), f"messages.{i}.content")
    if body.get("cache_control"):
        yield "body", body


def written_by_lifetime(request: AdmittedRequest, prompt: PromptUsage) -> dict[str, int]:
    """The tokens written to the cache, by their lifetime (rule PC-8)."""
    hour = max(0, min(_end_of_long(request) - prompt.read, prompt.written))
    return {
        "ephemeral_5m_input_tokens": prompt.written - hour,
        "ephemeral_1h_input_tokens": hour,
    }


def _end_of_long(request: AdmittedRequest) -> int:
    """How many tokens the longest prefix that is cached for an hour has."""
    if not any(_is_long(holder) for _, holder in marked(request.body)):
        return 0
    body = copy.deepcopy(request.body)
    for _, holder in marked(body):
        if not _is_long(holder):
            holder["cache_control"] = None
    prefixes = cache.prefixes(stages.render(body), request.claims.model.id)
    return prefixes[-1].tokens if prefixes else 0


def _is_long(holder: Block) -> bool:
    return bool(holder["cache_control"].get("ttl") == "1h")


def _marked(blocks: Json, path: str) -> Iterator[tuple[str, Block]]:
    for i, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if isinstance(block, dict):
            if block.get("type") == "tool_result":
                yield from _marked(block.get("content"), f"{path}.{i}.content")
            if block.get("cache_control"):
                yield f"{path}.{i}", block
