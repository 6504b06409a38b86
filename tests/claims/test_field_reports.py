"""What others reported: every entry can be traced, and bad files are refused with a sentence."""

import datetime
import re
from pathlib import Path

import pytest

from messages_conformance import resources
from messages_conformance.claims import field_reports, library
from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.errors import ClaimsError

REPORTS = field_reports.of_target("model-studio")
FOUNDING = library.shipped("model-studio", "2025-11-13")


@pytest.mark.parametrize("report", REPORTS, ids=[report.id for report in REPORTS])
def test_every_report_has_a_source_and_a_date(report: FieldReport) -> None:
    assert report.source
    assert re.fullmatch(r"20\d\d(-\d\d(-\d\d)?)?", report.date)
    assert report.date <= datetime.date(2026, 11, 26).isoformat()
    assert not report.url or report.url.startswith("https://")


def test_what_a_report_names_is_there() -> None:
    ids = {report.id for report in REPORTS}
    for report in REPORTS:
        assert {*report.contradicts, *report.supersedes} <= ids
        assert report.id not in (*report.contradicts, *report.supersedes)


def test_every_report_stands_beside_a_row_of_a_page_or_tells_of_what_has_none() -> None:
    rows = {id for file in library.known().files for id in library.read(file).rows_by_id}
    others = {report.row for report in REPORTS} - rows
    assert {row.partition("/")[0] for row in others} <= {"wire", "limit"}


def test_most_rows_of_the_founding_page_have_a_report() -> None:
    assert len({report.row for report in REPORTS} & set(FOUNDING.rows_by_id)) >= 30


@pytest.mark.parametrize(
    "file", library.known().files, ids=lambda file: f"{file.target}-{file.date}"
)
def test_every_claim_has_a_source_and_its_page_a_date(file: library.ClaimsFile) -> None:
    page = library.read(file)
    assert page.date == file.date
    assert all(row.source.strip() and row.words.strip() for row in page.rows)


def test_reports_stand_in_the_order_of_the_rows_the_newest_first() -> None:
    rows = ["error/400", "basic/max_tokens"]
    found = field_reports.on_rows(REPORTS, rows)
    assert list(dict.fromkeys(report.row for report in found)) == rows
    dates = [report.date for report in found if report.row == "error/400"]
    assert dates == sorted(dates, reverse=True)


def test_a_target_without_reports_has_none() -> None:
    assert field_reports.of_target("llama.cpp") == ()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("target = ", "cannot be read as TOML"),
        ('target = "t"\nobservation = []', "observation"),
        ('target = "t"\n[[observation]]\nid = "x"', "required property"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "basic.toml"
    path.write_text(text)
    with pytest.raises(ClaimsError, match=says) as problem:
        field_reports.load(path)
    assert str(path) in str(problem.value)


def test_they_ship_with_the_package() -> None:
    assert (resources.folder("observations") / "model-studio" / "basic.toml").exists()
