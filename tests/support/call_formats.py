"""The same recorded calls, as other tools keep them: what `app record` wrote, rewritten.

Each follows the shape that its tool writes, and loses what that tool loses.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

import yaml

from messages_conformance.protocol.exchange import Exchange, Request

URL = "https://api.anthropic.com"
Line = dict[str, Any]


def lines(traffic: str) -> list[Line]:
    return [json.loads(line) for line in traffic.splitlines()]


def message_of(line: Line) -> dict[str, Any] | None:
    kept = Exchange(Request(None), line["status"], tuple(line["headers"].items()), _bytes(line))
    return kept.message


def _bytes(line: Line) -> bytes:
    body: str = line["body"]
    return body.encode()


def asked(traffic: str) -> Iterable[Line]:
    """The calls of messages that were answered."""
    return (line for line in lines(traffic) if message_of(line) is not None)


def har(traffic: str) -> str:
    entries = [
        {
            "request": {
                "method": line["method"],
                "url": URL + line["path"],
                "headers": _pairs(line["request_headers"]),
                **(
                    {"postData": {"text": json.dumps(line["request"])}}
                    if line["request"] is not None
                    else {}
                ),
            },
            "response": {
                "status": line["status"],
                "headers": _pairs(line["headers"]),
                "content": {"mimeType": "", "text": line["body"]},
            },
        }
        for line in lines(traffic)
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}})


def _pairs(headers: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers.items()]


def cassette(traffic: str) -> str:
    interactions = [
        {
            "request": {
                "method": line["method"],
                "uri": URL + line["path"],
                "body": None if line["request"] is None else json.dumps(line["request"]),
                "headers": {name: [value] for name, value in line["request_headers"].items()},
            },
            "response": {
                "status": {"code": line["status"], "message": ""},
                "headers": {name: [value] for name, value in line["headers"].items()},
                "body": {"string": line["body"]},
            },
        }
        for line in lines(traffic)
    ]
    return yaml.safe_dump({"interactions": interactions, "version": 1})


def claude_trace(traffic: str) -> str:
    return "".join(
        json.dumps(
            {
                "request": {
                    "timestamp": 1.5,
                    "method": line["method"],
                    "url": URL + line["path"],
                    "headers": line["request_headers"],
                    "body": line["request"],
                },
                "response": {
                    "timestamp": 2.0,
                    "status_code": line["status"],
                    "headers": line["headers"],
                    "body_raw": line["body"],
                },
                "logged_at": "2026-01-01T00:00:00Z",
            }
        )
        + "\n"
        for line in lines(traffic)
    )


def helicone(traffic: str) -> str:
    return "".join(
        json.dumps(
            {
                "request_body": line["request"],
                "response_body": message_of(line),
                "response_status": line["status"],
                "model": line["request"]["model"],
            }
        )
        + "\n"
        for line in asked(traffic)
    )


def langsmith(traffic: str) -> str:
    runs = []
    for line in asked(traffic):
        inputs = {name: value for name, value in line["request"].items() if name != "stream"}
        if system := inputs.pop("system", None):
            inputs["messages"] = [{"role": "system", "content": system}, *inputs["messages"]]
        runs.append(
            {
                "name": "ChatAnthropic",
                "run_type": "llm",
                "inputs": inputs,
                "outputs": message_of(line),
                "error": None,
                "extra": {"metadata": {"ls_provider": "anthropic"}},
            }
        )
    return "".join(json.dumps(run) + "\n" for run in runs)


def langfuse(traffic: str) -> str:
    rows = []
    for line in asked(traffic):
        body = dict(line["request"])
        messages = body.pop("messages")
        if system := body.pop("system", None):
            messages = [{"role": "system", "content": system}, *messages]
        tools = body.pop("tools", None)
        kept = {n: v for n, v in body.items() if n not in ("model", "metadata", "stream")}
        rows.append(
            {
                "type": "GENERATION",
                "input": json.dumps(messages),
                "output": json.dumps(message_of(line)),
                "model_parameters": json.dumps(kept),
                "provided_model_name": body["model"],
                **({"tool_definitions": json.dumps(tools)} if tools else {}),
            }
        )
    return json.dumps(rows)


def litellm(traffic: str) -> str:
    reasons = {"end_turn": "stop", "tool_use": "tool_calls", "max_tokens": "length"}
    rows = []
    for line in asked(traffic):
        message = message_of(line) or {}
        text = "".join(b.get("text", "") for b in message["content"] if b["type"] == "text")
        calls = [
            {"id": b["id"], "function": {"name": b["name"], "arguments": json.dumps(b["input"])}}
            for b in message["content"]
            if b["type"] == "tool_use"
        ]
        reason = reasons.get(message["stop_reason"], message["stop_reason"])
        said = {"content": text, "tool_calls": calls}
        rows.append(
            {
                "request_id": message["id"],
                "call_type": "anthropic_messages",
                "messages": {},
                "proxy_server_request": json.dumps(line["request"]),
                "response": {"choices": [{"finish_reason": reason, "message": said}]},
            }
        )
    return "".join(json.dumps(row) + "\n" for row in rows)


def openinference(traffic: str) -> str:
    spans = [
        {
            "name": "Messages",
            "attributes": [
                _attribute("input.value", json.dumps(line["request"])),
                _attribute("output.value", json.dumps(message_of(line))),
            ],
        }
        for line in asked(traffic)
    ]
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}) + "\n"


def genai_spans(traffic: str) -> str:
    spans = []
    for line in asked(traffic):
        body, message = line["request"], message_of(line) or {}
        attributes = [
            _attribute("gen_ai.request.model", body["model"]),
            {"key": "gen_ai.request.max_tokens", "value": {"intValue": str(body["max_tokens"])}},
            _attribute(
                "gen_ai.input.messages",
                json.dumps(
                    [{"role": m["role"], "parts": _parts(m["content"])} for m in body["messages"]]
                ),
            ),
            _attribute(
                "gen_ai.output.messages",
                json.dumps(
                    [
                        {
                            "role": "assistant",
                            "parts": _parts(message["content"]),
                            "finish_reason": {"tool_use": "tool_call", "end_turn": "stop"}.get(
                                message["stop_reason"], message["stop_reason"]
                            ),
                        }
                    ]
                ),
            ),
        ]
        if tools := body.get("tools"):
            defined = [
                {
                    "type": "function",
                    "name": tool["name"],
                    "description": tool["description"],
                    "parameters": tool["input_schema"],
                }
                for tool in tools
            ]
            attributes.append(_attribute("gen_ai.tool.definitions", json.dumps(defined)))
        if system := body.get("system"):
            attributes.append(_attribute("gen_ai.system_instructions", json.dumps(_parts(system))))
        spans.append({"name": f"chat {body['model']}", "attributes": attributes})
    return json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}) + "\n"


def _parts(content: Any) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = (
        [{"type": "text", "text": content}] if isinstance(content, str) else content
    )
    parts = []
    for block in blocks:
        match block["type"]:
            case "text":
                parts.append({"type": "text", "content": block["text"]})
            case "tool_use":
                part: dict[str, Any] = {
                    "type": "tool_call",
                    "id": block["id"],
                    "name": block["name"],
                }
                parts.append({**part, "arguments": block["input"]})
            case "tool_result":
                part = {"type": "tool_call_response", "id": block["tool_use_id"]}
                parts.append({**part, "response": block["content"]})
            case "thinking":
                parts.append({"type": "reasoning", "content": block["thinking"]})
            case "image":
                source = block["source"]
                blob = {"type": "blob", "modality": "image", "mime_type": source["media_type"]}
                parts.append({**blob, "content": source["data"]})
    return parts


def _attribute(key: str, value: str) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value}}


def bodies(traffic: str) -> str:
    """Requests alone, as Claude Code writes each into a file of its own."""
    return "".join(json.dumps(line["request"]) + "\n" for line in asked(traffic))


def batch(traffic: str) -> str:
    requests = [
        {
            "custom_id": f"job-{number}",
            "params": {n: v for n, v in line["request"].items() if n != "stream"},
        }
        for number, line in enumerate(asked(traffic))
    ]
    return json.dumps({"requests": requests}, indent=1)


def bedrock(traffic: str) -> str:
    return "".join(
        json.dumps(
            {
                "schemaType": "ModelInvocationLog",
                "operation": "InvokeModelWithResponseStream"
                if line["request"].get("stream")
                else "InvokeModel",
                "modelId": line["request"]["model"],
                "requestId": "r",
                "input": {
                    "inputBodyJson": {
                        "anthropic_version": "bedrock-2023-05-31",
                        **(
                            {"anthropic_beta": betas.split(",")}
                            if (betas := line["request_headers"].get("anthropic-beta"))
                            else {}
                        ),
                        **{
                            n: v for n, v in line["request"].items() if n not in ("model", "stream")
                        },
                    }
                },
                "output": {"outputBodyJson": _events(line) or message_of(line)},
            }
        )
        + "\n"
        for line in asked(traffic)
    )


def _events(line: Line) -> list[dict[str, Any]]:
    """The events of a streamed answer; none of another."""
    data = (one for one in line["body"].splitlines() if one.startswith("data: "))
    return [json.loads(one.removeprefix("data: ")) for one in data]


FORMATS: dict[str, tuple[str, Callable[[str], str]]] = {
    "har": ("traffic.har", har),
    "cassette": ("cassette.yaml", cassette),
    "claude-trace": ("log.jsonl", claude_trace),
    "helicone": ("export.jsonl", helicone),
    "langsmith": ("runs.jsonl", langsmith),
    "langfuse": ("observations.json", langfuse),
    "litellm": ("spend_logs.jsonl", litellm),
    "openinference": ("spans.jsonl", openinference),
    "genai spans": ("otel.jsonl", genai_spans),
    "bodies": ("requests.jsonl", bodies),
    "batch": ("batch.json", batch),
    "bedrock": ("bedrock.jsonl", bedrock),
}
"""By name: a file name, and how recorded traffic is rewritten."""
