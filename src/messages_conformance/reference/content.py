"""Whether messages and their blocks are well formed."""

import re
from typing import Any

from messages_conformance.protocol.exchange import Json
from messages_conformance.reference import media
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.verdict import Claim

_CACHEABLE = {"cache_control"}
_FIELDS = {
    "text": {"text", "citations"} | _CACHEABLE,
    "image": {"source"} | _CACHEABLE,
    "video": {"source"} | _CACHEABLE,
    "document": {"source", "title", "context", "citations"} | _CACHEABLE,
    "search_result": {"source", "title", "content", "citations"} | _CACHEABLE,
    "thinking": {"thinking", "signature"},
    "redacted_thinking": {"data"},
    "tool_use": {"id", "name", "input"} | _CACHEABLE,
    "tool_result": {"tool_use_id", "content", "is_error"} | _CACHEABLE,
    "server_tool_use": {"id", "name", "input"} | _CACHEABLE,
    "web_search_tool_result": {"tool_use_id", "content"} | _CACHEABLE,
    "code_execution_tool_result": {"tool_use_id", "content"} | _CACHEABLE,
    "mcp_tool_use": {"id", "name", "server_name", "input"} | _CACHEABLE,
    "mcp_tool_result": {"tool_use_id", "content", "is_error"} | _CACHEABLE,
    "container_upload": {"file_id"} | _CACHEABLE,
}
_STRINGS = (
    *("text", "thinking", "signature", "data", "id", "name", "tool_use_id", "file_id"),
    *("server_name", "title", "context"),
)
_OPTIONAL = _CACHEABLE | {"citations", "content", "is_error", "title", "context"}
_INSIDE = {
    "tool_result": {"text", "image", "document", "search_result"},
    "search_result": {"text"},
    "mcp_tool_result": {"text"},
}
"""Which blocks the content of a block may hold; that of other types is not checked."""

_ID = re.compile(r"[a-zA-Z0-9_-]+")


def messages(request: AdmittedRequest) -> None:
    """Messages are a list that starts with the user; each content is a string or blocks."""
    turns = request.body["messages"]
    claims = request.claims
    knows_system = claims.claim("basic/messages/role/system") is Claim.SUPPORTED
    roles = ("user", "assistant", "system") if knows_system else ("user", "assistant")
    kinds = set(_FIELDS)
    if claims.claim("content/video") is not Claim.SUPPORTED:
        kinds -= {"video"}
    if not isinstance(turns, list):
        raise invalid("messages", "Input should be a valid list")
    if not turns:
        raise invalid("messages", "at least one message is required")
    for i, turn in enumerate(turns):
        if not isinstance(turn, dict):
            raise invalid(f"messages.{i}", "Input should be a valid object")
        if turn.get("role") not in roles:
            raise Refusal(
                400,
                f'messages: Unexpected role "{turn.get("role")}". '
                'Allowed roles are "user" or "assistant"',
            )
        if extra := set(turn) - {"role", "content"}:
            raise invalid(f"messages.{i}.{min(extra)}", "Extra inputs are not permitted")
        sent = request.sent["messages"][i].get("content")
        _content(turn.get("content"), sent, f"messages.{i}.content", kinds)
    if turns[0]["role"] != "user":
        raise invalid("messages", 'first message must use the "user" role')


def block(given: Json, path: str, allowed: set[str]) -> None:
    """One block of one of the allowed types, with the fields of its type."""
    if not isinstance(given, dict) or not isinstance(given.get("type"), str):
        raise invalid(path, "Input should be an object with a 'type'")
    kind = given["type"]
    if kind not in allowed:
        expected = ", ".join(f"'{name}'" for name in sorted(allowed))
        raise invalid(
            path,
            f"Input tag '{kind}' found using 'type' does not match any of the expected tags: "
            f"{expected}",
        )
    for name in sorted(_FIELDS[kind] - _OPTIONAL):
        if name not in given:
            raise invalid(f"{path}.{kind}.{name}", "Field required")
    if extra := set(given) - _FIELDS[kind] - {"type"}:
        raise invalid(f"{path}.{kind}.{min(extra)}", "Extra inputs are not permitted")
    _values(given, f"{path}.{kind}")
    cache_control(given, f"{path}.{kind}")
    if kind in _INSIDE and isinstance(given.get("content"), list):
        for i, inner in enumerate(given["content"]):
            block(inner, f"{path}.{kind}.content.{i}", _INSIDE[kind])


def cache_control(holder: dict[str, Any], path: str) -> None:
    """Absent, or ``{"type": "ephemeral"}`` with one of two lifetimes (rules PC-1, PC-2)."""
    given = holder.get("cache_control")
    if given is None:
        return
    if not isinstance(given, dict) or given.get("type") != "ephemeral":
        raise invalid(f"{path}.cache_control.type", "Input should be 'ephemeral'")
    if given.get("ttl") not in (None, "5m", "1h"):
        raise invalid(f"{path}.cache_control.ttl", "Input should be '5m' or '1h'")


def merged(turns: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Role and blocks of each turn; neighbours of one role are one turn (rule RQ-13)."""
    joined: list[tuple[str, list[dict[str, Any]]]] = []
    for turn in turns:
        blocks = as_blocks(turn["content"])
        if joined and joined[-1][0] == turn["role"]:
            joined[-1][1].extend(blocks)
        else:
            joined.append((turn["role"], list(blocks)))
    return joined


def as_blocks(content: str | list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """Content as blocks; a string is one block of text (rule CT-8)."""
    return [{"type": "text", "text": content}] if isinstance(content, str) else content or []


def _content(content: Json, sent: Json, path: str, kinds: set[str]) -> None:
    if not isinstance(content, str | list):
        raise invalid(path, "Input should be a valid string or list of blocks")
    if not sent:
        raise invalid(path, "all messages must have non-empty content")
    if isinstance(content, str):
        if not content.strip():
            raise invalid(path, "text content blocks must contain non-whitespace text")
        return
    for i, given in enumerate(content):
        block(given, f"{path}.{i}", kinds)


def _values(given: dict[str, Any], path: str) -> None:
    for name in _STRINGS:
        optional = name in _OPTIONAL and given.get(name) is None
        if name in given and not optional and not isinstance(given[name], str):
            raise invalid(f"{path}.{name}", "Input should be a valid string")
    if given["type"] == "text" and not given["text"].strip():
        raise invalid(path, "text content blocks must be non-empty")
    for name in ("id", "tool_use_id"):
        if name in given and not _ID.fullmatch(given[name]):
            raise invalid(f"{path}.{name}", f"String should match pattern '^{_ID.pattern}$'")
    if given["type"] == "search_result" and not isinstance(given["source"], str):
        raise invalid(f"{path}.source", "Input should be a valid string")
    if "input" in given and not isinstance(given["input"], dict):
        raise invalid(f"{path}.input", "Input should be a valid object")
    if not isinstance(given.get("is_error") or False, bool):
        raise invalid(f"{path}.is_error", "Input should be a valid boolean")
    shapes = str | list if given["type"] in _INSIDE else str | list | dict
    if not isinstance(given.get("content") or "", shapes):
        raise invalid(f"{path}.content", "Input should be a valid string or list of blocks")
    if given["type"] in ("image", "video", "document"):
        try:
            media.words(given)
        except media.MediaError as problem:
            raise invalid(f"{path}.source", str(problem)) from problem
