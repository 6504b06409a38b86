"""Whether a request may be carried out: small checks, each of one thing.

A check takes the request and raises `Refusal` where it is invalid. What the page calls ignored
has been removed from the body before; what it does not support is refused first.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from messages_conformance.claims.page import Range
from messages_conformance.protocol.exchange import Json
from messages_conformance.reference import as_claimed, content, json_schemas, pairing
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.model_claims import ModelClaims
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.row_usage import RowUse, find_row_uses
from messages_conformance.verdict import Claim

Check = Callable[[AdmittedRequest], None]

MIN_BUDGET = 1024
"""Tokens; thinking with less is refused (rule TH-1)."""

_REQUIRED = ("max_tokens", "messages")
_FIELDS = {
    *_REQUIRED,
    *("model", "container", "mcp_servers", "metadata", "service_tier", "stop_sequences", "stream"),
    *("system", "temperature", "thinking", "tool_choice", "tools", "top_k", "top_p"),
}
_TOOL_FIELDS = {"name", "description", "input_schema", "cache_control", "type"}
_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_EFFORTS = ("low", "medium", "high", "max")
_CHOICES = ("auto", "any", "tool", "none")


def ignored(body: dict[str, Any], claims: ModelClaims) -> Iterator[RowUse]:
    """The parts of a body that are accepted without any effect."""
    return (use for use in find_row_uses(body) if claims.claim(use.row) is Claim.IGNORED)


def nothing_unsupported(request: AdmittedRequest) -> None:
    """What the page marks as unsupported is refused, wherever it occurs."""
    for use in find_row_uses(request.sent):
        if request.claims.claim(use.row) is Claim.UNSUPPORTED:
            feature = use.row.split("/", 1)[1]
            raise invalid(
                use.place, f"'{feature}' is not supported by model '{request.claims.model.id}'"
            )


def required_fields(request: AdmittedRequest) -> None:
    """`max_tokens` and `messages` are required; `model` was checked before."""
    for name in _REQUIRED:
        if name not in request.body:
            raise invalid(name, "Field required")


def known_fields(request: AdmittedRequest) -> None:
    """An undocumented field is refused, unless it is a default of the target's requests."""
    allowed = _FIELDS | set(request.claims.revision.target.defaults)
    if any(row.id.startswith("output_config/") for row in request.claims.revision.rows):
        allowed |= {"output_config"}
    for name in request.body:
        if name not in allowed:
            raise invalid(name, "Extra inputs are not permitted")


def limits(request: AdmittedRequest) -> None:
    """`max_tokens` and `top_k` are integers, from 1 and from 0."""
    _number(request.body, "max_tokens", Range(1), whole=True)
    _number(request.body, "top_k", Range(0), whole=True)


def sampling(request: AdmittedRequest) -> None:
    """`temperature` and `top_p` are numbers in their documented range, from 0 at least."""
    for name in ("temperature", "top_p"):
        documented = request.claims.range(f"basic/{name}")
        low = 0.0 if documented.minimum is None else documented.minimum
        _number(request.body, name, replace(documented, minimum=low))


def stop_sequences(request: AdmittedRequest) -> None:
    """A list of strings, none of them empty."""
    stops = request.body.get("stop_sequences")
    if stops is None:
        return
    if not isinstance(stops, list):
        raise invalid("stop_sequences", "Input should be a valid list")
    for i, stop in enumerate(stops):
        if not isinstance(stop, str):
            raise invalid(f"stop_sequences.{i}", "Input should be a valid string")
        if not stop:
            raise invalid("stop_sequences", "each stop sequence must be non-empty")


def stream(request: AdmittedRequest) -> None:
    """True or false."""
    if not isinstance(request.body.get("stream") or False, bool):
        raise invalid("stream", "Input should be a valid boolean")


def system(request: AdmittedRequest) -> None:
    """A string or a list of text blocks."""
    given = request.body.get("system")
    if given is None or isinstance(given, str):
        return
    if not isinstance(given, list):
        raise invalid("system", "Input should be a valid string or list of text blocks")
    for i, block in enumerate(given):
        content.block(block, f"system.{i}", {"text"})


def metadata(request: AdmittedRequest) -> None:
    """An object with a `user_id` of at most 512 characters (rule RQ-35)."""
    given = request.body.get("metadata")
    if given is None:
        return
    user = _object(given, "metadata").get("user_id")
    if user is not None and (not isinstance(user, str) or len(user) > 512):
        raise invalid("metadata.user_id", "Input should be a string of at most 512 characters")
    if extra := set(given) - {"user_id"}:
        raise invalid(f"metadata.{min(extra)}", "Extra inputs are not permitted")


def service_tier(request: AdmittedRequest) -> None:
    """`auto` or `standard_only`."""
    if request.body.get("service_tier") not in (None, "auto", "standard_only"):
        raise invalid("service_tier", "Input should be 'auto' or 'standard_only'")


def tools(request: AdmittedRequest) -> None:
    """Each tool has a unique name and the schema of an object."""
    given = request.body.get("tools")
    if given is None:
        return
    if not isinstance(given, list):
        raise invalid("tools", "Input should be a valid list")
    for i, tool in enumerate(given):
        _tool(_object(tool, f"tools.{i}"), f"tools.{i}")
    names = [tool["name"] for tool in given]
    if len(set(names)) < len(names):
        raise invalid("tools", "Tool names must be unique.")


