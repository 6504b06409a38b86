"""A report of many models is judged by several processes, and is the same."""

import multiprocessing
import os
import signal
import threading
from pathlib import Path

import pytest

from messages_conformance import memory, resources
from messages_conformance.cassettes.tape import Tape, files_of, folder_of
from messages_conformance.claims import selection
from messages_conformance.claims.page import Model
from messages_conformance.claims.selection import Chosen, Selection
from messages_conformance.judging import ahead
from messages_conformance.judging.ahead import Work, judge_on_all_cores
from messages_conformance.judging.assess import assess
from messages_conformance.probing import loader
from support.project_on_disk import ProjectOnDisk


@pytest.fixture
def work(project: ProjectOnDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Work:
    """Two models that are recorded, of which nothing is remembered, and two cores."""
    project.record("small-1")
    project.record("small-2")
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "memory"))
    monkeypatch.setattr(ahead, "_FEWEST", 2)
    monkeypatch.setattr(ahead, "_cores", lambda: 2)
    chosen = selection.choose(Selection(), project.cassettes)
    return Work(chosen, loader.load(resources.folder("suites")), project.cassettes)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other thread, such as one of pytest-xdist."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.fixture
def judges(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder with a file for each judgement, named by the process and the model."""
    folder = tmp_path / "judges"
    folder.mkdir()

    def noted(self: Work, choice: Chosen, model: Model) -> None:
        (folder / f"{os.getpid()} {model.id}").touch()
        whole(self, choice, model)

    whole = Work.judge
    monkeypatch.setattr(Work, "judge", noted)
    return folder


def test_what_several_processes_judged_is_what_one_judges(
    work: Work, alone: None, judges: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_on_all_cores(work)
    processes = {path.name.split()[0] for path in judges.iterdir()}
    assert len(processes) == 2
    with monkeypatch.context() as unreadable:
        unreadable.setattr(Tape, "load", None)
        targets = assess(work.chosen, work.suites, work.cassettes).report.targets
    monkeypatch.setenv(memory.VARIABLE, "")
    assert targets == assess(work.chosen, work.suites, work.cassettes).report.targets
    assert [cell.kind.name for target in targets for cell in target.cells].count("WORKS") == 2


def test_the_model_with_the_largest_recordings_comes_first(
    project: ProjectOnDisk, work: Work
) -> None:
    def order() -> list[str]:
        return [model.id for _, model in work.subjects]

    before = order()
    (path,) = files_of(folder_of(project.cassettes, work.chosen[0].revision.target.id, before[-1]))
    path.write_text(f"{path.read_text()}# {'x' * 10_000}\n")
    assert order() == [before[-1], *before[:-1]]


def test_what_goes_wrong_in_another_process_is_left_to_the_report(
    work: Work, alone: None, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ahead, "judge_ahead", lambda *_: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        judge_on_all_cores(work)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    ahead._help(work, 1)
    assert capfd.readouterr() == ("", "")


def test_no_process_is_started_for_what_is_remembered(
    work: Work, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge_on_all_cores(work)
    monkeypatch.setattr(multiprocessing, "get_context", None)
    judge_on_all_cores(work)


@pytest.mark.parametrize("case", ["one core", "few models", "another thread", "no memory"])
def test_no_process_is_started_where_it_is_not_worth_it(
    case: str, work: Work, alone: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multiprocessing, "get_context", None)
    match case:
        case "one core":
            monkeypatch.setattr(ahead, "_cores", lambda: 1)
        case "few models":
            monkeypatch.setattr(ahead, "_FEWEST", 3)
        case "another thread":
            monkeypatch.setattr(threading, "active_count", lambda: 2)
        case "no memory":
            monkeypatch.setenv(memory.VARIABLE, "")
    judge_on_all_cores(work)
