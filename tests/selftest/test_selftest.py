"""Every fault is detected by its row, and clean endpoints raise no false alarm."""

import dataclasses
import json
import zlib
from pathlib import Path

import pytest

from messages_conformance import memory, resources, schemas
from messages_conformance.errors import KillMatrixError
from messages_conformance.probing import works
from messages_conformance.probing.loader import LoadedProbe, Suites
from messages_conformance.probing.probe import Probe
from messages_conformance.reference.faults import FAULTS, Fault
from messages_conformance.report.fingerprint import digest
from messages_conformance.report.kill_matrix import (
    FailedRow,
    KillMatrix,
    Trial,
    from_document,
    read,
    to_document,
)
from messages_conformance.report.shipped_kill_matrix import FILE, of_matrix
from messages_conformance.rules.catalogue import rules_of
from messages_conformance.rules.finding import RuleKind
from messages_conformance.selftest import render, run
from messages_conformance.selftest.dry_run import run_suites, shipped_suites
from messages_conformance.selftest.run import CLEAN_ENDPOINTS, clean_endpoint, run_trial
from messages_conformance.verdict import Kind, Standing

JUDGED_ELSEWHERE = {"HD-1", "HD-2", "HD-5", "HD-6", "ER-3"}
"""Wire rules that a row of the pages tests, so that the wire rows leave them out."""


def shipped_matrix() -> KillMatrix:
    return read(resources.folder("selftest") / FILE)


def one_endpoint(fault: Fault) -> str:
    """One of a fault's endpoints; over all faults, each of them in its turn.

    The kill matrix holds all trials, and must be of this very code.
    """
    names = [name for name in fault.endpoints if name in CLEAN_ENDPOINTS]
    return names[zlib.crc32(fault.name.encode()) % len(names)]


TRIALS = [(fault.name, one_endpoint(fault)) for fault in FAULTS.values()]


def test_trials_are_of_every_clean_endpoint() -> None:
    assert {endpoint for _, endpoint in TRIALS} == set(CLEAN_ENDPOINTS)


@pytest.mark.parametrize(("name", "endpoint"), TRIALS)
def test_a_fault_is_detected_by_its_row(name: str, endpoint: str) -> None:
    trial = run_trial(FAULTS[name], endpoint)
    assert trial.detected, (trial.row, trial.rule, trial.affected_rows, trial.inconclusive)
    assert trial.undeclared == ()


@pytest.mark.parametrize("seed", range(run.SEEDS))
def test_no_false_alarm_however_a_clean_endpoint_words_its_answers(seed: int) -> None:
    """Each wording at one of the endpoints in its turn; the kill matrix holds all of them."""
    name = [*CLEAN_ENDPOINTS][seed % len(CLEAN_ENDPOINTS)]
    clean = clean_endpoint(name)
    result = run_suites(clean, clean.stages, shipped_suites(), seed=seed)
    assert [one.row_id for one in result.judged if one.verdict.standing is Standing.BAD] == []
    assert [one.row_id for one in result.cells if one.verdict.name == Kind.UNCLEAR] == []


def test_the_shipped_kill_matrix_is_that_of_the_suites_and_holds() -> None:
    matrix = shipped_matrix()
    assert matrix.digest == digest(), (
        "run: messages-conformance selftest --output selftest/kill-matrix.json"
    )
    assert matrix.has_passed
    assert set(matrix.faults) == set(FAULTS)
    assert all(clean.seeds == run.SEEDS for clean in matrix.clean_endpoints)


def test_every_wire_rule_is_broken_by_some_fault() -> None:
    found = {
        rule
        for trial in shipped_matrix().trials
        for rules in trial.broken_rules.values()
        for rule in rules
    }
    assert set(rules_of(RuleKind.ANSWER)) - found == JUDGED_ELSEWHERE


