"""What a run is told to cost before it begins, and why it left rows when it kept to that."""

from collections.abc import Mapping, Sequence

from messages_conformance.display import plural
from messages_conformance.planning.plan import Plan
from messages_conformance.recording.budget import CostLimit
from messages_conformance.recording.progress import ModelProgress

_LEFT = (
    "not asked to the end: one more request might have cost more than what was left of the "
    "run's {limit}"
)
_NAMED = 3
"""Rows that are named, of those that were left."""


def most_tokens(plan: Plan, limit: CostLimit) -> int:
    """What a run within a limit may cost at most, in tokens."""
    return min(plan.ceiling.tokens, limit.tokens or plan.ceiling.tokens)


def outlook(plan: Plan, limit: CostLimit) -> str:
    """Say in a line what is to come."""
    expected, ceiling = plan.expected, plan.ceiling
    if not ceiling.requests:
        return "there is nothing left to send: all that was chosen is recorded"
    return (
        f"{plural(len(plan.models), 'model')}, about {plural(expected.requests, 'request')} and "
        f"{expected.tokens:,} tokens; at most {ceiling.requests:,} requests and "
        f"{most_tokens(plan, limit):,} tokens, beyond which nothing is sent"
    )


def left(done: Sequence[ModelProgress], limit: CostLimit) -> Mapping[tuple[str, str], str]:
    """Why rows were left by a run that kept to a limit, by the ids of model and row."""
    why = _LEFT.format(limit=_which(limit))
    return {(model.model.id, row): why for model in done for row in model.unfinished}


def stopped(done: Sequence[ModelProgress], limit: CostLimit) -> str:
    """Say which rows were left by a run that kept to a limit."""
    rows = [f"{row} of {model.model.id}" for model in done for row in model.unfinished]
    named = ", ".join(rows[:_NAMED]) + (", …" if len(rows) > _NAMED else "")
    said = f"the run kept to its {_which(limit)}: {plural(len(rows), 'row')} left ({named})"
    if _is_budget(limit):
        return f"{said}; to go on with them takes as much again, or more"
    return f"{said}; what comes back leads further than was planned for"


def _which(limit: CostLimit) -> str:
    if _is_budget(limit):
        return f"budget of {limit.tokens or 0:,} tokens"
    ceiling = limit.ceiling
    if ceiling is None:
        return "limit"
    return f"ceiling of {plural(ceiling.requests, 'request')} and {ceiling.tokens:,} tokens"


def _is_budget(limit: CostLimit) -> bool:
    """Whether what somebody is ready to spend is less than what was planned for."""
    if limit.tokens is None:
        return False
    return limit.ceiling is None or limit.tokens < limit.ceiling.tokens
