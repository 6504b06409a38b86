"""A file of TypeScript or JavaScript as a tree, with tree-sitter."""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import tree_sitter_typescript
from tree_sitter import Language, Node, Parser

from messages_conformance.applications.source.tree import (
    CAUGHT,
    UNKNOWN,
    Access,
    Call,
    Caught,
    Compared,
    Either,
    Expression,
    Literal,
    Module,
    Name,
    Parameter,
    Row,
    Scope,
    Seen,
    Set,
    Table,
)
from messages_conformance.errors import TrafficError

_DEEPEST: Final = 60
_STEPS: Final = frozenset(
    {"member_expression", "subscript_expression", "call_expression", "object", "pair", "array"}
)
_MOST_STEPS: Final = 60
"""Nested expressions of a chain, or of a literal, that are looked at; nobody writes more."""
_WORDS: Final = {"true": True, "false": False, "null": None, "undefined": None}
_COMPARISONS: Final = frozenset({"===", "==", "!==", "!=", ">=", "in"})
_FUNCTIONS: Final = frozenset(
    {
        *("function_declaration", "function_expression", "arrow_function", "method_definition"),
        *("generator_function_declaration", "generator_function"),
    }
)
_WRAPPED: Final = frozenset(
    {
        *("as_expression", "satisfies_expression", "parenthesized_expression"),
        *("non_null_expression", "await_expression", "type_assertion"),
    }
)


def parse(text: str, suffix: str) -> Module:
    """What a file of TypeScript shows.

    Raises:
        TrafficError: it is no TypeScript or JavaScript.
    """
    root = _parser(suffix in (".tsx", ".jsx", ".js")).parse(text.encode()).root_node
    if root.type == "ERROR":
        raise TrafficError("is no TypeScript that can be parsed; correct it, or leave it out")
    reader = _Reader()
    reader.read(root)
    return reader.module


@cache
def _parser(with_jsx: bool) -> Parser:
    """A parser; TypeScript's own type assertions and JSX exclude each other."""
    language = (
        tree_sitter_typescript.language_tsx()
        if with_jsx
        else tree_sitter_typescript.language_typescript()
    )
    return Parser(Language(language))


