"""From a selection and a folder of cassettes to a judged report, and how it comes out."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision
from messages_conformance.claims.selection import Chosen
from messages_conformance.claims.shards import Shard
from messages_conformance.display import plural
from messages_conformance.judging import expectations_file, judge
from messages_conformance.judging.expectations import Expectations, rule
from messages_conformance.judging.expectations_file import Page
from messages_conformance.probing.inspection import Inspection
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import unmeasured
from messages_conformance.report import outcome, shipped_kill_matrix
from messages_conformance.report.deviation import State
from messages_conformance.report.merge_shards import join
from messages_conformance.report.report import Cell, Observation, Report, TargetReport
from messages_conformance.verdict import Evidence, Kind


@dataclass(frozen=True)
class Assessment:
    """A report in which every cell says what is known of it, and how that comes out."""

    report: Report

    @property
    def exit_code(self) -> int:
        """0 as claimed or accepted, 1 promises broken or findings, 2 nothing could be judged."""
        return outcome.exit_code(self.report)

    @property
    def remarks(self) -> tuple[str, ...]:
        """Which deviations are outdated, one line for each such cell; the others are counted."""
        known = [
            (judged, judged.known)
            for target in self.report.targets
            for judged in target.judged
            if judged.known
        ]
        counts = Counter(one.state for _, one in known)
        told = [
            f"outdated: {judged.row_id}, {judged.model.id}: {judged.verdict.name} "
            f"({one.objection}; the reason was: {one.reason})"
            for judged, one in known
            if one.state is State.OUTDATED
        ]
        if number := counts[State.ACCEPTED]:
            told.append(f"accepted: {plural(number, 'known deviation')}; the report says which")
        if number := counts[State.PENDING]:
            told.append(f"not measured: {plural(number, 'known deviation')}")
        return tuple(told)


def expected(
    revisions: Iterable[Revision], suites: Suites, own: Path | None = None
) -> Mapping[str, Expectations]:
    """The known deviations of some targets, by target id: those that come with the project.

    ``own`` is a vendor's own file, which stands in for the one of the target it is about.

    Raises:
        ExpectationsError: a file cannot be used.
    """
    inspected = tuple(placed.inspection.row for placed in suites.inspections)
    pages = {revision.target.id: Page(revision, inspected) for revision in revisions}
    of_vendor = dict([expectations_file.of_file(own, list(pages.values()))]) if own else {}
    folder = resources.folder("expectations")
    return {
        id: of_vendor[id] if id in of_vendor else expectations_file.of_target(folder, page)
        for id, page in pages.items()
    }


def assess(
    chosen: Iterable[Chosen],
    suites: Suites,
    cassettes: Path,
    evidence: Evidence | None = None,
    known: Mapping[str, Expectations] | None = None,
    part: Shard | None = None,
    left: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> Assessment:
    """Judge what is recorded of what was chosen; needs no network.

    ``evidence`` says what the recordings are where they do not know it: `live` just after a run.
    ``known`` are the deviations as `expected` gives them, by default those of the project;
    ``part`` is the shard that ``chosen`` is, where it is one; ``left`` tells why a row of a model
    was left unmeasured, by the ids of model and row, where a run knows better than its recordings.

    Raises:
        CassetteError: a cassette cannot be used.
        ClaimsError, ExpectationsError: a shipped file cannot be used.
    """
    chosen = tuple(chosen)
    if known is None:
        known = expected([choice.revision for choice in chosen], suites)
    judged = [_explained(_judged(choice, suites, cassettes, evidence), left) for choice in chosen]
    report = replace(
        judge.report_of(join(judged)),
        shards=(str(part),) if part else (),
        detection=shipped_kill_matrix.detection(),
    )
    return Assessment(rule(report, known, today()))


def ruled_anew(report: Report, suites: Suites, own: Path | None = None) -> Assessment:
    """A report that was saved, with the deviations that are known by now.

    Raises:
        ClaimsError, ExpectationsError: a file cannot be used.
    """
    known = expected(pages(report.targets), suites, own)
    return Assessment(rule(report, known, today()))


def pages(targets: Sequence[TargetReport]) -> list[Revision]:
    """The whole pages that targets were judged against; a saved report holds only its rows.

    Raises:
        ClaimsError: a shipped file cannot be used.
    """
    there = library.known()
    judged = [target.revision for target in targets]
    return [
        library.read(file)
        if r.target.id in there.targets and (file := there.find(r.target.id, r.date.isoformat()))
        else r
        for r in judged
    ]


def today() -> datetime.date:
    """The day by which deviations expire, in UTC."""
    return datetime.datetime.now(datetime.UTC).date()


def deferred(model: Model, inspection: Inspection) -> Observation:
    """An inspected row of a model of which this shard has only a part: left to `combine`."""
    return Observation(
        inspection.row,
        inspection.title,
        model,
        exchanges=0,
        figures="",
        evidence=Evidence.NONE,
        deferred=True,
    )


def _explained(target: TargetReport, left: Mapping[tuple[str, str], str]) -> TargetReport:
    """The same, with the reasons why rows were left."""

    def explained(cell: Cell) -> Cell:
        why = left.get((cell.model.id, cell.row_id))
        if why is None or cell.kind is not Kind.UNMEASURED:
            return cell
        return replace(cell, behaviour=unmeasured(why), places=())

    return replace(target, cells=tuple(map(explained, target.cells)))


def _judged(
    choice: Chosen, suites: Suites, cassettes: Path, evidence: Evidence | None
) -> TargetReport:
    inspections = [i for _, i in suites.inspections if choice.inspects(i.row)]
    target = judge.judge_target(
        choice.revision,
        choice.rows,
        choice.models,
        suites,
        cassettes,
        inspections=() if choice.partial else inspections,
        evidence=evidence,
    )
    if not choice.partial:
        return target
    left = (deferred(model, inspection) for inspection in inspections for model in choice.models)
    return replace(target, observations=tuple(left))
