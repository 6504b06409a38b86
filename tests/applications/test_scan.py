"""Inventories: what is counted, what is not visible, and what cannot be read."""

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import schemas
from messages_conformance.applications import inventory_json
from messages_conformance.applications.inventory import merged
from messages_conformance.applications.scan import scan
from messages_conformance.errors import TrafficError
from support.strange_json import LEAVES, places, with_value

BODY: dict[str, Any] = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 10,
    "messages": [{"role": "user", "content": "a secret text"}],
}


def exchange(body: dict[str, Any], **more: Any) -> str:
    kept = {"request": body, "request_headers": {}, "status": 200, "body": "{}", **more}
    return json.dumps(kept) + "\n"


def written(tmp_path: Path, *lines: str, name: str = "traffic.jsonl") -> str:
    path = tmp_path / name
    path.write_text("".join(lines), encoding="utf-8")
    return str(path)


def test_values_are_a_range_and_words_of_the_api(tmp_path: Path) -> None:
    lines = [exchange({**BODY, "temperature": t, "max_tokens": n}) for t, n in ((0, 5), (1.3, 900))]
    used = scan([written(tmp_path, *lines)]).used
    assert str(used["basic/temperature"].values) == "0 to 1.3"
    assert str(used["basic/max_tokens"].values) == "5 to 900"
    assert used["basic/model"].values.words == (("claude-sonnet-4-5", 2),)


def test_figures_of_whole_requests_are_kept(tmp_path: Path) -> None:
    mark = {"cache_control": {"type": "ephemeral"}}
    blocks = [{"type": "text", "text": str(n), **mark} for n in range(4)]
    line = exchange({**BODY, "messages": [{"role": "user", "content": blocks}]})
    figures = scan([written(tmp_path, line)]).figures
    assert figures["body.cache_marks"].most == 4
    assert figures["turns"].most == 1


def test_what_no_row_covers_is_listed(tmp_path: Path) -> None:
    line = exchange({**BODY, "another_field": {"edits": [{"type": "clear"}]}, "speed": "fast"})
    marks = {each.mark for each in scan([written(tmp_path, line)]).uncovered}
    assert {"body.another_field", "body.another_field.edits", "body.speed"} <= marks


def test_keys_of_the_program_itself_are_in_no_inventory(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"patient_name": {"type": "string"}}}
    body = {
        **BODY,
        "metadata": {"user_id": "u", "patient_name": "x"},
        "output_config": {"format": {"type": "json_schema", "schema": schema}},
        "tools": [{"name": "patient_name", "input_schema": schema}],
        "future": {"schema": schema, "input": {"patient_name": 1}},
    }
    text = inventory_json.to_json(scan([written(tmp_path, exchange(body))]))
    assert "patient" not in text
    assert "output_config/format" in text


def test_a_record_that_cannot_be_read_is_counted_with_the_reason(tmp_path: Path) -> None:
    lines = [
        exchange(BODY),
        "{not json\n",
        '{"what": "ever"}\n',
        exchange(BODY, path="/v1/complete"),
    ]
    (source,) = scan([written(tmp_path, *lines)]).sources
    assert source.calls == 1
    assert source.damaged == (("that are no JSON", 1, "line 2"),)
    assert {(why, place) for why, _, place in source.skipped} == {
        ("of no known kind", "line 3"),
        ("not to a Messages API", "line 4"),
    }


@pytest.mark.parametrize(
    "record",
    [
        {"request": 1, "response": []},
        {"schemaType": 1, "modelId": 2, "operation": "InvokeModel"},
        {"resourceSpans": [{"scopeSpans": [{"spans": [{"attributes": [{}]}]}]}]},
        {"run_type": "llm", "inputs": {"messages": [[1]]}},
        {"type": "GENERATION", "input": "[1]", "output": None},
        {"custom_id": 1, "params": 2},
        {"custom_id": 1, "result": {"type": "succeeded"}},
        {"proxy_server_request": {"messages": []}, "response": {"choices": [3]}},
        {"status": "x", "body": 1, "request": {}},
        {"type": "api-request", "id": "r", "shapeHash": "?", "tail": ["?"]},
    ],
)
def test_a_hostile_record_does_not_end_its_file(record: Any, tmp_path: Path) -> None:
    path = written(tmp_path, json.dumps(record) + "\n", exchange(BODY))
    (source,) = scan([path]).sources
    assert source.calls >= 1


