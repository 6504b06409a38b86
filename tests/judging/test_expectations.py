import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from messages_conformance.claims.page import Model, Revision, Row, Section, Series, Target
from messages_conformance.errors import ExpectationsError
from messages_conformance.judging.expectations import Deviation, Expectations, apply_expectations
from messages_conformance.judging.expectations_baseline import baseline
from messages_conformance.judging.expectations_file import Scope, read_file, read_for_target
from messages_conformance.protocol.exchange import Place
from messages_conformance.report import Cell, Observation, Provenance, Report, ReportedFinding
from messages_conformance.report.deviation import DeviationState, KnownDeviation
from messages_conformance.report.outcome import Outcome, exit_code, outcome
from messages_conformance.report.report import Judged, TargetReport
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Behaviour, Claim, Evidence, Kind, judge

REVISION = Revision(
    target=Target("acme", "Acme", "https://acme.example", ("x-api-key",), "2023-06-01"),
    date=datetime.date(2026, 1, 1),
    title="Acme",
    url="https://acme.example/docs",
    note="",
    sections=(Section("tools", "Tools"),),
    series=(Series("small", "Small", (Model("acme-1", "small", False),)),),
    rows=(Row("tools/name", "name", Claim.SUPPORTED, "", "", "quoted"),),
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
    ground = Provenance(Evidence.RECORDED, (), (), None)
    target = TargetReport(
        REVISION, ground, REVISION.rows, (MODEL,), tuple(cell(kind) for kind in kinds), observed
    )
    return Report("1", "2026-01-01T00:00:00Z", (target,))


ACCEPTED = Expectations((Deviation("tools/*", "acme-*", Kind.REFUSED, "We send none."),))


TODAY = datetime.date(2026, 11, 24)
SCOPE = Scope(REVISION, ("wire/error",))


def known(expectations: Expectations, judged: Judged) -> KnownDeviation:
    found = expectations.match(judged, TODAY)
    assert found is not None
    return found


def out(expectations: Expectations, judged: Judged) -> Outcome:
    """What becomes of a cell."""
    return outcome(replace(judged, known=expectations.match(judged, TODAY)))


def code(judged: Report, expectations: Expectations) -> int:
    return exit_code(apply_expectations(judged, {"acme": expectations}, TODAY))


def written(folder: Path, text: str) -> Path:
    (folder / "acme.toml").write_text(text)
    return folder


def test_an_accepted_deviation_does_not_fail_and_says_why() -> None:
    assert out(ACCEPTED, cell(Kind.REFUSED)) is Outcome.ACCEPTED
    assert known(ACCEPTED, cell(Kind.REFUSED)).terms == "We send none."


def test_a_deviation_that_no_longer_occurs_fails() -> None:
    assert out(ACCEPTED, cell(Kind.WORKS)) is Outcome.FAILED
    assert "remove it from the expectations" in known(ACCEPTED, cell(Kind.WORKS)).objection


def test_a_simulation_does_not_show_that_a_deviation_of_the_real_server_is_gone() -> None:
    real = replace(ACCEPTED, ships=True)
    simulated = replace(cell(Kind.WORKS), evidence=Evidence.SIMULATED)
    recorded = replace(cell(Kind.WORKS), evidence=Evidence.RECORDED)
    assert known(real, simulated).state is DeviationState.PENDING
    assert out(real, simulated) is Outcome.PASSED
    assert out(real, recorded) is Outcome.FAILED
    assert out(ACCEPTED, simulated) is Outcome.FAILED


def test_a_deviation_that_got_worse_fails() -> None:
    assert out(ACCEPTED, cell(Kind.BROKEN)) is Outcome.FAILED
    said = known(ACCEPTED, cell(Kind.BROKEN)).objection
    assert said.startswith("'refused' is accepted here, but it is 'broken' now: fix")


def test_a_verdict_may_be_expected_instead_of_a_behaviour() -> None:
    expected = Expectations((Deviation("tools/*", "*", "wrongly refused", "We send none."),))
    assert out(expected, cell(Kind.REFUSED)) is Outcome.ACCEPTED
    assert out(expected, cell(Kind.IGNORED)) is Outcome.FAILED
    said = known(expected, cell(Kind.IGNORED)).objection
    assert said.startswith("'wrongly refused' is accepted here, but it is 'silently ignored' now")


def test_a_deviation_is_accepted_up_to_its_last_day_and_fails_from_the_next() -> None:
    def until(day: datetime.date) -> Expectations:
        return Expectations((replace(ACCEPTED.deviations[0], expires=day),))

    yesterday = TODAY - datetime.timedelta(days=1)
    assert out(until(TODAY), cell(Kind.REFUSED)) is Outcome.ACCEPTED
    assert out(until(yesterday), cell(Kind.REFUSED)) is Outcome.FAILED
    said = known(until(yesterday), cell(Kind.REFUSED)).objection
    assert said.startswith("was accepted until 2026-11-23, 1 day ago: fix the endpoint, or")
    assert "remove it" in known(until(yesterday), cell(Kind.WORKS)).objection


def test_an_expired_deviation_gives_way_to_one_that_holds() -> None:
    expired = replace(ACCEPTED.deviations[0], expires=datetime.date(2020, 1, 1), reason="Old.")
    both = Expectations((expired, *ACCEPTED.deviations))
    assert known(both, cell(Kind.REFUSED)).terms == "We send none."


def test_what_was_not_measured_is_neither_accepted_nor_outdated() -> None:
    for kind in (Kind.UNMEASURED, Kind.UNCLEAR):
        assert out(ACCEPTED, cell(kind)) is Outcome.OPEN
        assert known(ACCEPTED, cell(kind)).state is DeviationState.PENDING


@pytest.mark.parametrize(("row", "model"), [("basic/model", "acme-1"), ("tools/name", "other")])
def test_a_deviation_concerns_only_the_cells_it_covers(row: str, model: str) -> None:
    assert out(ACCEPTED, cell(Kind.REFUSED, row, model)) is Outcome.FAILED
    assert out(ACCEPTED, cell(Kind.WORKS, row, model)) is Outcome.PASSED


def test_either_of_two_accepted_behaviours_may_occur() -> None:
    flapping = Expectations(
        (*ACCEPTED.deviations, Deviation("tools/name", "*", Kind.BROKEN, "It flaps."))
    )
    for kind in (Kind.REFUSED, Kind.BROKEN):
        assert out(flapping, cell(kind)) is Outcome.ACCEPTED
    said = known(flapping, cell(Kind.IGNORED)).objection
    assert said.startswith("'refused' or 'broken' is accepted here, but it is 'ignored' now")


def test_a_warning_and_what_the_page_leaves_open_pass() -> None:
    for claim in (Claim.UNSUPPORTED, Claim.UNKNOWN):
        judged = replace(cell(Kind.IGNORED), verdict=judge(claim, Kind.IGNORED))
        assert out(Expectations(), judged) is Outcome.PASSED


def test_applying_expectations_again_forgets_earlier_ones() -> None:
    applied = apply_expectations(report(Kind.REFUSED), {"acme": ACCEPTED}, TODAY)
    assert exit_code(applied) == 0
    assert exit_code(apply_expectations(applied, {}, TODAY)) == 1


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        ([Kind.WORKS, Kind.UNCLEAR], 0),
        ([Kind.WORKS, Kind.REFUSED, Kind.UNCLEAR], 1),
        ([Kind.UNMEASURED], 2),
        ([], 2),
    ],
)
def test_where_nothing_is_accepted_the_exit_code_is_the_reports(
    kinds: list[Kind], expected: int
) -> None:
    assert exit_code(report(*kinds)) == expected


