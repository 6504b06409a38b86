"""Cache marks: how many, in which order, and what they make of the usage (rules PC)."""

import copy
from collections.abc import Iterator
from typing import Any

from messages_conformance.protocol.exchange import Json
from messages_conformance.reference import cache
from messages_conformance.reference.cache import Prompt
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.strict import stages
from messages_conformance.reference.strict.blocks import Block

_MOST = 4


def marks_are_few(call: Call) -> None:
    """Up to four marks, the automatic one included (rule PC-3)."""
    count = len(list(marked(call.body)))
    if count > _MOST:
        raise Refusal(
            400,
            f"A maximum of {_MOST} blocks with cache_control may be provided. Found {count}.",
        )


def long_marks_come_first(call: Call) -> None:
    """What is kept for an hour stands before what is kept for minutes (rule PC-4)."""
    short = False
    for path, holder in marked(call.body):
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
    """All that carries a mark, with its path, in the order of the prompt."""
    yield from _marked(body.get("tools"), "tools")
    yield from _marked(body.get("system"), "system")
    for i, message in enumerate(body.get("messages") or ()):
        yield from _marked(message.get("content"), f"messages.{i}.content")
    if body.get("cache_control"):
        yield "body", body


def written(call: Call, prompt: Prompt) -> dict[str, int]:
    """The tokens written to the cache, by how long they are kept (rule PC-8)."""
    hour = max(0, min(_end_of_long(call) - prompt.read, prompt.written))
    return {
        "ephemeral_5m_input_tokens": prompt.written - hour,
        "ephemeral_1h_input_tokens": hour,
    }


def _end_of_long(call: Call) -> int:
    """How many tokens stand before the end of what is kept for an hour."""
    if not any(_is_long(holder) for _, holder in marked(call.body)):
        return 0
    body = copy.deepcopy(call.body)
    for _, holder in marked(body):
        if not _is_long(holder):
            holder["cache_control"] = None
    prefixes = cache.prefixes(stages.render(body), call.promises.model.id)
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