def test_hidden_is_not_the_same_as_not_used(tmp_path: Path) -> None:
    whole, alone = scan([written(tmp_path, exchange(BODY))]), json.dumps(BODY) + "\n"
    body = scan([written(tmp_path, alone, name="bodies.jsonl")])
    assert "header/beta" in {feature.id for feature in whole.not_used()}
    assert "header/beta" in {feature.id for feature in body.not_visible()}
    assert "header/beta" not in {feature.id for feature in body.not_used()}
    assert "reads/usage" in {feature.id for feature in whole.not_visible()}


def test_what_one_source_hides_another_may_show(tmp_path: Path) -> None:
    alone = written(tmp_path, json.dumps(BODY) + "\n", name="bodies.jsonl")
    both = scan([alone, written(tmp_path, exchange(BODY))])
    assert "header/beta" in {feature.id for feature in both.not_used()}


def test_an_inventory_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    line = exchange({**BODY, "temperature": 1.3, "speed": "fast"})
    inventory = scan([written(tmp_path, line, "{\n")])
    text = inventory_json.to_json(inventory)
    assert schemas.complaint(json.loads(text), "inventory") is None
    assert "a secret text" not in text
    saved = tmp_path / "inventory.json"
    saved.write_text(text, encoding="utf-8")
    assert inventory_json.is_inventory(saved)
    assert inventory_json.read(saved) == inventory


def test_several_inventories_add_up(tmp_path: Path) -> None:
    one = scan([written(tmp_path, exchange({**BODY, "temperature": 0.2}))])
    two = scan([written(tmp_path, exchange({**BODY, "temperature": 0.9}), name="b.jsonl")])
    both = merged([one, two])
    assert both.calls == 2
    assert str(both.used["basic/temperature"].values) == "0.2 to 0.9"


def test_a_damaged_inventory_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "inventory.json"
    path.write_text('{\n  "kind": "application-inventory"}', encoding="utf-8")
    with pytest.raises(TrafficError, match="is no inventory"):
        inventory_json.read(path)


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(lines: int) -> int:
        path = written(tmp_path, *[exchange(BODY)] * lines, name=f"{lines}.jsonl")
        tracemalloc.start()
        try:
            assert scan([path]).calls == lines
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    assert peak(1_500) < 2 * peak(150)


def test_a_transcript_of_claude_code_is_put_together(tmp_path: Path) -> None:
    mark = {"type": "ephemeral"}
    shape = {
        "system": [{"type": "text", "text": "s"}],
        "tools": [{"name": "t", "input_schema": {}}],
    }
    first = {"role": "user", "content": "hi"}
    later = {"role": "user", "content": [{"type": "image", "source": {"type": "base64"}}]}
    params = {"model": "m", "betas": ["b-1"], "max_tokens": 9, "thinking": {"type": "adaptive"}}
    lines = [
        {"type": "api-request-shape", "shapeHash": "s1", "shape": shape},
        {"type": "api-request-blob", "hash": "c1", "message": first},
        {"type": "api-request", "id": "r1", "shapeHash": "s1", "params": params, "tail": ["c1"]},
        {"type": "api-request-blob", "hash": "c2", "message": later},
        {
            **{"type": "api-request", "id": "r2", "shapeHash": "s1", "params": params},
            **{"base": "r1", "keep": 1, "tail": ["c2"]},
            "cacheControl": [{"path": ["system", 0], "value": mark}],
        },
        {"type": "summary", "sessionId": "x"},
    ]
    inventory = scan([written(tmp_path, *[json.dumps(line) + "\n" for line in lines])])
    assert inventory.calls == 2
    assert {use.feature: use.calls for use in inventory.uses} == {
        **dict.fromkeys(("header/beta", "basic/model", "basic/max_tokens"), 2),
        **dict.fromkeys(("basic/system", "basic/thinking/adaptive", "tools/name"), 2),
        **{"tools/input_schema": 2, "content/string": 2, "content/text/cache_control": 1},
        **{"content/image": 1, "request/two_user_turns": 1},
    }


