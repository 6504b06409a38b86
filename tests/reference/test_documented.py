"""The reference endpoint does what the page documents, and refuses what the page does not."""

import asyncio
import dataclasses
import json
from collections.abc import Iterator
from typing import Any

import anthropic
import httpx2
import pytest
from starlette.testclient import TestClient

from messages_conformance.claims import library
from messages_conformance.claims.page import Revision
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.reference import app, running
from messages_conformance.verdict import Claim

KEY = "sk-right"
RESTRICTED = "sk-restricted"
MODEL = "qwen-plus"

REVISION = library.shipped("model-studio", "2025-11-13")
TOOL = {
    "name": "get_weather",
    "description": "Get the weather of a city",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
CALL = {"type": "tool_use", "id": "call_1", "name": "get_weather", "input": {"city": "Oslo"}}
RESULT = {"type": "tool_result", "tool_use_id": "call_1", "content": "3 degrees"}
MARK = {"cache_control": {"type": "ephemeral"}}
LONG = "The harbour is quiet and the boats are in. " * 200


class Client:
    """Sends requests to the endpoint and returns exchanges."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def __call__(
        self, *content: Any, headers: dict[str, str] | None = None, **fields: Any
    ) -> Exchange:
        messages = [{"role": "user", "content": list(content) if len(content) > 1 else content[0]}]
        return self.send({"messages": messages, **fields}, headers)

    def send(self, fields: dict[str, Any], headers: dict[str, str] | None = None) -> Exchange:
        body = {"model": MODEL, "max_tokens": 2048, **fields}
        sent = {name: value for name, value in body.items() if value is not ...}
        return self.post(json.dumps(sent).encode(), headers)

    def post(self, body: bytes, headers: dict[str, str] | None = None, **how: str) -> Exchange:
        response = self.client.request(
            how.get("method", "POST"),
            how.get("path", "/v1/messages"),
            content=body,
            headers={"x-api-key": KEY} if headers is None else headers,
        )
        return Exchange(
            Request(None),
            response.status_code,
            tuple(response.headers.multi_items()),
            response.content,
        )


def client_of(revision: Revision = REVISION, **how: Any) -> Client:
    endpoint = app(revision, key=KEY, restricted_key=RESTRICTED, **how)
    return Client(TestClient(endpoint, raise_server_exceptions=False))


@pytest.fixture
def ask() -> Client:
    return client_of()


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"type": "text", "text": value, **more}


# -- the form of answers


def test_a_message_has_the_documented_form(ask: Client) -> None:
    answer = ask("Say hello.")
    assert answer.status == 200
    assert answer.header("content-type") == "application/json"
    assert answer.message is not None
    assert answer.message["type"] == "message"
    assert answer.message["role"] == "assistant"
    assert answer.message["model"] == MODEL
    assert answer.message["id"].startswith("msg_")
    assert len(answer.message["id"]) == len("msg_") + 24
    assert (answer.stop_reason, answer.message["stop_sequence"]) == ("end_turn", None)
    assert answer.text == "hello"
    assert answer.usage("output_tokens") == 1
    assert answer.usage("input_tokens") > 0


def test_every_response_says_what_it_is_and_has_an_id(ask: Client) -> None:
    for answer in (
        ask("Say hello."),
        ask("Say hello.", stream=True),
        ask("Say hello.", max_tokens=0),
        ask("Say hello.", headers={}),
        ask.post(b"", path="/v1/models", method="GET"),
    ):
        assert answer.header("x-messages-conformance") == "reference"
        assert (answer.header("request-id") or "").startswith("req_")
        if answer.error:
            assert answer.json["request_id"] == answer.header("request-id")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"tools": [TOOL], "tool_choice": {"type": "any"}},
        {"thinking": {"type": "enabled", "budget_tokens": 1024}},
        {"stop_sequences": ["sea", "5"]},
        {"max_tokens": 3},
    ],
)
def test_a_stream_accumulates_to_the_same_message(fields: dict[str, Any], ask: Client) -> None:
    prompt = "What is the weather in Oslo? Count from 1 to 9."
    whole = ask(prompt, temperature=0, **fields)
    streamed = ask(prompt, temperature=0, stream=True, **fields)
    assert streamed.header("content-type") == "text/event-stream; charset=utf-8"
    assert [_anonymous(b) for b in _blocks(whole)] == [_anonymous(b) for b in _blocks(streamed)]
    assert whole.message is not None
    assert streamed.message is not None
    for name in ("model", "stop_reason", "stop_sequence", "usage"):
        assert whole.message[name] == streamed.message[name]


def test_the_events_of_a_stream_are_in_order(ask: Client) -> None:
    thinking = {"type": "enabled", "budget_tokens": 1024}
    events = ask("Write a story.", stream=True, thinking=thinking).events
    assert all(event.name == event.type for event in events)
    kinds = [event.type for event in events]
    assert kinds[0] == "message_start"
    assert kinds[-2:] == ["message_delta", "message_stop"]
    assert "ping" in kinds
    start = (events[0].json or {})["message"]
    assert start["content"] == []
    assert start["stop_reason"] is None
    assert start["usage"]["input_tokens"] > 0
    block_events = [event.json or {} for event in events if event.type.startswith("content_block")]
    assert [data["index"] for data in block_events] == sorted(
        data["index"] for data in block_events
    )
    deltas = [data["delta"]["type"] for data in block_events if "delta" in data]
    assert deltas.count("signature_delta") == 1
    assert deltas.count("text_delta") > 3
    assert deltas.index("signature_delta") > deltas.index("thinking_delta")


# -- errors


@pytest.mark.parametrize(
    ("headers", "status", "kind"),
    [
        ({}, 401, "authentication_error"),
        ({"x-api-key": "sk-wrong"}, 401, "authentication_error"),
        ({"authorization": "Bearer sk-wrong"}, 401, "authentication_error"),
        ({"authorization": KEY}, 401, "authentication_error"),
        ({"x-api-key": RESTRICTED}, 403, "permission_error"),
        ({"authorization": f"Bearer {RESTRICTED}"}, 403, "permission_error"),
    ],
)
def test_keys_are_checked(headers: dict[str, str], status: int, kind: str, ask: Client) -> None:
    answer = ask("Say hello.", headers=headers)
    assert (answer.status, answer.error and answer.error.type) == (status, kind)


@pytest.mark.parametrize(
    "headers",
    [
        {"x-api-key": KEY},
        {"authorization": f"Bearer {KEY}"},
        {"x-api-key": KEY, "anthropic-version": "2023-06-01", "anthropic-beta": "anything"},
        {"x-api-key": KEY, "anthropic-version": "no such version"},
    ],
)
def test_either_header_is_accepted_and_versions_are_ignored(
    headers: dict[str, str], ask: Client
) -> None:
    assert ask("Say hello.", headers=headers).answered


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/messages"), ("POST", "/v1/complete")])
def test_other_routes_are_not_found(method: str, path: str, ask: Client) -> None:
    answer = ask.post(b"{}", method=method, path=path)
    assert (answer.status, answer.error and answer.error.type) == (404, "not_found_error")


def test_an_unknown_model_is_not_found(ask: Client) -> None:
    answer = ask("Say hello.", model="no-such-model")
    assert (answer.status, answer.error and answer.error.type) == (404, "not_found_error")


def test_a_request_that_is_too_large_is_refused(ask: Client) -> None:
    answer = ask("x" * (32 * 1024 * 1024))
    assert (answer.status, answer.error and answer.error.type) == (413, "request_too_large")


def test_too_many_requests_in_flight_are_refused_model_by_model() -> None:
    async def crowd(models: list[str]) -> list[httpx2.Response]:
        transport = httpx2.ASGITransport(app(REVISION, key=KEY))
        async with httpx2.AsyncClient(transport=transport, base_url="http://reference") as client:
            return await asyncio.gather(
                *(
                    client.post(
                        "/v1/messages",
                        headers={"x-api-key": KEY},
                        json={
                            "model": model,
                            "max_tokens": 9,
                            "messages": [{"role": "user", "content": "Say hello."}],
                        },
                    )
                    for model in models
                )
            )

    one = asyncio.run(crowd([MODEL] * 20))
    refused = [response for response in one if response.status_code == 429]
    assert len(refused) == 4
    assert {response.headers["retry-after"] for response in refused} == {"1"}
    assert refused[0].json()["error"]["type"] == "rate_limit_error"
    two = asyncio.run(crowd([MODEL] * 10 + ["qwen-flash"] * 10))
    assert {response.status_code for response in two} == {200}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"max_tokens": ...}, "max_tokens"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"max_tokens": -1}, "max_tokens"),
        ({"max_tokens": "10"}, "max_tokens"),
        ({"max_tokens": 1.5}, "max_tokens"),
        ({"max_tokens": True}, "max_tokens"),
        ({"max_tokens": None}, "max_tokens"),
        ({"model": ...}, "model"),
        ({"model": 7}, "model"),
        ({"messages": ...}, "messages"),
        ({"messages": []}, "messages"),
        ({"messages": "hello"}, "messages"),
        ({"messages": [{"role": "assistant", "content": "hi"}]}, "messages"),
        ({"messages": [{"role": "system", "content": "hi"}]}, "messages"),
        ({"messages": [{"role": "user"}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages.0.content"),
        ({"messages": [{"role": "user", "content": [text("")]}]}, "messages.0.content.0"),
        ({"messages": [{"role": "user", "content": [{"type": "video"}]}]}, "messages.0.content.0"),
        ({"messages": [{"role": "user", "content": [{"type": "text"}]}]}, "text"),
        ({"temperature": 2}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": "warm"}, "temperature"),
        ({"top_p": 1}, "top_p"),
        ({"top_p": -0.5}, "top_p"),
        ({"top_k": -1}, "top_k"),
        ({"top_k": 1.5}, "top_k"),
        ({"stop_sequences": "x"}, "stop_sequences"),
        ({"stop_sequences": [""]}, "stop_sequences"),
        ({"stop_sequences": [1]}, "stop_sequences.0"),
        ({"stream": "true"}, "stream"),
        ({"system": 7}, "system"),
        ({"system": [{"type": "image"}]}, "system.0"),
        ({"tools": {}}, "tools"),
        ({"tools": [{"input_schema": {"type": "object"}}]}, "tools.0.name"),
        ({"tools": [{"name": "a"}]}, "tools.0.input_schema"),
        ({"tools": [{**TOOL, "name": "a b"}]}, "tools.0.name"),
        ({"tools": [{**TOOL, "input_schema": {"type": "string"}}]}, "tools.0.input_schema"),
        ({"tools": [TOOL, TOOL]}, "tools"),
        ({"tools": [{**TOOL, "cache_control": {"type": "forever"}}]}, "tools.0.cache_control"),
        ({"tools": [TOOL], "tool_choice": "auto"}, "tool_choice"),
        ({"tools": [TOOL], "tool_choice": {"type": "required"}}, "tool_choice"),
        ({"tools": [TOOL], "tool_choice": {"type": "tool"}}, "tool_choice"),
        ({"tools": [TOOL], "tool_choice": {"type": "tool", "name": "other"}}, "tool_choice"),
        ({"tool_choice": {"type": "any"}}, "tool_choice"),
        ({"thinking": {"type": "enabled"}}, "thinking.budget_tokens"),
        ({"thinking": {"type": "enabled", "budget_tokens": 1023}}, "thinking.budget_tokens"),
        ({"thinking": {"type": "enabled", "budget_tokens": 4096}}, "thinking.budget_tokens"),
        ({"thinking": {"type": "perhaps"}}, "thinking.type"),
        ({"no_such_field": 1}, "no_such_field"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_an_invalid_request_is_refused_with_the_path_of_its_problem(
    fields: dict[str, Any], path: str, stream: bool, ask: Client
) -> None:
    answer = ask.send(
        {"messages": [{"role": "user", "content": "Say hello."}], "stream": stream, **fields}
    )
    assert answer.status == 400
    assert answer.header("content-type") == "application/json"
    assert answer.error is not None
    assert answer.error.type == "invalid_request_error"
    assert path in answer.error.message


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"hello"', b"\xff\xfe"])
def test_a_body_that_is_no_json_object_is_refused(body: bytes, ask: Client) -> None:
    answer = ask.post(body)
    assert (answer.status, answer.error and answer.error.type) == (400, "invalid_request_error")


def test_the_pages_own_sample_is_accepted(ask: Client) -> None:
    thinking = {"type": "enabled", "budget_tokens": 1024}
    assert ask("Who are you?", max_tokens=1024, thinking=thinking).answered


@pytest.mark.parametrize(
    "turns",
    [
        [("assistant", [CALL]), ("user", "Well?")],
        [("assistant", [CALL]), ("user", [text("Here."), RESULT])],
        [("assistant", [CALL]), ("user", [{**RESULT, "tool_use_id": "call_2"}])],
        [("assistant", [CALL, {**CALL, "id": "call_2"}]), ("user", [RESULT])],
        [("assistant", [CALL])],
        [("assistant", "No."), ("user", [RESULT])],
    ],
)
def test_calls_and_results_belong_together(turns: list[tuple[str, Any]], ask: Client) -> None:
    history = [("user", "Weather?"), *turns]
    messages = [{"role": role, "content": content} for role, content in history]
    answer = ask.send({"messages": messages, "tools": [TOOL]})
    assert answer.status == 400
    assert answer.error is not None
    assert "tool_use" in answer.error.message


# -- what the page marks as unsupported


@pytest.mark.parametrize(
    "fields",
    [
        {"container": "c_1"},
        {"mcp_servers": []},
        {"metadata": {"user_id": "u"}},
        {"service_tier": "auto"},
    ],
)
def test_unsupported_fields_are_refused(fields: dict[str, Any], ask: Client) -> None:
    assert _honest(ask("Say hello.", **fields), next(iter(fields)))


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "source": {"type": "url", "url": "https://example.org/a.png"}},
        {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "x"}},
        {"type": "search_result", "title": "t", "source": "s", "content": [text("x")]},
        {"type": "thinking", "thinking": "hm", "signature": "s"},
        {"type": "redacted_thinking", "data": "x"},
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
        {"type": "code_execution_tool_result", "tool_use_id": "srvtoolu_1", "content": {}},
        {"type": "mcp_tool_use", "id": "m", "name": "n", "server_name": "s", "input": {}},
        {"type": "mcp_tool_result", "tool_use_id": "m", "content": []},
        {"type": "container_upload", "file_id": "f"},
    ],
)
def test_unsupported_blocks_are_refused_wherever_they_occur(
    block: dict[str, Any], ask: Client
) -> None:
    assert _honest(ask(text("Look."), block), "messages.0.content.1")
    history = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": [CALL]},
        {"role": "user", "content": [{**RESULT, "content": [block]}]},
    ]
    assert _honest(ask.send({"messages": history}), "messages.2.content.0.content.0")


def test_unsupported_parts_of_blocks_are_refused(ask: Client) -> None:
    assert _honest(ask([text("Hi.", citations=[])]), "messages.0.content.0.citations")
    history = [
        {"role": "user", "content": "Weather?"},
        {"role": "assistant", "content": [CALL]},
        {"role": "user", "content": [{**RESULT, "is_error": True}]},
    ]
    assert _honest(ask.send({"messages": history}), "messages.2.content.0.is_error")


def test_null_counts_as_absent(ask: Client) -> None:
    assert ask([text("Say hello.", citations=None)], metadata=None).answered


@pytest.mark.parametrize(
    ("model", "thinks"),
    [
        ("qwen-plus", True),
        ("qwen3-max", False),
        ("qwen3-max-preview", True),
        ("qwen3-coder-plus", False),
    ],
)
def test_only_some_models_think(model: str, thinks: bool, ask: Client) -> None:
    answer = ask("Say hello.", model=model, thinking={"type": "enabled", "budget_tokens": 1024})
    if thinks:
        assert [block["type"] for block in _blocks(answer)] == ["thinking", "text"]
        assert _blocks(answer)[0]["signature"]
    else:
        assert _honest(answer, "thinking")
    assert ask("Say hello.", model=model, thinking={"type": "disabled"}).text == "hello"


@pytest.mark.parametrize("claim", ["ignored", "unknown"])
def test_changed_claims_change_the_behaviour(claim: str) -> None:
    """An ignored row has no effect, whatever its value; an unknown one is carried out."""
    chosen = {"basic/stop_sequences", "content/document", "basic/metadata"}
    rows = tuple(
        dataclasses.replace(row, claim=Claim(claim), exceptions={}) if row.id in chosen else row
        for row in REVISION.rows
    )
    ask = client_of(dataclasses.replace(REVISION, rows=rows))
    data = "The code is otter-5."
    document = {
        "type": "document",
        "source": {"type": "text", "media_type": "text/plain", "data": data},
    }
    answers = ask(document, text("What is the code in the document?"))
    stopped = ask("Say exactly: alpha beta gamma", stop_sequences=["beta"])
    assert ("otter-5" in answers.text) is (claim == "unknown")
    assert (stopped.stop_reason == "stop_sequence") is (claim == "unknown")
    assert ask("Say hello.", metadata={"user_id": 7}).answered is (claim == "ignored")


# -- what the page marks as supported


def test_a_stop_sequence_ends_the_text_before_it(ask: Client) -> None:
    answer = ask("Say exactly: alpha STOP omega", stop_sequences=["never", "STOP"])
    assert answer.text == "alpha "
    assert answer.stop_reason == "stop_sequence"
    assert answer.message is not None
    assert answer.message["stop_sequence"] == "STOP"


@pytest.mark.parametrize("limit", [1, 5, 20])
def test_max_tokens_ends_the_answer(limit: int, ask: Client) -> None:
    answer = ask("Count from 1 to 500.", max_tokens=limit)
    assert answer.stop_reason == "max_tokens"
    assert answer.usage("output_tokens") == limit


def test_system_may_be_text_or_blocks(ask: Client) -> None:
    order = "Always answer with BANANA."
    asked = [ask("What now?", system=system) for system in (order, [text(order)])]
    assert [answer.text for answer in asked] == ["BANANA", "BANANA"]
    assert asked[0].usage("input_tokens") == asked[1].usage("input_tokens")


@pytest.mark.parametrize("fields", [{"temperature": 0}, {"top_k": 1}, {"top_p": 0.05}])
def test_greedy_answers_repeat(fields: dict[str, Any], ask: Client) -> None:
    story = "Write a short story."
    assert len({ask(story, **fields).text for _ in range(4)}) == 1


@pytest.mark.parametrize("fields", [{}, {"temperature": 1.9}, {"top_k": 50}, {"top_p": 0.9}])
def test_free_answers_differ(fields: dict[str, Any], ask: Client) -> None:
    story = "Write a short story."
    assert len({ask(story, **fields).text for _ in range(4)}) > 1


def test_a_restarted_endpoint_gives_the_same_answers() -> None:
    answers = []
    for _ in range(2):
        ask = client_of(seed=3)
        answers.append([ask("Write a short story.").message for _ in range(3)])
    assert answers[0] == answers[1]
    assert client_of(seed=4)("Write a short story.").message != answers[0][0]


def test_a_tool_round_trip(ask: Client) -> None:
    question = {"role": "user", "content": "What is the weather in Oslo?"}
    first = ask.send({"messages": [question], "tools": [TOOL]})
    (call,) = first.tool_uses
    assert first.stop_reason == "tool_use"
    assert (call["name"], call["input"]) == ("get_weather", {"city": "Oslo"})
    assert call["id"].startswith("toolu_")
    back = [
        question,
        {"role": "assistant", "content": _blocks(first)},
        {"role": "user", "content": [{**RESULT, "tool_use_id": call["id"]}]},
    ]
    assert "3 degrees" in ask.send({"messages": back, "tools": [TOOL]}).text


def test_tool_choice_is_obeyed(ask: Client) -> None:
    other = {**TOOL, "name": "other", "description": "Something else"}
    hello: dict[str, Any] = {"tools": [TOOL, other]}
    assert not ask("Say hello.", **hello).tool_uses
    assert ask("Say hello.", **hello, tool_choice={"type": "any"}).tool_uses
    (call,) = ask("Hi.", **hello, tool_choice={"type": "tool", "name": "other"}).tool_uses
    assert call["name"] == "other"
    none = {"type": "none"}
    assert not ask("What is the weather in Oslo?", **hello, tool_choice=none).tool_uses


@pytest.mark.parametrize(
    "fields",
    [
        {"messages": [{"role": "user", "content": [text(LONG, **MARK), text("Say hello.")]}]},
        {"system": [text(LONG, **MARK)]},
        {"tools": [{**TOOL, "description": LONG, **MARK}]},
        {
            "messages": [
                {"role": "user", "content": "Weather?"},
                {"role": "assistant", "content": [{**CALL, "input": {"city": LONG}, **MARK}]},
                {"role": "user", "content": [RESULT]},
            ]
        },
        {
            "messages": [
                {"role": "user", "content": "Weather?"},
                {"role": "assistant", "content": [CALL]},
                {"role": "user", "content": [{**RESULT, "content": LONG, **MARK}]},
            ]
        },
    ],
)
def test_a_marked_prefix_is_cached(fields: dict[str, Any], ask: Client) -> None:
    body = {"messages": [{"role": "user", "content": "Say hello."}], **fields}
    first, second = ask.send(body), ask.send(body)
    written = first.usage("cache_creation_input_tokens")
    assert written >= 1024
    assert first.usage("cache_read_input_tokens") == 0
    assert second.usage("cache_read_input_tokens") == written
    assert second.usage("cache_creation_input_tokens") == 0
    assert first.prompt_tokens == second.prompt_tokens
    assert second.usage("input_tokens") == first.prompt_tokens - written
    other = ask.send({**body, "model": "qwen-flash"})
    assert other.usage("cache_read_input_tokens") == 0


def test_an_unmarked_or_short_prefix_is_not_cached(ask: Client) -> None:
    for _ in range(2):
        unmarked = ask([text(LONG), text("Say hello.")])
        short = ask([text("Say hello.", **MARK)])
        for answer in (unmarked, short):
            assert answer.usage("cache_read_input_tokens") == 0
            assert answer.usage("cache_creation_input_tokens") == 0
            assert answer.usage("input_tokens") == answer.prompt_tokens


def test_a_cached_prefix_is_read_for_a_longer_prompt(ask: Client) -> None:
    ask([text(LONG, **MARK), text("Say hello.")])
    longer = ask([text(LONG, **MARK), text(LONG, **MARK), text("Say goodbye.")])
    assert longer.usage("cache_read_input_tokens") >= 1024
    assert longer.usage("cache_creation_input_tokens") >= 1024


# -- over a socket


@pytest.fixture(scope="module")
def base_url() -> Iterator[str]:
    with running(app(REVISION, key=KEY)) as url:
        yield url


def test_the_official_client_is_served(base_url: str) -> None:
    version = {"anthropic-version": REVISION.target.api_version}
    with anthropic.Anthropic(base_url=base_url, api_key=KEY, max_retries=0) as client:
        asked: dict[str, Any] = {
            "model": MODEL,
            "max_tokens": 1024,
            "messages": [{"role": "user", "content": "What is the weather in Oslo?"}],
            "tools": [TOOL],
            "extra_headers": version,
            "extra_body": {"temperature": 0},
        }
        whole = client.messages.create(**asked)
        with client.messages.stream(**asked) as stream:
            kinds = [event.type for event in stream]
            streamed = stream.get_final_message()
        with pytest.raises(anthropic.NotFoundError) as refusal:
            client.messages.create(**{**asked, "model": "none"})
    assert "content_block_delta" in kinds
    for message in (whole, streamed):
        assert message.stop_reason == "tool_use"
        assert [block.to_dict().get("input") for block in message.content] == [{"city": "Oslo"}]
    assert refusal.value.request_id is not None


def test_a_stream_arrives_in_pieces(base_url: str) -> None:
    with httpx2.Client(base_url=base_url, headers={"x-api-key": KEY}) as client:
        asked = {
            "model": MODEL,
            "max_tokens": 300,
            "stream": True,
            "messages": [{"role": "user", "content": "Write a story."}],
        }
        with client.stream("POST", "/v1/messages", json=asked) as response:
            assert len(list(response.iter_raw())) > 1


def _blocks(exchange: Exchange) -> list[dict[str, Any]]:
    assert exchange.message is not None, exchange.body
    content: list[dict[str, Any]] = exchange.message["content"]
    return content


def _anonymous(block: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in block.items() if name != "id"}


def _honest(exchange: Exchange, path: str) -> bool:
    """Whether something was refused for not being supported, by its path."""
    error = exchange.error
    return (
        exchange.status == 400
        and error is not None
        and error.type == "invalid_request_error"
        and error.message.startswith(path)
        and "is not supported" in error.message
    )
