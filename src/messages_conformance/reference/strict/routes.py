"""What the genuine API has beside messages: counts of tokens, and its models."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from messages_conformance.claims.page import Model, Revision
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Answer, Refusal, in_json, invalid
from messages_conformance.reference.strict.limits import MAX_TOKENS

_NOT_COUNTED = ("max_tokens", "stream", "metadata", "service_tier", "stop_sequences")
_MOST = 1_000
_USUAL = 20
_SINCE = "1970-01-01T00:00:00Z"
"""When a model was released of which that is not known."""


def count_tokens(stages: Stages, call: Call) -> Answer:
    """Say what the prompt of a message would cost (rule RS-CNT-1).

    Raises:
        Refusal: the message would be refused, or has fields that count for nothing.
    """
    for name in _NOT_COUNTED:
        if name in call.body:
            raise invalid(name, "Extra inputs are not permitted")
    counted = replace(call, body={**call.body, "max_tokens": MAX_TOKENS})
    for check in stages.checks:
        check(counted)
    return in_json({"input_tokens": stages.render(counted.body).tokens})


def models(revision: Revision, rest: str, query: Mapping[str, str]) -> Answer:
    """List the models, page by page, or tell of one (rule RS-MDL-1).

    Raises:
        Refusal: there is no such model, or no such page.
    """
    if rest:
        for model in revision.models:
            if model.id == rest:
                return in_json(_described(revision, model))
        raise Refusal(404, f"model: {rest}")
    ids = [model.id for model in revision.models]
    start, end = 0, len(ids)
    if "after_id" in query:
        start = _position(ids, query, "after_id") + 1
    if "before_id" in query:
        end = _position(ids, query, "before_id")
    limit = _limit(query)
    # Before an id come the ones next to it.
    first = max(start, end - limit) if "before_id" in query else start
    page = revision.models[first : min(end, first + limit)]
    more = first > start if "before_id" in query else first + limit < end
    return in_json(
        {
            "data": [_described(revision, model) for model in page],
            "has_more": more,
            "first_id": page[0].id if page else None,
            "last_id": page[-1].id if page else None,
        }
    )


def _limit(query: Mapping[str, str]) -> int:
    given = query.get("limit", str(_USUAL))
    if not given.isascii() or not given.isdecimal() or not 1 <= int(given[:9]) <= _MOST:
        raise invalid("limit", f"Input should be a whole number from 1 to {_MOST}")
    return int(given[:9])


def _position(ids: list[str], query: Mapping[str, str], name: str) -> int:
    if query[name] not in ids:
        raise invalid(name, f"there is no model {query[name]!r}")
    return ids.index(query[name])


def _described(revision: Revision, model: Model) -> dict[str, Any]:
    series = next(series for series in revision.series if series.id == model.series)
    return {
        "type": "model",
        "id": model.id,
        "display_name": series.name,
        "created_at": _SINCE,
    }
