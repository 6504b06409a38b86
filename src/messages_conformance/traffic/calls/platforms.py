"""Records of platforms that watch models: LangSmith, Langfuse, LiteLLM, Braintrust."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from messages_conformance.traffic.calls.call import BODY_ALONE, Call, NotRead, Part, Record

_LANGSMITH: Final = BODY_ALONE | {Part.PATH, Part.STREAM, Part.ERROR}
_LANGCHAIN: Final = _LANGSMITH | {Part.BETAS, Part.STOP_SEQUENCES}
_LANGFUSE: Final = BODY_ALONE | {
    *(Part.BETAS, Part.METADATA, Part.STREAM, Part.PATH, Part.ERROR, Part.THINKING),
    Part.TOOL_CHOICE,
}
_LITELLM: Final = BODY_ALONE | {Part.BETAS, Part.PATH, Part.ERROR}
_PARAMETERS: Final = frozenset(
    {
        *("max_tokens", "temperature", "top_p", "top_k", "stop_sequences", "thinking"),
        *("tool_choice", "tools", "stream", "metadata", "output_config", "service_tier"),
    }
)
_STOP_REASONS: Final = {"stop": "end_turn", "tool_calls": "tool_use", "length": "max_tokens"}
_ROLES: Final = {
    "human": "user",
    "HumanMessage": "user",
    "ai": "assistant",
    "AIMessage": "assistant",
    "SystemMessage": "system",
    "ToolMessage": "tool",
}


def read_litellm(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A row of LiteLLM's table of spending logs; the answer is in OpenAI's shape."""
    if record.get("call_type") not in (None, "anthropic_messages"):
        yield NotRead(place, "not to a Messages API")
        return
    sent = json_value(record["proxy_server_request"])
    if not isinstance(sent, Mapping) or "messages" not in sent:
        yield NotRead(place, "without a kept request")
        return
    if "litellm_truncated" in json.dumps(sent):
        sent = {**sent, "litellm_truncated": True}
    answer = json_value(record.get("response"))
    message = _of_openai(answer) if isinstance(answer, Mapping) and answer else None
    hides = _LITELLM if message else _LITELLM | {Part.ANSWER}
    sent = {name: value for name, value in sent.items() if name != "litellm_truncated"}
    yield Call(place, sent, status=200 if message else None, answer=message, hides=hides)


def _of_openai(answer: Mapping[str, Any]) -> dict[str, Any] | None:
    choices = answer.get("choices")
    if not isinstance(choices, list) or not choices:
        return None
    said = choices[0].get("message") or {}
    content: list[dict[str, Any]] = [*(said.get("thinking_blocks") or [])]
    if said.get("content"):
        content.append({"type": "text", "text": said["content"]})
    content += [
        {"type": "tool_use", "id": call.get("id"), "name": (call.get("function") or {}).get("name")}
        for call in said.get("tool_calls") or []
    ]
    reason = choices[0].get("finish_reason")
    return {"content": content, "stop_reason": _STOP_REASONS.get(reason, reason)}


