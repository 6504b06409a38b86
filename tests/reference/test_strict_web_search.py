"""The strict profile runs a search that is forced, as the genuine API does."""

import json
from typing import Any

from support.strict_endpoint import BELL, asked

SEARCH = {"type": "web_search_20250305", "name": "web_search"}


def forced(**fields: Any) -> Any:
    choice = {"type": "tool", "name": "web_search"}
    return asked(tools=[SEARCH], tool_choice=choice, **fields).body


def test_a_forced_search_has_its_call_and_result_before_the_text_and_is_counted() -> None:
    body = forced()
    call, result, *rest = body["content"]
    assert (call["type"], call["name"]) == ("server_tool_use", "web_search")
    assert (result["type"], result["tool_use_id"]) == ("web_search_tool_result", call["id"])
    assert [block["type"] for block in rest] == ["text"]
    assert body["stop_reason"] == "end_turn"
    assert body["usage"]["server_tool_use"] == {"web_search_requests": 1}


def test_in_a_stream_the_result_stands_whole_in_its_start() -> None:
    events = [
        json.loads(line.removeprefix("data: "))
        for line in forced(stream=True).splitlines()
        if line.startswith("data: ")
    ]
    of_result = [event for event in events if event.get("index") == 1]
    assert [event["type"] for event in of_result] == ["content_block_start", "content_block_stop"]
    assert of_result[0]["content_block"]["content"][0]["type"] == "web_search_result"


def test_nothing_is_searched_unless_it_is_forced() -> None:
    kinds = {block["type"] for block in asked(tools=[SEARCH, BELL]).body["content"]}
    assert kinds == {"text"}
