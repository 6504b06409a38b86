"""Files of other tools are refused by name, never judged as a broken answer."""

import json
from pathlib import Path
from typing import Any

import pytest

from messages_conformance.errors import TrafficError
from messages_conformance.lint.events import (
    CheckStarted,
    ExchangeSkipped,
    FileUnreadable,
    RuleBroken,
)
from messages_conformance.lint.linter import LintOptions, lint
from messages_conformance.traffic.detect_format import detect_format
from support import saved_files

STREAM = "event: message_start\ndata: {}\n\nevent: message_stop\ndata: {}\n\n"
MESSAGE = json.loads(saved_files.BODY)


def in_front(text: str) -> str:
    return "".join(f"{text}{line}\n" if line else "\n" for line in STREAM.split("\n"))


def lines(*values: Any) -> str:
    return "".join(json.dumps(value) + "\n" for value in values)


REFUSED: dict[str, str] = {
    "transcript of Claude Code": lines({"parentUuid": None, "type": "user", "message": {}}),
    "what Claude Code prints": lines({"type": "system", "subtype": "init"}, {"type": "result"}),
    "run of LangSmith": lines({"id": "a", "run_type": "llm", "outputs": {"content": []}}),
    "observation of Langfuse": lines({"id": "a", "traceId": "b", "type": "GENERATION"}),
    "span of Braintrust": lines({"id": "a", "span_id": "b", "root_span_id": "c"}),
    "span of OpenTelemetry": json.dumps({"name": "chat", "context": {}, "kind": "CLIENT"}),
    "trace of Jaeger": json.dumps({"data": [], "total": 0, "limit": 0, "offset": 0}),
    "log of LiteLLM": lines({"id": "a", "call_type": "anthropic_messages", "response": {}}),
    "trace of MLflow": json.dumps({"info": {"trace_id": "a"}, "data": {"spans": []}}),
    "message of JSON-RPC": lines({"jsonrpc": "2.0", "id": 1, "result": {"content": []}}),
    "export of Helicone": lines({"request_body": {}, "response_body": MESSAGE}),
    "log of claude-trace": lines({"request": {}, "response": {}, "logged_at": "a"}),
    "body of a request": json.dumps({"model": "m", "messages": [], "max_tokens": 9}),
    "messages of a conversation": json.dumps([{"role": "user", "content": "Hi."}]),
    "contract of Pact": json.dumps({"consumer": {}, "provider": {}, "interactions": []}),
    "session of opencode": json.dumps({"id": "msg_1", "role": "assistant", "sessionID": "a"}),
    "message of LangChain": json.dumps({"lc": 1, "type": "constructor", "kwargs": {}}),
    "result of the AI SDK": json.dumps({"text": "Hi.", "finishReason": "stop", "usage": {}}),
    "log of a server": lines({"level": 30, "time": 1, "msg": "in"}, {"level": 30}),
    "JSON lines": lines({"object": "chat.completion"}, {"object": "chat.completion"}),
    "output of 'curl -v'": f"* Trying\n> POST /v1/messages\n< HTTP/1.1 200 OK\n< a: b\n{STREAM}",
    "trace of curl": "== Info: Trying 127.0.0.1\n=> Send header, 20 bytes\n",
    "progress meter": "  % Total    % Received % Xferd\n100 400\n{}",
    "request, perhaps with": "POST /v1/messages HTTP/1.1\na: b\n\n{}\n\nHTTP/1.1 200 OK\n",
    "file of Bruno": "meta {\n  name: a\n  type: http\n}\n",
    "debug log of an SDK": "[2026-01-01 - DEBUG] Request options: {'method': 'post'}\n",
    "as a program printed it": "Message(id='msg_1', content=[])",
    "something before each line": in_front("[2026-01-01T00:00:00Z] "),
    "a time or blanks": in_front("    "),
    "such as a time": in_front("2026-01-01 00:00:00,123 - INFO - "),
    "holds an event stream": f"Here it is:\n\n```\n{STREAM}```\n",
    "compressed with bzip2": "BZh91AY",
    "Parquet": "PAR1\x15\x04",
}


@pytest.mark.parametrize("said", REFUSED)
def test_a_file_of_another_tool_is_refused_by_name(said: str) -> None:
    with pytest.raises(TrafficError, match=said):
        detect_format(REFUSED[said].encode())


def linted(tmp_path: Path, content: str | bytes) -> list[Any]:
    path = tmp_path / "saved"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [*lint([str(path)], LintOptions())]


def count(events: list[Any], kind: type) -> int:
    return sum(isinstance(event, kind) for event in events)


def test_a_body_in_chunks_is_joined(tmp_path: Path) -> None:
    body = saved_files.BODY
    half = len(body) // 2
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:half], body[half:]))
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    joined = linted(tmp_path, head + chunks + b"0\r\n\r\n")
    assert count(joined, CheckStarted) == 1
    # Only the header is missing, and nothing of the body.
    assert {e.finding.rule.id for e in joined if isinstance(e, RuleBroken)} == {"HD-7"}


