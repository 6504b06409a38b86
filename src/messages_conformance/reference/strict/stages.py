"""How the genuine API renders a checked request, and structured output on top of it."""

import json
from dataclasses import replace
from typing import Any

from messages_conformance.reference import pipeline
from messages_conformance.reference import transcript as documented
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.completion import Block
from messages_conformance.reference.strict import output_format
from messages_conformance.reference.strict.blocks import is_client_tool
from messages_conformance.reference.strict.current import as_known
from messages_conformance.reference.strict.web_search import without_forced_server_tool
from messages_conformance.reference.transcript import Tool, Transcript

_FORM = "answer"


def render(body: dict[str, Any]) -> Transcript:
    """The transcript of a body; with automatic caching all of it is one prefix (rule PC-1).

    Structured output (rule CT-9) is a forced call of a tool that takes the answer.
    """
    body = without_forced_server_tool(as_known(body))
    offered = [tool for tool in body.get("tools") or [] if is_client_tool(tool)]
    rendered = documented.render({**body, "tools": offered})
    if body.get("cache_control"):
        *before, last = rendered.pieces
        rendered = replace(rendered, pieces=(*before, replace(last, marked=True)))
    schema = output_format.schema_of(body)
    if schema is None:
        return rendered
    form = Tool(_FORM, "", _form(schema))
    return replace(rendered, tools=(form,), choice="tool", chosen=_FORM, parallel=False)


def generate(request: AdmittedRequest, transcript: Transcript) -> tuple[Block, ...]:
    """Let the simulated model answer; structured output becomes text."""
    blocks = pipeline.generate(request, transcript)
    if output_format.schema_of(request.body) is None:
        return blocks
    return tuple(_written_out(block) if block["type"] == "tool_use" else block for block in blocks)


def as_generated(_request: AdmittedRequest, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """The blocks as they are: structured output was generated as a forced call."""
    return blocks


def _form(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of an object that holds an answer of any type."""
    return {
        "type": "object",
        "properties": {_FORM: schema},
        "required": [_FORM],
        "$defs": schema.get("$defs") or {},
    }


def _written_out(block: Block) -> Block:
    return {"type": "text", "text": json.dumps(block["input"].get(_FORM), ensure_ascii=False)}
