"""Everything about one row: what pages say, what users reported, and what was exchanged."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from messages_conformance.claims.page import Row
from messages_conformance.rendering import entries, legend, promises, wire_table
from messages_conformance.rendering.entries import LISTINGS, MatrixEntry
from messages_conformance.rendering.model_names import name_models
from messages_conformance.rendering.side_by_side import entry_id
from messages_conformance.rendering.wire_table import Breach
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.named_fault import NamedFault
from messages_conformance.report.report import (
    Cell,
    Observation,
    Report,
    ReportedFinding,
    TargetReport,
)
from messages_conformance.verdict import Standing

_ALL = (*LISTINGS, entries.KEPT, entries.OPEN)
_MORE = 3
"""How many further places of a rule that is broken are named."""


@dataclass(frozen=True)
class ShownBreach:
    """A wire rule that is broken, with an exchange that shows it."""

    breach: Breach
    finding: ReportedFinding
    excerpt: Excerpt | None
    """None in reports of older versions."""
    others: tuple[str, ...]
    """Further exchanges that break it, the first few."""


@dataclass(frozen=True)
class Part:
    """What was found of a row at one target, with one verdict."""

    id: str
    sign: legend.Sign
    models: str
    why: str
    """Why this is the verdict."""
    entry: MatrixEntry | None
    """Of a row that is probed."""
    observations: tuple[tuple[str, str], ...]
    """Of a row that is inspected: pairs of a model and what was seen."""
    breaches: tuple[ShownBreach, ...]
    advice: tuple[tuple[str, str], ...]
    faults: tuple[NamedFault, ...]
    reason: str
    """Why it is accepted as known, where it is."""


@dataclass(frozen=True)
class TargetDetails:
    """A row at one target."""

    number: int
    target: TargetReport
    row: Row | None
    """None for a row that no page has."""
    now: str
    parts: tuple[Part, ...]

    @property
    def address(self) -> str:
        """Where a request is sent again; empty where that is not known."""
        return self.target.provenance.address


@dataclass(frozen=True)
class RowDetails:
    """Everything about one row."""

    row: str
    title: str
    meaning: tuple[str, ...]
    """What it means, in paragraphs."""
    power: str
    targets: tuple[TargetDetails, ...]


def row_details(report: Report) -> Iterator[RowDetails]:
    """The rows of all targets, in the order of the matrix."""
    found = [_of_target(number, one, report) for number, one in enumerate(report.targets, 1)]
    for row in dict.fromkeys(row for each in found for row in each):
        targets = tuple(each[row] for each in found if row in each)
        advice = report.advice_on(row)
        power = report.detection.rows.get(row) if report.detection else None
        named = f": {', '.join(power.detected)}" if power and power.detected else ""
        yield RowDetails(
            row,
            next((_title(one, row) for one in targets), ""),
            tuple(advice.meaning.split("\n\n")) if advice else (),
            f"detects {power.words} faults{named}" if power else "",
            targets,
        )


def _title(one: TargetDetails, row: str) -> str:
    if one.row:
        return one.row.title
    return next((seen.title for seen in one.target.observations if seen.row_id == row), "")


def _of_target(number: int, target: TargetReport, report: Report) -> dict[str, TargetDetails]:
    of_page: dict[str, list[Part]] = {row.id: [] for row in target.rows}
    for listing in _ALL:
        for entry in entries.entries(target, listing):
            of_page[entry.row.id].append(_probed(number, entry, target, report))
    rows = {row.id: row for row in target.rows}
    found = {
        id: TargetDetails(number, target, rows[id], _now(target, rows[id]), tuple(parts))
        for id, parts in of_page.items()
    }
    inspected: dict[str, dict[str, list[Observation]]] = {}
    for seen in target.observations:
        parts_of = inspected.setdefault(seen.row_id, {})
        parts_of.setdefault(entry_id(number, seen), []).append(seen)
    for id, by_part in inspected.items():
        parts = tuple(_inspected(key, seen, target, report) for key, seen in by_part.items())
        found[id] = TargetDetails(number, target, None, "", parts)
    return found


def _now(target: TargetReport, row: Row) -> str:
    return promises.now(target, row) if target.newer else ""


def _probed(number: int, entry: MatrixEntry, target: TargetReport, report: Report) -> Part:
    first = entry.cells[0]
    is_problem = first.verdict.standing in (Standing.BAD, Standing.WARNING)
    return Part(
        id=entry_id(number, first),
        sign=entry.sign,
        models=name_models(target, [cell.model for cell in entry.cells]),
        why=_why(first),
        entry=entry,
        observations=(),
        breaches=(),
        advice=report.what_to_do(first.row_id, first.kind) if is_problem else (),
        faults=report.named_faults(first),
        reason=first.known.terms if first.known else "",
    )


def _why(cell: Cell) -> str:
    says = "says nothing" if cell.claim.value == "unknown" else f"says {cell.claim}"
    if cell.verdict.standing is Standing.OPEN:
        return f"The page {says}. {legend.sign_of(cell).meaning}"
    meaning = legend.sign_of(cell).meaning
    return f"The page {says}, and what was seen is: {_SEEN[cell.kind.value]}. {meaning}"


_SEEN = {
    "works": "works",
    "partial": "works in part",
    "ignored": "accepted without effect",
    "refused": "refused",
    "broken": "broken",
}


def _inspected(id: str, seen: Sequence[Observation], target: TargetReport, report: Report) -> Part:
    first = seen[0]
    broken = first.verdict.standing is Standing.BAD
    return Part(
        id=id,
        sign=legend.sign_of(first),
        models=name_models(target, [one.model for one in seen]),
        why=(
            "No page has this row; an endpoint promises it by calling itself compatible. "
            f"{legend.sign_of(first).meaning}"
        ),
        entry=None,
        observations=tuple((one.model.id, one.summary) for one in seen),
        breaches=tuple(_breaches(seen, target)),
        advice=report.what_to_do(first.row_id, first.kind) if broken else (),
        faults=report.named_faults(first),
        reason=first.known.terms if first.known else "",
    )


def _breaches(seen: Sequence[Observation], target: TargetReport) -> Iterator[ShownBreach]:
    kept = {one.place: one for each in seen for one in each.excerpts}
    findings = [found for one in seen for found in one.findings]
    by_rule = wire_table.by_rule(findings)
    for breach, (_, found) in zip(wire_table.breaches(target, seen), by_rule, strict=True):
        shown = next((one for one in found if one.exchange in kept), breach.example)
        others = dict.fromkeys(str(one.exchange) for one in found if one.exchange != shown.exchange)
        yield ShownBreach(breach, shown, kept.get(shown.exchange), tuple(others)[:_MORE])
