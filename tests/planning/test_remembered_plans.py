"""A plan that is remembered is the one that would be made, and never another."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from messages_conformance import memory, planning, resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Revision
from messages_conformance.claims.selection import Chosen
from messages_conformance.planning import planner
from messages_conformance.planning.plan import Plan
from messages_conformance.probing import loader

PAGE = library.shipped("model-studio")
SUITES = loader.load(resources.folder("suites"))
ROWS = tuple(row for row in PAGE.rows if row.id in ("basic/max_tokens", "tool_choice/any"))


def plan(page: Revision = PAGE, models: int = 2, rows: int = 2, **options: Any) -> Plan:
    chosen = Chosen(page, page.models[:models], ROWS[:rows])
    suites = options.pop("suites", SUITES)
    return planning.plan([chosen], suites, **options)


@pytest.fixture
def plannings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The header of each plan that was made."""
    monkeypatch.setenv(memory.VARIABLE, str(tmp_path / "memory"))
    made: list[str] = []
    make_plan = planner.make_plan

    def counted(*arguments: Any, **options: Any) -> Plan:
        made.append(str(options["auth"]))
        return make_plan(*arguments, **options)

    monkeypatch.setattr(planner, "make_plan", counted)
    return made


def test_what_was_planned_once_is_not_planned_again(plannings: list[str]) -> None:
    first = plan(describe_opt_in=True)
    assert first.opt_in or first.models
    assert len(plannings) == 1
    assert plan(describe_opt_in=True) == first
    assert len(plannings) == 1


def test_whatever_differs_is_planned_anew(
    plannings: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan()
    plan(models=1)
    plan(rows=1)
    plan(page=replace(PAGE, target=replace(PAGE.target, name="Another")))
    plan(auth="authorization")
    plan(describe_opt_in=True)
    plan(opted_in=frozenset({"combinations/triples"}))
    plan(suites=replace(SUITES, source="others"))
    monkeypatch.setattr(memory, "state", lambda: "another")
    plan()
    assert len(plannings) == 9


def test_what_rests_on_recordings_is_planned_anew(plannings: list[str]) -> None:
    plan()
    plan(find=lambda _model, _step: None)
    plan(suites=replace(SUITES, source=""))
    assert len(plannings) == 3


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"models": []}, {"models": [{"model": "unknown"}]}, {"models": [1]}],
)
def test_a_document_of_another_form_is_ignored(
    plannings: list[str], document: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = plan()
    monkeypatch.setattr(memory, "recall", lambda *_: document)
    assert plan() == first
    assert len(plannings) == 2