TRANSCRIPT: list[dict[str, Any]] = [
    {"type": "api-request-shape", "shapeHash": "s1", "shape": {"max_tokens": 9}},
    {"type": "api-request-blob", "hash": "c1", "message": {"role": "user", "content": "Hi"}},
    {
        **{"type": "api-request", "id": "r1", "shapeHash": "s1", "params": {"model": "m"}},
        **{"tail": ["c1"], "cacheControl": [{"path": ["messages", 0], "value": {}}]},
    },
    {
        **{"type": "api-request", "id": "r2", "shapeHash": "s1", "params": {}, "base": "r1"},
        **{"keep": 1, "tail": ["c1"]},
    },
    {"type": "assistant", "sessionId": "x", "message": {"id": "m", "content": []}},
    {
        **{"type": "assistant", "sessionId": "x", "message": {}, "isApiErrorMessage": True},
        **{"apiErrorStatus": 429, "apiErrorType": "rate_limit_error"},
    },
]


@pytest.mark.parametrize("value", LEAVES, ids=repr)
def test_any_value_in_a_transcript_spoils_no_more_than_what_rests_on_it(
    value: Any, tmp_path: Path
) -> None:
    """Hashes and ids are keys of what is kept for later lines, and may be of any type."""
    good = exchange(BODY)
    for path in places(TRANSCRIPT):
        if len(path) < 2 or path[1] in ("type", "sessionId"):
            continue
        lines = [json.dumps(line) + "\n" for line in with_value(TRANSCRIPT, path, value)]
        (source,) = scan([written(tmp_path, *lines, good)]).sources
        spoilt = sum(count for _, count, _ in (*source.damaged, *source.skipped))
        assert 1 <= source.calls <= 5
        # At most a shape, and both requests that refer to it.
        assert spoilt <= 3


def test_events_of_a_stream_line_by_line_are_one_answer(tmp_path: Path) -> None:
    start = {"type": "message", "role": "assistant", "content": [], "usage": {}}
    events = [
        {"type": "message_start", "message": start},
        {"type": "message_delta", "delta": {"stop_reason": "stop_sequence"}, "usage": {}},
        {"type": "message_stop"},
    ]
    used = scan([written(tmp_path, *[json.dumps(event) + "\n" for event in events])]).used
    assert used["answer/stop_sequence"].in_answers_alone


def test_nothing_found_says_what_was_skipped(tmp_path: Path) -> None:
    with pytest.raises(TrafficError, match="no call of a Messages API was found; what was skipped"):
        scan([written(tmp_path, '{"what": "ever"}\n')])


def test_a_folder_of_raw_bodies_of_claude_code_is_read_as_a_whole(tmp_path: Path) -> None:
    request = {**BODY, "betas": ["b-1"], "thinking": {"type": "adaptive"}, "stream": True}
    answer = {"type": "message", "role": "assistant", "content": [], "stop_reason": "max_tokens"}
    written(tmp_path, json.dumps(request), name="u1.request.json")
    written(tmp_path, json.dumps(request, indent=1), name="u2.request.json")
    written(tmp_path, json.dumps(answer), name="req_1.response.json")
    written(tmp_path, '{"session_id":"s","model":"m"}\n', name="index.jsonl")
    inventory = scan([str(tmp_path)])
    assert {use.feature: use.calls for use in inventory.uses} == {
        **dict.fromkeys(("header/beta", "basic/model", "basic/max_tokens", "basic/stream"), 2),
        **{"basic/thinking/adaptive": 2, "content/string": 2, "answer/max_tokens": 1},
    }
    assert "header/x-api-key" in {feature.id for feature in inventory.not_visible()}


