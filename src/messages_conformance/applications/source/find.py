"""The places in a file of source that show something of the API's use, each with its line."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from messages_conformance.applications.marks import Sighting
from messages_conformance.applications.source import python, typescript
from messages_conformance.applications.source.calls import call_marks, set_marks, table_marks
from messages_conformance.applications.source.names import Names
from messages_conformance.applications.source.patterns import IMPORTS
from messages_conformance.applications.source.reads import (
    access_marks,
    caught_marks,
    compared_marks,
)
from messages_conformance.applications.source.tree import (
    Access,
    Call,
    Caught,
    Compared,
    Fact,
    Module,
    Seen,
    Set,
    Table,
)
from messages_conformance.errors import TrafficError

Place: TypeAlias = tuple[int, tuple[Sighting, ...]]
"""A line, from 1, and what it shows."""

_PARSERS: Final[dict[str, Callable[[str, str], Module]]] = {
    **dict.fromkeys((".py", ".pyi"), python.parse),
    **dict.fromkeys(
        (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"), typescript.parse
    ),
}
SUFFIXES: Final = frozenset(_PARSERS)


def find(text: str, suffix: str) -> Iterator[Place]:
    """The places in a file that show something, in order; none where it uses no SDK.

    Raises:
        TrafficError: it cannot be parsed.
    """
    if not IMPORTS.search(text):
        return
    try:
        module = _PARSERS[suffix](text, suffix)
        names = Names(module)
        places = [(fact.line, tuple(_marks(fact, names))) for fact in module.facts]
    except RecursionError as problem:
        raise TrafficError("is nested too deeply to be parsed; leave it out") from problem
    yield from sorted(((line, found) for line, found in places if found), key=lambda one: one[0])


def _marks(fact: Fact, names: Names) -> Iterator[Sighting]:
    match fact:
        case Seen(expression=Call() as call):
            yield from call_marks(call, fact.scope, names)
        case Seen(expression=Access() as access):
            yield from access_marks(access, fact.scope, names)
        case Seen(expression=Table() as table):
            yield from table_marks(table, fact.scope, names)
        case Compared():
            yield from compared_marks(fact, names)
        case Caught():
            yield from caught_marks(fact, names)
        case Set():
            yield from set_marks(fact, names)
