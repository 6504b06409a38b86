"""Whether a schema in a request is a valid JSON Schema; equal ones are checked once."""

import json
from functools import lru_cache
from typing import Any

import jsonschema

from messages_conformance.protocol.canonical import canonical


def complaint(schema: dict[str, Any]) -> str | None:
    """What is wrong with a schema, in the validator's words; None where nothing is."""
    return _complaint(canonical(schema))


@lru_cache(maxsize=4096)
def _complaint(schema: bytes) -> str | None:
    try:
        jsonschema.Draft202012Validator.check_schema(json.loads(schema))
    except jsonschema.SchemaError as problem:
        return str(problem.message)
    return None
