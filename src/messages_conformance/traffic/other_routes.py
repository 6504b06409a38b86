"""Which route an answer is of that was saved without its request: the body itself shows it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from messages_conformance.protocol.exchange import COUNT_TOKENS, Exchange
from messages_conformance.traffic.items import NOT_MESSAGES_API, UNKNOWN_REQUEST, Item, json_object

_OF_OTHER_APIS: Final = frozenset(
    {
        *("completion", "message_batch", "message_batch_deleted", "file", "file_deleted"),
        *("skill", "skill_deleted", "skill_version", "skill_version_deleted"),
    }
)
"""Types of what the original API answers on routes that have no rules."""
_BEGINNING: Final = 4096
"""Bytes of a body that show what it is."""
_MODELS: Final = "/v1/models"


def at_its_route(exchange: Exchange) -> Item:
    """The exchange at its own route, if its request is unknown and its body shows another."""
    if exchange.request is not UNKNOWN_REQUEST:
        return exchange
    if is_text_completion(exchange.body) or _is_batch(exchange.body):
        return NOT_MESSAGES_API
    if not exchange.body.lstrip().startswith(b"{"):
        return exchange
    answer = json_object(exchange.body) or {}
    if answer.get("type") in ("message", "error") or "content" in answer:
        return exchange
    path = _path(answer)
    if path is None:
        return exchange
    if not path:
        return NOT_MESSAGES_API
    method = "POST" if path == COUNT_TOKENS else "GET"
    return replace(exchange, request=replace(UNKNOWN_REQUEST, path=path, method=method))


def is_text_completion(head: bytes) -> bool:
    """Whether a stream is one of Text Completions, the API before the Messages API."""
    beginning = head[:_BEGINNING].lstrip()
    return beginning.startswith(b"event: completion") and b'"completion":' in beginning


def _is_batch(body: bytes) -> bool:
    """Whether a body is the results of a batch, one a line."""
    first = body[:_BEGINNING].partition(b"\n")[0]
    return first.startswith(b"{") and b'"custom_id"' in first and b'"result"' in first


def _path(answer: Mapping[str, Any]) -> str | None:
    """The path of an answer; empty for one without rules, None if nothing shows it."""
    kind = answer.get("type")
    if kind == "model":
        return f"{_MODELS}/{answer.get('id')}"
    if isinstance(kind, str) and kind in _OF_OTHER_APIS:
        return ""
    if "input_tokens" in answer and "usage" not in answer:
        return COUNT_TOKENS
    listed = answer.get("data")
    if not isinstance(listed, list) or not ({"has_more", "object"} & answer.keys()):
        return None
    first = listed[0] if listed and isinstance(listed[0], dict) else {}
    kind = first.get("type", first.get("object", "model"))
    if isinstance(kind, str) and kind in _OF_OTHER_APIS:
        return ""
    return _MODELS if kind == "model" else None
