"""What no documentation settles: a request that holds it is judged neither legal nor illegal.

Such requests are not drawn, and a smaller request must not become one. A file of known requests
may hold anything, so what would make an endpoint fetch, run or find something is left out too.
"""

from collections.abc import Iterator
from typing import Any, Final

from messages_conformance.probing.generated.between_fields import is_open
from messages_conformance.probing.generated.draft import Draft

_KINDS: Final = frozenset({"text", "image", "document", "search_result", "tool_use", "tool_result"})


def is_doubtful(draft: Draft) -> bool:
    """Whether anything of a request is not settled; a malformed part is settled: it is wrong."""
    return any(_doubts(draft.body))


def is_harmless(draft: Draft) -> bool:
    """Whether a request makes an endpoint fetch nothing and run nothing."""
    body = draft.body
    if "mcp_servers" in body or "container" in body:
        return False
    tools = body.get("tools")
    # A mistake may be an unknown type; those of the server end in a date.
    if any(str(tool.get("type"))[-8:].isdecimal() for tool in _dicts(tools)):
        return False
    return not any(
        isinstance(source := one.get("source"), dict) and ("url" in source or "file_id" in source)
        for one in _objects(body.get("messages"))
    )


def _doubts(body: dict[str, Any]) -> Iterator[bool]:
    """Whether each of the known doubts applies."""
    messages = body.get("messages")
    blocks = [*_objects(messages)]
    kinds = {one.get("type") for one in blocks if isinstance(one.get("type"), str)}
    tools, choice = body.get("tools"), body.get("tool_choice")
    # Up to the model: 0 only warms a cache, and newer models have neither of the others.
    yield body.get("max_tokens") == 0
    thinking = body.get("thinking")
    kind = thinking.get("type") if isinstance(thinking, dict) else None
    yield kind in ("adaptive", "between_tools")
    effort = body.get("output_config")
    yield isinstance(effort, dict) and effort.get("effort") is not None
    # Whether these go together is said nowhere.
    yield bool(kinds & {"tool_use", "tool_result"}) and not tools
    yield isinstance(choice, dict) and not tools and choice.get("type") in ("auto", "none")
    yield tools == []
    # What a strict tool may not have is not listed.
    yield any(one.get("strict") and is_open(one.get("input_schema")) for one in _dicts(tools))
    roles = [one.get("role") for one in _dicts(messages)]
    prefilled = roles[-1:] == ["assistant"]
    yield prefilled and bool(tools or body.get("output_config"))
    yield prefilled and not _dicts(messages)[-1].get("content")
    yield "system" in roles[1:]
    for one in blocks:
        if one.get("type") == "tool_result":
            yield bool(one.get("is_error")) and not one.get("content")
            yield one.get("content") == []
    # Signatures and stored things cannot be made up.
    yield bool(kinds & {"thinking", "redacted_thinking", "container_upload"})
    yield any(isinstance(k, str) and k.startswith(("server_tool", "mcp_tool")) for k in kinds)


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects at any depth, but not what the input of a call holds."""
    stack = [value]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            yield part
            stack += [inner for name, inner in part.items() if name != "input"]
        elif isinstance(part, list):
            stack += part
