"""Faults that accept invalid thinking: excluded combinations, and altered thinking blocks."""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    accepts_invalid,
    of_request,
    of_stages,
    without_checks,
)
from messages_conformance.reference.faults.edits import is_object, with_blocks, with_field, without
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.strict import thinking

# -- thinking


@accepts_invalid("budget_too_small")
def budgets_raised(body: Body) -> Body:
    """A thinking budget that is too small is accepted.

    Source: MiniMax does not enforce budgets, Ollama documents the same.
    """
    return _thinking(
        body, lambda t: {**t, "budget_tokens": 1024} if _below(t.get("budget_tokens")) else t
    )


@of_stages("refusal/budget_beyond_max_tokens", endpoints=(STRICT,))
def budgets_beyond_max_tokens(stages: Stages) -> Stages:
    """A thinking budget of `max_tokens` or more is accepted (Model Studio, 2026-10)."""
    return without_checks(stages, thinking.budget_is_below_max_tokens)


@accepts_invalid("budget_missing")
def budgets_taken_for_granted(body: Body) -> Body:
    """`thinking: enabled` without a budget is accepted."""
    return _thinking(
        body, lambda t: {"budget_tokens": 1024, **t} if t.get("type") == "enabled" else t
    )


@accepts_invalid("unknown_thinking")
def unknown_thinking_dropped(body: Body) -> Body:
    """Thinking of an unknown type is taken for none."""
    known = ("enabled", "disabled", "adaptive", "between_tools")
    given = body.get("thinking")
    return (
        without(body, "thinking") if is_object(given) and given.get("type") not in known else body
    )


@of_stages("refusal/temperature_with_thinking", endpoints=(STRICT,))
def temperatures_with_thinking(stages: Stages) -> Stages:
    """Any temperature is accepted with thinking (most servers)."""
    return without_checks(stages, thinking.temperature_is_1_with_thinking)


@accepts_invalid("top_k_with_thinking", endpoints=(STRICT,))
def top_k_dropped_with_thinking(body: Body) -> Body:
    """`top_k` is dropped where thinking is requested."""
    return without(body, "top_k") if "thinking" in body else body


@accepts_invalid("top_p_with_thinking", endpoints=(STRICT,))
def top_p_dropped_with_thinking(body: Body) -> Body:
    """`top_p` is dropped where thinking is requested."""
    return without(body, "top_p") if "thinking" in body else body


@accepts_invalid("display_when_disabled")
def display_dropped_when_disabled(body: Body) -> Body:
    """`display` is dropped where thinking is disabled."""
    return _thinking(body, lambda t: without(t, "display") if t.get("type") == "disabled" else t)


@of_request(
    "basic/thinking/display", endpoints=(STRICT,), side_effects=("refusal/display_when_disabled",)
)
def display_ignored(body: Body) -> Body:
    """Thinking is displayed although `display` is `omitted`."""
    return _thinking(body, lambda t: without(t, "display"))


@of_stages("refusal/forced_call_with_thinking", endpoints=(STRICT,))
def thinking_dropped_for_a_forced_call(stages: Stages) -> Stages:
    """A forced tool call with thinking is accepted.

    Source: OpenRouter drops the thinking silently, pydantic-ai#6957.
    """
    return without_checks(stages, thinking.thinking_excludes_forced_calls)


@of_stages("refusal/prefill_with_thinking", endpoints=(STRICT,))
def prefills_with_thinking(stages: Stages) -> Stages:
    """A prefilled answer with thinking is accepted."""
    return without_checks(stages, thinking.thinking_excludes_prefill)


@of_stages(
    "refusal/altered_thinking", side_effects=("content/redacted_thinking",), endpoints=(STRICT,)
)
def signatures_unchecked(stages: Stages) -> Stages:
    """Thinking blocks are accepted back with any signature (Model Studio, 2026-10)."""
    return without_checks(stages, thinking.thinking_blocks_are_unaltered)


@accepts_invalid("unsigned_thinking", "content/thinking")
def unsigned_thinking_dropped(body: Body) -> Body:
    """A thinking block without a signature is dropped."""
    return with_blocks(
        body, lambda b, _: None if b.get("type") == "thinking" and "signature" not in b else b
    )


@of_stages("refusal/call_without_thought", endpoints=(STRICT,))
def thoughtless_calls_taken(stages: Stages) -> Stages:
    """A chain of tool calls whose thinking was dropped is accepted (Model Studio, 2026-10)."""
    return without_checks(stages, thinking.calls_follow_thinking)


def _below(budget: Any) -> bool:
    return isinstance(budget, int) and budget < 1024


def _thinking(body: Body, change: Callable[[Body], Body]) -> Body:
    return with_field("thinking", lambda given: change(given) if is_object(given) else given)(body)
