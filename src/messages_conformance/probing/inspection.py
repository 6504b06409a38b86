"""The language of suites that check everything recorded of a model, whichever row asked for it.

An inspection is a function marked with the row it is about::

    @inspected_row("wire/error")
    def errors(exchanges):
        '''Refusals and failures.'''
        return check_each(check, (e for e in exchanges if e.status >= 400))

No page promises these rows one by one: an endpoint promises them by calling itself compatible.
Their ids begin with one of `SECTIONS`, which no table of a page is called.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import ModuleType

from messages_conformance.claims.sections import SECTIONS, is_inspected
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.finding import Finding


@dataclass(frozen=True)
class InspectionResult:
    """What an inspection saw: how many exchanges it checked, and what it found in which."""

    exchanges: int
    findings: tuple[tuple[Exchange, Finding], ...] = ()
    figures: str = ""
    """What it measured, in words; also where nothing is wrong."""


@dataclass(frozen=True)
class Inspection:
    """A row that all exchanges of a model are checked for."""

    row: str
    function: Callable[[Sequence[Exchange]], InspectionResult]

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def line(self) -> int:
        """Where the function stands in its file, from 1."""
        return self.function.__code__.co_firstlineno

    @property
    def meaning(self) -> str:
        """What the row means and how the owner of an endpoint fixes a failure."""
        return inspect.getdoc(self.function) or ""

    @property
    def title(self) -> str:
        """The row's name for people: the first line of its meaning."""
        return self.meaning.partition("\n")[0].rstrip(".")


def inspected_row(
    id: str,
) -> Callable[[Callable[[Sequence[Exchange]], InspectionResult]], Inspection]:
    """Mark a function as the inspection of a row.

    Raises:
        ValueError: the row is not in a section of inspected rows.
    """
    if not is_inspected(id):
        known = ", ".join(f"{section}/" for section in SECTIONS)
        raise ValueError(f"row {id!r} cannot be inspected; begin its id with one of {known}")
    return lambda function: Inspection(id, function)


def check_each(
    check: Callable[[Exchange], Iterable[Finding]], exchanges: Iterable[Exchange]
) -> InspectionResult:
    """Check exchanges one by one."""
    checked = tuple(exchanges)
    findings = ((exchange, finding) for exchange in checked for finding in check(exchange))
    return InspectionResult(len(checked), tuple(findings))


def inspections_of(module: ModuleType) -> Iterator[Inspection]:
    """The inspections that a suite module defines, in its order."""
    return (value for value in vars(module).values() if isinstance(value, Inspection))
