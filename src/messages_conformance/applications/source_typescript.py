"""Finds calls of the TypeScript SDK in source, and code that reads answers, with tree-sitter."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

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

_MESSAGES_METHODS: Final = frozenset({"create", "stream", "parse", "countTokens", "toolRunner"})
_AI_SDK: Final = frozenset({"generateText", "streamText", "generateObject", "streamObject"})
_RENAMED: Final = {
    **{"maxTokens": "max_tokens", "maxOutputTokens": "max_tokens", "topK": "top_k"},
    **{"topP": "top_p", "stopSequences": "stop_sequences"},
}
_PLAIN: Final = frozenset({"max_tokens", "temperature", "top_k", "top_p", "stop_sequences"})
_DEEPEST: Final = 40
_WORDS: Final = {"true": True, "false": False, "null": None, "undefined": None}


def find(text: str, suffix: str) -> Iterator[tuple[int, tuple[Sighting, ...]]]:
    """The places in a file that show something, each with its line.

    Raises:
        TrafficError: it is no TypeScript or JavaScript.
    """
    if not any(name in text for name in IMPORTS):
        return
    root = _parser(suffix in (".tsx", ".jsx", ".js")).parse(text.encode()).root_node
    if root.type == "ERROR":
        raise TrafficError("is no TypeScript that can be parsed; correct it, or leave it out")
    finder = _Finder(_assigned(root))
    for node in _walk(root):
        finder.visit(node)
    yield from sorted(finder.found, key=lambda one: one[0])


@cache
def _parser(with_jsx: bool) -> Parser:
    """A parser; TypeScript's own type assertions and JSX exclude each other."""
    language = (
        tree_sitter_typescript.language_tsx()
        if with_jsx
        else tree_sitter_typescript.language_typescript()
    )
    return Parser(Language(language))


