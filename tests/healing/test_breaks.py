"""From an answer to who breaks on it: the measured tables of the clients, applied."""

import json
from typing import Any

import pytest

from messages_conformance.healing.breaks import who_breaks
from messages_conformance.healing.conditions import CONDITIONS, conditions
from messages_conformance.healing.tables import clients
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.rules.catalogue import RULES
from messages_conformance.rules.finding import Severity

START = {
    "type": "message_start",
    "message": {
        "type": "message",
        "content": [],
        "usage": {"input_tokens": 3, "output_tokens": 1},
    },
}
OPEN = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
TEXT = {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "4"}}
CLOSE = {"type": "content_block_stop", "index": 0}
DELTA = {
    "type": "message_delta",
    "delta": {"stop_reason": "end_turn"},
    "usage": {"output_tokens": 2},
}
STOP = {"type": "message_stop"}
WHOLE = (START, OPEN, TEXT, CLOSE, DELTA, STOP)
ERROR = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
ADAPTIVE = {"type": "adaptive"}


def streamed(*events: dict[str, Any], named: bool = True, ended: Any = "complete") -> Exchange:
    body = "".join(
        (f"event: {event['type']}\n" if named else "") + f"data: {json.dumps(event)}\n\n"
        for event in events
    )
    headers = (("content-type", "text/event-stream"),)
    return Exchange(Request({"stream": True}), 200, headers, body.encode(), ended=ended)


def refused(body: Any, status: int = 400, headers: Any = (), **fields: Any) -> Exchange:
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Exchange(Request({"model": "m", **fields}), status, headers, text)


def flat(message: str, status: int = 400, **fields: Any) -> Exchange:
    return refused({"code": "X", "message": message, "request_id": "1"}, status, **fields)


def documented(message: str, status: int = 400, headers: Any = (), **fields: Any) -> Exchange:
    error = {"type": "invalid_request_error", "message": message}
    return refused({"type": "error", "error": error}, status, headers, **fields)


def calling(stop_reason: str, *inputs: str) -> Exchange:
    """A stream of calls with these pieces of JSON as their inputs."""
    events: list[dict[str, Any]] = [START]
    for index, piece in enumerate(inputs):
        block = {"type": "tool_use", "id": f"toolu_{index}", "name": "look", "input": {}}
        delta = {"type": "input_json_delta", "partial_json": piece}
        events += [
            {"type": "content_block_start", "index": index, "content_block": block},
            {"type": "content_block_delta", "index": index, "delta": delta},
            {"type": "content_block_stop", "index": index},
        ]
    return streamed(*events, {**DELTA, "delta": {"stop_reason": stop_reason}}, STOP)


@pytest.mark.parametrize(
    ("answer", "is_cut"),
    [
        (calling("tool_use", '{"at": "no'), True),
        (calling("max_tokens", '{"at": "no'), False),
        (calling("max_tokens", '{"at": "no', '{"at": "noon"}'), True),
        (calling("tool_use", '{"at": "noon"}'), False),
    ],
    ids=["cut", "cut by the limit, as told", "cut before the limit", "whole"],
)
def test_a_call_in_which_a_message_is_told_to_end_is_no_trouble_of_the_endpoint(
    answer: Exchange, is_cut: bool
) -> None:
    assert ("arguments_cut" in conditions(answer)) is is_cut


def of(exchange: Exchange, id: str) -> str:
    return " ".join(who_breaks(exchange, among=[c for c in clients() if c.id == id]))


def test_a_whole_stream_breaks_nobody() -> None:
    assert conditions(streamed(*WHOLE)) == set()
    assert who_breaks(streamed(*WHOLE)) == ()


def test_a_message_that_comes_whole_in_its_first_event_breaks_nobody() -> None:
    """The genuine API answers so where code that it executes calls a tool."""
    message = {"usage": {"input_tokens": 3, "output_tokens": 1}, "stop_reason": "tool_use"}
    assert conditions(streamed({**START, "message": message}, STOP)) == set()


NO_USAGE = {**START, "message": {"content": []}}
NULL_TEXT = {**OPEN, "content_block": {"type": "text", "text": None}}


