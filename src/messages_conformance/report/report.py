"""The report's values: what was judged, on what evidence, and with which verdict."""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Self, TypeAlias

from pydantic import Field

from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.protocol.exchange import Place
from messages_conformance.report.detection import Detection
from messages_conformance.report.deviation import Known
from messages_conformance.report.excerpt import Excerpt, excerpt
from messages_conformance.report.repeats import CameOut, RunOf, is_flaky
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

SHOWN = 2
"""How many exchanges of a cell that falls short are excerpted."""


@dataclass(frozen=True)
class RecordingSummary:
    """What one cassette holds, in figures."""

    cassette: str
    """Its file, as a `Place` names it."""
    requests: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Provenance:
    """Where one target's exchanges come from."""

    evidence: Evidence
    hosts: tuple[str, ...]
    """Host and port of what answered."""
    servers: tuple[str, ...]
    """What answered, as the recording names it: server and version, model file hash."""
    recorded: tuple[str, str] | None = None
    """First and last day of recording, as ISO dates; None where nothing was recorded."""
    recordings: tuple[RecordingSummary, ...] = ()
    """What each cassette holds, by the names of the files."""

    @property
    def requests(self) -> int:
        """How many requests were made."""
        return sum(recording.requests for recording in self.recordings)

    @property
    def input_tokens(self) -> int:
        """Tokens sent, as the endpoint counts them."""
        return sum(recording.input_tokens for recording in self.recordings)

    @property
    def output_tokens(self) -> int:
        """Tokens received, as the endpoint counts them."""
        return sum(recording.output_tokens for recording in self.recordings)


@dataclass(frozen=True)
class Cell:
    """One row judged for one model.

    It keeps where its exchanges lie and excerpts of them, not the exchanges themselves, and so
    says the same whether it was just judged or read back from a saved report.
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
    shown: tuple[Excerpt, ...] = ()
    """Excerpts of the exchanges, where the cell falls short of the page."""
    known: Known | None = None
    """The known deviation that names this cell, where one does."""
    runs: tuple[CameOut, ...] = ()
    """How it came out in several runs, of which this is the worst; empty where there was one."""

    @classmethod
    def judged(
        cls,
        model: Model,
        row: Row,
        claim: Claim,
        behaviour: Behaviour,
        verdict: Verdict,
        evidence: Evidence,
    ) -> Self:
        """Make a cell of a behaviour, keeping what a report needs of its exchanges."""
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
            shown=tuple(excerpt(e) for e in exchanges[:SHOWN]) if bad else (),
        )

    @property
    def row_id(self) -> str:
        """The row's id."""
        return self.row.id

    @property
    def flaky(self) -> bool:
        """Whether it comes out differently from run to run."""
        return is_flaky(self.runs)

    @property
    def ground(self) -> str:
        """What it rests on: the evidence, and the samples where there are any."""
        return f"{self.evidence}, {self.samples}" if self.samples else self.evidence.value


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
class Observation:
    """What all exchanges of a model show of a row that no page has: of the wire, or of a client.

    The endpoint promises such a row by calling itself compatible.
    """

    row_id: Annotated[str, Field(alias="row")]
    title: str
    """The row's name for people."""
    model: Model
    exchanges: int
    """How many were looked at."""
    figures: str
    """What was measured, in words; empty where nothing was."""
    evidence: Evidence
    findings: tuple[ReportedFinding, ...] = ()
    known: Known | None = None
    """The known deviation that names it, where one does."""
    deferred: bool = False
    """Whether it is left to when the exchanges of several machines are together."""
    runs: tuple[CameOut, ...] = ()
    """How it came out in several runs, all of whose exchanges it is of."""

    @cached_property
    def broken(self) -> int:
        """In how many exchanges something graver than an advisory was found."""
        return len({f.exchange for f in self.findings if f.severity is not Severity.ADVISORY})

    @property
    def kind(self) -> Kind:
        """What was seen, in one word."""
        if not self.exchanges:
            return Kind.UNMEASURED
        return Kind.BROKEN if self.broken else Kind.WORKS

    @property
    def flaky(self) -> bool:
        """Whether it comes out differently from run to run."""
        return is_flaky(self.runs)

    @property
    def ground(self) -> str:
        """What it rests on."""
        return self.evidence.value

    @property
    def verdict(self) -> Verdict:
        """The judgement; advisories are told and never held against anyone."""
        match self.kind:
            case Kind.UNMEASURED:
                return Verdict("unmeasured", Standing.OPEN)
            case Kind.BROKEN:
                return Verdict("broken", Standing.BAD)
            case _:
                return Verdict("kept", Standing.GOOD)

    @property
    def share(self) -> str:
        """In how many exchanges something is broken, as ``12 of 74``; none where none was there."""
        return f"{self.broken:,} of {self.exchanges:,}" if self.exchanges else "none"

    @property
    def summary(self) -> str:
        """What was seen, in one sentence."""
        if self.deferred:
            return "this shard has only part of the model's exchanges; 'combine' looks at all"
        if not self.exchanges:
            return "no such exchange was recorded"
        rules = ", ".join(dict.fromkeys(f.rule for f in self.findings))
        said = f"{self.share} exchanges break a rule" + (f" ({rules})" if rules else "")
        return f"{said}; {self.figures}" if self.figures else said


Judged: TypeAlias = Cell | Observation
"""A row judged for a model, on whatever ground."""


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

    @cached_property
    def by_row_and_model(self) -> dict[tuple[str, str], Cell]:
        """The cells under (row id, model id)."""
        return {(cell.row.id, cell.model.id): cell for cell in self.cells}

    @property
    def judged(self) -> tuple[Judged, ...]:
        """Cells and observations alike."""
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
    """Of which shards it is, such as ``2/5``; empty where the work was not split."""
    detection: Detection | None = None
    """What the rows can tell, as far as that is known."""
    runs: tuple[RunOf, ...] = ()
    """The runs it is of, the oldest first; empty where it is of one."""
