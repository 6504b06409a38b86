"""Several reports as one: what shards judged on several machines, merged.

The order of the reports and their grouping do not matter, and a report merged with itself is
itself. Where two hold the same cell, the one that says more stays; where both say something, they
must agree. Contradictory reports, or reports of different revisions or versions, are rejected.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import reduce
from typing import TypeVar

from messages_conformance.claims.page import Revision
from messages_conformance.errors import CombineError
from messages_conformance.report.advice import merge_advice
from messages_conformance.report.detection import Detection
from messages_conformance.report.named_fault import merge_faults
from messages_conformance.report.provenance import Provenance, RecordingSummary
from messages_conformance.report.report import Cell, Observation, Report, TargetReport
from messages_conformance.verdict import Evidence, Kind, Standing

_T = TypeVar("_T")


def merge(left: Report, right: Report) -> Report:
    """Merge two reports into one with the date of the newer.

    Raises:
        CombineError: they are of different suite versions, of different revisions of a page, or
            contradict each other.
    """
    version = same_version(left, right)
    if left.runs != right.runs:
        raise CombineError(
            "a report of several runs cannot be merged with a report of others; combine the "
            "shards of each run first, and then the runs"
        )
    shards = {*left.shards, *right.shards}
    if len(splits := {shard.partition("/")[2] for shard in shards}) > 1:
        raise CombineError(
            "the reports are shards of different splits, "
            f"into {' and into '.join(sorted(splits))}; combine those of one split"
        )
    return Report(
        suite_version=version,
        created=max(left.created, right.created),
        targets=merge_targets((*left.targets, *right.targets)),
        shards=tuple(sorted(shards, key=lambda shard: int(shard.partition("/")[0]))),
        detection=newest_detection((left, right)),
        runs=left.runs,
        advice=merge_advice(left.advice, right.advice),
        faults=merge_faults(left.faults, right.faults),
    )


def missing_shards(report: Report) -> tuple[str, ...]:
    """The shards that a report lacks, where it has others of the same split."""
    of = int(report.shards[0].partition("/")[2]) if report.shards else 0
    every = (f"{number}/{of}" for number in range(1, of + 1))
    return tuple(shard for shard in every if shard not in report.shards)


def merge_targets(targets: Iterable[TargetReport]) -> tuple[TargetReport, ...]:
    """Merge what was judged of the same target; different targets stay apart.

    Raises:
        CombineError: as `merge`.
    """
    by_id: dict[str, list[TargetReport]] = {}
    for target in targets:
        by_id.setdefault(target.revision.target.id, []).append(target)
    return tuple(reduce(_merge_target, group) for group in by_id.values())


def same_version(*reports: Report) -> str:
    """The version of the suite that judged all the reports.

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


