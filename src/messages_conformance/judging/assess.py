"""From a selection of rows and a folder of cassettes to a report with known deviations applied."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision
from messages_conformance.claims.selection import Chosen
from messages_conformance.claims.shards import Shard
from messages_conformance.display import plural
from messages_conformance.judging import expectations_file, judge
from messages_conformance.judging.advice import advice_on_rows
from messages_conformance.judging.context import with_context
from messages_conformance.judging.expectations import Expectations, apply_expectations
from messages_conformance.judging.expectations_file import Scope
from messages_conformance.judging.likeness import with_likeness
from messages_conformance.probing.inspection import Inspection
from messages_conformance.probing.loader import Suites
from messages_conformance.report import outcome, shipped_kill_matrix
from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.merge_shards import merge_targets
from messages_conformance.report.outcome import FailOn
from messages_conformance.report.report import Cell, Observation, Report, TargetReport
from messages_conformance.verdict import Evidence, Kind

_MOST_REMARKS: Final = 5
"""Outdated deviations that are named before the report, which names them all."""


@dataclass(frozen=True)
class Assessment:
    """A report whose cells say which deviations are known, and its exit code."""

    report: Report

    def exit_code(self, fail_on: Iterable[FailOn] = ()) -> int:
        """0 as claimed or accepted, 1 a claim or a wire rule is broken, 2 nothing was judged.

        ``fail_on`` adds to what is 1.
        """
        return outcome.exit_code(self.report, fail_on)

    @property
    def remarks(self) -> tuple[str, ...]:
        """A line for each of the first cells with an outdated deviation; the others are counted."""
        known = [
            (judged, judged.known)
            for target in self.report.targets
            for judged in target.judged
            if judged.known
        ]
        counts = Counter(deviation.state for _, deviation in known)
        outdated = [
            f"outdated: {judged.row_id}, {judged.model.id}: {judged.verdict.name} "
            f"({deviation.objection}; the reason was: {deviation.reason})"
            for judged, deviation in known
            if deviation.state is DeviationState.OUTDATED
        ]
        remarks = outdated[:_MOST_REMARKS]
        if more := outdated[_MOST_REMARKS:]:
            remarks.append(
                f"outdated: {plural(len(more), 'further known deviation')}; the report says which"
            )
        if number := counts[DeviationState.ACCEPTED]:
            remarks.append(f"accepted: {plural(number, 'known deviation')}; the report says which")
        if number := counts[DeviationState.PENDING]:
            remarks.append(f"not measured: {plural(number, 'known deviation')}")
        return tuple(remarks)


def load_expectations(
    revisions: Iterable[Revision], suites: Suites, own_file: Path | None = None
) -> Mapping[str, Expectations]:
    """The known deviations of some targets, by target id: those that ship with the project.

    ``own_file`` is a vendor's own file, which replaces the shipped one of its target.

    Raises:
        ExpectationsError: a file cannot be used.
    """
    inspected = tuple(loaded.inspection.row for loaded in suites.inspections)
    scopes = {revision.target.id: Scope(revision, inspected) for revision in revisions}
    own = dict([expectations_file.read_file(own_file, list(scopes.values()))]) if own_file else {}
    folder = resources.folder("expectations")
    return {
        id: own.get(id) or replace(expectations_file.read_for_target(folder, scope), ships=True)
        for id, scope in scopes.items()
    }


def assess(
    chosen: Iterable[Chosen],
    suites: Suites,
    cassettes: Path,
    evidence: Evidence | None = None,
    expectations: Mapping[str, Expectations] | None = None,
    shard: Shard | None = None,
    left_reasons: Mapping[tuple[str, str], str] = MappingProxyType({}),
) -> Assessment:
    """Judge what is recorded of the chosen rows and models; needs no network.

    ``evidence`` is what the recordings are worth, where they do not say so themselves: `live` just
    after a run. ``expectations`` are known deviations by target id, by default those that ship with
    the project. ``shard`` is the one that ``chosen`` belongs to, if any. ``left_reasons`` says, by
    the ids of model and row, why a run left a row unmeasured.

    Raises:
        CassetteError: a cassette cannot be used.
        ClaimsError, ExpectationsError: a shipped file cannot be used.
    """
    chosen = tuple(chosen)
    if expectations is None:
        expectations = load_expectations([choice.revision for choice in chosen], suites)
    judged = [
        _explain(_judge(choice, suites, cassettes, evidence), left_reasons) for choice in chosen
    ]
    targets = merge_targets(judged)
    report = replace(
        judge.make_report(targets),
        shards=(str(shard),) if shard else (),
        detection=shipped_kill_matrix.detection(),
        advice=advice_on_rows(suites, targets),
    )
    whole = with_likeness(with_context(report))
    return Assessment(apply_expectations(whole, expectations, today()))


def reassess(report: Report, suites: Suites, own_file: Path | None = None) -> Assessment:
    """Apply the deviations that are known today to a saved report.

    Raises:
        ClaimsError, ExpectationsError: a file cannot be used.
    """
    expectations = load_expectations(full_revisions(report.targets), suites, own_file)
    return Assessment(apply_expectations(with_context(report), expectations, today()))


def full_revisions(targets: Sequence[TargetReport]) -> list[Revision]:
    """The revisions that targets were judged against, with all rows; saved reports hold some.

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
    """An inspected row of a model that this shard holds only in part: left to `combine`."""
    return Observation(
        inspection.row,
        inspection.title,
        model,
        exchanges=0,
        figures="",
        evidence=Evidence.NONE,
        deferred=True,
    )


def _explain(target: TargetReport, reasons: Mapping[tuple[str, str], str]) -> TargetReport:
    """Give unmeasured cells the reason why a run left them."""

    def explain(cell: Cell) -> Cell:
        reason = reasons.get((cell.model.id, cell.row_id))
        if reason is None or cell.kind is not Kind.UNMEASURED:
            return cell
        return replace(cell, summary=reason, places=())

    return replace(target, cells=tuple(map(explain, target.cells)))


def inspections_of(choice: Chosen, suites: Suites) -> tuple[Inspection, ...]:
    """What is inspected of all exchanges of a model; nothing where a shard has a part of them."""
    every = (placed.inspection for placed in suites.inspections)
    return tuple(one for one in every if choice.inspects(one.row) and not choice.partial)


def _judge(
    choice: Chosen, suites: Suites, cassettes: Path, evidence: Evidence | None
) -> TargetReport:
    target = judge.judge_target(
        choice.revision,
        choice.rows,
        choice.models,
        suites,
        cassettes,
        inspections=inspections_of(choice, suites),
        evidence=evidence,
    )
    if not choice.partial:
        return target
    whole = inspections_of(replace(choice, partial=False), suites)
    left = (deferred(model, inspection) for inspection in whole for model in choice.models)
    return replace(target, observations=tuple(left))
