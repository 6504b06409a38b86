"""Faults of text in a request: blocks, cache marks and citations that are dropped or refused."""

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import Body, of_check, of_request
from messages_conformance.reference.faults.edits import with_blocks, without
from messages_conformance.reference.response import invalid

_MARKED_TEXT = (
    "content/text/cache_control",
    "refusal/five_cache_marks",
    "refusal/hour_after_minutes",
    "refusal/empty_text",
    "refusal/mark_on_empty_text",
)


@of_request(
    "content/string", side_effects=("basic/stream", "refusal/content_blank", "refusal/role_missing")
)
def plain_strings_lost(body: Body) -> Body:
    """A single message whose content is a string is lost.

    Source: The reverse was met in claude-code-router#1221.
    """
    turns = body.get("messages")
    plain = set(body) == {"model", "max_tokens", "messages"}
    if not plain or not isinstance(turns, list) or len(turns) != 1:
        return body
    if not isinstance(turns[0].get("content"), str):
        return body
    return {**body, "messages": [{"role": "user", "content": "…"}]}


@of_request("content/text/text", side_effects=_MARKED_TEXT)
def first_text_block_only(body: Body) -> Body:
    """Only the first text block of a turn is read."""
    return _one_text(body, keep=0)


@of_request("content/text/text", side_effects=(*_MARKED_TEXT, "request/cache_ttl_1h"))
def last_text_block_only(body: Body) -> Body:
    """Only the last text block of a turn is read."""
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
    side_effects=(
        "refusal/hour_after_minutes",
        "refusal/five_cache_marks",
        "refusal/unknown_cache_lifetime",
        "refusal/unknown_cache_type",
        "request/cache_ttl_1h",
    ),
)
def marks_on_text_dropped(body: Body) -> Body:
    """`cache_control` on text blocks is dropped.

    Source: Kimi reads only the top-level one; ollama#17130.
    """
    return _unmarked(body, "text")


@of_request("content/tool_use/cache_control")
def marks_on_calls_dropped(body: Body) -> Body:
    """`cache_control` on tool calls is dropped (documented by DeepSeek)."""
    return _unmarked(body, "tool_use")


@of_request("content/tool_result/cache_control")
def marks_on_results_dropped(body: Body) -> Body:
    """`cache_control` on tool results is dropped (documented by DeepSeek)."""
    return _unmarked(body, "tool_result")


@of_check("content/tool_result/cache_control")
def marks_on_results_refused(request: AdmittedRequest) -> None:
    """`cache_control` on tool results is refused."""
    marked = _unmarked(request.body, "tool_result") != request.body
    if marked:
        raise invalid("messages.2.content.0.cache_control", "Extra inputs are not permitted")


def _unmarked(body: Body, kind: str) -> Body:
    return with_blocks(
        body, lambda b, _: without(b, "cache_control") if b.get("type") == kind else b
    )


@of_request("content/text/citations", side_effects=("refusal/answer_schema_with_citations",))
def citations_dropped(body: Body) -> Body:
    """`citations` is dropped (documented by DeepSeek)."""
    return with_blocks(body, lambda block, _: without(block, "citations"))
