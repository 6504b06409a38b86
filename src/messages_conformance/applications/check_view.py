"""What every rendering of a check says, as plain values: table, edits, what is not known."""

from collections.abc import Iterator
from dataclasses import dataclass

from messages_conformance.applications.check import Answer, Check, FeatureAnswer, ModelAnswer
from messages_conformance.applications.knowledge import Basis
from messages_conformance.claims.own_endpoint import GENUINE
from messages_conformance.display import plural
from messages_conformance.recording.cost import Cost

MOST_MODELS = 4
"""Models that a table for people shows."""

NO_COST = Cost()

MARKS = {
    Answer.GO: "go",
    Answer.CHANGES: "changes",
    Answer.NO_GO: "no go",
    Answer.NOT_KNOWN: "?",
}
"""An answer in a cell."""
_LETTERS = {
    Basis.MEASURED: "measured",
    Basis.REPORTED: "reported",
    Basis.PROMISED: "promised",
    Basis.REHEARSED: "rehearsed",
    Basis.NOTHING: "",
}


@dataclass(frozen=True, slots=True)
class Asking:
    """Rows that a run would put to the test, and what it costs."""

    rows: tuple[str, ...]
    cost: Cost = NO_COST
    of_page: bool = True
    """Whether the target's page has them; else it is asked as an endpoint of one's own."""


@dataclass(frozen=True, slots=True)
class View:
    """A check, and what it would cost to know more."""

    check: Check
    asking: tuple[Asking, ...] = ()

    @property
    def shown(self) -> tuple[ModelAnswer, ...]:
        """The models of the table, the best first."""
        return self.check.models[:MOST_MODELS]

    @property
    def headline(self) -> str:
        """The answer in one sentence."""
        check = self.check
        if not check.models:
            return "Not known: no model was chosen."
        best = check.models[0]
        where = f"{best.model.id} at {check.revision.target.name}"
        moved = (
            f"{plural(len(best.features), 'feature')} in {plural(check.inventory.calls, 'call')}"
        )
        said = {
            Answer.GO: f"Go: all of {moved} move to {where}.",
            Answer.CHANGES: f"Go with changes: {where} needs {_edits(best)}.",
            Answer.NO_GO: f"No go: {where} lacks {_titles(best, Answer.NO_GO)}.",
            Answer.NOT_KNOWN: (
                f"Not known: of {moved}, {best.counts[Answer.NOT_KNOWN]} cannot be judged for "
                f"{where}."
            ),
        }
        rehearsed = (
            " What the simulated endpoint showed counts here (rehearsal); it says nothing "
            "about the vendor."
            if check.rehearsal
            else ""
        )
        return said[best.answer] + rehearsed

    @property
    def basis(self) -> str:
        """What the best model's answers rest on."""
        if not self.check.models:
            return ""
        features = self.check.models[0].features
        counted = {basis: sum(each.known.basis is basis for each in features) for basis in Basis}
        words = [f"{n} {basis}" for basis, n in counted.items() if n and basis is not Basis.NOTHING]
        page = self.check.revision
        return (
            f"Of the answers for {self.check.models[0].model.id}: {', '.join(words) or 'none'}"
            f" (page of {page.dated})."
        )

    def command(self, asking: Asking) -> str:
        """The run that would tell more about the best model."""
        rows = " ".join(f"--row {row}" for row in asking.rows)
        target, model = self.check.revision.target, self.check.models[0].model.id
        there = (
            f"--target {target.id}"
            if asking.of_page
            else f"--target {GENUINE} --base-url {target.base_url}"
        )
        return f"messages-conformance run {there} --model {model} {rows}"

    def edits(self) -> Iterator[tuple[FeatureAnswer, str]]:
        """What has to change for the best model, and where."""
        for each in self.check.models[0].features if self.check.models else ():
            if each.breaks:
                yield each, ", ".join(each.use.places)

    def open(self) -> Iterator[FeatureAnswer]:
        """What is not known for the best model."""
        for each in self.check.models[0].features if self.check.models else ():
            if each.answer is Answer.NOT_KNOWN:
                yield each


def cell(answer: FeatureAnswer) -> str:
    """One cell of the table: the answer, and what it rests on."""
    basis = _LETTERS[answer.known.basis]
    return f"{MARKS[answer.answer]} ({basis})" if basis else MARKS[answer.answer]


def why(answer: FeatureAnswer) -> str:
    """What decided an answer: the row, what is known of it, since when."""
    known = answer.known
    dated = f", {known.date}" if known.date and known.basis is not Basis.NOTHING else ""
    basis = f" ({known.basis}{dated})" if known.basis is not Basis.NOTHING else ""
    row = f"{known.row}: " if known.row else ""
    return f"{row}{known.words}{basis}"


def _edits(model: ModelAnswer) -> str:
    return plural(model.counts[Answer.CHANGES], "change")


def _titles(model: ModelAnswer, answer: Answer) -> str:
    return ", ".join(each.feature.title for each in model.features if each.answer is answer)