def read_langsmith(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A run of LangSmith: of its wrapper of the SDK, or of LangChain."""
    if record["run_type"] != "llm":
        yield NotRead(place, "of a chain or a tool, not of a model")
        return
    inputs = json_value(record["inputs"])
    if not isinstance(inputs, Mapping):
        yield NotRead(place, "without inputs")
        return
    extra = json_value(record.get("extra"))
    extra = extra if isinstance(extra, Mapping) else {}
    messages, given = inputs.get("messages"), dict(inputs)
    hides = _LANGSMITH
    if isinstance(messages, list) and messages and isinstance(messages[0], list):
        hides = _LANGCHAIN
        messages = [_of_langchain(each) for each in messages[0]]
        given = {
            name: value
            for name, value in (extra.get("invocation_params") or {}).items()
            if value is not None and (name in _PARAMETERS or name == "model")
        }
        kept = (record.get("serialized") or {}).get("kwargs") or {}
        given |= {name: kept[name] for name in ("stop_sequences", "betas") if kept.get(name)}
        if "stop_sequences" in kept:
            hides -= {Part.STOP_SEQUENCES}
    body = _with_system(given, messages)
    if body is None:
        yield NotRead(place, "without messages")
        return
    if "betas" not in body:
        hides |= {Part.BETAS}
    answer = _of_langsmith(json_value(record.get("outputs")))
    hides = hides if answer else hides | {Part.ANSWER}
    yield Call(place, body, status=200 if answer else None, answer=answer, hides=hides)


def _of_langsmith(outputs: object) -> Mapping[str, Any] | None:
    if not isinstance(outputs, Mapping):
        return None
    generations = outputs.get("generations")
    if isinstance(generations, list) and generations and isinstance(generations[0], list):
        said = (generations[0][0].get("message") or {}).get("kwargs") or {}
        content = said.get("content")
        blocks = content if isinstance(content, list) else [{"type": "text", "text": content}]
        return {"content": blocks, **(said.get("response_metadata") or {})}
    inner = outputs.get("message")
    message = inner if isinstance(inner, Mapping) else outputs
    return message if isinstance(message.get("content"), list) else None


def _of_langchain(message: Any) -> dict[str, Any]:
    """A message of LangChain as one of the API."""
    kwargs = message.get("kwargs", message)
    name = (message.get("id") or [""])[-1] if isinstance(message.get("id"), list) else ""
    kind = kwargs.get("type") or name
    role = _ROLES.get(name) or _ROLES.get(kind) or kind or "user"
    content: Any = kwargs.get("content")
    if role == "tool":
        result = {
            "type": "tool_result",
            "tool_use_id": kwargs.get("tool_call_id"),
            "content": content,
        }
        if kwargs.get("status") == "error":
            result["is_error"] = True
        return {"role": "user", "content": [result]}
    called = kwargs.get("tool_calls") or []
    if called and not (
        isinstance(content, list) and any(b.get("type") == "tool_use" for b in content)
    ):
        blocks = content if isinstance(content, list) else [{"type": "text", "text": content}]
        content = [
            *blocks,
            *(
                {"type": "tool_use", "id": one["id"], "name": one["name"], "input": one["args"]}
                for one in called
            ),
        ]
    return {"role": role, "content": content}


def read_langfuse(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A generation of Langfuse; its input, output and parameters may be JSON text."""
    sent = json_value(record["input"])
    parameters = json_value(record.get("model_parameters", record.get("modelParameters")))
    given = dict(parameters) if isinstance(parameters, Mapping) else {}
    if isinstance(sent, Mapping):
        messages = sent.get("messages")
        given |= {name: value for name, value in sent.items() if name != "messages"}
    else:
        messages = sent
    given.setdefault("model", record.get("provided_model_name") or record.get("model"))
    if tools := json_value(record.get("tool_definitions")):
        given.setdefault("tools", tools)
    given = {
        name: json_value(value) if isinstance(value, str) else value
        for name, value in given.items()
        if name in _PARAMETERS or name in ("model", "system")
    }
    body = _with_system(given, messages)
    if body is None:
        yield NotRead(place, "without messages")
        return
    answer = json_value(record["output"])
    if isinstance(answer, Mapping) and isinstance(answer.get("content"), list):
        message: Mapping[str, Any] | None = answer
    else:
        message = None
    # What stands in the parameters was kept after all.
    hides = _LANGFUSE - {Part(name) for name in ("thinking", "tool_choice") if name in given}
    hides = hides if message else hides | {Part.ANSWER}
    yield Call(place, body, status=200 if message else None, answer=message, hides=hides)


def read_braintrust(place: str, record: Mapping[str, Any]) -> Iterator[Record]:
    """A span of Braintrust; its wrapper of the SDK puts the system prompt last."""
    if (record.get("span_attributes") or {}).get("type") != "llm":
        yield NotRead(place, "of a chain or a tool, not of a model")
        return
    metadata = record.get("metadata") or {}
    given = {
        name: value for name, value in metadata.items() if name in _PARAMETERS or name == "model"
    }
    body = _with_system(given, json_value(record["input"]))
    if body is None:
        yield NotRead(place, "without messages")
        return
    answer = json_value(record.get("output"))
    message = answer if isinstance(answer, Mapping) and "content" in answer else None
    hides = BODY_ALONE | {Part.BETAS, Part.METADATA, Part.PATH, Part.ERROR}
    hides = hides if message else hides | {Part.ANSWER}
    yield Call(place, body, status=200 if message else None, answer=message, hides=hides)


def _with_system(given: Mapping[str, Any], messages: object) -> dict[str, Any] | None:
    """A body whose system prompt was moved among the messages; None without messages."""
    if isinstance(messages, str):
        messages = [{"role": "user", "content": messages}]
    if not isinstance(messages, list) or not all(isinstance(each, Mapping) for each in messages):
        return None
    body = {name: value for name, value in given.items() if value is not None}
    places = [n for n, each in enumerate(messages) if each.get("role") == "system"]
    # The platforms put it first or last; elsewhere it is a message that the program sent.
    if places and "system" not in body and places[0] in (0, len(messages) - 1):
        body["system"] = messages[places[0]].get("content")
        messages = [each for n, each in enumerate(messages) if n != places[0]]
    return {**body, "messages": messages}


def json_value(value: object) -> object:
    """A value that may be kept as its JSON text."""
    if not isinstance(value, str):
        return value
    try:
        parsed: object = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return parsed
