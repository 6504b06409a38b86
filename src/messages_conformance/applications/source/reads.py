"""Code that reads answers, and what it leans on."""

from collections.abc import Iterator
from typing import Any, Final

from messages_conformance.applications.marks import Sighting
from messages_conformance.applications.source.names import Names, Path
from messages_conformance.applications.source.patterns import (
    ERROR_TYPES,
    EVENT_TYPES,
    EXCEPTIONS,
    STATUSES,
    STOP_REASONS,
    reads_of_path,
)
from messages_conformance.applications.source.tree import (
    CAUGHT,
    Access,
    Call,
    Caught,
    Compared,
    Expression,
    Name,
    Scope,
)

_LOWERED: Final = frozenset({"lower", "casefold", "toLowerCase", "includes"})


def access_marks(access: Access, scope: Scope, names: Names) -> Iterator[Sighting]:
    """What a way through an answer leans on; a table that an answer's word is looked up in."""
    found = {reads_of_path(path) for path in names.paths(access, scope)}
    yield from (Sighting(mark) for mark in sorted(found - {None}, key=str) if mark)
    if access.index is not None:
        table = names.value(access.of, scope)
        if isinstance(table, dict):
            for path in names.paths(access.index, scope):
                yield from _compared(path, list(table))


def compared_marks(fact: Compared, names: Names) -> Iterator[Sighting]:
    """What a comparison leans on; whichever side the answer stands on."""
    for one, other in ((fact.left, fact.right), (fact.right, fact.left)):
        paths = names.paths(one, fact.scope)
        value = names.value(other, fact.scope)
        values = list(value) if isinstance(value, list | tuple | dict) else [value]
        for path in paths:
            yield from _compared(path, values)
        if any(isinstance(each, str) for each in values) and _is_words(one, fact.scope, names):
            yield Sighting("reads:error_text")


def _compared(path: Path, values: list[Any]) -> Iterator[Sighting]:
    for value in values:
        match path[-1], value:
            case "stop_reason", str() if value in STOP_REASONS:
                yield Sighting(STOP_REASONS[value])
            case (("status_code" | "status"), int()) if value in STATUSES:
                yield Sighting(f"handles:{value}")
            case "type", str() if value in EVENT_TYPES:
                yield Sighting("reads:stream_events")
            case "type", str() if value in ERROR_TYPES:
                yield Sighting("reads:error_body")


def _is_words(node: Expression, scope: Scope, names: Names) -> bool:
    """Whether it is the text of a caught exception: `str(error)`, `error.message`."""
    match node:
        case Call(Access(inner, key)) if key in _LOWERED:
            return _is_words(inner, scope, names)
        case Call(Name("str" | "repr" | "String"), (given,)):
            return (CAUGHT,) in names.paths(given, scope)
    return (CAUGHT, "message") in names.paths(node, scope)


def caught_marks(fact: Caught, names: Names) -> Iterator[Sighting]:
    """The statuses that a type of exception stands for."""
    for path in names.paths(fact.type, fact.scope):
        yield from (Sighting(f"handles:{status}") for status in EXCEPTIONS.get(path[-1], ()))
