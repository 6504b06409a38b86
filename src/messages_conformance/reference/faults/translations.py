"""What translators between the forms of several vendors make of calls and their results."""

import json
from collections.abc import Callable
from typing import Any, Final

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    DOCUMENTED_2026,
    STRICT,
    Body,
    of_check,
    of_message,
    of_model_input,
    of_request,
    of_streamed_message,
)
from messages_conformance.reference.faults.edits import (
    Block,
    contents,
    holds,
    is_object,
    objects,
    with_blocks,
    with_changes,
    with_turns,
    without,
)
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.response import invalid

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


# -- pictures on the way in


@of_model_input("content/image", endpoints=(STRICT, DOCUMENTED_2026))
def system_lost_beside_pictures(body: Body) -> Body:
    """The system prompt is dropped where a turn holds a picture."""
    return without(body, "system") if holds(body, "image") else body


@of_model_input("content/tool_result/content", endpoints=(STRICT, DOCUMENTED_2026))
def turns_of_a_picture_emptied(body: Body) -> Body:
    """A turn that holds nothing but a picture reaches the model as "(empty message)".

    Source: NousResearch/hermes-agent#57906.
    """

    def changed(turn: Body) -> Body:
        blocks = objects(turn.get("content"))
        only = bool(blocks) and all(block.get("type") == "image" for block in blocks)
        return {**turn, "content": "(empty message)"} if only else turn

    return with_turns(body, changed)


@of_model_input("content/image", endpoints=(STRICT, DOCUMENTED_2026))
def gifs_become_words(body: Body) -> Body:
    """A GIF reaches the model as the word "[image]"; PNGs are seen."""

    def changed(block: Block, _role: str) -> Block:
        source = block.get("source")
        is_gif = is_object(source) and source.get("media_type") == "image/gif"
        return {"type": "text", "text": "[image]"} if is_gif else block

    return with_blocks(body, changed)


# -- results and calls on the way in


@of_model_input(
    "content/tool_use/id",
    side_effects=("content/tool_result/tool_use_id", "content/document", "content/search_result"),
)
def all_beside_results_dropped(body: Body) -> Body:
    """What stands beside results in a turn is dropped (StringKe/claudex#8)."""

    def changed(turn: Body) -> Body:
        results = [b for b in objects(turn.get("content")) if b.get("type") == "tool_result"]
        return {**turn, "content": results} if results else turn

    return with_turns(body, changed)


@of_model_input("content/string")
def last_reply_dropped(body: Body) -> Body:
    """The last reply of the assistant before the user's last words is dropped, if it is a string.

    Source: devised; prefilled answers are cut off so.
    """
    turns = objects(body.get("messages"))
    replies = [n for n, turn in enumerate(turns) if turn.get("role") == "assistant"]
    if len(turns) < _SEVERAL or not replies or not isinstance(turns[replies[-2]]["content"], str):
        return body
    return {**body, "messages": [*turns[: replies[-2]], *turns[replies[-2] + 1 :]]}


@of_model_input("content/tool_result/content")
def block_results_as_json(body: Body) -> Body:
    """A result that is a list of blocks reaches the model as the list's JSON."""
    return _with_results(body, lambda blocks: json.dumps(blocks) if _only_text(blocks) else blocks)


@of_model_input("content/tool_use/input")
def earlier_inputs_wrapped(body: Body) -> Body:
    """The input of an earlier call reaches the model as JSON within `arguments`, encoded twice."""

    def changed(block: Block, _role: str) -> Block:
        if block.get("type") != "tool_use":
            return block
        return {**block, "input": {"arguments": json.dumps(block.get("input"))}}

    return with_blocks(body, changed)


@of_model_input("content/document", endpoints=(STRICT,))
def documents_in_results_dropped(body: Body) -> Body:
    """Documents in the results of tools are dropped; those of the user are read."""
    return _with_results(body, lambda blocks: _others(blocks, "document") or "…")


@of_model_input("content/search_result", endpoints=(STRICT,))
def search_results_in_results_dropped(body: Body) -> Body:
    """Search results within the results of tools are dropped; those of the user are read."""
    return _with_results(body, lambda blocks: _others(blocks, "search_result") or "…")


