"""One matrix of all targets of a report: their rows together, and their models side by side.

A column is a group of models of one series with the same results. Each line also tells in words
which models came out how, for screens too narrow for columns.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from messages_conformance.claims.combinations import is_derived
from messages_conformance.claims.page import Model, Row
from messages_conformance.rendering import entries, legend, promises, reported
from messages_conformance.rendering.legend import Mark, Sign
from messages_conformance.rendering.model_names import name_models
from messages_conformance.report.report import Cell, Judged, Observation, Report, TargetReport
from messages_conformance.verdict import Claim, Evidence, Standing

WIRE = "On the wire, and in a client"
WIDTHS = (45, 48, 60, 75, 90, 110)
"""The widths of the page, in units of its type size, at which its layout may change."""


@dataclass(frozen=True)
class SideColumn:
    """Models of one series of one target with the same results."""

    target: int
    """The number of the target, from 1."""
    series: str
    models: tuple[Model, ...]
    label: str
    """What stands above it: its models, or how many they are."""


@dataclass(frozen=True)
class SideCell:
    """What came out in one row for the models of a column."""

    sign: Sign
    word: str
    """The verdict; of what is inspected, how many exchanges break a rule."""
    marks: tuple[Mark, ...]
    evidence: str
    link: str
    """The id of what is said of it; empty where the row was not put to the test."""
    ids: tuple[str, ...]
    """An id for each of its models, by which the cell itself is linked to."""


@dataclass(frozen=True)
class Outcome:
    """The columns of a line that came out alike, in words."""

    sign: Sign
    word: str
    link: str
    models: str
    columns: tuple[int, ...]
    """Their numbers among all columns, from 0."""


@dataclass(frozen=True)
class SideGroup:
    """What one target has in a line: its page's claim, and a cell for each of its columns."""

    target: int
    claims: str
    now: str
    """What the newest page says, where that differs; otherwise empty."""
    reported: str
    """How many reports of users are unlike the page; otherwise empty."""
    cells: tuple[SideCell, ...]
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True)
class SideLine:
    """One row of any target."""

    row: str
    title: str
    power: str
    """What it detects; empty where that is not known, or where it detects what it should."""
    groups: tuple[SideGroup, ...]


@dataclass(frozen=True)
class SideSection:
    """The rows of one table."""

    id: str
    title: str
    lines: tuple[SideLine, ...]


@dataclass(frozen=True)
class SideBySide:
    """The whole matrix."""

    columns: tuple[SideColumn, ...]
    sections: tuple[SideSection, ...]

    @property
    def layout(self) -> str:
        """The names by which the style sheet knows from which width on columns have room.

        Below the first, each line is a list; below the second, cells show their sign alone.
        """
        number, pages = len(self.columns), len({column.target for column in self.columns})
        glyphs = 13.5 + 2.45 * number + 6 * (pages - 1)
        words = 19 + 5.6 * number + 6 * (pages - 1)
        return " ".join(
            f"{name}-{next(width for width in (*WIDTHS, math.inf) if width >= needed)}"
            for name, needed in (("glyphs", glyphs), ("words", words))
        )

    def of_target(self, number: int) -> tuple[SideColumn, ...]:
        """The columns of one target."""
        return tuple(column for column in self.columns if column.target == number)

    def by_series(self, number: int) -> tuple[tuple[str, tuple[SideColumn, ...]], ...]:
        """The columns of one target, under the names of their series."""
        series = groupby(self.of_target(number), key=lambda column: column.series)
        return tuple((name, tuple(columns)) for name, columns in series)


def entry_id(number: int, judged: Judged) -> str:
    """The id of what is said of a cell: of its row, target and verdict."""
    claim = judged.claim.value if isinstance(judged, Cell) else ""
    state = "accepted" if entries.is_accepted(judged) else ""
    verdict = (judged.verdict.name, judged.verdict.standing.value)
    parts = ("row", judged.row_id, str(number), claim, *verdict, state)
    return "/".join(part.replace(" ", "-") for part in parts if part)


def side_by_side(report: Report) -> SideBySide:
    """Put the rows and models of all targets into one matrix."""
    columns = [
        column
        for number, target in enumerate(report.targets, start=1)
        for column in _columns(number, target)
    ]
    every = [_TargetLines(number, target) for number, target in enumerate(report.targets, start=1)]
    sections = []
    for id, title in _section_titles(report.targets).items():
        rows = dict.fromkeys(row for lines in every for row in lines.rows(id))
        found = tuple(_line(report, row, every, columns) for row in rows)
        if found:
            sections.append(SideSection(id or "wire", title, found))
    return SideBySide(tuple(columns), tuple(sections))


def _section_titles(targets: Iterable[TargetReport]) -> dict[str, str]:
    """The tables of all pages, in their order; what is inspected stands under an empty id."""
    titles: dict[str, str] = {}
    for target in targets:
        for section in target.revision.sections:
            titles.setdefault(section.id, section.title)
    return {**titles, "": WIRE}


