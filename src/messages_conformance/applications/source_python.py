"""Finds calls of the Python SDK in source, and code that reads answers, with libcst."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any, Final

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from messages_conformance.applications.marks import UNREAD, Sighting, block_marks, body_marks
from messages_conformance.applications.reading_patterns import (
    CONSTANTS,
    ENDPOINTS,
    EXCEPTIONS,
    IMPORTS,
    METHODS,
    STATUSES,
    STOP_REASONS,
    reads_of_path,
)
from messages_conformance.errors import TrafficError

_MESSAGES_METHODS: Final = frozenset({"create", "stream", "parse", "count_tokens", "tool_runner"})
_LANGCHAIN: Final = frozenset({"ChatAnthropic"})
_RENAMED: Final = {
    "model_name": "model",
    "max_tokens_to_sample": "max_tokens",
    "stop": "stop_sequences",
}


def find(text: str, _suffix: str) -> Iterator[tuple[int, tuple[Sighting, ...]]]:
    """The places in a file that show something, each with its line.

    Raises:
        TrafficError: it is no Python.
    """
    if not any(name in text for name in IMPORTS):
        return
    try:
        module = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
        finder = _Finder()
        module.visit(finder)
    except (cst.ParserSyntaxError, RecursionError) as problem:
        raise TrafficError(
            "is no Python that can be parsed; correct it, or leave it out"
        ) from problem
    yield from sorted(finder.found, key=lambda one: one[0])


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, tuple[Sighting, ...]]] = []
        self._names: dict[str, Any] = {}

    def visit_Module(self, node: cst.Module) -> None:
        collected = _Assignments()
        node.visit(collected)
        self._names = collected.names

    def visit_Call(self, node: cst.Call) -> None:
        path = _dotted(node.func)
        if not path:
            return
        line = self._line(node)
        arguments = self._arguments(node)
        name = path[-1]
        if name in _MESSAGES_METHODS and len(path) > 1 and path[-2] in ("messages", "completions"):
            self._messages_call(line, path, name, arguments)
        elif name in ("create", "list", "retrieve", "upload", "results") and len(path) > 1:
            if (kind := ENDPOINTS.get(path[-2])) is not None and self._is_client(path):
                self._add(line, Sighting(f"endpoint:{kind}"))
                for each in arguments.get("requests") or []:
                    params = each.get("params") if isinstance(each, dict) else None
                    if isinstance(params, dict):
                        self._add(line, *body_marks(params))
        elif name in _LANGCHAIN:
            given = {_RENAMED.get(key, key): value for key, value in arguments.items()}
            known = {key: value for key, value in given.items() if key in _LANGCHAIN_FIELDS}
            stream = bool(given.get("streaming"))
            self._add(line, *body_marks(known), Sighting(f"body.stream:{str(stream).lower()}"))
        elif name == "bind_tools":
            self._add(line, Sighting("tool.name"), Sighting("tool.input_schema"))
            self._add(line, Sighting("tool.description"))
            choice = arguments.get("tool_choice")
            if isinstance(choice, str):
                kind = choice if choice in ("auto", "any", "none") else "tool"
                self._add(line, Sighting(f"body.tool_choice:{kind}", kind))
        elif name == "with_structured_output":
            self._add(line, Sighting("tool.name"), Sighting("body.tool_choice:tool", "tool"))
        elif name in METHODS:
            self._add(line, Sighting(f"reads:{METHODS[name]}"))

    def _messages_call(
        self, line: int, path: tuple[str, ...], name: str, arguments: dict[str, Any]
    ) -> None:
        body = {**arguments, **_mapping(arguments.get("extra_body"))}
        headers = _mapping(body.pop("extra_headers", None))
        for key in ("extra_body", "extra_query", "timeout", "output_format"):
            if key == "output_format" and body.get(key) is not None:
                continue
            body.pop(key, None)
        body.setdefault("messages", UNREAD)
        sightings = list(body_marks(body))
        if name == "count_tokens":
            sightings = [one for one in sightings if one.mark != "body.stream:false"]
            sightings.append(Sighting("endpoint:count_tokens"))
        elif name == "stream":
            sightings = [one for one in sightings if one.mark != "body.stream:false"]
            sightings.append(Sighting("body.stream:true"))
        elif name == "parse":
            sightings.append(Sighting("body.output_config.format"))
        if "beta" in path:
            sightings.append(Sighting("query:beta"))
        for header, value in headers.items():
            if header.lower() == "anthropic-beta" and isinstance(value, str):
                sightings += [Sighting(f"beta:{b.strip()}", b.strip()) for b in value.split(",")]
        self._add(line, *sightings)

    def visit_Dict(self, node: cst.Dict) -> None:
        """A block that is built apart from the call that sends it."""
        value = _literal(node, self._names)
        if not isinstance(value, dict):
            return
        if isinstance(value.get("type"), str) and value["type"] in CONSTANTS:
            self._add(self._line(node), *block_marks(value))
            if (ttl := _mapping(value.get("cache_control")).get("ttl")) == "1h":
                self._add(self._line(node), Sighting("cache_control.ttl:1h", ttl))
        elif isinstance(value.get("input_schema"), dict) or (
            "input_schema" in value and "name" in value
        ):
            self._add(self._line(node), *body_marks({"tools": [value]}))

    def visit_Comparison(self, node: cst.Comparison) -> None:
        path = _dotted(node.left)
        texts = [_literal(target.comparator, self._names) for target in node.comparisons]
        values = [one for t in texts for one in (t if isinstance(t, list | tuple) else [t])]
        for value in values:
            if path and path[-1] == "stop_reason" and value in STOP_REASONS:
                self._add(self._line(node), Sighting(STOP_REASONS[value]))
            if path and path[-1] in ("status_code", "status") and value in STATUSES:
                self._add(self._line(node), Sighting(f"handles:{value}"))

    def visit_MatchCase(self, node: cst.MatchCase) -> None:
        """`match message.stop_reason: case "tool_use"`."""
        if isinstance(node.pattern, cst.MatchValue):
            value = _literal(node.pattern.value, self._names)
            if value in STOP_REASONS:
                self._add(self._line(node), Sighting(STOP_REASONS[value]))

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        types = node.type.elements if isinstance(node.type, cst.Tuple) else [node.type]
        for each in types:
            inner = each.value if isinstance(each, cst.Element) else each
            path = _dotted(inner) if isinstance(inner, cst.BaseExpression) else ()
            for status in EXCEPTIONS.get(path[-1] if path else "", ()):
                self._add(self._line(node), Sighting(f"handles:{status}"))

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self._reads(node, _dotted(node))

    def visit_Subscript(self, node: cst.Subscript) -> None:
        self._reads(node, _dotted(node))

    def _reads(self, node: cst.CSTNode, path: tuple[str, ...]) -> None:
        mark = reads_of_path(path)
        if mark:
            self._add(self._line(node), Sighting(mark))

    def _is_client(self, path: tuple[str, ...]) -> bool:
        return len(path) > 2 or path[0].lower().endswith(("client", "anthropic"))

    def _arguments(self, node: cst.Call) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for argument in node.args:
            if argument.keyword is not None:
                found[argument.keyword.value] = _literal(argument.value, self._names)
            elif argument.star == "**":
                found |= _mapping(_literal(argument.value, self._names))
        return found

    def _line(self, node: cst.CSTNode) -> int:
        position = self.get_metadata(PositionProvider, node)
        return int(position.start.line)

    def _add(self, line: int, *sightings: Sighting) -> None:
        if sightings:
            self.found.append((line, sightings))


_LANGCHAIN_FIELDS: Final = frozenset(
    {
        *("model", "max_tokens", "temperature", "top_k", "top_p", "stop_sequences", "thinking"),
        *("betas", "mcp_servers", "context_management", "effort", "service_tier"),
    }
)


class _Assignments(cst.CSTVisitor):
    """Names that are assigned a literal once."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, Any] = {}

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            if isinstance(target.target, cst.Name):
                self._set(target.target.value, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if isinstance(node.target, cst.Name) and node.value is not None:
            self._set(node.target.value, node.value)

    def _set(self, name: str, value: cst.BaseExpression) -> None:
        self.names[name] = UNREAD if name in self.names else _literal(value, self.names)


def _literal(node: cst.BaseExpression, names: Mapping[str, Any], depth: int = 0) -> Any:
    """The value of an expression as far as it is written there; `UNREAD` for the rest."""
    if depth > 40:
        return UNREAD
    match node:
        case cst.SimpleString() | cst.Integer() | cst.Float() | cst.ConcatenatedString():
            try:
                return ast.literal_eval(cst.Module([]).code_for_node(node))
            except (ValueError, SyntaxError, MemoryError):
                return "" if not isinstance(node, cst.Integer | cst.Float) else UNREAD
        case cst.FormattedString():
            return ""
        case cst.Name(value="True" | "False" | "None" as word):
            return {"True": True, "False": False, "None": None}[word]
        case cst.Name(value=name):
            return names.get(name, UNREAD)
        case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
            value = _literal(inner, names, depth + 1)
            return -value if isinstance(value, int | float) else UNREAD
        case cst.Dict():
            return _dict(node, names, depth)
        case cst.List() | cst.Tuple():
            return [
                _literal(element.value, names, depth + 1)
                for element in node.elements
                if isinstance(element, cst.Element)
            ]
        case cst.Call(func=cst.Name(value="dict")):
            return {
                a.keyword.value: _literal(a.value, names, depth + 1) for a in node.args if a.keyword
            }
        case cst.Call(func=cst.Name(value="NotGiven")) | cst.Attribute():
            return UNREAD
    return UNREAD


def _dict(node: cst.Dict, names: Mapping[str, Any], depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in node.elements:
        value = _literal(element.value, names, depth + 1)
        if isinstance(element, cst.StarredDictElement):
            found |= _mapping(value)
        elif isinstance(element, cst.DictElement):
            key = _literal(element.key, names, depth + 1)
            if isinstance(key, str):
                found[key] = value
    return found


def _dotted(node: cst.BaseExpression) -> tuple[str, ...]:
    """An access as a path: ``message.content[0].text`` as message, content, 0, text."""
    steps: list[str] = []
    while True:
        match node:
            case cst.Attribute(value=inner, attr=attr):
                steps.append(attr.value)
                node = inner
            case cst.Subscript(
                value=inner, slice=[cst.SubscriptElement(slice=cst.Index(value=at))]
            ):
                key = _literal(at, {})
                steps.append(str(key) if isinstance(key, str | int) else "?")
                node = inner
            case cst.Call(
                func=cst.Attribute(value=inner, attr=cst.Name(value="get")), args=[first, *_]
            ):
                key = _literal(first.value, {})
                steps.append(str(key) if isinstance(key, str | int) else "?")
                node = inner
            case cst.Call(func=inner) | cst.Await(expression=inner):
                node = inner
            case cst.Name(value=name):
                steps.append(name)
                return tuple(reversed(steps))
            case _:
                return tuple(reversed(steps)) if len(steps) > 1 else ()


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
