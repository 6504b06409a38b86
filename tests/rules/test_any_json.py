"""No JSON at any place of an answer or of a request makes a rule fail: at most it is a finding."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from messages_conformance.clients.anthropic_python import read_with_python_sdk
from messages_conformance.lint.events import RuleBroken
from messages_conformance.lint.linter import LintOptions, lint_file
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.rules import repeated_requests
from messages_conformance.rules.check import check
from messages_conformance.rules.repeated_answers import check_answers
from messages_conformance.rules.stream import timing
from support.rule_examples import (
    CALL,
    END,
    JSON,
    SIGNS,
    SSE,
    START,
    STOP,
    TEXT,
    THINKS,
    THOUGHT,
    TYPED,
    Data,
    asked,
    begin,
    call,
    failure,
    message,
    stop,
    text,
    thought,
    written,
)
from support.rule_examples_of_blocks import LOOP
from support.saved_files import line, saved_file
from support.strange_json import LEAVES, nested, places, strange, with_value

QUICK = settings(
    deadline=None,
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    database=None,
    phases=[Phase.generate, Phase.shrink],
)

SERVER_CALL: Data = {
    **{"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
    "caller": {"type": "code_execution_20250825", "tool_id": "x"},
}
MESSAGE = message(
    THOUGHT,
    {**TEXT, "citations": [{"type": "char_location"}]},
    SERVER_CALL,
    CALL,
    usage={
        **{"input_tokens": 9, "output_tokens": 5, "cache_read_input_tokens": 1},
        **{"cache_creation_input_tokens": 2, "cache_creation": {"ephemeral_5m_input_tokens": 2}},
        **{"output_tokens_details": {"thinking_tokens": 1}, "service_tier": "standard"},
        "server_tool_use": {"web_search_requests": 1},
    },
    stop_details=None,
)
EVENTS = [
    {**START, "message": {**START["message"], "content": []}},
    *thought(THINKS, SIGNS),
    *text(1),
    begin({**SERVER_CALL, "input": {}}, 2),
    stop(2),
    *call('{"city": ', '"Rome"}', index=3),
    END,
    STOP,
]
ERROR = failure()
REQUEST = asked(
    messages=LOOP,
    tools=[TYPED],
    tool_choice={"type": "any", "disable_parallel_tool_use": True},
    thinking={"type": "enabled", "budget_tokens": 1024},
    system=[{"type": "text", "text": "Be brief.", "cache_control": {"type": "ephemeral"}}],
    stop_sequences=["END"],
    metadata={"user_id": "u"},
)


def raw(document: Any) -> bytes:
    """JSON as a server may send it: a lone surrogate stays an escape."""
    return json.dumps(document).encode()


def plain(document: Any, request: Any = REQUEST, status: int = 200) -> Exchange:
    return Exchange(Request(request), status, JSON, raw(document))


def streamed(events: Any, request: Any = REQUEST) -> Exchange:
    body = b"".join(
        b"event: %s\ndata: %s\n\n" % (name.encode(), raw(event))
        for name, event in zip((e["type"] for e in EVENTS), events, strict=True)
    )
    sent = {**request, "stream": True} if isinstance(request, dict) else request
    return Exchange(Request(sent), 200, SSE, body)


def judge(exchange: Exchange) -> list[str]:
    """All that looks at an exchange; the ids of the rules that `check` finds broken."""
    found = check(exchange)
    for finding in found:
        assert str(finding.where)
        assert finding.message
    _ = exchange.text, exchange.tool_uses, exchange.stop_reason, exchange.prompt_tokens
    _ = exchange.error, exchange.refused, exchange.answered, timing.measure_pace(exchange)
    list(check_answers([exchange, exchange]))
    for group in repeated_requests.equal_requests([exchange, exchange, plain(MESSAGE)]):
        list(repeated_requests.check_equal_requests(group))
    repeated_requests.counts_with_charges([exchange, plain({"input_tokens": 3})])
    return [finding.rule.id for finding in found]


@QUICK
@given(st.sampled_from([*places(MESSAGE)]), nested)
def test_any_value_in_a_message(path: tuple[Any, ...], value: Any) -> None:
    judge(plain(with_value(MESSAGE, path, value)))


@QUICK
@given(st.sampled_from([*places(EVENTS)][1:]), nested)
def test_any_value_in_a_stream(path: tuple[Any, ...], value: Any) -> None:
    judge(streamed(with_value(EVENTS, path, value)))


@QUICK
@given(st.sampled_from([*places(ERROR)]), strange, st.sampled_from([200, 400, 429, 500]))
def test_any_value_in_an_error(path: tuple[Any, ...], value: Any, status: int) -> None:
    judge(plain(with_value(ERROR, path, value), status=status))


@QUICK
@given(st.sampled_from([*places(REQUEST)]), strange, st.sampled_from([200, 400]))
def test_any_value_in_a_request(path: tuple[Any, ...], value: Any, status: int) -> None:
    request = with_value(REQUEST, path, value)
    judge(plain(MESSAGE if status == 200 else ERROR, request, status))
    judge(streamed(EVENTS, request))


@pytest.mark.parametrize("value", LEAVES, ids=repr)
def test_each_strange_value_at_each_place(value: Any) -> None:
    for path in places(MESSAGE):
        judge(plain(with_value(MESSAGE, path, value)))
    for path in [*places(EVENTS)][1:]:
        judge(streamed(with_value(EVENTS, path, value)))
    for path in places(REQUEST):
        judge(plain(MESSAGE, with_value(REQUEST, path, value)))


@pytest.mark.parametrize("kind", [{}, [], 3, None, True])
def test_a_type_that_is_no_string_is_a_finding(kind: Any) -> None:
    for position in range(len(MESSAGE["content"])):
        path = ("content", position, "type")
        assert "RS-BLK-1" in judge(plain(with_value(MESSAGE, path, kind)))
    for position, event in enumerate(EVENTS):
        if event["type"] == "content_block_start":
            changed = with_value(EVENTS, (position, "content_block", "type"), kind)
            assert "RS-BLK-1" in judge(streamed(changed))
        if event["type"] == "content_block_delta":
            changed = with_value(EVENTS, (position, "delta", "type"), kind)
            assert "ST-DELTA-1" in judge(streamed(changed))
        assert "ST-WIRE-2" in judge(streamed(with_value(EVENTS, (position, "type"), kind)))


@pytest.mark.parametrize("count", [-1, -(10**400), 1.5, "9", None, True, [], {}])
def test_a_count_that_is_none_is_a_finding(count: Any) -> None:
    for name in ("input_tokens", "output_tokens"):
        assert "RS-USE-1" in judge(plain(with_value(MESSAGE, ("usage", name), count)))


@pytest.mark.parametrize("value", LEAVES, ids=repr)
def test_lint_reads_any_value(value: Any) -> None:
    lines = b"".join(
        line(plain(with_value(MESSAGE, path, value)))
        for path in (("content", 0, "type"), ("usage", "input_tokens"), ("id",), ("stop_reason",))
    )
    found = [
        event
        for event in lint_file(saved_file(lines), LintOptions())
        if isinstance(event, RuleBroken)
    ]
    assert all(event.finding.message for event in found)


@pytest.mark.parametrize("value", [{}, [], -1, "x", None], ids=repr)
def test_a_client_is_fed_with_any_value(value: Any) -> None:
    answers = [plain(with_value(MESSAGE, path, value)) for path in places(MESSAGE)]
    answers += [streamed(with_value(EVENTS, path, value)) for path in [*places(EVENTS)][1::4]]
    results = read_with_python_sdk(answers)
    assert None not in results
    assert len(results) == len(answers)


def test_a_stream_may_have_events_of_any_json() -> None:
    for value in LEAVES:
        body = written(START) + b"event: content_block_start\ndata: " + raw(value) + b"\n\n"
        judge(Exchange(Request(REQUEST), 200, SSE, body))
