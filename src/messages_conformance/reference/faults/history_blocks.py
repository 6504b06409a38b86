"""Faults of a history: thinking, tool calls and results that are lost, refused or mixed up."""

from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import STRICT, Body, of_check, of_request
from messages_conformance.reference.faults.edits import (
    Block,
    contents,
    holds,
    with_blocks,
    without,
    without_blocks,
)
from messages_conformance.reference.response import Refusal, invalid

_SERVED = ("server_tool_use", "web_search_tool_result", "code_execution_tool_result")


# -- thinking


@of_request(
    "content/thinking",
    side_effects=(
        "refusal/altered_thinking",
        "refusal/mark_on_thinking",
        "refusal/unsigned_thinking",
    ),
)
def thinking_dropped_on_replay(body: Body) -> Body:
    """Thinking blocks of a history are dropped (Model Studio, 2026-10)."""
    return without_blocks(body, "thinking")


@of_check("content/thinking", endpoints=(STRICT,))
def own_thinking_refused(request: AdmittedRequest) -> None:
    """The endpoint refuses thinking blocks that it issued itself (OpenRouter, openscience#167)."""
    if holds(request.body, "thinking"):
        raise invalid("messages.1.content.0", "Invalid `signature` in `thinking` block")


@of_check("content/thinking", endpoints=(STRICT,))
def thinking_misread_on_replay(request: AdmittedRequest) -> None:
    """A history with thinking blocks is refused for lack of `reasoning_content`.

    Source: Kimi, cc-switch#3377.
    """
    if holds(request.body, "thinking"):
        raise Refusal(400, "thinking is enabled but reasoning_content is missing at index 1")


@of_request("content/redacted_thinking")
def redacted_thinking_dropped(body: Body) -> Body:
    """Redacted thinking blocks of a history are dropped."""
    return without_blocks(body, "redacted_thinking")


# -- tool calls and results


@of_request("content/tool_use/id", side_effects=("content/tool_result/tool_use_id",))
def results_matched_by_order(body: Body) -> Body:
    """Tool results are matched with calls by their order, and not by id.

    Source: litellm#32214; chat templates know no ids.
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


@of_check("content/tool_result/tool_use_id", side_effects=("content/tool_use/id",))
def results_must_keep_the_order(request: AdmittedRequest) -> None:
    """Tool results in another order than the calls are refused (qwen-code#656)."""
    asked: list[Any] = []
    for content in contents(request.body):
        answered = [b.get("tool_use_id") for b in content if b.get("type") == "tool_result"]
        if answered and answered != asked:
            raise invalid("messages.2", "tool_calls must be followed by tool messages")
        asked = [b.get("id") for b in content if b.get("type") == "tool_use"]


@of_request("content/tool_use/input", side_effects=("content/tool_use/cache_control",))
def inputs_of_calls_lost(body: Body) -> Body:
    """Tool calls of a history lose their input (vLLM#34053)."""
    return with_blocks(body, lambda b, _: {**b, "input": {}} if b.get("type") == "tool_use" else b)


@of_request("content/tool_use/name")
def names_of_calls_lost(body: Body) -> Body:
    """Tool calls of a history lose the name of their tool."""
    return with_blocks(body, lambda b, _: {**b, "name": "fn"} if b.get("type") == "tool_use" else b)


@of_request(
    "content/tool_result/content",
    side_effects=(
        "content/document",
        "content/search_result",
        "content/search_result",
        "content/mcp_tool_result",
        "content/mcp_tool_use",
        "content/server_tool_use",
        "content/web_search_tool_result",
    ),
)
def result_lists_dropped(body: Body) -> Body:
    """The content of a tool result is lost where it is a list.

    Source: Model Studio's pages since 2026-06 document only strings.
    """
    return with_blocks(
        body,
        lambda b, _: without(b, "content") if isinstance(b.get("content"), list) else b,
    )


@of_check(
    "content/tool_result/content",
    side_effects=("content/document", "content/search_result", "content/string"),
)
def result_lists_refused(request: AdmittedRequest) -> None:
    """The content of a tool result is refused where it is a list (claude-code-router#1221)."""
    for content in contents(request.body):
        for b in content:
            if b.get("type") == "tool_result" and isinstance(b.get("content"), list):
                raise invalid("messages.2.content.0.content", "Input should be a valid string")


@of_request(
    "content/tool_result/content",
    side_effects=("content/tool_result/cache_control", "request/turn_without_text"),
)
def result_strings_dropped(body: Body) -> Body:
    """The content of a tool result is lost where it is a string."""
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
    """`is_error` is dropped, so that a failed call looks like any other.

    Source: Documented by DeepSeek.
    """
    return with_blocks(body, lambda block, _: without(block, "is_error"))


# -- blocks of server tools


@of_request(
    "content/server_tool_use",
    side_effects=("content/web_search_tool_result", "content/code_execution_tool_result"),
)
def server_tools_dropped(body: Body) -> Body:
    """Calls and results of server tools are dropped."""
    return without_blocks(body, *_SERVED)


@of_request("content/web_search_tool_result", side_effects=("content/server_tool_use",))
def web_searches_dropped(body: Body) -> Body:
    """Calls and results of web searches are dropped."""

    def change(block: Block, _role: str) -> Block | None:
        call = block.get("type") == "server_tool_use" and block.get("name") == "web_search"
        return None if call or block.get("type") == "web_search_tool_result" else block

    return with_blocks(body, change)


@of_request("content/code_execution_tool_result")
def code_executions_dropped(body: Body) -> Body:
    """Calls and results of code execution are dropped.

    Source: Not supported according to DeepSeek's page.
    """

    def change(block: Block, _role: str) -> Block | None:
        call = block.get("type") == "server_tool_use" and block.get("name") == "code_execution"
        return None if call or block.get("type") == "code_execution_tool_result" else block

    return with_blocks(body, change)


@of_request("content/mcp_tool_use", side_effects=("content/mcp_tool_result",))
def mcp_calls_dropped(body: Body) -> Body:
    """Calls and results of MCP tools are dropped."""
    return without_blocks(body, "mcp_tool_use", "mcp_tool_result")


@of_check("content/mcp_tool_result", side_effects=("content/mcp_tool_use",))
def mcp_answers_crash(request: AdmittedRequest) -> None:
    """A result of an MCP tool gets 500 (vLLM#38785)."""
    if holds(request.sent, "mcp_tool_result"):
        raise Refusal(500, "KeyError: 'content'")


@of_request("content/container_upload")
def uploads_dropped(body: Body) -> Body:
    """`container_upload` blocks are dropped, so that the model misses the file.

    Source: Not supported according to DeepSeek's page.
    """
    return without_blocks(body, "container_upload")
