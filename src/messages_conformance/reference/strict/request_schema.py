"""Whether a request body keeps to the JSON Schema of the API version it names."""

import json
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from typing import Any

from jsonschema import ValidationError
from jsonschema.exceptions import relevance

from messages_conformance import schemas
from messages_conformance.protocol.canonical import canonical
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.response import Refusal
from messages_conformance.reference.strict.blocks import betas

_MCP = "mcp-client-"
_CONTEXT = "context-management-"
_REMEMBERED = 2_048
"""How many bodies are cached with their result; a suite repeats many of them."""
_LARGE = 65_536
"""Bytes; a larger body is not cached."""


def body_keeps_the_schema(request: AdmittedRequest) -> None:
    """Fields, types, ranges and patterns are those of the version.

    Covers rules RQ-02 to RQ-05, RQ-08, RQ-10, RQ-14, RQ-16, RQ-19 to RQ-21, RQ-24 to RQ-28,
    RQ-30, RQ-32, RQ-35, RQ-36, RQ-38, RQ-39, TU-7, TH-1, TH-3, TH-9, TH-14 and PC-2.
    """
    version = request.headers.get("anthropic-version")
    if version not in VERSIONS:
        version = VERSIONS[0]
    content = canonical(_checked_part(request))
    find = _find_problem if len(content) > _LARGE else _find_cached_problem
    if (fault := find(f"request-{version}", content)) is not None:
        raise Refusal(400, fault)


def _find_problem(schema: str, content: bytes) -> str | None:
    """What is wrong with a body, in one sentence; None where it keeps to the schema."""
    problem = max(schemas.errors(json.loads(content), schema), key=relevance, default=None)
    return _sentence_of(_innermost(problem)) if problem is not None else None


_find_cached_problem = lru_cache(_REMEMBERED)(_find_problem)


def _checked_part(request: AdmittedRequest) -> dict[str, Any]:
    """The body without the parts that a beta or an empty last turn exempts from the schema."""
    body = dict(request.body)
    if any(name.startswith(_MCP) for name in betas(request)):
        body.pop("mcp_servers", None)
    if any(name.startswith(_CONTEXT) for name in betas(request)):
        body.pop("context_management", None)
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


def _innermost(problem: ValidationError) -> ValidationError:
    """The error within the alternative that was meant, as its type and ``type`` show."""
    by_alternative = groupby(problem.context or (), key=lambda inner: inner.schema_path[0])
    meant = [
        found
        for found in (list(inner) for _, inner in by_alternative)
        if not _is_other_alternative(found)
    ]
    return _innermost(max(meant[0], key=relevance)) if len(meant) == 1 else problem


def _is_other_alternative(found: Sequence[ValidationError]) -> bool:
    """Whether an alternative has another type, or another ``type``, than what was sent."""
    return any(
        (inner.validator == "type" and not inner.relative_path)
        or (inner.validator == "const" and list(inner.relative_path) == ["type"])
        for inner in found
    )


def _sentence_of(problem: ValidationError) -> str:
    path = [str(step) for step in problem.absolute_path]
    schema: Any = problem.schema
    sent: Any = problem.instance
    if problem.validator == "required":
        path.append(next(name for name in schema["required"] if name not in sent))
        said = "Field required"
    elif problem.validator == "additionalProperties":
        known = schema.get("properties", {})
        path.append(next(name for name in sent if name not in known))
        said = "Extra inputs are not permitted"
    else:
        said = _expectation(problem)
    return f"{'.'.join(path) or 'body'}: {said}"


def _expectation(problem: ValidationError) -> str:
    """What is expected, worded like the API's own errors."""
    value: Any = problem.validator_value
    match problem.validator:
        case "enum" | "const":
            options = value if isinstance(value, list) else [value]
            return f"Input should be {' or '.join(repr(o) for o in options if o is not None)}"
        case "minimum":
            return f"Input should be greater than or equal to {value}"
        case "maximum":
            return f"Input should be less than or equal to {value}"
        case "minLength" | "minItems":
            return "Input should not be empty"
        case "maxLength" | "maxItems":
            return f"Input should have at most {value} items"
        case "pattern":
            return f"String should match pattern '{value}'"
        case "type":
            kinds = value if isinstance(value, list) else [value]
            return f"Input should be a valid {' or '.join(kinds)}"
        case "anyOf" | "oneOf" if isinstance(problem.instance, dict):
            tag = problem.instance.get("type")
            return f"Input tag '{tag}' found using 'type' does not match any of the expected tags"
    return "Input should be of another type"
