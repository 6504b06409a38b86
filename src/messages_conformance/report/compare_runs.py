"""Several runs of the same cells as one report: what differs between runs is marked, not averaged.

Where `merge_shards` puts together parts of one run, this compares whole runs. Each cell says how it
came out in every run; where that differs, the worst of what was judged stands for it. An inspected
row covers the exchanges of all runs. The order of the runs does not matter: they are numbered by
age, and the places of their exchanges begin with that number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from urllib.parse import urlsplit

from messages_conformance.errors import CombineError
from messages_conformance.protocol.exchange import Place
from messages_conformance.report.advice import merge_advice
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.json_format import to_json
from messages_conformance.report.merge_shards import (
    merge_provenance,
    missing_shards,
    newest_detection,
    same_page,
    same_version,
)
from messages_conformance.report.named_fault import merge_faults
from messages_conformance.report.provenance import Provenance
from messages_conformance.report.repeats import ComparedRun, RunResult, badness, count_results
from messages_conformance.report.report import Cell, Judged, Observation, Report, TargetReport
from messages_conformance.verdict import Evidence


def age_of(report: Report) -> tuple[str, str]:
    """What reports are sorted and numbered by, the oldest first."""
    return report.created, to_json(report)


def run_id(number: int) -> str:
    """The name of a run, and of the folder of its recordings; the first number is 1."""
    return f"run-{number}"


def compare(reports: Iterable[Report]) -> Report:
    """Compare whole runs.

    Raises:
        CombineError: there are fewer than two, or one twice; one is of several runs already or
            lacks shards; or they are of different suite versions, revisions or hosts.
    """
    runs = sorted(reports, key=age_of)
    if len(runs) < 2:
        raise CombineError("one run cannot be compared with itself; name two or more")
    if any(run.runs for run in runs):
        raise CombineError("one of the reports is of several runs already; name those runs instead")
    for run in runs:
        if lacking := missing_shards(run):
            raise CombineError(
                f"the run of {run.created} lacks shard {', '.join(lacking)}; "
                "combine the shards of each run first"
            )
    if any(older == younger for older, younger in pairwise(runs)):
        raise CombineError("one run is named twice; name each once")
    return compare_in_order(runs)


def compare_in_order(runs: Sequence[Report]) -> Report:
    """Compare whole runs that are different ones for certain, the oldest first.

    Raises:
        CombineError: they are of different suite versions, revisions or hosts.
    """
    version = same_version(*runs)
    numbered = [(run_id(number), run) for number, run in enumerate(runs, start=1)]
    by_target: dict[str, list[TargetReport]] = {}
    for id, run in numbered:
        for target in run.targets:
            by_target.setdefault(target.revision.target.id, []).append(_of_run(id, target))
    return Report(
        suite_version=version,
        created=runs[-1].created,
        targets=tuple(map(_target, by_target.values())),
        detection=newest_detection(runs),
        runs=tuple(ComparedRun(id, run.created) for id, run in numbered),
        advice=merge_advice(*(run.advice for run in runs)),
        faults=merge_faults(*(run.faults for run in runs)),
    )


def _target(targets: Sequence[TargetReport]) -> TargetReport:
    revision = reduce(same_page, (target.revision for target in targets))
    _one_host(targets)
    rows = {row.id for target in targets for row in target.rows}
    models = {model for target in targets for model in target.models}
    cells: dict[tuple[str, str], list[Cell]] = {}
    seen: dict[tuple[str, str], list[Observation]] = {}
    for target in targets:
        for cell in target.cells:
            cells.setdefault((cell.row.id, cell.model.id), []).append(cell)
        for one in target.observations:
            seen.setdefault((one.row_id, one.model.id), []).append(one)
    inspected = dict.fromkeys(row for row, _ in seen)
    return TargetReport(
        revision=revision,
        provenance=reduce(merge_provenance, (target.provenance for target in targets)),
        rows=tuple(row for row in revision.rows if row.id in rows),
        models=tuple(model for model in revision.models if model in models),
        cells=tuple(
            _cell(cells[row.id, model.id])
            for model in revision.models
            for row in revision.rows
            if (row.id, model.id) in cells
        ),
        observations=tuple(
            _observation(seen[row, model.id])
            for row in inspected
            for model in revision.models
            if (row, model.id) in seen
        ),
    )


def _one_host(targets: Sequence[TargetReport]) -> None:
    """Reject runs of different endpoints; a port may change, as that of a local server does."""
    hosts = {
        urlsplit(f"//{host}").hostname or host
        for target in targets
        for host in target.provenance.hosts
    }
    if len(hosts) > 1:
        raise CombineError(
            f"target {targets[0].revision.target.id!r} was answered by different hosts, "
            f"{' and '.join(sorted(hosts))}; differences between hosts are not drift, so "
            "compare runs of one host"
        )


def _cell(runs: Sequence[Cell]) -> Cell:
    """The worst of the runs that could be judged; of equal ones, the oldest."""
    worst = min(runs, key=lambda cell: badness(cell.kind, cell.verdict))
    return replace(worst, known=None, runs=_outcomes(runs))


def _observation(runs: Sequence[Observation]) -> Observation:
    """The exchanges of all runs, inspected as one."""
    inspected = [one for one in runs if one.exchanges]
    first = (inspected or runs)[0]
    weakest = max((one.evidence for one in inspected), key=list(Evidence).index, default=None)
    return replace(
        first,
        exchanges=sum(one.exchanges for one in inspected),
        findings=tuple(found for one in inspected for found in one.findings),
        excerpts=tuple(kept for one in inspected for kept in one.excerpts),
        figures="; ".join(dict.fromkeys(one.figures for one in inspected if one.figures)),
        evidence=weakest or first.evidence,
        known=None,
        runs=_outcomes(runs),
    )


def _outcomes(runs: Sequence[Judged]) -> tuple[RunResult, ...]:
    return count_results(RunResult(one.kind, one.verdict) for one in runs)


def _of_run(id: str, target: TargetReport) -> TargetReport:
    """A target's report whose places name the run's folder."""
    return replace(
        target,
        provenance=_provenance(id, target.provenance),
        cells=tuple(
            replace(
                cell,
                places=tuple(_place(id, place) for place in cell.places),
                excerpts=tuple(_excerpt(id, excerpt) for excerpt in cell.excerpts),
            )
            for cell in target.cells
        ),
        observations=tuple(
            replace(
                one,
                findings=tuple(
                    replace(found, exchange=_place(id, found.exchange)) for found in one.findings
                ),
                excerpts=tuple(_excerpt(id, excerpt) for excerpt in one.excerpts),
            )
            for one in target.observations
        ),
    )


def _provenance(id: str, provenance: Provenance) -> Provenance:
    recordings = tuple(
        replace(one, cassette=f"{id}/{one.cassette}") for one in provenance.recordings
    )
    return replace(provenance, recordings=recordings)


def _place(id: str, place: Place) -> Place:
    return replace(place, cassette=f"{id}/{place.cassette}")


def _excerpt(id: str, excerpt: Excerpt) -> Excerpt:
    return replace(excerpt, place=_place(id, excerpt.place)) if excerpt.place else excerpt
