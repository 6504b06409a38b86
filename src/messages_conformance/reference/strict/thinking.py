"""Thinking: which fields it excludes, and whether thinking blocks come back unaltered."""

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.strict.blocks import (
    INTERLEAVED,
    Turn,
    betas,
    is_prefilled,
    latest_assistant_turn,
    turns,
    type_of,
)
from messages_conformance.reference.strict.current import is_current

_THOUGHTS = ("thinking", "redacted_thinking")
_LEAST_TOP_P = 0.95


def thinking_type_is_supported(request: AdmittedRequest) -> None:
    """The model supports thinking with a budget, or none (rule TH-13).

    The current one decides by itself, and takes no budget.
    """
    kind = type_of(request.body.get("thinking"))
    if is_current(request):
        if kind == "enabled":
            raise invalid(
                "thinking.type",
                '"thinking.type.enabled" is not supported for this model; use '
                '"thinking.type.adaptive" and "output_config.effort"',
            )
    elif kind not in (None, "enabled", "disabled"):
        raise invalid("thinking.type", f"{kind} thinking is not supported on this model")


def budget_is_below_max_tokens(request: AdmittedRequest) -> None:
    """The budget leaves tokens for the answer, unless thinking is interleaved (rule TH-2)."""
    if _thinks(request) and INTERLEAVED not in betas(request):
        budget = request.body["thinking"].get("budget_tokens", 0)
        if budget >= request.body["max_tokens"]:
            raise Refusal(400, "`max_tokens` must be greater than `thinking.budget_tokens`.")


def temperature_is_1_with_thinking(request: AdmittedRequest) -> None:
    """Thinking excludes any temperature but 1 (rule TH-4)."""
    if _thinks(request) and request.body.get("temperature") not in (None, 1):
        raise Refusal(400, "`temperature` may only be set to 1 when thinking is enabled.")


def thinking_excludes_top_k_and_low_top_p(request: AdmittedRequest) -> None:
    """Thinking excludes `top_k`, and `top_p` below 0.95 (rule TH-5)."""
    if not _thinks(request):
        return
    if request.body.get("top_k") is not None:
        raise Refusal(400, "`top_k` must be unset when thinking is enabled.")
    top_p = request.body.get("top_p")
    if top_p is not None and top_p < _LEAST_TOP_P:
        raise Refusal(400, "`top_p` must be at least 0.95 when thinking is enabled.")


def thinking_excludes_forced_calls(request: AdmittedRequest) -> None:
    """Thinking excludes a forced tool call (rule TH-6)."""
    if _thinks(request) and type_of(request.body.get("tool_choice")) in ("any", "tool"):
        raise Refusal(400, "Thinking may not be enabled when tool_choice forces tool use.")


def thinking_excludes_prefill(request: AdmittedRequest) -> None:
    """Thinking excludes a prefilled answer (rule TH-7)."""
    if _thinks(request) and is_prefilled(request):
        raise Refusal(400, "Prefilling the answer is not supported when thinking is enabled.")


def thinking_blocks_are_unaltered(request: AdmittedRequest) -> None:
    """Thinking blocks of the latest turn come back as they were sent (rules TH-8, TH-12).

    Earlier ones are not checked; they may even be left out.
    """
    given = turns(request)
    latest = latest_assistant_turn(given)
    for i, block in enumerate(given[latest][1] if latest is not None else ()):
        path = f"messages.{latest}.content.{i}"
        if block.get("type") == "thinking":
            if block["signature"] != request.signature(block["thinking"]):
                raise invalid(path, "Invalid `signature` in `thinking` block")
        elif block.get("type") == "redacted_thinking":
            # This model never redacts thinking, so it never sent such a block.
            raise invalid(path, "Invalid `data` in `redacted_thinking` block")


def calls_follow_thinking(request: AdmittedRequest) -> None:
    """A chain of calls whose result comes last starts with a thinking block (rule TH-10).

    A model that continues after a result need not think again, so only the first turn counts.
    """
    given = turns(request)
    first = _first_of_chain(given) if _thinks(request) else None
    if first is None:
        return
    found = str(given[first][1][0].get("type"))
    if found not in _THOUGHTS:
        raise invalid(
            f"messages.{first}.content.0.type",
            f"Expected `thinking` or `redacted_thinking`, but found `{found}`. When `thinking` "
            "is enabled, a final `assistant` message must start with a thinking block",
        )


def _first_of_chain(given: list[Turn]) -> int | None:
    """The turn that starts the chain of calls answered last; None where there is no chain."""
    first, at = None, len(given) - 1
    while at > 0 and "tool_result" in _kinds(given[at]) and "tool_use" in _kinds(given[at - 1]):
        first, at = at - 1, at - 2
    return first


def _kinds(turn: Turn) -> list[str]:
    return [str(block.get("type")) for block in turn[1]]


def _thinks(request: AdmittedRequest) -> bool:
    return type_of(request.body.get("thinking")) == "enabled"
