"""The report's values: what was judged, on what evidence, and with which verdict."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Final, Self, TypeAlias

from pydantic import Field

from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.healing.breaks import who_breaks
from messages_conformance.protocol.exchange import Place
from messages_conformance.report.advice import Advice
from messages_conformance.report.detection import Detection
from messages_conformance.report.deviation import KnownDeviation
from messages_conformance.report.excerpt import Excerpt, excerpt
from messages_conformance.report.named_fault import NamedFault
from messages_conformance.report.newer_page import NewerPage
from messages_conformance.report.provenance import Provenance
from messages_conformance.report.repeats import ComparedRun, RunResult, is_flaky
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import (
    Behaviour,
    Claim,
    Evidence,
    Kind,
    Samples,
    Standing,
    Verdict,
)

LOOKS_LIKE = "Looks like"
"""The label of the named faults that a problem resembles."""
EXCERPTS = 2
"""How many exchanges of a cell are kept, besides a control."""

_TOLD: Final = (Kind.REFUSED, Kind.PARTIAL)
"""Behaviours of which it is said who breaks on them, also where no promise is broken."""


@dataclass(frozen=True)
class Cell:
    """One row judged for one model.

    It keeps the places of its exchanges and excerpts of them, not the exchanges themselves. So it
    is the same whether it was just judged or read back from a saved report.
    """

    model: Model
    row: Row
    claim: Claim
    kind: Annotated[Kind, Field(alias="behaviour")]
    """What was seen, in one word."""
    verdict: Verdict
    evidence: Evidence
    summary: str
    """What was seen, in one sentence."""
    places: Annotated[tuple[Place, ...], Field(alias="exchanges")]
    """Where the exchanges that show it lie."""
    samples: Samples | None = None
    """How often it was seen, where that was sampled."""
    lacking: tuple[str, ...] = ()
    """Of a partial behaviour, the tags of what is missing, as the row's ``lacks`` names them."""
    rules: tuple[str, ...] = ()
    """Of a behaviour that is partial only as clients cannot read the answer: the broken rules."""
    excerpts: tuple[Excerpt, ...] = ()
    """The most decisive of the exchanges."""
    clients: tuple[str, ...] = ()
    """Which clients break on those exchanges, and how, where the cell falls short, is partial or
    was refused: a sentence for those that do the same."""
    basis: str = ""
    """Of a simulation of what was observed: its observations, or that it is assumed."""
    resembles: tuple[str, ...] = ()
    """Which named faults look like this where they are injected, the most alike first."""
    known: KnownDeviation | None = None
    """The known deviation that names this cell, where one does."""
    runs: tuple[RunResult, ...] = ()
    """Its results in several runs, of which this is the worst; empty where there was one run."""

    @classmethod
    def judged(
        cls,
        model: Model,
        row: Row,
        claim: Claim,
        behaviour: Behaviour,
        verdict: Verdict,
        evidence: Evidence,
        excerpts: tuple[Excerpt, ...] | None = None,
    ) -> Self:
        """Make a cell from a behaviour, keeping what a report needs of its exchanges.

        ``excerpts`` are what is kept of them, by default of the first ones.
        """
        exchanges = behaviour.exchanges
        bad = verdict.standing is Standing.BAD
        return cls(
            model=model,
            row=row,
            claim=claim,
            kind=behaviour.kind,
            verdict=verdict,
            evidence=evidence,
            summary=behaviour.summary,
            places=tuple(e.place for e in exchanges if e.place is not None),
            samples=behaviour.samples,
            lacking=behaviour.lacking,
            rules=behaviour.rules,
            excerpts=tuple(map(excerpt, exchanges[:EXCERPTS])) if excerpts is None else excerpts,
            clients=_clients(behaviour) if bad or behaviour.kind in _TOLD else (),
        )

    @property
    def row_id(self) -> str:
        """The row's id."""
        return self.row.id

    @property
    def flaky(self) -> bool:
        """Whether its results differ from run to run."""
        return is_flaky(self.runs)

    @property
    def evidence_in_words(self) -> str:
        """What it rests on: the evidence, the samples, and what a simulation is made of."""
        said = (self.evidence.value, str(self.samples or ""), self.basis)
        return ", ".join(filter(None, said))


