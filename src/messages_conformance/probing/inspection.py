"""The language of suites that look at all that was recorded of a model, whoever asked for it.

An inspection is a function marked with the row it is about::

    @over_all("wire/error")
    def errors(exchanges):
        '''Refusals and failures.'''
        return each(check, (e for e in exchanges if e.status >= 400))

No page promises these rows one by one: an endpoint promises them by calling itself compatible.
Their ids begin with one of `SECTIONS`, which no table of a page is called.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TypeAlias

from messages_conformance.claims.sections import SECTIONS, is_inspected
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.finding import Finding

Found: TypeAlias = tuple[Exchange, Finding]


@dataclass(frozen=True)
class Inspected:
    """What an inspection saw: how many exchanges it looked at, and what it found in which."""

    exchanges: int
    found: tuple[Found, ...] = ()
    figures: str = ""
    """What it measured, in words; also where nothing is wrong."""


@dataclass(frozen=True)
class Inspection:
    """A row that all exchanges of a model are looked at for."""

    row: str
    look: Callable[[Sequence[Exchange]], Inspected]

    @property
    def name(self) -> str:
        """The function's name."""
        return self.look.__name__

    @property
    def line(self) -> int:
        """Where the function stands in its file, from 1."""
        return self.look.__code__.co_firstlineno

    @property
    def meaning(self) -> str:
        """What the row means and how an endpoint's owner mends a failure."""
        return inspect.getdoc(self.look) or ""

    @property
    def title(self) -> str:
        """The row's name for people: the first line of its meaning."""
        return self.meaning.partition("\n")[0].rstrip(".")


def over_all(row: str) -> Callable[[Callable[[Sequence[Exchange]], Inspected]], Inspection]:
    """Mark a function as the inspection of a row.

    Raises:
        ValueError: the row is of no section of inspected rows.
    """
    if not is_inspected(row):
        known = ", ".join(f"{section}/" for section in SECTIONS)
        raise ValueError(f"row {row!r} cannot be inspected; begin its id with one of {known}")
    return lambda look: Inspection(row, look)


def each(
    check: Callable[[Exchange], Iterable[Finding]], exchanges: Iterable[Exchange]
) -> Inspected:
    """Look at exchanges one by one."""
    looked_at = tuple(exchanges)
    found = ((exchange, finding) for exchange in looked_at for finding in check(exchange))
    return Inspected(len(looked_at), tuple(found))


def inspections_of(module: ModuleType) -> Iterator[Inspection]:
    """The inspections a suite module defines, in its order."""
    return (value for value in vars(module).values() if isinstance(value, Inspection))
