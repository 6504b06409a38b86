"""What every rendering shows of chance: what flips from run to run, and what rests on samples."""

from collections.abc import Iterable
from dataclasses import dataclass

from messages_conformance.claims.page import Model
from messages_conformance.rendering.model_names import in_words
from messages_conformance.report import repeats
from messages_conformance.report.report import Judged, TargetReport
from messages_conformance.verdict import Verdict

FLIPS = "What flips from run to run: the worst counts"
SAMPLED = "What rests on samples"


@dataclass(frozen=True)
class Line:
    """One row that came out one way for some models, and how often."""

    row: str
    verdict: Verdict
    models: str
    words: str


def flips(target: TargetReport) -> tuple[Line, ...]:
    """The cells and observations that are flaky, with how often each way was seen."""
    return _lines(
        target,
        ((judged, repeats.in_words(judged.runs)) for judged in target.judged if judged.flaky),
    )


def sampled(target: TargetReport) -> tuple[Line, ...]:
    """The cells that rest on samples, with the interval of each."""
    return _lines(
        target,
        ((cell, str(samples)) for cell in target.cells if (samples := cell.samples)),
    )


def sections(target: TargetReport) -> tuple[tuple[str, tuple[Line, ...]], ...]:
    """The headings under which there is something, with it."""
    every = ((FLIPS, flips(target)), (SAMPLED, sampled(target)))
    return tuple(section for section in every if section[1])


def _lines(target: TargetReport, told: Iterable[tuple[Judged, str]]) -> tuple[Line, ...]:
    """Models of which the same is told stand together, in the report's order."""
    found: dict[tuple[str, Verdict, str], list[Model]] = {}
    for judged, words in told:
        found.setdefault((judged.row_id, judged.verdict, words), []).append(judged.model)
    return tuple(
        Line(row, verdict, in_words(target, models), words)
        for (row, verdict, words), models in found.items()
    )
