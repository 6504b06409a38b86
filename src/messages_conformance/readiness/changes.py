"""Changing a client's request as its settings and its healing do: pure functions."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from messages_conformance.protocol.exchange import KEY, Request
from messages_conformance.readiness.dialect import Feature

_BETA = "anthropic-beta"
_LEFT_OUT = "Left out."
"""What stands in place of a block that is left out of a result."""


def for_model(request: Request, model: str) -> Request:
    """The same request for another model."""
    return replace(request, body={**request.body, "model": model})


def without(request: Request, features: Iterable[Feature], largest: int | None = None) -> Request:
    """The request without some features; ``largest`` is the `max_tokens` that was named."""
    for feature in features:
        request = _without(request, feature, largest)
    return request


def has(request: Request, feature: Feature) -> bool:
    """Whether a request has a feature."""
    return _without(request, feature, None).key != request.key


def unstreamed(request: Request) -> Request:
    """The same request without a stream."""
    return replace(request, body={k: v for k, v in request.body.items() if k != "stream"})


def _without(request: Request, feature: Feature, largest: int | None) -> Request:
    body: dict[str, Any] = dict(request.body)
    if feature.tool_fields:
        body["tools"] = [
            tool
            for tool in body.get("tools", ())
            if not any(name in tool for name in feature.tool_fields)
        ]
        if not body["tools"]:
            del body["tools"]
    if feature.result_blocks:
        body["messages"] = _replaced(body["messages"], feature.result_blocks)
    if feature.roles:
        body["messages"] = [turn for turn in body["messages"] if turn["role"] not in feature.roles]
    for path in feature.unset:
        body = _unset(body, path)
    if feature.largest is not None:
        limit = largest or feature.largest
        body["max_tokens"] = min(body["max_tokens"], limit)
        thinking = body.get("thinking")
        budget = thinking.get("budget_tokens") if isinstance(thinking, dict) else None
        if isinstance(budget, int) and budget >= body["max_tokens"]:
            body["thinking"] = {**body["thinking"], "budget_tokens": body["max_tokens"] - 1}
    if feature.budget and isinstance(body.get("thinking"), dict):
        most = body["max_tokens"] - 1
        body["thinking"] = {**body["thinking"], "type": "enabled", "budget_tokens": most}
    if feature.everywhere:
        body = _strip(body, feature.everywhere)
    return replace(request, body=body, headers=_headers(request, feature))


def _replaced(value: Any, kinds: tuple[str, ...]) -> Any:
    """The turns with a text in place of each block of some kinds."""
    if isinstance(value, list):
        return [_replaced(each, kinds) for each in value]
    if not isinstance(value, dict):
        return value
    if value.get("type") in kinds:
        return {"type": "text", "text": _LEFT_OUT}
    if "content" in value:
        return {**value, "content": _replaced(value["content"], kinds)}
    return value


def _unset(body: dict[str, Any], path: str) -> dict[str, Any]:
    name, _, rest = path.partition(".")
    if name not in body:
        return body
    if not rest:
        return {key: value for key, value in body.items() if key != name}
    return {**body, name: _unset(body[name], rest)} if isinstance(body[name], dict) else body


def _strip(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, dict):
        return {key: _strip(inner, names) for key, inner in value.items() if key not in names}
    return [_strip(each, names) for each in value] if isinstance(value, list) else value


def _headers(request: Request, feature: Feature) -> tuple[tuple[str, str], ...]:
    headers = {**dict(request.headers)}
    if not feature.swap_key:
        headers |= feature.headers
    elif "authorization" in headers:
        headers["x-api-key"] = KEY
        del headers["authorization"]
    elif "x-api-key" in headers:
        headers["authorization"] = f"Bearer {KEY}"
        del headers["x-api-key"]
    if feature.betas and _BETA in headers:
        kept = [
            name for name in headers[_BETA].split(",") if not name.strip().startswith(feature.betas)
        ]
        headers[_BETA] = ",".join(kept)
        if not kept:
            del headers[_BETA]
    return tuple(sorted(headers.items()))
