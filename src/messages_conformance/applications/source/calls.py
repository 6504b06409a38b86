"""Calls of the SDKs, and what they pass; requests that are built by hand, and parts of them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from messages_conformance.applications.marks import UNREAD, Sighting, block_marks, body_marks
from messages_conformance.applications.source.names import Names, Path, makes_table
from messages_conformance.applications.source.patterns import (
    CLOUDS,
    CONSTANTS,
    ENDPOINTS,
    METHODS,
    REQUIRED,
    TOOL_MAKERS,
    WRAPPERS,
)
from messages_conformance.applications.source.tree import Call, Expression, Scope, Set, Table

_METHODS: Final = {
    "create": "create",
    "stream": "stream",
    "parse": "parse",
    "count_tokens": "count_tokens",
    "countTokens": "count_tokens",
    "tool_runner": "create",
    "toolRunner": "create",
}
_REQUESTS: Final = frozenset({"create", "list", "retrieve", "upload", "results"})
_NO_FIELDS: Final = ("extra_headers", "extra_query", "timeout", "response_model")
_AI_SDK: Final = frozenset({"generateText", "streamText", "generateObject", "streamObject"})
_AI_SDK_FIELDS: Final = {
    **{"maxTokens": "max_tokens", "maxOutputTokens": "max_tokens", "topK": "top_k"},
    **{"topP": "top_p", "stopSequences": "stop_sequences", "temperature": "temperature"},
    "system": "system",
}
_LANGCHAIN_RENAMED: Final = {
    **{"model_name": "model", "modelName": "model", "max_tokens_to_sample": "max_tokens"},
    **{"maxTokens": "max_tokens", "topK": "top_k", "topP": "top_p", "stop": "stop_sequences"},
    "stopSequences": "stop_sequences",
}
_LANGCHAIN_FIELDS: Final = frozenset(
    {
        *("model", "max_tokens", "temperature", "top_k", "top_p", "stop_sequences", "thinking"),
        *("betas", "mcp_servers", "context_management", "effort", "service_tier"),
    }
)
_TOOL: Final = (
    Sighting("tool.name"),
    Sighting("tool.description"),
    Sighting("tool.input_schema"),
)
_SERVER_TOOL: Final = re.compile(r"[a-z_]+_20\d{6}|mcp_toolset", re.ASCII)
_HEADERS: Final = frozenset({"x-api-key", "authorization", "anthropic-version", "anthropic-beta"})


def call_marks(call: Call, scope: Scope, names: Names) -> Iterator[Sighting]:
    """What one call shows."""
    given = _Given(call, scope, names)
    for whole in names.paths(call.of, scope):
        path = tuple(step for step in whole if step not in WRAPPERS)
        found = list(_of_path(path, given)) if path else []
        if path and makes_table(path[-1]):
            found = list(table_marks(call, scope, names))
        if found:
            yield from found
            return
    yield from given.by_hand()


def _of_path(path: Path, given: "_Given") -> Iterator[Sighting]:
    name, of = path[-1], path[-2] if len(path) > 1 else ""
    if name in _METHODS and of == "messages":
        yield from given.messages_call(path, _METHODS[name])
    elif name in _REQUESTS and of in ENDPOINTS and _is_client(path):
        yield Sighting(f"endpoint:{ENDPOINTS[of]}")
        for each in _list(given.fields().get("requests")):
            yield from body_marks(_mapping(_mapping(each).get("params")))
    elif name == "ChatAnthropic":
        yield from given.langchain()
    elif name in ("bind_tools", "bindTools"):
        yield from given.bound_tools()
    elif name in ("with_structured_output", "withStructuredOutput"):
        yield from (Sighting("tool.name"), Sighting("body.tool_choice:tool", "tool"))
    elif name in _AI_SDK:
        yield from given.ai_sdk(name)
    elif name in METHODS:
        yield Sighting(f"reads:{METHODS[name]}")
    elif name == "on" and given.first() == "text":
        yield Sighting("reads:text_stream")
    elif name in TOOL_MAKERS:
        yield from _TOOL
    elif name in CLOUDS:
        yield Sighting(f"client:{CLOUDS[name]}")
    elif name in ("append", "push") and _is_begun(given.first()):
        yield Sighting("prefill")


class _Given:
    """What a call passes."""

    def __init__(self, call: Call, scope: Scope, names: Names) -> None:
        self._call, self._scope, self._names = call, scope, names

    def first(self) -> Any:
        """The first argument."""
        return self._value(self._call.arguments[0]) if self._call.arguments else UNREAD

    def fields(self) -> dict[str, Any]:
        """The arguments by name; those of an object that comes first, likewise."""
        return self._fields()[0]

    def _value(self, node: Expression) -> Any:
        return self._names.value(node, self._scope)

    def _items(self) -> Iterator[tuple[str | None, Expression]]:
        for argument in self._call.arguments[:1]:
            yield from argument.items if isinstance(argument, Table) else ((None, argument),)
        yield from self._call.named

    def _fields(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The arguments by name, and for those with several values the others."""
        found: dict[str, list[Any]] = {}
        unread = False
        for key, node in self._items():
            if key is None:
                more = self._names.fields(node, self._scope)
                # What comes first may be anything but a dict, where arguments have names.
                unread |= more is None and not (self._call.named and node in self._call.arguments)
                _join(found, more or {})
            elif key == "extra_body":
                _join(found, self._names.fields(node, self._scope) or {})
            else:
                _join(found, {key: self._names.values(node, self._scope)})
        for extra in found.pop("extra_body", []):
            _join(found, {key: [value] for key, value in _mapping(extra).items()})
        if unread and not found.get("messages"):
            found["arguments"] = []
        first = {key: values[0] if values else UNREAD for key, values in found.items()}
        return first, [{key: value} for key, more in found.items() for value in more[1:]]

    def messages_call(self, path: Path, name: str) -> Iterator[Sighting]:
        """A call of `messages.create` and the like."""
        fields, others = self._fields()
        body = dict(fields)
        headers = _mapping(body.get("extra_headers"))
        for option in self._call.arguments[1:]:
            headers = {**headers, **_mapping(_mapping(self._value(option)).get("headers"))}
        if body.get("response_model") is not None:
            yield from (*_TOOL, Sighting("body.tool_choice:tool", "tool"))
        for key in (*_NO_FIELDS, *(() if body.get("output_format") else ("output_format",))):
            body.pop(key, None)
        others = [one for one in others if not one.keys() & {*_NO_FIELDS, "messages"}]
        body.setdefault("messages", UNREAD)
        sightings = [one for each in (body, *others) for one in body_marks(each)]
        if name in ("count_tokens", "stream"):
            sightings = [one for one in sightings if one.mark != "body.stream:false"]
            stream = name == "stream"
            sightings.append(Sighting("body.stream:true" if stream else "endpoint:count_tokens"))
        elif name == "parse":
            sightings.append(Sighting("body.output_config.format"))
        yield from sightings
        if "beta" in path:
            yield Sighting("query:beta")
        yield from _betas(headers)

    def langchain(self) -> Iterator[Sighting]:
        """A model of LangChain."""
        given = {_LANGCHAIN_RENAMED.get(key, key): v for key, v in self.fields().items()}
        yield from body_marks({k: v for k, v in given.items() if k in _LANGCHAIN_FIELDS})
        yield Sighting(f"body.stream:{str(bool(given.get('streaming'))).lower()}")

    def bound_tools(self) -> Iterator[Sighting]:
        """Tools that are given to a model of LangChain."""
        yield from _TOOL
        choice = self.fields().get("tool_choice", _mapping(self._option(1)).get("tool_choice"))
        if isinstance(choice, str):
            kind = choice if choice in ("auto", "any", "none") else "tool"
            yield Sighting(f"body.tool_choice:{kind}", kind)

    def _option(self, number: int) -> Any:
        listed = self._call.arguments
        return self._value(listed[number]) if number < len(listed) else UNREAD

    def ai_sdk(self, name: str) -> Iterator[Sighting]:
        """A call of the Vercel AI SDK."""
        given = self.fields()
        body = {_AI_SDK_FIELDS[k]: v for k, v in given.items() if k in _AI_SDK_FIELDS}
        thinking = _mapping(_mapping(given.get("providerOptions")).get("anthropic")).get("thinking")
        if isinstance(thinking, dict):
            kept = {"type": thinking.get("type"), "budget_tokens": thinking.get("budgetTokens")}
            body["thinking"] = {key: value for key, value in kept.items() if value is not None}
        yield from body_marks(body)
        yield Sighting(f"body.stream:{str(name.startswith('stream')).lower()}")
        yield Sighting("body.model")
        if given.get("tools") is not None:
            yield from _TOOL
        if "toolChoice" in given:
            choice = given["toolChoice"]
            kind = {"required": "any"}.get(choice, choice) if isinstance(choice, str) else "tool"
            yield Sighting(f"body.tool_choice:{kind}", kind)

    def by_hand(self) -> Iterator[Sighting]:
        """A request that is sent without an SDK: an argument that is the body of one."""
        for node in (*self._call.arguments, *(node for _, node in self._call.named)):
            value = self._value(node)
            if isinstance(value, dict) and _is_body(value):
                yield from body_marks(value)
            elif isinstance(value, dict):
                headers = {**value, **_mapping(value.get("headers"))}
                for name in headers:
                    if isinstance(name, str) and name.lower() in _HEADERS - {"authorization"}:
                        yield Sighting(f"header:{name.lower()}")
                yield from _betas(headers)