def test_an_undeclared_failed_row_fails_the_selftest() -> None:
    matrix = shipped_matrix()
    first, *others = matrix.trials
    stray = dataclasses.replace(first, undeclared=("basic/model",))
    assert matrix.has_passed
    failing = dataclasses.replace(matrix, trials=(stray, *others))
    assert failing.undeclared == (stray,)
    assert not failing.has_passed
    assert "1 undeclared row fails" in render.sentence(failing)


def test_the_sentence_counts_faults_side_effects_and_undeclared_rows() -> None:
    assert render.sentence(shipped_matrix()).startswith(
        "733 of 733 faults detected by their row in 1297 trials; "
        "902 further rows fail as declared side effects; no undeclared row fails; "
        "no false alarms in 80 runs of 4 clean endpoints; every row detects a fault. "
    )


def test_a_probe_that_always_works_misses_its_faults_and_detects_nothing() -> None:
    def lenient(ask):  # type: ignore[no-untyped-def]
        """It always works."""
        answer = yield ask("Say hello.", stop_sequences=["x"])
        return works("whatever", answer)

    probes = shipped_suites()
    suite, _ = probes["basic/stop_sequences"]
    blunt = LoadedProbe(suite, Probe("basic/stop_sequences", lenient, None))
    broken = Suites({**probes, "basic/stop_sequences": blunt}, probes.inspections)
    own = [fault for fault in FAULTS.values() if fault.row == "basic/stop_sequences"]
    tried = tuple(run_trial(fault, "documented", broken) for fault in own)
    matrix = dataclasses.replace(shipped_matrix(), trials=tried)
    assert {trial.fault for trial in matrix.missed} == {fault.name for fault in own}
    assert "basic/stop_sequences" in matrix.rows_that_detect_nothing
    assert not matrix.has_passed
    text = render.to_text(matrix)
    assert "stop_reason_stays_end_turn (documented): expected from basic/stop_sequences" in text


def test_a_matrix_comes_back_as_it_was_written() -> None:
    matrix = shipped_matrix()
    assert from_document(json.loads(render.to_json(matrix))) == matrix
    assert schemas.complaint(to_document(matrix), "selftest") is None


def test_what_is_no_matrix_is_refused_in_a_sentence() -> None:
    with pytest.raises(KillMatrixError, match="is not a kill matrix"):
        from_document({"trials": []})


def test_power_counts_the_faults_that_a_row_detects_and_those_that_affect_it() -> None:
    def trial(fault: str, row: str, *, detected: bool, failed: tuple[str, ...]) -> Trial:
        rows = tuple(FailedRow(one, "broken", "…") for one in failed)
        return Trial(fault, "…", "e", row, "", detected, rows, (), (), {})

    matrix = dataclasses.replace(
        shipped_matrix(),
        trials=(
            trial("a", "basic/model", detected=True, failed=("basic/model",)),
            trial("b", "basic/model", detected=False, failed=("basic/stream",)),
            trial("c", "basic/stream", detected=True, failed=("basic/stream", "basic/model")),
        ),
    )
    power = matrix.powers
    assert power["basic/model"].detected == ("a",)
    assert power["basic/model"].missed == ("b",)
    assert power["basic/model"].affected_by == 2
    assert power["basic/system"].detects_nothing
    assert of_matrix(matrix).words("basic/model") == "1 of 2"
    assert of_matrix(matrix).words("basic/system") == "nothing"


def test_markdown_lists_every_fault_once() -> None:
    text = render.to_markdown(shipped_matrix())
    for name in FAULTS:
        assert f"| {name.replace('_', chr(92) + '_')} |" in text, name


def test_the_digest_changes_with_a_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(memory.VARIABLE, "")  # what is remembered is of the files that ship
    before = digest()
    copied = tmp_path / "suites"
    copied.mkdir()
    for path in resources.folder("suites").glob("*.py"):
        (copied / path.name).write_bytes(path.read_bytes())
    (copied / "test_basic.py").write_text("# emptied")
    where = resources.folder
    monkeypatch.setattr(
        resources, "folder", lambda name: copied if name == "suites" else where(name)
    )
    digest.cache_clear()
    try:
        assert digest() != before
    finally:
        digest.cache_clear()
