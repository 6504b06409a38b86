"""What others publicly reported of real endpoints, loaded from ``observations/<target>/*.toml``.

A field report bears on a row; it is shown beside the claim and the measurement, as evidence
`reported`, and never decides anything.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from pydantic import TypeAdapter

from messages_conformance import resources, schemas
from messages_conformance.claims.page import FrozenMapping
from messages_conformance.errors import ClaimsError
from messages_conformance.verdict import Kind

Grade = Literal["A", "A-", "B", "C"]


@dataclass(frozen=True)
class FieldReport:
    """One thing that was seen at a real endpoint, on one row, in one public report."""

    id: str
    """Its own among all of the target."""
    row: str
    date: str
    """ISO: a day, a month or a year, as exact as it is known."""
    summary: str
    """What was seen, in one sentence."""
    source: str
    grade: Grade
    """How much it can bear: A raw bytes, A- whole bodies, B a named report, C inferred."""
    host: str = ""
    plan: str = ""
    """How the requests were paid for."""
    models: tuple[str, ...] = ()
    behaviour: Kind | None = None
    """What a probe of the row would have said; None where the report does not decide it."""
    url: str = ""
    contradicts: tuple[str, ...] = ()
    """Ids of reports that say something else of the same thing."""
    supersedes: tuple[str, ...] = ()
    """Ids of older reports that this one shows to be out of date."""
    detail: FrozenMapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """What exactly was seen: request, response, events, figures."""


_REPORTS = TypeAdapter(tuple[FieldReport, ...])


def of_target(target: str) -> tuple[FieldReport, ...]:
    """All that is reported of a target, row by row in the files' order; empty if nothing is.

    Raises:
        ClaimsError: a file cannot be used.
    """
    return _of_target(resources.folder("observations") / target)


def on_rows(reports: Iterable[FieldReport], rows: Iterable[str]) -> tuple[FieldReport, ...]:
    """The reports on some rows, in the rows' order; of one row the newest first."""
    order = {row: place for place, row in enumerate(rows)}
    newest_first = sorted(reports, key=lambda report: report.date, reverse=True)
    found = (report for report in newest_first if report.row in order)
    return tuple(sorted(found, key=lambda report: order[report.row]))


@cache
def _of_target(folder: Path) -> tuple[FieldReport, ...]:
    reports: list[FieldReport] = []
    for path in sorted(folder.glob("*.toml")):
        reports += load(path)
    ids = [report.id for report in reports]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise ClaimsError(f"{folder}: several observations have the id {twice[0]!r}")
    return tuple(reports)


def load(path: Path) -> tuple[FieldReport, ...]:
    """Read one file of observations.

    Raises:
        ClaimsError: it is not TOML, or breaks ``schemas/observations.schema.json``.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ClaimsError(f"{path}: cannot be read: {problem.strerror}") from problem
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ClaimsError(f"{path}: cannot be read as TOML: {problem}") from problem
    if complaint := schemas.complaint(document, "observations"):
        raise ClaimsError(f"{path}: {complaint}")
    dated = [{**entry, "date": str(entry["date"])} for entry in document["observation"]]
    return _REPORTS.validate_python(
        [{name: entry[name] for name in entry if name != "date_precision"} for entry in dated]
    )
