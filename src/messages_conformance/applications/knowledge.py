"""What is known of a row for a model: measured, reported by others, or only promised by a page."""

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.claims.page import Model, Revision
from messages_conformance.claims.sections import is_inspected
from messages_conformance.report.report import Cell, Judged, Observation, TargetReport
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Claim, Evidence, Kind


class Basis(StrEnum):
    """What an answer rests on, the strongest first."""

    MEASURED = "measured"
    REPORTED = "reported"
    PROMISED = "promised"
    REHEARSED = "rehearsed"
    """Seen at the simulated endpoint: no evidence about any vendor."""
    NOTHING = "nothing"


_OF_CLAIMS: Mapping[Claim, Kind] = {
    Claim.SUPPORTED: Kind.WORKS,
    Claim.PARTIAL: Kind.PARTIAL,
    Claim.UNSUPPORTED: Kind.REFUSED,
    Claim.IGNORED: Kind.IGNORED,
    Claim.UNKNOWN: Kind.UNMEASURED,
}
"""What a page lets expect. Of what is unsupported it does not say whether it is refused."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one row for one model."""

    row: str
    basis: Basis
    kind: Kind
    date: str = ""
    """ISO; of the measurement, the report or the page."""
    words: str = ""
    """What was seen or promised, in one sentence."""
    lacking: tuple[str, ...] = ()
    """Of something partial: the parts that are missing, where they are named."""
    rules: tuple[tuple[str, bool], ...] = ()
    """Of a row that is inspected: the rules broken, and whether a current SDK stumbles."""

    def hurts(self, rules: tuple[str, ...] | None) -> bool:
        """Whether what is broken matters: to any SDK, or by rules that begin with one of these.

        Only a row that is inspected has rules; elsewhere what is broken always matters.
        """
        if not self.rules:
            return True
        if rules is None:
            return any(breaking for _, breaking in self.rules)
        return any(rule.startswith(rules) for rule, _ in self.rules)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything known of a target."""

    revision: Revision
    measured: Mapping[tuple[str, str], tuple[Judged, str]] = field(default_factory=dict)
    """By the ids of model and row: what was judged, and on which day it was recorded."""
    reported: tuple[FieldReport, ...] = ()
    rehearsal: bool = False
    """Whether what the simulated endpoint showed counts, where nothing else is known."""

    def of(self, row: str, model: Model) -> Known:
        """What is known of a row for a model, from the strongest source that says anything."""
        measured = self._measured(row, model)
        if measured is not None and measured.basis is Basis.MEASURED:
            return measured
        if measured is not None and self.rehearsal:
            return measured
        return self._reported(row, model) or self._promised(row, model)

    def _measured(self, row: str, model: Model) -> Known | None:
        judged, date = self.measured.get((model.id, row), (None, ""))
        if judged is None or judged.kind in (Kind.UNCLEAR, Kind.UNMEASURED):
            return None
        basis = {
            Evidence.LIVE: Basis.MEASURED,
            Evidence.RECORDED: Basis.MEASURED,
            Evidence.REPORTED: Basis.REPORTED,
            Evidence.SIMULATED: Basis.REHEARSED,
        }.get(judged.evidence)
        if basis is None:
            return None
        if isinstance(judged, Observation):
            found = {f.rule: f.severity is Severity.BREAKING for f in judged.findings}
            broken = tuple(found.items())
            return Known(row, basis, judged.kind, date, judged.summary, (), broken)
        if _has_right_status(judged):
            lacking = (*judged.lacking, "envelope")
            return Known(row, basis, Kind.PARTIAL, date, judged.summary, lacking)
        return Known(row, basis, judged.kind, date, judged.summary, judged.lacking)

    def _reported(self, row: str, model: Model) -> Known | None:
        superseded = {id for report in self.reported for id in report.supersedes}
        fitting = [
            report
            for report in self.reported
            if report.row == row
            and report.behaviour is not None
            and report.id not in superseded
            and (not report.models or any(_fits(model, name) for name in report.models))
        ]
        page = self.revision.rows_by_id.get(row)
        if page is not None and page.claim_for(model) is not Claim.UNKNOWN:
            # A report that names no model is older news than a page that speaks of this one.
            day = str(self.revision.date)
            fitting = [report for report in fitting if report.models or report.date > day]
        if not fitting:
            return None
        newest = max(fitting, key=lambda report: report.date)
        kind = newest.behaviour or Kind.UNMEASURED
        return Known(row, Basis.REPORTED, kind, newest.date, newest.summary)

    def _promised(self, row: str, model: Model) -> Known:
        date = str(self.revision.date)
        if is_inspected(row):
            words = "no page has this row; an endpoint promises it by calling itself compatible"
            return Known(row, Basis.PROMISED, Kind.WORKS, date, words)
        found = self.revision.rows_by_id.get(row)
        if found is None:
            return Known(
                row, Basis.NOTHING, Kind.UNMEASURED, date, "the page does not have this row"
            )
        claim = found.claim_for(model)
        kind = _OF_CLAIMS[claim]
        basis = Basis.NOTHING if claim is Claim.UNKNOWN else Basis.PROMISED
        lacking = tuple(lack.tag for lack in found.lacks) if claim is Claim.PARTIAL else ()
        return Known(row, basis, kind, date, f"the page says: {claim}", lacking)


def _has_right_status(cell: Cell) -> bool:
    """Whether a row about an error is broken in its body alone: the status is the row's."""
    section, _, status = cell.row_id.partition("/")
    if section != "error" or cell.kind is not Kind.BROKEN or not status.isdecimal():
        return False
    asked = [each.status for each in cell.excerpts if each.role != "control"]
    return bool(asked) and all(got == int(status) for got in asked)


def _fits(model: Model, name: str) -> bool:
    return model.is_named(name) or fnmatch.fnmatchcase(model.id, name)


def measured_of(
    reports: Iterable[tuple[TargetReport, str]],
) -> Mapping[tuple[str, str], tuple[Judged, str]]:
    """What some reports judged, by model and row; of two on the same the later report counts.

    With each report stands the day it was made, for what does not say when it was recorded.
    """
    found: dict[tuple[str, str], tuple[Judged, str]] = {}
    for target, made in reports:
        date = target.provenance.recorded[1] if target.provenance.recorded else made
        for judged in target.judged:
            key = (judged.model.id, judged.row_id)
            if judged.kind is not Kind.UNMEASURED:
                found[key] = (judged, date)
    return found
