"""The matrix of a target: the page's rows, and a column for models with the same results."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from messages_conformance.claims.combinations import is_derived
from messages_conformance.claims.page import Model, Row, Section
from messages_conformance.report.report import Cell, TargetReport
from messages_conformance.verdict import Claim


@dataclass(frozen=True)
class Column:
    """Models of one series with the same result in every row."""

    series: str
    models: tuple[Model, ...]
    split: bool
    """Whether the series has further columns, so that this one must name its models."""

    @property
    def names(self) -> tuple[str, ...]:
        """The column's models where its series is split, otherwise their number."""
        if self.split or len(self.models) == 1:
            return tuple(model.id for model in self.models)
        return (f"{len(self.models)} models alike",)


@dataclass(frozen=True)
class MatrixLine:
    """One row of the matrix; a cell is None where the row was not chosen for that model."""

    row: Row
    claims: str
    """What the page says; several claims where it differs by model."""
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True)
class MatrixSection:
    """One of the page's tables, as a part of the matrix."""

    section: Section
    lines: tuple[MatrixLine, ...]


def columns(target: TargetReport) -> tuple[Column, ...]:
    """One column for each series, or for each group of its models with the same results."""
    cells = target.by_row_and_model

    def results(model: Model) -> tuple[object, ...]:
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
                groups.setdefault(results(model), []).append(model)
        result += [
            Column(series.name, tuple(models), len(groups) > 1) for models in groups.values()
        ]
    return tuple(result)


def columns_by_series(columns: Iterable[Column]) -> tuple[tuple[str, tuple[Column, ...]], ...]:
    """The columns under the name of their series."""
    return tuple(
        (series, tuple(group))
        for series, group in groupby(columns, key=lambda column: column.series)
    )


def merged_columns(columns: Iterable[Column]) -> tuple[tuple[str, str], ...]:
    """The columns whose heading does not name their models: pairs of heading and models."""
    return tuple(
        (f"{column.series}, {column.names[0]}", ", ".join(model.id for model in column.models))
        for column in columns
        if len(column.models) > 1 and not column.split
    )


def matrix_sections(target: TargetReport, columns: Iterable[Column]) -> tuple[MatrixSection, ...]:
    """The rows under the page's headings, with one cell for each column."""
    columns = tuple(columns)
    sections = []
    for section in target.revision.sections:
        lines = tuple(
            _line(target, row, columns) for row in target.rows if row.section == section.id
        )
        if lines:
            sections.append(MatrixSection(section, lines))
    return tuple(sections)


def _line(target: TargetReport, row: Row, columns: tuple[Column, ...]) -> MatrixLine:
    cells = target.by_row_and_model
    claims = {row.claim_for(model) for column in columns for model in column.models}
    said = " / ".join(claim for claim in Claim if claim in claims)
    return MatrixLine(
        row,
        f"{said} (derived)" if is_derived(row) else said,
        tuple(cells.get((row.id, column.models[0].id)) for column in columns),
    )
