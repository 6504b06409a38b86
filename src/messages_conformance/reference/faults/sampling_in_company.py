"""Faults that ignore a field only beside tools, beside a system prompt, or in streams (devised).

Translations take another way for such requests, and forget there what they pass on elsewhere.
"""

from collections.abc import Callable

from messages_conformance.reference.faults.decorators import Body, Fault, of_request
from messages_conformance.reference.faults.edits import without

_ENDLESS = 20_000


def _has_tools(body: Body) -> bool:
    return bool(body.get("tools"))


def _has_system(body: Body) -> bool:
    return bool(body.get("system"))


def _streams(body: Body) -> bool:
    return body.get("stream") is True


def _ignored(
    name: str, field: str, beside: Callable[[Body], bool], says: str, *side_effects: str
) -> Fault:
    """The fault that a field makes no difference in some company."""

    def dropped(body: Body) -> Body:
        if not beside(body) or field not in body:
            return body
        left = without(body, field)
        return {**left, field: _ENDLESS} if field == "max_tokens" else left

    dropped.__name__, dropped.__doc__ = name, says
    return of_request(f"basic/{field}", side_effects=side_effects)(dropped)


temperature_ignored_with_tools = _ignored(
    "temperature_ignored_with_tools",
    "temperature",
    _has_tools,
    "`temperature` is ignored where tools are on offer.",
)
temperature_ignored_with_system = _ignored(
    "temperature_ignored_with_system",
    "temperature",
    _has_system,
    "`temperature` is ignored where there is a system prompt.",
)
temperature_ignored_in_streams = _ignored(
    "temperature_ignored_in_streams",
    "temperature",
    _streams,
    "`temperature` is ignored where the answer is streamed.",
)
top_p_ignored_with_tools = _ignored(
    "top_p_ignored_with_tools", "top_p", _has_tools, "`top_p` is ignored where tools are on offer."
)
top_p_ignored_with_system = _ignored(
    "top_p_ignored_with_system",
    "top_p",
    _has_system,
    "`top_p` is ignored where there is a system prompt.",
)
top_p_ignored_in_streams = _ignored(
    "top_p_ignored_in_streams",
    "top_p",
    _streams,
    "`top_p` is ignored where the answer is streamed.",
)
top_k_ignored_in_streams = _ignored(
    "top_k_ignored_in_streams",
    "top_k",
    _streams,
    "`top_k` is ignored where the answer is streamed.",
)
stop_sequences_ignored_with_tools = _ignored(
    "stop_sequences_ignored_with_tools",
    "stop_sequences",
    _has_tools,
    "`stop_sequences` is ignored where tools are on offer.",
)
stop_sequences_ignored_in_streams = _ignored(
    "stop_sequences_ignored_in_streams",
    "stop_sequences",
    _streams,
    "`stop_sequences` is ignored where the answer is streamed.",
)
max_tokens_ignored_with_tools = _ignored(
    "max_tokens_ignored_with_tools",
    "max_tokens",
    _has_tools,
    "`max_tokens` is ignored where tools are on offer.",
    "endpoint/count_tokens",
)
