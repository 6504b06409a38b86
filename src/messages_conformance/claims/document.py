"""A page as a document in the form of a claims file, and back; a report holds its pages so, too."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter

from messages_conformance.claims.page import Revision
from messages_conformance.files import check_values

_MODEL_NAMES_SERIES = {"series": {"__all__": {"models": {"__all__": {"series"}}}}}
"""What a document leaves out: it lists the models below their series."""


def from_document(document: Mapping[str, Any]) -> Revision:
    """Read a page from a document that keeps the schema of claims; a new field needs no code here.

    Raises:
        ValueError: a value is none of its type, such as a date that no calendar has, or nests more
            deeply than any in a claims file.
    """
    check_values(document)
    return _adapter().validate_python(
        {
            "target": document["target"],
            **document["revision"],
            "sections": document["section"],
            "series": [_with_models_named(series) for series in document["series"]],
            "rows": document["row"],
        }
    )


def to_document(revision: Revision) -> dict[str, Any]:
    """Write a page as JSON; a field at its default is left out, as in a claims file."""
    page = _adapter().dump_python(
        revision, mode="json", exclude_defaults=True, exclude=_MODEL_NAMES_SERIES
    )
    tables = {
        "section": page.pop("sections"),
        "series": page.pop("series"),
        "row": page.pop("rows"),
    }
    return {"target": page.pop("target"), "revision": page, **tables}


@cache
def _adapter() -> TypeAdapter[Revision]:
    return TypeAdapter(Revision)


def _with_models_named(series: Mapping[str, Any]) -> dict[str, Any]:
    """A series whose models say which it is."""
    models = [{**model, "series": series["id"]} for model in series["models"]]
    return {**series, "models": models}
