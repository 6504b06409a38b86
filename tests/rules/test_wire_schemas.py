"""The published schemas and the rules agree about the examples."""

from typing import Any

import pytest

from messages_conformance import schemas
from messages_conformance.rules.check import check
from support.rule_examples import GOOD, STREAM, Example, asked
from support.rule_examples_of_blocks import BLOCKS
from support.rule_examples_of_messages import MESSAGES
from support.rule_examples_of_requests import ERRORS
from support.rule_examples_of_streams import STREAMS

OLD, NEW = "request-2023-06-01", "request-2026-10-21"
SHAPE = {
    "message": {
        *("RS-MSG-1", "RS-MSG-2", "RS-MSG-3", "RS-MSG-4", "RS-MSG-5", "RS-STOP-0", "RS-STOP-1"),
        *("RS-BLK-1", "RS-BLK-2", "RS-TOOL-3", "RS-THK-1", "RS-THK-2", "RS-THK-3", "RS-THK-4"),
        *("RS-USE-1",),
    },
    "stream-event": {
        *("ST-IDX-1", "ST-MSG-1", "ST-MSG-3", "ST-MSG-5", "ST-BLK-1", "ST-BLK-2", "ST-BLK-3"),
        "ST-BLK-5",
        *("ST-DELTA-2", "ST-USE-1", "ST-WIRE-2", "RS-MSG-2", "RS-BLK-1", "ST-ERR-1"),
    },
}
"""The rules that are only about shape, so that a schema can state them."""


def keeps(document: Any, name: str) -> bool:
    return schemas.complaint(document, name) is None


@pytest.mark.parametrize("example", [*MESSAGES, *BLOCKS], ids=lambda example: example.rule)
def test_schema_and_checks_agree_on_messages(example: Example) -> None:
    for exchange in (example.bad, example.good):
        if exchange.request.path == "/v1/messages" and exchange.body[:1] == b"{":
            faults = [f.message for f in check(exchange) if f.rule.id in SHAPE["message"]]
            # These are finer than the schema can tell without the request, or no JSON.
            finer = {"RS-STOP-2", "RS-TOOL-1", "RS-HTTP-1"} & {f.rule.id for f in check(exchange)}
            assert finer or keeps(exchange.json, "message") == (not faults), faults


@pytest.mark.parametrize("example", STREAMS, ids=lambda example: example.rule)
def test_schema_and_checks_agree_on_streams(example: Example) -> None:
    for exchange in (example.bad, example.good):
        events = [event.json for event in exchange.events if event.json and event.name]
        faults = [f.message for f in check(exchange) if f.rule.id in SHAPE["stream-event"]]
        kept = all(keeps(event, "stream-event") for event in events)
        finer = {"ST-ERR-1", "ST-DELTA-1", "ST-MSG-4"} & {f.rule.id for f in check(exchange)}
        assert finer or kept == (not faults), faults


@pytest.mark.parametrize("example", ERRORS, ids=lambda example: example.rule)
def test_schema_and_checks_agree_on_errors(example: Example) -> None:
    for exchange in (example.bad, example.good):
        if (exchange.status or 0) >= 400 and exchange.header("content-type") == "application/json":
            faulty = "ER-1" in {finding.rule.id for finding in check(exchange)}
            assert keeps(exchange.json, "error") == (not faulty)


def test_unknown_keys_and_types_are_allowed_in_answers() -> None:
    message = {**GOOD.json, "x": 1, "content": [{"type": "hologram"}]}
    assert keeps(message, "message")
    assert keeps({"type": "mood", "x": 1}, "stream-event")


def test_the_events_of_a_good_stream_keep_the_schema() -> None:
    assert all(keeps(event.json, "stream-event") for event in STREAM.events)


FULL = asked(
    system=[{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
    stop_sequences=["END"],
    stream=True,
    tools=[
        {"name": "weather", "description": "Rain?", "input_schema": {"type": "object"}},
        {"type": "web_search_20250305", "name": "web_search", "max_uses": 3},
    ],
    tool_choice={"type": "auto", "disable_parallel_tool_use": True},
    thinking={"type": "enabled", "budget_tokens": 1024},
    metadata={"user_id": "u"},
    service_tier="auto",
    output_config={"effort": "low"},
    messages=[
        {"role": "user", "content": [{"type": "text", "text": "Rain?"}]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "", "signature": "s"},
                {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "toolu_1",
                    "content": "No.",
                    "is_error": True,
                }
            ],
        },
    ],
)


