"""What a call shows, as marks: a walk over the request and its answer that keeps no text.

A mark is a short way to a place in a request or an answer: ``body.temperature``,
``block:image.source:base64``, ``stop_reason:tool_use``. With it may stand a number, or a word of
the API. Which feature a mark shows is said in `feature_table` alone; a mark that it does not know
is listed as what no row covers.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias

from messages_conformance.traffic.calls.call import Call, Part

Value: TypeAlias = int | float | str | None


class Sighting(NamedTuple):
    """A mark, and what was seen there."""

    mark: str
    value: Value = None


class _Unread:
    """A value that source computes, so that reading the source does not tell it."""

    def __repr__(self) -> str:
        return "UNREAD"


UNREAD: Final = _Unread()

_WORD: Final = re.compile(r"[\w.:/+@-]{1,64}", re.ASCII)
_KEY: Final = re.compile(r"[a-z_][a-z0-9_]{0,40}", re.ASCII)
"""A key that may be one of the API, and no datum of the application."""
_TOOL_NAME: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}", re.ASCII)
_LARGEST: Final = 10**15
_DEEPEST: Final = 6
_NESTED: Final = 3
"""Levels of an unknown field that are named."""
_OWN_KEYS: Final = ("schema", "input_schema", "properties", "input", "metadata")
"""Objects whose keys are the program's own words."""
_MOST_BLOCKS: Final = 20_000
_SIMPLE: Final = frozenset(
    {
        *("model", "max_tokens", "temperature", "top_p", "top_k", "service_tier"),
        *("reasoning_effort", "speed", "inference_geo"),
    }
)
"""Fields whose value is a number or a word of the API."""
_COMPUTED: Final = {
    "system": "body.system:computed",
    "stop_sequences": "body.stop_sequences",
    "stream": "body.stream:true",
    "tools": "tool.name",
    "metadata": "body.metadata.user_id",
    "betas": "header:anthropic-beta",
    "mcp_servers": "body.mcp_servers",
    "container": "body.container",
}
"""Fields that show a feature whatever their value, which source may compute."""


def marks_of(call: Call) -> Iterator[Sighting]:
    """Everything that a call shows, in its order."""
    yield from _path(call.path)
    for name, value in call.headers:
        if name == "anthropic-beta":
            yield from (Sighting(f"beta:{beta}", beta) for beta in _words(value.split(",")))
        if name in ("x-api-key", "authorization", "anthropic-version", "anthropic-beta"):
            yield Sighting(f"header:{name}", value if name == "anthropic-version" else None)
    if call.size is not None:
        yield Sighting("size", call.size)
    if call.body is not None and "requests" in call.body and "messages" not in call.body:
        for each in _list(call.body["requests"]):
            yield from body_marks(_mapping(_mapping(each).get("params")))
    elif call.body is not None and ("count_tokens" in call.path or Part.STREAM in call.hides):
        yield from (one for one in body_marks(call.body) if one.mark != "body.stream:false")
    elif call.body is not None:
        yield from body_marks(call.body)
    yield from answer_marks(call.answer)
    if call.status is not None:
        yield Sighting(f"status:{call.status}")


def _path(path: str) -> Iterator[Sighting]:
    bare, _, query = path.partition("?")
    for name in ("count_tokens", "batches", "models", "files", "skills"):
        if f"/{name}" in bare:
            yield Sighting(f"path:{name}")
            break
    else:
        yield Sighting("path:messages")
    if "beta=true" in query:
        yield Sighting("query:beta")


def body_marks(body: Mapping[str, Any]) -> Iterator[Sighting]:
    """What the body of a request shows."""
    for key, value in body.items():
        if value is None:
            continue
        if value is UNREAD and key not in ("messages", "model", "max_tokens"):
            yield Sighting(f"unread:{key}")
            if key in _COMPUTED or key in _SIMPLE:
                yield Sighting(_COMPUTED.get(key, f"body.{key}"))
        elif key in _SIMPLE:
            yield Sighting(f"body.{key}", _shown(value))
            if key == "temperature" and type(value) is int:
                yield Sighting("body.temperature:whole", _number(value))
        elif key not in _READERS:
            yield from _other(f"body.{key}", value)
    for key, read in _READERS.items():
        if body.get(key) is not None and body[key] is not UNREAD:
            yield from read(body[key])
    if "messages" in body and "stream" not in body:
        yield Sighting("body.stream:false")
    yield from _cache_marks(body)


