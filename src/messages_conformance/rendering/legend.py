"""The signs a matrix is drawn with: one glyph and one word for a cell, marks for its ground."""

from dataclasses import dataclass

from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.report import Judged, TargetReport
from messages_conformance.verdict import Evidence, Standing


@dataclass(frozen=True)
class Sign:
    """How one kind of cell is drawn."""

    glyph: str
    word: str
    standing: str
    """A `Standing`'s value, or ``absent``."""
    meaning: str


@dataclass(frozen=True)
class Ground:
    """How one kind of evidence, or one state of a known deviation, is marked."""

    mark: str
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
        "Accepted and dropped without a word: the page promises it, "
        "or it carries content the model was meant to see.",
    ),
    ("wrongly refused", Standing.BAD): ("✗", "Promised, and refused."),
    ("stricter", Standing.BAD): ("✗", "The page says it is ignored, and it is refused."),
    ("broken", Standing.BAD): (
        "✗",
        "A server error, a malformed answer, a wrong envelope or a wrong effect.",
    ),
    ("silently ignored", Standing.WARNING): (
        "!",
        "Accepted and dropped without a word, where the page promises nothing.",
    ),
    ("observed: works", Standing.OBSERVED): ("◇", "The page says nothing; it works."),
    ("observed: partial", Standing.OBSERVED): ("◇", "The page says nothing; part of it works."),
    ("observed: ignored", Standing.OBSERVED): ("◇", "The page says nothing; it is ignored."),
    ("observed: refused", Standing.OBSERVED): ("◇", "The page says nothing; it is refused."),
    ("unclear", Standing.OPEN): ("?", "The model did not play along, so nothing can be said."),
    ("unmeasured", Standing.OPEN): ("–", "Not recorded, not opted in, or not to be provoked."),
}
_GROUNDS = {
    Evidence.LIVE: Ground("L", "live", "Asked of the endpoint in this very run."),
    Evidence.RECORDED: Ground("R", "recorded", "Asked of the endpoint earlier, and recorded."),
    Evidence.REPORTED: Ground("P", "reported", "Told in a public report, not measured here."),
    Evidence.SIMULATED: Ground(
        "S", "simulated", "Answered by the project's own reference endpoint, not by the vendor's."
    ),
}

_STATES = {
    DeviationState.ACCEPTED: Ground("A", "accepted", "A known deviation: it does not fail."),
    DeviationState.OUTDATED: Ground(
        "O", "outdated", "A known deviation that does not hold any more: fails."
    ),
    DeviationState.PENDING: Ground("K", "known", "A known deviation, not measured this time."),
}
FLAKY = Ground(
    "F", "flaky", "It comes out differently from run to run; this is the worst that was judged."
)


def sign(cell: Judged | None) -> Sign:
    """How a cell is drawn."""
    return ABSENT if cell is None else of(cell.verdict.name, cell.verdict.standing)


def ground(cell: Judged | None) -> Ground | None:
    """How a cell's evidence is marked; None where it has none."""
    return None if cell is None else mark(cell.evidence)


def mark(evidence: Evidence) -> Ground | None:
    """How a kind of evidence is marked; None where there is none."""
    return _GROUNDS.get(evidence)


def marks(cell: Judged | None) -> list[Ground]:
    """The marks of a cell: its evidence, what is known of it, and whether it flips."""
    return [mark for mark in (ground(cell), state(cell), flaky(cell)) if mark]


def state(cell: Judged | None) -> Ground | None:
    """How what is known of a cell is marked; None where nothing is."""
    return _STATES[cell.known.state] if cell and cell.known else None


def flaky(cell: Judged | None) -> Ground | None:
    """The mark of a cell that flips from run to run; None where it does not."""
    return FLAKY if cell and cell.flaky else None


def signs(target: TargetReport) -> list[Sign]:
    """The signs that occur, good ones first."""
    verdicts = {(cell.verdict.name, cell.verdict.standing) for cell in target.judged}
    found = [of(*key) for key in _SIGNS if key in verdicts]
    whole = len(target.cells) == len(target.rows) * len(target.models)
    return found if whole else [*found, ABSENT]


def grounds(target: TargetReport) -> list[Ground]:
    """The marks that occur: of evidence, strongest first, of known deviations, of what flips."""
    found = {cell.evidence for cell in target.judged}
    states = {cell.known.state for cell in target.judged if cell.known}
    return [
        *(mark for evidence, mark in _GROUNDS.items() if evidence in found),
        *(mark for state, mark in _STATES.items() if state in states),
        *([FLAKY] if any(cell.flaky for cell in target.judged) else []),
    ]


def of(verdict: str, standing: Standing) -> Sign:
    """How a verdict is drawn."""
    glyph, meaning = _SIGNS[verdict, standing]
    return Sign(glyph, verdict, standing.value, meaning)