def content(role: str, *blocks: Any) -> dict[str, Any]:
    said = {"role": "user", "content": "Hi."}
    turn = {"role": role, "content": list(blocks)}
    return asked(messages=[said, turn] if role == "assistant" else [turn])


def source(**fields: Any) -> dict[str, Any]:
    return {"type": "base64", "data": "eA==", **fields}


@pytest.mark.parametrize("version", [OLD, NEW])
def test_a_full_request_keeps_the_schema_of_either_version(version: str) -> None:
    assert schemas.complaint(FULL, version) is None


@pytest.mark.parametrize("version", [OLD, NEW])
@pytest.mark.parametrize(
    "request_body",
    [
        {key: value for key, value in asked().items() if key != "model"},
        {key: value for key, value in asked().items() if key != "max_tokens"},
        asked(messages=[]),
        asked(max_tokens=-1),
        asked(max_tokens="10"),
        asked(max_tokens=1.5),
        asked(surprise=1),
        asked(stream="true"),
        asked(stop_sequences="x"),
        asked(stop_sequences=[""]),
        asked(metadata={"user_id": 7}),
        asked(metadata={"user_id": "x" * 513}),
        asked(metadata={"name": "x"}),
        asked(service_tier="turbo"),
        asked(thinking={"type": "enabled", "budget_tokens": 1023}),
        asked(thinking={"type": "enabled"}),
        asked(thinking={"type": "disabled", "display": "omitted"}),
        asked(tool_choice="auto"),
        asked(tool_choice={"type": "required"}),
        asked(tool_choice={"type": "tool"}),
        asked(tools=[{"name": "weather"}]),
        asked(tools=[{"name": "the weather", "input_schema": {"type": "object"}}]),
        asked(tools=[{"name": "w" * 129, "input_schema": {"type": "object"}}]),
        asked(tools=[{"name": "weather", "input_schema": {"type": "array"}}]),
        asked(messages=[{"role": "tool", "content": "Hi."}]),
        asked(messages=[{"role": "user", "content": ""}]),
        content("user", {"type": "text", "text": ""}),
        content("user", {"type": "text", "text": "Hi.", "surprise": 1}),
        content("user", {"type": "video"}),
        content("user", {"type": "tool_result", "tool_use_id": "a b"}),
        content("user", {"type": "image", "source": source(media_type="image/bmp")}),
        content("assistant", {"type": "thinking", "thinking": "Hm."}),
        content("assistant", {"type": "tool_use", "id": "a", "name": "", "input": {}}),
        content("user", {"type": "text", "text": "Hi.", "cache_control": {"type": "forever"}}),
    ],
    ids=lambda body: str(list(body.items())[-1])[:60],
)
def test_a_request_that_the_original_api_refuses_breaks_it(
    request_body: dict[str, Any], version: str
) -> None:
    assert not keeps(request_body, version)


DOCUMENT = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "Rain."},
}
CITED = {"type": "text", "text": "Hi.", "citations": [{"type": "char_location"}]}


@pytest.mark.parametrize(
    "request_body",
    [
        asked(temperature=1),
        asked(top_p=0.5),
        asked(top_k=0),
        content("assistant", DOCUMENT),
        content("user", CITED),
    ],
    ids=["temperature", "top_p", "top_k", "assistant's document", "user's citations"],
)
def test_what_the_newer_version_removed(request_body: dict[str, Any]) -> None:
    assert keeps(request_body, OLD)
    assert not keeps(request_body, NEW)


@pytest.mark.parametrize(
    "fields", [{"temperature": 1.1}, {"temperature": -1}, {"top_p": 2}, {"top_k": -1}], ids=str
)
def test_sampling_has_bounds(fields: dict[str, Any]) -> None:
    assert not keeps(asked(**fields), OLD)


def test_documents_and_citations_are_allowed_only_in_some_messages() -> None:
    assert keeps(content("user", DOCUMENT), NEW)
    assert keeps(content("assistant", CITED), NEW)