def test_accepted_deviations_leave_the_exit_code_alone() -> None:
    assert code(report(Kind.REFUSED), ACCEPTED) == 0


def test_an_outdated_deviation_fails_the_run() -> None:
    assert code(report(Kind.WORKS), ACCEPTED) == 1


def observation(severity: Severity) -> Observation:
    finding = ReportedFinding(MODEL, "RS-1", severity, Place("x.yaml", 0), "event 1", "It is odd.")
    return Observation("wire/error", "Errors", MODEL, 3, "", Evidence.RECORDED, (finding,))


def test_findings_fail_the_run_unless_their_row_is_accepted_too() -> None:
    broken = report(Kind.REFUSED, observed=(observation(Severity.CONTRACT),))
    assert code(broken, ACCEPTED) == 1
    wire = Deviation("wire/*", "*", Kind.BROKEN, "A proxy's own errors.")
    both = Expectations((*ACCEPTED.deviations, wire))
    assert code(broken, both) == 0
    fixed = report(Kind.REFUSED, observed=(observation(Severity.ADVISORY),))
    assert code(fixed, both) == 1
    assert code(fixed, ACCEPTED) == 0


def test_a_few_rows_do_not_show_that_a_broken_wire_rule_is_gone() -> None:
    wire = Expectations((Deviation("wire/*", "*", Kind.BROKEN, "A proxy's own errors."),))
    fixed = report(Kind.WORKS, observed=(observation(Severity.ADVISORY),))
    assert code(fixed, wire) == 1
    (target,) = fixed.targets
    more = replace(REVISION, rows=(*REVISION.rows, replace(REVISION.rows[0], id="tools/other")))
    partial = replace(fixed, targets=(replace(target, revision=more),))
    assert code(partial, wire) == 0
    assert code(fixed, replace(wire, of_all=False)) == 0
    (seen,) = apply_expectations(partial, {"acme": wire}, TODAY).targets[0].observations
    assert seen.known is not None
    assert seen.known.state is DeviationState.PENDING
    broken = report(Kind.WORKS, observed=(observation(Severity.CONTRACT),))
    assert code(broken, replace(wire, of_all=False)) == 0
    assert baseline(partial.targets[0], wire, TODAY) == wire.deviations
    assert baseline(target, wire, TODAY) == ()


