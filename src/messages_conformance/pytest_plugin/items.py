"""The suites' probes and inspections as pytest items: one for each model, judged from its tape."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, assert_never

import pytest

from messages_conformance import resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims import selection
from messages_conformance.claims.page import Model, Row
from messages_conformance.claims.selection import Chosen, Selection
from messages_conformance.claims.shards import Shard, shard
from messages_conformance.display import visible
from messages_conformance.errors import UserError
from messages_conformance.judging import assess as assessment
from messages_conformance.judging import judge
from messages_conformance.judging.assess import Assessment
from messages_conformance.judging.expectations import Expectations
from messages_conformance.probing import loader
from messages_conformance.probing.inspection import Inspection
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Probe
from messages_conformance.rendering import wire_table
from messages_conformance.report.deviation import KnownDeviation
from messages_conformance.report.outcome import Outcome, outcome
from messages_conformance.report.report import Cell, Judged, Observation
from messages_conformance.verdict import Evidence


@dataclass(frozen=True)
class Judging:
    """What one pytest session judges, and from what."""

    chosen: tuple[Chosen, ...]
    suites: Suites
    cassettes: Path
    known: Mapping[str, Expectations]
    evidence: Evidence | None
    part: Shard | None
    """The shard that ``chosen`` is, where it is one."""
    shared: frozenset[str]
    """Model ids that several targets have."""
    tapes: dict[tuple[str, str], Tape] = field(default_factory=dict, repr=False)
    """Those loaded already, by target and model."""

    def cell(self, choice: Chosen, model: Model, row: Row) -> Cell:
        """Judge one row for one model."""
        tape = self.tape(choice, model)
        (cell,) = judge.judge_model(
            choice.revision, model, (row,), self.suites, tape, evidence=self.evidence
        )
        return cell

    def observation(self, choice: Chosen, model: Model, inspection: Inspection) -> Observation:
        """Look at all exchanges of one model for one row."""
        if choice.partial:
            return assessment.deferred(model, inspection)
        tape = self.tape(choice, model)
        return judge.inspect_model(model, inspection, tape, evidence=self.evidence)

    def tape(self, choice: Chosen, model: Model) -> Tape:
        """All that is recorded of a model, read once."""
        slot = (choice.revision.target.id, model.id)
        if slot not in self.tapes:
            self.tapes[slot] = Tape.load(self.cassettes, *slot)
        return self.tapes[slot]

    def ruled(self, choice: Chosen, judged: Judged) -> Judged:
        """A cell that says what is known of it."""
        expectations = self.known[choice.revision.target.id]
        return replace(judged, known=expectations.match(judged, assessment.today()))

    def assess(self) -> Assessment:
        """Judge all of it."""
        return assessment.assess(
            self.chosen, self.suites, self.cassettes, self.evidence, self.known, self.part
        )

    def label(self, choice: Chosen, model: Model) -> str:
        """What a model is called in a test's id: its own id wherever that is unambiguous."""
        return f"{choice.revision.target.id}:{model.id}" if model.id in self.shared else model.id


def judging(
    choice: Selection,
    cassettes: Path,
    evidence: Evidence | None,
    *,
    part: Shard | None = None,
    own: Path | None = None,
) -> Judging:
    """Look up what a session judges: of all targets those that have recordings, if any has.

    ``own`` is a vendor's own file of expectations.

    Raises:
        ClaimsError, ExpectationsError, ShardError, SuiteError: something chosen or shipped
            cannot be used.
    """
    everything = selection.choose(Selection(), cassettes) or selection.choose(Selection())
    ids = Counter(model.id for page in everything for model in page.revision.models)
    chosen = selection.choose(choice, cassettes) or selection.choose(choice)
    loaded = loader.load(resources.folder("suites"))
    return Judging(
        chosen=shard(chosen, part) if part else chosen,
        suites=loaded,
        cassettes=cassettes,
        known=assessment.load_expectations([c.revision for c in chosen], loaded, own),
        evidence=evidence,
        part=part,
        shared=frozenset(id for id, number in ids.items() if number > 1),
    )


