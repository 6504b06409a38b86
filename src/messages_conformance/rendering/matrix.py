"""What every rendering shows of a target, arranged for reading: renderers only format it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from messages_conformance.claims.page import Model, Row, Section
from messages_conformance.protocol.exchange import Place
from messages_conformance.rendering.model_names import in_words
from messages_conformance.rendering.tally import Tally
from messages_conformance.report import repeats
from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.report import Cell, Judged, TargetReport
from messages_conformance.verdict import Claim, Standing

_PLACES = 3
"""How many places a sentence cites."""


@dataclass(frozen=True)
class Listing:
    """Which cells are told of under one heading."""

    heading: str
    standing: Standing
    accepted: bool = False
    """Whether it is of those that are known and accepted, or of all others."""

    @property
    def anchor(self) -> str:
        """Its part of the id of an entry."""
        return f"{self.standing}/accepted" if self.accepted else self.standing.value

    def has(self, cell: Cell) -> bool:
        """Whether a cell is told of here."""
        return cell.verdict.standing is self.standing and is_accepted(cell) is self.accepted


LISTINGS = (
    Listing("What falls short", Standing.BAD),
    Listing("What falls short, and is known and accepted", Standing.BAD, accepted=True),
    Listing("Warnings: dropped without a word where nothing was promised", Standing.WARNING),
    Listing("What was observed where the page says nothing", Standing.OBSERVED),
)
"""The lists of entries that follow the matrix."""


def anchor(cell: Cell) -> str | None:
    """The part of an entry's id by which its list is known; None where no list has the cell."""
    return next((listing.anchor for listing in LISTINGS if listing.has(cell)), None)


def is_accepted(cell: Judged) -> bool:
    """Whether a cell falls short in a way that is known and accepted."""
    return cell.known is not None and cell.known.state is DeviationState.ACCEPTED


@dataclass(frozen=True)
class Column:
    """Models of one series that came out alike in every row."""

    series: str
    models: tuple[Model, ...]
    split: bool
    """Whether the series has other columns too, so that this one must name its models."""

    @property
    def names(self) -> tuple[str, ...]:
        """The column's models where its series is split, else how many they are."""
        if self.split or len(self.models) == 1:
            return tuple(model.id for model in self.models)
        return (f"{len(self.models)} models alike",)


@dataclass(frozen=True)
class Line:
    """One row of the matrix; a cell is None where that row and model was not asked for."""

    row: Row
    claims: str
    """What the page says; several claims where it differs by model."""
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class Block:
    """One of the page's tables."""

    section: Section
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Saying:
    """One sentence about some models."""

    models: str
    summary: str
    ground: str
    """What it rests on: the evidence, the samples, and how it flips, where it does."""
    places: tuple[Place, ...]
    shown: tuple[Excerpt, ...]

    @property
    def where(self) -> str:
        """Where the exchanges lie that show it, the first few of them."""
        named = ", ".join(str(place) for place in self.places[:_PLACES])
        more = len(self.places) - _PLACES
        return f"{named} and {more} more" if more > 0 else named


@dataclass(frozen=True)
class Entry:
    """One row that came out one way, with what was seen."""

    row: Row
    claim: Claim
    verdict: str
    standing: Standing
    sayings: tuple[Saying, ...]

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


def columns(target: TargetReport) -> tuple[Column, ...]:
    """One column for each series, or for each group of its models that came out alike."""
    cells = target.by_row_and_model

    def outcome(model: Model) -> tuple[object, ...]:
        found = (cells.get((row.id, model.id)) for row in target.rows)
        return tuple(
            cell and (cell.verdict, cell.evidence, cell.known and cell.known.state, cell.flaky)
            for cell in found
        )

    result = []
    for series in target.revision.series:
        groups: dict[tuple[object, ...], list[Model]] = {}
        for model in target.models:
            if model.series == series.id:
                groups.setdefault(outcome(model), []).append(model)
        result += [
            Column(series.name, tuple(models), len(groups) > 1) for models in groups.values()
        ]
    return tuple(result)


def by_series(shown: Iterable[Column]) -> tuple[tuple[str, tuple[Column, ...]], ...]:
    """The columns under the name of their series."""
    return tuple(
        (series, tuple(group)) for series, group in groupby(shown, key=lambda one: one.series)
    )


