"""Spans and events of OpenTelemetry: its GenAI conventions, OpenInference, the Vercel AI SDK."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from messages_conformance.traffic.calls.call import (
    BODY_ALONE,
    Call,
    NotRead,
    Part,
    Record,
    hidden_in_body,
)
from messages_conformance.traffic.calls.platforms import json_value

_GENAI: Final = BODY_ALONE | {
    *(Part.BETAS, Part.CACHE_CONTROL, Part.TOOL_CHOICE, Part.THINKING, Part.METADATA),
    *(Part.STREAM, Part.PATH, Part.ERROR),
}
_VERCEL: Final = BODY_ALONE | {
    *(Part.BETAS, Part.THINKING, Part.METADATA, Part.PATH, Part.ERROR),
}
_STOP_REASONS: Final = {
    **{"stop": "end_turn", "tool_call": "tool_use", "tool_calls": "tool_use"},
    **{"tool-calls": "tool_use", "length": "max_tokens"},
}
_MOST_NUMBERED: Final = 1_000
_REQUEST: Final = "gen_ai.request."
_SETTINGS: Final = {
    **{"maxOutputTokens": "max_tokens", "maxTokens": "max_tokens", "temperature": "temperature"},
    **{"topK": "top_k", "topP": "top_p", "stopSequences": "stop_sequences"},
}


def read_otlp(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A batch of spans in OTLP's JSON."""
    number = 0
    for resource in record["resourceSpans"]:
        for scope in resource.get("scopeSpans") or []:
            for span in scope.get("spans") or []:
                attributes = _attributes(span.get("attributes"))
                yield from read_attributes(f"{place}, span {number}", attributes)
                number += 1


