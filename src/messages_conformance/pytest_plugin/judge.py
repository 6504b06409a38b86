"""What one pytest session judges, and how: rows and inspections of models, from cassettes."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from messages_conformance import resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims import selection, shards
from messages_conformance.claims.page import Model, Row
from messages_conformance.claims.selection import Chosen, Selection
from messages_conformance.claims.shards import Shard
from messages_conformance.judging import assess, judge, remembered
from messages_conformance.judging.assess import Assessment
from messages_conformance.judging.expectations import Expectations
from messages_conformance.judging.judged_model import JudgedModel
from messages_conformance.judging.readability import Readability
from messages_conformance.judging.remembered import Keys
from messages_conformance.judging.severity import as_page_claims
from messages_conformance.probing import loader
from messages_conformance.probing.inspection import Inspection
from messages_conformance.probing.loader import Suites
from messages_conformance.report.report import Cell, Judged, Observation
from messages_conformance.verdict import Evidence


@dataclass(frozen=True)
class SuiteJudge:
    """Judges the rows that one pytest session chose."""

    chosen: tuple[Chosen, ...]
    suites: Suites
    cassettes: Path
    expectations: Mapping[str, Expectations]
    """The known deviations of each target, by its id."""
    evidence: Evidence | None
    """What the recordings are worth; None leaves it to their labels."""
    shard: Shard | None
    """The shard that ``chosen`` is, where it is one."""
    ambiguous_models: frozenset[str]
    """Ids of models that several targets have."""
    tapes: dict[tuple[str, str], Tape] = field(default_factory=dict, repr=False)
    """Those loaded already, by target and model."""

    known: dict[tuple[str, str], JudgedModel | None] = field(default_factory=dict, repr=False)
    """What is remembered of models, by target and model."""
    readabilities: dict[tuple[str, str], Readability] = field(default_factory=dict, repr=False)

    def judge_row(self, choice: Chosen, model: Model, row: Row) -> Cell:
        """Judge one row of a page for one model."""
        if known := self._known(choice, model):
            return next(cell for cell in known.cells if cell.row_id == row.id)
        tape = self._tape(choice, model)
        key = (choice.revision.target.id, model.id)
        if key not in self.readabilities:
            self.readabilities[key] = Readability(tape.exchanges)
        (cell,) = judge.judge_model(
            choice.revision,
            model,
            (row,),
            self.suites,
            tape,
            evidence=self.evidence,
            readability=self.readabilities[key],
        )
        return cell

    def inspect(self, choice: Chosen, model: Model, inspection: Inspection) -> Observation:
        """Inspect all exchanges of one model for one row."""
        if choice.partial:
            return assess.deferred(model, inspection)
        if known := self._known(choice, model):
            return next(seen for seen in known.observations if seen.row_id == inspection.row)
        tape = self._tape(choice, model)
        seen = judge.inspect_model(model, inspection, tape, evidence=self.evidence)
        return as_page_claims(seen, choice.revision)

    def _known(self, choice: Chosen, model: Model) -> JudgedModel | None:
        """What an earlier report remembered of a model, if nothing has changed since."""
        name = (choice.revision.target.id, model.id)
        if name not in self.known:
            inspections = assess.inspections_of(choice, self.suites)
            keys = Keys(
                choice.revision,
                choice.rows,
                inspections,
                self.suites,
                self.cassettes,
                self.evidence,
            )
            self.known[name] = remembered.recall(keys.of(model), model, choice.rows, inspections)
        return self.known[name]

    def _tape(self, choice: Chosen, model: Model) -> Tape:
        key = (choice.revision.target.id, model.id)
        if key not in self.tapes:
            self.tapes[key] = Tape.load(self.cassettes, *key)
        return self.tapes[key]

    def match_expectations(self, choice: Chosen, judged: Judged) -> Judged:
        """The same with the known deviation that applies to it, if any."""
        expectations = self.expectations[choice.revision.target.id]
        return replace(judged, known=expectations.match(judged, assess.today()))

    def assess(self) -> Assessment:
        """Judge everything that was chosen, for a report."""
        return assess.assess(
            self.chosen,
            self.suites,
            self.cassettes,
            self.evidence,
            self.expectations,
            self.shard,
        )

    def label(self, choice: Chosen, model: Model) -> str:
        """A model's name in test ids: its id, after the target's where several have that model."""
        ambiguous = model.id in self.ambiguous_models
        return f"{choice.revision.target.id}:{model.id}" if ambiguous else model.id


def judge_of(
    choice: Selection,
    cassettes: Path,
    evidence: Evidence | None,
    *,
    shard: Shard | None = None,
    expectations: Path | None = None,
) -> SuiteJudge:
    """The judge of a session: of all targets that have recordings, or of all if none has any.

    ``expectations`` is a file of known deviations that replaces the shipped ones.

    Raises:
        ClaimsError, ExpectationsError, ShardError, SuiteError: something chosen or shipped
            cannot be used.
    """
    everything = Selection(claims=choice.claims)
    every = selection.choose(everything, cassettes) or selection.choose(everything)
    targets_with = Counter(model.id for one in every for model in one.revision.models)
    chosen = every
    if choice != everything:
        chosen = selection.choose(choice, cassettes) or selection.choose(choice)
    suites = loader.load(resources.folder("suites"))
    return SuiteJudge(
        chosen=shards.shard(chosen, shard) if shard else chosen,
        suites=suites,
        cassettes=cassettes,
        expectations=assess.load_expectations(
            [one.revision for one in chosen], suites, expectations
        ),
        evidence=evidence,
        shard=shard,
        ambiguous_models=frozenset(id for id, number in targets_with.items() if number > 1),
    )
