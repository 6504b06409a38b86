"""Faults that show only in company: beside tools, cache marks or other blocks, or in number.

Those of the rows `combinations/*` need two or three features, each of which works alone.
"""

from collections.abc import Callable
from dataclasses import replace

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.completion import Completion
from messages_conformance.reference.faults.decorators import (
    DOCUMENTED,
    DOCUMENTED_2026,
    STRICT,
    Body,
    of_model_input,
    of_request,
    of_stages,
)
from messages_conformance.reference.faults.edits import (
    Block,
    holds,
    objects,
    with_blocks,
    with_changes,
    with_turns,
    without,
)
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.stream import Events

_STOPPING = (DOCUMENTED, STRICT, DOCUMENTED_2026)
_PAIRS, _TRIPLES = "combinations/pairs", "combinations/triples"
_LONGEST = 1500
"""Characters of a text that an endpoint with a limit reads."""


def _has_marks(value: object) -> bool:
    if isinstance(value, dict):
        return "cache_control" in value or any(map(_has_marks, value.values()))
    return isinstance(value, list) and any(map(_has_marks, value))


@of_model_input("wire/tokens", rule="RS-USE-3")
def system_lost_with_marks(body: Body) -> Body:
    """The system prompt is lost where a block is marked for the cache."""
    return without(body, "system") if _has_marks(body.get("messages")) else body


@of_model_input("basic/system")
def first_system_block_only(body: Body) -> Body:
    """Only the first of several system blocks is read."""
    system = body.get("system")
    return {**body, "system": system[:1]} if isinstance(system, list) else body


@of_model_input("content/tool_use/input")
def inputs_lost_beside_others(body: Body) -> Body:
    """Of several calls in one turn, only the last keeps its input."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        calls = [b for b in objects(content) if b.get("type") == "tool_use"]
        if not isinstance(content, list) or len(calls) < 2:
            return turn
        return {
            **turn,
            "content": [{**b, "input": {}} if b in calls[:-1] else b for b in content],
        }

    return with_turns(body, changed)


@of_request(
    "content/text/cache_control",
    side_effects=(
        "content/tool_use/cache_control",
        "content/tool_result/cache_control",
        "refusal/five_cache_marks",
        "refusal/hour_after_minutes",
        "refusal/unknown_cache_lifetime",
    ),
)
def only_the_first_mark_counts(body: Body) -> Body:
    """Of several cache breakpoints only the first counts."""
    seen = any("cache_control" in tool for tool in objects(body.get("tools")))

    def unmarked(block: Block, _role: str) -> Block:
        nonlocal seen
        if "cache_control" not in block:
            return block
        first, seen = not seen, True
        return block if first else without(block, "cache_control")

    return with_blocks(body, unmarked)


@of_request("basic/stop_sequences", endpoints=_STOPPING)
def stops_beyond_four_dropped(body: Body) -> Body:
    """Only the first four stop sequences are used, as OpenAI's API takes no more."""
    stops = body.get("stop_sequences")
    return {**body, "stop_sequences": stops[:4]} if isinstance(stops, list) else body


@of_request("basic/stop_sequences", endpoints=_STOPPING)
def stops_in_any_case(body: Body) -> Body:
    """Stop sequences are made lower case, so that others than those sent end an answer."""
    return _with_stops(body, str.lower)


@of_request("basic/stop_sequences", endpoints=_STOPPING)
def stops_trimmed(body: Body) -> Body:
    """Blanks around stop sequences are cut off, so that an answer may end too early."""
    return _with_stops(body, str.strip)


def _with_stops(body: Body, change: Callable[[str], str]) -> Body:
    """The body with every stop sequence changed that is a text with a letter."""
    stops = body.get("stop_sequences")
    if not isinstance(stops, list):
        return body
    changed = [change(s) if isinstance(s, str) and s.strip() else s for s in stops]
    return {**body, "stop_sequences": changed}


@of_stages("basic/stop_sequences", endpoints=_STOPPING)
def more_than_the_stop_is_cut(stages: Stages) -> Stages:
    """With tools, the word before a stop sequence is taken out as well."""

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        ended = stages.finish(request, blocks)
        if ended.stop_sequence is None or not request.body.get("tools"):
            return ended
        kept = tuple(
            {**block, "text": block["text"].rstrip(" ,").rpartition(" ")[0]}
            if block["type"] == "text"
            else block
            for block in ended.blocks
        )
        return replace(ended, blocks=kept)

    return replace(stages, finish=finish)


@of_model_input("content/tool_result/content")
def long_results_cut(body: Body) -> Body:
    """Tool results are cut after some thousand characters, and nobody is told."""

    def cut(block: Block, _role: str) -> Block:
        if block.get("type") != "tool_result":
            return block
        return {**block, "content": _shortened(block.get("content"))}

    return with_blocks(body, cut)


@of_model_input("content/text/text", side_effects=("request/cache_ttl_1h",))
def long_texts_cut(body: Body) -> Body:
    """Text blocks are cut after some thousand characters, and nobody is told."""

    def cut(block: Block, _role: str) -> Block:
        if block.get("type") != "text" or "text" not in block:
            return block
        return {**block, "text": _shortened(block["text"])}

    return with_blocks(body, cut)


def _shortened(value: object) -> object:
    """A text, or the texts of blocks, cut in the middle of a long one."""
    if isinstance(value, str):
        return value[:_LONGEST]
    return [{**block, "text": str(block.get("text"))[:_LONGEST]} for block in objects(value)]


@of_request("content/tool_result/content", endpoints=(STRICT,))
def pictures_in_results_dropped(body: Body) -> Body:
    """Images inside tool results are dropped (llama.cpp#22536); so agents read image files."""

    def changed(block: Block, _role: str) -> Block:
        content = block.get("content")
        if block.get("type") != "tool_result" or not isinstance(content, list):
            return block
        return {**block, "content": [b for b in content if b.get("type") != "image"]}

    return with_blocks(body, changed)


@of_stages(
    "content/text/cache_control",
    side_effects=("wire/tokens", "wire/stream"),
)
def nothing_read_in_streams(stages: Stages) -> Stages:
    """While it streams, an endpoint tells no cached tokens (new-api#7472)."""

    def to_events(request: AdmittedRequest, message: Message) -> Events:
        usage = message["usage"]
        read = usage.get("cache_read_input_tokens", 0)
        plain = {
            **usage,
            "input_tokens": usage["input_tokens"] + read,
            "cache_read_input_tokens": 0,
        }
        return stages.to_events(request, with_changes(message, usage=plain))

    return replace(stages, to_events=to_events)


@of_request(_PAIRS, side_effects=("basic/system", "content/image"))
def system_lost_with_tools(body: Body) -> Body:
    """The system prompt is left out where tools are on offer, as a template for tools has none."""
    return without(body, "system") if body.get("tools") else body


@of_request(_PAIRS, side_effects=("tool_choice/disable_parallel_tool_use",))
def choice_lost_in_streams(body: Body) -> Body:
    """`tool_choice` is not read where the answer is streamed."""
    return without(body, "tool_choice") if body.get("stream") else body


@of_request(_PAIRS, side_effects=("basic/stop_sequences",))
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


@of_model_input(_PAIRS, side_effects=("content/text/text",))
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


@of_request("basic/stream")
def tools_lost_in_streams_with_thinking(body: Body) -> Body:
    """Tools never reach the model where it thinks and its answer is streamed (devised)."""
    thinks = (body.get("thinking") or {}).get("type") in ("enabled", "adaptive")
    return without(body, "tools") if thinks and body.get("stream") is True else body