def _clients(behaviour: Behaviour) -> tuple[str, ...]:
    said = (sentence for each in behaviour.exchanges[:EXCERPTS] for sentence in who_breaks(each))
    return tuple(dict.fromkeys(said))


@dataclass(frozen=True)
class ReportedFinding:
    """One wire rule broken at one place in one exchange."""

    model: Model
    rule: str
    severity: Severity
    exchange: Place
    where: str
    message: str


@dataclass(frozen=True)
class BrokenClients:
    """Which clients break on what a wire rule is about, where it is broken."""

    rule: str
    sentences: tuple[str, ...]
    """Who, and how: a sentence for those that do the same."""


@dataclass(frozen=True)
class Observation:
    """What all exchanges of a model show of a row about the wire or a client.

    No page has such a row; an endpoint promises it by calling itself compatible.
    """

    row_id: Annotated[str, Field(alias="row")]
    title: str
    """The row's name for people."""
    model: Model
    exchanges: int
    """How many were inspected."""
    figures: str
    """What was measured, in words; empty where nothing was."""
    evidence: Evidence
    findings: tuple[ReportedFinding, ...] = ()
    clients: tuple[BrokenClients, ...] = ()
    """Which clients break on the findings, rule by rule; rules that no client minds are absent."""
    excerpts: tuple[Excerpt, ...] = ()
    """An exchange for each rule that is broken."""
    resembles: tuple[str, ...] = ()
    """Which named faults look like this where they are injected, the most alike first."""
    known: KnownDeviation | None = None
    """The known deviation that names it, where one does."""
    deferred: bool = False
    """Whether it has to wait until the exchanges of several machines are combined."""
    runs: tuple[RunResult, ...] = ()
    """Its results in several runs, whose exchanges it covers; empty where there was one run."""

    @cached_property
    def broken(self) -> int:
        """How many exchanges have a finding graver than an advisory."""
        return len({f.exchange for f in self.findings if f.severity is not Severity.ADVISORY})

    @property
    def kind(self) -> Kind:
        """What was seen, in one word."""
        if not self.exchanges:
            return Kind.UNMEASURED
        return Kind.BROKEN if self.broken else Kind.WORKS

    @property
    def flaky(self) -> bool:
        """Whether its results differ from run to run."""
        return is_flaky(self.runs)

    @property
    def evidence_in_words(self) -> str:
        """What it rests on."""
        return self.evidence.value

    @property
    def verdict(self) -> Verdict:
        """The judgement; an advisory is reported and never fails."""
        match self.kind:
            case Kind.UNMEASURED:
                return Verdict("unmeasured", Standing.OPEN)
            case Kind.BROKEN:
                return Verdict("broken", Standing.BAD)
            case _:
                return Verdict("kept", Standing.GOOD)

    @property
    def share(self) -> str:
        """How many exchanges are broken, as ``12 of 74``, or ``none`` where none was inspected."""
        return f"{self.broken:,} of {self.exchanges:,}" if self.exchanges else "none"

    @property
    def summary(self) -> str:
        """What was seen, in one sentence."""
        if self.deferred:
            return (
                "this shard has only part of the model's exchanges; 'combine' inspects all of them"
            )
        if not self.exchanges:
            return "no such exchange was recorded"
        rules, advisories = self._rules_named(advisory=False), self._rules_named(advisory=True)
        noun = "exchange breaks" if self.exchanges == 1 else "exchanges break"
        broken = f"{self.share} {noun} a rule" + (f" ({rules})" if rules else "")
        advised = f"advisory: {advisories}" if advisories else ""
        return "; ".join(filter(None, (broken, advised, self.figures)))

    def _rules_named(self, *, advisory: bool) -> str:
        """The ids of the rules of its findings, either the advisories or all others."""
        named = (f.rule for f in self.findings if (f.severity is Severity.ADVISORY) is advisory)
        return ", ".join(dict.fromkeys(named))