def same_page(left: Revision, right: Revision) -> Revision:
    """The page that both were judged against.

    Raises:
        CombineError: the pages differ.
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
    differing = [row.id for row in left.rows if right.rows_by_id.get(row.id) != row]
    where = f" (row {', '.join(differing)})" if differing else ""
    raise CombineError(
        f"the reports have different claims for the same revision of target {id!r}{where}; "
        "judge all recordings with the same claims"
    )


def newest_detection(reports: Iterable[Report]) -> Detection | None:
    """What rows detect, by the newest kill matrix: it belongs to the suite, not to a report."""
    return max(
        (report.detection for report in reports if report.detection),
        key=lambda detection: (detection.created, detection.current),
        default=None,
    )


def merge_provenance(left: Provenance, right: Provenance) -> Provenance:
    """Where the exchanges of both come from; the weakest evidence counts.

    Raises:
        CombineError: two different recordings have one name.
    """
    evidence = {left.evidence, right.evidence} - {Evidence.NONE}
    days = [day for one in (left, right) for day in one.recorded or ()]
    recordings = _merge_by(
        (*left.recordings, *right.recordings), lambda one: one.cassette, _same_recording
    )
    return Provenance(
        evidence=max(evidence, key=list(Evidence).index, default=Evidence.NONE),
        hosts=_sorted(left.hosts, right.hosts),
        addresses=_sorted(left.addresses, right.addresses),
        servers=_sorted(left.servers, right.servers),
        played=_sorted(left.played, right.played),
        recorded=(min(days), max(days)) if days else None,
        recordings=tuple(sorted(recordings, key=lambda one: one.cassette)),
    )


def _merge_target(left: TargetReport, right: TargetReport) -> TargetReport:
    revision = same_page(left.revision, right.revision)
    rows = {row.id for row in (*left.rows, *right.rows)}
    models = {*left.models, *right.models}
    cells = _merge_by(
        (*left.cells, *right.cells), lambda cell: (cell.row.id, cell.model.id), _fuller_cell
    )
    observations = _merge_by(
        (*left.observations, *right.observations),
        lambda one: (one.row_id, one.model.id),
        _fuller_observation,
    )
    model_order = {model.id: place for place, model in enumerate(revision.models)}
    row_order = {row.id: place for place, row in enumerate(revision.rows)}
    inspected = list(dict.fromkeys(one.row_id for one in observations))
    return TargetReport(
        revision=revision,
        provenance=merge_provenance(left.provenance, right.provenance),
        rows=tuple(row for row in revision.rows if row.id in rows),
        models=tuple(model for model in revision.models if model in models),
        cells=tuple(
            sorted(cells, key=lambda cell: (model_order[cell.model.id], row_order[cell.row.id]))
        ),
        observations=tuple(
            sorted(
                observations,
                key=lambda one: (inspected.index(one.row_id), model_order[one.model.id]),
            )
        ),
        # Of shards with other rows it is made anew, by whoever looks at the whole.
        newer=left.newer if left.newer == right.newer else None,
        reported=left.reported if left.reported == right.reported else (),
    )


def _merge_by(
    values: Iterable[_T], key: Callable[[_T], object], choose: Callable[[_T, _T], _T]
) -> list[_T]:
    """The values, one for each key."""
    merged: dict[object, _T] = {}
    for value in values:
        name = key(value)
        merged[name] = choose(merged[name], value) if name in merged else value
    return list(merged.values())


def _fuller_cell(left: Cell, right: Cell) -> Cell:
    """The cell that says more; of two that say the same, always the same one."""
    both_judged = Standing.OPEN not in (left.verdict.standing, right.verdict.standing)
    if both_judged and (left.claim, left.kind, left.verdict) != (
        right.claim,
        right.kind,
        right.verdict,
    ):
        names = " and ".join(sorted((left.verdict.name, right.verdict.name)))
        raise CombineError(
            f"row {left.row.id} for {left.model.id} came out differently, {names}; keep the "
            "report that you trust, or record that row again; to compare whole runs, use --runs"
        )
    return min(left, right, key=_cell_order)


def _cell_order(cell: Cell) -> tuple[object, ...]:
    """Sorts what says more first; the evidence decides next, and the words last."""
    silent = [Kind.UNCLEAR, Kind.UNMEASURED]
    silence = silent.index(cell.kind) + 1 if cell.kind in silent else 0
    words = (cell.summary, cell.samples, cell.places, cell.excerpts, cell.known)
    return silence, list(Evidence).index(cell.evidence), repr(words)


def _fuller_observation(left: Observation, right: Observation) -> Observation:
    """The observation that inspected something; two that did must have seen the same."""
    if left.exchanges and right.exchanges and _seen(left) != _seen(right):
        raise CombineError(
            f"row {left.row_id} for {left.model.id} was inspected in different exchanges, which "
            "cannot be added up; combine the recordings, and judge them as one"
        )
    return min(left, right, key=_observation_order)


def _seen(one: Observation) -> Observation:
    return replace(one, known=None, evidence=Evidence.NONE)


def _observation_order(one: Observation) -> tuple[object, ...]:
    """Sorts what was inspected first, then what a shard deferred, and what is absent last.

    A shard that lacks an exchange does not know whether another shard has it.
    """
    silence = 0 if one.exchanges else 1 if one.deferred else 2
    return silence, list(Evidence).index(one.evidence), repr(one.known)


def _same_recording(left: RecordingSummary, right: RecordingSummary) -> RecordingSummary:
    if left != right:
        raise CombineError(
            f"the reports rest on different recordings that are both called {left.cassette}; "
            "keep one of the two and judge it again (shards never share a file)"
        )
    return left


def _sorted(left: Sequence[str], right: Sequence[str]) -> tuple[str, ...]:
    return tuple(sorted({*left, *right}))
