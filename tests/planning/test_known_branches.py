"""The branches of a probe are found once for all models and targets claimed to do the same."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import memory, planning, resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Revision
from messages_conformance.claims.selection import Chosen
from messages_conformance.planning import known_branches, planner
from messages_conformance.planning.explore import Branch, explore
from messages_conformance.planning.plan import Plan
from messages_conformance.probing import loader
from messages_conformance.report import fingerprint
from messages_conformance.verdict import Claim

PAGE = library.shipped("model-studio", "2025-11-13")
SUITES = loader.load(resources.folder("suites"))
ROWS = ("tools/description", "tool_choice/any")


def plan(page: Revision = PAGE, *rows: str, **options: Any) -> Plan:
    asked = tuple(page.rows_by_id[row] for row in rows or ROWS)
    return planning.plan([Chosen(page, page.models[:1], asked)], SUITES, **options)


def named(name: str, page: Revision = PAGE) -> Revision:
    """The page of an endpoint that is claimed to do the same, and is called otherwise."""
    first, *others = page.series
    own = replace(first, models=(replace(first.models[0], id=name), *first.models[1:]))
    target = replace(page.target, id="own", name="Own", base_url="http://127.0.0.1:1")
    return replace(page, target=target, series=(own, *others))


@pytest.fixture
def explored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rows whose probes were explored."""
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "memory"))
    monkeypatch.setattr(known_branches, "shipped", dict)
    found: list[str] = []

    def counted(probe: Any, *arguments: Any) -> list[Branch]:
        found.append(probe.row)
        return explore(probe, *arguments)

    monkeypatch.setattr(planner, "explore", counted)
    return found


def test_a_selection_of_rows_rests_on_what_was_found_for_more(explored: list[str]) -> None:
    plan()
    assert sorted(explored) == sorted(ROWS)
    plan(PAGE, "tool_choice/any", "basic/model")
    assert sorted(explored) == sorted([*ROWS, "basic/model"])


@pytest.mark.parametrize("name", ["m", "a-model-with-a-much-longer-name-" * 3])
def test_another_name_changes_the_bound_as_if_it_were_explored(
    name: str, explored: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    known = plan(named(name))
    assert len(explored) == len(ROWS)
    monkeypatch.setenv(memory.VARIABLE, "")
    assert plan(named(name)).upper_bound == known.upper_bound
    assert len(explored) == 2 * len(ROWS)


def test_other_claims_and_another_header_are_explored_anew(explored: list[str]) -> None:
    plan()
    rows = tuple(
        replace(row, claim=Claim.UNSUPPORTED, exceptions={}) if row.id == "basic/top_k" else row
        for row in PAGE.rows
    )
    plan(replace(PAGE, rows=rows))
    plan(auth="authorization")
    assert len(explored) == 3 * len(ROWS)


def test_what_rests_on_recordings_is_explored_anew(explored: list[str]) -> None:
    plan()
    plan(find=lambda _model, _step: None)
    assert len(explored) == 2 * len(ROWS)


@pytest.mark.parametrize("document", [None, [], {"requests": [], "branches": [[0]]}, {"a": 1}, 7])
def test_a_document_of_another_form_is_explored_anew(
    document: object, explored: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = plan()
    recall = memory.recall

    def damaged(kind: str, key: str) -> Any:
        if kind != "branches":
            return None
        known = recall(kind, key)
        return dict.fromkeys(known, document) if document != 7 else document

    monkeypatch.setattr(memory, "recall", damaged)
    assert plan() == whole
    assert len(explored) == 2 * len(ROWS)


def test_those_that_ship_are_of_this_code_and_data() -> None:
    path = resources.folder("plans") / known_branches.FILE
    document = json.loads(path.read_text(encoding="utf-8"))
    current = fingerprint.digest(fingerprint.PLANNER)
    assert document["digest"] == current, "run: python scripts/find_branches.py"


def test_what_ships_is_what_is_found(
    monkeypatch: pytest.MonkeyPatch, explored: list[str], tmp_path: Path
) -> None:
    found = plan()
    monkeypatch.undo()
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "another"))
    monkeypatch.setattr(planner, "explore", lambda *_: pytest.fail("explored again"))
    assert plan() == found
    assert explored


def test_what_ships_for_other_code_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    assert known_branches.shipped.__wrapped__()
    monkeypatch.setattr(fingerprint, "digest", lambda _: "of other code")
    assert not known_branches.shipped.__wrapped__()
