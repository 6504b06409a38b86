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
    without,
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


@of_model_input("content/string", side_effects=("content/tool_result/content",))
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


@of_model_input("combinations/pairs", side_effects=("basic/system",))
def second_system_block_lost(body: Body) -> Body:
    """Of three blocks of a system prompt the one in the middle is lost."""
    system = body.get("system")
    if not isinstance(system, list) or len(system) < 3:
        return body
    return {**body, "system": [system[0], *system[2:]]}


def _earlier_inputs(body: Body, change: Callable[[Any], Any]) -> Body:
    def changed(block: Block, _role: str) -> Block:
        given = block.get("input")
        if block.get("type") != "tool_use" or not is_object(given):
            return block
        return {**block, "input": _within(given, change)}

    return with_blocks(body, changed)


def _within(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with every value in it changed, the outer ones first."""
    value = change(value)
    if is_object(value):
        return {name: _within(inner, change) for name, inner in value.items()}
    return [_within(inner, change) for inner in value] if isinstance(value, list) else value


@of_model_input("content/tool_use/input")
def nulls_of_earlier_inputs_lost(body: Body) -> Body:
    """Properties that are null are left out of the inputs of earlier calls."""
    return _earlier_inputs(
        body, lambda v: {n: i for n, i in v.items() if i is not None} if is_object(v) else v
    )


@of_model_input("content/tool_use/input")
def falsy_values_of_earlier_inputs_lost(body: Body) -> Body:
    """Properties that are 0, false or empty are left out of the inputs of earlier calls."""
    return _earlier_inputs(
        body,
        lambda v: {n: i for n, i in v.items() if i or i is None} if is_object(v) else v,
    )


@of_model_input("content/tool_use/input")
def long_earlier_inputs_cut(body: Body) -> Body:
    """Texts within the inputs of earlier calls are cut after 100 characters."""
    return _earlier_inputs(body, lambda v: v[:100] if isinstance(v, str) else v)


@of_model_input("content/tool_result/content")
def results_of_older_calls_emptied(body: Body) -> Body:
    """Only the results of the last turn reach the model, as of a gateway that saves tokens."""
    *older, last = body["messages"]
    emptied = _results({"messages": older}, lambda one: {**one, "content": "…"})
    return {**body, "messages": [*emptied["messages"], last]}


@of_model_input("content/text/text")
def second_text_before_calls_lost(body: Body) -> Body:
    """Of the texts of an assistant's turn only the first reaches the model."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        further = [one for one in objects(content) if one.get("type") == "text"][1:]
        if turn.get("role") != "assistant" or not isinstance(content, list) or not further:
            return turn
        return {**turn, "content": [one for one in content if one not in further]}

    return with_turns(body, changed)


def _moved(body: Body, move: Callable[[list[Any]], list[Any]]) -> Body:
    """The body with the contents of each turn's results moved, and their ids where they were."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        results = [one for one in objects(content) if one.get("type") == "tool_result"]
        if not isinstance(content, list) or len(results) < 2:
            return turn
        moved = iter(move([one.get("content") for one in results]))
        return {
            **turn,
            "content": [
                {**one, "content": next(moved)} if one.get("type") == "tool_result" else one
                for one in content
            ],
        }

    return with_turns(body, changed)


_BY_ID = "content/tool_result/tool_use_id"


@of_model_input(_BY_ID, side_effects=("content/tool_use/id",))
def results_in_reverse_order(body: Body) -> Body:
    """What the results of a turn say comes in reverse order, under the ids as they were."""
    return _moved(body, lambda contents: contents[::-1])


@of_model_input(_BY_ID, side_effects=("content/tool_use/id",))
def second_and_third_result_swapped(body: Body) -> Body:
    """What the second and the third of several results say is swapped."""
    return _moved(body, lambda contents: [*contents[:1], *contents[1:3][::-1], *contents[3:]])


@of_model_input(_SCHEMA)
def only_values_lost(body: Body) -> Body:
    """The `const` of a property never reaches the model."""
    return _without_inner(body, "const", 1)


@of_model_input(_SCHEMA)
def references_in_schemas_lost(body: Body) -> Body:
    """What `$ref` points to in a schema, its `$defs`, never reaches the model."""
    return with_tools(
        body,
        lambda tool: (
            {**tool, "input_schema": without(tool["input_schema"], "$defs")}
            if is_object(tool.get("input_schema"))
            else tool
        ),
    )


@of_request("basic/stop_sequences")
def long_stops_dropped(body: Body) -> Body:
    """Stop sequences of more than sixteen characters never stop."""
    stops = body.get("stop_sequences")
    if not isinstance(stops, list):
        return body
    return {**body, "stop_sequences": [one for one in stops if len(str(one)) <= 16]}
