"""Finds calls of the Python SDK in source, and code that reads answers."""

import ast
import platform
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, Final

from messages_conformance.applications.marks import UNREAD, Sighting, block_marks, body_marks
from messages_conformance.applications.reading_patterns import (
    CONSTANTS,
    ENDPOINTS,
    EXCEPTIONS,
    IMPORTS,
    METHODS,
    STATUSES,
    STOP_REASONS,
    WRAPPERS,
    reads_of_path,
)
from messages_conformance.applications.source_names import LONGEST_PATH, Names
from messages_conformance.errors import TrafficError

_MESSAGES_METHODS: Final = frozenset({"create", "stream", "parse", "count_tokens", "tool_runner"})
_HANDLED: Final[Mapping[object, str]] = {status: f"handles:{status}" for status in STATUSES}
_DEEPEST: Final = 40
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
    nodes = tuple(ast.walk(_parsed(text)))
    finder = _Finder(_assigned(nodes))
    for node in nodes:
        finder.visit(node)
    yield from sorted(finder.found, key=lambda one: one[0])


def _parsed(text: str) -> ast.Module:
    """The tree of a file; Python's own parser gives up what is nested too deeply."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise TrafficError(
            f"is no Python that can be parsed by Python {platform.python_version()}; correct it, "
            "leave it out, or run this with the Python that it is written for"
        ) from problem


def _assigned(nodes: tuple[ast.AST, ...]) -> Names:
    """Names that are assigned a literal, once."""
    names = Names()
    for node in nodes:
        match node:
            case ast.Assign(targets=targets, value=value):
                pass
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                targets = [target]
            case _:
                continue
        for each in targets:
            if isinstance(each, ast.Name):
                names.assign(each.id, _literal(value, names))
    return names


class _Finder:
    """Collects what the nodes of a file show."""

    def __init__(self, names: Names) -> None:
        self.found: list[tuple[int, tuple[Sighting, ...]]] = []
        self._names = names

    def visit(self, node: ast.AST) -> None:
        """Note what one node shows, apart from its children."""
        match node:
            case ast.Call():
                self._call(node)
            case ast.Dict():
                self._block(node)
            case ast.Compare():
                self._comparison(node)
            case ast.MatchValue(value=value):
                # `match message.stop_reason: case "tool_use"`
                said = _literal(value, self._names)
                if isinstance(said, str) and said in STOP_REASONS:
                    self._add(node.lineno, Sighting(STOP_REASONS[said]))
            case ast.ExceptHandler(type=ast.expr() as caught):
                self._except(caught, node.lineno)
            case ast.Attribute() | ast.Subscript():
                if mark := reads_of_path(_dotted(node)):
                    self._add(node.lineno, Sighting(mark))

    def _call(self, node: ast.Call) -> None:
        path = tuple(step for step in _dotted(node.func) if step not in WRAPPERS)
        if not path:
            return
        line = node.lineno
        arguments = self._arguments(node)
        name = path[-1]
        if name in _MESSAGES_METHODS and len(path) > 1 and path[-2] in ("messages", "completions"):
            self._messages_call(line, path, name, arguments)
        elif name in ("create", "list", "retrieve", "upload", "results") and len(path) > 1:
            if (kind := ENDPOINTS.get(path[-2])) is not None and self._is_client(path):
                self._add(line, Sighting(f"endpoint:{kind}"))
                requests = arguments.get("requests")
                for each in requests if isinstance(requests, list) else []:
                    self._add(line, *body_marks(_mapping(_mapping(each).get("params"))))
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

    def _block(self, node: ast.Dict) -> None:
        """A block or a tool that is built apart from the call that sends it."""
        value = _literal(node, self._names)
        if not isinstance(value, dict):
            return
        if isinstance(value.get("type"), str) and value["type"] in CONSTANTS:
            self._add(node.lineno, *block_marks(value))
            if (ttl := _mapping(value.get("cache_control")).get("ttl")) == "1h":
                self._add(node.lineno, Sighting("cache_control.ttl:1h", ttl))
        elif isinstance(value.get("input_schema"), dict) or (
            "input_schema" in value and "name" in value
        ):
            self._add(node.lineno, *body_marks({"tools": [value]}))

    def _comparison(self, node: ast.Compare) -> None:
        path = _dotted(node.left)
        if not path or path[-1] not in ("stop_reason", "status_code", "status"):
            return
        known = STOP_REASONS if path[-1] == "stop_reason" else _HANDLED
        for compared in node.comparators:
            value = _literal(compared, self._names)
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str | int) and each in known:
                    self._add(node.lineno, Sighting(known[each]))

    def _except(self, caught: ast.expr, line: int) -> None:
        for each in caught.elts if isinstance(caught, ast.Tuple) else [caught]:
            path = _dotted(each)
            for status in EXCEPTIONS.get(path[-1] if path else "", ()):
                self._add(line, Sighting(f"handles:{status}"))

    def _is_client(self, path: tuple[str, ...]) -> bool:
        return len(path) > 2 or path[0].lower().endswith(("client", "anthropic"))

    def _arguments(self, node: ast.Call) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for argument in node.keywords:
            given = _literal(argument.value, self._names)
            if argument.arg is not None:
                found[argument.arg] = given
            else:
                found |= given if isinstance(given, dict) else {"arguments": UNREAD}
        return found

    def _add(self, line: int, *sightings: Sighting) -> None:
        if sightings:
            self.found.append((line, sightings))


_LANGCHAIN_FIELDS: Final = frozenset(
    {
        *("model", "max_tokens", "temperature", "top_k", "top_p", "stop_sequences", "thinking"),
        *("betas", "mcp_servers", "context_management", "effort", "service_tier"),
    }
)


def _literal(node: ast.expr, names: Names, depth: int = 0) -> Any:
    """The value of an expression as far as it is written there; `UNREAD` for the rest."""
    if depth > _DEEPEST:
        return UNREAD
    match node:
        case ast.Constant(value=str() | int() | float() | None as value):
            return value
        case ast.Constant(value=bytes()) | ast.JoinedStr():
            return ""
        case ast.Name(id=name):
            return names.get(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            value = _literal(inner, names, depth + 1)
            return -value if isinstance(value, int | float) else UNREAD
        case ast.Dict():
            return _dict(node, names, depth)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return [
                _literal(element, names, depth + 1)
                for element in elements
                if not isinstance(element, ast.Starred)
            ]
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            return {a.arg: _literal(a.value, names, depth + 1) for a in keywords if a.arg}
    return UNREAD


def _dict(node: ast.Dict, names: Names, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, inner in zip(node.keys, node.values, strict=True):
        value = _literal(inner, names, depth + 1)
        if key is None:
            found |= _mapping(value)
        elif isinstance(name := _literal(key, names, depth + 1), str):
            found[name] = value
    return found


def _dotted(node: ast.expr) -> tuple[str, ...]:
    """An access as a path: ``message.content[0].text`` as message, content, 0, text.

    Empty where it is none, or longer than anybody writes it.
    """
    steps: list[str] = []
    for _ in range(LONGEST_PATH):
        match node:
            case ast.Attribute(value=inner, attr=name):
                steps.append(name)
                node = inner
            case ast.Subscript(value=inner, slice=at):
                steps.append(_step(at))
                node = inner
            case ast.Call(func=ast.Attribute(value=inner, attr="get"), args=[first, *_]):
                steps.append(_step(first))
                node = inner
            case ast.Call(func=inner) | ast.Await(value=inner):
                node = inner
            case ast.Name(id=name):
                return (name, *reversed(steps))
            case _:
                return tuple(reversed(steps)) if len(steps) > 1 else ()
    return ()


def _step(node: ast.expr) -> str:
    key = _literal(node, Names())
    return str(key) if isinstance(key, str) or type(key) is int else "?"


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
