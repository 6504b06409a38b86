"""Results that depend on chance: those that differ from run to run, and those from samples."""

from collections.abc import Iterable
from dataclasses import dataclass

from messages_conformance.claims.page import Model
from messages_conformance.rendering import legend
from messages_conformance.rendering.model_names import name_models
from messages_conformance.report import repeats
from messages_conformance.report.report import Judged, TargetReport
from messages_conformance.verdict import Verdict

FLAKY = "Flaky: results that differ from run to run; the worst counts"
SAMPLED = "Results that rest on samples"


@dataclass(frozen=True)
class FlakyLine:
    """One row with one verdict for some models, and how often it was seen."""

    row: str
    verdict: Verdict
    models: str
    words: str
    simulated: bool = False

    @property
    def sign(self) -> legend.Sign:
        """How its verdict is drawn."""
        verdict = self.verdict
        return legend.sign_of_verdict(verdict.name, verdict.standing, simulated=self.simulated)


def flaky_lines(target: TargetReport) -> tuple[FlakyLine, ...]:
    """The cells and observations that are flaky, with how often each result was seen."""
    return _lines(
        target,
        (
            (judged, repeats.describe_results(judged.runs))
            for judged in target.judged
            if judged.flaky
        ),
    )


def sampled_lines(target: TargetReport) -> tuple[FlakyLine, ...]:
    """The cells that rest on samples, with the interval of each."""
    return _lines(
        target,
        ((cell, str(samples)) for cell in target.cells if (samples := cell.samples)),
    )


def flaky_sections(target: TargetReport) -> tuple[tuple[str, tuple[FlakyLine, ...]], ...]:
    """The headings that have lines, with their lines."""
    every = ((FLAKY, flaky_lines(target)), (SAMPLED, sampled_lines(target)))
    return tuple(section for section in every if section[1])


def _lines(target: TargetReport, statements: Iterable[tuple[Judged, str]]) -> tuple[FlakyLine, ...]:
    """One line for models with the same words, in the report's order."""
    found: dict[tuple[str, Verdict, str, bool], list[Model]] = {}
    for judged, words in statements:
        key = (judged.row_id, judged.verdict, words, legend.is_simulated(judged))
        found.setdefault(key, []).append(judged.model)
    return tuple(
        FlakyLine(row, verdict, name_models(target, models), words, simulated)
        for (row, verdict, words, simulated), models in found.items()
    )
