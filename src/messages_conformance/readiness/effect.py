"""Whether an answer shows that the endpoint honoured what it accepted, or that it ignored it.

That a request is accepted does not say that its parts were read. Some of them leave a trace in the
answer. Where none is left, or a model may do without, nothing is said.
"""

from enum import Enum
from typing import Any, Final

from messages_conformance.protocol.exchange import Exchange, Request

_FIGURES: Final = ("cache_creation_input_tokens", "cache_read_input_tokens")


class Effect(Enum):
    """What an answer shows of something that was accepted."""

    HONOURED = "honoured"
    IGNORED = "ignored"
    UNSEEN = "unseen"
    """No answer shows it, or the model had no occasion."""


def effect_of(
    part: str, request: Request, answer: Exchange, plain: Exchange | None = None
) -> Effect:
    """What an answer shows of a part of its request, by the id of a feature or a case.

    ``plain`` is the answer to a request without that part: what it shows as well is not the part's
    doing. A server that keeps every prompt shows the figures of a cache without any mark.
    """
    seen = _SHOWN.get(part)
    if seen is None:
        return Effect.UNSEEN
    found = seen(request, answer)
    if found is Effect.IGNORED and answer.message is None:
        return Effect.UNSEEN  # What cannot be read shows nothing.
    if found is Effect.HONOURED and plain is not None and seen(request, plain) is found:
        return Effect.UNSEEN
    return found


def _stream(_: Request, answer: Exchange) -> Effect:
    return Effect.HONOURED if answer.streamed else Effect.IGNORED


def _tools(_: Request, answer: Exchange) -> Effect:
    # A model may answer without a call, so only a call says something.
    return Effect.HONOURED if answer.blocks("tool_use") else Effect.UNSEEN


def _budget(_: Request, answer: Exchange) -> Effect:
    return Effect.HONOURED if _thoughts(answer) else Effect.IGNORED


def _adaptive(_: Request, answer: Exchange) -> Effect:
    return Effect.HONOURED if _thoughts(answer) else Effect.UNSEEN


def _display(_: Request, answer: Exchange) -> Effect:
    thoughts = [each.get("thinking") for each in answer.blocks("thinking")]
    if not thoughts:
        return Effect.UNSEEN
    return Effect.IGNORED if any(thoughts) else Effect.HONOURED


def _marks(_: Request, answer: Exchange) -> Effect:
    if any(map(answer.usage, _FIGURES)):
        return Effect.HONOURED
    usage = (answer.message or {}).get("usage")
    told = isinstance(usage, dict) and any(name in usage for name in _FIGURES)
    # Figures of 0 may mean that the prompt is too short to be kept.
    return Effect.UNSEEN if told else Effect.IGNORED


def _context_management(_: Request, answer: Exchange) -> Effect:
    # The genuine API always says what it applied, also where that is nothing.
    is_told = b'"context_management"' in answer.body
    return Effect.HONOURED if is_told else Effect.IGNORED


def _thoughts(answer: Exchange) -> list[dict[str, Any]]:
    return [*answer.blocks("thinking"), *answer.blocks("redacted_thinking")]


_SHOWN: Final = {
    "stream": _stream,
    "tools": _tools,
    "thinking": _budget,
    "adaptive": _adaptive,
    "display": _display,
    "caching": _marks,
    "context_management": _context_management,
}
