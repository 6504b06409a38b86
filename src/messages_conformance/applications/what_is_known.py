"""Gathers what is known of a target: its page, recordings and reports, what others reported."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from messages_conformance import planning, resources
from messages_conformance.applications.check import Check, Instead
from messages_conformance.applications.check_view import Asking
from messages_conformance.applications.feature_table import FEATURES
from messages_conformance.applications.knowledge import Knowledge, measured_of
from messages_conformance.cassettes.tape import labels_of
from messages_conformance.claims import field_reports, library, selection
from messages_conformance.claims.own_endpoint import GENUINE, OwnEndpoint, derive
from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Chosen, Selection
from messages_conformance.errors import ReportError
from messages_conformance.files import read_json
from messages_conformance.judging import advice, assess
from messages_conformance.probing.loader import Suites
from messages_conformance.report import json_format
from messages_conformance.report.report import TargetReport
from messages_conformance.verdict import Kind

_REPORT = "report.json"
"""The report's name in the folder of a run."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom somebody asks about, as it was typed."""

    target: str
    models: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    revision: str | None = None
    claims: tuple[Path, ...] = ()
    reports: tuple[Path, ...] = ()
    """Saved reports, or folders of runs."""
    rehearsal: bool = False


def gather(asked: Asked, suites: Suites) -> tuple[Knowledge, tuple[Model, ...]]:
    """What is known of a target, and the models asked about.

    Raises:
        ClaimsError: there is no such target, revision or model.
        ReportError: a report cannot be read, or is of another target.
        CassetteError: a shipped recording cannot be used.
    """
    choice = Selection(
        (asked.target,), asked.models, asked.series, (), asked.revision, asked.claims
    )
    (chosen,) = selection.choose(choice)
    ids = tuple(model.id for model in chosen.models)
    reports = [*_shipped(asked, ids, suites), *_saved(asked, ids)]
    measured = measured_of(reports)
    reported = field_reports.of_target(asked.target)
    return Knowledge(chosen.revision, measured, reported, asked.rehearsal), chosen.models


def _shipped(
    asked: Asked, models: tuple[str, ...], suites: Suites
) -> Iterator[tuple[TargetReport, str]]:
    """What the shipped recordings show; of simulated ones nothing, unless a rehearsal counts."""
    root = resources.folder("cassettes")
    kept = {
        label.model: label.revision
        for label in labels_of(root, asked.target)
        if label.model in models and (asked.rehearsal or label.evidence == "recorded")
    }
    if kept:
        rows = tuple(sorted({row for feature in FEATURES.values() for row in feature.rows}))
        choice = Selection((asked.target,), tuple(kept), revision=max(kept.values()))
        for chosen in selection.choose(choice, root):
            known = tuple(row for row in chosen.revision.rows if row.id in rows)
            only = Chosen(chosen.revision, chosen.models, known, rows)
            report = assess.assess([only], suites, root).report
            yield from ((target, report.created[:10]) for target in report.targets)


def _saved(asked: Asked, models: tuple[str, ...]) -> Iterator[tuple[TargetReport, str]]:
    for path in asked.reports:
        file = path / _REPORT if path.is_dir() else path
        try:
            report = json_format.from_document(read_json(file))
        except ReportError as problem:
            raise ReportError(f"{file}: {problem}") from problem
        except (OSError, ValueError, RecursionError) as problem:
            raise ReportError(
                f"{file}: cannot be read as a report ({problem}); name a report.json or the "
                "folder of a run"
            ) from problem
        targets = [t for t in report.targets if t.revision.target.id == asked.target]
        # The same model, measured as one at an endpoint of somebody's own.
        targets = targets or [t for t in report.targets if {m.id for m in t.models} & {*models}]
        if not targets:
            held = ", ".join(t.revision.target.id for t in report.targets)
            raise ReportError(
                f"{file}: is about {held}, not about {asked.target}; name a report of that target"
            )
        yield from ((target, report.created[:10]) for target in targets)


def instead_of(suites: Suites) -> Instead:
    """What a caller does about a row, as its probe says; else how the row is fixed."""

    def instead(row: str, kind: Kind) -> str:
        known = advice.advice_on(suites, row)
        return known.instead_for(kind) if known else ""

    return instead


def to_ask(result: Check, suites: Suites) -> tuple[Asking, ...]:
    """The rows that a run would put to the test for the best model, and the cost to be expected.

    Rows that the page does not have are put to the endpoint as to one of somebody's own, which is
    held against the genuine API. Rows that no suite probes are left out.
    """
    if not result.models:
        return ()
    best, page = result.models[0], result.revision
    wanted = {row for feature in best.features for row in feature.ask if row in suites}
    own = OwnEndpoint(page.target.base_url)
    elsewhere = derive(library.shipped(GENUINE), own, (replace(best.model, series=""),))
    found = []
    for revision, of_page in ((page, True), (elsewhere, False)):
        rows = tuple(row for row in revision.rows if row.id in wanted)
        wanted -= {row.id for row in rows}
        if rows:
            ids = tuple(row.id for row in rows)
            chosen = Chosen(revision, (best.model,), rows, ids)
            found.append(Asking(ids, planning.plan([chosen], suites).expected, of_page))
    return tuple(found)
