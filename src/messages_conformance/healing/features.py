"""What a request asks for that an endpoint may refuse, and which of it a refusal is about."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from messages_conformance.healing.conditions import refusal_message
from messages_conformance.protocol.exchange import Exchange, Request

Body = dict[str, Any]


def _field(body: Body, *path: str) -> Any:
    value: Any = body
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _items(body: Body, name: str) -> list[Body]:
    value = body.get(name)
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


_EFFORTS: Final = ("low", "medium", "high", "xhigh", "max")


_HAS: Final[Mapping[str, Callable[[Body], bool]]] = MappingProxyType(
    {
        "adaptive": lambda body: _field(body, "thinking", "type") == "adaptive",
        "display": lambda body: _field(body, "thinking", "display") is not None,
        # A malformed one is refused by right, and no client sends it.
        "effort": lambda body: _field(body, "output_config", "effort") in _EFFORTS,
        "context_management": lambda body: body.get("context_management") is not None,
        "system_turn": lambda body: any(
            each.get("role") == "system" for each in _items(body, "messages")
        ),
        "deferred_tools": lambda body: any(
            "defer_loading" in each for each in _items(body, "tools")
        ),
    }
)
_WORDS: Final[Mapping[str, re.Pattern[str]]] = MappingProxyType(
    {
        name: re.compile(words, re.IGNORECASE)
        for name, words in {
            "display": r"\bdisplay\b",
            "adaptive": r"adaptive|\bthinking\b",
            "effort": r"\beffort\b|output_config",
            "context_management": r"context[_ ]management",
            "system_turn": r"messages\.\d+\.role|\brole\b.{0,20}\bsystem\b"
            r"|\bsystem\b.{0,20}\brole\b|`system`|system message must",
            "deferred_tools": r"defer_loading|deferred",
            "max_tokens": r"max_tokens",
            "beta_header": r"anthropic-beta",
        }.items()
    }
)
_WHOLE_FIELD: Final = re.compile(
    r"[\"'`]?(thinking|metadata)[\"'`]?: .{0,40}(?:Extra inputs are not permitted|not supported)",
    re.IGNORECASE,
)
"""A refusal of a field as such; that of a malformed value says nothing of clients."""
_FIELDS: Final[Mapping[str, Callable[[Any], bool]]] = MappingProxyType(
    {
        "thinking": lambda body: (
            isinstance(body, dict) and _field(body, "thinking", "type") == "enabled"
        ),
        "metadata": lambda body: (
            isinstance(body, dict) and isinstance(_field(body, "metadata", "user_id"), str)
        ),
    }
)
_OVERFLOW: Final = re.compile(
    r"prompt is too long|input is too long|range of input length|maximum context length"
    r"|available context size|exceed context limit|context window|context_length_exceeded"
    r"|exceeds the maximum length|too many tokens|maximum prompt length|token length exceed"
    r"|maximum number of tokens allowed|reduce the length of the messages|token length too long",
    re.IGNORECASE,
)
OVERFLOW: Final = "overflow"
"""A prompt that is too long for the model."""


def features_of(request: Request) -> frozenset[str]:
    """The features of a request that a client may recognise the refusal of."""
    body = request.body
    if not isinstance(body, dict):
        return frozenset()
    return frozenset(name for name, has in _HAS.items() if has(body))


def refused_feature(exchange: Exchange) -> str | None:
    """What a refusal with 400, 413 or 422 is about; None where its words do not say.

    A message that names nothing is about the one feature that the request has.
    """
    if exchange.status not in (400, 413, 422):
        return None
    message = refusal_message(exchange)
    if (field := _refused_field(message)) and _FIELDS[field](exchange.request.body):
        return field
    if _OVERFLOW.search(message):
        return OVERFLOW
    body = exchange.request.body
    if not isinstance(body, dict):
        return None
    sent = features_of(exchange.request)
    for name, words in _WORDS.items():
        if words.search(message) and (name in sent or name not in _HAS):
            return name
    return next(iter(sent)) if len(sent) == 1 and not _names_a_field(message, body) else None


def _refused_field(message: str) -> str | None:
    """The field that a refusal begins with and refuses as a whole; None where it is none."""
    found = _WHOLE_FIELD.match(message)
    return found[1].lower() if found else None


def _names_a_field(message: str, body: Body) -> bool:
    """Whether a message is about a field that is no such feature."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", message) for name in body)
