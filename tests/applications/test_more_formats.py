"""Formats that keep a request whole, or nearly: each shows the same features of the same call."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from messages_conformance.applications.inventory import Inventory
from messages_conformance.applications.scan import scan
from messages_conformance.errors import TrafficError
from messages_conformance.traffic.calls.call import Part

BODY: dict[str, Any] = {
    **{"model": "claude-sonnet-4-5", "max_tokens": 9, "temperature": 0.5},
    **{"stop_sequences": ["END"], "system": "Be kind."},
    "messages": [
        {
            "role": "user",
            "content": [{"type": "text", "text": "Grüße", "cache_control": {"type": "ephemeral"}}],
        }
    ],
}
ANSWER = {
    **{"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-sonnet-4-5"},
    **{"content": [{"type": "text", "text": "4"}], "stop_reason": "stop_sequence"},
    **{"stop_sequence": "END", "usage": {"input_tokens": 1, "output_tokens": 1}},
}
URL = "https://api.anthropic.com/v1/messages"
WANTED = {
    *("basic/model", "basic/max_tokens", "basic/temperature", "basic/stop_sequences"),
    *("basic/system", "content/text/text", "content/text/cache_control"),
}
Files = dict[str, str | bytes]


def netstring(value: Any) -> bytes:
    match value:
        case None:
            payload, kind = b"", b"~"
        case bool():
            payload, kind = str(value).lower().encode(), b"!"
        case int():
            payload, kind = str(value).encode(), b"#"
        case float():
            payload, kind = str(value).encode(), b"^"
        case str():
            payload, kind = value.encode(), b";"
        case bytes():
            payload, kind = value, b","
        case list():
            payload, kind = b"".join(map(netstring, value)), b"]"
        case _:
            items = [netstring(one) for pair in value.items() for one in pair]
            payload, kind = b"".join(items), b"}"
    return str(len(payload)).encode() + b":" + payload + kind


def flow(body: bytes = json.dumps(BODY).encode()) -> dict[str, Any]:
    return {
        **{"websocket": None, "version": 21, "type": "http", "error": None},
        "request": {
            **{"method": b"POST", "scheme": b"https", "path": b"/v1/messages"},
            **{"headers": [[b"anthropic-beta", b"a-1"]], "content": body},
        },
        "response": {
            **{"status_code": 200, "reason": b"OK", "timestamp_end": 1.5},
            "headers": [[b"content-type", b"application/json"], [b"content-encoding", b"gzip"]],
            "content": gzip.compress(json.dumps(ANSWER).encode()),
        },
    }


def ruby_vcr() -> Files:
    return {
        "a.yml": yaml.safe_dump(
            {
                "http_interactions": [
                    {
                        "request": {
                            **{"method": "post", "uri": URL, "headers": {"Anthropic-Beta": ["a"]}},
                            "body": {"encoding": "UTF-8", "string": json.dumps(BODY)},
                        },
                        "response": {
                            "status": {"code": 200, "message": "OK"},
                            "body": {"encoding": "UTF-8", "string": json.dumps(ANSWER)},
                        },
                    }
                ],
                "recorded_with": "VCR 6.0",
            }
        )
    }


def go_vcr() -> Files:
    sent = {"method": "POST", "url": URL, "body": json.dumps(BODY)}
    sent_with = {**sent, "headers": {"Anthropic-Beta": ["a-1"]}}
    answered = {"code": 200, "body": json.dumps(ANSWER), "headers": {}, "uncompressed": False}
    one = {"id": 0, "request": sent_with, "response": answered}
    return {"a.yaml": yaml.safe_dump({"version": 2, "interactions": [one]})}


def nock() -> Files:
    packed = gzip.compress(json.dumps(ANSWER).encode()).hex()
    record = {
        **{"scope": "https://api.anthropic.com:443", "method": "POST", "path": "/v1/messages"},
        **{"body": BODY, "status": 200, "response": [packed[:40], packed[40:]]},
        "rawHeaders": ["content-type", "application/json", "content-encoding", "gzip"],
        "reqheaders": {"anthropic-beta": "a-1"},
    }
    return {"a.json": json.dumps([record])}


def wiremock() -> Files:
    sent = {
        **{"url": "/v1/messages", "method": "POST"},
        "bodyPatterns": [{"equalToJson": json.dumps(BODY)}],
    }
    mapping = {"id": "x", "request": sent, "response": {"status": 200, "jsonBody": ANSWER}}
    return {"a.json": json.dumps({"mappings": [mapping]}, indent=1)}


def braintrust() -> Files:
    span = {
        **{"span_id": "s", "root_span_id": "r", "output": ANSWER, "error": None},
        "input": [*BODY["messages"], {"role": "system", "content": BODY["system"]}],
        "metadata": {n: v for n, v in BODY.items() if n not in ("messages", "system")},
        "span_attributes": {"type": "llm", "name": "anthropic.messages.create"},
    }
    return {"a.jsonl": json.dumps(span)}


def portkey() -> Files:
    row = {"request.body": BODY, "response.body": ANSWER, "response_status_code": 200}
    return {"a.jsonl": json.dumps(row)}


def vertex() -> Files:
    sent = {n: v for n, v in BODY.items() if n != "model"} | {"anthropic_version": "vertex"}
    row = {"model": "publishers/anthropic/models/claude", "full_request": sent}
    return {"a.jsonl": json.dumps({**row, "full_response": json.dumps(ANSWER)})}


def sdk_log() -> Files:
    options = {"method": "post", "url": "/v1/messages", "headers": {"anthropic-beta": "a-1"}}
    said = repr({**options, "json_data": BODY}).removesuffix("}")
    line = f"[x - anthropic._base_client:604 - DEBUG] Request options: {said}, 'f': <function x>}}"
    return {"a.log": f"something else\n{line}\n"}


def har_with_files() -> Files:
    entry = {
        "request": {"method": "POST", "url": URL, "postData": {"text": "", "_file": "q.json"}},
        "response": {"status": 200, "content": {"_file": "r.json"}},
    }
    log = {"log": {"version": "1.2", "entries": [entry]}}
    return {"a.har": json.dumps(log), "q.json": json.dumps(BODY), "r.json": json.dumps(ANSWER)}


FORMATS: dict[str, tuple[Callable[[], Files], set[Part]]] = {
    "mitmproxy": (lambda: {"a.mitm": netstring(flow()) + netstring(flow())}, set()),
    "VCR for Ruby": (ruby_vcr, set()),
    "go-vcr": (go_vcr, set()),
    "nock": (nock, set()),
    "WireMock": (wiremock, {Part.HEADERS, Part.BETAS}),
    "Braintrust": (braintrust, {Part.HEADERS, Part.BETAS, Part.METADATA}),
    "Portkey": (portkey, {Part.HEADERS, Part.BETAS}),
    "Vertex": (vertex, {Part.HEADERS}),
    "SDK log": (sdk_log, {Part.HEADERS, Part.ANSWER}),
    "claude-bridge": (lambda: {"a.jsonl": json.dumps({"raw_request": BODY})}, {Part.HEADERS}),
    "HAR with files": (har_with_files, set()),
}


def found(folder: Path, files: Files) -> Inventory:
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return scan([str(folder / next(iter(files)))])


@pytest.mark.parametrize("form", FORMATS)
def test_a_call_shows_the_same_whoever_kept_it(form: str, tmp_path: Path) -> None:
    write, hidden = FORMATS[form]
    inventory = found(tmp_path, write())
    assert inventory.used.keys() >= WANTED
    assert str(inventory.used["basic/temperature"].values) == "0.5"
    assert hidden <= inventory.hidden
    if not hidden:
        assert ("answer/stop_sequence" in inventory.used) == (Part.ANSWER not in inventory.hidden)
        assert Part.ANSWER not in inventory.hidden


def test_an_old_span_of_openllmetry_is_read_by_its_numbers(tmp_path: Path) -> None:
    attributes = {
        **{"gen_ai.request.model": "m", "gen_ai.prompt.0.role": "system"},
        **{"gen_ai.prompt.0.content": "Be kind.", "gen_ai.prompt.1.role": "user"},
        **{"gen_ai.prompt.1.content": "Hi.", "llm.request.functions.0.name": "look_up"},
        **{"gen_ai.completion.0.content": "4", "gen_ai.completion.0.finish_reason": "max_tokens"},
    }
    span = {"name": "anthropic.chat", "attributes": attributes}
    used = found(tmp_path, {"a.jsonl": json.dumps(span)}).used
    assert {"basic/system", "tools/name", "answer/max_tokens"} <= used.keys()


def test_a_log_of_the_javascript_sdk_shows_which_fields_are_sent(tmp_path: Path) -> None:
    log = (
        "[log_6e4566] sending request {\n  method: 'post',\n  options: {\n    body: {\n"
        "      model: 'm',\n      temperature: 0.3,\n      messages: [Array],\n"
        "      stream: true\n    }\n  }\n}\n"
    )
    inventory = found(tmp_path, {"a.log": log})
    assert {"basic/model", "basic/temperature", "basic/stream"} <= inventory.used.keys()
    assert {Part.BODY, Part.TOOL_CHOICE} <= inventory.hidden


@pytest.mark.parametrize(
    "content",
    [
        netstring(flow())[:-40],
        b"99999999999:" + netstring(flow()),
        netstring(flow()).replace(b"21#", b"21?"),
        b"12:9:websocket;",
    ],
)
def test_a_damaged_flow_file_says_so(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(TrafficError):
        found(tmp_path, {"a.mitm": content})


def test_flows_before_the_damaged_one_are_counted(tmp_path: Path) -> None:
    inventory = found(tmp_path, {"a.mitm": netstring(flow()) + netstring(flow())[:-40]})
    (source,) = inventory.sources
    assert (source.calls, len(source.damaged)) == (1, 1)


def test_a_har_file_reads_no_other_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text(json.dumps(BODY))
    (tmp_path / "in").mkdir()
    files = har_with_files()
    log = str(files["a.har"]).replace("q.json", "../secret.json")
    with pytest.raises(TrafficError, match="in another file that is not there"):
        found(tmp_path / "in", {**files, "a.har": log})
