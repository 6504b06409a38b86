"""Thinking: what may be asked for with it, and whether thoughts come back as they were."""

from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.strict.blocks import (
    INTERLEAVED,
    Turn,
    betas,
    is_prefilled,
    kind_of,
    last_of_assistant,
    turns,
)

_THOUGHTS = ("thinking", "redacted_thinking")
_LEAST_TOP_P = 0.95


def thinking_is_of_this_model(call: Call) -> None:
    """The model thinks within a budget or not at all (rule TH-13)."""
    kind = kind_of(call.body.get("thinking"))
    if kind not in (None, "enabled", "disabled"):
        raise invalid("thinking.type", f"{kind} thinking is not supported on this model")


def budget_is_below_max_tokens(call: Call) -> None:
    """Something is left to answer with, unless thoughts are interleaved (rule TH-2)."""
    if _thinks(call) and INTERLEAVED not in betas(call):
        budget = call.body["thinking"].get("budget_tokens", 0)
        if budget >= call.body["max_tokens"]:
            raise Refusal(400, "`max_tokens` must be greater than `thinking.budget_tokens`.")


def temperature_is_1_with_thinking(call: Call) -> None:
    """Thinking is done at temperature 1 (rule TH-4)."""
    if _thinks(call) and call.body.get("temperature") not in (None, 1):
        raise Refusal(400, "`temperature` may only be set to 1 when thinking is enabled.")


def thinking_is_not_narrowed(call: Call) -> None:
    """Thinking takes no `top_k`, and a `top_p` near 1 only (rule TH-5)."""
    if not _thinks(call):
        return
    if call.body.get("top_k") is not None:
        raise Refusal(400, "`top_k` must be unset when thinking is enabled.")
    top_p = call.body.get("top_p")
    if top_p is not None and top_p < _LEAST_TOP_P:
        raise Refusal(400, "`top_p` must be at least 0.95 when thinking is enabled.")


def thinking_forces_no_tool(call: Call) -> None:
    """Who is to think first cannot be made to call a tool (rule TH-6)."""
    if _thinks(call) and kind_of(call.body.get("tool_choice")) in ("any", "tool"):
        raise Refusal(400, "Thinking may not be enabled when tool_choice forces tool use.")


def thinking_is_not_prefilled(call: Call) -> None:
    """Who is to think first cannot have begun to answer (rule TH-7)."""
    if _thinks(call) and is_prefilled(call):
        raise Refusal(400, "Prefilling the answer is not supported when thinking is enabled.")


def thoughts_are_unaltered(call: Call) -> None:
    """Thoughts of the latest turn come back as they went out (rules TH-8, TH-12).

    Earlier ones do not matter: they may even be left out.
    """
    given = turns(call)
    latest = last_of_assistant(given)
    for i, block in enumerate(given[latest][1] if latest is not None else ()):
        path = f"messages.{latest}.content.{i}"
        if block.get("type") == "thinking":
            if block["signature"] != call.signature(block["thinking"]):
                raise invalid(path, "Invalid `signature` in `thinking` block")
        elif block.get("type") == "redacted_thinking":
            # This model hides no thoughts, so it gave out none that are.
            raise invalid(path, "Invalid `data` in `redacted_thinking` block")


def thoughts_precede_calls(call: Call) -> None:
    """Calls that are being answered come after the thoughts that led to them (rule TH-10).

    A model that goes on after a result need not think again, so the first of a chain counts.
    """
    given = turns(call)
    first = _first_of_chain(given) if _thinks(call) else None
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
    """Where the assistant began to make the calls that are answered last; None if none are."""
    first, at = None, len(given) - 1
    while at > 0 and "tool_result" in _kinds(given[at]) and "tool_use" in _kinds(given[at - 1]):
        first, at = at - 1, at - 2
    return first


def _kinds(turn: Turn) -> list[str]:
    return [str(block.get("type")) for block in turn[1]]


def _thinks(call: Call) -> bool:
    return kind_of(call.body.get("thinking")) == "enabled"