def tool_choice(request: AdmittedRequest) -> None:
    """A known choice, and tools to choose from where one must be called."""
    given = request.body.get("tool_choice")
    if given is None:
        return
    kind = _object(given, "tool_choice").get("type")
    if kind not in _CHOICES:
        raise invalid("tool_choice.type", f"Input should be one of {', '.join(_CHOICES)}")
    if not isinstance(given.get("disable_parallel_tool_use", False), bool):
        raise invalid("tool_choice.disable_parallel_tool_use", "Input should be a valid boolean")
    offered = [tool["name"] for tool in request.body.get("tools") or []]
    if kind in ("any", "tool") and not offered:
        raise invalid("tool_choice", f"'{kind}' may only be specified while providing tools")
    if kind == "tool" and given.get("name") not in offered:
        raise invalid("tool_choice.name", f"Tool {given.get('name')!r} not found in tools")


def thinking(request: AdmittedRequest) -> None:
    """Switched off, or on with a budget.

    The page's own sample spends all of `max_tokens` on thinking, so only more is refused, and not
    even that where thinking is left out of it. A page with levels of effort needs no budget.
    """
    given = request.body.get("thinking")
    if given is None:
        return
    kind = _object(given, "thinking").get("type")
    if kind == "disabled":
        return
    if kind == "adaptive" and request.claims.claim("basic/thinking/adaptive") is Claim.SUPPORTED:
        return
    if kind != "enabled":
        raise invalid("thinking.type", "Input should be 'enabled' or 'disabled'")
    if (
        "budget_tokens" not in given
        and "output_config/effort" in request.claims.revision.rows_by_id
    ):
        return
    if "budget_tokens" not in given:
        raise invalid("thinking.budget_tokens", "Field required")
    _number(given, "budget_tokens", Range(MIN_BUDGET), "thinking.", whole=True)
    apart = request.claims.model.max_tokens_counts == "text"
    if given["budget_tokens"] > request.body["max_tokens"] and not apart:
        raise Refusal(400, "`max_tokens` must not be less than `thinking.budget_tokens`")


def output_config(request: AdmittedRequest) -> None:
    """A known level of effort, and the schema of a closed object."""
    given = request.body.get("output_config")
    if given is None:
        return
    config = _object(given, "output_config")
    if extra := set(config) - {"effort", "format"}:
        raise invalid(f"output_config.{min(extra)}", "Extra inputs are not permitted")
    if config.get("effort") not in (None, *_EFFORTS):
        raise invalid("output_config.effort", f"Input should be one of {', '.join(_EFFORTS)}")
    form = config.get("format")
    if form is None:
        return
    path = "output_config.format"
    schema = _object(_object(form, path).get("schema"), f"{path}.schema")
    if form.get("type") != "json_schema":
        raise invalid(f"{path}.type", "Input should be 'json_schema'")
    if problem := json_schemas.complaint(schema):
        raise invalid(f"{path}.schema", f"JSON schema is invalid: {problem}")
    if schema.get("additionalProperties") is not False:
        raise invalid(f"{path}.schema", "'additionalProperties' must be false")


CHECKS: tuple[Check, ...] = (
    nothing_unsupported,
    required_fields,
    known_fields,
    limits,
    sampling,
    stop_sequences,
    stream,
    system,
    metadata,
    service_tier,
    tools,
    tool_choice,
    thinking,
    output_config,
    content.messages,
    as_claimed.json_is_named,
    pairing.call_ids_are_unique_in_a_turn,
    pairing.every_call_is_answered,
    pairing.every_result_has_its_call,
)
"""What the documented endpoint checks, in this order; the first problem is the one reported."""


def _number(
    holder: dict[str, Any], name: str, allowed: Range, above: str = "", *, whole: bool = False
) -> None:
    value, path = holder.get(name), above + name
    if value is None:
        if name in holder and name in _REQUIRED:
            raise invalid(path, "Input should be a valid integer")
        return
    kinds = (int,) if whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise invalid(path, f"Input should be a valid {'integer' if whole else 'number'}")
    low, high = allowed.minimum, allowed.maximum
    above_high = high is not None and (value >= high if allowed.excludes_maximum else value > high)
    below_low = low is not None and (value <= low if allowed.excludes_minimum else value < low)
    if below_low or above_high:
        raise invalid(path, f"Input should be in {allowed}, but it is {value}")


def _object(value: Json, path: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid(path, "Input should be a valid object")
    return value


def _tool(tool: dict[str, Any], path: str) -> None:
    for name in ("name", "input_schema"):
        if name not in tool:
            raise invalid(f"{path}.{name}", "Field required")
    if not isinstance(tool["name"], str) or not _TOOL_NAME.fullmatch(tool["name"]):
        raise invalid(f"{path}.name", f"String should match pattern '^{_TOOL_NAME.pattern}$'")
    if _object(tool["input_schema"], f"{path}.input_schema").get("type") != "object":
        raise invalid(f"{path}.input_schema.type", "Input should be 'object'")
    if problem := json_schemas.complaint(tool["input_schema"]):
        raise invalid(f"{path}.input_schema", f"JSON schema is invalid: {problem}")
    if not isinstance(tool.get("description") or "", str):
        raise invalid(f"{path}.description", "Input should be a valid string")
    if tool.get("type") not in (None, "custom"):
        raise invalid(f"{path}.type", "Input should be 'custom'")
    if extra := set(tool) - _TOOL_FIELDS:
        raise invalid(f"{path}.{min(extra)}", "Extra inputs are not permitted")
    content.cache_control(tool, path)