class _Reader:
    def __init__(self) -> None:
        self.module = Module()

    def read(self, root: Node) -> None:
        """Visit all nodes, without recursion: source may be nested deeply."""
        waiting = [(root, self.module.top, "", 0)]
        while waiting:
            node, scope, function, steps = waiting.pop()
            if node.type in _FUNCTIONS:
                scope, function = self._function(node, scope)
            # Each step of a long chain, a.b.c…, would be looked at from all that follow it.
            steps = steps + 1 if node.type in _STEPS else 0
            if steps < _MOST_STEPS:
                self._visit(node, scope, function)
            waiting.extend((child, scope, function, steps) for child in reversed(node.children))

    def _visit(self, node: Node, scope: Scope, function: str) -> None:
        match node.type:
            case "call_expression" | "new_expression":
                self._call(node, scope)
            case "object" | "member_expression" | "subscript_expression":
                self._seen(node, scope, _expression(node))
            case "binary_expression":
                self._comparison(node, scope)
            case "switch_case":
                self._switch_case(node, scope)
            case "catch_clause":
                if (name := node.child_by_field_name("parameter")) is not None:
                    self._bind(name, Name(CAUGHT), scope)
            case "import_specifier":
                name, alias = node.child_by_field_name("name"), node.child_by_field_name("alias")
                if name is not None and alias is not None:
                    self.module.imported[_text(alias)] = _text(name)
            case "variable_declarator" | "public_field_definition":
                self._declared(node, scope)
            case "assignment_expression":
                self._assigned(node, scope)
            case "for_in_statement":
                left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
                if left is not None and right is not None:
                    self._bind(left, Access(_expression(right), "?"), scope)
            case "return_statement" if node.named_children and function:
                self._returned(function, scope, node.named_children[0])

    def _seen(self, node: Node, scope: Scope, made: Expression) -> None:
        if isinstance(made, Access | Call | Table):
            self.module.facts.append(Seen(_line(node), scope, made))

    def _call(self, node: Node, scope: Scope) -> None:
        made = _expression(node)
        match made:
            case Call(Access(Row() as row, "includes"), (given,)):
                self.module.facts.append(Compared(_line(node), scope, given, row))
            case Call(Access(whole, "includes"), (Literal(str()) as word,)):
                self.module.facts.append(Compared(_line(node), scope, whole, word))
            case Call(Access(Name("Object"), "assign"), (Name() | Access() as target, *given)):
                for each in given:
                    self.module.put(scope, target, None, each)
            case Call(Access(target, "push"), given):
                for each in given:
                    self.module.add(scope, target, each)
        self._seen(node, scope, made)

    def _comparison(self, node: Node, scope: Scope) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None:
            return
        if _text(operator) == "instanceof":
            self.module.facts.append(Caught(_line(node), scope, _expression(right)))
        elif _text(operator) in _COMPARISONS:
            fact = Compared(_line(node), scope, _expression(left), _expression(right))
            self.module.facts.append(fact)

    def _switch_case(self, node: Node, scope: Scope) -> None:
        value = node.child_by_field_name("value")
        switch = node.parent.parent if node.parent else None
        asked = switch.child_by_field_name("value") if switch else None
        if value is not None and asked is not None:
            fact = Compared(_line(node), scope, _expression(asked), _expression(value))
            self.module.facts.append(fact)

    # What names stand for.

    def _declared(self, node: Node, scope: Scope) -> None:
        name, value = node.child_by_field_name("name"), node.child_by_field_name("value")
        if name is None or value is None:
            return
        if node.type == "public_field_definition":
            self.module.top.bind(f"self.{_text(name)}", _expression(value))
        else:
            self._bind(name, _expression(value), scope)

    def _assigned(self, node: Node, scope: Scope) -> None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if left is None or right is None:
            return
        value, target = _expression(right), _expression(left)
        if isinstance(target, Access) and not _is_of_itself(target):
            if target.key != "?":
                self.module.put(scope, target.of, target.key, value)
                fact = Set(_line(node), scope, target.of, target.key, value)
                self.module.facts.append(fact)
        elif isinstance(target, Access):
            self.module.bind(scope, target, value)
        else:
            self._bind(left, value, scope)

    def _bind(self, target: Node, value: Expression, scope: Scope) -> None:
        match target.type:
            case "identifier" | "shorthand_property_identifier_pattern":
                scope.bind(_text(target), value)
            case "object_pattern":
                for each in target.named_children:
                    self._bind_key(each, value, scope)
            case "array_pattern":
                for number, each in enumerate(target.named_children):
                    key = "?" if each.type == "rest_pattern" else str(number)
                    self._bind(each, Access(value, key), scope)
            case "assignment_pattern" | "object_assignment_pattern":
                if (left := target.child_by_field_name("left")) is not None:
                    self._bind(left, value, scope)

    def _bind_key(self, pattern: Node, value: Expression, scope: Scope) -> None:
        to: Node | None = pattern
        match pattern.type:
            case "pair_pattern":
                key, to = pattern.child_by_field_name("key"), pattern.child_by_field_name("value")
            case "object_assignment_pattern":
                key = to = pattern.child_by_field_name("left")
            case _:
                key = pattern
        if key is None or to is None or pattern.type == "rest_pattern":
            return
        part = Access(value, _text(key).strip("'\""))
        self._seen(pattern, scope, part)
        self._bind(to, part, scope)

    # Functions.

    def _function(self, node: Node, outer: Scope) -> tuple[Scope, str]:
        scope, name = Scope(outer), _name_of(node)
        listed = node.child_by_field_name("parameters")
        for number, each in enumerate(listed.named_children if listed else ()):
            pattern = each.child_by_field_name("pattern")
            if pattern is None:
                continue
            if pattern.type == "identifier":
                default = each.child_by_field_name("value")
                value = _expression(default) if default is not None else UNKNOWN
                scope.bind(_text(pattern), Parameter(name, _text(pattern), number, value))
            else:
                self._bind(pattern, Name(f"(argument {number})"), scope)
        body = node.child_by_field_name("body")
        if node.type == "arrow_function" and body is not None and body.type != "statement_block":
            self._returned(name, scope, body)
        return scope, name

    def _returned(self, function: str, scope: Scope, node: Node) -> None:
        if function:
            found = (scope, _expression(node))
            self.module.returned.setdefault(function, []).append(found)


