"""Sentences about the cost of a run: the estimate before it begins, and the rows it skipped."""

from collections.abc import Mapping, Sequence

from messages_conformance.display import plural
from messages_conformance.planning.plan import Plan
from messages_conformance.recording.budget import CostLimit
from messages_conformance.recording.progress import ModelProgress

_WHY_SKIPPED = "not completed: another request might have exceeded the run's {limit}"
_ROWS_NAMED = 3
"""How many of the skipped rows a sentence names."""


def token_limit(plan: Plan, limit: CostLimit) -> int:
    """The most tokens that a run within a limit may cost."""
    return min(plan.upper_bound.tokens, limit.tokens or plan.upper_bound.tokens)


def describe_cost(plan: Plan, limit: CostLimit) -> str:
    """Say in one line what a run is about to send, and what it never exceeds."""
    expected, bound = plan.expected, plan.upper_bound
    if not bound.requests:
        return "there is nothing left to send: everything that was chosen is recorded"
    return (
        f"{plural(len(plan.models), 'model')}, about {plural(expected.requests, 'request')} and "
        f"{expected.tokens:,} tokens; the run never exceeds {bound.requests:,} requests and "
        f"{token_limit(plan, limit):,} tokens"
    )


def skipped_rows(done: Sequence[ModelProgress], limit: CostLimit) -> Mapping[tuple[str, str], str]:
    """The rows that a run skipped to stay within its limit, and why; by ids of model and row."""
    why = _WHY_SKIPPED.format(limit=_name_of(limit))
    return {(model.model.id, row): why for model in done for row in model.unfinished}


def describe_skipped(done: Sequence[ModelProgress], limit: CostLimit) -> str:
    """Say which rows a run skipped to stay within its limit."""
    rows = [f"{row} of {model.model.id}" for model in done for row in model.unfinished]
    named = ", ".join(rows[:_ROWS_NAMED]) + (", …" if len(rows) > _ROWS_NAMED else "")
    sentence = (
        f"the run stayed within its {_name_of(limit)} and skipped "
        f"{plural(len(rows), 'row')} ({named})"
    )
    if _is_budget(limit):
        return f"{sentence}; completing them costs at least as much again"
    return f"{sentence}; the answers caused more follow-up requests than planned"


def _name_of(limit: CostLimit) -> str:
    if _is_budget(limit):
        return f"budget of {limit.tokens or 0:,} tokens"
    bound = limit.ceiling
    if bound is None:
        return "limit"
    return f"upper bound of {plural(bound.requests, 'request')} and {bound.tokens:,} tokens"


def _is_budget(limit: CostLimit) -> bool:
    """Whether the budget that the user set is lower than the plan's upper bound."""
    if limit.tokens is None:
        return False
    return limit.ceiling is None or limit.tokens < limit.ceiling.tokens