@pytest.mark.parametrize(
    ("exchange", "condition", "client", "words"),
    [
        (streamed(START, OPEN, TEXT, ended="cut"), "cut", "python-sdk", "raise an error"),
        (streamed({"type": "ping"}), "empty_stream", "pi", "empty answer and no error"),
        (streamed(*WHOLE[:-1]), "no_message_stop", "opencode", "without end"),
        (streamed(*WHOLE[:3]), "ends_in_block", "cline", "a part for the whole"),
        (streamed(*WHOLE[:4], STOP), "no_message_delta", "python-sdk", "the stop reason"),
        (streamed(*WHOLE, named=False), "unnamed_events", "typescript-sdk", "raise an error"),
        (streamed(NO_USAGE, *WHOLE[1:]), "no_usage_in_start", "ai-sdk", "raises an error"),
        (streamed(*WHOLE[:4], {**DELTA, "usage": None}, STOP), "no_usage_in_delta", "pi", "error"),
        (streamed(START, NULL_TEXT, *WHOLE[2:]), "null_text_in_start", "python-sdk", "raise"),
        (streamed(START, OPEN, TEXT, CLOSE, CLOSE, DELTA, STOP), "block_stop_twice", "claude-code",
         "4 times"),
        (streamed(START, TEXT, CLOSE, DELTA, STOP), "no_block_start", "claude-code", "without one"),
        (streamed(*WHOLE[1:]), "no_message_start", "pydantic-ai", "raises"),
        (streamed(START, {"type": "news"}, *WHOLE[1:]), "unknown_event", "ai-sdk", "raises"),
        (streamed(*WHOLE[:4], {**DELTA, "delta": {"stop_reason": None}}, STOP),
         "null_stop_reason", "opencode", "without end"),
        (streamed(START, ERROR), "error_later", "opencode", "5 times"),
        (streamed({"type": "error", "message": "Busy"}), "error_first_flat", "continue", "empty"),
        (Exchange(Request({"stream": True}), 200, body=b'{"type":"message","content":[]}'),
         "json_for_stream", "opencode", "without end"),
        (Exchange(Request({"model": "m"}), 200, body=b'{"code":"X","message":"no"}'),
         "error_with_200", "python-sdk", "returned as a Message"),
        (Exchange(Request({"model": "m"}), 200, body=b""), "empty_body", "litellm", "raises"),
        (refused(b"<html>"), "envelope_html", "claude-code", "title"),
        (refused(b""), "envelope_empty", "pi", "too long"),
        (flat("no"), "envelope_flat", "ai-sdk", "Bad Request"),
        (refused({"error": {"message": "no"}}), "envelope_openai", "ai-sdk", "Bad Request"),
        (refused({"detail": "no"}), "envelope_detail", "ai-sdk", "Bad Request"),
        (documented("x", 429, (("retry-after", "70"),)), "retry_after_long", "claude-code",
         "gives up"),
        (documented("x", 429, (("retry-after", "Thu, 26 Nov 2026 12:00:00 GMT"),)),
         "retry_after_date", "claude-code", "ignores"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_defect_is_named_and_breaks_who_broke_on_it(
    exchange: Exchange, condition: str, client: str, words: str
) -> None:
    assert condition in conditions(exchange)
    assert words in of(exchange, client)


def test_clients_that_do_the_same_stand_in_one_sentence_with_the_worst_first() -> None:
    first, *others = who_breaks(streamed(*WHOLE[:-1]))
    assert first == "opencode 1.18.33 sends the request again and again, without end."
    assert "pi 0.73.1 and TypeScript SDK 1.14.0 and 0.39.0 raise an error." in others


@pytest.mark.parametrize(
    ("exchange", "goes_on"),
    [
        (flat("adaptive thinking is not supported on this model", thinking=ADAPTIVE), True),
        (documented("Adaptive thinking is not supported", thinking=ADAPTIVE), True),
        (documented("thinking.type 'adaptive' is not supported", thinking=ADAPTIVE), True),
        (documented("adaptive thinking is not supported", 422, thinking=ADAPTIVE), False),
        (documented("does not support adaptive thinking", thinking=ADAPTIVE), False),
        (documented("'adaptive' thinking is not supported", thinking=ADAPTIVE), False),
        (flat("Only 'enabled' and 'disabled' are supported for thinking; 'adaptive' is not "
              "supported.", thinking=ADAPTIVE), False),
        (flat("output_config.effort: Extra inputs are not permitted",
              output_config={"effort": "high"}), True),
        (flat("output_config: Extra inputs are not permitted",
              output_config={"effort": "high"}), False),
        (flat("Request body format invalid", output_config={"effort": "high"}), False),
        (flat("context_management: Extra inputs are not permitted", 422,
              context_management={"edits": []}), True),
        (flat("context_management.edits: Extra inputs are not permitted",
              context_management={"edits": []}), False),
        (documented("messages.1.role: Input should be 'user' or 'assistant'",
                    messages=[{"role": "system", "content": ""}]), True),
        (documented("System message must be at the beginning.",
                    messages=[{"role": "system", "content": ""}]), False),
        (documented("max_tokens: 32000 > 8192, which is the maximum allowed number of output "
                    "tokens for m", max_tokens=32000), True),
        (flat("Range of max_tokens should be [1, 8192]", max_tokens=32000), False),
        (flat("Range of input length should be [1, 983616]"), True),
        (documented("prompt is too long: 3 tokens > 2 maximum"), True),
        (documented("Total message token length exceed model limit"), False),
    ],
)  # fmt: skip
def test_a_wording_heals_claude_code_or_it_is_said_what_would(
    exchange: Exchange, goes_on: bool
) -> None:
    said = of(exchange, "claude-code")
    assert ("goes on after it" in said) is goes_on, said
    assert ("would go on if the message said" in said) is not goes_on, said


def test_with_a_rule_only_what_it_is_about_is_said() -> None:
    exchange = streamed(NO_USAGE, *WHOLE[1:-1])
    said = " ".join(who_breaks(exchange, "ST-MSG-3"))
    assert "Cline" in said
    assert "without end" not in said
    assert who_breaks(exchange, "RS-MSG-2") == ()


def test_a_debt_that_says_try_later_is_sent_again_and_again() -> None:
    said = " ".join(who_breaks(documented("Your account is in arrears.", 429)))
    assert "qwen-code 0.24.4 sends it 21 times" in said
    final = documented("Your account is in arrears.", 429, (("x-should-retry", "false"),))
    assert "21 times" not in " ".join(who_breaks(final))


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"[" * 100_000, b"data: 3\n\n", b"event: x\ndata: []\n\n", b"data: {}\n\n" * 50],
)
def test_hostile_bytes_are_looked_at_without_harm(body: bytes) -> None:
    for status in (200, 400, 529):
        for fields in ({"stream": True}, {"stream": False}):
            who_breaks(Exchange(Request(fields), status, body=body))


@pytest.mark.parametrize("kind", [[], {}, None, 7, True])
def test_a_delta_of_an_impossible_type_is_looked_at_and_not_stumbled_over(kind: object) -> None:
    delta = json.dumps({"type": "content_block_delta", "index": 0, "delta": {"type": kind}})
    body = f"event: content_block_delta\ndata: {delta}\n\n".encode()
    headers = (("content-type", "text/event-stream"),)
    assert who_breaks(Exchange(Request({"stream": True}), 200, headers, body))


def test_a_rule_that_no_condition_stands_for_names_the_clients_that_were_measured_with_it() -> None:
    done = streamed(*WHOLE)
    done = Exchange(done.request, 200, done.headers, done.body + b"event: done\ndata: [DONE]\n\n")
    sentences = " ".join(who_breaks(done, "ST-WIRE-7"))
    assert "TypeScript SDK 1.14.0" in sentences
    assert "TypeScript SDK 1.14.0" in " ".join(who_breaks(done, broken=["ST-WIRE-7"]))


def test_every_rule_that_breaks_clients_names_one_or_was_measured_to_break_none() -> None:
    measured = {each.condition for client in clients() for each in client.answers}
    for rule in RULES.values():
        if rule.severity is Severity.BREAKING and not rule.id.startswith("CL-"):
            conditions_of = {name for name, rules in CONDITIONS.items() if rule.id in rules}
            assert measured & {rule.id, *conditions_of}, rule.id


def test_a_quota_with_a_status_that_says_later_tells_how_often_it_is_sent_and_when() -> None:
    said = of(documented("You exceeded your quota.", 429), "opencode")
    assert "opencode 1.18.33 sends it 6 times (2, 4, 8, 16 and 30 s) before" in said


def test_a_hidden_message_is_not_said_to_be_a_bad_request_whatever_the_status() -> None:
    """Measured: of a 401 the AI SDK shows “Unauthorized”, of a 500 “Internal Server Error”."""
    said = of(refused({"error": {"message": "no"}}, 401), "ai-sdk")
    assert said == (
        "AI SDK 4.0.105 shows only the status text, as “Bad Request”, and not the message."
    )


@pytest.mark.parametrize(
    ("message", "repeated"),
    [("image input is not supported", True), ("'messages' is required", True), ("busy", False)],
)
def test_a_refusal_as_a_server_error_is_repeated_in_vain(message: str, repeated: bool) -> None:
    said = " ".join(who_breaks(documented(message, 500)))
    assert ("Claude Code 2.1.332" in said and "cannot succeed" in said) is repeated


@pytest.mark.parametrize(("effort", "is_judged"), [("high", True), ("extreme", False), ([], False)])
def test_the_refusal_of_an_effort_that_no_client_sends_says_nothing_of_them(
    effort: Any, is_judged: bool
) -> None:
    answer = documented("output_config.effort: invalid", output_config={"effort": effort})
    assert ("gives up here" in of(answer, "claude-code")) is is_judged


METADATA = {"metadata": {"user_id": "u"}}
THINKING = {"thinking": {"type": "enabled", "budget_tokens": 1024}}


@pytest.mark.parametrize(
    ("message", "sent", "helps"),
    [
        ("metadata: Extra inputs are not permitted", METADATA, "no setting helps"),
        ("metadata: 'metadata' is not supported by model 'm'", METADATA, "no setting helps"),
        ("thinking: Extra inputs are not permitted", THINKING, "MAX_THINKING_TOKENS=0 helps"),
        ("Thinking: this is not supported", THINKING, "MAX_THINKING_TOKENS=0 helps"),
        ("metadata.user_id: Input should be a valid string", METADATA, None),
        ("metadata: Extra inputs are not permitted", {"metadata": {"user_id": 1}}, None),
        ("messages.1.content.0: 'thinking' is not supported by model 'm'", THINKING, None),
    ],
)
def test_what_no_wording_heals_names_the_setting_that_leaves_it_out(
    message: str, sent: dict[str, Any], helps: str | None
) -> None:
    said = of(documented(message, **sent), "claude-code")
    assert ("gives up here after 6 requests, whatever the message says" in said) is bool(helps)
    assert helps is None or said.endswith(f"; {helps}.")
