"""What a page says of answers: gaps that it admits, and whether a model thinks unasked.

A page may claim `partial` and name what is missing. The documented endpoint lacks exactly that.
"""

import json
from typing import Any

from messages_conformance.protocol.exchange import Json
from messages_conformance.protocol.sse import Event
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.model_claims import ModelClaims
from messages_conformance.reference.response import Refusal
from messages_conformance.reference.simulated_model.tool_inputs import fill_input
from messages_conformance.verdict import Claim

STOPS = "basic/stop_sequences"
FORMAT = "output_config/format"


def gaps(claims: ModelClaims, row: str) -> frozenset[str]:
    """The tags of what a page says is missing of a row that it claims as `partial`."""
    found = claims.revision.rows_by_id.get(row)
    if found is None or claims.claim(row) is not Claim.PARTIAL:
        return frozenset()
    return frozenset(lack.tag for lack in found.lacks)


def body_with_default(request: AdmittedRequest) -> dict[str, Any]:
    """The body, with thinking switched on where the model thinks without being asked."""
    body, default = request.body, request.claims.model.thinking_default
    wanted = (body.get("thinking") or {}).get("type")
    unasked = wanted is None and default in ("on", "always")
    if unasked or (wanted == "disabled" and default == "always"):
        return {**body, "thinking": {"type": "enabled"}}
    return body


def message_with_gaps(request: AdmittedRequest, message: dict[str, Any]) -> dict[str, Any]:
    """The message without what the page says that answers lack."""
    claims = request.claims
    changed = dict(message)
    if message["stop_reason"] == "stop_sequence":
        missing = gaps(claims, STOPS)
        if "stop_reason" in missing:
            changed["stop_reason"] = "end_turn"
        if "stop_sequence" in missing or gaps(claims, "response/stop_sequence"):
            changed["stop_sequence"] = None
    if gaps(claims, "response/thinking/signature"):
        changed["content"] = [
            {**block, "signature": ""} if block["type"] == "thinking" else block
            for block in message["content"]
        ]
    return changed


def events_with_gaps(request: AdmittedRequest, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """The events without the figures that the page says come at the end only."""
    missing = gaps(request.claims, "response/stream/message_start/usage")
    first, *others = events
    start = first.json
    if not missing or start is None:
        return events
    usage = {n: figure for n, figure in start["message"]["usage"].items() if n not in missing}
    start = {**start, "message": {**start["message"], "usage": usage}}
    return (Event(first.name, json.dumps(start, ensure_ascii=False)), *others)


# -- the form of an answer


def schema_of(body: dict[str, Any]) -> dict[str, Any] | None:
    """The schema that an answer is to keep to; None where there is none."""
    form = (body.get("output_config") or {}).get("format")
    return form["schema"] if form else None


def in_form(request: AdmittedRequest, blocks: tuple[dict[str, Any], ...]) -> tuple[Json, ...]:
    """The blocks of an answer, with its text in the form that the request wants."""
    schema = schema_of(request.body)
    if schema is None or any(block["type"] == "tool_use" for block in blocks):
        return blocks
    said = " ".join(block["text"] for block in blocks if block["type"] == "text")
    loose = "schema" in gaps(request.claims, FORMAT)
    value = {"answer": said} if loose else fill_input(schema, said)
    text = {"type": "text", "text": json.dumps(value, ensure_ascii=False)}
    return (*(block for block in blocks if block["type"] != "text"), text)


def json_is_named(request: AdmittedRequest) -> None:
    """Where the page says so, a prompt that wants JSON has to name it."""
    if schema_of(request.body) is None or "json_in_prompt" not in gaps(request.claims, FORMAT):
        return
    said = json.dumps([request.body.get("system"), request.body["messages"]])
    if "json" not in said.lower():
        raise Refusal(400, "messages: must contain the word 'json' to use 'output_config.format'")
