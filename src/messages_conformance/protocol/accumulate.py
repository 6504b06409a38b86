"""Fold a stream of events into the message it describes.

The fold is forgiving on purpose: it rebuilds what a reader would get and leaves judging
the stream's form to the wire rules. It gives None only where no message can be rebuilt.
"""

import copy
import json
from collections.abc import Iterable
from typing import Any

from messages_conformance.protocol.sse import Event

_TEXT_DELTAS = {"text_delta": "text", "thinking_delta": "thinking", "signature_delta": "signature"}


def fold(events: Iterable[Event]) -> dict[str, Any] | None:
    """Return the final message of a stream, or None if it never starts or never ends one.

    A tool input that is not valid JSON stays the string it was, so that it can be seen.
    """
    message: dict[str, Any] | None = None
    blocks: dict[int, dict[str, Any]] = {}
    inputs: dict[int, str] = {}
    ended = False
    for event in events:
        data = event.json or {}
        kind = event.type
        if kind == "message_start" and message is None:
            start = data.get("message")
            message = copy.deepcopy(start) if isinstance(start, dict) else None
        elif message is None:
            continue
        elif kind == "content_block_start" and isinstance(data.get("content_block"), dict):
            blocks[_index(data)] = dict(data["content_block"])
        elif kind == "content_block_delta" and _index(data) in blocks:
            _apply(data.get("delta"), blocks[_index(data)], inputs, _index(data))
        elif kind == "message_delta":
            if isinstance(data.get("delta"), dict):
                message.update(data["delta"])
            _merge_usage(message, data.get("usage"))
        elif kind == "message_stop":
            ended = True
    if message is None or not ended:
        return None
    for index, text in inputs.items():
        blocks[index]["input"] = _parsed(text)
    message["content"] = [blocks[index] for index in sorted(blocks)]
    return message


def _index(data: dict[str, Any]) -> int:
    index = data.get("index")
    return index if isinstance(index, int) else -1


def _apply(delta: object, block: dict[str, Any], inputs: dict[int, str], index: int) -> None:
    if not isinstance(delta, dict):
        return
    kind = delta.get("type")
    if kind == "input_json_delta" and isinstance(delta.get("partial_json"), str):
        inputs[index] = inputs.get(index, "") + delta["partial_json"]
    elif kind == "citations_delta":
        block["citations"] = [*(block.get("citations") or []), delta.get("citation")]
    elif kind in _TEXT_DELTAS:
        field = _TEXT_DELTAS[kind]
        piece = delta.get(field)
        if isinstance(piece, str):
            block[field] = (block.get(field) or "") + piece


def _merge_usage(message: dict[str, Any], usage: object) -> None:
    """Later figures are cumulative: they replace, a null or an absence keeps what was."""
    if isinstance(usage, dict):
        known = message.get("usage")
        given = {name: value for name, value in usage.items() if value is not None}
        message["usage"] = {**(known if isinstance(known, dict) else {}), **given}


def _parsed(text: str) -> Any:
    if not text:
        return {}
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
