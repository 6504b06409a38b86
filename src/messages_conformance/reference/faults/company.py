"""Faults that need two or three features together, each of which works alone."""

from messages_conformance.reference.faults.decorators import Body, of_request
from messages_conformance.reference.faults.edits import holds, with_blocks, without

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
