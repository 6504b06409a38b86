"""Several reports as one: what shards judged on several machines, put together again.

Combining is lawful: the order of the reports and their grouping do not matter, but for the
order of rows that no report holds together; and a report combined with itself is itself. Where
two hold the same cell, the one that says more stays; where both say something, they must agree.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import reduce
from typing import TypeVar

from messages_conformance.claims.page import Revision, Row
from messages_conformance.errors import CombineError
from messages_conformance.report.detection import Detection
from messages_conformance.report.report import (
    Cell,
    Observation,
    Provenance,
    Recording,
    Report,
    TargetReport,
)
from messages_conformance.verdict import Evidence, Kind, Standing

_T = TypeVar("_T")


def combine(left: Report, right: Report) -> Report:
    """Put two reports together, dated as the younger of them.

    Raises:
        CombineError: they are of different suite versions, of different revisions of a page, or
            contradict each other.
    """
    version = one_version(left, right)
    if left.runs != right.runs:
        raise CombineError(
            "a report of several runs cannot be one with a report of others; combine the shards "
            "of each run first, and then the runs"
        )
    shards = {*left.shards, *right.shards}
    if len(splits := {shard.partition("/")[2] for shard in shards}) > 1:
        raise CombineError(
            "the reports are shards of different splits, "
            f"into {' and into '.join(sorted(splits))}; combine those of one"
        )
    return Report(
        version,
        max(left.created, right.created),
        join((*left.targets, *right.targets)),
        tuple(sorted(shards, key=lambda shard: int(shard.partition("/")[0]))),
        youngest_detection((left, right)),
        left.runs,
    )


def one_version(*reports: Report) -> str:
    """The version of the suite by which all were judged.

    Raises:
        CombineError: there are several.
    """
    versions = sorted({report.suite_version for report in reports})
    if len(versions) > 1:
        raise CombineError(
            f"the reports were judged by different versions of the suite, {' and '.join(versions)}"
            "; judge all recordings with one version and combine those reports"
        )
    return versions[0]


def youngest_detection(reports: Iterable[Report]) -> Detection | None:
    """What rows can tell: it belongs to the suite, and of several kill matrices one counts."""
    return max(
        (report.detection for report in reports if report.detection),
        key=lambda known: (known.created, known.current),
        default=None,
    )


def missing(report: Report) -> tuple[str, ...]:
    """The shards that a report is not of, though it is of others of the same split."""
    of = int(report.shards[0].partition("/")[2]) if report.shards else 0
    every = (f"{number}/{of}" for number in range(1, of + 1))
    return tuple(shard for shard in every if shard not in report.shards)


def join(targets: Iterable[TargetReport]) -> tuple[TargetReport, ...]:
    """Put together what was judged of the same targets; others stay beside each other.

    Raises:
        CombineError: as `combine`.
    """
    by_id: dict[str, list[TargetReport]] = {}
    for target in targets:
        by_id.setdefault(target.revision.target.id, []).append(target)
    return tuple(reduce(_targets, group) for group in by_id.values())


def _targets(left: TargetReport, right: TargetReport) -> TargetReport:
    revision = one_page(left.revision, right.revision)
    rows = {row.id for row in (*left.rows, *right.rows)}
    models = {*left.models, *right.models}
    cells = united((*left.cells, *right.cells), lambda cell: (cell.row.id, cell.model.id), _cell)
    seen = united(
        (*left.observations, *right.observations),
        lambda one: (one.row_id, one.model.id),
        _observation,
    )
    order = {model.id: place for place, model in enumerate(revision.models)}
    row_order = {row.id: place for place, row in enumerate(revision.rows)}
    inspected = {row: place for place, row in enumerate(dict.fromkeys(o.row_id for o in seen))}
    return TargetReport(
        revision=revision,
        provenance=grounds(left.provenance, right.provenance),
        rows=tuple(row for row in revision.rows if row.id in rows),
        models=tuple(model for model in revision.models if model in models),
        cells=tuple(sorted(cells, key=lambda cell: (order[cell.model.id], row_order[cell.row.id]))),
        observations=tuple(
            sorted(seen, key=lambda one: (inspected[one.row_id], order[one.model.id]))
        ),
    )


def united(
    values: Iterable[_T], slot: Callable[[_T], object], either: Callable[[_T, _T], _T]
) -> list[_T]:
    """The values, one for each slot."""
    slots: dict[object, _T] = {}
    for value in values:
        key = slot(value)
        slots[key] = either(slots[key], value) if key in slots else value
    return list(slots.values())


def one_page(left: Revision, right: Revision) -> Revision:
    """A page of which both hold the rows they judged, or all.

    Raises:
        CombineError: they are not of one page.
    """
    if left == right:
        return left
    id = left.target.id
    if left.date != right.date:
        dates = " and ".join(sorted((left.date.isoformat(), right.date.isoformat())))
        raise CombineError(
            f"target {id!r} was judged against different revisions of its page, {dates}; "
            "judge all recordings against one of them"
        )
    if replace(left, rows=()) != replace(right, rows=()):
        raise CombineError(
            f"target {id!r} is described differently in the reports (address, series or models), "
            "though its page has one date; use the same claims for all of them"
        )
    rows = united((*left.rows, *right.rows), lambda row: row.id, _row)
    sections = [section.id for section in left.sections]
    return replace(left, rows=tuple(sorted(rows, key=lambda row: sections.index(row.section))))


def _row(left: Row, right: Row) -> Row:
    if left != right:
        raise CombineError(
            f"the reports tell differently what the page says of row {left.id!r}; "
            "use the same claims for all of them"
        )
    return left


def _cell(left: Cell, right: Cell) -> Cell:
    """The cell that says more; of two that say the same, always the same one."""
    both_said = Standing.OPEN not in (left.verdict.standing, right.verdict.standing)
    if both_said and (left.claim, left.kind, left.verdict) != (
        right.claim,
        right.kind,
        right.verdict,
    ):
        names = " and ".join(sorted((left.verdict.name, right.verdict.name)))
        raise CombineError(
            f"row {left.row.id} for {left.model.id} came out differently, {names}; "
            "keep the report that you trust, or record that row again; whole runs that may differ "
            "are laid upon each other with --runs"
        )
    return min(left, right, key=_said)


def _said(cell: Cell) -> tuple[object, ...]:
    """Sorts what says more first; the evidence decides next, and the words last."""
    silent = [Kind.UNCLEAR, Kind.UNMEASURED]
    silence = silent.index(cell.kind) + 1 if cell.kind in silent else 0
    ground = (cell.behaviour, cell.places, cell.shown, cell.known)
    return silence, list(Evidence).index(cell.evidence), repr(ground)


def _observation(left: Observation, right: Observation) -> Observation:
    """The observation that looked at something; two that did must have seen the same."""
    if left.exchanges and right.exchanges and _seen(left) != _seen(right):
        raise CombineError(
            f"row {left.row_id} for {left.model.id} was looked for in different exchanges, which "
            "cannot be added up; combine the recordings, and judge them together"
        )
    return min(left, right, key=_looked_at)


def _seen(one: Observation) -> Observation:
    return replace(one, known=None, evidence=Evidence.NONE)


def _looked_at(one: Observation) -> tuple[object, ...]:
    """Sorts what was looked at first, and what nobody looked at yet before what is not there.

    A shard that lacks an exchange does not know whether another has it.
    """
    silence = 0 if one.exchanges else 1 if one.deferred else 2
    return silence, list(Evidence).index(one.evidence), repr(one.known)


def grounds(left: Provenance, right: Provenance) -> Provenance:
    """Where all of it comes from; the weakest evidence speaks for both.

    Raises:
        CombineError: two recordings have one name.
    """
    grounds = {left.evidence, right.evidence} - {Evidence.NONE}
    days = [day for one in (left, right) for day in one.recorded or ()]
    recordings = united((*left.recordings, *right.recordings), lambda one: one.cassette, _recording)
    return Provenance(
        evidence=max(grounds, key=list(Evidence).index, default=Evidence.NONE),
        hosts=_sorted(left.hosts, right.hosts),
        servers=_sorted(left.servers, right.servers),
        recorded=(min(days), max(days)) if days else None,
        recordings=tuple(sorted(recordings, key=lambda one: one.cassette)),
    )


def _recording(left: Recording, right: Recording) -> Recording:
    if left != right:
        raise CombineError(
            f"the reports rest on different recordings that are both called {left.cassette}; "
            "keep one of the two and judge it again (shards never share a file)"
        )
    return left


def _sorted(left: Sequence[str], right: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*left, *right}))
