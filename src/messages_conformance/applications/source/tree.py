"""A file of source, reduced to what is looked for: expressions, and what is done with them."""

from dataclasses import dataclass, field
from typing import Final, TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a text or a word such as `None`; of a text with gaps only that it is one."""

    value: object


@dataclass(frozen=True, slots=True)
class Name:
    """A name, as it stands there."""

    id: str


@dataclass(frozen=True, slots=True)
class Access:
    """A part of something: an attribute, a key or a number; ``?`` where it is computed."""

    of: "Expression"
    key: str
    index: "Expression | None" = None
    """What computes the key."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call; a name of None stands for arguments that are unpacked."""

    of: "Expression"
    arguments: "tuple[Expression, ...]" = ()
    named: "Items" = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A dict or an object; a key of None stands for another one that is unpacked."""

    items: "Items"


@dataclass(frozen=True, slots=True)
class Row:
    """A list or a tuple; a set, or what is unpacked into it, likewise."""

    items: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Either:
    """One of several: a conditional expression, or a value with a fallback."""

    options: "tuple[Expression, ...]"


@dataclass(frozen=True, slots=True)
class Unknown:
    """Anything else."""


Expression: TypeAlias = Literal | Name | Access | Call | Table | Row | Either | Unknown
Items: TypeAlias = tuple[tuple[str | None, Expression], ...]
UNKNOWN: Final = Unknown()
CAUGHT: Final = "(caught)"
"""The name that a caught exception stands for."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a function, that its callers set."""

    function: str
    name: str
    position: int
    default: Expression
    takes_rest: bool = False
    """Whether it takes all arguments of other names."""
    known: tuple[str, ...] = ()
    """Of one that does: the names that it does not take."""


@dataclass(slots=True)
class Scope:
    """What names are bound to in a function, or in the file."""

    parent: "Scope | None" = None
    bound: dict[str, list[Expression | Parameter]] = field(default_factory=dict)
    put: dict[str, list[tuple[str | None, Expression]]] = field(default_factory=dict)
    """Keys that are set later: ``kwargs["system"] = …``; None for another dict merged into it."""
    added: dict[str, list[Expression]] = field(default_factory=dict)
    """What is added later to a list."""

    def bind(self, name: str, value: Expression | Parameter) -> None:
        """Note that a name is given a value."""
        self.bound.setdefault(name, []).append(value)

    def owner(self, name: str) -> "Scope | None":
        """The innermost scope that binds a name."""
        at: Scope | None = self
        while at is not None and name not in at.bound:
            at = at.parent
        return at


@dataclass(frozen=True, slots=True)
class Seen:
    """An expression that stands somewhere."""

    line: int
    scope: Scope
    expression: Access | Call | Table


@dataclass(frozen=True, slots=True)
class Compared:
    """Something that is compared with something."""

    line: int
    scope: Scope
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Caught:
    """A type of exception that is caught, or asked for."""

    line: int
    scope: Scope
    type: Expression


@dataclass(frozen=True, slots=True)
class Set:
    """A key that is set in something that has no name of its own."""

    line: int
    scope: Scope
    target: Expression
    key: str
    value: Expression


Fact: TypeAlias = Seen | Compared | Caught | Set


@dataclass(slots=True)
class Module:
    """All that a file shows."""

    top: Scope = field(default_factory=Scope)
    facts: list[Fact] = field(default_factory=list)
    returned: dict[str, list[tuple[Scope, Expression]]] = field(default_factory=dict)
    """What functions and methods return, by name."""
    imported: dict[str, str] = field(default_factory=dict)
    """Names that stand for others that were imported."""

    def put(self, scope: Scope, target: Expression, key: str | None, value: Expression) -> None:
        """Note that a key is set in something, or in a part of it."""
        name = name_of(target)
        if name is not None:
            owner = scope.owner(name) or self.top
            owner.put.setdefault(name, []).append((key, value))
        elif isinstance(target, Access):
            self.put(scope, target.of, target.key, Table(((key, value),)))

    def add(self, scope: Scope, target: Expression, value: Expression) -> None:
        """Note that something is added to a list."""
        name = name_of(target)
        if name is not None:
            (scope.owner(name) or self.top).added.setdefault(name, []).append(value)

    def bind(self, scope: Scope, target: Expression, value: Expression | Parameter) -> None:
        """Note that something is given a value: a name, or a part of the object itself."""
        name = name_of(target)
        if name is None:
            return
        (self.top if "." in name else scope).bind(name, value)


def name_of(target: Expression) -> str | None:
    """The name of something, where it has one; that of `self.params` is as long."""
    match target:
        case Name(id):
            return id
        case Access(Name("self" | "cls" | "this"), key):
            return f"self.{key}"
        case _:
            return None
