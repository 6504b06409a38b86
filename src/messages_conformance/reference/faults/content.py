"""Sins against what a turn holds: blocks that are dropped, refused or crashed on."""

from typing import Any

from messages_conformance.reference.faults.decorators import STRICT, Body, of_check, of_request
from messages_conformance.reference.faults.edits import (
    contents,
    holds,
    with_blocks,
    without,
    without_blocks,
)
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Refusal, invalid

_DOCUMENTED = "documented"
Block = dict[str, Any]
_MARKED_TEXT = (
    "content/text/cache_control",
    "refusal/five_cache_marks",
    "refusal/hour_after_minutes",
    "refusal/empty_text",
    "refusal/mark_on_empty_text",
)


# -- text


@of_request("content/string", also=("basic/stream",))
def plain_strings_lost(body: Body) -> Body:
    """A path for plain chats reads only lists of blocks, and loses a lone string.

    The reverse, `Input should be a valid string`, was met as well (claude-code-router#1221).
    """
    turns = body.get("messages")
    plain = set(body) == {"model", "max_tokens", "messages"}
    if not plain or not isinstance(turns, list) or len(turns) != 1:
        return body
    if not isinstance(turns[0].get("content"), str):
        return body
    return {**body, "messages": [{"role": "user", "content": "…"}]}


@of_request("content/text/text", also=_MARKED_TEXT)
def first_text_block_only(body: Body) -> Body:
    """A translation to one string keeps a turn's first text block and loses the others."""
    return _one_text(body, keep=0)


@of_request("content/text/text", also=_MARKED_TEXT)
def last_text_block_only(body: Body) -> Body:
    """A translation overwrites a turn's text with that of each further block."""
    return _one_text(body, keep=-1)


def _one_text(body: Body, keep: int) -> Body:
    turns = body.get("messages")
    if not isinstance(turns, list):
        return body
    kept = []
    for turn in turns:
        content = turn.get("content") if isinstance(turn, dict) else None
        if isinstance(content, list) and turn.get("role") == "user":
            texts = [b for b in content if isinstance(b, dict) and b.get("type") == "text"]
            content = [b for b in content if b not in texts or b is texts[keep]]
            turn = {**turn, "content": content}
        kept.append(turn)
    return {**body, "messages": kept}


@of_request(
    "content/text/cache_control",
    also=(
        "refusal/hour_after_minutes",
        "refusal/five_cache_marks",
        "refusal/unknown_cache_lifetime",
        "refusal/unknown_cache_type",
    ),
)
def marks_on_text_dropped(body: Body) -> Body:
    """Kimi reads only the top-level `cache_control`; Ollama ignores all (ollama#17130)."""
    return _unmarked(body, "text")


@of_request("content/tool_use/cache_control")
def marks_on_calls_dropped(body: Body) -> Body:
    """DeepSeek documents that it ignores `cache_control` on tool calls."""
    return _unmarked(body, "tool_use")


@of_request("content/tool_result/cache_control")
def marks_on_results_dropped(body: Body) -> Body:
    """DeepSeek documents that it ignores `cache_control` on tool results."""
    return _unmarked(body, "tool_result")


@of_check("content/tool_result/cache_control")
def marks_on_results_refused(call: Call) -> None:
    """A strict translation has no place for a mark on a tool's message."""
    marked = _unmarked(call.body, "tool_result") != call.body
    if marked:
        raise invalid("messages.2.content.0.cache_control", "Extra inputs are not permitted")


def _unmarked(body: Body, kind: str) -> Body:
    return with_blocks(
        body, lambda b, _: without(b, "cache_control") if b.get("type") == kind else b
    )


@of_request("content/text/citations", also=("refusal/answer_schema_with_citations",))
def citations_dropped(body: Body) -> Body:
    """DeepSeek documents that it ignores `citations`."""
    return with_blocks(body, lambda block, _: without(block, "citations"))


# -- pictures and documents


@of_request(
    "content/image",
    also=(
        "refusal/image_mislabelled",
        "refusal/image_of_unknown_type",
        "refusal/image_undecodable",
    ),
)
def images_dropped(body: Body) -> Body:
    """A text model behind a lenient gateway answers about a picture that it never got."""
    return without_blocks(body, "image")


