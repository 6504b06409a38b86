"""Known deviations in a report: which are outdated, accepted or not measured, and why."""

from dataclasses import dataclass

from messages_conformance.claims.page import Model
from messages_conformance.rendering import legend
from messages_conformance.rendering.model_names import name_models
from messages_conformance.report.deviation import DeviationState, KnownDeviation
from messages_conformance.report.report import TargetReport
from messages_conformance.verdict import Verdict

HEADINGS = {
    DeviationState.OUTDATED: "Outdated known deviations: these fail",
    DeviationState.ACCEPTED: "Accepted known deviations",
    DeviationState.PENDING: "Known deviations that were not measured",
}
"""The headings, the most important first."""


@dataclass(frozen=True)
class DeviationLine:
    """One row with one verdict and one known deviation, for some models."""

    row: str
    verdict: Verdict
    models: str
    known: KnownDeviation
    simulated: bool = False

    @property
    def sign(self) -> legend.Sign:
        """How its verdict is drawn."""
        verdict = self.verdict
        return legend.sign_of_verdict(verdict.name, verdict.standing, simulated=self.simulated)

    @property
    def link(self) -> str:
        """Where it is followed up; empty where no link is known."""
        return self.known.link

    @property
    def words(self) -> str:
        """Why it is accepted and until when; where it is outdated, first why it fails."""
        if self.known.objection:
            return f"{self.known.objection}. The reason was: {self.known.reason}"
        return self.known.terms


def deviation_lines(target: TargetReport, state: DeviationState) -> tuple[DeviationLine, ...]:
    """The known deviations of one state, cells and observations alike, in the report's order."""
    found: dict[tuple[str, Verdict, KnownDeviation, bool], list[Model]] = {}
    for judged in target.judged:
        if judged.known and judged.known.state is state:
            key = (judged.row_id, judged.verdict, judged.known, legend.is_simulated(judged))
            found.setdefault(key, []).append(judged.model)
    return tuple(
        DeviationLine(row, verdict, name_models(target, models), known, simulated)
        for (row, verdict, known, simulated), models in found.items()
    )


def deviation_sections(
    target: TargetReport,
) -> tuple[tuple[str, DeviationState, tuple[DeviationLine, ...]], ...]:
    """The headings that have lines, with their state and lines."""
    every = (
        (heading, state, deviation_lines(target, state)) for state, heading in HEADINGS.items()
    )
    return tuple(section for section in every if section[2])
