"""Several runs of the same things as one report: what flips between them is marked, not averaged.

Where `combine` puts parts of one run beside each other, this lays whole runs upon each other. Each
cell says how it came out in every run; where that differs, the worst of what was judged stands
for it. An inspected row is of the exchanges of all runs. The order of the runs does not matter:
they are numbered by age, and the places of their exchanges begin with that number.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import reduce
from itertools import pairwise
from urllib.parse import urlsplit

from messages_conformance.errors import CombineError
from messages_conformance.protocol.exchange import Place
from messages_conformance.report.excerpt import Excerpt
from messages_conformance.report.merge_shards import (
    grounds,
    missing,
    one_page,
    one_version,
    youngest_detection,
)
from messages_conformance.report.repeats import CameOut, RunOf, badness, counted
from messages_conformance.report.report import (
    Cell,
    Judged,
    Observation,
    Provenance,
    Report,
    TargetReport,
)
from messages_conformance.report.to_json import to_json
from messages_conformance.verdict import Evidence


def age(report: Report) -> tuple[str, str]:
    """Sorts reports as they are numbered: the oldest first."""
    return report.created, to_json(report)


def run_id(number: int) -> str:
    """What the run of a number is called, and where its recordings lie; the first is 1."""
    return f"run-{number}"


def together(reports: Iterable[Report]) -> Report:
    """Lay whole runs upon each other.

    Raises:
        CombineError: there are less than two, or one twice; one is of several runs already or of
            some shards only; or they are of different suite versions, revisions or hosts.
    """
    runs = sorted(reports, key=age)
    if len(runs) < 2:
        raise CombineError("one run cannot be compared with itself; name two or more")
    if any(run.runs for run in runs):
        raise CombineError("one of the reports is of several runs already; name those instead")
    for run in runs:
        if lacking := missing(run):
            raise CombineError(
                f"the run of {run.created} is without shard {', '.join(lacking)}; "
                "combine the shards of each run first"
            )
    if any(older == younger for older, younger in pairwise(runs)):
        raise CombineError("one run is named twice; name each once")
    return in_order(runs)


def in_order(runs: Sequence[Report]) -> Report:
    """Lay whole runs upon each other that are known to be several, the oldest first.

    Raises:
        CombineError: they are of different suite versions, revisions or hosts.
    """
    version = one_version(*runs)
    numbered = [(run_id(number), run) for number, run in enumerate(runs, start=1)]
    by_target: dict[str, list[TargetReport]] = {}
    for id, run in numbered:
        for target in run.targets:
            by_target.setdefault(target.revision.target.id, []).append(_of_run(id, target))
    return Report(
        suite_version=version,
        created=runs[-1].created,
        targets=tuple(map(_target, by_target.values())),
        detection=youngest_detection(runs),
        runs=tuple(RunOf(id, run.created) for id, run in numbered),
    )


def _target(targets: Sequence[TargetReport]) -> TargetReport:
    revision = reduce(one_page, (target.revision for target in targets))
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
        provenance=reduce(grounds, (target.provenance for target in targets)),
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
    """Refuse runs of different endpoints; one that is run at home may change its port."""
    hosts = {
        urlsplit(f"//{host}").hostname or host
        for target in targets
        for host in target.provenance.hosts
    }
    if len(hosts) > 1:
        raise CombineError(
            f"target {targets[0].revision.target.id!r} was answered by different hosts, "
            f"{' and '.join(sorted(hosts))}; differences between hosts are no drift of one, so "
            "compare runs of one host"
        )


def _cell(runs: Sequence[Cell]) -> Cell:
    """The worst of the runs that say something; of runs alike, the oldest."""
    worst = min(runs, key=lambda cell: badness(cell.kind, cell.verdict))
    return replace(worst, known=None, runs=_ways(runs))


def _observation(runs: Sequence[Observation]) -> Observation:
    """The exchanges of all runs looked at together."""
    looked = [one for one in runs if one.exchanges]
    first = (looked or runs)[0]
    weakest = max((one.evidence for one in looked), key=list(Evidence).index, default=None)
    return replace(
        first,
        exchanges=sum(one.exchanges for one in looked),
        findings=tuple(found for one in looked for found in one.findings),
        figures="; ".join(dict.fromkeys(one.figures for one in looked if one.figures)),
        evidence=weakest or first.evidence,
        known=None,
        runs=_ways(runs),
    )


def _ways(runs: Sequence[Judged]) -> tuple[CameOut, ...]:
    return counted(CameOut(one.kind, one.verdict) for one in runs)


def _of_run(id: str, target: TargetReport) -> TargetReport:
    """A target's report with every place in the run's own folder."""
    return replace(
        target,
        provenance=_provenance(id, target.provenance),
        cells=tuple(
            replace(
                cell,
                places=tuple(_place(id, place) for place in cell.places),
                shown=tuple(_excerpt(id, excerpt) for excerpt in cell.shown),
            )
            for cell in target.cells
        ),
        observations=tuple(
            replace(
                one,
                findings=tuple(
                    replace(found, exchange=_place(id, found.exchange)) for found in one.findings
                ),
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
