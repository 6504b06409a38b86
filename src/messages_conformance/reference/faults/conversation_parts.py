"""Faults that lose a part of a request: turns, tools, keywords of schemas, the second of two."""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    of_model_input,
    of_request,
)
from messages_conformance.reference.faults.edits import (
    Block,
    is_object,
    objects,
    with_blocks,
    with_tools,
    with_turns,
)

_SCHEMA = "tools/input_schema"


def _results(body: Body, change: Callable[[Block], Block]) -> Body:
    return with_blocks(
        body, lambda block, _: change(block) if block.get("type") == "tool_result" else block
    )


@of_model_input("content/tool_result/is_error", endpoints=(STRICT,))
def words_of_failed_results_lost(body: Body) -> Body:
    """Of a result with `is_error` the model learns that it failed, and not what it says."""
    return _results(body, lambda one: {**one, "content": "error"} if one.get("is_error") else one)


@of_model_input("content/tool_result/content")
def first_block_of_results_only(body: Body) -> Body:
    """Of a result that is a list of blocks only the first is read."""

    def changed(one: Block) -> Block:
        content = one.get("content")
        return {**one, "content": content[:1]} if isinstance(content, list) else one

    return _results(body, changed)


@of_model_input("content/tool_use/input")
def inner_objects_of_earlier_inputs_lost(body: Body) -> Body:
    """Objects within the input of an earlier call never reach the model."""

    def changed(block: Block, _role: str) -> Block:
        given = block.get("input")
        if block.get("type") != "tool_use" or not is_object(given):
            return block
        return {**block, "input": {n: one for n, one in given.items() if not is_object(one)}}

    return with_blocks(body, changed)


@of_model_input("content/string")
def first_turns_of_long_histories_lost(body: Body) -> Body:
    """Only the last twenty turns reach the model, and nobody is told."""
    turns = body["messages"][-20:]
    while turns and turns[0].get("role") != "user":
        turns = turns[1:]
    return {**body, "messages": turns} if turns else body


@of_model_input("content/string")
def begun_answers_dropped(body: Body) -> Body:
    """The beginning of an answer, as the last turn, is dropped."""
    turns = body["messages"]
    return {**body, "messages": turns[:-1]} if turns[-1].get("role") == "assistant" else body


@of_request("tool_choice/tool")
def tools_beyond_thirty_two_cut(body: Body) -> Body:
    """Only the first 32 tools are passed on."""
    tools = body.get("tools")
    return {**body, "tools": tools[:32]} if isinstance(tools, list) else body


@of_model_input("tools/description", side_effects=("tools/cache_control",))
def long_descriptions_cut(body: Body) -> Body:
    """Descriptions of tools are cut after 1,024 characters, as OpenAI's API once took no more."""

    def cut(tool: Body) -> Body:
        words = tool.get("description")
        return {**tool, "description": words[:1024]} if isinstance(words, str) else tool

    return with_tools(body, cut)


def _without_inner(body: Body, keyword: str, depth: int) -> Body:
    """The body without a keyword in schemas, from a depth on."""

    def left(value: Any, at: int) -> Any:
        if isinstance(value, list):
            return [left(one, at + 1) for one in value]
        if not is_object(value):
            return value
        return {
            name: left(one, at + 1)
            for name, one in value.items()
            if name != keyword or at < depth or is_object(one)
        }

    def changed(tool: Body) -> Body:
        schema = tool.get("input_schema")
        return tool if schema is None else {**tool, "input_schema": left(schema, 0)}

    return with_tools(body, changed)


@of_model_input(_SCHEMA)
def inner_choices_lost(body: Body) -> Body:
    """An `enum` within an object of a schema never reaches the model."""
    return _without_inner(body, "enum", 3)


@of_model_input(_SCHEMA)
def descriptions_of_properties_lost(body: Body) -> Body:
    """What a schema says of its properties never reaches the model."""
    return _without_inner(body, "description", 2)


@of_model_input(_SCHEMA)
def inner_required_lost(body: Body) -> Body:
    """What an object within a schema requires never reaches the model."""
    return _without_inner(body, "required", 1)


@of_model_input(_SCHEMA)
def defaults_lost(body: Body) -> Body:
    """The `default` of a property never reaches the model."""
    return _without_inner(body, "default", 1)


def _first_only(body: Body, kind: str) -> Body:
    """The body with only the first block of a kind in each turn."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        further = [one for one in objects(content) if one.get("type") == kind][1:]
        if not isinstance(content, list) or not further:
            return turn
        return {**turn, "content": [one for one in content if one not in further]}

    return with_turns(body, changed)


@of_model_input("content/image", endpoints=(STRICT,))
def second_picture_lost(body: Body) -> Body:
    """Of the pictures of a turn only the first is seen."""
    return _first_only(body, "image")


@of_model_input("content/image", endpoints=(STRICT,))
def text_beside_pictures_lost(body: Body) -> Body:
    """The text of a turn that holds a picture never reaches the model."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        if not any(one.get("type") == "image" for one in objects(content)):
            return turn
        return {**turn, "content": [one for one in objects(content) if one.get("type") != "text"]}

    return with_turns(body, changed)


@of_model_input("content/document", endpoints=(STRICT,))
def second_document_lost(body: Body) -> Body:
    """Of the documents of a turn only the first is read."""
    return _first_only(body, "document")


@of_request("basic/stop_sequences", endpoints=(STRICT,))
def stops_of_several_words_dropped(body: Body) -> Body:
    """Stop sequences with a blank in them never stop."""
    stops = body.get("stop_sequences")
    if not isinstance(stops, list):
        return body
    return {**body, "stop_sequences": [one for one in stops if " " not in str(one).strip()]}


@of_model_input("combinations/pairs")
def second_system_block_lost(body: Body) -> Body:
    """Of three blocks of a system prompt the one in the middle is lost."""
    system = body.get("system")
    if not isinstance(system, list) or len(system) < 3:
        return body
    return {**body, "system": [system[0], *system[2:]]}
