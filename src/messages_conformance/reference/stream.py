"""A whole message as the events of its stream (rules 4c)."""

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

from messages_conformance.protocol.sse import Event
from messages_conformance.reference import tokens

Events: TypeAlias = tuple[Event, ...]

_STEP = 3
"""Tokens in one delta."""


def events(message: dict[str, Any]) -> Events:
    """The events that accumulate to the message."""
    return tuple(_events(message))


def _events(message: dict[str, Any]) -> Iterator[Event]:
    usage = message["usage"]
    start = {
        **message,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {**usage, "output_tokens": 1},
    }
    yield _event("message_start", message=start)
    yield _event("ping")
    for index, block in enumerate(message["content"]):
        empty, deltas = _block(block)
        yield _event("content_block_start", index=index, content_block=empty)
        for delta in deltas:
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    delta = {"stop_reason": message["stop_reason"], "stop_sequence": message["stop_sequence"]}
    yield _event("message_delta", delta=delta, usage=usage)
    yield _event("message_stop")


def _event(name: str, **data: Any) -> Event:
    return Event(name, json.dumps({"type": name, **data}, ensure_ascii=False))


def _block(block: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """A block as it starts, empty, and the deltas that fill it."""
    if block["type"] == "text":
        texts = [{"type": "text_delta", "text": piece} for piece in _pieces(block["text"])]
        return {**block, "text": ""}, texts
    if block["type"] == "thinking":
        thoughts = [
            {"type": "thinking_delta", "thinking": piece} for piece in _pieces(block["thinking"])
        ]
        signature = {"type": "signature_delta", "signature": block["signature"]}
        return {**block, "thinking": "", "signature": ""}, [*thoughts, signature]
    if block["type"].endswith("_tool_result"):
        return block, []
    filling = ["", *_pieces(json.dumps(block["input"], ensure_ascii=False))]
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in filling]
    return {**block, "input": {}}, deltas


def _pieces(text: str) -> list[str]:
    words = tokens.split(text)
    return ["".join(words[i : i + _STEP]) for i in range(0, len(words), _STEP)]
