"""The suites' probes as pytest items: one for each model, judged from the model's tape."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, assert_never

import pytest

from messages_conformance import assessment, claims, judge, selection, shipped, suites
from messages_conformance.assessment import Assessment
from messages_conformance.cassette import Tape
from messages_conformance.claims import Model, Row
from messages_conformance.expectations import Expectations, Outcome, Ruling
from messages_conformance.mistakes import MISTAKES
from messages_conformance.probe import Probe
from messages_conformance.report.escape import visible
from messages_conformance.report.model import Cell
from messages_conformance.selection import Chosen, Selection
from messages_conformance.suites import Suites
from messages_conformance.verdict import Evidence


@dataclass(frozen=True)
class Judging:
    """What one pytest session judges, and from what."""

    chosen: tuple[Chosen, ...]
    suites: Suites
    cassettes: Path
    accepted: Mapping[str, Expectations]
    evidence: Evidence | None
    shared: frozenset[str]
    """Model ids that several targets have."""
    tapes: dict[tuple[str, str], Tape] = field(default_factory=dict, repr=False)
    """Those loaded already, by target and model."""

    def cell(self, choice: Chosen, model: Model, row: Row) -> Cell:
        """Judge one row for one model."""
        slot = (choice.revision.target.id, model.id)
        if slot not in self.tapes:
            self.tapes[slot] = Tape.load(self.cassettes, *slot)
        (cell,) = judge.judge_model(
            choice.revision, model, (row,), self.suites, self.tapes[slot], evidence=self.evidence
        )
        return cell

    def ruling(self, choice: Chosen, cell: Cell) -> Ruling:
        """What becomes of a cell, the accepted deviations known."""
        return self.accepted[choice.revision.target.id].ruling(cell)

    def assess(self) -> Assessment:
        """Judge all of it."""
        return assessment.assess(self.chosen, self.suites, self.cassettes, self.evidence)

    def label(self, choice: Chosen, model: Model) -> str:
        """What a model is called in a test's id: its own id wherever that is unambiguous."""
        return f"{choice.revision.target.id}:{model.id}" if model.id in self.shared else model.id


def judging(choice: Selection, cassettes: Path, evidence: Evidence | None) -> Judging:
    """Look up what a session judges: of all targets those that have recordings, if any has.

    Raises:
        ClaimsError, ExpectationsError, SuiteError: something chosen or shipped cannot be used.
    """
    everything = [claims.load(path) for path in claims.find(shipped.folder("claims"))]
    ids = Counter(model.id for revision in everything for model in revision.models)
    chosen = selection.choose(
        choice, among=lambda target: selection.is_recorded(cassettes, target)
    ) or selection.choose(choice)
    return Judging(
        chosen=chosen,
        suites=suites.load(shipped.folder("suites")),
        cassettes=cassettes,
        accepted=assessment.accepted(),
        evidence=evidence,
        shared=frozenset(id for id, number in ids.items() if number > 1),
    )


class Suite(pytest.File):
    """One module of the suites folder. It holds probes alone; a plain test in it is not run."""

    judging: Judging

    def __init__(self, *, judging_of: Callable[[pytest.Config], Judging], **arguments: Any) -> None:
        super().__init__(**arguments)
        self._judging_of = judging_of

    def collect(self) -> Iterator["Conformance"]:
        """The module's probes, each for the chosen models of the targets that have its row."""
        try:
            self.judging = self._judging_of(self.config)
        except MISTAKES as mistake:
            raise self.CollectError(str(mistake)) from mistake
        name = self.path.stem.removeprefix("test_")
        for suite, probe in self.judging.suites.values():
            if suite == name:
                yield from self._items(probe)

    def _items(self, probe: Probe) -> Iterator["Conformance"]:
        for choice in self.judging.chosen:
            for row in choice.rows:
                if row.id == probe.row:
                    for model in choice.models:
                        yield Conformance.from_parent(
                            self,
                            name=f"{probe.name}[{self.judging.label(choice, model)}]",
                            probe=probe,
                            choice=choice,
                            model=model,
                            row=row,
                        )


class Conformance(pytest.Item):
    """One row put to the test for one model."""

    parent: Suite

    def __init__(
        self, *, probe: Probe, choice: Chosen, model: Model, row: Row, **arguments: Any
    ) -> None:
        super().__init__(**arguments)
        self.probe, self.choice, self.model, self.row = probe, choice, model, row

    def runtest(self) -> None:
        """Judge; pass, fail, xfail or skip accordingly."""
        judging = self.parent.judging
        try:
            cell = judging.cell(self.choice, self.model, self.row)
        except MISTAKES as mistake:
            pytest.fail(str(mistake), pytrace=False)
        ruling = judging.ruling(self.choice, cell)
        self.user_properties += [
            ("target", self.choice.revision.target.id),
            ("revision", self.choice.revision.date.isoformat()),
            ("model", self.model.id),
            ("row", self.row.id),
            ("claim", cell.claim.value),
            ("behaviour", cell.behaviour.kind.value),
            ("verdict", cell.verdict.name),
            ("evidence", cell.evidence.value),
            ("summary", visible(cell.behaviour.summary)),
        ]
        seen = visible(f"{cell.verdict.name}: {cell.behaviour.summary}")
        match ruling.outcome:
            case Outcome.OPEN:
                pytest.skip(seen)
            case Outcome.ACCEPTED:
                pytest.xfail(f"{ruling.reason} ({seen})")
            case Outcome.FAILED:
                pytest.fail(_explained(cell, ruling, self.probe), pytrace=False)
            case Outcome.PASSED:
                self.add_report_section("call", "verdict", seen)
            case never:
                assert_never(never)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the probe stands, and its name."""
        return self.path, self.probe.walk.__code__.co_firstlineno - 1, self.name


def _explained(cell: Cell, ruling: Ruling, probe: Probe) -> str:
    """What is wrong, what shows it, and how it is mended; the first line says it all in short."""
    gist = ruling.reason or f"{cell.verdict.name}: {cell.behaviour.summary}"
    lines = [
        gist,
        "",
        f"row       {cell.row.id} ({cell.row.title})",
        f"claim     {cell.claim}: {' '.join(cell.row.words.split())}",
        f"seen      {cell.behaviour.kind}: {cell.behaviour.summary}",
        f"evidence  {cell.evidence}, {', '.join(map(str, cell.places)) or 'no exchange'}",
    ]
    for excerpt in cell.shown:
        lines += ["", *(f"  {line}".rstrip() for line in str(excerpt).splitlines())]
    return visible("\n".join([*lines, "", probe.meaning]))
