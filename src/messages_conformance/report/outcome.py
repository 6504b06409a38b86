"""What a report means for its reader: what passes, what fails, and the exit code."""

from enum import Enum

from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.report import Cell, Judged, Report
from messages_conformance.verdict import Standing


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


def exit_code(report: Report) -> int:
    """0 as claimed or accepted, 1 promises or rules are broken, 2 nothing could be judged."""
    judged = [each for target in report.targets for each in target.judged]
    if any(outcome(each) is Outcome.FAILED for each in judged):
        return 1
    # Well-formed answers alone show nothing of any claim.
    cells = [each for each in judged if isinstance(each, Cell)] or judged
    return 2 if all(outcome(each) is Outcome.OPEN for each in cells) else 0
