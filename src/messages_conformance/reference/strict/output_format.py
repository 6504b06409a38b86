"""Structured output: answers that keep to a schema (`output_config.format`)."""

from collections.abc import Iterator
from typing import Any

from messages_conformance.protocol.exchange import Json
from messages_conformance.reference import json_schemas
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.response import invalid
from messages_conformance.reference.strict.blocks import all_blocks

_PATH = "output_config.format.schema"
_UNSUPPORTED = frozenset(
    {
        *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
        *("minLength", "maxLength", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
        *("patternProperties", "if", "not"),
    }
)
"""Keywords that structured output does not support."""


def schema_of(body: dict[str, Any]) -> dict[str, Any] | None:
    """The schema that an answer must keep to; None where there is none."""
    form = (body.get("output_config") or {}).get("format")
    return form["schema"] if form else None


def schema_is_supported(request: AdmittedRequest) -> None:
    """The schema has only supported keywords, and closed objects (rule RQ-41)."""
    schema = schema_of(request.body)
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


def schema_excludes_citations(request: AdmittedRequest) -> None:
    """Structured output excludes citations (rule RQ-42)."""
    if schema_of(request.body) and any(
        has_citations_enabled(placed.block) for placed in all_blocks(request)
    ):
        raise invalid("output_config.format", "cannot be used together with citations")


def has_citations_enabled(block: dict[str, Any]) -> bool:
    """Whether citations are enabled for a source."""
    asked = block.get("citations")
    return isinstance(asked, dict) and asked.get("enabled") is True


def _parts(schema: Json, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A schema and the schemas in it, each with its path."""
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
