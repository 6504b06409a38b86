"""The rows of a page that a request rests on: it must be answered only if all are promised."""

from collections.abc import Iterator
from typing import Any, Final

from messages_conformance.claims.page import Model
from messages_conformance.probing.generated.draft import Draft

PREFILL: Final = "a prefilled answer"
EXAMPLES: Final = "examples of a tool's input"
AUTOMATIC: Final = "automatic caching"
OTHER: Final = "anything else"
BETA: Final = "header/anthropic-beta+version"
"""What no page has a row for, apart from the header."""

_FIELDS: Final = frozenset(
    {
        *("system", "stop_sequences", "stream", "temperature", "top_p", "top_k"),
        *("metadata", "service_tier", "thinking"),
    }
)
_OF_TOOLS: Final = {
    "description": "tools/description",
    "strict": "request/strict_tools",
    "type": "request/tool_type_custom",
    "input_examples": EXAMPLES,
}
_OF_BLOCKS: Final = {
    "text": ("content/text/text",),
    "image": ("content/image",),
    "document": ("content/document",),
    "search_result": ("content/search_result",),
    "tool_use": ("content/tool_use/id", "content/tool_use/name", "content/tool_use/input"),
    "tool_result": ("content/tool_result/tool_use_id", "content/tool_result/content"),
}
_BASIC: Final = frozenset({"model", "max_tokens", "messages", "tools", "tool_choice"})
_MARKED: Final = {
    "text": "content/text/cache_control",
    "tool_use": "content/tool_use/cache_control",
    "tool_result": "content/tool_result/cache_control",
    "image": "content/text/cache_control",
    "document": "content/text/cache_control",
    "search_result": "content/text/cache_control",
}


def rows_used(draft: Draft) -> frozenset[str]:
    """The ids of the rows, and the names of what has none; of a malformed request what shows."""
    return frozenset((*_of_fields(draft), *_of_messages(draft.body.get("messages"))))


def is_within(draft: Draft, model: Model) -> bool:
    """Whether a model is known to do what a request asks: whether it thinks, and takes images."""
    kinds = {_type(one) for one in _objects(draft.body.get("messages"))}
    thinks = draft.body.get("thinking") is None or model.thinks
    return thinks and ("image" not in kinds or model.sees is True)


def row_of_mark(holder: Any) -> str:
    """The row about a cache mark on a tool or a block."""
    return _MARKED.get(_type(holder), "tools/cache_control")


def _of_fields(draft: Draft) -> Iterator[str]:
    body = draft.body
    for name in body:
        if name in _FIELDS:
            yield f"basic/{name}"
        elif name == "output_config":
            yield "output_config/format"
        elif name == "cache_control":
            yield AUTOMATIC
        elif name not in _BASIC:
            yield OTHER
    if isinstance(thinking := body.get("thinking"), dict) and "display" in thinking:
        yield "basic/thinking/display"
    for tool in _objects_in(body.get("tools")):
        yield from ("tools/name", "tools/input_schema")
        yield from (row for name, row in _OF_TOOLS.items() if name in tool)
        yield from _marks(tool)
    for block in _objects_in(body.get("system")):
        yield from _marks(block)
    if isinstance(choice := body.get("tool_choice"), dict):
        yield f"tool_choice/{choice.get('type')}"
        if "disable_parallel_tool_use" in choice:
            yield "tool_choice/disable_parallel_tool_use"
    if draft.betas:
        yield BETA


def _of_messages(messages: Any) -> Iterator[str]:
    given = list(_objects_in(messages))
    for before, one in zip([{}, *given], given, strict=False):
        if isinstance(one.get("content"), str):
            yield "content/string"
        if before.get("role") == one.get("role"):
            yield "request/two_user_turns"
    if given and given[-1].get("role") == "assistant":
        yield PREFILL
    for part in _objects(messages):
        kind = _type(part)
        yield from _OF_BLOCKS.get(kind, ())
        if "is_error" in part:
            yield "content/tool_result/is_error"
        if isinstance(cited := part.get("citations"), dict) and cited.get("enabled"):
            yield "content/text/citations"
        yield from _marks(part)


def _marks(holder: dict[str, Any]) -> Iterator[str]:
    mark = holder.get("cache_control")
    if mark is None:
        return
    yield row_of_mark(holder)
    if isinstance(mark, dict) and mark.get("ttl") == "1h":
        yield "request/cache_ttl_1h"


def _type(holder: Any) -> str:
    kind = holder.get("type") if isinstance(holder, dict) else None
    return kind if isinstance(kind, str) else ""


def _objects_in(value: Any) -> Iterator[dict[str, Any]]:
    yield from (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All blocks at any depth, but not what the input of a call holds."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            yield part
            stack += [inner for name, inner in part.items() if name != "input"]
        elif isinstance(part, list):
            stack += part
