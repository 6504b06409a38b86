"""What stands beside a judgement: a newer revision of the page, and what others reported."""

from dataclasses import replace

from messages_conformance.claims import field_reports, library
from messages_conformance.claims.changes import Changes
from messages_conformance.claims.page import Revision
from messages_conformance.judging.simulation_basis import with_basis
from messages_conformance.report.newer_page import NewerPage, newer_page
from messages_conformance.report.report import Report, TargetReport


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
    return replace(with_basis(target), newer=_newer(page, target), reported=reported)


def _newer(page: Revision, target: TargetReport) -> NewerPage | None:
    """What the newest known revision says, where it is newer than the page judged by."""
    there = library.known()
    if page.target.id not in there.targets:
        return None
    newest = max(there.of(page.target.id), key=lambda file: file.date)
    if newest.date <= page.date:
        return None
    return newer_page(Changes(page, library.read(newest)), target.rows)