def _is_of_itself(target: Access) -> bool:
    return target.of == Name("this")


def _name_of(function: Node) -> str:
    """The name of a function, or of what it is assigned to."""
    named = function.child_by_field_name("name")
    if named is None and function.parent is not None:
        named = function.parent.child_by_field_name("name")
    return _text(named) if named is not None else ""


def _expression(node: Node, depth: int = 0) -> Expression:
    if depth > _DEEPEST:
        return UNKNOWN
    inner = node.named_children
    match node.type:
        case "string":
            return Literal("".join(_text(c) for c in inner if c.type == "string_fragment"))
        case "template_string":
            return Literal("")
        case "number":
            return _number(_text(node))
        case "true" | "false" | "null" | "undefined":
            return Literal(_WORDS[node.type])
        case "identifier" | "this":
            return Name(_text(node))
        case "array":
            return Row(tuple(_expression(each, depth + 1) for each in inner))
        case "object":
            return Table(tuple(_pairs(node, depth + 1)))
        case "ternary_expression" if len(inner) >= 3:
            return Either(tuple(_expression(each, depth + 1) for each in inner[-2:]))
        case "binary_expression" if _operator(node) in ("??", "||", "&&"):
            return Either(tuple(_expression(each, depth + 1) for each in inner))
        case "member_expression" | "subscript_expression":
            return _access(node, depth)
        case "call_expression" | "new_expression":
            return _call(node, depth)
        case wrapped if wrapped in _WRAPPED and inner:
            at = -1 if wrapped == "type_assertion" else 0
            return _expression(inner[at], depth + 1)
    return UNKNOWN


def _operator(node: Node) -> str:
    operator = node.child_by_field_name("operator")
    return _text(operator) if operator is not None else ""


def _access(node: Node, depth: int) -> Expression:
    of = node.child_by_field_name("object")
    if of is None:
        return UNKNOWN
    made = _expression(of, depth + 1)
    if (name := node.child_by_field_name("property")) is not None:
        return Access(made, _text(name))
    index = node.child_by_field_name("index")
    return _part(made, _expression(index, depth + 1) if index is not None else UNKNOWN)


def _part(of: Expression, at: Expression) -> Access:
    if isinstance(at, Literal) and isinstance(at.value, str | int):
        return Access(of, str(at.value))
    return Access(of, "?", at)


def _call(node: Node, depth: int) -> Expression:
    function = node.child_by_field_name("function") or node.child_by_field_name("constructor")
    listed = node.child_by_field_name("arguments")
    of = _expression(function, depth + 1) if function is not None else UNKNOWN
    given: tuple[Expression, ...] = ()
    if listed is not None and listed.type == "arguments":
        given = tuple(_expression(each, depth + 1) for each in listed.named_children)
    match of, given:
        case Access(inner, "at" | "get"), (Literal() as at,):
            return _part(inner, at)
        case Access(inner, "shift"), ():
            return Access(inner, "0")
    return Call(of, given)


def _pairs(node: Node, depth: int) -> Iterator[tuple[str | None, Expression]]:
    for each in node.named_children:
        match each.type:
            case "pair":
                key, value = each.child_by_field_name("key"), each.child_by_field_name("value")
                if key is not None and value is not None and key.type != "computed_property_name":
                    yield _text(key).strip("'\""), _expression(value, depth)
            case "shorthand_property_identifier":
                yield _text(each), Name(_text(each))
            case "spread_element" if each.named_children:
                yield None, _expression(each.named_children[0], depth)


def _number(text: str) -> Expression:
    plain = text.replace("_", "")
    for read in (_whole, float):
        try:
            return Literal(read(plain))
        except ValueError:
            continue
    return UNKNOWN


def _whole(text: str) -> Any:
    return int(text, 0)


def _line(node: Node) -> int:
    return int(node.start_point[0]) + 1


def _text(node: Node) -> str:
    return (node.text or b"").decode(errors="replace")
