"""A judgement that is remembered is the one that is made anew, and never of anything else."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from messages_conformance import memory, resources
from messages_conformance.cassettes.tape import Entry, Tape
from messages_conformance.claims import library
from messages_conformance.judging import remembered
from messages_conformance.judging.judge import judge_target
from messages_conformance.probing import loader
from messages_conformance.probing.loader import Suites
from messages_conformance.report.report import TargetReport
from messages_conformance.verdict import Evidence
from support import small_project

PAGE = small_project.revision("basic/temperature", "basic/stop")
WARM = small_project.exchange(small_project.request("Hi.", temperature=0.5))
FREE = small_project.exchange(small_project.request("Count."), small_project.message("1 2 3 4"))


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "memory"))
    record(tmp_path)
    return tmp_path


def record(root: Path, temperature: str = "Hello.") -> None:
    warm = small_project.exchange(WARM.request, small_project.message(temperature))
    entries = (Entry(warm, "basic/temperature", 0), Entry(FREE, "basic/stop", 0))
    small_project.cassette(root / "tapes", *entries)


def judged(
    root: Path,
    suites: Suites | None = None,
    rows: int = 2,
    evidence: Evidence | None = None,
) -> TargetReport:
    suites = suites or small_project.suites_of(root / "suites", basic=small_project.SUITE)
    chosen = PAGE.rows[:rows]
    return judge_target(PAGE, chosen, PAGE.models, suites, root / "tapes", evidence=evidence)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models whose recordings were read."""
    read: list[str] = []
    load = Tape.load

    def counted(root: Path, target: str, model: str) -> Tape:
        read.append(model)
        return load(root, target, model)

    monkeypatch.setattr(Tape, "load", counted)
    return read


def test_what_was_judged_once_is_not_judged_again(root: Path, loads: list[str]) -> None:
    first = judged(root)
    assert loads
    loads.clear()
    assert judged(root) == first
    assert not loads


def test_without_a_memory_everything_is_judged(
    root: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = judged(root)
    monkeypatch.setenv(memory.VARIABLE, "")
    loads.clear()
    assert judged(root) == first
    assert loads


def test_other_recordings_are_judged_anew(root: Path, loads: list[str]) -> None:
    judged(root)
    loads.clear()
    record(root, "Good evening.")
    assert "Good evening." in str(judged(root).cells[0].excerpts)
    assert loads


def test_other_suites_judge_anew(root: Path, loads: list[str]) -> None:
    judged(root)
    loads.clear()
    judged(root, small_project.suites_of(root / "suites", basic=small_project.SUITE + "\n#"))
    assert loads


def test_suites_that_were_put_together_are_not_remembered(root: Path, loads: list[str]) -> None:
    suites = small_project.suites_of(root / "suites", basic=small_project.SUITE)
    for _ in range(2):
        loads.clear()
        judged(root, replace(suites, source=""))
        assert loads


def test_other_rows_another_page_and_other_evidence_are_judged_anew(
    root: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(root)
    loads.clear()
    judged(root, rows=1)
    assert loads
    loads.clear()
    judged(root, evidence=Evidence.LIVE)
    assert loads
    monkeypatch.setitem(globals(), "PAGE", replace(PAGE, rows=(*PAGE.rows[1:], PAGE.rows[0])))
    loads.clear()
    judged(root)
    assert loads


def test_other_code_judges_anew(
    root: Path, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(root)
    monkeypatch.setattr(memory, "state", lambda: "another")
    loads.clear()
    judged(root)
    assert loads


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "cells",
        {},
        {"cells": [], "observations": []},
        {"cells": [{"row": "unknown/row"}], "observations": [], "source": {}},
        {"cells": [{"row": "basic/stop"}], "observations": [], "source": {}},
        {"cells": 1, "observations": [], "source": {}},
        {"cells": [], "observations": [[]], "source": {}},
        {"cells": [], "observations": [], "source": {"evidence": "gossip"}},
        {
            "cells": [],
            "observations": [],
            "source": {"labels": [], "recordings": [], "evidence": "recorded"},
        },
    ],
)
def test_a_document_of_another_form_is_ignored(root: Path, document: object) -> None:
    first = judged(root)
    (file,) = (root / "memory" / "judged").iterdir()
    text = json.dumps(document)
    key = full_key(root)
    file.write_text(f"{memory.digest('judged', key, text)}\n{text}")
    assert memory.recall("judged", key) == document
    assert judged(root) == first


def full_key(root: Path) -> str:
    suites = small_project.suites_of(root / "suites", basic=small_project.SUITE)
    keys = remembered.Keys(PAGE, PAGE.rows, (), suites, root / "tapes", None)
    key = keys.of(PAGE.models[0])
    assert key
    return key


def test_of_what_changes_while_it_is_read_nothing_is_remembered(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = Tape.load

    def changed_meanwhile(*arguments: str) -> Tape:
        record(root, "Good evening.")
        return load(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(Tape, "load", changed_meanwhile)
    judged(root)
    assert not (root / "memory").exists()


def test_all_that_was_judged_of_a_real_server_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = library.shipped("llama.cpp")
    suites = loader.load(resources.folder("suites"))
    tapes = tmp_path / "tapes"
    shutil.copytree(resources.folder("cassettes") / "llama.cpp", tapes / "llama.cpp")
    # What reads with clients takes long, and is tested elsewhere.
    inspections = [i for _, i in suites.inspections if i.row.startswith("wire/")]

    def judge() -> TargetReport:
        return judge_target(page, page.rows, page.models, suites, tapes, inspections=inspections)

    anew = judge()
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "memory"))
    assert judge() == anew
    monkeypatch.setattr(Tape, "load", None)
    assert judge() == anew
    assert anew.findings
