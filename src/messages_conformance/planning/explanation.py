"""What is known of one row: its meaning, its requests, what pages claim, and what was reported."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages_conformance.claims import field_reports, library
from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.claims.page import Revision, Row
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.errors import ClaimsError
from messages_conformance.planning.expected_endpoint import documented
from messages_conformance.planning.explore import batches_of
from messages_conformance.probing.loader import Suites
from messages_conformance.probing.probe import Ask, Probe, Purpose
from messages_conformance.protocol.exchange import Request
from messages_conformance.report.advice import Advice, advice_of
from messages_conformance.report.kill_matrix import KillMatrix
from messages_conformance.verdict import Claim


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """A request that a row's probe is expected to send, and why."""

    purpose: Purpose
    times: int
    """How often it is sent."""
    request: Request


@dataclass(frozen=True, slots=True)
class PageClaim:
    """What one revision of a page says of the row."""

    revision: Revision
    row: Row


@dataclass(frozen=True, slots=True)
class CaughtFault:
    """A fault that the row detects when it is injected into the reference endpoint."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that is known of one row."""

    advice: Advice
    opt_in: str | None
    """What the probe costs or needs, where it runs only when asked for."""
    is_inspection: bool
    """Whether everything recorded is inspected for it, so that it asks nothing by itself."""
    asked_of: tuple[str, str] | None
    """The target and the model that the requests are for; None where nothing is asked."""
    questions: tuple[PlannedQuestion, ...]
    """What an endpoint is asked that behaves as its page documents."""
    claims: tuple[PageClaim, ...]
    """By target, and of each the oldest revision first."""
    reported: tuple[tuple[str, FieldReport], ...]
    """Pairs of a target and a report of others, by target, the newest first."""
    faults: tuple[CaughtFault, ...]


def explain(
    row: str,
    suites: Suites,
    known: library.Library,
    matrix: KillMatrix | None,
    targets: Sequence[str] = (),
) -> Explanation:
    """Say what is known of a row; of some targets, or of all where none is named.

    Raises:
        ClaimsError: there is no such row or target, or a file cannot be used.
    """
    files = [file for id in targets or known.targets for file in known.of(id)]
    pages = sorted(map(library.read, files), key=lambda page: (page.target.id, page.date))
    inspections = {placed.inspection.row: placed.inspection for placed in suites.inspections}
    _check(row, {*suites, *inspections, *(id for page in pages for id in page.rows_by_id)})
    claims = tuple(
        PageClaim(page, page.rows_by_id[row]) for page in pages if row in page.rows_by_id
    )
    probe = suites[row].probe if row in suites else None
    asked = _asked(probe, claims) if probe else None
    inspection = inspections.get(row)
    meaning = probe.meaning if probe else inspection.meaning if inspection else ""
    return Explanation(
        advice=advice_of(row, meaning),
        opt_in=probe.opt_in if probe else None,
        is_inspection=inspection is not None,
        asked_of=asked[0] if asked else None,
        questions=asked[1] if asked else (),
        claims=claims,
        reported=tuple(
            (target, report)
            for target in targets or known.targets
            for report in field_reports.on_rows(field_reports.of_target(target), (row,))
        ),
        faults=_caught(row, matrix),
    )


def _check(row: str, rows: set[str]) -> None:
    if row not in rows:
        listed = "'messages-conformance rows' lists them"
        raise ClaimsError(f"no row {row!r}{did_you_mean(row, sorted(rows), listed)}")


def _asked(
    probe: Probe, claims: Sequence[PageClaim]
) -> tuple[tuple[str, str], tuple[PlannedQuestion, ...]] | None:
    """What the probe asks an endpoint that does as the newest page with the row says."""
    promising = [claim for claim in claims if claim.row.claim in (Claim.SUPPORTED, Claim.PARTIAL)]
    if not (those := promising or claims):
        return None
    newest = max(those, key=lambda claim: claim.revision.date)
    revision, model = newest.revision, newest.revision.models[0]
    ask = Ask(model, newest.row, revision.target, revision.target.auth[0])
    with documented(revision) as genuine:
        batches = batches_of(probe, ask, genuine)
    times: dict[tuple[str, Purpose], int] = {}
    requests: dict[str, Request] = {}
    for batch in batches:
        for step in batch:
            question = step.question
            requests[question.request.key] = question.request
            key = (question.request.key, question.purpose)
            times[key] = times.get(key, 0) + 1
    questions = tuple(
        PlannedQuestion(purpose, number, requests[key]) for (key, purpose), number in times.items()
    )
    return (revision.target.id, model.id), questions


def _caught(row: str, matrix: KillMatrix | None) -> tuple[CaughtFault, ...]:
    trials = matrix.trials if matrix else ()
    caught = {t.fault: t.says for t in trials if t.row == row and t.detected}
    return tuple(CaughtFault(name, says) for name, says in caught.items())
