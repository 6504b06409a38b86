"""What a report means for its reader: what passes, what fails, and the exit code."""

from collections.abc import Iterable
from enum import Enum, StrEnum

from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.report import Cell, Judged, Report
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Kind, Standing


class Outcome(Enum):
    """The outcome of a cell or an observation, with known deviations taken into account."""

    PASSED = "passed"
    FAILED = "failed"
    ACCEPTED = "accepted"
    OPEN = "open"


def outcome(judged: Judged) -> Outcome:
    """The outcome of a cell; an outdated deviation fails even where the cell is as claimed."""
    known, standing = judged.known, judged.verdict.standing
    if standing is Standing.OPEN:
        return Outcome.OPEN
    if known and known.state is DeviationState.OUTDATED:
        return Outcome.FAILED
    if standing is not Standing.BAD:
        return Outcome.PASSED
    accepted = known is not None and known.state is DeviationState.ACCEPTED
    return Outcome.ACCEPTED if accepted else Outcome.FAILED


class FailOn(StrEnum):
    """What else than broken promises makes a run fail, where somebody wants that."""

    UNCLEAR = "unclear"
    WARNING = "warning"
    ADVISORY = "advisory"


def exit_code(report: Report, fail_on: Iterable[FailOn] = ()) -> int:
    """0 as claimed or accepted, 1 promises or rules are broken, 2 nothing could be judged.

    ``fail_on`` adds to what is 1: see `further_failures`.
    """
    judged = [each for target in report.targets for each in target.judged]
    if any(outcome(each) is Outcome.FAILED for each in judged):
        return 1
    # Well-formed answers alone show nothing of any claim.
    cells = [each for each in judged if isinstance(each, Cell)] or judged
    if all(outcome(each) is Outcome.OPEN for each in cells):
        return 2
    return int(bool(further_failures(report, fail_on)))


def further_failures(report: Report, fail_on: Iterable[FailOn]) -> dict[FailOn, int]:
    """How many cells are unclear or warnings, and how many findings advisories, if asked for."""
    judged = [each for target in report.targets for each in target.judged]
    found = [finding for target in report.targets for finding in target.findings]
    numbers = {
        FailOn.UNCLEAR: sum(each.kind is Kind.UNCLEAR for each in judged),
        FailOn.WARNING: sum(each.verdict.standing is Standing.WARNING for each in judged),
        FailOn.ADVISORY: sum(finding.severity is Severity.ADVISORY for finding in found),
    }
    return {what: numbers[what] for what in FailOn if what in [*fail_on] and numbers[what]}
