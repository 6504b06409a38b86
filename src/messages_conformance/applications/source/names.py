"""What a name stands for, as far as its file shows it.

A search, not an interpreter: a name that is given several values stands for all of them, and what
depends on other files, or is computed, is `UNREAD`.
"""

from collections.abc import Iterator
from typing import Any, Final

from messages_conformance.applications.marks import UNREAD
from messages_conformance.applications.source.tree import (
    Access,
    Call,
    Either,
    Expression,
    Items,
    Literal,
    Module,
    Name,
    Parameter,
    Row,
    Scope,
    Seen,
    Table,
    name_of,
)

Path = tuple[str, ...]

_DEEPEST: Final = 24
_MOST_OPTIONS: Final = 6
_MOST_STEPS: Final = 2_000
"""Expressions that are looked at for one place: names may stand for each other in many ways."""
_COPIES: Final = frozenset({"copy", "deepcopy", "structuredClone", "cast", "freeze"})
"""Functions that return what they are given."""


class Names:
    """Looks names up in one module."""

    def __init__(self, module: Module) -> None:
        self._module = module
        self._steps = 0
        self._calls: dict[str, list[tuple[Scope, Call]]] = {}
        for fact in module.facts:
            if isinstance(fact, Seen) and isinstance(fact.expression, Call):
                name = last_name(fact.expression.of)
                if name:
                    self._calls.setdefault(name, []).append((fact.scope, fact.expression))

    def paths(self, node: Expression, scope: Scope, depth: int = 0) -> list[Path]:
        """The ways that an expression goes, from where it begins: ``message.content[0].text``.

        A name that stands for a way, as `content` does after ``content = message.content``, is
        replaced by it.
        """
        if self._is_too_far(depth):
            return []
        match node:
            case Access(of, key):
                if (own := name_of(node)) is not None and (found := self._bound(own, depth, scope)):
                    return found
                begun = self.paths(of, scope, depth + 1)
                return [(*path, key) for path in begun]
            case Call(of, (first, *_)) if last_name(of) in _COPIES:
                return self.paths(first, scope, depth + 1)
            case Call(of):
                return self.paths(of, scope, depth + 1)
            case Either(options):
                found = [p for one in options for p in self.paths(one, scope, depth + 1)]
                return found[:_MOST_OPTIONS]
            case Name(id):
                begun = self._bound(id, depth, scope) or [(id,)]
                return [(self._module.imported.get(path[0], path[0]), *path[1:]) for path in begun]
        return []

    def _is_too_far(self, depth: int) -> bool:
        self._steps = self._steps + 1 if depth else 0
        return depth > _DEEPEST or self._steps > _MOST_STEPS

    def _bound(self, name: str, depth: int, scope: Scope) -> list[Path]:
        owner = scope.owner(name)
        if owner is None:
            return []
        found: list[Path] = []
        for value in owner.bound[name]:
            if isinstance(value, Parameter):
                continue
            # A name that is bound by itself, as in `x = x or {}`, is looked up no further.
            found += [
                path
                for path in self.paths(value, owner, depth + 4)
                if path not in found and (len(path) > 1 or path != (name,))
            ]
        return found[:_MOST_OPTIONS]

    def value(self, node: Expression, scope: Scope, depth: int = 0) -> Any:
        """The value of an expression, as far as it is written there."""
        return next(iter(self.values(node, scope, depth)), UNREAD)

    def values(self, node: Expression, scope: Scope, depth: int = 0) -> list[Any]:
        """The values that an expression may have: those that are known, in their order.

        None is one of them only where it is written there: it stands for what is not passed.
        """
        found: list[Any] = []
        for value in self._values(node, scope, depth):
            is_known = value is not UNREAD and (value is not None or isinstance(node, Literal))
            if is_known and value not in found:
                found.append(value)
            if len(found) == _MOST_OPTIONS:
                break
        return found

    def fields(self, node: Expression, scope: Scope, depth: int = 0) -> dict[str, list[Any]] | None:
        """The keys of a dict, each with the values that it may have; None where it is no dict."""
        found: dict[str, list[Any]] = {}
        known = False
        for items, where in self._tables(node, scope, depth):
            known = True
            for key, item in items:
                if key is not None:
                    values = found.setdefault(key, [])
                    values += [v for v in self.values(item, where, depth + 1) if v not in values]
                else:
                    for name, more in (self.fields(item, where, depth + 2) or {}).items():
                        values = found.setdefault(name, [])
                        values += [v for v in more if v not in values]
        return found if known else None

    def _values(self, node: Expression, scope: Scope, depth: int) -> Iterator[Any]:
        if self._is_too_far(depth):
            return
        match node:
            case Literal(value):
                yield value
            case Row(items):
                yield [self.value(item, scope, depth + 1) for item in items]
            case Access(of, key) if name_of(node) is None:
                found = self.fields(of, scope, depth + 1) or {}
                yield from found.get(key, ())
            case Either(options):
                if (fields := self.fields(node, scope, depth + 1)) is not None:
                    yield _first_of_each(fields)
                for option in options:
                    yield from (
                        one
                        for one in self.values(option, scope, depth + 1)
                        if not isinstance(one, dict)
                    )
            case _:
                if (fields := self.fields(node, scope, depth + 1)) is not None:
                    yield _first_of_each(fields)
                added = self._added(node, scope, depth + 2)
                for inner, where in self._stands_for(node, scope, depth):
                    for one in self.values(inner, where, depth + 2):
                        if not isinstance(one, dict):
                            yield [*one, *added] if isinstance(one, list) else one

    def _tables(self, node: Expression, scope: Scope, depth: int) -> Iterator[tuple[Items, Scope]]:
        """The dicts that an expression may be, and what is put into it later."""
        if self._is_too_far(depth):
            return
        match node:
            case Table(items):
                yield items, scope
            case Either(options):
                for option in options:
                    yield from self._tables(option, scope, depth + 1)
            case Call(of, arguments, named) if makes_table(last_name(of)):
                yield (*((None, each) for each in arguments), *named), scope
            case Name() | Access() | Call():
                for inner, where in self._stands_for(node, scope, depth):
                    yield from self._tables(inner, where, depth + 2)
                name = name_of(node)
                owner = scope.owner(name) if name else None
                if name is not None and owner is not None and name in owner.put:
                    yield tuple(owner.put[name]), owner

    def _added(self, node: Expression, scope: Scope, depth: int) -> list[str]:
        """The words that are added to a list, as betas are; blocks have places of their own."""
        name = name_of(node)
        owner = scope.owner(name) if name else None
        if name is None or owner is None:
            return []
        values = [
            one for each in owner.added.get(name, ()) for one in self.values(each, owner, depth)
        ]
        return [value for value in values if isinstance(value, str)]

    def _stands_for(
        self, node: Expression, scope: Scope, depth: int
    ) -> Iterator[tuple[Expression, Scope]]:
        """The expressions that a name, a parameter or a call of a function stands for."""
        if isinstance(node, Call):
            yield from self._returned(node, scope)
        name = name_of(node)
        owner = scope.owner(name) if name else None
        for value in owner.bound[name] if name is not None and owner is not None else ():
            if not isinstance(value, Parameter):
                yield value, owner or scope
            elif depth < _DEEPEST // 2:
                yield from self._passed(value, owner or scope)

    def _passed(self, parameter: Parameter, scope: Scope) -> Iterator[tuple[Expression, Scope]]:
        """What a parameter may be, by its default and what the callers in this file pass."""
        calls = self._calls.get(parameter.function, [])
        if not parameter.takes_rest:
            yield parameter.default, scope
        for where, call in calls:
            if parameter.takes_rest:
                yield Table(tuple(i for i in call.named if i[0] not in parameter.known)), where
                continue
            yield from ((given, where) for name, given in call.named if name == parameter.name)
            if parameter.position < len(call.arguments):
                yield call.arguments[parameter.position], where

    def _returned(self, call: Call, scope: Scope) -> Iterator[tuple[Expression, Scope]]:
        name = last_name(call.of)
        if name in _COPIES:
            inner = call.of.of if isinstance(call.of, Access) and not call.arguments else None
            yield from ((one, scope) for one in (inner, *reversed(call.arguments)) if one)
        else:
            yield from ((value, where) for where, value in self._module.returned.get(name, ()))


def makes_table(name: str) -> bool:
    """Whether a function returns a dict of its arguments, as the types of the SDK do."""
    return name in ("dict", "assign", "Request") or name.endswith("Param") or "Params" in name


def _first_of_each(fields: dict[str, list[Any]]) -> dict[str, Any]:
    return {key: values[0] if values else UNREAD for key, values in fields.items()}


def last_name(node: Expression) -> str:
    """The last part of a way: the method that is called."""
    match node:
        case Name(id):
            return id
        case Access(_, key):
            return key
        case _:
            return ""
