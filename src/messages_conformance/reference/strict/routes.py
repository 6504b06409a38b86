"""Further routes of the genuine API: token counting, and the list of models."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from messages_conformance.claims.page import Model, Revision
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.response import Refusal, Response, invalid, json_response
from messages_conformance.reference.strict.limits import MAX_TOKENS

_NOT_COUNTED = ("max_tokens", "stream", "metadata", "service_tier", "stop_sequences")
_MOST = 1_000
_USUAL = 20
_SINCE = "1970-01-01T00:00:00Z"
"""The release date given for models whose date is unknown."""


def count_tokens(stages: Stages, request: AdmittedRequest) -> Response:
    """Count the input tokens of a message (rule RS-CNT-1).

    Raises:
        Refusal: the message would be refused, or has a field that does not belong to a prompt.
    """
    for name in _NOT_COUNTED:
        if name in request.body:
            raise invalid(name, "Extra inputs are not permitted")
    counted = replace(request, body={**request.body, "max_tokens": MAX_TOKENS})
    for check in stages.checks:
        check(counted)
    return json_response({"input_tokens": stages.render(counted.body).tokens})


def models(revision: Revision, rest: str, query: Mapping[str, str]) -> Response:
    """List the models page by page, or describe one (rule RS-MDL-1).

    Raises:
        Refusal: there is no such model, or no such page.
    """
    if rest:
        for model in revision.models:
            if model.id == rest:
                return json_response(_described(revision, model))
        raise Refusal(404, f"model: {rest}")
    ids = [model.id for model in revision.models]
    start, end = 0, len(ids)
    if "after_id" in query:
        start = _position(ids, query, "after_id") + 1
    if "before_id" in query:
        end = _position(ids, query, "before_id")
    limit = _limit(query)
    # A page before an id ends next to that id.
    first = max(start, end - limit) if "before_id" in query else start
    page = revision.models[first : min(end, first + limit)]
    more = first > start if "before_id" in query else first + limit < end
    return json_response(
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
