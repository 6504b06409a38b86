"""Accumulates the events of a stream to the message they describe.

This is lenient on purpose: it gives what a client would get, and leaves the form of the stream to
the wire rules. It gives None only if there is no message at all.
"""

import copy
import json
from collections.abc import Iterable
from typing import Any, Final

from messages_conformance.protocol.sse import Event

_TOLD_LAST: Final = ("context_management",)
"""Fields of a message that message_delta tells, beside what its delta holds."""
_TEXT_DELTAS: Final[dict[object, str]] = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "compaction_delta": "content",
}
"""The key of the text that each type of delta adds."""

Data = dict[str, Any]


def accumulate(events: Iterable[Event]) -> Data | None:
    """The final message of a stream, or None if it has no message_start or no message_stop.

    A tool input that is not valid JSON stays the string it was, so that it can be seen.
    """
    accumulated = _Accumulated()
    for event in events:
        accumulated.add(event.type, event.json or {})
    return accumulated.message()


class _Accumulated:
    """A message as far as its events have come."""

    def __init__(self) -> None:
        self._message: Data | None = None
        self._blocks: dict[int, Data] = {}
        self._inputs: dict[int, str] = {}
        self._stopped = False

    def add(self, kind: str, data: Data) -> None:
        """Add an event; what comes before message_start does not count."""
        if self._message is None:
            start = data.get("message")
            if kind == "message_start" and isinstance(start, dict):
                self._message = copy.deepcopy(start)
        elif kind == "content_block_start" and isinstance(data.get("content_block"), dict):
            self._blocks[_index(data)] = dict(data["content_block"])
        elif kind == "content_block_delta" and _index(data) in self._blocks:
            self._add_delta(data.get("delta"), _index(data))
        elif kind == "message_delta":
            if isinstance(data.get("delta"), dict):
                self._message.update(data["delta"])
            self._message.update({name: data[name] for name in _TOLD_LAST if name in data})
            _merge_usage(self._message, data.get("usage"))
        elif kind == "message_stop":
            self._stopped = True

    def message(self) -> Data | None:
        """The whole message."""
        if self._message is None or not self._stopped:
            return None
        for index, text in self._inputs.items():
            self._blocks[index]["input"] = _parsed(text)
        begun = self._message.get("content")
        # What executed code called may stand in the message as it starts.
        held = [b for b in begun if isinstance(b, dict)] if isinstance(begun, list) else []
        self._message["content"] = held + [self._blocks[index] for index in sorted(self._blocks)]
        return self._message

    def _add_delta(self, delta: object, index: int) -> None:
        if not isinstance(delta, dict):
            return
        block, kind = self._blocks[index], delta.get("type")
        if not isinstance(kind, str):
            return
        if kind == "input_json_delta" and isinstance(delta.get("partial_json"), str):
            self._inputs[index] = self._inputs.get(index, "") + delta["partial_json"]
        elif kind == "citations_delta":
            held = block.get("citations")
            block["citations"] = [*(held if isinstance(held, list) else []), delta.get("citation")]
        elif kind in _TEXT_DELTAS and isinstance(delta.get(_TEXT_DELTAS[kind]), str):
            key = _TEXT_DELTAS[kind]
            text = block.get(key)
            block[key] = (text if isinstance(text, str) else "") + delta[key]


def _index(data: Data) -> int:
    index = data.get("index")
    return index if isinstance(index, int) else -1


def _merge_usage(message: Data, usage: object) -> None:
    """Later counts are cumulative and replace earlier ones; what is null or missing stays."""
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
