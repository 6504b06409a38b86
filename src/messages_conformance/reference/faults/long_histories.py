"""Faults of gateways that shorten a long conversation, or that keep too little of one."""

from messages_conformance.reference.faults.decorators import Body, of_model_input
from messages_conformance.reference.faults.edits import Block, holds, with_blocks, with_turns

_KEPT_TURNS = 8
"""Turns at each end that a shortened conversation keeps."""
_KEPT_RESULTS = 3
_LONGEST_RESULT = 4_096
_LONGEST_TEXT = 1_500


@of_model_input("content/text/text")
def text_after_calls_is_lost(body: Body) -> Body:
    """What an assistant said after its calls is lost (devised: OpenAI has no place for it)."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        if not isinstance(content, list) or turn.get("role") != "assistant":
            return turn
        calls = [at for at, block in enumerate(content) if block.get("type") == "tool_use"]
        kept = [
            block
            for at, block in enumerate(content)
            if block.get("type") != "text" or not calls or at < calls[0]
        ]
        return {**turn, "content": kept}

    return with_turns(body, changed)


@of_model_input("content/string", side_effects=("content/tool_result/content",))
def middle_of_long_history_is_lost(body: Body) -> Body:
    """A long conversation keeps its first and its last turns only (OpenRouter's `middle-out`)."""
    turns = body["messages"]
    if len(turns) <= 2 * _KEPT_TURNS:
        return body
    return {**body, "messages": [*turns[:_KEPT_TURNS], *turns[-_KEPT_TURNS:]]}


@of_model_input("content/tool_result/content")
def older_results_are_cleared(body: Body) -> Body:
    """All results but those of the last turns are cleared, as if that had been asked (devised)."""
    turns = body["messages"]
    held = [at for at, turn in enumerate(turns) if holds({"messages": [turn]}, "tool_result")]

    def cleared(block: Block, _: str) -> Block:
        is_result = block.get("type") == "tool_result"
        return {**block, "content": "[Old tool result content cleared]"} if is_result else block

    old = set(held[:-_KEPT_RESULTS])
    return {
        **body,
        "messages": [
            with_blocks({"messages": [turn]}, cleared)["messages"][0] if at in old else turn
            for at, turn in enumerate(turns)
        ],
    }


@of_model_input("content/tool_result/content")
def long_results_are_cut(body: Body) -> Body:
    """A tool's result is cut after 4,096 characters (devised)."""

    def cut(block: Block, _: str) -> Block:
        found = block.get("content")
        if block.get("type") != "tool_result" or not isinstance(found, str):
            return block
        return {**block, "content": found[:_LONGEST_RESULT]}

    return with_blocks(body, cut)


@of_model_input("content/text/text")
def middle_of_long_texts_is_lost(body: Body) -> Body:
    """A block of text of more than 1,500 characters loses its middle (devised)."""

    def shortened(block: Block, _: str) -> Block:
        words = block.get("text")
        if block.get("type") != "text" or not isinstance(words, str) or len(words) <= _LONGEST_TEXT:
            return block
        half = _LONGEST_TEXT // 2 - 50
        return {**block, "text": f"{words[:half]} … {words[-half:]}"}

    return with_blocks(body, shortened)