def merged(shown: Iterable[Column]) -> tuple[tuple[str, str], ...]:
    """The columns whose heading does not name their models: pairs of heading and models."""
    return tuple(
        (f"{column.series}, {column.names[0]}", ", ".join(model.id for model in column.models))
        for column in shown
        if len(column.models) > 1 and not column.split
    )


def matrix(target: TargetReport, shown: Iterable[Column]) -> tuple[Block, ...]:
    """The rows under the page's headings, with one cell for each column."""
    shown = tuple(shown)
    blocks = []
    for section in target.revision.sections:
        lines = tuple(_line(target, row, shown) for row in target.rows if row.section == section.id)
        if lines:
            blocks.append(Block(section, lines))
    return tuple(blocks)


def tallies(target: TargetReport) -> tuple[tuple[Claim, Tally], ...]:
    """The counts by what the page says, for those claims that occur."""
    return tuple(
        (claim, Tally.of(cells))
        for claim in Claim
        if (cells := [cell for cell in target.cells if cell.claim is claim])
    )


def entries(target: TargetReport, listing: Listing) -> tuple[Entry, ...]:
    """The rows of one list, each with its sentences and the models they are about."""
    chosen = [cell for cell in _by_row(target) if listing.has(cell)]
    grouped = groupby(chosen, key=lambda cell: (cell.row.id, cell.verdict.name, cell.claim))
    result = []
    for _, group in grouped:
        cells = list(group)
        said: dict[tuple[str, str], list[Cell]] = {}
        for cell in cells:
            said.setdefault((cell.summary, _ground(cell)), []).append(cell)
        first = cells[0]
        result.append(
            Entry(
                first.row,
                first.claim,
                first.verdict.name,
                listing.standing,
                tuple(_saying(target, alike) for alike in said.values()),
            )
        )
    return tuple(result)


def gaps(target: TargetReport) -> tuple[Gap, ...]:
    """The cells left open, by reason, the most frequent first."""
    reasons: dict[tuple[str, str], list[Cell]] = {}
    for cell in target.cells:
        if cell.verdict.standing is Standing.OPEN:
            reasons.setdefault((cell.verdict.name, cell.summary), []).append(cell)
    found = [
        Gap(verdict, reason, len(cells), _where(target, cells))
        for (verdict, reason), cells in reasons.items()
    ]
    return tuple(sorted(found, key=lambda gap: -gap.number))


def _line(target: TargetReport, row: Row, shown: tuple[Column, ...]) -> Line:
    cells = target.by_row_and_model
    claims = {row.claim_for(model) for column in shown for model in column.models}
    return Line(
        row,
        " / ".join(claim for claim in Claim if claim in claims),
        tuple(cells.get((row.id, column.models[0].id)) for column in shown),
    )


def _by_row(target: TargetReport) -> list[Cell]:
    """The cells in the page's order; those of a row that came out alike stand together."""
    order = {row.id: place for place, row in enumerate(target.rows)}
    return sorted(
        target.cells, key=lambda cell: (order[cell.row.id], cell.verdict.name, cell.claim)
    )


def _saying(target: TargetReport, cells: list[Cell]) -> Saying:
    first = cells[0]
    return Saying(
        in_words(target, [cell.model for cell in cells]),
        first.summary,
        _ground(first),
        tuple(place for cell in cells for place in cell.places),
        first.shown,
    )


def _ground(cell: Cell) -> str:
    """What a cell rests on, and how it came out in several runs where that differs."""
    if len(cell.runs) < 2:
        return cell.ground
    return f"{cell.ground}; {'flaky' if cell.flaky else 'runs'}: {repeats.in_words(cell.runs)}"


def _where(target: TargetReport, cells: list[Cell]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    models: dict[str, list[Model]] = {}
    for cell in cells:
        models.setdefault(cell.row.id, []).append(cell.model)
    rows: dict[str, list[str]] = {}
    for row, its_models in models.items():
        rows.setdefault(in_words(target, its_models), []).append(row)
    return tuple((words, tuple(ids)) for words, ids in rows.items())
