"""A session of most rows judges each model once, in one of its processes, and remembers it."""

import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import filelock
import pytest

from messages_conformance import memory
from messages_conformance.cassettes.tape import Tape
from messages_conformance.claims.selection import Selection
from messages_conformance.judging import remembered as on_disk
from messages_conformance.judging.judged_model import JudgedModel
from messages_conformance.pytest_plugin import ahead, plugin
from messages_conformance.pytest_plugin.judge import SuiteJudge, judge_of
from support.inner_pytest import Run
from support.project_on_disk import ProjectOnDisk


@pytest.fixture
def remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "memory"))
    return tmp_path / "memory" / "judged"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models whose recordings were judged whole."""
    found: list[str] = []
    whole = on_disk.remember

    def noted(key: str | None, result: JudgedModel) -> None:
        found.append(result.cells[0].model.id)
        whole(key, result)

    monkeypatch.setattr(on_disk, "remember", noted)
    return found


def session(project: ProjectOnDisk) -> SuiteJudge:
    return judge_of(Selection(), project.cassettes, None)


def test_a_later_session_judges_nothing(
    project: ProjectOnDisk, run: Run, remembered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.record("small-1")
    first = run("suites").parseoutcomes()
    assert first["passed"]
    monkeypatch.setattr(Tape, "load", None)
    assert run("suites").parseoutcomes() == first


@pytest.mark.parametrize("choice", [["-k", "stop"], ["--collect-only"]])
def test_a_session_of_few_rows_or_of_none_judges_no_model_whole(
    choice: list[str], project: ProjectOnDisk, run: Run, remembered: Path
) -> None:
    project.record("small-1")
    run("suites", *choice)
    assert not remembered.exists()


def test_without_a_memory_tests_judge_for_themselves(
    project: ProjectOnDisk, run: Run, monkeypatch: pytest.MonkeyPatch, judged: list[str]
) -> None:
    monkeypatch.setenv(memory.VARIABLE, "")
    project.record("small-1")
    assert run("suites").parseoutcomes()["passed"]
    assert not judged


def test_each_worker_begins_with_another_model(
    project: ProjectOnDisk, remembered: Path, judged: list[str]
) -> None:
    project.record("small-1")
    project.record("small-2")
    ahead.judge_ahead(session(project), 1)
    assert judged == ["small-2", "small-1"]
    ahead.judge_ahead(session(project), 0)
    assert judged == ["small-2", "small-1"]


def test_what_another_process_is_at_comes_last_and_is_recalled(
    project: ProjectOnDisk, remembered: Path, judged: list[str]
) -> None:
    project.record("small-1")
    project.record("small-2")
    own = session(project)
    target = own.chosen[0].revision.target.id
    locks = remembered.parent / "locks"
    locks.mkdir(parents=True)
    lock = filelock.FileLock(locks / memory.digest(target, "small-1")[:16], thread_local=False)
    lock.acquire()
    threading.Timer(0.5, lock.release).start()
    ahead.judge_ahead(own)
    assert judged == ["small-2", "small-1"]


def test_a_damaged_cassette_is_left_to_its_tests(
    project: ProjectOnDisk, remembered: Path, judged: list[str]
) -> None:
    project.record("small-1")
    project.record("small-2")
    damaged = next(path for path in project.cassettes.rglob("*.yaml") if "small-1" in str(path))
    damaged.write_text("[")
    ahead.judge_ahead(session(project))
    assert judged == ["small-2"]


def test_a_folder_that_takes_nothing_is_no_failure(
    project: ProjectOnDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, judged: list[str]
) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "file"))
    project.record("small-1")
    ahead.judge_ahead(session(project))
    assert not judged


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ({}, 0),
        ({"workerid": "gw0", "workercount": 3}, 0),
        ({"workerid": "gw2", "workercount": 3}, 2),
        ({"workerid": "gw7", "workercount": 3}, 1),
        ({"workerid": "mine", "workercount": 3}, 0),
    ],
)
def test_a_worker_may_be_called_anything(said: dict[str, Any], number: int) -> None:
    config: Any = SimpleNamespace(workerinput=said)
    assert plugin._number_of_worker(config) == number
