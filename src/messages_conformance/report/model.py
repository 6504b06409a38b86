"""The report's values: what was judged, on what ground, and with which verdict."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

from messages_conformance.claims import Model, Revision, Row
from messages_conformance.exchange import Place
from messages_conformance.report.excerpt import Excerpt, excerpt
from messages_conformance.verdict import Behaviour, Claim, Evidence, Standing, Verdict

SHOWN = 2
"""How many exchanges of a cell that falls short are excerpted."""


@dataclass(frozen=True)
class Provenance:
    """Where one target's exchanges come from."""

    evidence: Evidence
    hosts: tuple[str, ...]
    """Host and port of what answered."""
    servers: tuple[str, ...]
    """What answered, as the recording names it: server and version, model file hash."""
    recorded: tuple[str, str] | None
    """First and last day of recording, as ISO dates; None where nothing was recorded."""
    requests: int
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Cell:
    """One row judged for one model.

    It keeps where its exchanges lie and excerpts of them, not the exchanges themselves, and so
    says the same whether it was just judged or read back from a saved report.
    """

    model: Model
    row: Row
    claim: Claim
    behaviour: Behaviour
    """Without its exchanges."""
    verdict: Verdict
    evidence: Evidence
    places: tuple[Place, ...]
    """Where the exchanges that show it lie."""
    shown: tuple[Excerpt, ...]
    """Excerpts of them, where the cell falls short of the page."""

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
            behaviour=replace(behaviour, exchanges=()),
            verdict=verdict,
            evidence=evidence,
            places=tuple(e.place for e in exchanges if e.place is not None),
            shown=tuple(excerpt(e) for e in exchanges[:SHOWN]) if bad else (),
        )


@dataclass(frozen=True)
class Finding:
    """One wire rule broken at one place in one exchange."""

    model: Model
    rule: str
    severity: str
    """``breaking``, ``contract`` or ``nicety``."""
    exchange: Place
    where: str
    message: str


@dataclass(frozen=True)
class TargetReport:
    """All that was judged of one target, in the page's order."""

    revision: Revision
    provenance: Provenance
    rows: tuple[Row, ...]
    models: tuple[Model, ...]
    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...] = ()

    @cached_property
    def by_row_and_model(self) -> dict[tuple[str, str], Cell]:
        """The cells under (row id, model id)."""
        return {(cell.row.id, cell.model.id): cell for cell in self.cells}


@dataclass(frozen=True)
class Report:
    """What was judged, of one target or several."""

    suite_version: str
    created: str
    """ISO date and time, UTC."""
    targets: tuple[TargetReport, ...]

    @property
    def exit_code(self) -> int:
        """0 as claimed, 1 promises broken or findings, 2 nothing could be judged."""
        standings = {cell.verdict.standing for target in self.targets for cell in target.cells}
        if Standing.BAD in standings or any(target.findings for target in self.targets):
            return 1
        return 2 if standings <= {Standing.OPEN} else 0
