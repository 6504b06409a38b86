"""What the suites say of the rows of a report: how to fix a failure, and what to do until then."""

from collections.abc import Iterable

from messages_conformance.probing.loader import Suites
from messages_conformance.report.advice import Advice, advice_of
from messages_conformance.report.report import TargetReport


def advice_on_rows(suites: Suites, targets: Iterable[TargetReport]) -> tuple[Advice, ...]:
    """The advice on all rows that were judged, sorted by row."""
    rows = {judged.row_id for target in targets for judged in target.judged}
    known = (advice_on(suites, row) for row in sorted(rows))
    return tuple(one for one in known if one is not None)


def advice_on(suites: Suites, row: str) -> Advice | None:
    """The advice on a row that is probed or inspected; None where no suite has it."""
    if row in suites:
        return advice_of(row, suites[row].probe.meaning)
    inspections = (placed.inspection for placed in suites.inspections)
    return next((advice_of(row, i.meaning) for i in inspections if i.row == row), None)
