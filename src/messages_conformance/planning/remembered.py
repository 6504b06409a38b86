"""A plan, remembered on disk: it depends on the page, the rows, the suites and the code alone."""

import json
from collections.abc import Sequence
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from messages_conformance import memory
from messages_conformance.claims import document as claims
from messages_conformance.claims.page import Revision
from messages_conformance.claims.selection import Chosen
from messages_conformance.planning.plan import Plan
from messages_conformance.probing.loader import Suites

_KIND: Final = "planned"
_NAMED: Final[Any] = {"revision": True, "models": {"__all__": {"model"}}}
"""What is only named: the page and its models are known when a plan is read."""


def key_of(
    chosen: Sequence[Chosen],
    suites: Suites,
    opted_in: frozenset[str],
    auth: str,
    *,
    describe_opt_in: bool,
) -> str | None:
    """The key of all that a plan depends on; None where it is not to be remembered."""
    if not suites.source or memory.folder() is None:
        return None
    asked = [
        [[model.id for model in choice.models], [row.id for row in choice.rows]]
        for choice in chosen
    ]
    return memory.digest(
        memory.state(),
        suites.source,
        json.dumps(claims.to_document(chosen[0].revision)),
        json.dumps([asked, sorted(opted_in), auth, describe_opt_in]),
    )


def recall(key: str | None, revision: Revision) -> Plan | None:
    """The plan that is remembered under a key; None if there is none that can be read."""
    document = memory.recall(_KIND, key) if key else None
    if document is None:
        return None
    models = {model.id: model for model in revision.models}
    try:
        plan: Plan = _adapter().validate_python(
            {
                **document,
                "revision": revision,
                "models": [{**one, "model": models[one["model"]]} for one in document["models"]],
            }
        )
    except (KeyError, TypeError, ValidationError):
        return None
    return plan


def remember(key: str | None, plan: Plan) -> None:
    """Remember a plan."""
    if key:
        written: dict[str, Any] = _adapter().dump_python(plan, mode="json", exclude=_NAMED)
        for document, planned in zip(written["models"], plan.models, strict=True):
            document["model"] = planned.model.id
        memory.remember(_KIND, key, written)


def _adapter() -> TypeAdapter[Plan]:
    return TypeAdapter(Plan)