def _other(mark: str, value: object) -> Iterator[Sighting]:
    """A field that nothing here knows: its way, and that of the keys within."""
    yield Sighting(mark, _number(value))
    if isinstance(value, Mapping) and mark.count(".") < _NESTED and not mark.endswith(_OWN_KEYS):
        for key, inner in value.items():
            if isinstance(key, str) and _KEY.fullmatch(key) and inner is not None:
                yield from _other(f"{mark}.{key}", inner)


def _metadata(value: object) -> Iterator[Sighting]:
    """Whether it names a user; other keys are the program's own words."""
    given = _mapping(value)
    if given.get("user_id") is not None:
        yield Sighting("body.metadata.user_id")
    if given.keys() - {"user_id"}:
        yield Sighting("body.metadata.other")


def _stream(value: object) -> Iterator[Sighting]:
    yield Sighting("body.stream:true" if value else "body.stream:false")


def _betas(value: object) -> Iterator[Sighting]:
    yield from (Sighting(f"beta:{beta}", beta) for beta in _words(_list(value)))


def _stop_sequences(value: object) -> Iterator[Sighting]:
    if _list(value):
        yield Sighting("body.stop_sequences", len(_list(value)))


def _system(value: object) -> Iterator[Sighting]:
    if isinstance(value, list | tuple):
        yield Sighting("body.system:blocks", len(value))
        for block in value:
            yield from _keys("system:text", _mapping(block), ("type", "text"))
    elif value:
        yield Sighting("body.system:string")


def _thinking(value: object) -> Iterator[Sighting]:
    setting = _mapping(value)
    kind = setting.get("type")
    if kind is UNREAD:
        yield Sighting("unread:thinking")
    elif isinstance(kind, str) and _KEY.fullmatch(kind):
        yield Sighting(f"body.thinking:{kind}", kind)
    yield from _keys("body.thinking", setting, ("type",))


def _tool_choice(value: object) -> Iterator[Sighting]:
    choice = _mapping(value)
    kind = choice.get("type")
    if kind is UNREAD:
        yield Sighting("unread:tool_choice")
    elif isinstance(kind, str) and _KEY.fullmatch(kind):
        yield Sighting(f"body.tool_choice:{kind}", kind)
    if choice.get("disable_parallel_tool_use"):
        yield Sighting("body.tool_choice.disable_parallel_tool_use")


def _tools(value: object) -> Iterator[Sighting]:
    listed = _list(value)
    if listed:
        yield Sighting("body.tools", len(listed))
    for each in listed:
        tool = _mapping(each)
        kind = tool.get("type")
        if isinstance(kind, str) and kind != "custom":
            yield Sighting(f"tool:{kind}", _shown(kind))
            continue
        if kind == "custom":
            yield Sighting("tool.type:custom")
        for key, inner in tool.items():
            if inner is None or key == "type" or (key == "strict" and not inner):
                continue
            if key == "name":
                yield Sighting("tool.name", len(inner) if isinstance(inner, str) else None)
                if isinstance(inner, str) and not _TOOL_NAME.fullmatch(inner):
                    yield Sighting("tool.name:unusual", len(inner))
            elif key == "cache_control":
                yield Sighting("tool.cache_control")
            elif isinstance(key, str) and _KEY.fullmatch(key):
                yield Sighting(f"tool.{key}")


def _messages(value: object) -> Iterator[Sighting]:
    messages = [_mapping(each) for each in _list(value)]
    yield Sighting("turns", len(messages))
    roles = [message.get("role") for message in messages]
    for role, content in ((m.get("role"), m.get("content")) for m in messages):
        if isinstance(role, str) and _KEY.fullmatch(role):
            yield Sighting(f"role:{role}")
        if isinstance(content, str):
            yield Sighting("content:string")
        blocks = _list(content)
        for block in blocks[:_MOST_BLOCKS]:
            yield from block_marks(_mapping(block))
        calls = [_mapping(block).get("type") == "tool_use" for block in blocks]
        if role == "assistant" and calls and all(calls):
            yield Sighting("turn:calls_alone")
    if any(one == two == "user" for one, two in itertools.pairwise(roles)):
        yield Sighting("turns:user,user")
    if len(roles) > 1 and roles[-1] == "assistant":
        yield Sighting("prefill")