def _others(blocks: list[Any], kind: str) -> list[Any]:
    return [block for block in objects(blocks) if block.get("type") != kind]


@of_model_input("content/search_result", endpoints=(STRICT,))
def search_results_without_title(body: Body) -> Body:
    """Of a search result the model reads the text alone, not the title nor where it is from."""

    def changed(block: Block, _role: str) -> Block:
        known = block.get("type") == "search_result"
        return {**block, "title": "…", "source": "…"} if known else block

    return with_blocks(body, changed)


# -- thoughts before calls


def _is_call_after_thought(blocks: list[Block]) -> bool:
    return {"thinking", "tool_use"} <= {str(block.get("type")) for block in blocks}


@of_check("content/thinking", endpoints=(STRICT,))
def thoughts_before_calls_refused(request: AdmittedRequest) -> None:
    """A thinking block before calls is refused; one before text is accepted."""
    if any(map(_is_call_after_thought, contents(request.body))):
        raise invalid("messages.1.content.0", "Input tag 'thinking' is not expected here")


@of_request("content/thinking", endpoints=(STRICT,))
def thoughts_before_calls_dropped(body: Body) -> Body:
    """A thinking block before calls is dropped, as translators to OpenAI's form do.

    What comes behind refuses calls without their thought.
    """

    def changed(turn: Body) -> Body:
        blocks = objects(turn.get("content"))
        if not _is_call_after_thought(blocks):
            return turn
        return {**turn, "content": [b for b in blocks if b.get("type") != "thinking"]}

    return with_turns(body, changed)


# -- the form of answers


def _without_form(body: Body) -> Body:
    config = body.get("output_config")
    return {**body, "output_config": without(config, "format")} if is_object(config) else body


_FORM: Final[dict[str, Any]] = {
    "endpoints": (STRICT, DOCUMENTED_2026),
    "side_effects": ("wire/stream",),
}


@of_request("output_config/format", **_FORM)
def form_ignored_in_streams(body: Body) -> Body:
    """The `format` of an answer is dropped where it is streamed."""
    return _without_form(body) if body.get("stream") else body


@of_request("output_config/format", **_FORM)
def form_ignored_with_tools(body: Body) -> Body:
    """The `format` of an answer is dropped where tools are on offer."""
    return _without_form(body) if body.get("tools") else body


@of_model_input("tool_choice/any")
def system_lost_where_calls_are_forced(body: Body) -> Body:
    """The system prompt is dropped where `tool_choice` forces a call."""
    choice = body.get("tool_choice")
    forced = is_object(choice) and choice.get("type") in ("any", "tool")
    return without(body, "system") if forced else body


# -- stop sequences


@of_check("basic/stop_sequences")
def five_stop_sequences_refused(request: AdmittedRequest) -> None:
    """More than four stop sequences are refused, as OpenAI's form takes no more."""
    if len(request.body.get("stop_sequences") or ()) > _MOST_STOPS:
        raise invalid("stop", "array too long, expected at most 4 items")


_MOST_STOPS, _SEVERAL = 4, 5


# -- calls on the way out


@of_message("basic/stream", endpoints=(STRICT,), side_effects=("tools/description",))
def calls_lost_beside_thinking(_request: AdmittedRequest, message: Message) -> Message:
    """An answer with thinking loses its calls, plain and streamed."""
    if not any(block["type"] == "thinking" for block in message["content"]):
        return message
    left = [block for block in message["content"] if block["type"] != "tool_use"]
    changed = len(left) < len(message["content"])
    return with_changes(message, content=left, stop_reason="end_turn") if changed else message


@of_streamed_message("wire/stream", rule="RS-TOOL-2", side_effects=("basic/stream",))
def streamed_names_in_lower_case(_request: AdmittedRequest, message: Message) -> Message:
    """In streams the name of a called tool comes in lower case."""
    content = [
        {**block, "name": block["name"].lower()} if block["type"] == "tool_use" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_message("wire/message", rule="RS-TOOL-3", side_effects=(_INPUT, "client/python-sdk"))
def empty_inputs_come_as_null(_request: AdmittedRequest, message: Message) -> Message:
    """The input of a call that takes nothing comes as null."""
    content = [
        {**block, "input": None} if block["type"] == "tool_use" and not block["input"] else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


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