@of_check("content/image")
def images_crash(call: Call) -> None:
    """llama.cpp answers 500 to an image for a model without eyes (build 11434, measured)."""
    if holds(call.body, "image") or holds(call.sent, "image"):
        raise Refusal(500, "image input is not supported")


@of_request(
    "content/document",
    also=("refusal/answer_schema_with_citations",),
)
def documents_dropped(body: Body) -> Body:
    """A block that a translation has no case for falls through the switch."""
    return without_blocks(body, "document")


@of_check("content/document", worlds=(STRICT,))
def documents_refused(call: Call) -> None:
    """Kimi refuses `document` blocks in the proper envelope (MoonshotAI/Kimi-K2.5#27)."""
    if holds(call.body, "document"):
        raise invalid("messages.0.content.0", "Input tag 'document' does not match")


@of_request("content/search_result")
def search_results_dropped(body: Body) -> Body:
    """DeepSeek's page marks search results as not supported; falling through loses them."""
    return without_blocks(body, "search_result")


# -- thinking sent back


@of_request(
    "content/thinking",
    also=(
        "refusal/altered_thinking",
        "refusal/mark_on_thinking",
        "refusal/unsigned_thinking",
    ),
)
def thinking_dropped_on_replay(body: Body) -> Body:
    """Model Studio takes a history whose thinking was dropped on the way (reported in 2026-10)."""
    return without_blocks(body, "thinking")


@of_check("content/thinking", worlds=(STRICT,))
def own_thinking_refused(call: Call) -> None:
    """OpenRouter: signatures break on replay; what was issued is refused (openscience#167)."""
    if holds(call.body, "thinking"):
        raise invalid("messages.1.content.0", "Invalid `signature` in `thinking` block")


@of_check("content/thinking", worlds=(STRICT,))
def thinking_misread_on_replay(call: Call) -> None:
    """Kimi wants OpenAI's field back: `reasoning_content is missing` (cc-switch#3377)."""
    if holds(call.body, "thinking"):
        raise Refusal(400, "thinking is enabled but reasoning_content is missing at index 1")


@of_request("content/redacted_thinking")
def redacted_thinking_dropped(body: Body) -> Body:
    """No third party issues redacted thinking; one that drops it loses a history's thoughts."""
    return without_blocks(body, "redacted_thinking")


# -- calls and results of a history


@of_request("content/tool_use/id", also=("content/tool_result/tool_use_id",))
def results_matched_by_order(body: Body) -> Body:
    """Ids rewritten by position: a result in another order answers the wrong call (litellm#32214).

    Chat templates know no ids at all and put results in the order in which they came.
    """
    waiting: list[Any] = []
    turns = []
    for turn in body.get("messages") or []:
        content = turn.get("content") if isinstance(turn, dict) else None
        if isinstance(content, list) and all(isinstance(b, dict) for b in content):
            if turn.get("role") == "assistant":
                waiting = [b.get("id") for b in content if b.get("type") == "tool_use"]
            else:
                ids = iter(waiting)
                content = [
                    {**b, "tool_use_id": next(ids, b.get("tool_use_id"))}
                    if b.get("type") == "tool_result"
                    else b
                    for b in content
                ]
                turn = {**turn, "content": content}
        turns.append(turn)
    return {**body, "messages": turns} if "messages" in body else body


@of_check("content/tool_result/tool_use_id", also=("content/tool_use/id",))
def results_must_keep_the_order(call: Call) -> None:
    """A translation to OpenAI's messages that wants results in the order of calls.

    It says "tool_calls must be followed by tool messages" (qwen-code#656).
    """
    asked: list[Any] = []
    for content in contents(call.body):
        answered = [b.get("tool_use_id") for b in content if b.get("type") == "tool_result"]
        if answered and answered != asked:
            raise invalid("messages.2", "tool_calls must be followed by tool messages")
        asked = [b.get("id") for b in content if b.get("type") == "tool_use"]


