"""The shape of a request, by the JSON Schema of the API version it speaks."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import jsonschema

from messages_conformance import schemas
from messages_conformance.exchange import canonical
from messages_conformance.reference.answer import invalid
from messages_conformance.reference.call import Call
from messages_conformance.reference.strict.walk import betas
from messages_conformance.wire.finding import VERSIONS

_MCP = "mcp-client-"


def shape(call: Call) -> None:
    """Fields, types, ranges and patterns are those of the version.

    Covers rules RQ-02 to RQ-05, RQ-08, RQ-10, RQ-14, RQ-16, RQ-19 to RQ-21, RQ-24 to RQ-28,
    RQ-30, RQ-32, RQ-35, RQ-36, RQ-38, RQ-39, TU-7, TH-1, TH-3, TH-9, TH-14 and PC-2.
    """
    version = call.headers.get("anthropic-version")
    if version not in VERSIONS:
        version = VERSIONS[0]
    complaint = _complaint(version, canonical(_described(call)))
    if complaint is not None:
        raise invalid(*complaint)


@lru_cache(maxsize=4096)
def _complaint(version: str, body: bytes) -> tuple[str, str] | None:
    """Where a body breaks the schema of a version, and how; equal bodies are looked at once."""
    validator = schemas.validator(f"request-{version}")
    problem = jsonschema.exceptions.best_match(validator.iter_errors(json.loads(body)))
    return None if problem is None else _refusal(problem)


def _described(call: Call) -> dict[str, Any]:
    """What the schema is about: the body, without what a beta or a last place excuses."""
    body = dict(call.body)
    if any(name.startswith(_MCP) for name in betas(call)):
        body.pop("mcp_servers", None)
    messages = body.get("messages")
    if isinstance(messages, list) and len(messages) > 1 and _is_empty_answer(messages[-1]):
        body["messages"] = messages[:-1]  # rule RQ-16
    return body


def _is_empty_answer(message: Any) -> bool:
    return (
        isinstance(message, dict)
        and message.get("role") == "assistant"
        and message.get("content") in ("", [])
    )


def _refusal(problem: Any) -> tuple[str, str]:
    path = [str(step) for step in problem.absolute_path]
    if problem.validator == "required":
        missing = next(name for name in problem.validator_value if name not in problem.instance)
        return _dotted([*path, missing]), "Field required"
    if problem.validator == "additionalProperties":
        known = problem.schema.get("properties", {})
        extra = next(name for name in problem.instance if name not in known)
        return _dotted([*path, extra]), "Extra inputs are not permitted"
    return _dotted(path), _said(problem)


def _dotted(path: Iterable[str]) -> str:
    return ".".join(path) or "body"


def _said(problem: Any) -> str:
    """What is expected, in words like those of the API."""
    value = problem.validator_value
    match problem.validator:
        case "enum" | "const":
            options = value if isinstance(value, list) else [value]
            return f"Input should be {' or '.join(repr(o) for o in options if o is not None)}"
        case "minimum":
            return f"Input should be greater than or equal to {value}"
        case "maximum":
            return f"Input should be less than or equal to {value}"
        case "minLength" | "minItems":
            return f"Input should have at least {value} item{'s' if value > 1 else ''}"
        case "maxLength" | "maxItems":
            return f"Input should have at most {value} items"
        case "pattern":
            return f"String should match pattern '{value}'"
        case "type":
            kinds = value if isinstance(value, list) else [value]
            return f"Input should be a valid {' or '.join(kinds)}"
    return "Input should be valid"
