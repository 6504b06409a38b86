"""Faults that need two or three features together, each of which works alone."""

from messages_conformance.reference.faults.decorators import (
    Body,
    of_model_input,
    of_request,
)
from messages_conformance.reference.faults.edits import (
    holds,
    objects,
    with_blocks,
    with_turns,
    without,
)

_PAIRS, _TRIPLES = "combinations/pairs", "combinations/triples"


@of_request(_PAIRS, side_effects=("basic/system",))
def system_lost_with_tools(body: Body) -> Body:
    """The system prompt is left out where tools are on offer, as a template for tools has none."""
    return without(body, "system") if body.get("tools") else body


@of_request(_PAIRS)
def choice_lost_in_streams(body: Body) -> Body:
    """`tool_choice` is not read where the answer is streamed."""
    return without(body, "tool_choice") if body.get("stream") else body


@of_request(_PAIRS)
def stops_lost_beyond_ascii(body: Body) -> Body:
    """Stop sequences are not found in a text with letters beyond ASCII."""
    return body if str(body.get("messages")).isascii() else without(body, "stop_sequences")


@of_model_input(_PAIRS)
def third_text_block_lost(body: Body) -> Body:
    """Of the text blocks of a turn only the first two, and the last, are read."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        texts = [block for block in objects(content) if block.get("type") == "text"]
        if not isinstance(content, list) or len(texts) < 4:
            return turn
        return {**turn, "content": [block for block in content if block is not texts[2]]}

    return with_turns(body, changed)


@of_model_input(_PAIRS)
def text_before_calls_lost(body: Body) -> Body:
    """The text that stands before a call in an earlier turn is lost, as OpenAI's field is null."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        if turn.get("role") != "assistant" or not holds({"messages": [turn]}, "tool_use"):
            return turn
        return {**turn, "content": [b for b in objects(content) if b.get("type") != "text"]}

    return with_turns(body, changed)


@of_request(_PAIRS)
def results_lost_with_many_tools(body: Body) -> Body:
    """The results of calls are emptied where more than three tools are on offer."""
    tools = body.get("tools")
    if not isinstance(tools, list) or len(tools) < 4 or not holds(body, "tool_result"):
        return body
    return with_blocks(
        body,
        lambda block, _: {**block, "content": "…"} if block.get("type") == "tool_result" else block,
    )


@of_request(_TRIPLES)
def stops_lost_in_streams_with_tools_and_system(body: Body) -> Body:
    """Stop sequences are lost in streams with tools and a system prompt, and only there."""
    lost = body.get("stream") and body.get("tools") and body.get("system")
    return without(body, "stop_sequences") if lost else body