@of_request("content/tool_use/input", also=("content/tool_use/cache_control",))
def inputs_of_calls_lost(body: Body) -> Body:
    """The first argument chunk dropped, a history's call has no input (vLLM#34053)."""
    return with_blocks(body, lambda b, _: {**b, "input": {}} if b.get("type") == "tool_use" else b)


@of_request("content/tool_use/name")
def names_of_calls_lost(body: Body) -> Body:
    """A history's calls are told to the model as those of one nameless function."""
    return with_blocks(body, lambda b, _: {**b, "name": "fn"} if b.get("type") == "tool_use" else b)


@of_request(
    "content/tool_result/content",
    also=(
        "content/search_result",
        "content/mcp_tool_result",
        "content/mcp_tool_use",
        "content/server_tool_use",
        "content/web_search_tool_result",
    ),
)
def result_lists_dropped(body: Body) -> Body:
    """Model Studio's pages since 2026-06 document a tool result's content as a string only."""
    return with_blocks(
        body,
        lambda b, _: without(b, "content") if isinstance(b.get("content"), list) else b,
    )


@of_check("content/tool_result/content")
def result_lists_refused(call: Call) -> None:
    """`Input should be a valid string: input.messages.0.content` (claude-code-router#1221)."""
    for content in contents(call.body):
        for b in content:
            if b.get("type") == "tool_result" and isinstance(b.get("content"), list):
                raise invalid("messages.2.content.0.content", "Input should be a valid string")


@of_request("content/tool_result/content", also=("content/tool_result/cache_control",))
def result_strings_dropped(body: Body) -> Body:
    """The reverse: only lists are read, and what a tool said in a string is lost."""
    return with_blocks(
        body,
        lambda b, _: (
            without(b, "content")
            if b.get("type") == "tool_result" and isinstance(b.get("content"), str)
            else b
        ),
    )


@of_request("content/tool_result/is_error")
def is_error_dropped(body: Body) -> Body:
    """DeepSeek documents that it ignores `is_error`: a failed call looks like any other."""
    return with_blocks(body, lambda block, _: without(block, "is_error"))


# -- blocks of server tools

_SERVED = ("server_tool_use", "web_search_tool_result", "code_execution_tool_result")


@of_request(
    "content/server_tool_use",
    also=("content/web_search_tool_result", "content/code_execution_tool_result"),
)
def server_tools_dropped(body: Body) -> Body:
    """Gateways strip what only the original API's own tools write."""
    return without_blocks(body, *_SERVED)


@of_request("content/web_search_tool_result", also=("content/server_tool_use",))
def web_searches_dropped(body: Body) -> Body:
    """The same of searches alone: what was found earlier is gone."""

    def change(block: Block, _role: str) -> Block | None:
        call = block.get("type") == "server_tool_use" and block.get("name") == "web_search"
        return None if call or block.get("type") == "web_search_tool_result" else block

    return with_blocks(body, change)


@of_request("content/code_execution_tool_result")
def code_executions_dropped(body: Body) -> Body:
    """DeepSeek's page marks code execution results as not supported."""

    def change(block: Block, _role: str) -> Block | None:
        call = block.get("type") == "server_tool_use" and block.get("name") == "code_execution"
        return None if call or block.get("type") == "code_execution_tool_result" else block

    return with_blocks(body, change)


@of_request("content/mcp_tool_use", also=("content/mcp_tool_result",))
def mcp_calls_dropped(body: Body) -> Body:
    """Calls of MCP tools fall through a translation together with their answers."""
    return without_blocks(body, "mcp_tool_use", "mcp_tool_result")


@of_check("content/mcp_tool_result", also=("content/mcp_tool_use",))
def mcp_answers_crash(call: Call) -> None:
    """vLLM's converter failed with a KeyError on turns it did not foresee (vLLM#38785)."""
    if holds(call.sent, "mcp_tool_result"):
        raise Refusal(500, "KeyError: 'content'")


@of_request("content/container_upload")
def uploads_dropped(body: Body) -> Body:
    """DeepSeek's page marks uploads as not supported; dropped, the model never sees the file."""
    return without_blocks(body, "container_upload")