def _walk(root: Node) -> Iterator[Node]:
    """All nodes, without recursion: source may be nested deeply."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(node.children))


def _assigned(root: Node) -> Names:
    """Names that are declared with a literal, once."""
    names = Names()
    for node in _walk(root):
        if node.type == "variable_declarator":
            name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
            if name is not None and name.type == "identifier" and value is not None:
                names.assign(_text(name), _literal(value, names))
    return names


class _Finder:
    """Collects what the nodes of a file show."""

    def __init__(self, names: Names) -> None:
        self.found: list[tuple[int, tuple[Sighting, ...]]] = []
        self._names = names

    def visit(self, node: Node) -> None:
        """Note what one node shows, apart from its children."""
        match node.type:
            case "call_expression":
                self._call(node)
            case "object":
                self._object(node)
            case "binary_expression":
                self._comparison(node)
            case "switch_case":
                self._switch_case(node)
            case "member_expression" | "subscript_expression":
                path = _path(node)
                if (mark := reads_of_path(path)) is not None:
                    self._add(node, Sighting(mark))

    def _call(self, node: Node) -> None:
        function = node.child_by_field_name("function")
        steps = _path(function) if function is not None else ()
        path = tuple(step for step in steps if step not in WRAPPERS)
        if not path:
            return
        name, arguments = path[-1], _arguments(node, self._names)
        first = arguments[0] if arguments and isinstance(arguments[0], dict) else {}
        if name in _MESSAGES_METHODS and len(path) > 1 and path[-2] == "messages":
            self._messages_call(node, path, name, first, arguments[1:])
        elif name in ("create", "list", "retrieve", "upload", "results") and len(path) > 2:
            if (kind := ENDPOINTS.get(path[-2])) is not None:
                self._add(node, Sighting(f"endpoint:{kind}"))
                for each in _list(first.get("requests")):
                    self._add(node, *body_marks(_mapping(_mapping(each).get("params"))))
        elif name in _AI_SDK:
            self._ai_sdk(node, name, first)
        elif name in METHODS:
            self._add(node, Sighting(f"reads:{METHODS[name]}"))
        elif name == "on" and arguments and arguments[0] == "text":
            self._add(node, Sighting("reads:text_stream"))

    def _messages_call(
        self,
        node: Node,
        path: tuple[str, ...],
        name: str,
        given: dict[str, Any],
        options: list[Any],
    ) -> None:
        body = {"messages": UNREAD, **given}
        sightings = list(body_marks(body))
        if name in ("countTokens", "stream"):
            sightings = [one for one in sightings if one.mark != "body.stream:false"]
            mark = "body.stream:true" if name == "stream" else "endpoint:count_tokens"
            sightings.append(Sighting(mark))
        elif name == "parse":
            sightings.append(Sighting("body.output_config.format"))
        if "beta" in path:
            sightings.append(Sighting("query:beta"))
        for option in options:
            for header, value in _mapping(_mapping(option).get("headers")).items():
                if header.lower() == "anthropic-beta" and isinstance(value, str):
                    sightings += [
                        Sighting(f"beta:{b.strip()}", b.strip()) for b in value.split(",")
                    ]
        self._add(node, *sightings)

    def _ai_sdk(self, node: Node, name: str, given: dict[str, Any]) -> None:
        renamed = {_RENAMED.get(key, key): value for key, value in given.items()}
        body = {key: value for key, value in renamed.items() if key in (*_PLAIN, "system")}
        thinking = _mapping(_mapping(given.get("providerOptions")).get("anthropic")).get("thinking")
        if isinstance(thinking, dict):
            kept = {"type": thinking.get("type"), "budget_tokens": thinking.get("budgetTokens")}
            body["thinking"] = {key: value for key, value in kept.items() if value is not None}
        sightings = list(body_marks(body))
        stream = name.startswith("stream")
        sightings.append(Sighting("body.stream:true" if stream else "body.stream:false"))
        sightings.append(Sighting("body.model"))
        if given.get("tools") is not None:
            sightings += [
                Sighting("tool.name"),
                Sighting("tool.description"),
                Sighting("tool.input_schema"),
            ]
        if "toolChoice" in given:
            choice = given["toolChoice"]
            kind = {"required": "any"}.get(choice, choice) if isinstance(choice, str) else "tool"
            sightings.append(Sighting(f"body.tool_choice:{kind}", kind))
        self._add(node, *sightings)

    def _object(self, node: Node) -> None:
        """A block or a tool that is built apart from the call that sends it."""
        value = _literal(node, self._names)
        if not isinstance(value, dict):
            return
        if isinstance(value.get("type"), str) and value["type"] in CONSTANTS:
            self._add(node, *block_marks(value))
        elif "input_schema" in value and "name" in value:
            self._add(node, *body_marks({"tools": [value]}))

    def _comparison(self, node: Node) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None:
            return
        if _text(operator) == "instanceof":
            for status in EXCEPTIONS.get((_path(right) or ("",))[-1], ()):
                self._add(node, Sighting(f"handles:{status}"))
        elif _text(operator) in ("===", "==", "!==", "!=", ">="):
            path, value = _path(left), _literal(right, self._names)
            if not path:
                return
            if path[-1] == "stop_reason" and isinstance(value, str) and value in STOP_REASONS:
                self._add(node, Sighting(STOP_REASONS[value]))
            elif path[-1] == "status" and isinstance(value, int) and value in STATUSES:
                self._add(node, Sighting(f"handles:{value}"))

    def _switch_case(self, node: Node) -> None:
        value = node.child_by_field_name("value")
        said = _literal(value, Names()) if value is not None else None
        if isinstance(said, str) and said in STOP_REASONS:
            switch = node.parent.parent if node.parent else None
            asked = switch.child_by_field_name("value") if switch else None
            if asked is not None and "stop_reason" in _text(asked):
                self._add(node, Sighting(STOP_REASONS[said]))

    def _add(self, node: Node, *sightings: Sighting) -> None:
        if sightings:
            self.found.append((node.start_point[0] + 1, sightings))


def _arguments(node: Node, names: Names) -> list[Any]:
    listed = node.child_by_field_name("arguments")
    return [_literal(each, names) for each in listed.named_children] if listed else []


def _literal(node: Node, names: Names, depth: int = 0) -> Any:
    """The value of an expression as far as it is written there; `UNREAD` for the rest."""
    if depth > _DEEPEST:
        return UNREAD
    match node.type:
        case "string":
            return "".join(_text(c) for c in node.named_children if c.type == "string_fragment")
        case "template_string":
            return ""
        case "number":
            return _number(_text(node))
        case "true" | "false" | "null" | "undefined":
            return _WORDS[node.type]
        case "identifier":
            return names.get(_text(node))
        case "array":
            return [_literal(each, names, depth + 1) for each in node.named_children]
        case "object":
            return _object(node, names, depth)
        case "as_expression" | "satisfies_expression" | "parenthesized_expression":
            return _literal(node.named_children[0], names, depth + 1)
    return UNREAD


def _object(node: Node, names: Names, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in node.named_children:
        match each.type:
            case "pair":
                key, value = each.child_by_field_name("key"), each.child_by_field_name("value")
                if key is not None and value is not None and key.type != "computed_property_name":
                    found[_text(key).strip("'\"")] = _literal(value, names, depth + 1)
            case "shorthand_property_identifier":
                found[_text(each)] = names.get(_text(each))
            case "spread_element":
                found |= _mapping(_literal(each.named_children[0], names, depth + 1))
    return found


def _number(text: str) -> Any:
    try:
        return int(text.replace("_", ""), 0)
    except ValueError:
        pass
    try:
        return float(text.replace("_", ""))
    except ValueError:
        return UNREAD


def _path(node: Node) -> tuple[str, ...]:
    """An access as a path: ``message.content[0].text`` as message, content, 0, text.

    Empty where it is longer than anybody writes it.
    """
    steps: list[str] = []
    at: Node | None = node
    for _ in range(LONGEST_PATH):
        if at is None:
            return tuple(reversed(steps))
        match at.type:
            case "member_expression":
                name = at.child_by_field_name("property")
                steps.append(_text(name) if name is not None else "?")
                at = at.child_by_field_name("object")
            case "subscript_expression":
                index = at.child_by_field_name("index")
                steps.append(_text(index).strip("'\"") if index is not None else "?")
                at = at.child_by_field_name("object")
            case "call_expression":
                at = at.child_by_field_name("function")
            case "await_expression" | "non_null_expression" | "parenthesized_expression":
                at = at.named_children[0] if at.named_children else None
            case "as_expression":
                at = at.named_children[0]
            case "identifier" | "this":
                return (_text(at), *reversed(steps))
            case _:
                return tuple(reversed(steps))
    return ()


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
