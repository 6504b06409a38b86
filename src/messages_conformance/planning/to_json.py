"""A plan as JSON, as ``schemas/plan.schema.json`` has it."""

from typing import Any

from messages_conformance import __version__
from messages_conformance.planning.plan import OfModel, OptIn, Plan, Planned
from messages_conformance.planning.price import Tariff
from messages_conformance.recording.cost import Cost


def to_document(plan: Plan, tariff: Tariff) -> dict[str, Any]:
    """The plan with all its requests, which are many."""
    pace, price = tariff.pace, tariff.price
    return {
        "suite_version": __version__,
        "target": plan.revision.target.id,
        "revision": plan.revision.date.isoformat(),
        "expected": _cost(plan.expected, tariff),
        "ceiling": _cost(plan.ceiling, tariff),
        "preflight": _cost(plan.preflight, tariff),
        "seconds": round(plan.seconds(pace, tariff.seconds), 1),
        "rows_per_request": plan.shared,
        "reckoned_with": {
            "concurrency": pace.concurrency,
            "requests_per_minute": pace.requests_per_minute,
            "tokens_per_minute": pace.tokens_per_minute,
            "seconds_per_answer": tariff.seconds,
            "input_price": price.input if price else None,
            "output_price": price.output if price else None,
        },
        "models": [_model(model, tariff) for model in plan.models],
        "opt_in": [_opt_in(row, tariff) for row in plan.opt_in],
    }


def _model(model: OfModel, tariff: Tariff) -> dict[str, Any]:
    return {
        "model": model.model.id,
        "rows": model.rows,
        "expected": _cost(model.expected, tariff),
        "ceiling": _cost(model.ceiling, tariff),
        "requests": [_request(planned, tariff) for planned in model.requests],
    }


def _request(planned: Planned, tariff: Tariff) -> dict[str, Any]:
    return {
        "method": planned.method,
        "path": planned.path,
        "fields": list(planned.fields),
        "rows": list(planned.rows),
        "expected": _cost(planned.expected, tariff),
        "ceiling": _cost(planned.most, tariff),
    }


def _opt_in(row: OptIn, tariff: Tariff) -> dict[str, Any]:
    return {
        "row": row.row,
        "why": row.why,
        "chosen": row.chosen,
        "expected": _cost(row.expected, tariff),
        "ceiling": _cost(row.ceiling, tariff),
    }


def _cost(cost: Cost, tariff: Tariff) -> dict[str, Any]:
    priced = {"price": round(tariff.price.of(cost), 6)} if tariff.price else {}
    return {
        "requests": cost.requests,
        "input_tokens": cost.input,
        "output_tokens": cost.output,
        **priced,
    }