class Suite(pytest.File):
    """One module of the suites folder; a plain test in it is not run."""

    judging: Judging

    def __init__(self, *, judging_of: Callable[[pytest.Config], Judging], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._judging_of = judging_of

    def collect(self) -> Iterator["Conformance"]:
        """The module's probes, each for the chosen models of the targets that have its row.

        And its inspections, each for all chosen models.
        """
        try:
            self.judging = self._judging_of(self.config)
        except UserError as mistake:
            raise self.CollectError(str(mistake)) from mistake
        judged = resources.folder("suites") / self.path.name
        if self.path.read_bytes() != judged.read_bytes():
            raise self.CollectError(
                f"{self.path}: differs from the suite that is installed, {judged}; "
                "install the checkout again, best with 'pip install --editable .'"
            )
        name = self.path.stem.removeprefix("test_")
        for suite, probe in self.judging.suites.values():
            if suite == name:
                yield from self._items(probe)
        for suite, inspection in self.judging.suites.inspections:
            if suite == name:
                yield from self._inspected(inspection)

    def _items(self, probe: Probe) -> Iterator["Conformance"]:
        for choice in self.judging.chosen:
            for row in choice.rows:
                if row.id == probe.row:
                    for model in choice.models:
                        judge = partial(self.judging.cell, choice, model, row)
                        yield self._item(probe, choice, model, judge)

    def _inspected(self, inspection: Inspection) -> Iterator["Conformance"]:
        for choice in self.judging.chosen:
            for model in choice.models if choice.inspects(inspection.row) else ():
                judge = partial(self.judging.observation, choice, model, inspection)
                yield self._item(inspection, choice, model, judge)

    def _item(
        self,
        subject: Probe | Inspection,
        choice: Chosen,
        model: Model,
        judge: Callable[[], Judged],
    ) -> "Conformance":
        return Conformance.from_parent(
            self,
            name=f"{subject.name}[{self.judging.label(choice, model)}]",
            subject=subject,
            choice=choice,
            judge=judge,
        )


class Conformance(pytest.Item):
    """One row put to the test, or inspected, for one model."""

    parent: Suite

    def __init__(
        self,
        *,
        subject: Probe | Inspection,
        choice: Chosen,
        judge: Callable[[], Judged],
        **arguments: Any,
    ) -> None:
        super().__init__(**arguments)
        self.subject, self.choice, self.judge = subject, choice, judge

    def runtest(self) -> None:
        """Judge; pass, fail, xfail or skip accordingly."""
        try:
            judged = self.parent.judging.ruled(self.choice, self.judge())
        except UserError as mistake:
            pytest.fail(visible(str(mistake)), pytrace=False)
        self.user_properties += [
            ("target", self.choice.revision.target.id),
            ("revision", self.choice.revision.date.isoformat()),
            ("model", judged.model.id),
            ("row", judged.row_id),
            *([("claim", judged.claim.value)] if isinstance(judged, Cell) else []),
            ("behaviour", judged.kind.value),
            ("verdict", judged.verdict.name),
            ("evidence", judged.evidence.value),
            ("summary", visible(judged.summary)),
            *_known(judged.known),
        ]
        seen = visible(f"{judged.verdict.name}: {judged.summary}")
        match outcome(judged):
            case Outcome.OPEN:
                pytest.skip(seen)
            case Outcome.ACCEPTED:
                reason = judged.known.terms if judged.known else ""
                pytest.xfail(visible(f"{reason} ({seen})"))
            case Outcome.FAILED:
                pytest.fail(_explained(judged, self.subject), pytrace=False)
            case Outcome.PASSED:
                self.add_report_section("call", "verdict", seen)
            case never:
                assert_never(never)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the probe or inspection stands, and its name."""
        return self.path, self.subject.line - 1, self.name


def _known(known: KnownDeviation | None) -> list[tuple[str, str]]:
    """What is known of a cell, for JUnit's properties."""
    if known is None:
        return []
    terms = (("link", known.link), ("expires", str(known.expires or "")))
    return [(known.state.value, visible(known.reason)), *(term for term in terms if term[1])]


def _explained(judged: Judged, subject: Probe | Inspection) -> str:
    """What is wrong, what shows it, and how it is mended; the first line says it all in short."""
    objection = judged.known.objection if judged.known else ""
    gist = objection or f"{judged.verdict.name}: {judged.summary}"
    shown = _cell(judged) if isinstance(judged, Cell) else _observation(judged)
    return visible("\n".join([gist, "", *shown, "", subject.meaning]))


def _cell(cell: Cell) -> Iterator[str]:
    yield f"row       {cell.row.id} ({cell.row.title})"
    yield f"claim     {cell.claim}: {' '.join(cell.row.words.split())}"
    yield f"seen      {cell.kind}: {cell.summary}"
    yield f"evidence  {cell.evidence}, {', '.join(map(str, cell.places)) or 'no exchange'}"
    for excerpt in cell.excerpts:
        yield ""
        yield from (f"  {line}".rstrip() for line in str(excerpt).splitlines())


def _observation(observation: Observation) -> Iterator[str]:
    yield f"row       {observation.row_id} ({observation.title})"
    yield f"seen      {observation.summary}"
    yield f"evidence  {observation.evidence}"
    for (severity, rule), found in wire_table.by_rule(observation.findings):
        example = wire_table.typical_finding(found)
        yield from ("", f"  {rule}  {severity}, {len(found)} ×")
        yield f"  {example.message}"
        yield f"  first at {example.exchange}, {example.where}"
