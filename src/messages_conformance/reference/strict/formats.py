"""Answers in a form that was asked for (`output_config.format`)."""

from collections.abc import Iterator
from typing import Any

from messages_conformance.protocol.exchange import Json
from messages_conformance.reference import json_schemas
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import invalid
from messages_conformance.reference.strict.blocks import everywhere

_PATH = "output_config.format.schema"
_UNSUPPORTED = frozenset(
    {
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
        *("patternProperties", "if", "not"),
    }
)
"""Keywords that answers cannot be held to."""


def wanted(body: dict[str, Any]) -> dict[str, Any] | None:
    """The schema an answer must keep to; None where it is free."""
    form = (body.get("output_config") or {}).get("format")
    return form["schema"] if form else None


def form_can_be_kept(call: Call) -> None:
    """The schema has only what an answer can be held to, and closed objects (rule RQ-41)."""
    schema = wanted(call.body)
    if schema is None:
        return
    if problem := json_schemas.complaint(schema):
        raise invalid(_PATH, f"JSON schema is invalid: {problem}")
    for path, part in _parts(schema, _PATH):
        if part.get("type") == "object" and part.get("additionalProperties") is not False:
            raise invalid(
                path, "For 'object' type, 'additionalProperties' must be explicitly set to false"
            )
        if unsupported := _UNSUPPORTED & set(part):
            raise invalid(path, f"property '{min(unsupported)}' is not supported")


def form_goes_without_citations(call: Call) -> None:
    """An answer in a form cannot cite (rule RQ-42)."""
    if wanted(call.body) and any(cites(placed.block) for placed in everywhere(call)):
        raise invalid("output_config.format", "cannot be used together with citations")


def cites(block: dict[str, Any]) -> bool:
    """Whether a source may be cited."""
    asked = block.get("citations")
    return isinstance(asked, dict) and asked.get("enabled") is True


def _parts(schema: Json, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A schema and those in it."""
    if not isinstance(schema, dict):
        return
    yield path, schema
    for holder in ("properties", "$defs"):
        named = schema.get(holder)
        for name, part in named.items() if isinstance(named, dict) else ():
            yield from _parts(part, f"{path}.{holder}.{name}")
    yield from _parts(schema.get("items"), f"{path}.items")
    for holder in ("anyOf", "allOf"):
        for i, part in enumerate(schema.get(holder) or ()):
            yield from _parts(part, f"{path}.{holder}.{i}")
