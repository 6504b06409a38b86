"""Every fault is caught by the row it belongs to, and no clean endpoint is accused."""

import dataclasses
import json
from pathlib import Path

import pytest

from messages_conformance import resources, schemas
from messages_conformance.errors import KillMatrixError
from messages_conformance.probing.loader import Placed, Suites
from messages_conformance.probing.probe import Probe, works
from messages_conformance.reference.faults import FAULTS
from messages_conformance.report.fingerprint import digest
from messages_conformance.report.kill_matrix import KillMatrix, Trial, Turned
from messages_conformance.report.report import Judged
from messages_conformance.report.shipped_kill_matrix import FILE, of_matrix
from messages_conformance.rules.catalogue import RULES
from messages_conformance.selftest import render, run
from messages_conformance.selftest.dry_run import rehearse, shipped_suites
from messages_conformance.selftest.run import WORLDS, attempt, world_of
from messages_conformance.verdict import Standing

JUDGED_ELSEWHERE = {"HD-1", "HD-2", "HD-5", "HD-6", "ER-3"}
"""Wire rules that a row of the pages puts to the test, and that are left out of the wire rows."""


def shipped_matrix() -> KillMatrix:
    return KillMatrix.of(
        json.loads((resources.folder("selftest") / FILE).read_text(encoding="utf-8"))
    )


@pytest.mark.parametrize(
    ("name", "world"),
    [(fault.name, world) for fault in FAULTS.values() for world in fault.worlds],
)
def test_a_fault_is_caught_by_the_row_it_belongs_to(name: str, world: str) -> None:
    trial = attempt(FAULTS[name], world)
    assert trial.caught, (trial.row, trial.rule, trial.touched, trial.blinded)


@pytest.mark.parametrize("seed", range(run.SEEDS))
@pytest.mark.parametrize("name", WORLDS)
def test_a_clean_endpoint_is_not_accused_however_it_words_its_answers(name: str, seed: int) -> None:
    world = world_of(name)
    outcome = rehearse(world, world.stages, shipped_suites(), seed=seed)
    judged: tuple[Judged, ...] = (*outcome.cells, *outcome.observations)
    assert [one.row_id for one in judged if one.verdict.standing is Standing.BAD] == []


def test_the_shipped_kill_matrix_is_that_of_the_suites_and_holds() -> None:
    matrix = shipped_matrix()
    assert matrix.digest == digest(), (
        "run: messages-conformance selftest --output selftest/kill-matrix.json"
    )
    assert matrix.holds
    assert matrix.detects_nothing == ()
    assert set(matrix.faults) == set(FAULTS)
    assert all(clean.seeds == run.SEEDS for clean in matrix.clean)


def test_every_wire_rule_is_broken_by_some_fault() -> None:
    found = {
        rule
        for trial in shipped_matrix().trials
        for rules in trial.found.values()
        for rule in rules
    }
    assert set(RULES) - found == JUDGED_ELSEWHERE, (
        "src/messages_conformance/reference/faults/: add a fault that breaks the rule, then run: "
        "messages-conformance selftest --output selftest/kill-matrix.json"
    )


def test_what_turns_besides_is_little_and_counted() -> None:
    matrix = shipped_matrix()
    strays = sum(len(trial.undeclared) for trial in matrix.trials)
    assert strays <= len(matrix.trials) // 50


def test_a_probe_that_always_works_is_told_by_its_faults_and_as_detecting_nothing() -> None:
    def lenient(ask):  # type: ignore[no-untyped-def]
        """It always works."""
        answer = yield ask("Say hello.", stop_sequences=["x"])
        return works("whatever", answer)

    probes = shipped_suites()
    suite, _ = probes["basic/stop_sequences"]
    blunt = Placed(suite, Probe("basic/stop_sequences", lenient, None))
    broken = Suites({**probes, "basic/stop_sequences": blunt}, probes.inspections)
    own = [fault for fault in FAULTS.values() if fault.row == "basic/stop_sequences"]
    tried = tuple(attempt(fault, "documented", broken) for fault in own)
    matrix = dataclasses.replace(shipped_matrix(), trials=tried)
    assert {trial.fault for trial in matrix.missed} == {fault.name for fault in own}
    assert "basic/stop_sequences" in matrix.detects_nothing
    assert not matrix.holds
    text = render.to_text(matrix)
    assert "stop_reason_stays_end_turn (documented): due from basic/stop_sequences" in text


def test_a_matrix_comes_back_as_it_was_written() -> None:
    matrix = shipped_matrix()
    assert KillMatrix.of(json.loads(render.to_json(matrix))) == matrix
    assert schemas.complaint(matrix.document, "selftest") is None


def test_what_is_no_matrix_is_refused_in_a_sentence() -> None:
    with pytest.raises(KillMatrixError, match="is no kill matrix"):
        KillMatrix.of({"trials": []})


def test_power_counts_what_a_row_catches_and_what_it_tells_of() -> None:
    def trial(fault: str, row: str, *, caught: bool, turned: tuple[str, ...]) -> Trial:
        told = tuple(Turned(one, "broken", "…") for one in turned)
        return Trial(fault, "…", "w", row, "", caught, told, (), (), {})

    matrix = dataclasses.replace(
        shipped_matrix(),
        trials=(
            trial("a", "basic/model", caught=True, turned=("basic/model",)),
            trial("b", "basic/model", caught=False, turned=("basic/stream",)),
            trial("c", "basic/stream", caught=True, turned=("basic/stream", "basic/model")),
        ),
    )
    power = matrix.powers
    assert power["basic/model"].caught == ("a",)
    assert power["basic/model"].missed == ("b",)
    assert power["basic/model"].touched == 2
    assert power["basic/system"].detects_nothing
    assert of_matrix(matrix).words("basic/model") == "1 of 2"
    assert of_matrix(matrix).words("basic/system") == "nothing"


def test_markdown_tells_every_fault_once() -> None:
    told = render.to_markdown(shipped_matrix())
    for name in FAULTS:
        assert f"| {name.replace('_', chr(92) + '_')} |" in told, name


def test_the_digest_changes_with_a_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
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
