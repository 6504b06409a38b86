"""Judging reads cassettes only: the same tape always gets the same verdicts."""

import dataclasses
from pathlib import Path

import pytest

from messages_conformance import resources
from messages_conformance.cassettes.tape import Entry, Tape
from messages_conformance.claims.page import Model
from messages_conformance.judging.judge import judge_model, judge_target, make_report
from messages_conformance.probing import loader
from messages_conformance.probing.driver import ProbeDefectError
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.report import Cell, TargetReport
from messages_conformance.report.outcome import exit_code
from messages_conformance.verdict import Evidence, Kind
from support import small_project

ROWS = ("basic/temperature", "basic/stop")
WARM = small_project.exchange(small_project.request("Hi.", temperature=0.5))
FREE = small_project.exchange(small_project.request("Count."), small_project.message("1 2 3 4"))
BOUND = small_project.exchange(
    small_project.request("Count.", stop_sequences=["3"]), small_project.message("1 2 ")
)


def entries(*exchanges: Exchange) -> list[Entry]:
    return [Entry(e, ROWS[e.request != WARM.request], 0) for e in exchanges]


def judged(
    root: Path,
    *exchanges: Exchange,
    rows: tuple[str, ...] = ROWS,
    evidence: Evidence | None = None,
    suite: str = small_project.SUITE,
    labelled: str = "recorded",
) -> TargetReport:
    if exchanges:
        small_project.cassette(root / "tapes", *entries(*exchanges), evidence=labelled)
    world = small_project.revision(*rows)
    found = small_project.suites_of(root / "suites", basic=suite)
    return judge_target(world, world.rows, world.models, found, root / "tapes", evidence=evidence)


def cell(report: TargetReport, row: str) -> Cell:
    return report.by_row_and_model[row, small_project.MODEL.id]


def verdicts(report: TargetReport) -> dict[str, str]:
    return {cell.row.id: cell.verdict.name for cell in report.cells}


def test_a_tape_that_shows_what_is_claimed_is_kept(tmp_path: Path) -> None:
    report = judged(tmp_path, WARM, FREE, BOUND)
    assert verdicts(report) == {"basic/temperature": "kept", "basic/stop": "kept"}
    assert exit_code(make_report([report])) == 0


def test_a_wrong_answer_turns_its_own_cell_red_and_no_other_and_is_named(tmp_path: Path) -> None:
    unbound = dataclasses.replace(BOUND, body=FREE.body)
    report = judged(tmp_path, WARM, FREE, unbound)
    assert verdicts(report) == {"basic/temperature": "kept", "basic/stop": "silently ignored"}
    places = [str(place) for place in cell(report, "basic/stop").places]
    assert places == ["world/small-1/basic.yaml#1", "world/small-1/basic.yaml#2"]
    assert exit_code(make_report([report])) == 1


def test_judging_twice_says_the_same(tmp_path: Path) -> None:
    assert judged(tmp_path, WARM, FREE, BOUND) == judged(tmp_path)


def test_without_a_recording_a_row_is_unmeasured(tmp_path: Path) -> None:
    report = judged(tmp_path)
    assert {c.summary for c in report.cells} == {"no recording"}
    assert {c.verdict.name for c in report.cells} == {"unmeasured"}
    assert {c.evidence for c in report.cells} == {Evidence.NONE}
    assert report.provenance.evidence is Evidence.NONE
    assert report.provenance.recorded is None
    assert exit_code(make_report([report])) == 2


def test_a_row_nobody_asked_about_has_no_recording_even_if_its_control_has(tmp_path: Path) -> None:
    small_project.cassette(tmp_path / "tapes", Entry(FREE, "basic/other", 0))
    assert cell(judged(tmp_path), "basic/stop").summary == "no recording"


def test_a_probe_that_asks_something_new_says_which_step_is_missing(tmp_path: Path) -> None:
    report = judged(tmp_path, WARM, FREE)
    assert cell(report, "basic/stop").kind is Kind.UNMEASURED
    assert cell(report, "basic/stop").summary == (
        "the recording ends before the probe's step 2: the run was not finished, or the probe has "
        "changed since; 'run --resume' asks only what is missing"
    )
    assert verdicts(report)["basic/temperature"] == "kept"


def test_a_probe_not_opted_in_to_says_what_it_costs(tmp_path: Path) -> None:
    costly = small_project.SUITE.replace('"basic/stop"', '"basic/stop", opt_in="costs a fortune"')
    report = judged(tmp_path, WARM, suite=costly)
    assert cell(report, "basic/stop").summary == "not opted in: costs a fortune"
    again = judged(tmp_path, WARM, FREE, BOUND, suite=costly)
    assert verdicts(again)["basic/stop"] == "kept"


