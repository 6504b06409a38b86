"""What stands beside a judgement: a newer revision of the page, and what others reported."""

from dataclasses import replace

from messages_conformance.claims import field_reports, library
from messages_conformance.claims.changes import Changes
from messages_conformance.claims.page import Revision
from messages_conformance.reference import observed
from messages_conformance.report.newer_page import NewerPage, newer_page
from messages_conformance.report.report import Cell, Report, TargetReport
from messages_conformance.verdict import Evidence


def with_context(report: Report) -> Report:
    """The report, each of its targets with its context; nothing that was judged changes.

    Raises:
        ClaimsError: a shipped file cannot be used.
    """
    return replace(report, targets=tuple(map(_with_context, report.targets)))


def _with_context(target: TargetReport) -> TargetReport:
    page = target.revision
    ids = [row.id for row in target.rows]
    ids += list(dict.fromkeys(seen.row_id for seen in target.observations))
    reported = field_reports.on_rows(field_reports.of_target(page.target.id), ids)
    return replace(_with_basis(target), newer=_newer(page, target), reported=reported)


def _with_basis(target: TargetReport) -> TargetReport:
    """Where a simulation plays what was observed, each cell says what it rests on.

    What rests on no observation is assumed: the endpoint then does as the page says.
    """
    if not any(observed.PROFILE in played for played in target.provenance.played):
        return target
    found: dict[str, list[str]] = {}
    for seen in field_reports.of_target(observed.TARGET):
        if seen.id in observed.PLAYED:
            where = f" at {seen.host}" if seen.host else ""
            found.setdefault(seen.row, []).append(f"{seen.id} ({seen.date}{where})")

    def basis(cell: Cell) -> str:
        if cell.evidence is not Evidence.SIMULATED:
            return ""
        ids = found.get(cell.row.id)
        return f"as observed: {'; '.join(ids)}" if ids else "assumed: nobody reported this"

    return replace(target, cells=tuple(replace(c, basis=basis(c)) for c in target.cells))


def _newer(page: Revision, target: TargetReport) -> NewerPage | None:
    """What the newest known revision says, where it is newer than the page judged by."""
    there = library.known()
    if page.target.id not in there.targets:
        return None
    newest = max(there.of(page.target.id), key=lambda file: file.date)
    if newest.date <= page.date:
        return None
    return newer_page(Changes(page, library.read(newest)), target.rows)
