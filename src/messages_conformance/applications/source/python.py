"""A file of Python as a tree, with libcst, which reads newer syntax than the Python it runs on."""

import ast
from collections.abc import Iterator
from typing import Any, Final

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider

from messages_conformance.applications.source.names import last_name
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
_WORDS: Final = {"True": True, "False": False, "None": None}
_DECORATED: Final = frozenset({"beta_tool", "beta_async_tool"})


def parse(text: str, _suffix: str) -> Module:
    """What a file of Python shows.

    Raises:
        TrafficError: it is no Python.
    """
    try:
        wrapped = MetadataWrapper(cst.parse_module(text), unsafe_skip_copy=True)
    except (cst.ParserSyntaxError, RecursionError) as problem:
        raise TrafficError(
            "is no Python that can be parsed; correct it, or leave it out"
        ) from problem
    reader = _Reader()
    wrapped.visit(reader)
    return reader.module


class _Reader(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        super().__init__()
        self.module = Module()
        self._scopes = [self.module.top]
        self._functions: list[str] = []
        self._classes: list[str] = []

    @property
    def _scope(self) -> Scope:
        return self._scopes[-1]

    def _line(self, node: cst.CSTNode) -> int:
        return int(self.get_metadata(PositionProvider, node).start.line)

    # What stands somewhere.

    def visit_Call(self, node: cst.Call) -> None:
        made = _expression(node)
        if isinstance(made, Call | Access):
            self.module.facts.append(Seen(self._line(node), self._scope, made))
        self._changes(node)
        match made:
            case Call(Name("isinstance"), (asked, types)):
                self._asked_for(node, asked, types)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self._accessed(node)

    def visit_Subscript(self, node: cst.Subscript) -> None:
        self._accessed(node)

    def _accessed(self, node: cst.BaseExpression) -> None:
        made = _expression(node)
        if isinstance(made, Access):
            self.module.facts.append(Seen(self._line(node), self._scope, made))

    def visit_Dict(self, node: cst.Dict) -> None:
        made = _expression(node)
        if isinstance(made, Table):
            self.module.facts.append(Seen(self._line(node), self._scope, made))

    def _changes(self, node: cst.Call) -> None:
        """`kwargs.update(…)`, `kwargs.setdefault(…)`, `betas.append(…)`."""
        if not isinstance(node.func, cst.Attribute):
            return
        target, method = _expression(node.func.value), node.func.attr.value
        plain = [_expression(one.value) for one in node.args if one.keyword is None]
        if method == "update":
            for whole in plain:
                self.module.put(self._scope, target, None, whole)
            for argument in node.args:
                if argument.keyword is not None:
                    value = _expression(argument.value)
                    self.module.put(self._scope, target, argument.keyword.value, value)
        elif method == "setdefault" and len(plain) == 2 and isinstance(plain[0], Literal):
            self.module.put(self._scope, target, str(plain[0].value), plain[1])
        elif method == "append" and plain:
            self.module.add(self._scope, target, plain[0])
        elif method == "extend" and plain and isinstance(plain[0], Row):
            for item in plain[0].items:
                self.module.add(self._scope, target, item)

    # What is compared and caught.

    def visit_Comparison(self, node: cst.Comparison) -> None:
        left = _expression(node.left)
        for target in node.comparisons:
            right = _expression(target.comparator)
            self.module.facts.append(Compared(self._line(node), self._scope, left, right))

    def visit_Match(self, node: cst.Match) -> None:
        subject = _expression(node.subject)
        for case in node.cases:
            for part, value in _of_pattern(case.pattern, subject):
                self.module.facts.append(Compared(self._line(case), self._scope, part, value))

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        types = node.type.elements if isinstance(node.type, cst.Tuple) else [node.type]
        for each in types:
            inner = each.value if isinstance(each, cst.BaseElement) else each
            if inner is not None:
                fact = Caught(self._line(node), self._scope, _expression(inner))
                self.module.facts.append(fact)
        if node.name is not None and isinstance(node.name.name, cst.Name):
            self._scope.bind(node.name.name.value, Name(CAUGHT))

    def _asked_for(self, node: cst.Call, asked: Expression, types: Expression) -> None:
        """`isinstance(error, RateLimitError)`, which is as good as catching it."""
        listed = types.items if isinstance(types, Row) else (types,)
        for each in listed:
            self.module.facts.append(Caught(self._line(node), self._scope, each))
        if isinstance(asked, Name) and any(map(_is_exception, listed)):
            self._scope.bind(asked.id, Name(CAUGHT))

    # What names stand for.

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        self._imported(node.names)

    def visit_Import(self, node: cst.Import) -> None:
        self._imported(node.names)

    def _imported(self, names: Any) -> None:
        for alias in names if not isinstance(names, cst.ImportStar) else ():
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                last = alias.name.attr if isinstance(alias.name, cst.Attribute) else alias.name
                self.module.imported[alias.asname.name.value] = last.value

    def visit_Assign(self, node: cst.Assign) -> None:
        value = _expression(node.value)
        for target in node.targets:
            self._bind(target.target, value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self._bind(node.target, _expression(node.value))

    def visit_NamedExpr(self, node: cst.NamedExpr) -> None:
        self._bind(node.target, _expression(node.value))

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        if isinstance(node.operator, cst.BitOrAssign):
            self.module.put(self._scope, _expression(node.target), None, _expression(node.value))

    def visit_With(self, node: cst.With) -> None:
        for item in node.items:
            if item.asname is not None:
                self._bind(item.asname.name, _expression(item.item))

    def visit_For(self, node: cst.For) -> None:
        self._bind(node.target, Access(_expression(node.iter), "?"))

    def visit_CompFor(self, node: cst.CompFor) -> None:
        self._bind(node.target, Access(_expression(node.iter), "?"))

    def _bind(self, target: cst.BaseExpression, value: Expression) -> None:
        match target:
            case cst.Tuple() | cst.List():
                starred = False
                for number, element in enumerate(target.elements):
                    starred = starred or isinstance(element, cst.StarredElement)
                    self._bind(element.value, Access(value, "?" if starred else str(number)))
            case cst.Subscript():
                made = _expression(target)
                if isinstance(made, Access) and made.key != "?":
                    self.module.put(self._scope, made.of, made.key, value)
                    line = self._line(target)
                    fact = Set(line, self._scope, made.of, made.key, value)
                    self.module.facts.append(fact)
            case cst.Name(value=name):
                self._scope.bind(name, value)
                if self._classes and not self._functions:
                    self.module.top.bind(f"self.{name}", value)
            case cst.Attribute():
                self.module.bind(self._scope, _expression(target), value)

    # Functions.

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._classes.append(node.name.value)

    def leave_ClassDef(self, _node: cst.ClassDef) -> None:
        self._classes.pop()

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        for decorator in node.decorators:
            made = _expression(decorator.decorator)
            if isinstance(made, Name) and made.id in _DECORATED:
                line = self._line(decorator)
                self.module.facts.append(Seen(line, self._scope, Call(made)))
        self._scopes.append(Scope(self._scope))
        self._functions.append(node.name.value)
        # A class is called by its own name.
        name = (
            self._classes[-1]
            if self._classes and node.name.value == "__init__"
            else node.name.value
        )
        for parameter in _parameters(name, node.params):
            self._scope.bind(parameter.name, parameter)
        for one in node.params.params:
            if one.annotation is not None and _is_exception(_expression(one.annotation.annotation)):
                self._scope.bind(one.name.value, Name(CAUGHT))

    def leave_FunctionDef(self, _node: cst.FunctionDef) -> None:
        self._scopes.pop()
        self._functions.pop()

    def visit_Return(self, node: cst.Return) -> None:
        if node.value is not None and self._functions:
            found = (self._scope, _expression(node.value))
            self.module.returned.setdefault(self._functions[-1], []).append(found)


def _parameters(function: str, given: cst.Parameters) -> Iterator[Parameter]:
    listed = [*given.posonly_params, *given.params]
    if listed and listed[0].name.value in ("self", "cls"):
        listed = listed[1:]
    named = [*listed, *given.kwonly_params]
    for number, one in enumerate(named):
        default = _expression(one.default) if one.default is not None else UNKNOWN
        position = number if number < len(listed) else 10_000
        yield Parameter(function, one.name.value, position, default)
    if given.star_kwarg is not None:
        names = tuple(one.name.value for one in named)
        yield Parameter(function, given.star_kwarg.name.value, 10_000, UNKNOWN, True, names)


def _is_exception(type: Expression) -> bool:
    return last_name(type).endswith(("Error", "Exception"))


def _of_pattern(
    pattern: cst.MatchPattern, subject: Expression
) -> Iterator[tuple[Expression, Expression]]:
    """What a pattern compares: parts of the subject, and values."""
    match pattern:
        case cst.MatchValue(value=value):
            yield subject, _expression(value)
        case cst.MatchOr(patterns=elements):
            for element in elements:
                yield from _of_pattern(element.pattern, subject)
        case cst.MatchAs(pattern=cst.MatchPattern() as inner):
            yield from _of_pattern(inner, subject)
        case cst.MatchClass(kwds=keywords):
            for keyword in keywords:
                yield from _of_pattern(keyword.pattern, Access(subject, keyword.key.value))
        case cst.MatchMapping(elements=pairs):
            for pair in pairs:
                key = _expression(pair.key)
                if isinstance(key, Literal):
                    yield from _of_pattern(pair.pattern, Access(subject, str(key.value)))


def _expression(node: cst.BaseExpression, depth: int = 0) -> Expression:
    if depth > _DEEPEST:
        return UNKNOWN
    match node:
        case cst.SimpleString() | cst.ConcatenatedString() | cst.Integer() | cst.Float():
            return _literal(node)
        case cst.FormattedString():
            return Literal("")
        case cst.Name(value=word) if word in _WORDS:
            return Literal(_WORDS[word])
        case cst.Name(value=name):
            return Name(name)
        case cst.UnaryOperation(operator=cst.Minus(), expression=inner):
            value = _expression(inner, depth + 1)
            number = value.value if isinstance(value, Literal) else None
            return Literal(-number) if isinstance(number, int | float) else UNKNOWN
        case cst.Dict(elements=elements):
            return Table(tuple(_pairs(elements, depth + 1)))
        case cst.List(elements=listed) | cst.Tuple(elements=listed) | cst.Set(elements=listed):
            plain = [each for each in listed if isinstance(each, cst.Element)]
            return Row(tuple(_expression(each.value, depth + 1) for each in plain))
        case cst.IfExp(body=one, orelse=other) | cst.BooleanOperation(left=one, right=other):
            return Either((_expression(one, depth + 1), _expression(other, depth + 1)))
        case cst.BinaryOperation(operator=cst.BitOr(), left=one, right=other):
            both = (_expression(one, depth + 1), _expression(other, depth + 1))
            return Table(tuple((None, each) for each in both))
        case cst.Attribute(value=of, attr=name):
            return Access(_expression(of, depth + 1), name.value)
        case cst.Subscript(value=of, slice=[cst.SubscriptElement(slice=cst.Index(value=at))]):
            return _part(_expression(of, depth + 1), _expression(at, depth + 1))
        case cst.Await(expression=inner) | cst.NamedExpr(value=inner):
            return _expression(inner, depth + 1)
        case cst.Call():
            return _call(node, depth)
    return UNKNOWN


def _literal(node: cst.BaseExpression) -> Expression:
    try:
        return Literal(ast.literal_eval(cst.Module([]).code_for_node(node)))
    except (ValueError, SyntaxError, MemoryError):
        return UNKNOWN if isinstance(node, cst.Integer | cst.Float) else Literal("")


def _pairs(elements: Any, depth: int) -> Iterator[tuple[str | None, Expression]]:
    for element in elements:
        value = _expression(element.value, depth)
        if isinstance(element, cst.StarredDictElement):
            yield None, value
        else:
            key = _expression(element.key, depth)
            if isinstance(key, Literal) and isinstance(key.value, str):
                yield key.value, value


def _part(of: Expression, at: Expression) -> Access:
    if isinstance(at, Literal) and isinstance(at.value, str | int):
        key = at.value
        return Access(of, str(key) if isinstance(key, str) or key >= 0 else "?")
    return Access(of, "?", at)


def _call(node: cst.Call, depth: int) -> Expression:
    of = _expression(node.func, depth + 1)
    arguments: list[Expression] = []
    named: list[tuple[str | None, Expression]] = []
    for argument in node.args:
        value = _expression(argument.value, depth + 1)
        if argument.keyword is not None:
            named.append((argument.keyword.value, value))
        elif argument.star == "**":
            named.append((None, value))
        elif not argument.star:
            arguments.append(value)
    match of, arguments:
        case Access(inner, "get" | "pop" | "setdefault"), [key, *_]:
            return _part(inner, key)
        case Name("getattr"), [inner, Literal(str(key)), *_]:
            return Access(inner, key)
        case Name("next"), [Call(Name("iter"), (inner,)), *_]:
            return Access(inner, "0")
    return Call(of, tuple(arguments), tuple(named))
