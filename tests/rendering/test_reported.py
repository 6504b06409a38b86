"""What others reported, and what a newer page says, stand beside the judgement in every form."""

import json
from dataclasses import replace

import pytest

from messages_conformance.claims.changes import Change
from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.claims.page import Row
from messages_conformance.rendering import reported
from messages_conformance.rendering.render import Format, render
from messages_conformance.report.json_format import from_document, to_document
from messages_conformance.report.newer_page import NewerPage, RowNow
from messages_conformance.report.outcome import exit_code
from messages_conformance.report.report import Report, TargetReport
from messages_conformance.verdict import Claim, Evidence, Kind
from support import sample_reports
from support.pages import without_own_script

HOSTILE = "<script>alert(1)</script> | [x](javascript:y) \x1b[2J"
READABLE: tuple[Format, ...] = ("text", "markdown", "html")


def seen(row: Row, **more: object) -> FieldReport:
    values: dict[str, object] = {
        "id": "one",
        "row": row.id,
        "date": "2026-08-22",
        "summary": "The field was dropped.",
        "source": "owner/repository#7",
        "grade": "B",
        "host": "api.example.com",
        "plan": "pay-as-you-go",
        "models": ("m-1", "m-2"),
        "behaviour": Kind.IGNORED,
        "url": "https://example.com/7",
    }
    return FieldReport(**{**values, **more})  # type: ignore[arg-type]


def with_reports(
    *reports: FieldReport, evidence: Evidence = Evidence.LIVE, newer: NewerPage | None = None
) -> Report:
    target: TargetReport = sample_reports.target(evidence=evidence)
    return Report(
        "0.1.0", "2026-02-02T08:00:00+00:00", (replace(target, reported=reports, newer=newer),)
    )


def a_row() -> Row:
    target = sample_reports.target()
    return next(row for row in target.rows if row.claim is Claim.SUPPORTED)


@pytest.mark.parametrize("format", READABLE)
@pytest.mark.parametrize("evidence", [Evidence.LIVE, Evidence.SIMULATED])
def test_a_report_is_shown_with_its_circumstances(format: Format, evidence: Evidence) -> None:
    shown = " ".join(render(with_reports(seen(a_row()), evidence=evidence), format).split())
    for part in (
        "The field was dropped.",
        "2026-08-22",
        "api.example.com",
        "m-1",
        "https://example.com/7",
        "1× ignored",
    ):
        assert part.replace("-", "") in shown.replace("\\", "").replace("-", "")


@pytest.mark.parametrize("format", ["junit", "summary"])
def test_in_ci_a_report_changes_no_count_and_hostile_text_stays_text(format: Format) -> None:
    model = sample_reports.REVISION.models[0].id
    target = sample_reports.target({(a_row().id, model): Kind.BROKEN})
    hostile = seen(a_row(), summary=HOSTILE, host=HOSTILE, source=HOSTILE, url="javascript:y")
    without = Report("0.1.0", "2026-02-02T08:00:00+00:00", (target,))
    with_one = replace(without, targets=(replace(target, reported=(hostile,)),))
    before, after = render(without, format), render(with_one, format)
    assert after != before
    assert exit_code(with_one) == exit_code(without)
    counts = 1 if format == "summary" else 3  # the headline; the counts of the suite
    assert after.splitlines()[:counts] == before.splitlines()[:counts]
    assert "<script>" not in after.replace("\\<script", "")
    assert "\x1b" not in after
    assert format == "junit" or "[x](javascript" not in after


@pytest.mark.parametrize("format", ["text", "markdown", "html", "json", "junit", "summary"])
def test_every_form_names_the_profile_and_the_faults_that_were_played(format: Format) -> None:
    report = with_reports(evidence=Evidence.SIMULATED)
    target = report.targets[0]
    played = ("profile strict, with the faults a_fault, b_fault",)
    of_simulation = replace(target, provenance=replace(target.provenance, played=played))
    shown = render(replace(report, targets=(of_simulation,)), format).replace("\\", "")
    assert played[0] in " ".join(shown.split())


@pytest.mark.parametrize("format", ["markdown", "html"])
def test_contradictory_reports_stand_side_by_side(format: Format) -> None:
    works = seen(a_row(), id="two", behaviour=Kind.WORKS, summary="It works.", contradicts=("one",))
    shown = render(with_reports(seen(a_row()), works), format)
    for part in (
        "The field was dropped",
        "It works",
        "contradicted by one",
        "1× works, 1× ignored",
    ):
        assert part.replace("-", "") in shown.replace("\\", "").replace("-", "")


def test_no_report_changes_a_verdict_or_the_exit_code() -> None:
    plain = with_reports()
    told = with_reports(seen(a_row(), behaviour=Kind.BROKEN))
    assert exit_code(plain) == exit_code(told)
    assert plain.targets[0].cells == told.targets[0].cells


@pytest.mark.parametrize("format", READABLE)
def test_text_of_others_is_harmless(format: Format) -> None:
    hostile = seen(a_row(), summary=HOSTILE, host=HOSTILE, url="javascript:alert(1)", source="s")
    shown = render(with_reports(hostile), format)
    if format == "html":
        shown = without_own_script(shown)
    assert "\x1b" not in shown
    assert 'href="javascript' not in shown
    if format != "text":
        assert "<script>" not in shown
    if format == "markdown":
        assert "[x](javascript" not in shown


def test_a_saved_report_keeps_what_was_reported_and_the_newer_page() -> None:
    row = a_row()
    changed = RowNow(row.id, Change.NARROWED, Claim.SUPPORTED, Claim.PARTIAL)
    newer = NewerPage("2026-01-01", "2026-01-01 or later", ("x/gone",), (changed,), ("x/new",))
    report = with_reports(seen(row), newer=newer)
    assert from_document(json.loads(json.dumps(to_document(report)))) == report


@pytest.mark.parametrize("format", READABLE)
def test_a_report_says_how_old_its_page_is_and_what_a_newer_one_says(format: Format) -> None:
    row = a_row()
    changed = RowNow(row.id, Change.NARROWED, Claim.SUPPORTED, Claim.PARTIAL)
    newer = NewerPage("2026-01-01", "2026-01-01", (), (changed,), ("x/new",))
    shown = " ".join(render(with_reports(newer=newer), format).split()).replace("\\", "")
    assert " old" in shown
    assert "1 narrowed" in shown
    assert "revisions diff" in shown


def test_rows_unlike_the_page_come_first() -> None:
    rows = [row for row in sample_reports.target().rows if row.claim is Claim.SUPPORTED]
    like = seen(rows[0], behaviour=Kind.WORKS)
    unlike = seen(rows[-1], id="two")
    (target,) = with_reports(like, unlike).targets
    if rows[0] is not rows[-1]:
        assert [one.row for one in reported.rows(target)] == [rows[-1].id, rows[0].id]


@pytest.mark.parametrize("format", ["junit", "summary"])
def test_in_ci_the_newest_report_stands_beside_what_falls_short(format: Format) -> None:
    model = sample_reports.REVISION.models[0].id
    target = sample_reports.target({(a_row().id, model): Kind.BROKEN})
    told = seen(a_row(), summary="It is dropped there.", source="owner/repo#7")
    report = Report("0.1.0", "2026-02-02T08:00:00+00:00", (replace(target, reported=(told,)),))
    shown = render(report, format)
    assert "It is dropped there." in shown
    assert "owner/repo" in shown
