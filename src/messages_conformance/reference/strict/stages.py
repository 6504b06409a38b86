"""How the genuine API reads a checked request, and what it adds to the answer."""

import json
from dataclasses import replace
from typing import Any

from messages_conformance.reference import pipeline, transcript
from messages_conformance.reference.completion import Block
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.strict import formats
from messages_conformance.reference.strict.blocks import is_client_tool
from messages_conformance.reference.transcript import Tool, Transcript

_FORM = "answer"


def render(body: dict[str, Any]) -> Transcript:
    """Put a body in words; where caching is automatic, all of it is one prefix (rule PC-1).

    To answer in a form (rule CT-9) is to call a tool that takes the answer.
    """
    offered = [tool for tool in body.get("tools") or [] if is_client_tool(tool)]
    told = transcript.render({**body, "tools": offered})
    if body.get("cache_control"):
        *before, last = told.pieces
        told = replace(told, pieces=(*before, replace(last, marked=True)))
    schema = formats.wanted(body)
    if schema is None:
        return told
    form = Tool(_FORM, "", _form(schema))
    return replace(told, tools=(form,), choice="tool", chosen=_FORM, parallel=False)


def follow(call: Call, told: Transcript) -> tuple[Block, ...]:
    """Let the follower answer; a form it has filled in is written out."""
    said = pipeline.think_and_say(call, told)
    if formats.wanted(call.body) is None:
        return said
    return tuple(_written_out(block) if block["type"] == "tool_use" else block for block in said)


def _form(schema: dict[str, Any]) -> dict[str, Any]:
    """An object that holds an answer, whatever the answer itself is."""
    return {
        "type": "object",
        "properties": {_FORM: schema},
        "required": [_FORM],
        "$defs": schema.get("$defs") or {},
    }


def _written_out(block: Block) -> Block:
    return {"type": "text", "text": json.dumps(block["input"].get(_FORM), ensure_ascii=False)}
