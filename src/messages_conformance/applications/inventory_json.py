"""Writes an inventory as JSON, and reads it back."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from messages_conformance import __version__, schemas
from messages_conformance.applications.feature_table import FEATURES
from messages_conformance.applications.inventory import Inventory, Source, Uncovered, Use, Values
from messages_conformance.display import json_text
from messages_conformance.errors import TrafficError
from messages_conformance.files import read_json
from messages_conformance.traffic.calls.call import Part

KIND = "application-inventory"
"""What the document says it is."""


def to_json(inventory: Inventory) -> str:
    """Serialise an inventory, readably and so that no name in it can steer a terminal."""
    written = json.dumps(to_document(inventory), indent=2, ensure_ascii=False)
    return json_text(written) + "\n"


def to_document(inventory: Inventory) -> dict[str, Any]:
    """The value that is written as JSON."""
    return {
        "kind": KIND,
        "suite_version": __version__,
        "sources": [_source(source) for source in inventory.sources],
        "features": [_use(use) for use in inventory.uses],
        "not_visible": [feature.id for feature in inventory.not_visible()],
        "not_used": [feature.id for feature in inventory.not_used()],
        "uncovered": [
            {"mark": each.mark, "calls": each.calls, "place": each.place}
            for each in inventory.uncovered
        ],
        "figures": {name: _values(values) for name, values in inventory.figures.items()},
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "name": source.name,
        "format": source.format,
        "calls": source.calls,
        "skipped": [_reason(*each) for each in source.skipped],
        "damaged": [_reason(*each) for each in source.damaged],
        "hides": [part.value for part in source.hides],
    }


def _reason(why: str, count: int, place: str) -> dict[str, Any]:
    return {"why": why, "count": count, "first": place}


def _use(use: Use) -> dict[str, Any]:
    feature = FEATURES[use.feature]
    values = _values(use.values)
    return {
        "feature": use.feature,
        "title": feature.title,
        "rows": list(feature.rows),
        "calls": use.calls,
        "places": list(use.places),
        **({"values": values} if values else {}),
        **({"in_answers_alone": True} if use.in_answers_alone else {}),
    }


def _values(values: Values) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if values.least is not None:
        found |= {"least": values.least, "most": values.most}
    if values.words:
        found["words"] = dict(values.words)
    return found


def read(path: Path) -> Inventory:
    """Read a saved inventory.

    Raises:
        TrafficError: it is none, or breaks its schema.
        OSError: it cannot be read.
    """
    try:
        document = read_json(path)
    except (ValueError, RecursionError) as problem:
        raise TrafficError(f"{path}: is not readable JSON ({problem}); scan again") from problem
    if complaint := schemas.complaint(document, "inventory"):
        raise TrafficError(f"{path}: is no inventory, {complaint}; scan again")
    return from_document(document)


def from_document(document: Mapping[str, Any]) -> Inventory:
    """The inventory of a document that keeps the schema; features that left are left out."""
    return Inventory(
        tuple(
            Source(
                each["name"],
                each["format"],
                each["calls"],
                _reasons(each["skipped"]),
                _reasons(each["damaged"]),
                tuple(Part(part) for part in each["hides"]),
            )
            for each in document["sources"]
        ),
        tuple(
            Use(
                each["feature"],
                each["calls"],
                tuple(each["places"]),
                _read_values(each.get("values", {})),
                each.get("in_answers_alone", False),
            )
            for each in document["features"]
            if each["feature"] in FEATURES
        ),
        tuple(Uncovered(**each) for each in document["uncovered"]),
        {name: _read_values(values) for name, values in document["figures"].items()},
    )


def _reasons(listed: list[dict[str, Any]]) -> tuple[tuple[str, int, str], ...]:
    return tuple((each["why"], each["count"], each["first"]) for each in listed)


def _read_values(values: Mapping[str, Any]) -> Values:
    words = tuple(values.get("words", {}).items())
    return Values(values.get("least"), values.get("most"), words)


def is_inventory(path: Path) -> bool:
    """Whether a file begins as an inventory does."""
    if path.suffix != ".json" or not path.is_file():
        return False
    with path.open("rb") as file:
        return f'"kind": "{KIND}"'.encode() in file.read(200)