def test_a_429_met_on_the_way_is_evidence_without_any_burst(tmp_path: Path) -> None:
    def judged_with(*entries: Entry) -> Cell:
        small_project.cassette(tmp_path, *entries)
        tape = Tape.load(tmp_path, small_project.TARGET.id, small_project.MODEL.id)
        world, probes = small_project.revision("error/429"), loader.load(resources.folder("suites"))
        (only,) = judge_model(world, small_project.MODEL, world.rows, probes, tape)
        assert (len(only.places), only.evidence) in ((0, Evidence.NONE), (1, Evidence.RECORDED))
        return only

    answer = Entry(WARM, "basic/temperature", 0)
    assert judged_with(answer).summary.startswith("not opted in: sends 40 requests")
    for type, kind in (("rate_limit_error", Kind.WORKS), ("throttling", Kind.PARTIAL)):
        busy = small_project.exchange(WARM.request, small_project.error(type), 429)
        cell = judged_with(Entry(busy, "basic/temperature", 0, tried=1), answer)
        assert (cell.kind, cell.samples) == (kind, None)
    assert judged_with(Entry(busy, "basic/temperature", 0)).kind is Kind.UNMEASURED


def test_a_row_without_a_probe_is_unmeasured(tmp_path: Path) -> None:
    report = judged(tmp_path, WARM, rows=("basic/temperature", "basic/odd"))
    assert cell(report, "basic/odd").summary == "no probe puts this row to the test"


def test_the_defect_of_a_probe_is_not_the_endpoints(tmp_path: Path) -> None:
    with pytest.raises(ProbeDefectError, match="no_such_thing") as defect:
        judged(tmp_path, WARM, suite=small_project.SUITE.replace('"taken"', "answer.no_such_thing"))
    assert defect.value.__notes__ == ["while judging row 'basic/temperature' for small-1"]


@pytest.mark.parametrize(
    ("labelled", "stated", "expected"),
    [
        ("recorded", None, Evidence.RECORDED),
        ("recorded", Evidence.LIVE, Evidence.LIVE),
        ("simulated", None, Evidence.SIMULATED),
        ("simulated", Evidence.LIVE, Evidence.SIMULATED),
    ],
)
def test_simulated_stays_simulated(
    tmp_path: Path, labelled: str, stated: Evidence | None, expected: Evidence
) -> None:
    report = judged(tmp_path, WARM, evidence=stated, labelled=labelled)
    assert cell(report, "basic/temperature").evidence is expected
    assert cell(report, "basic/stop").evidence is Evidence.NONE
    assert report.provenance.evidence is expected


def test_probes_present_the_key_as_it_was_recorded(tmp_path: Path) -> None:
    headers = (("anthropic-version", "2023-06-01"), ("authorization", "Bearer <key>"))
    asked = dataclasses.replace(WARM.request, headers=headers)
    small_project.cassette(
        tmp_path, Entry(small_project.exchange(asked), "basic/temperature", 0), auth="authorization"
    )
    world = small_project.revision("basic/temperature")
    tape = Tape.load(tmp_path, small_project.TARGET.id, small_project.MODEL.id)
    found = small_project.suites_of(tmp_path / "suites")
    (only,) = judge_model(world, small_project.MODEL, world.rows, found, tape)
    assert only.verdict.name == "kept"


def test_provenance_counts_every_exchange_once(tmp_path: Path) -> None:
    other = Model("small-2", "small", thinks=False)
    world = small_project.revision(*ROWS, models=(small_project.MODEL, other))
    small_project.cassette(tmp_path, *entries(WARM, FREE), server="llama 1", date="2026-11-20")
    small_project.cassette(
        tmp_path,
        *entries(BOUND),
        model="small-2",
        base_url="https://b.example:8443/apps",
        date="2026-11-23",
    )
    found = small_project.suites_of(tmp_path / "suites")
    provenance = judge_target(world, world.rows, world.models, found, tmp_path).provenance
    assert provenance.hosts == ("127.0.0.1:1", "b.example:8443")
    assert provenance.servers == ("llama 1",)
    assert provenance.recorded == ("2026-11-20", "2026-11-23")
    assert (provenance.requests, provenance.input_tokens, provenance.output_tokens) == (3, 9, 6)
