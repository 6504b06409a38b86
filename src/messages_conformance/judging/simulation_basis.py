"""What each cell of a simulation of the observed service rests on: an observation, or nothing.

An observation backs a cell only where it decides the row, says what the simulation did, and is of
the cell's own model. Everything else that the simulation does is assumed, and says so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache

from messages_conformance.claims import field_reports
from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.claims.page import OBSERVED_PROFILE
from messages_conformance.report.report import Cell, TargetReport
from messages_conformance.verdict import Evidence

NOBODY = "assumed: nobody reported this"


def with_basis(target: TargetReport) -> TargetReport:
    """The target; where the profile of observations was played, each cell says what it rests on."""
    played = target.provenance.played
    if not played or not all(OBSERVED_PROFILE in each for each in played):
        return target
    from messages_conformance.reference import observed  # takes a while, and is seldom needed

    reports = field_reports.of_target(observed.TARGET)
    changed = any(each != f"profile {OBSERVED_PROFILE}" for each in played)
    cells = (replace(cell, basis=_basis(cell, reports, changed=changed)) for cell in target.cells)
    return replace(target, cells=tuple(cells))


def _basis(cell: Cell, reports: Iterable[FieldReport], *, changed: bool) -> str:
    if cell.evidence is not Evidence.SIMULATED:
        return ""
    of_row = [report for report in reports if report.row == cell.row.id]
    said = basis(cell, of_row)
    return f"uncertain, as the profile was changed: {said}" if changed else said


def basis(cell: Cell, of_row: Sequence[FieldReport]) -> str:
    """What a simulated cell rests on, given all that was reported of its row."""
    from messages_conformance.reference import observations_used

    if cell.row.id in observations_used.ASSUMED:
        return f"assumed: {observations_used.ASSUMED[cell.row.id]}"
    deciding = [one for one in of_row if one.id in observations_used.PLAYED and one.behaviour]
    own = [one for one in deciding if cell.model.id in one.models or not one.models]
    if backing := [one for one in own if one.behaviour is cell.kind]:
        return f"as observed on {_seen(backing)}"
    if done := [one for one in own if one.id in _deviating()]:
        kinds = ", ".join(dict.fromkeys(str(one.behaviour) for one in done))
        return f"as observed on {_seen(done)}, where the report comes to: {kinds}"
    if own:
        return f"assumed: otherwise than observed on {_seen(own)}"
    if alike := [one for one in deciding if one.behaviour is cell.kind]:
        return f"assumed for this model: others did so on {_seen(alike)}"
    if deciding:
        return f"assumed for this model: others did otherwise on {_seen(deciding)}"
    return "assumed: no report of that month and host decides it" if of_row else NOBODY


@cache
def _deviating() -> frozenset[str]:
    """What is played on purpose, whatever a probe of another page then calls it."""
    from messages_conformance.reference import observed

    return frozenset(id for deviation in observed.DEVIATIONS for id in deviation.observations)


def _seen(reports: Sequence[FieldReport]) -> str:
    """When, where and with which models: ``2026-08-22, host H, with M (id); …``."""
    return "; ".join(map(_circumstances, reports))


def _circumstances(report: FieldReport) -> str:
    host = f", host {report.host}" if report.host else ""
    models = f", with {', '.join(report.models)}" if report.models else ""
    return f"{report.date}{host}{models} ({report.id})"
