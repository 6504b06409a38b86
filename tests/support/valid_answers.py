"""Two valid answers written out, each as a message and as a stream."""

import json
from typing import Any

from messages_conformance.protocol.sse import Event

Block = dict[str, Any]
Delta = dict[str, Any]

THOUGHT = {"type": "thinking", "thinking": "Two cities.", "signature": "c2lnbmVk"}
REDACTED = {"type": "redacted_thinking", "data": "aGlkZGVu"}
TEXT = {"type": "text", "text": "Let me look."}
SEARCH = {"type": "server_tool_use", "id": "srvtoolu_01", "name": "web_search", "input": {}}
FOUND = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_01", "content": []}
PARIS = {"type": "tool_use", "id": "toolu_01", "name": "forecast", "input": {"city": "Paris"}}
ROME = {"type": "tool_use", "id": "toolu_02", "name": "forecast", "input": {"city": "Rome"}}


def _message(stop_reason: str, stop_sequence: str | None, *content: Block) -> dict[str, Any]:
    return {
        "id": "msg_01SampleSampleSampleSample",
        "type": "message",
        "role": "assistant",
        "model": "qwen-plus",
        "content": list(content),
        "stop_reason": stop_reason,
        "stop_sequence": stop_sequence,
        "usage": {"input_tokens": 20, "output_tokens": 12},
    }


def _deltas(block: Block) -> tuple[Block, list[Delta]]:
    if block["type"] == "text":
        texts = [{"type": "text_delta", "text": text} for text in ("", block["text"])]
        return {**block, "text": ""}, texts
    if block["type"] == "thinking":
        thought = {"type": "thinking_delta", "thinking": block["thinking"]}
        signature = {"type": "signature_delta", "signature": block["signature"]}
        return {**block, "thinking": "", "signature": ""}, [thought, signature]
    if "input" in block:
        pieces = ("", json.dumps(block["input"]))
        inputs = [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
        return {**block, "input": {}}, inputs
    return block, []


def _stream(message: dict[str, Any]) -> tuple[Event, ...]:
    ending = {key: message[key] for key in ("stop_reason", "stop_sequence")}
    usage = {**message["usage"], "output_tokens": 1}
    begun = {**message, "content": [], "stop_reason": None, "stop_sequence": None, "usage": usage}
    data: list[dict[str, Any]] = [{"type": "message_start", "message": begun}, {"type": "ping"}]
    for index, block in enumerate(message["content"]):
        empty, deltas = _deltas(block)
        data.append({"type": "content_block_start", "index": index, "content_block": empty})
        data += [{"type": "content_block_delta", "index": index, "delta": one} for one in deltas]
        data.append({"type": "content_block_stop", "index": index})
    data.append({"type": "message_delta", "delta": ending, "usage": message["usage"]})
    data.append({"type": "message_stop"})
    return tuple(Event(str(one["type"]), json.dumps(one)) for one in data)


CALLING = _message("tool_use", None, THOUGHT, REDACTED, TEXT, SEARCH, FOUND, PARIS, ROME)
STOPPED = _message("stop_sequence", "\n\nHuman:", TEXT)

Answer = tuple[dict[str, Any], tuple[Event, ...]]


def _answer(message: dict[str, Any]) -> Answer:
    return message, _stream(message)


ANSWERS = (_answer(CALLING), _answer(STOPPED))
CUT_IN_A_CALL = _answer(_message("max_tokens", None, PARIS))
CUT_IN_A_THOUGHT = _answer(_message("max_tokens", None, THOUGHT))