def test_a_target_without_a_file_has_no_accepted_deviation(tmp_path: Path) -> None:
    assert read_for_target(tmp_path, SCOPE) == Expectations()


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
    assert read_for_target(folder, SCOPE) == ACCEPTED


TOOLS = "[[deviation]]\nrow = 'tools/*'\nmodel = '*'\n"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[[deviation]", "cannot be read as TOML"),
        ("[[deviation]]\nrow = 'tools/*'\nmodel = '*'\nbehaviour = 'refused'", "'reason'"),
        (f"{TOOLS}reason = 'x'", "deviation 1: give it a behaviour or a verdict, and not both"),
        (
            f"{TOOLS}behaviour = 'broken'\nverdict = 'broken'\nreason = 'x'",
            "deviation 1: give it a behaviour or a verdict, and not both",
        ),
        (f"{TOOLS}verdict = 'kept'\nreason = 'x'", "'kept' is not one of"),
        (f"{TOOLS}verdict = 'broken'\nreason = 'x'\nlink = 'ticket 7'", "$.deviation[0].link"),
        (
            f"{TOOLS}verdict = 'broken'\nreason = 'x'\nexpires = '2027-01-01'",
            "deviation 1: expires is '2027-01-01', which is not a TOML date; write it without",
        ),
        (
            f"{TOOLS}verdict = 'broken'\nreason = 'x'\nexpires = 2027-01-01T00:00:00",
            "which is not a TOML date",
        ),
        (
            f"{TOOLS}verdict = 'stricter'\nreason = 'x'",
            "tools/name for acme-1 is claimed supported, so 'stricter' is no deviation",
        ),
        (
            "[[deviation]]\nrow = 'wire/*'\nmodel = '*'\nbehaviour = 'ignored'\nreason = 'x'",
            "deviation 1: wire/error for acme-1 is checked in all exchanges, so there 'ignored'",
        ),
        (
            "[[deviation]]\nrow = 'wire/nope'\nmodel = '*'\nbehaviour = 'broken'\nreason = 'x'",
            "deviation 1: no row of target 'acme' matches 'wire/nope'",
        ),
        (
            f"{TOOLS}behaviour = 'refused'\nreason = 'x'\n"
            "[[deviation]]\nrow = '*/name'\nmodel = '*'\nverdict = 'wrongly refused'\nreason = 'y'",
            "deviations 1 and 2 both expect the same in tools/name for acme-1; remove one",
        ),
        ("target = 'other'\ndeviation = []", "says that it is for target 'other'"),
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
        read_for_target(written(tmp_path, text), SCOPE)
    assert str(tmp_path / "acme.toml") in str(refusal.value)
    assert complaint in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_vendors_own_file_is_for_the_target_it_names_or_the_only_one(tmp_path: Path) -> None:
    other = replace(REVISION, target=replace(REVISION.target, id="other"))
    path = tmp_path / "known.toml"
    entry = f"{TOOLS}behaviour = 'refused'\nreason = 'x'\nexpires = 2027-01-01\n"
    path.write_text(entry)
    target, expected = read_file(path, [SCOPE])
    assert target == "acme"
    assert expected.deviations[0].expires == datetime.date(2027, 1, 1)
    with pytest.raises(ExpectationsError, match=r'begin it with target = "ID".*acme, other'):
        read_file(path, [SCOPE, Scope(other)])
    path.write_text(f"target = 'other'\n{entry}")
    assert read_file(path, [SCOPE, Scope(other)])[0] == "other"
    with pytest.raises(ExpectationsError, match="'other', which is not judged here; judged: acme"):
        read_file(path, [SCOPE])
    with pytest.raises(ExpectationsError, match="cannot be read"):
        read_file(tmp_path / "gone.toml", [SCOPE])
