"""What translators between the forms of several vendors make of calls and their results."""

import json
from collections.abc import Callable
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    Body,
    of_message,
    of_model_input,
)
from messages_conformance.reference.faults.edits import Block, objects, with_blocks, with_changes
from messages_conformance.reference.pipeline import Message

_INPUT = "tools/input_schema"


def _with_results(body: Body, change: Callable[[list[Any]], Any]) -> Body:
    """The body with every list of blocks in a tool result changed."""

    def changed(block: Block, _role: str) -> Block:
        content = block.get("content")
        if block.get("type") != "tool_result" or not isinstance(content, list):
            return block
        return {**block, "content": change(content)}

    return with_blocks(body, changed)


def _only_text(blocks: list[Any]) -> bool:
    return all(block.get("type") == "text" for block in objects(blocks))


# -- results and calls on the way in


@of_model_input("content/tool_result/content")
def block_results_as_json(body: Body) -> Body:
    """A result that is a list of blocks reaches the model as the list's JSON."""
    return _with_results(body, lambda blocks: json.dumps(blocks) if _only_text(blocks) else blocks)


@of_model_input("content/tool_result/content")
def block_results_as_python(body: Body) -> Body:
    """The same as Python writes the list, as of `str(content)`."""
    return _with_results(body, lambda blocks: str(blocks) if _only_text(blocks) else blocks)


@of_model_input("content/tool_use/input")
def earlier_inputs_wrapped(body: Body) -> Body:
    """The input of an earlier call reaches the model as JSON within `arguments`, encoded twice."""

    def changed(block: Block, _role: str) -> Block:
        if block.get("type") != "tool_use":
            return block
        return {**block, "input": {"arguments": json.dumps(block.get("input"))}}

    return with_blocks(body, changed)


# -- calls on the way out


def _calls(message: Message) -> list[Block]:
    return [block for block in message["content"] if block["type"] == "tool_use"]


@of_message(_INPUT, side_effects=("wire/message",))
def inputs_come_wrapped(_request: AdmittedRequest, message: Message) -> Message:
    """The input of a call comes within an object of one property, `arguments`."""
    content = [
        {**block, "input": {"arguments": block["input"]}} if block["type"] == "tool_use" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_message(_INPUT)
def calls_sorted_by_name(_request: AdmittedRequest, message: Message) -> Message:
    """Several calls of an answer come in the order of their tools' names."""
    in_order = iter(sorted(_calls(message), key=lambda call: str(call["name"])))
    content = [next(in_order) if one["type"] == "tool_use" else one for one in message["content"]]
    return with_changes(message, content=content)


@of_message(_INPUT)
def calls_merged_into_one(_request: AdmittedRequest, message: Message) -> Message:
    """Several calls of an answer come as one, of the first tool and with the inputs of all.

    Source: CLIProxyAPI#5058, where the index of a call is missing.
    """
    calls = _calls(message)
    if len(calls) < 2:
        return message
    together = {name: value for call in calls for name, value in call["input"].items()}
    one = {**calls[0], "input": together}
    content = [one if b is calls[0] else b for b in message["content"] if b not in calls[1:]]
    return with_changes(message, content=content)
