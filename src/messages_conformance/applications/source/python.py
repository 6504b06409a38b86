"""A file of Python as a tree, by Python's own parser, which refuses what is nested too deeply."""

import ast
import platform
import warnings
from collections.abc import Iterator
from typing import Final

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
_DECORATED: Final = frozenset({"beta_tool", "beta_async_tool"})
_NO_POSITION: Final = 10_000


def parse(text: str, _suffix: str) -> Module:
    """What a file of Python shows.

    Raises:
        RecursionError: it is nested too deeply.
        TrafficError: it is no Python.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise TrafficError(
            f"is no Python that can be parsed by Python {platform.python_version()}; correct it, "
            "leave it out, or run this with the Python that it is written for"
        ) from problem
    reader = _Reader()
    reader.visit(tree)
    return reader.module


class _Reader(ast.NodeVisitor):
    """Collects what the nodes of a file show, each in the scope where it stands."""

    def __init__(self) -> None:
        self.module = Module()
        self._scopes = [self.module.top]
        self._functions: list[str] = []
        self._classes: list[str] = []

    @property
    def _scope(self) -> Scope:
        return self._scopes[-1]

    # What stands somewhere.

    def visit_Call(self, node: ast.Call) -> None:
        self._seen(node)
        self._changes(node)
        match _expression(node):
            case Call(Name("isinstance"), (asked, types)):
                self._asked_for(node, asked, types)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self._seen(node)
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self._seen(node)
        self.generic_visit(node)

    def visit_Dict(self, node: ast.Dict) -> None:
        self._seen(node)
        self.generic_visit(node)

    def _seen(self, node: ast.expr) -> None:
        made = _expression(node)
        if isinstance(made, Call | Access | Table):
            self.module.facts.append(Seen(node.lineno, self._scope, made))

    def _changes(self, node: ast.Call) -> None:
        """`kwargs.update(…)`, `kwargs.setdefault(…)`, `betas.append(…)`."""
        if not isinstance(node.func, ast.Attribute):
            return
        target, method = _expression(node.func.value), node.func.attr
        plain = [_expression(one) for one in node.args]
        if method == "update":
            for whole in plain:
                self.module.put(self._scope, target, None, whole)
            for keyword in node.keywords:
                if keyword.arg is not None:
                    self.module.put(self._scope, target, keyword.arg, _expression(keyword.value))
        elif method == "setdefault" and len(plain) == 2 and isinstance(plain[0], Literal):
            self.module.put(self._scope, target, str(plain[0].value), plain[1])
        elif method == "append" and plain:
            self.module.add(self._scope, target, plain[0])
        elif method == "extend" and plain and isinstance(plain[0], Row):
            for item in plain[0].items:
                self.module.add(self._scope, target, item)

    # What is compared and caught.

    def visit_Compare(self, node: ast.Compare) -> None:
        left = _expression(node.left)
        for other in node.comparators:
            fact = Compared(node.lineno, self._scope, left, _expression(other))
            self.module.facts.append(fact)
        self.generic_visit(node)

    def visit_Match(self, node: ast.Match) -> None:
        subject = _expression(node.subject)
        for case in node.cases:
            for part, value in _of_pattern(case.pattern, subject):
                fact = Compared(case.pattern.lineno, self._scope, part, value)
                self.module.facts.append(fact)
        self.generic_visit(node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        types = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        for each in types:
            if each is not None:
                self.module.facts.append(Caught(node.lineno, self._scope, _expression(each)))
        if node.name is not None:
            self._scope.bind(node.name, Name(CAUGHT))
        self.generic_visit(node)

    def _asked_for(self, node: ast.Call, asked: Expression, types: Expression) -> None:
        """`isinstance(error, RateLimitError)`, which is as good as catching it."""
        listed = types.items if isinstance(types, Row) else (types,)
        for each in listed:
            self.module.facts.append(Caught(node.lineno, self._scope, each))
        if isinstance(asked, Name) and any(map(_is_exception, listed)):
            self._scope.bind(asked.id, Name(CAUGHT))

    # What names stand for.

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self._imported(node.names)

    def visit_Import(self, node: ast.Import) -> None:
        self._imported(node.names)

    def _imported(self, names: list[ast.alias]) -> None:
        for alias in names:
            if alias.asname is not None:
                self.module.imported[alias.asname] = alias.name.rpartition(".")[2]

    def visit_Assign(self, node: ast.Assign) -> None:
        value = _expression(node.value)
        for target in node.targets:
            self._bind(target, value)
        self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._bind(node.target, _expression(node.value))
        self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._bind(node.target, _expression(node.value))
        self.generic_visit(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.op, ast.BitOr):
            self.module.put(self._scope, _expression(node.target), None, _expression(node.value))
        self.generic_visit(node)

    def visit_withitem(self, node: ast.withitem) -> None:
        if node.optional_vars is not None:
            self._bind(node.optional_vars, _expression(node.context_expr))
        self.generic_visit(node)

    def visit_For(self, node: ast.For) -> None:
        self._bind(node.target, Access(_expression(node.iter), "?"))
        self.generic_visit(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self._bind(node.target, Access(_expression(node.iter), "?"))
        self.generic_visit(node)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        self._bind(node.target, Access(_expression(node.iter), "?"))
        self.generic_visit(node)

    def _bind(self, target: ast.expr, value: Expression) -> None:
        match target:
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                starred = False
                for number, element in enumerate(elements):
                    starred = starred or isinstance(element, ast.Starred)
                    inner = element.value if isinstance(element, ast.Starred) else element
                    self._bind(inner, Access(value, "?" if starred else str(number)))
            case ast.Subscript():
                made = _expression(target)
                if isinstance(made, Access) and made.key != "?":
                    self.module.put(self._scope, made.of, made.key, value)
                    fact = Set(target.lineno, self._scope, made.of, made.key, value)
                    self.module.facts.append(fact)
            case ast.Name(id=name):
                self._scope.bind(name, value)
                if self._classes and not self._functions:
                    self.module.top.bind(f"self.{name}", value)
            case ast.Attribute():
                self.module.bind(self._scope, _expression(target), value)

    # Functions.

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._classes.append(node.name)
        self.generic_visit(node)
        self._classes.pop()

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for decorator in node.decorator_list:
            made = _expression(decorator)
            if isinstance(made, Name) and made.id in _DECORATED:
                self.module.facts.append(Seen(decorator.lineno, self._scope, Call(made)))
        self._scopes.append(Scope(self._scope))
        self._functions.append(node.name)
        # A class is called by its own name.
        is_constructor = bool(self._classes) and node.name == "__init__"
        name = self._classes[-1] if is_constructor else node.name
        for parameter in _parameters(name, node.args):
            self._scope.bind(parameter.name, parameter)
        for one in node.args.args:
            if one.annotation is not None and _is_exception(_expression(one.annotation)):
                self._scope.bind(one.arg, Name(CAUGHT))
        self.generic_visit(node)
        self._scopes.pop()
        self._functions.pop()

    def visit_Return(self, node: ast.Return) -> None:
        if node.value is not None and self._functions:
            found = (self._scope, _expression(node.value))
            self.module.returned.setdefault(self._functions[-1], []).append(found)
        self.generic_visit(node)


def _parameters(function: str, given: ast.arguments) -> Iterator[Parameter]:
    listed = [*given.posonlyargs, *given.args]
    defaults: list[ast.expr | None] = [None] * (len(listed) - len(given.defaults))
    defaults += given.defaults
    if listed and listed[0].arg in ("self", "cls"):
        listed, defaults = listed[1:], defaults[1:]
    named = [*listed, *given.kwonlyargs]
    for number, (one, default) in enumerate(
        zip(named, [*defaults, *given.kw_defaults], strict=True)
    ):
        position = number if number < len(listed) else _NO_POSITION
        value = _expression(default) if default is not None else UNKNOWN
        yield Parameter(function, one.arg, position, value)
    if given.kwarg is not None:
        names = tuple(one.arg for one in named)
        yield Parameter(function, given.kwarg.arg, _NO_POSITION, UNKNOWN, True, names)


def _is_exception(type: Expression) -> bool:
    return last_name(type).endswith(("Error", "Exception"))


def _of_pattern(
    pattern: ast.pattern, subject: Expression
) -> Iterator[tuple[Expression, Expression]]:
    """What a pattern compares: parts of the subject, and values."""
    match pattern:
        case ast.MatchValue(value=value):
            yield subject, _expression(value)
        case ast.MatchOr(patterns=options):
            for option in options:
                yield from _of_pattern(option, subject)
        case ast.MatchAs(pattern=ast.pattern() as inner):
            yield from _of_pattern(inner, subject)
        case ast.MatchClass(kwd_attrs=names, kwd_patterns=patterns):
            for name, inner in zip(names, patterns, strict=True):
                yield from _of_pattern(inner, Access(subject, name))
        case ast.MatchMapping(keys=keys, patterns=patterns):
            for key, inner in zip(keys, patterns, strict=True):
                found = _expression(key)
                if isinstance(found, Literal):
                    yield from _of_pattern(inner, Access(subject, str(found.value)))


def _expression(node: ast.expr, depth: int = 0) -> Expression:
    if depth > _DEEPEST:
        return UNKNOWN
    match node:
        case ast.Constant(value=value):
            return Literal("" if isinstance(value, bytes) else value)
        case ast.JoinedStr():
            return Literal("")
        case ast.Name(id=name):
            return Name(name)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            negated = _expression(inner, depth + 1)
            number = negated.value if isinstance(negated, Literal) else None
            return Literal(-number) if isinstance(number, int | float) else UNKNOWN
        case ast.Dict(keys=keys, values=values):
            return Table(tuple(_pairs(keys, values, depth + 1)))
        case ast.List(elts=listed) | ast.Tuple(elts=listed) | ast.Set(elts=listed):
            plain = [each for each in listed if not isinstance(each, ast.Starred)]
            return Row(tuple(_expression(each, depth + 1) for each in plain))
        case ast.IfExp(body=one, orelse=other):
            return Either((_expression(one, depth + 1), _expression(other, depth + 1)))
        case ast.BoolOp(values=options):
            return Either(tuple(_expression(one, depth + 1) for one in options))
        case ast.BinOp(op=ast.BitOr(), left=one, right=other):
            both = (_expression(one, depth + 1), _expression(other, depth + 1))
            return Table(tuple((None, each) for each in both))
        case ast.Attribute(value=of, attr=name):
            return Access(_expression(of, depth + 1), name)
        case ast.Subscript(slice=ast.Slice()):
            return UNKNOWN
        case ast.Subscript(value=of, slice=at):
            return _part(_expression(of, depth + 1), _expression(at, depth + 1))
        case ast.Await(value=inner) | ast.NamedExpr(value=inner):
            return _expression(inner, depth + 1)
        case ast.Call():
            return _call(node, depth)
    return UNKNOWN


def _pairs(
    keys: list[ast.expr | None], values: list[ast.expr], depth: int
) -> Iterator[tuple[str | None, Expression]]:
    for key, value in zip(keys, values, strict=True):
        if key is None:
            yield None, _expression(value, depth)
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, _expression(value, depth)


def _part(of: Expression, at: Expression) -> Access:
    if isinstance(at, Literal) and isinstance(at.value, str | int):
        key = at.value
        return Access(of, str(key) if isinstance(key, str) or key >= 0 else "?")
    return Access(of, "?", at)


def _call(node: ast.Call, depth: int) -> Expression:
    of = _expression(node.func, depth + 1)
    plain = [one for one in node.args if not isinstance(one, ast.Starred)]
    arguments = tuple(_expression(one, depth + 1) for one in plain)
    named = tuple((one.arg, _expression(one.value, depth + 1)) for one in node.keywords)
    match of, arguments:
        case Access(inner, "get" | "pop" | "setdefault"), (key, *_):
            return _part(inner, key)
        case Name("getattr"), (inner, Literal(str(key)), *_):
            return Access(inner, key)
        case Name("next"), (Call(Name("iter"), (inner,)), *_):
            return Access(inner, "0")
    return Call(of, arguments, named)