class _TargetLines:
    """What one target has of each row."""

    def __init__(self, number: int, target: TargetReport) -> None:
        self.number, self.target = number, target
        self.claims = {row.id: row for row in target.rows}
        self.cells: dict[tuple[str, str], Judged] = {
            (judged.row_id, judged.model.id): judged for judged in target.judged
        }
        self.titles = {one.row_id: one.title for one in target.observations}

    def rows(self, section: str) -> Iterator[str]:
        """The ids of its rows of a table; of an empty id, of the rows that are inspected."""
        if not section:
            yield from self.titles
            return
        yield from (row.id for row in self.target.rows if row.section == section)


def _columns(number: int, target: TargetReport) -> Iterator[SideColumn]:
    judged: dict[str, list[Judged]] = {}
    for one in target.judged:
        judged.setdefault(one.model.id, []).append(one)

    def results(model: Model) -> tuple[object, ...]:
        return tuple(
            (
                one.row_id,
                one.claim if isinstance(one, Cell) else None,
                one.verdict,
                one.evidence,
                one.known and one.known.state,
                one.flaky,
            )
            for one in judged.get(model.id, ())
        )

    for series in target.revision.series:
        groups: dict[tuple[object, ...], list[Model]] = {}
        for model in target.models:
            if model.series == series.id:
                groups.setdefault(results(model), []).append(model)
        for models in groups.values():
            whole = len(groups) == 1 and len(models) > 1
            names = f"{len(models)} models" if whole else ", ".join(model.id for model in models)
            yield SideColumn(number, series.name, tuple(models), names)


def _line(
    report: Report, row: str, every: Sequence[_TargetLines], columns: Sequence[SideColumn]
) -> SideLine:
    titles = (lines.titles.get(row) or _title(lines.claims.get(row)) for lines in every)
    power = report.detection.rows.get(row) if report.detection else None
    return SideLine(
        row,
        next(filter(None, titles), ""),
        f"detects {power.words}" if power and (power.missed or power.detects_nothing) else "",
        tuple(_group(lines, row, columns) for lines in every),
    )


def _title(row: Row | None) -> str:
    return row.words if row else ""


def _group(lines: _TargetLines, row: str, columns: Sequence[SideColumn]) -> SideGroup:
    target, claimed = lines.target, lines.claims.get(row)
    cells: list[SideCell] = []
    alike: dict[tuple[Sign, str, str], list[int]] = {}
    for number, column in enumerate(columns):
        if column.target != lines.number:
            continue
        judged = [lines.cells.get((row, model.id)) for model in column.models]
        cell = _cell(lines.number, row, [one for one in judged if one], column)
        cells.append(cell)
        word = cell.sign.word if cell.sign is not legend.ABSENT else ""
        if word:
            alike.setdefault((cell.sign, word, cell.link), []).append(number)
    outcomes = tuple(
        Outcome(
            sign,
            word,
            link,
            name_models(target, [m for number in numbers for m in columns[number].models]),
            tuple(numbers),
        )
        for (sign, word, link), numbers in alike.items()
    )
    now = promises.now(target, claimed) if claimed else ""
    return SideGroup(
        lines.number,
        _claims(target, claimed),
        "" if now == "same" else now,
        _unlike(target, claimed),
        tuple(cells),
        outcomes,
    )


def _claims(target: TargetReport, row: Row | None) -> str:
    """What the page says; several claims where it differs by model."""
    if row is None:
        return ""
    claims = {row.claim_for(model) for model in target.models}
    said = " / ".join(claim for claim in Claim if claim in claims)
    return f"{said} (derived)" if is_derived(row) else said


def _unlike(target: TargetReport, row: Row | None) -> str:
    if row is None:
        return ""
    reports = target.reported_of(row.id)
    unlike = sum(reported.is_unlike_page(row, one) for one in reports)
    return f"{unlike} of {len(reports)} reports differ" if unlike else ""


def _cell(number: int, row: str, judged: Sequence[Judged], column: SideColumn) -> SideCell:
    if not judged:
        return SideCell(legend.ABSENT, legend.ABSENT.word, (), "", "", ())
    first = judged[0]
    sign = legend.sign_of(first)
    marks = [mark for mark in legend.marks_of(first) if not _goes_without_saying(first, mark)]
    ids = tuple(f"cell/{number}/{row}/{model.id}" for model in column.models)
    word = _share(judged) if isinstance(first, Observation) else sign.word
    link = entry_id(number, first)
    return SideCell(sign, word, tuple(marks), first.evidence.value, link, ids)


def _share(judged: Sequence[Cell | Observation]) -> str:
    seen = [one for one in judged if isinstance(one, Observation)]
    exchanges = sum(one.exchanges for one in seen)
    return f"{sum(one.broken for one in seen):,} of {exchanges:,}" if exchanges else "none"


def _goes_without_saying(judged: Judged, mark: Mark) -> bool:
    """Whether the head of the page says it of all cells: what was measured, and how."""
    measured = (Evidence.LIVE, Evidence.RECORDED)
    return judged.evidence in measured and mark == legend.evidence_mark(judged.evidence)


def is_problem(sign: Sign) -> bool:
    """Whether a sign is of something that falls short, or of a warning."""
    return sign.standing in (Standing.BAD, Standing.WARNING)
