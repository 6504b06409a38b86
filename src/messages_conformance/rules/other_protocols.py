"""Answers and events of other protocols, which a gateway passed on untranslated, and wrapped ones.

One sentence about the whole says more than a finding for each key that is missing.
"""

from collections.abc import Mapping
from typing import Any, Final

from messages_conformance.rules.request_view import mapping

_BY_KEYS: Final[tuple[tuple[frozenset[str], str], ...]] = tuple(
    (frozenset(keys.split()), what)
    for keys, what in (
        ("choices", "OpenAI's Chat Completions"),
        ("candidates", "Gemini's API"),
        ("output stopReason", "Bedrock's Converse"),
        ("completion stop_reason", "the Text Completions API"),
        ("message done", "Ollama's own API"),
        ("response done", "Ollama's own API"),
        ("generated_text", "Text Generation Inference"),
    )
)
"""Answers of other protocols, by keys that no message has."""
_WRAPPERS: Final = ("data", "result", "response", "message", "output", "body", "payload")
"""Keys under which gateways put what they answer."""


def what_it_is(document: Mapping[str, Any]) -> str | None:
    """What an answer has or is that is no message, in a predicate; None if nothing shows it."""
    if "content" in document:
        return None
    for keys, what in _BY_KEYS:
        if keys <= document.keys():
            return f"has the form of {what}"
    if document.get("object") == "response":
        return "has the form of OpenAI's Responses API"
    for key in _WRAPPERS:
        inner = mapping(document.get(key))
        if inner.get("type") == "message" or {"role", "content", "usage"} <= inner.keys():
            return f"is a message wrapped in `{key}`"
    return None


def what_event_it_is(data: Mapping[str, Any]) -> str | None:
    """What an event has or is that belongs to another protocol; None if nothing shows it."""
    kind = data.get("type")
    if not isinstance(kind, str):
        return what_it_is(data)
    if kind.startswith("response."):
        return "belongs to OpenAI's Responses API"
    return "is a whole message" if kind == "message" and "content" in data else None
