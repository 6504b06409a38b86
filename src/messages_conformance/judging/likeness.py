"""Name beside each problem the faults that look like it."""

from dataclasses import replace

from messages_conformance.report import shipped_kill_matrix
from messages_conformance.report.likeness import Likeness
from messages_conformance.report.report import Cell, Observation, Report, TargetReport
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Standing

_WORTH_A_HINT = (Standing.BAD, Standing.WARNING)


def with_likeness(report: Report) -> Report:
    """The report, whose problems name the faults that look like them.

    Raises:
        KillMatrixError: the shipped kill matrix cannot be read.
    """
    known = shipped_kill_matrix.likeness()
    if known is None:
        return report
    targets = tuple(_compared(target, known) for target in report.targets)
    names = (name for target in targets for judged in target.judged for name in judged.resembles)
    return replace(report, targets=targets, faults=known.named(names))


def _compared(target: TargetReport, known: Likeness) -> TargetReport:
    return replace(
        target,
        cells=tuple(_cell(cell, known) for cell in target.cells),
        observations=tuple(_observation(one, known) for one in target.observations),
    )


def _cell(cell: Cell, known: Likeness) -> Cell:
    if cell.verdict.standing not in _WORTH_A_HINT:
        return cell
    return replace(cell, resembles=known.of_row(cell.row_id, cell.kind, cell.summary))


def _observation(seen: Observation, known: Likeness) -> Observation:
    rules = dict.fromkeys(f.rule for f in seen.findings if f.severity is not Severity.ADVISORY)
    return replace(seen, resembles=known.of_rules(seen.row_id, rules)) if rules else seen
