"""The signs of a matrix: a glyph and a word for each verdict, and marks for its evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.report import Judged, Report, TargetReport
from messages_conformance.verdict import Evidence, Standing


@dataclass(frozen=True)
class Sign:
    """How cells with one verdict are drawn."""

    glyph: str
    word: str
    standing: str
    """A `Standing`'s value, or ``absent``."""
    meaning: str
    simulated: bool = False
    """Whether only the project's own simulation showed it: it never looks like a measurement."""

    @property
    def looks(self) -> str:
        """The names by which a style sheet knows it."""
        return f"{self.standing} simulated" if self.simulated else self.standing


@dataclass(frozen=True)
class Mark:
    """How one kind of evidence, or one state of a known deviation, is marked."""

    letter: str
    word: str
    meaning: str


ABSENT = Sign("·", "not asked", "absent", "This row was not put to the test for this model.")
_SIGNS = {
    ("kept", Standing.GOOD): ("✓", "The endpoint does what the page says, or a client needs."),
    ("bonus", Standing.GOOD): ("+", "It works, though the page promises nothing."),
    ("honest refusal", Standing.GOOD): (
        "○",
        "The page does not promise it, and the endpoint refuses it with a documented error.",
    ),
    ("partly kept", Standing.BAD): ("◐", "Promised, and part of the effect is missing."),
    ("silently ignored", Standing.BAD): (
        "✗",
        "Accepted and silently dropped, although the page promises it "
        "or it carries content the model was meant to see.",
    ),
    ("wrongly refused", Standing.BAD): ("✗", "Promised, and refused."),
    ("stricter", Standing.BAD): ("✗", "The page says it is ignored, but it is refused."),
    ("broken", Standing.BAD): (
        "✗",
        "A server error, a malformed answer, a wrong envelope or a wrong effect.",
    ),
    ("silently ignored", Standing.WARNING): (
        "!",
        "Accepted and silently dropped, where the page promises nothing.",
    ),
    ("observed: works", Standing.OBSERVED): ("◇", "The page says nothing; it works."),
    ("observed: partial", Standing.OBSERVED): ("◇", "The page says nothing; part of it works."),
    ("observed: ignored", Standing.OBSERVED): ("◇", "The page says nothing; it is ignored."),
    ("observed: refused", Standing.OBSERVED): ("◇", "The page says nothing; it is refused."),
    ("unclear", Standing.OPEN): (
        "?",
        "The model did not do as instructed, so nothing can be concluded.",
    ),
    ("unmeasured", Standing.OPEN): ("–", "Not recorded, not opted in, or impossible to provoke."),
}
_SIMULATED = {
    Standing.GOOD: "≈",
    Standing.WARNING: "≁",
    Standing.BAD: "≉",
    Standing.OBSERVED: "∼",
    Standing.OPEN: "–",
}
"""The glyphs of a rehearsal: none of them is one of a measurement."""
_EVIDENCE = {
    Evidence.LIVE: Mark("L", "live", "Measured at the endpoint in this run."),
    Evidence.RECORDED: Mark("R", "recorded", "Measured at the endpoint earlier, and recorded."),
    Evidence.REPORTED: Mark(
        "P", "reported", "Taken from a public report, not measured by this suite."
    ),
    Evidence.SIMULATED: Mark(
        "S", "simulated", "A rehearsal on the project's own simulation: no measurement."
    ),
}

_STATES = {
    DeviationState.ACCEPTED: Mark("A", "accepted", "A known deviation: it does not fail."),
    DeviationState.OUTDATED: Mark(
        "O", "outdated", "A known deviation that has ended or changed: it fails."
    ),
    DeviationState.PENDING: Mark("K", "known", "A known deviation, not measured this time."),
}
FLAKY = Mark("F", "flaky", "The runs have different results; this is the worst that was judged.")


def sign_of(cell: Judged | None) -> Sign:
    """How a cell is drawn."""
    if cell is None:
        return ABSENT
    return sign_of_verdict(cell.verdict.name, cell.verdict.standing, simulated=is_simulated(cell))


def is_simulated(cell: Judged) -> bool:
    """Whether only the project's own simulation showed what a cell says."""
    return cell.evidence is Evidence.SIMULATED


def evidence_mark(evidence: Evidence) -> Mark | None:
    """How a kind of evidence is marked; None where there is none."""
    return _EVIDENCE.get(evidence)


def marks_of(cell: Judged | None) -> list[Mark]:
    """The marks of a cell: of its evidence, its known deviation, and whether it is flaky."""
    if cell is None:
        return []
    found = (evidence_mark(cell.evidence), deviation_mark(cell), flaky_mark(cell))
    return [mark for mark in found if mark]


def deviation_mark(cell: Judged | None) -> Mark | None:
    """How a cell's known deviation is marked; None where it has none."""
    return _STATES[cell.known.state] if cell and cell.known else None


def flaky_mark(cell: Judged | None) -> Mark | None:
    """The mark of a flaky cell; None where it is not flaky."""
    return FLAKY if cell and cell.flaky else None


def signs_in(target: TargetReport) -> list[Sign]:
    """The signs that occur, good ones first."""
    whole = len(target.cells) == len(target.rows) * len(target.models)
    return ordered([*map(sign_of, target.judged), *([] if whole else [ABSENT])])


def signs_of(report: Report) -> list[Sign]:
    """The signs that occur at any target, good ones first."""
    return ordered(sign for target in report.targets for sign in signs_in(target))


def ordered(signs: Iterable[Sign]) -> list[Sign]:
    """Each sign once, good ones first."""
    every = (
        sign_of_verdict(*key, simulated=simulated) for key in _SIGNS for simulated in (False, True)
    )
    found = set(signs)
    return [sign for sign in (*every, ABSENT) if sign in found]


def marks_of_report(report: Report) -> list[Mark]:
    """The marks that occur at any target."""
    return list(dict.fromkeys(mark for target in report.targets for mark in marks_in(target)))


def evidence_in(report: Report) -> list[str]:
    """The kinds of evidence that occur, the strongest first."""
    found = {judged.evidence for target in report.targets for judged in target.judged}
    return [evidence.value for evidence in Evidence if evidence in found]


def marks_in(target: TargetReport) -> list[Mark]:
    """The marks that occur: of evidence, strongest first, of known deviations, of flaky cells."""
    found = {cell.evidence for cell in target.judged}
    states = {cell.known.state for cell in target.judged if cell.known}
    return [
        *(mark for evidence, mark in _EVIDENCE.items() if evidence in found),
        *(mark for state, mark in _STATES.items() if state in states),
        *([FLAKY] if any(cell.flaky for cell in target.judged) else []),
    ]


@cache
def sign_of_verdict(verdict: str, standing: Standing, *, simulated: bool = False) -> Sign:
    """How a verdict is drawn."""
    glyph, meaning = _SIGNS[verdict, standing]
    if simulated:
        return Sign(_SIMULATED[standing], verdict, standing.value, meaning, simulated=True)
    return Sign(glyph, verdict, standing.value, meaning)
