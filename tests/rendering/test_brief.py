"""The report in few lines: what stays short, however many rows there are."""

from dataclasses import replace

import pytest

from messages_conformance.claims.page import Row
from messages_conformance.rendering.brief import render
from messages_conformance.report import TargetReport
from messages_conformance.report.named_fault import NamedFault
from messages_conformance.verdict import Claim, Evidence, Kind
from support import sample_reports

IDS = [f"basic/field_{number}" for number in range(200)]
WRONG = "basic/field_7"


def very_long_page(evidence: Evidence) -> TargetReport:
    """A page of 200 rows, of which one is broken at one model."""
    small = sample_reports.target(evidence=evidence)
    rows = tuple(
        Row(id, id.partition("/")[2], Claim.SUPPORTED, "Supported", "table 2", "quoted")
        for id in IDS
    )
    cells = tuple(
        sample_reports.cell(
            row,
            model,
            Kind.BROKEN if (row.id, model.id) == (WRONG, "s-1") else None,
            evidence,
        )
        for row in rows
        for model in small.models
    )
    return replace(small, revision=replace(small.revision, rows=rows), rows=rows, cells=cells)


def shown(target: TargetReport) -> str:
    return render(sample_reports.report(target), 100, color=False)


def test_of_very_many_rows_those_that_are_not_as_claimed_are_drawn_and_the_others_counted() -> None:
    matrix = shown(very_long_page(Evidence.RECORDED)).partition("All 200 rows")[2]
    assert "field_7\n" in matrix
    assert "field_8" not in matrix
    assert "and 199 rows as claimed" in matrix


def test_of_a_rehearsal_of_very_many_rows_the_first_are_named() -> None:
    page = shown(very_long_page(Evidence.SIMULATED)).partition("The page of")[2]
    assert "basic/field_0, field_1, field_2 … 200 in all" in " ".join(page.split())


@pytest.mark.parametrize("resembles", [(), ("fault_a", "fault_b")])
def test_a_problem_says_what_it_looks_like_most(resembles: tuple[str, ...]) -> None:
    target = sample_reports.target({("basic/top_p", "s-1"): Kind.BROKEN})
    cells = tuple(
        replace(cell, resembles=resembles) if cell.kind is Kind.BROKEN else cell
        for cell in target.cells
    )
    report = replace(
        sample_reports.report(replace(target, cells=cells)),
        faults=(NamedFault("fault_a", "It drops it."), NamedFault("fault_b", "It cuts it.")),
    )
    said = render(report, 100, color=False)
    assert ("Looks like: It drops it." in said) is bool(resembles)
    assert "It cuts it." not in said
