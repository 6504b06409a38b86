"""Sins of leniency towards thinking: wishes that exclude each other, thoughts tampered with."""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    lenient,
    of_request,
    of_stages,
    unchecked,
)
from messages_conformance.reference.faults.edits import is_object, with_blocks, with_field, without
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.strict import thinking

# -- thinking


@lenient("budget_too_small")
def budgets_raised(body: Body) -> Body:
    """MiniMax takes any budget and does not enforce it; Ollama documents the same."""
    return _thinking(
        body, lambda t: {**t, "budget_tokens": 1024} if _below(t.get("budget_tokens")) else t
    )


@of_stages("refusal/budget_beyond_max_tokens", worlds=(STRICT,))
def budgets_beyond_max_tokens(stages: Stages) -> Stages:
    """Model Studio takes 2,000 tokens of budget with 1,000 of output (reported in 2026-10)."""
    return unchecked(stages, thinking.budget_is_below_max_tokens)


@lenient("budget_missing")
def budgets_taken_for_granted(body: Body) -> Body:
    """`enabled` without a budget gets one."""
    return _thinking(
        body, lambda t: {"budget_tokens": 1024, **t} if t.get("type") == "enabled" else t
    )


@lenient("unknown_thinking")
def unknown_thinking_dropped(body: Body) -> Body:
    """Thinking of an unknown type is taken for none."""
    known = ("enabled", "disabled", "adaptive", "between_tools")
    given = body.get("thinking")
    return (
        without(body, "thinking") if is_object(given) and given.get("type") not in known else body
    )


@of_stages("refusal/temperature_with_thinking", worlds=(STRICT,))
def temperatures_with_thinking(stages: Stages) -> Stages:
    """Any temperature is taken with thinking, as most servers do."""
    return unchecked(stages, thinking.temperature_is_1_with_thinking)


@lenient("top_k_with_thinking", worlds=(STRICT,))
def top_k_dropped_with_thinking(body: Body) -> Body:
    """`top_k` is dropped where the model thinks."""
    return without(body, "top_k") if "thinking" in body else body


@lenient("top_p_with_thinking", worlds=(STRICT,))
def top_p_dropped_with_thinking(body: Body) -> Body:
    """`top_p` is dropped where the model thinks."""
    return without(body, "top_p") if "thinking" in body else body


@lenient("display_when_disabled")
def display_dropped_when_disabled(body: Body) -> Body:
    """`display` is dropped where nothing is thought."""
    return _thinking(body, lambda t: without(t, "display") if t.get("type") == "disabled" else t)


@of_request("basic/thinking/display", worlds=(STRICT,), also=("refusal/display_when_disabled",))
def display_ignored(body: Body) -> Body:
    """Thoughts are displayed that were to be left out."""
    return _thinking(body, lambda t: without(t, "display"))


@of_stages("refusal/forced_call_with_thinking", worlds=(STRICT,))
def thinking_dropped_for_a_forced_call(stages: Stages) -> Stages:
    """OpenRouter drops the reasoning silently where a call is forced (pydantic-ai#6957)."""
    return unchecked(stages, thinking.thinking_forces_no_tool)


@of_stages("refusal/prefill_with_thinking", worlds=(STRICT,))
def prefills_with_thinking(stages: Stages) -> Stages:
    """A prefilled answer is taken with thinking."""
    return unchecked(stages, thinking.thinking_is_not_prefilled)


@of_stages("refusal/altered_thinking", also=("content/redacted_thinking",), worlds=(STRICT,))
def signatures_unchecked(stages: Stages) -> Stages:
    """Model Studio takes thoughts back whatever their signature (reported in 2026-10)."""
    return unchecked(stages, thinking.thoughts_are_unaltered)


@lenient("unsigned_thinking", "content/thinking")
def unsigned_thinking_dropped(body: Body) -> Body:
    """A thought without a signature is left out."""
    return with_blocks(
        body, lambda b, _: None if b.get("type") == "thinking" and "signature" not in b else b
    )


@of_stages("refusal/call_without_thought", worlds=(STRICT,))
def thoughtless_calls_taken(stages: Stages) -> Stages:
    """Model Studio takes a tool loop whose thinking was dropped (reported in 2026-10)."""
    return unchecked(stages, thinking.thoughts_precede_calls)


def _below(budget: Any) -> bool:
    return isinstance(budget, int) and budget < 1024


def _thinking(body: Body, change: Callable[[Body], Body]) -> Body:
    return with_field("thinking", lambda given: change(given) if is_object(given) else given)(body)
