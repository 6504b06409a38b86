"""Valid final messages."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from messages_conformance.protocol.build import Message
from messages_conformance.protocol.stop_reasons import CUT, REASONS
from messages_conformance.testing.strategies.blocks import (
    Block,
    extras,
    server_pairs,
    strangers,
    texts,
    thoughts,
    tool_calls,
)

_Passage: TypeAlias = SearchStrategy[tuple[Block, ...]]
_SAID: _Passage = st.tuples(texts)
_THOUGHT: _Passage = st.tuples(thoughts)
_PASSAGES: tuple[_Passage, ...] = (
    *[_SAID] * 3,
    *[_THOUGHT] * 2,
    st.tuples(strangers),
    server_pairs,
)
"""The blocks of messages, apart from calls; one listed twice is drawn twice as often."""


def _is_legal(passages: Sequence[_Passage]) -> bool:
    """Whether a text stands in few blocks (RS-BLK-9), and no thinking follows it (RS-THK-7)."""
    number = passages.count(_SAID)
    return not number or (number <= 2 and passages[-1] is not _THOUGHT)


_stop_sequences = st.text(min_size=1, max_size=8).map(lambda text: f"{text}END")
_TOOL_IDS = ("toolu_01Sample", "call_", "x-")
"""How ids may begin: they are opaque (TU-8)."""


@st.composite
def messages(
    draw: DrawFn, *, stop_reasons: Sequence[str] = REASONS, max_passages: int = 3
) -> Message:
    """Draw a final message, as a request without ``stream`` is answered.

    Covers the envelope with unknown extra keys (RS-MSG-1 to RS-MSG-6); every stop reason with
    what it requires and forbids (RS-STOP-0 to RS-STOP-4, RS-STOP-6); text with and without
    citations, empty too, and blocks of unknown type (RS-BLK-1, RS-BLK-2); one or several calls
    with nested, Unicode and empty input, unique opaque ids (RS-TOOL-1 to RS-TOOL-3); thinking
    and redacted thinking (RS-THK-1 to RS-THK-4); server tools with their results; usage with
    cache counts given, null or missing (RS-USE-1, RS-USE-2, RS-USE-4, RS-USE-5, PC-8).

    Narrow it with ``stop_reasons``; ``max_passages`` limits the blocks apart from tool calls
    (a server tool and its result are one passage).
    """
    reason = draw(st.sampled_from(stop_reasons))
    passages = draw(st.lists(st.sampled_from(_PASSAGES), max_size=max_passages).filter(_is_legal))
    content = [block for passage in passages for block in draw(passage)]
    if reason == "tool_use":
        content += draw(st.lists(tool_calls, min_size=1, max_size=3))
    elif reason == "pause_turn":
        content += draw(server_pairs)[: draw(st.integers(1, 2))]
    elif reason in CUT:
        content += draw(st.lists(tool_calls, max_size=1))
    return {
        **draw(extras),
        "id": draw(st.sampled_from(["msg_01SampleSampleSampleSample", "0a1b-2c3d"])),
        "type": "message",
        "role": "assistant",
        "model": draw(st.sampled_from(["qwen-plus", "claude-sonnet-4-5", "x"])),
        "content": list(_identified(content, draw(st.sampled_from(_TOOL_IDS)))),
        "stop_reason": reason,
        "stop_sequence": draw(_stop_sequences) if reason == "stop_sequence" else None,
        **draw(_stop_details(reason)),
        "usage": draw(_usages()),
    }


def _identified(content: Iterable[Block], prefix: str) -> Iterable[Block]:
    """Give every call a unique id, and every server tool's result the id of its call."""
    server_id = ""
    for number, block in enumerate(content):
        if block["type"] == "tool_use":
            yield {**block, "id": f"{prefix}{number}"}
        elif block["type"] == "server_tool_use":
            server_id = f"srvtoolu_01Sample{number}"
            yield {**block, "id": server_id}
        elif block["type"].endswith("_tool_result"):
            yield {**block, "tool_use_id": server_id}
        else:
            yield block


def _stop_details(reason: str) -> SearchStrategy[dict[str, Any]]:
    nothing: SearchStrategy[dict[str, Any]] = st.sampled_from([{}, {"stop_details": None}])
    if reason != "refusal":
        return nothing
    details = {"type": "refusal", "category": None, "explanation": None}
    return nothing | st.just({"stop_details": details})


@st.composite
def _usages(draw: DrawFn) -> dict[str, Any]:
    output = draw(st.integers(1, 99_999))
    usage = {
        **draw(extras),
        "input_tokens": draw(st.integers(1, 99_999)),
        **draw(_cache_figures),
        "output_tokens": output,
    }
    if draw(st.booleans()):
        usage["service_tier"] = draw(st.sampled_from(["standard", "priority", "batch"]))
    if draw(st.booleans()):
        usage["output_tokens_details"] = {"thinking_tokens": draw(st.integers(0, output))}
    return usage


def _cache(five_minutes: int, one_hour: int, read: int, *, split: bool) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "cache_creation_input_tokens": five_minutes + one_hour,
        "cache_read_input_tokens": read,
    }
    if split:
        figures["cache_creation"] = {
            "ephemeral_5m_input_tokens": five_minutes,
            "ephemeral_1h_input_tokens": one_hour,
        }
    return figures


_tokens = st.integers(0, 9_999)
_cache_figures: SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.just({"cache_creation_input_tokens": None, "cache_read_input_tokens": None}),
    st.builds(_cache, _tokens, _tokens, _tokens, split=st.booleans()),
)
