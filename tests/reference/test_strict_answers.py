"""Answers of the strict profile: thinking, caching, structured output, and to any input."""

import base64
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_conformance.probing.content import assistant, long_text, result, text, user
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.pipeline import Keys
from messages_conformance.reference.strict import STRICT
from support.strict_endpoint import (
    BELL,
    BUDGET,
    CITED,
    FOUND,
    HI,
    PNG,
    RANG,
    REVISION,
    SEARCHED,
    asked,
    beta,
    document,
    formed,
    picture,
)


def test_thinking_and_calls_are_accepted_back_unaltered() -> None:
    question = user("Ring the bell once. Use the tool.")
    endpoint = ReferenceEndpoint(REVISION, Keys("right"), stages=STRICT, crowding=0)
    fields: dict[str, Any] = {"max_tokens": 2048, "thinking": BUDGET, "tools": [BELL]}
    first = asked(endpoint, messages=[question], **fields).body
    thought, use = first["content"]
    assert (thought["type"], use["type"]) == ("thinking", "tool_use")
    history = [question, assistant(thought, use), user(result(use["id"], "It rang."))]
    assert asked(endpoint, messages=history, **fields).status == 200
    # A call after a result needs no thinking of its own.
    further = [*history, assistant(RANG), user(result("toolu_1", "It rang."))]
    assert asked(endpoint, messages=further, **fields).status == 200


def test_thinking_that_is_not_displayed_is_signed_too() -> None:
    thinking = {**BUDGET, "display": "omitted"}
    answer = asked(max_tokens=2048, thinking=thinking, messages=[HI]).body
    thought, said = answer["content"]
    assert thought["thinking"] == ""
    assert thought["signature"]
    assert said["type"] == "text"
    back = [HI, assistant(thought, said), user("Thanks.")]
    assert asked(max_tokens=2048, thinking=thinking, messages=back).status == 200


def test_a_cache_is_warmed_without_an_answer() -> None:
    endpoint = ReferenceEndpoint(REVISION, Keys("right"), stages=STRICT, crowding=0)
    prompt = [user(text(long_text("oak"), cache_control={"type": "ephemeral"}), "Say hello.")]
    warmed = asked(endpoint, max_tokens=0, messages=prompt).body
    assert (warmed["content"], warmed["stop_reason"]) == ([], "max_tokens")
    assert warmed["usage"]["cache_creation_input_tokens"] > 1024
    again = asked(endpoint, messages=prompt).body["usage"]
    assert again["cache_read_input_tokens"] == warmed["usage"]["cache_creation_input_tokens"]


@pytest.mark.parametrize(
    ("lifetimes", "kept"),
    [(("5m", "5m"), (2, 0)), (("1h", "5m"), (1, 1)), (("1h", "1h"), (0, 2))],
)
def test_cached_tokens_are_counted_by_lifetime(
    lifetimes: tuple[str, str], kept: tuple[int, int]
) -> None:
    blocks = [
        text(long_text(title), cache_control={"type": "ephemeral", "ttl": lifetime})
        for title, lifetime in zip(("ash", "elm"), lifetimes, strict=True)
    ]
    usage = asked(messages=[user(*blocks, "Say hello.")]).body["usage"]
    whole = usage["cache_creation_input_tokens"]
    by_lifetime = usage["cache_creation"]
    short, long = by_lifetime["ephemeral_5m_input_tokens"], by_lifetime["ephemeral_1h_input_tokens"]
    assert short + long == whole > 2048
    assert (round(2 * short / whole), round(2 * long / whole)) == kept


def test_automatic_caching_caches_the_whole_prompt() -> None:
    endpoint = ReferenceEndpoint(REVISION, Keys("right"), stages=STRICT, crowding=0)
    fields: dict[str, Any] = {
        "messages": [user(long_text("fir"))],
        "cache_control": {"type": "ephemeral"},
    }
    first, second = (asked(endpoint, **fields).body["usage"] for _ in range(2))
    assert first["cache_creation_input_tokens"] == second["cache_read_input_tokens"] > 1024
    assert second["input_tokens"] == 0


def test_structured_output_is_json_of_its_schema() -> None:
    form = formed(
        properties={"name": {"type": "string"}, "count": {"type": "integer"}},
        required=["name", "count"],
    )
    (block,) = asked(max_tokens=500, messages=[user("Name a tree and count it.")], **form).body[
        "content"
    ]
    said = json.loads(block["text"])
    assert (block["type"], set(said)) == ("text", {"name", "count"})
    assert isinstance(said["count"], int)


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string"},
        {"type": "array", "items": {"type": "integer"}},
        {"enum": ["oak", "ash"]},
        {"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "boolean"}}},
    ],
)
def test_structured_output_need_not_be_an_object(schema: dict[str, Any]) -> None:
    form = {"format": {"type": "json_schema", "schema": schema}}
    (block,) = asked(max_tokens=500, output_config=form).body["content"]
    jsonschema.Draft202012Validator(schema).validate(json.loads(block["text"]))


def test_every_answer_states_tier_and_limits() -> None:
    for answer in (asked(), asked(max_tokens=-1)):
        assert answer.headers["anthropic-ratelimit-requests-limit"].isdecimal()
        assert answer.headers["anthropic-ratelimit-tokens-reset"].endswith("Z")
        assert answer.headers["request-id"].startswith("req_")
    assert asked().body["usage"]["service_tier"] == "standard"
    assert asked(max_tokens=-1).headers["x-should-retry"] == "false"


nasty = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=3),
    st.sampled_from(["text", "tool_use", "tool_result", "mcp_tool_use", "object", "enabled"]),
    st.lists(st.text(max_size=2), max_size=2),
    st.dictionaries(st.sampled_from(["type", "name", "content", "x"]), st.text(max_size=4)),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to all that is inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    if not isinstance(value, dict | list):
        return []
    return [
        way
        for key, item in inside
        for way in [
            (*path, key),
            *(places(item, (*path, key)) if isinstance(item, dict | list) else ()),
        ]
    ]


RICH = {
    "system": [text("Be kind.", cache_control={"type": "ephemeral", "ttl": "1h"})],
    "tools": [{**BELL, "input_examples": [{"times": 1}]}, {"type": "mcp_toolset", "name": "m"}],
    "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
    "thinking": {"type": "disabled"},
    "output_config": formed(properties={"a": {"type": "string"}})["output_config"],
    "metadata": {"user_id": "u"},
    "mcp_servers": [],
    "messages": [
        user(document(title="Oaks"), FOUND, *picture("image/png", PNG)["messages"][0]["content"]),
        assistant(SEARCHED, {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1",
                             "content": []}, text("a", citations=[CITED]), RANG),
        user(result("toolu_1", [text("It rang.")], is_error=False), "Well?"),
    ],
}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(way=st.sampled_from(places(RICH)), value=nasty)
def test_any_value_anywhere_is_answered_or_refused(way: tuple[Any, ...], value: Any) -> None:
    body = json.loads(json.dumps(RICH))
    holder = body
    for step in way[:-1]:
        holder = holder[step]
    holder[way[-1]] = value
    answer = asked(headers=beta("mcp-client-2025-11-20"), **body)
    assert answer.status in (200, 400)


def test_empty_base64_is_no_image() -> None:
    empty = base64.b64encode(b"\x89PNG\r\n\x1a\n").decode()
    assert asked(**picture("image/png", empty)).refusal == "Could not process image"