def block_marks(block: Mapping[str, Any], depth: int = 0) -> Iterator[Sighting]:
    """What a content block shows, and those within it."""
    kind = block.get("type")
    if not isinstance(kind, str) or not _KEY.fullmatch(kind) or depth > _DEEPEST:
        return
    mark = f"block:{kind}"
    yield Sighting(mark)
    source = block.get("source")
    if isinstance(source, Mapping) and isinstance(source.get("type"), str):
        yield Sighting(f"{mark}.source:{source['type']}", _shown(source.get("media_type")))
    if kind == "tool_use":
        yield from _call_keys(mark, block)
    elif kind == "tool_result":
        yield from _call_keys(mark, block)
        for inner in _list(block.get("content")):
            yield from block_marks(_mapping(inner), depth + 1)
    elif kind == "document":
        citations = _mapping(block.get("citations"))
        if citations.get("enabled"):
            yield Sighting(f"{mark}.citations")
        yield from _keys(mark, block, ("type", "source", "citations", "context"))
    else:
        yield from _keys(mark, block, ("type", "source", "text", "title", "content", "citations"))
        if block.get("citations"):
            yield Sighting(f"{mark}.citations")


def _call_keys(mark: str, block: Mapping[str, Any]) -> Iterator[Sighting]:
    for key, value in block.items():
        if key == "type" or value is None or (key == "is_error" and value is False):
            continue
        if isinstance(key, str) and _KEY.fullmatch(key):
            yield Sighting(f"{mark}.{key}")


def _keys(mark: str, value: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[Sighting]:
    """The further keys of an object, with their values where those are numbers or words."""
    for key, inner in value.items():
        if key in known or inner is None or not isinstance(key, str) or not _KEY.fullmatch(key):
            continue
        yield Sighting(f"{mark}.{key}", None if key == "cache_control" else _number(inner))


def _cache_marks(body: Mapping[str, Any]) -> Iterator[Sighting]:
    """How many cache marks a request has, and how long they are to last."""
    tools, system = _list(body.get("tools")), _list(body.get("system"))
    blocks = [
        block
        for message in _list(body.get("messages"))
        for block in _list(_mapping(message).get("content"))
    ]
    inner = [b for block in blocks for b in _list(_mapping(block).get("content"))]
    marked = [body, *tools, *system, *blocks, *inner]
    marks = [_mapping(each).get("cache_control") for each in marked]
    found = [mark for mark in marks if mark]
    if found:
        yield Sighting("body.cache_marks", len(found))
    for mark in found:
        ttl = _mapping(mark).get("ttl")
        if isinstance(ttl, str) and _WORD.fullmatch(ttl):
            yield Sighting(f"cache_control.ttl:{ttl}", ttl)


def answer_marks(answer: Mapping[str, Any] | None) -> Iterator[Sighting]:
    """What an answer shows of the program: what it was given, and so may lean on."""
    if answer is None:
        return
    for block in _list(answer.get("content")):
        kind = _mapping(block).get("type")
        if isinstance(kind, str) and _KEY.fullmatch(kind):
            yield Sighting(f"answer:{kind}")
        if _mapping(block).get("citations"):
            yield Sighting("block:text.citations")
    reason = answer.get("stop_reason")
    if isinstance(reason, str) and _KEY.fullmatch(reason):
        yield Sighting(f"stop_reason:{reason}")


_READERS: Final = {
    "stream": _stream,
    "betas": _betas,
    "stop_sequences": _stop_sequences,
    "system": _system,
    "thinking": _thinking,
    "tool_choice": _tool_choice,
    "tools": _tools,
    "messages": _messages,
    "metadata": _metadata,
}


def _list(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _words(values: list[Any]) -> Iterator[str]:
    for value in values:
        word = value.strip() if isinstance(value, str) else ""
        if _WORD.fullmatch(word):
            yield word


def _number(value: object) -> Value:
    """A number that a request may be meant to hold; JSON has no other."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value if -_LARGEST < value < _LARGEST else None
    return None


def _shown(value: object) -> Value:
    """A number, or a word of the API; nothing else of a program's data."""
    if isinstance(value, str) and _WORD.fullmatch(value):
        return value
    return _number(value)
