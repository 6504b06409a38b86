import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from messages_conformance import expectations
from messages_conformance.claims import Model, Revision, Row, Section, Series, Target
from messages_conformance.exchange import Place
from messages_conformance.expectations import (
    Deviation,
    Expectations,
    ExpectationsError,
    Outcome,
    exit_code,
)
from messages_conformance.report import Cell, Finding, Observation, Provenance, Report
from messages_conformance.report.model import TargetReport
from messages_conformance.verdict import Behaviour, Claim, Evidence, Kind, judge
from messages_conformance.wire.finding import Severity

REVISION = Revision(
    target=Target("acme", "Acme", "https://acme.example", ("x-api-key",), "2023-06-01"),
    date=datetime.date(2026, 1, 1),
    title="Acme",
    url="https://acme.example/docs",
    note="",
    sections=(Section("tools", "Tools"),),
    series=(Series("small", "Small", (Model("acme-1", "small", False),)),),
    rows=(Row("tools/name", "tools", "name", Claim.SUPPORTED, "", "", "quoted"),),
)
MODEL = REVISION.models[0]


def cell(kind: Kind, row: str = "tools/name", model: str = "acme-1") -> Cell:
    return Cell.judged(
        model=replace(MODEL, id=model),
        row=replace(REVISION.rows[0], id=row),
        claim=Claim.SUPPORTED,
        behaviour=Behaviour(kind, "It did."),
        verdict=judge(Claim.SUPPORTED, kind),
        evidence=Evidence.RECORDED,
    )


def report(*kinds: Kind, observed: tuple[Observation, ...] = ()) -> Report:
    ground = Provenance(Evidence.RECORDED, (), (), None, 0, 0, 0)
    target = TargetReport(
        REVISION, ground, REVISION.rows, (MODEL,), tuple(cell(kind) for kind in kinds), observed
    )
    return Report("1", "2026-01-01T00:00:00Z", (target,))


ACCEPTED = Expectations((Deviation("tools/*", "acme-*", Kind.REFUSED, "We send none."),))


def written(folder: Path, text: str) -> Path:
    (folder / "acme.toml").write_text(text)
    return folder


def test_an_accepted_deviation_does_not_fail_and_says_why() -> None:
    ruling = ACCEPTED.ruling(cell(Kind.REFUSED))
    assert (ruling.outcome, ruling.reason) == (Outcome.ACCEPTED, "We send none.")


def test_a_deviation_that_no_longer_occurs_fails() -> None:
    ruling = ACCEPTED.ruling(cell(Kind.WORKS))
    assert ruling.outcome is Outcome.FAILED
    assert "remove it from the expectations" in ruling.reason


def test_a_deviation_that_got_worse_fails() -> None:
    ruling = ACCEPTED.ruling(cell(Kind.BROKEN))
    assert ruling.outcome is Outcome.FAILED
    assert ruling.reason == "'refused' is accepted here, but it is 'broken' now"


def test_what_was_not_measured_is_neither_accepted_nor_outdated() -> None:
    ruling = ACCEPTED.ruling(cell(Kind.UNMEASURED))
    assert ruling.outcome is Outcome.OPEN


@pytest.mark.parametrize(("row", "model"), [("basic/model", "acme-1"), ("tools/name", "other")])
def test_a_deviation_speaks_only_of_the_cells_it_names(row: str, model: str) -> None:
    assert ACCEPTED.ruling(cell(Kind.REFUSED, row, model)).outcome is Outcome.FAILED
    assert ACCEPTED.ruling(cell(Kind.WORKS, row, model)).outcome is Outcome.PASSED


def test_either_of_two_accepted_behaviours_may_occur() -> None:
    flapping = Expectations(
        (*ACCEPTED.deviations, Deviation("tools/name", "*", Kind.BROKEN, "It flaps."))
    )
    for kind in (Kind.REFUSED, Kind.BROKEN):
        ruling = flapping.ruling(cell(kind))
        assert ruling.outcome is Outcome.ACCEPTED


def test_a_warning_and_what_the_page_leaves_open_pass() -> None:
    for claim in (Claim.UNSUPPORTED, Claim.UNKNOWN):
        judged = replace(cell(Kind.IGNORED), verdict=judge(claim, Kind.IGNORED))
        assert Expectations().ruling(judged).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("kinds", "code"),
    [
        ([Kind.WORKS, Kind.UNCLEAR], 0),
        ([Kind.WORKS, Kind.REFUSED, Kind.UNCLEAR], 1),
        ([Kind.UNMEASURED], 2),
        ([], 2),
    ],
)
def test_where_nothing_is_accepted_the_exit_code_is_the_reports(
    kinds: list[Kind], code: int
) -> None:
    assert exit_code(report(*kinds), {}) == code


def test_accepted_deviations_leave_the_exit_code_alone() -> None:
    assert exit_code(report(Kind.REFUSED), {"acme": ACCEPTED}) == 0


def test_an_outdated_deviation_fails_the_run() -> None:
    assert exit_code(report(Kind.WORKS), {"acme": ACCEPTED}) == 1


def observation(severity: Severity) -> Observation:
    finding = Finding(MODEL, "RS-1", severity, Place("x.yaml", 0), "event 1", "It is odd.")
    return Observation("wire/error", "Errors", MODEL, 3, "", Evidence.RECORDED, (finding,))


def test_findings_fail_the_run_unless_their_row_is_accepted_too() -> None:
    broken = report(Kind.REFUSED, observed=(observation(Severity.CONTRACT),))
    assert exit_code(broken, {"acme": ACCEPTED}) == 1
    wire = Deviation("wire/*", "*", Kind.BROKEN, "A proxy's own errors.")
    both = Expectations((*ACCEPTED.deviations, wire))
    assert exit_code(broken, {"acme": both}) == 0
    mended = report(Kind.REFUSED, observed=(observation(Severity.NICETY),))
    assert exit_code(mended, {"acme": both}) == 1
    assert exit_code(mended, {"acme": ACCEPTED}) == 0


def test_a_target_without_a_file_has_no_accepted_deviation(tmp_path: Path) -> None:
    assert expectations.load(tmp_path, REVISION) == Expectations()


def test_a_file_is_read(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        """
        [[deviation]]
        row = "tools/*"
        model = "acme-*"
        behaviour = "refused"
        reason = "We send none."
        """,
    )
    assert expectations.load(folder, REVISION) == ACCEPTED


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[deviation]", "cannot be read as TOML"),
        ("[[deviation]]\nrow = 'tools/*'\nmodel = '*'\nbehaviour = 'refused'", "'reason'"),
        (
            "[[deviation]]\nrow = '*'\nmodel = '*'\nbehaviour = 'works'\nreason = 'x'",
            "'works' is not one of",
        ),
        (
            "[[deviation]]\nrow = 'nope/*'\nmodel = '*'\nbehaviour = 'refused'\nreason = 'x'",
            "deviation 1: no row of target 'acme' matches 'nope/*'",
        ),
        (
            "[[deviation]]\nrow = '*'\nmodel = 'nope'\nbehaviour = 'refused'\nreason = 'x'",
            "deviation 1: no model of target 'acme' matches 'nope'",
        ),
    ],
)
def test_a_malformed_file_is_refused_in_one_sentence(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(ExpectationsError) as refusal:
        expectations.load(written(tmp_path, text), REVISION)
    assert str(tmp_path / "acme.toml") in str(refusal.value)
    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)
