"""A plan as JSON, as ``schemas/plan.schema.json`` describes it."""

from typing import Any

from messages_conformance import __version__
from messages_conformance.planning.assumptions import Assumptions
from messages_conformance.planning.plan import ModelPlan, OptInRow, Plan, PlannedRequest
from messages_conformance.recording.cost import Cost


def to_document(plan: Plan, assumptions: Assumptions) -> dict[str, Any]:
    """The plan with all its requests, which are many."""
    rate_limit, price = assumptions.rate_limit, assumptions.price
    seconds = plan.seconds(rate_limit, assumptions.seconds_per_answer)
    return {
        "suite_version": __version__,
        "target": plan.revision.target.id,
        "revision": plan.revision.date.isoformat(),
        "expected": _cost(plan.expected, assumptions),
        "upper_bound": _cost(plan.upper_bound, assumptions),
        "preflight": _cost(plan.preflight, assumptions),
        "seconds": round(seconds, 1),
        "rows_per_request": plan.rows_per_request,
        "assumptions": {
            "concurrency": rate_limit.concurrency,
            "requests_per_minute": rate_limit.requests_per_minute,
            "tokens_per_minute": rate_limit.tokens_per_minute,
            "seconds_per_answer": assumptions.seconds_per_answer,
            "input_price": price.input if price else None,
            "output_price": price.output if price else None,
        },
        "models": [_model(model, assumptions) for model in plan.models],
        "opt_in": [_opt_in(row, assumptions) for row in plan.opt_in],
    }


def _model(model: ModelPlan, assumptions: Assumptions) -> dict[str, Any]:
    return {
        "model": model.model.id,
        "rows": model.rows,
        "expected": _cost(model.expected, assumptions),
        "upper_bound": _cost(model.upper_bound, assumptions),
        "requests": [_request(request, assumptions) for request in model.requests],
    }


def _request(request: PlannedRequest, assumptions: Assumptions) -> dict[str, Any]:
    return {
        "method": request.method,
        "path": request.path,
        "fields": list(request.fields),
        "rows": list(request.rows),
        "expected": _cost(request.expected, assumptions),
        "upper_bound": _cost(request.upper_bound, assumptions),
    }


def _opt_in(row: OptInRow, assumptions: Assumptions) -> dict[str, Any]:
    return {
        "row": row.row,
        "why": row.why,
        "chosen": row.chosen,
        "expected": _cost(row.expected, assumptions),
        "upper_bound": _cost(row.upper_bound, assumptions),
    }


def _cost(cost: Cost, assumptions: Assumptions) -> dict[str, Any]:
    price = {"price": round(assumptions.price.of(cost), 6)} if assumptions.price else {}
    return {
        "requests": cost.requests,
        "input_tokens": cost.input,
        "output_tokens": cost.output,
        **price,
    }
