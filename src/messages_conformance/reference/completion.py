"""Where an answer ends: at a stop sequence, at the token limit, or by itself."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from messages_conformance.reference import tokens

Block = dict[str, Any]


@dataclass(frozen=True)
class Completion:
    """An answer's blocks, why it ended, and its tokens."""

    blocks: tuple[Block, ...]
    stop_reason: str
    stop_sequence: str | None
    output_tokens: int


def finish_answer(blocks: Sequence[Block], limit: int, stops: Sequence[str]) -> Completion:
    """End an answer where the request wants it to end, and count its tokens.

    A stop sequence acts in text only and is not part of the answer. A tool call that the limit
    would cut is left out entirely.
    """
    kept: list[Block] = []
    spent = 0
    for block in blocks:
        text, stop = _before_stop(block, stops)
        cost = tokens.count(text)
        if spent + cost > limit:
            if block["type"] != "tool_use" and limit > spent:
                kept.append(_with(block, tokens.cut(text, limit - spent)))
            return Completion(tuple(kept), "max_tokens", None, limit)
        spent += cost
        kept += [_with(block, text)] if text else []
        if stop is not None:
            return Completion(tuple(kept), "stop_sequence", stop, max(spent, 1))
    called = any(block["type"] == "tool_use" for block in kept)
    if spent == limit and not called:
        # The token that would have ended the answer was not generated any more (rule RS-STOP-7).
        return Completion(tuple(kept), "max_tokens", None, limit)
    return Completion(tuple(kept), "tool_use" if called else "end_turn", None, max(spent, 1))


def finish_text(blocks: Sequence[Block], limit: int, stops: Sequence[str]) -> Completion:
    """End an answer whose limit leaves thinking out; what was thought is counted as output."""
    thought = tuple(block for block in blocks if block["type"] == "thinking")
    others = [block for block in blocks if block["type"] != "thinking"]
    ended = finish_answer(others, limit, stops)
    spent = sum(tokens.count(block["thinking"]) for block in thought)
    return replace(
        ended, blocks=(*thought, *ended.blocks), output_tokens=ended.output_tokens + spent
    )


def _before_stop(block: Block, stops: Sequence[str]) -> tuple[str, str | None]:
    """A block's text up to the first stop sequence in it, and that stop sequence."""
    if block["type"] == "tool_use":
        return block["name"] + json.dumps(block["input"], ensure_ascii=False), None
    text: str = block[block["type"]]
    if block["type"] == "text":
        found = [(text.index(stop), stop) for stop in stops if stop in text]
        if found:
            at, stop = min(found, key=lambda hit: (hit[0], -len(hit[1])))
            return text[:at], stop
    return text, None


def _with(block: Block, text: str) -> Block:
    return block if block["type"] == "tool_use" else {**block, block["type"]: text}