def table_marks(table: Table | Call, scope: Scope, names: Names) -> Iterator[Sighting]:
    """A block or a tool that is built apart from the call that sends it."""
    fields = names.fields(table, scope) or {}
    value = {key: values[0] if values else UNREAD for key, values in fields.items()}
    kinds = [kind for kind in fields.get("type", ()) if isinstance(kind, str)]
    for kind in kinds:
        if "name" in value and _SERVER_TOOL.fullmatch(kind):
            yield from body_marks({"tools": [{**value, "type": kind}]})
        elif "cache_control" in value or (kind in CONSTANTS and _is_block(kind, value)):
            yield from block_marks({**value, "type": kind})
    if not kinds and "input_schema" in value and "name" in value:
        yield from body_marks({"tools": [value]})
    elif not kinds and "cache_control" in value and "messages" not in value:
        yield Sighting("block:text.cache_control")
    if _mapping(value.get("cache_control")).get("ttl") == "1h":
        yield Sighting("cache_control.ttl:1h", "1h")


def _is_block(kind: str, value: Mapping[str, Any]) -> bool:
    """Whether it has what a block of that type must have."""
    return kind not in REQUIRED or REQUIRED[kind] in value


def set_marks(fact: Set, names: Names) -> Iterator[Sighting]:
    """A cache mark that is put on a block or a tool."""
    if fact.key == "cache_control":
        paths = names.paths(fact.target, fact.scope)
        on_tools = any("tools" in path for path in paths)
        yield Sighting("tool.cache_control" if on_tools else "block:text.cache_control")
        if _mapping(names.value(fact.value, fact.scope)).get("ttl") == "1h":
            yield Sighting("cache_control.ttl:1h", "1h")


def _join(found: dict[str, list[Any]], more: Mapping[str, list[Any]]) -> None:
    for key, values in more.items():
        known = found.setdefault(key, [])
        known += [value for value in values if value not in known]


def _is_body(value: Mapping[str, Any]) -> bool:
    return "messages" in value and "max_tokens" in value


def _betas(headers: Mapping[str, Any]) -> Iterator[Sighting]:
    for header, value in headers.items():
        if header.lower() == "anthropic-beta" and isinstance(value, str):
            yield from (Sighting(f"beta:{b.strip()}", b.strip()) for b in value.split(","))


def _is_begun(turn: Any) -> bool:
    """Whether it is a turn of the model that the program itself wrote: how its answer begins."""
    if _mapping(turn).get("role") != "assistant":
        return False
    content = turn.get("content")
    texts = [_mapping(block).get("text") for block in _list(content)] or [content]
    return any(isinstance(text, str) and text for text in texts)


def _is_client(path: Path) -> bool:
    return len(path) > 2 or path[0].lower().endswith(("client", "anthropic"))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