def test_a_span_of_the_vercel_ai_sdk_is_read(tmp_path: Path) -> None:
    mark = {"anthropic": {"cacheControl": {"type": "ephemeral"}}}
    messages = [
        {"role": "system", "content": "s", "providerOptions": mark},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "t"},
                {"type": "file", "mediaType": "image/png", "data": "x"},
            ],
        },
    ]
    span = {
        "name": "ai.streamText.doStream",
        "attributes": {
            "ai.operationId": "ai.streamText.doStream",
            "ai.model.id": "m",
            "ai.prompt.messages": json.dumps(messages),
            "ai.prompt.tools": [json.dumps({"name": "f", "inputSchema": {}, "description": "d"})],
            "ai.prompt.toolChoice": json.dumps({"type": "required"}),
            "ai.settings.maxOutputTokens": 50,
            "ai.response.finishReason": "tool-calls",
        },
    }
    inventory = scan([written(tmp_path, json.dumps(span) + "\n")])
    assert inventory.used.keys() == {
        *("basic/model", "basic/max_tokens", "basic/stream", "basic/system", "content/image"),
        *("content/text/text", "content/text/cache_control", "tools/name", "tools/description"),
        *("tool_choice/any", "answer/tool_use"),
    }
    assert "basic/thinking/enabled" in {feature.id for feature in inventory.not_visible()}


def test_a_raw_body_in_a_log_of_opentelemetry_is_read_unless_it_was_cut(tmp_path: Path) -> None:
    def log(body: str) -> dict[str, Any]:
        named = {"key": "event.name", "value": {"stringValue": "api_request_body"}}
        return {"attributes": [named, {"key": "body", "value": {"stringValue": body}}]}

    records = [log(json.dumps(BODY)), log(json.dumps(BODY)[:40])]
    line = {"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}
    (source,) = scan([written(tmp_path, json.dumps(line) + "\n")]).sources
    assert source.calls == 1
    assert source.damaged == (
        ("with a body that was cut or is in another file", 1, "line 1, log 1"),
    )


def test_a_run_of_langchain_is_read(tmp_path: Path) -> None:
    def message(kind: str, **kwargs: Any) -> dict[str, Any]:
        return {"lc": 1, "id": ["langchain", "schema", "messages", kind], "kwargs": kwargs}

    call = {"id": "toolu_1", "name": "f", "args": {}}
    run = {
        "run_type": "llm",
        "inputs": {
            "messages": [
                [
                    message("SystemMessage", content="s"),
                    message("HumanMessage", content="h"),
                    message("AIMessage", content="a", tool_calls=[call]),
                    message("ToolMessage", content="r", tool_call_id="toolu_1", status="error"),
                ]
            ]
        },
        "extra": {"invocation_params": {"model": "m", "max_tokens": 9, "stop": None}},
        "serialized": {"kwargs": {"stop_sequences": ["X"]}},
        "outputs": {"generations": [[{"message": {"kwargs": {"content": "done"}}}]]},
    }
    inventory = scan([written(tmp_path, json.dumps(run) + "\n")])
    assert {
        *("basic/model", "basic/max_tokens", "basic/system", "basic/stop_sequences"),
        *("content/tool_use/id", "content/tool_use/name", "content/tool_use/input"),
        *("content/tool_result/tool_use_id", "content/tool_result/is_error"),
    } <= inventory.used.keys()
    assert "header/beta" in {feature.id for feature in inventory.not_visible()}


@pytest.mark.parametrize("kind", [[], {}, [{}], 3, None])
@pytest.mark.parametrize("more", [{}, {"sessionId": "x"}])
def test_a_line_with_a_type_of_any_kind_does_no_harm(
    kind: Any, more: dict[str, str], tmp_path: Path
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"type": kind, **more}) + "\n")
    with pytest.raises(TrafficError):
        scan([str(path)])
