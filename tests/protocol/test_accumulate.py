import json
from typing import Any

import pytest

from messages_conformance.protocol.accumulate import accumulate
from messages_conformance.protocol.sse import Event

START: dict[str, Any] = {
    "type": "message_start",
    "message": {
        "content": [],
        "stop_reason": None,
        "usage": {"input_tokens": 5, "output_tokens": 1},
    },
}
STOP: dict[str, Any] = {"type": "message_stop"}


def events(*data: dict[str, Any]) -> list[Event]:
    return [Event(str(d["type"]), json.dumps(d)) for d in data]


def block(index: int, start: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"type": "content_block_start", "index": index, "content_block": start},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    ]


def test_a_stream_accumulates_to_its_message() -> None:
    message = accumulate(
        events(
            START,
            *block(
                0,
                {"type": "thinking", "thinking": "", "signature": ""},
                {"type": "thinking_delta", "thinking": "Hm"},
                {"type": "thinking_delta", "thinking": "m."},
                {"type": "signature_delta", "signature": "abc"},
            ),
            *block(
                1,
                {"type": "text", "text": ""},
                {"type": "text_delta", "text": "Hel"},
                {"type": "text_delta", "text": "lo"},
            ),
            *block(
                2,
                {"type": "tool_use", "id": "a", "name": "t", "input": {}},
                {"type": "input_json_delta", "partial_json": '{"n"'},
                {"type": "input_json_delta", "partial_json": ": 1}"},
            ),
            {
                "type": "message_delta",
                "delta": {"stop_reason": "tool_use", "stop_sequence": None},
                "usage": {"output_tokens": 9},
            },
            STOP,
        )
    )
    assert message == {
        "content": [
            {"type": "thinking", "thinking": "Hmm.", "signature": "abc"},
            {"type": "text", "text": "Hello"},
            {"type": "tool_use", "id": "a", "name": "t", "input": {"n": 1}},
        ],
        "stop_reason": "tool_use",
        "stop_sequence": None,
        "usage": {"input_tokens": 5, "output_tokens": 9},
    }


def test_a_null_count_does_not_replace_a_known_one() -> None:
    delta = {"type": "message_delta", "delta": {}, "usage": {"input_tokens": None}}
    assert (accumulate(events(START, delta, STOP)) or {})["usage"]["input_tokens"] == 5


def test_input_that_is_not_json_stays_visible() -> None:
    tool = block(
        0,
        {"type": "tool_use", "input": {}},
        {"type": "input_json_delta", "partial_json": '{"n": '},
    )
    assert (accumulate(events(START, *tool, STOP)) or {})["content"][0]["input"] == '{"n": '


@pytest.mark.parametrize(
    "stream",
    [[], [STOP], [START], block(0, {"type": "text"}), [{"type": "message_start"}, STOP]],
    ids=["nothing", "never starts", "never ends", "blocks alone", "starts without a message"],
)
def test_a_stream_without_a_whole_message_gives_none(stream: list[dict[str, Any]]) -> None:
    assert accumulate(events(*stream)) is None


def test_the_events_are_not_changed() -> None:
    stream = events(START, *block(0, {"type": "text", "text": "a"}), STOP)
    assert accumulate(stream) == accumulate(stream)


def test_edits_of_the_context_are_told_by_the_last_event_and_belong_to_the_message() -> None:
    edits = {"applied_edits": [{"type": "clear_tool_uses_20250919", "cleared_tool_uses": 2}]}
    message = accumulate(
        events(
            START,
            {
                "type": "message_delta",
                "delta": {"stop_reason": "end_turn"},
                "usage": {"output_tokens": 9},
                "context_management": edits,
            },
            STOP,
        )
    )
    assert message is not None
    assert message["context_management"] == edits