def test_a_status_after_the_body_is_its_status(tmp_path: Path) -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    fits = linted(tmp_path, json.dumps(error) + "\n529")
    other = linted(tmp_path, json.dumps(error) + "\nhttp_code: 400\n")
    assert "ER-2" not in {e.finding.rule.id for e in fits if isinstance(e, RuleBroken)}
    assert "ER-2" in {e.finding.rule.id for e in other if isinstance(e, RuleBroken)}


def test_several_answers_may_stand_in_an_array(tmp_path: Path) -> None:
    events = linted(tmp_path, json.dumps([MESSAGE, {**MESSAGE, "id": "msg_another_one"}]))
    assert count(events, CheckStarted) == 2
    assert count(events, FileUnreadable) == 0


def test_events_may_be_saved_with_their_names_beside_them(tmp_path: Path) -> None:
    start = {"type": "message_start", "message": {**MESSAGE, "content": [], "stop_reason": None}}
    delta = {"stop_reason": "end_turn", "stop_sequence": None}
    saved = [
        {"event": "message_start", "data": start},
        {"event": "message_delta", "data": {"type": "message_delta", "delta": delta}},
        {"event": "message_stop", "data": json.dumps({"type": "message_stop"})},
    ]
    events = linted(tmp_path, lines(*saved))
    assert count(events, CheckStarted) == 1
    broken = {e.finding.rule.id for e in events if isinstance(e, RuleBroken)}
    assert broken == {"ST-USE-1"}  # and none about their order: all three were read


def test_json_after_json_that_is_no_line_is_refused(tmp_path: Path) -> None:
    long = {"content": [], "padding": "x" * 100_000}
    (problem,) = (e for e in linted(tmp_path, lines(long, long)) if isinstance(e, FileUnreadable))
    assert "several JSON values" in problem.why


@pytest.mark.parametrize(("kept", "skipped"), [("", 1), ('{"type": "mess', 1), (None, 0)])
def test_a_body_that_a_browser_cut_is_not_judged(
    kept: str | None, skipped: int, tmp_path: Path
) -> None:
    har = json.loads(saved_files.as_har())
    for entry in har["log"]["entries"]:
        content = entry["response"]["content"]
        content["size"] = len(content.get("text") or "")
        if kept is not None:
            content["text"], content["size"] = kept, 500
            content.pop("encoding", None)
    events = linted(tmp_path, json.dumps(har))
    reasons = [e.why for e in events if isinstance(e, ExchangeSkipped)]
    assert ("of which only a part was kept" in reasons) == bool(skipped)


COUNT = {"input_tokens": 12}
MODEL = {"type": "model", "id": "m", "display_name": "M", "created_at": "2026-01-01T00:00:00Z"}
MODELS = {"data": [MODEL], "has_more": False, "first_id": "m", "last_id": "m"}


@pytest.mark.parametrize("head", ["", "HTTP/2 200\ncontent-type: application/json\n\n"])
@pytest.mark.parametrize(
    ("good", "bad", "rule"),
    [
        (COUNT, {"input_tokens": 0}, "RS-CNT-1"),
        (MODEL, {**MODEL, "created_at": None}, "RS-MDL-1"),
        (MODELS, {"object": "list", "data": [{"id": "m", "object": "model"}]}, "RS-MDL-1"),
    ],
)
def test_an_answer_of_another_route_is_judged_by_its_own_rules(
    good: Any, bad: Any, rule: str, head: str, tmp_path: Path
) -> None:
    for answer, rules in ((good, set()), (bad, {rule})):
        events = linted(tmp_path, head + json.dumps(answer))
        assert count(events, CheckStarted) == 1
        assert {e.finding.rule.id for e in events if isinstance(e, RuleBroken)} == rules


@pytest.mark.parametrize("head", ["", "HTTP/2 200\ncontent-type: text/plain\n\n"])
@pytest.mark.parametrize(
    "answer",
    [
        json.dumps({"type": "message_batch", "id": "msgbatch_1", "processing_status": "ended"}),
        json.dumps({"data": [{"type": "file", "id": "file_1"}], "has_more": False}),
        json.dumps({"type": "completion", "completion": " Hi.", "stop_reason": "stop_sequence"}),
        'event: completion\ndata: {"type": "completion", "completion": " Hi."}\n\n',
    ],
)
def test_an_answer_of_a_route_without_rules_is_not_judged(
    answer: str, head: str, tmp_path: Path
) -> None:
    events = linted(tmp_path, head + answer)
    assert count(events, CheckStarted) == 0
    assert [e.why for e in events if isinstance(e, ExchangeSkipped)] == ["not to a Messages API"]
