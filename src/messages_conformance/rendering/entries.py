"""The lists below a matrix: what falls short, is a warning or was observed, and what is open."""

import re
from dataclasses import dataclass
from itertools import groupby

from messages_conformance.claims.page import Model, Row
from messages_conformance.protocol.exchange import Place
from messages_conformance.rendering import legend
from messages_conformance.rendering.model_names import name_models
from messages_conformance.report import repeats
from messages_conformance.report.decisive import Decisive, decisive
from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.report import Cell, Judged, TargetReport
from messages_conformance.verdict import Claim, Kind, Standing

_PLACES = 3
"""How many places a statement names."""


@dataclass(frozen=True)
class Listing:
    """Which cells are listed under one heading."""

    heading: str
    standing: Standing
    accepted: bool = False
    """Whether it lists the cells that are accepted as known, or all others."""

    @property
    def advises(self) -> bool:
        """Whether its entries say what to do about them."""
        return self.standing in (Standing.BAD, Standing.WARNING)

    def has(self, cell: Cell) -> bool:
        """Whether a cell is listed here."""
        return cell.verdict.standing is self.standing and is_accepted(cell) is self.accepted


LISTINGS = (
    Listing("What falls short", Standing.BAD),
    Listing("What falls short and is accepted as known", Standing.BAD, accepted=True),
    Listing("Warnings: silently dropped where nothing was promised", Standing.WARNING),
    Listing("What was observed where the page says nothing", Standing.OBSERVED),
)
"""The lists of entries that follow the matrix."""
KEPT = Listing("What is as claimed", Standing.GOOD)
OPEN = Listing("What was not measured", Standing.OPEN)
"""What a page that can fold it away lists as well, so that every cell leads to its exchanges."""


def is_accepted(cell: Judged) -> bool:
    """Whether a cell falls short in a way that is accepted as known."""
    return cell.known is not None and cell.known.state is DeviationState.ACCEPTED


@dataclass(frozen=True)
class Statement:
    """What was seen, in one sentence, for some models."""

    models: str
    summary: str
    evidence: str
    """What it rests on: the evidence, the samples, and the results of several runs."""
    places: tuple[Place, ...]
    excerpts: tuple[Excerpt, ...]
    clients: tuple[str, ...] = ()
    """Which clients break on it, and how."""

    def decisive(self, row: str, shown: Excerpt) -> Decisive:
        """The decisive places of one of its excerpts."""
        return decisive(shown, row, self.summary, self.excerpts)

    @property
    def where(self) -> str:
        """Where the first few of the exchanges lie that show it."""
        named = ", ".join(str(place) for place in self.places[:_PLACES])
        more = len(self.places) - _PLACES
        return f"{named} and {more} more" if more > 0 else named


@dataclass(frozen=True)
class MatrixEntry:
    """One row with one verdict, and what was seen."""

    row: Row
    claim: Claim
    verdict: str
    standing: Standing
    kind: Kind
    statements: tuple[Statement, ...]
    simulated: bool = False
    """Whether only the project's own simulation showed it."""
    cells: tuple[Cell, ...] = ()
    """All cells that it is about."""

    @property
    def sign(self) -> legend.Sign:
        """How its verdict is drawn."""
        return legend.sign_of_verdict(self.verdict, self.standing, simulated=self.simulated)

    @property
    def shown(self) -> Statement | None:
        """The first statement with excerpts: those that a list shows."""
        return next((one for one in self.statements if one.excerpts), None)

    @property
    def page(self) -> str:
        """What the page says: the claim, and its words."""
        return f"{self.claim.value}: “{self.row.words}”"


@dataclass(frozen=True)
class Gap:
    """Cells left open for one reason."""

    verdict: str
    reason: str
    number: int
    where: tuple[tuple[str, tuple[str, ...]], ...]
    """Pairs of the models in words and the ids of their rows."""


def entries(target: TargetReport, listing: Listing) -> tuple[MatrixEntry, ...]:
    """The rows of one list, each with its statements and the models they are about."""
    chosen = [cell for cell in _by_row(target) if listing.has(cell)]
    grouped = groupby(chosen, key=lambda cell: (cell.row.id, cell.verdict.name, cell.claim))
    result = []
    for _, group in grouped:
        cells = list(group)
        alike: dict[tuple[str, str], list[Cell]] = {}
        for cell in cells:
            alike.setdefault((_IDS.sub("…", cell.summary), _evidence(cell)), []).append(cell)
        first = cells[0]
        result.append(
            MatrixEntry(
                first.row,
                first.claim,
                first.verdict.name,
                listing.standing,
                first.kind,
                tuple(_statement(target, group) for group in alike.values()),
                all(map(legend.is_simulated, cells)),
                tuple(cells),
            )
        )
    return tuple(result)


_IDS = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?:req|msg|toolu)_\w+")
"""What an endpoint names each request and answer by, and so no difference between models."""


def gaps(target: TargetReport) -> tuple[Gap, ...]:
    """The cells left open, by reason, the most frequent first."""
    reasons: dict[tuple[str, str], list[Cell]] = {}
    for cell in target.cells:
        if cell.verdict.standing is Standing.OPEN:
            reasons.setdefault((cell.verdict.name, cell.summary), []).append(cell)
    found = [
        Gap(verdict, reason, len(cells), _rows_by_models(target, cells))
        for (verdict, reason), cells in reasons.items()
    ]
    return tuple(sorted(found, key=lambda gap: -gap.number))


def _by_row(target: TargetReport) -> list[Cell]:
    """The cells in the page's order; those of a row with the same verdict stand together."""
    order = {row.id: place for place, row in enumerate(target.rows)}
    return sorted(
        target.cells, key=lambda cell: (order[cell.row.id], cell.verdict.name, cell.claim)
    )


def _statement(target: TargetReport, cells: list[Cell]) -> Statement:
    first = cells[0]
    return Statement(
        name_models(target, [cell.model for cell in cells]),
        first.summary,
        _evidence(first),
        tuple(place for cell in cells for place in cell.places),
        first.excerpts,
        first.clients,
    )


def _evidence(cell: Cell) -> str:
    """What a cell rests on, and its results in several runs where there are several."""
    if len(cell.runs) < 2:
        return cell.evidence_in_words
    results = repeats.describe_results(cell.runs)
    return f"{cell.evidence_in_words}; {'flaky' if cell.flaky else 'runs'}: {results}"


def _rows_by_models(
    target: TargetReport, cells: list[Cell]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    models: dict[str, list[Model]] = {}
    for cell in cells:
        models.setdefault(cell.row.id, []).append(cell.model)
    rows: dict[str, list[str]] = {}
    for row, its_models in models.items():
        rows.setdefault(name_models(target, its_models), []).append(row)
    return tuple((words, tuple(ids)) for words, ids in rows.items())