def read_otlp_logs(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A batch of log records in OTLP's JSON: GenAI events, or the raw bodies of Claude Code."""
    number = 0
    for resource in record["resourceLogs"]:
        for scope in resource.get("scopeLogs") or []:
            for log in scope.get("logRecords") or []:
                attributes = _attributes(log.get("attributes"))
                yield from read_attributes(f"{place}, log {number}", attributes)
                number += 1


def read_span(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A span whose attributes are an object, as exporters write it line by line."""
    attributes = record["attributes"]
    listed = _attributes(attributes) if isinstance(attributes, list) else dict(attributes)
    yield from read_attributes(place, listed)


def read_attributes(place: str, attributes: Mapping[str, Any]) -> Iterator[Record]:
    """The call of a span, by whichever convention its attributes follow."""
    event = str(attributes.get("event.name", ""))
    if event == "api_request_body":
        body = json_value(attributes.get("body"))
        if not isinstance(body, Mapping):
            yield NotRead(place, "with a body that was cut or is in another file", damaged=True)
            return
        yield Call(place, body, hides=BODY_ALONE | {Part.ANSWER, Part.ERROR, Part.PATH})
    elif isinstance(json_value(attributes.get("input.value")), Mapping):
        yield _openinference(place, attributes)
    elif "ai.prompt.messages" in attributes:
        yield _vercel(place, attributes)
    elif "gen_ai.input.messages" in attributes:
        yield _genai(place, attributes)
    elif "gen_ai.prompt.0.role" in attributes:
        yield _genai(place, _numbered(attributes))
    else:
        yield NotRead(place, "of something other than a request with its content")


def _numbered(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes as OpenLLMetry wrote them until 0.53, a number for each message and tool."""
    said = [*_of_number(attributes, "gen_ai.prompt")]
    answers = [*_of_number(attributes, "gen_ai.completion")]
    found = {
        **attributes,
        "gen_ai.input.messages": [
            {"role": one.get("role"), "parts": _parts_of(one.get("content"))}
            for one in said
            if one.get("role") != "system"
        ],
        "gen_ai.tool.definitions": [*_of_number(attributes, "llm.request.functions")],
    }
    if system := [one.get("content") for one in said if one.get("role") == "system"]:
        found["gen_ai.system_instructions"] = _parts_of(system[0])
    if answers:
        found["gen_ai.output.messages"] = [
            {"parts": _parts_of(one.get("content")), "finish_reason": one.get("finish_reason")}
            for one in answers
        ]
    return found


def _of_number(attributes: Mapping[str, Any], prefix: str) -> Iterator[dict[str, Any]]:
    for number in range(_MOST_NUMBERED):
        begun = f"{prefix}.{number}."
        found = {k.removeprefix(begun): v for k, v in attributes.items() if k.startswith(begun)}
        if not found:
            return
        yield found


def _parts_of(content: object) -> list[dict[str, Any]]:
    """The parts of a content that was kept as text, or as the JSON text of its blocks."""
    parsed = json_value(content)
    if not isinstance(parsed, list):
        return [{"type": "text", "content": content}]
    return [{**one, "content": one.get("text", one.get("content"))} for one in parsed]


def _openinference(place: str, attributes: Mapping[str, Any]) -> Record:
    sent = json_value(attributes["input.value"])
    if not isinstance(sent, Mapping) or "messages" not in sent:
        return NotRead(place, "of something other than a request with its content")
    answer = json_value(attributes.get("output.value"))
    message = answer if isinstance(answer, Mapping) and "content" in answer else None
    hides = hidden_in_body(sent, Part.STREAM, Part.PATH, Part.ERROR)
    hides = hides if message else hides | {Part.ANSWER}
    return Call(place, sent, status=200 if message else None, answer=message, hides=hides)


def _genai(place: str, attributes: Mapping[str, Any]) -> Record:
    messages = json_value(attributes["gen_ai.input.messages"])
    if not isinstance(messages, list):
        raise TypeError("its messages are no list")
    body: dict[str, Any] = {
        name.removeprefix(_REQUEST): value
        for name, value in attributes.items()
        if name.startswith(_REQUEST)
        and name.removeprefix(_REQUEST)
        in ("model", "max_tokens", "temperature", "top_p", "top_k", "stop_sequences")
    }
    body["messages"] = [
        {"role": _role(each["role"]), "content": [_block(part) for part in each["parts"]]}
        for each in messages
        if each["role"] != "system"
    ]
    system = json_value(attributes.get("gen_ai.system_instructions"))
    if isinstance(system, list):
        body["system"] = [_block(part) for part in system]
    tools = json_value(attributes.get("gen_ai.tool.definitions"))
    if isinstance(tools, list):
        body["tools"] = [_tool(json_value(tool)) for tool in tools]
    said = json_value(attributes.get("gen_ai.output.messages"))
    message = None
    if isinstance(said, list) and said:
        reason = said[0].get("finish_reason")
        blocks = [_block(part) for part in said[0]["parts"]]
        message = {"content": blocks, "stop_reason": _STOP_REASONS.get(reason, reason)}
    hides = _GENAI if message else _GENAI | {Part.ANSWER}
    return Call(place, body, status=200 if message else None, answer=message, hides=hides)


def _role(role: str) -> str:
    return "user" if role == "tool" else role


def _block(part: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a message in the GenAI conventions, as a block of the API."""
    match part["type"]:
        case "text":
            return {"type": "text", "text": part.get("content")}
        case "reasoning":
            return {"type": "thinking", "thinking": part.get("content")}
        case "tool_call":
            return {
                **{"type": "tool_use", "id": part.get("id"), "name": part.get("name")},
                "input": part.get("arguments"),
            }
        case "tool_call_response":
            return {
                "type": "tool_result",
                "tool_use_id": part.get("id"),
                "content": part.get("response", part.get("result")),
            }
        case "blob":
            kind = "image" if part.get("modality") == "image" else "document"
            source = {"type": "base64", "media_type": part.get("mime_type"), "data": ""}
            return {"type": kind, "source": source}
        case "uri":
            kind = "image" if part.get("modality") == "image" else "document"
            return {"type": kind, "source": {"type": "url", "url": ""}}
        case other:
            return {"type": other}


def _tool(tool: object) -> dict[str, Any]:
    if not isinstance(tool, Mapping):
        raise TypeError("a tool is no object")
    schema = tool.get("parameters", tool.get("inputSchema", tool.get("input_schema")))
    found = {"name": tool.get("name"), "description": tool.get("description")}
    return {name: value for name, value in {**found, "input_schema": schema}.items() if value}


def _vercel(place: str, attributes: Mapping[str, Any]) -> Record:
    messages = json_value(attributes["ai.prompt.messages"])
    if not isinstance(messages, list):
        raise TypeError("its messages are no list")
    body: dict[str, Any] = {
        ours: attributes[f"ai.settings.{theirs}"]
        for theirs, ours in _SETTINGS.items()
        if attributes.get(f"ai.settings.{theirs}") is not None
    }
    body["model"] = attributes.get("ai.model.id") or attributes.get("gen_ai.request.model")
    for each in messages:
        if each.get("role") == "system":
            block = {"type": "text", "text": each.get("content"), **_mark(each)}
            body.setdefault("system", []).append(block)
    body["messages"] = [
        {"role": _role(each["role"]), "content": _vercel_content(each)}
        for each in messages
        if each.get("role") != "system"
    ]
    if isinstance(tools := json_value(attributes.get("ai.prompt.tools")), list):
        body["tools"] = [_tool(json_value(tool)) for tool in tools]
    choice = json_value(attributes.get("ai.prompt.toolChoice"))
    if isinstance(choice, Mapping) and choice.get("type"):
        kind = {"required": "any"}.get(str(choice["type"]), str(choice["type"]))
        body["tool_choice"] = {"type": kind}
    if str(attributes.get("ai.operationId", "")).startswith("ai.stream"):
        body["stream"] = True
    reason = attributes.get("ai.response.finishReason")
    message = None
    if reason:
        text = attributes.get("ai.response.text")
        content = [{"type": "text", "text": text}] if text else []
        if attributes.get("ai.response.reasoning"):
            content.insert(0, {"type": "thinking", "thinking": ""})
        if attributes.get("ai.response.toolCalls"):
            content.append({"type": "tool_use"})
        message = {
            "content": content,
            "stop_reason": _STOP_REASONS.get(str(reason), str(reason)),
        }
    hides = _VERCEL if message else _VERCEL | {Part.ANSWER}
    return Call(place, body, status=200 if message else None, answer=message, hides=hides)


def _mark(part: Mapping[str, Any]) -> dict[str, Any]:
    options = (part.get("providerOptions") or {}).get("anthropic") or {}
    mark = options.get("cacheControl") or options.get("cache_control")
    return {"cache_control": mark} if mark else {}


def _vercel_content(message: Mapping[str, Any]) -> Any:
    content = message.get("content")
    if not isinstance(content, list):
        return content
    blocks: list[dict[str, Any]] = []
    for part in content:
        kind, media = part.get("type"), str(part.get("mediaType") or part.get("mimeType") or "")
        match kind:
            case "text":
                block: dict[str, Any] = {"type": "text", "text": part.get("text")}
            case "reasoning":
                block = {"type": "thinking", "thinking": ""}
            case "tool-call":
                block = {
                    **{"type": "tool_use", "id": part.get("toolCallId")},
                    **{"name": part.get("toolName"), "input": part.get("input")},
                }
            case "tool-result":
                block = {
                    **{"type": "tool_result", "tool_use_id": part.get("toolCallId")},
                    "content": "",
                }
            case "image" | "file":
                source = {"type": "base64", "media_type": media, "data": ""}
                is_image = kind == "image" or media.startswith("image/")
                block = {"type": "image" if is_image else "document", "source": source}
            case other:
                block = {"type": str(other)}
        blocks.append({**block, **_mark(part)})
    return blocks


def _attributes(listed: object) -> dict[str, Any]:
    """Attributes in OTLP's JSON as a mapping."""
    found = {}
    for each in listed if isinstance(listed, list) else []:
        found[str(each["key"])] = _value(each.get("value") or {})
    return found


def _value(value: Mapping[str, Any]) -> Any:
    if "intValue" in value:
        return int(value["intValue"])
    if "arrayValue" in value:
        return [_value(each) for each in value["arrayValue"].get("values") or []]
    if "kvlistValue" in value:
        return _attributes(value["kvlistValue"].get("values"))
    return next(iter(value.values()), None)
