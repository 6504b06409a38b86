"""What every rendering shows of known deviations: which hold, which do not, and on what terms."""

from dataclasses import dataclass

from messages_conformance.claims.page import Model
from messages_conformance.rendering.model_names import in_words
from messages_conformance.report.deviation import DeviationState, Known
from messages_conformance.report.report import TargetReport
from messages_conformance.verdict import Verdict

HEADINGS = {
    DeviationState.OUTDATED: "Known deviations that do not hold any more: these fail",
    DeviationState.ACCEPTED: "Known deviations, accepted",
    DeviationState.PENDING: "Known deviations that were not measured",
}
"""The headings in the order in which they matter."""


@dataclass(frozen=True)
class Line:
    """One row that came out one way, on one understanding, for some models."""

    row: str
    verdict: Verdict
    models: str
    known: Known

    @property
    def link(self) -> str:
        """Where it is followed up; empty where that is not told."""
        return self.known.link

    @property
    def words(self) -> str:
        """Why it is accepted and on what terms; first what stands against it, where it fails."""
        if self.known.objection:
            return f"{self.known.objection}. The reason was: {self.known.reason}"
        return self.known.terms


def lines(target: TargetReport, state: DeviationState) -> tuple[Line, ...]:
    """The known deviations of one state, cells and observations alike, in the report's order."""
    found: dict[tuple[str, Verdict, Known], list[Model]] = {}
    for judged in target.judged:
        if judged.known and judged.known.state is state:
            found.setdefault((judged.row_id, judged.verdict, judged.known), []).append(judged.model)
    return tuple(
        Line(row, verdict, in_words(target, models), known)
        for (row, verdict, known), models in found.items()
    )


def sections(target: TargetReport) -> tuple[tuple[str, DeviationState, tuple[Line, ...]], ...]:
    """The headings under which there is something, with it."""
    every = ((heading, state, lines(target, state)) for state, heading in HEADINGS.items())
    return tuple(section for section in every if section[2])