Judged: TypeAlias = Cell | Observation
"""A row judged for a model, by a probe or by an inspection."""


@dataclass(frozen=True)
class TargetReport:
    """All that was judged of one target, in the page's order."""

    revision: Revision
    provenance: Provenance
    rows: tuple[Row, ...]
    models: tuple[Model, ...]
    cells: tuple[Cell, ...]
    observations: tuple[Observation, ...] = ()
    """Row by row, and within a row model by model."""
    newer: NewerPage | None = None
    """What the newest revision of the page says of these rows; None where this is the newest."""
    reported: tuple[FieldReport, ...] = ()
    """What others reported of the rows shown: row by row, the newest first."""

    @cached_property
    def models_by_series(self) -> tuple[tuple[str, tuple[Model, ...]], ...]:
        """The models judged, under the names of their series."""
        return tuple(
            (series.name, tuple(model for model in self.models if model.series == series.id))
            for series in self.revision.series
        )

    def reported_of(self, row: str) -> tuple[FieldReport, ...]:
        """What others reported of a row."""
        return self._reported_by_row.get(row, ())

    @cached_property
    def _reported_by_row(self) -> dict[str, tuple[FieldReport, ...]]:
        rows: dict[str, list[FieldReport]] = {}
        for report in self.reported:
            rows.setdefault(report.row, []).append(report)
        return {row: tuple(found) for row, found in rows.items()}

    @cached_property
    def by_row_and_model(self) -> dict[tuple[str, str], Cell]:
        """The cells under (row id, model id)."""
        return {(cell.row.id, cell.model.id): cell for cell in self.cells}

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Cells and observations."""
        return (*self.cells, *self.observations)

    @property
    def findings(self) -> tuple[ReportedFinding, ...]:
        """The findings of all observations."""
        return tuple(found for seen in self.observations for found in seen.findings)


@dataclass(frozen=True)
class Report:
    """What was judged, of one target or several."""

    suite_version: str
    created: str
    """ISO date and time, UTC."""
    targets: tuple[TargetReport, ...]
    shards: tuple[str, ...] = ()
    """Which shards it covers, as ``2/5``; empty where the work was not split."""
    detection: Detection | None = None
    """Which faults the rows detect; None where that is not known."""
    runs: tuple[ComparedRun, ...] = ()
    """The runs it compares, the oldest first; empty where it is of one run."""
    advice: tuple[Advice, ...] = ()
    """What to do where a row falls short, by row id; empty in reports of older versions."""
    faults: tuple[NamedFault, ...] = ()
    """The named faults that cells resemble, sorted by name."""

    def advice_on(self, row: str) -> Advice | None:
        """What to do where a row falls short; None where that is not known."""
        return self._advice_by_row.get(row)

    def what_to_do(self, row: str, kind: Kind) -> tuple[tuple[str, str], ...]:
        """Pairs of a label and what to do about a behaviour of a row: the owner, the caller."""
        known = self.advice_on(row)
        return known.on(kind) if known else ()

    def told_of(self, judged: Judged) -> tuple[tuple[str, str], ...]:
        """What to do about a problem, and which named faults look like it: pairs as above."""
        faults = " · ".join(f"`{one.name}` {one.says}" for one in self.named_faults(judged))
        like = ((LOOKS_LIKE, faults),) if faults else ()
        return (*self.what_to_do(judged.row_id, judged.kind), *like)

    def named_faults(self, judged: Judged) -> tuple[NamedFault, ...]:
        """The named faults that look like what was judged, the most alike first."""
        return tuple(
            self._faults_by_name[name] for name in judged.resembles if name in self._faults_by_name
        )

    @cached_property
    def _faults_by_name(self) -> dict[str, NamedFault]:
        return {one.name: one for one in self.faults}

    @cached_property
    def _advice_by_row(self) -> dict[str, Advice]:
        return {one.row: one for one in self.advice}
