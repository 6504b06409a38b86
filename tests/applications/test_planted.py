"""Planted applications: what `app check` predicts of them, against what becomes of them."""

import tomllib
from functools import cache

import pytest

from messages_conformance.applications.check import Answer
from support.planted import FOLDER, GENUINE, Endpoint, applications, run
from support.planted_check import ENDPOINTS, Case, application, cases, rehearsed

NAMES = sorted(applications())
BREAKS = tomllib.loads((FOLDER / "breaks.toml").read_text(encoding="utf-8"))
every_application = pytest.mark.parametrize("name", NAMES)
every_endpoint = pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda e: e.name)


@cache
def judged(endpoint: Endpoint) -> tuple[Case, ...]:
    return tuple(cases(endpoint, rehearsed(endpoint)))


def test_there_are_a_dozen_and_all_are_in_the_list() -> None:
    assert len(NAMES) >= 12
    assert sorted(BREAKS) == NAMES


@every_application
def test_every_step_succeeds_where_the_application_comes_from(name: str) -> None:
    broken = {ran.name: ran.problem for ran in run(application(name), GENUINE) if ran.problem}
    assert not broken


@every_endpoint
def test_what_breaks_is_what_the_list_says(endpoint: Endpoint) -> None:
    broken = {
        name: [ran.name for ran in run(application(name), endpoint) if ran.problem]
        for name in NAMES
    }
    assert broken == {name: BREAKS[name].get(endpoint.name, []) for name in NAMES}


def test_what_is_said_comes_true() -> None:
    """Precision and recall of "will break"; what is not known counts as missed."""
    every = [case for endpoint in ENDPOINTS for case in judged(endpoint)]
    said = [case for case in every if case.said_broken]
    broke = [case for case in every if case.broke]
    wrong = "\n".join(
        f"{case.endpoint}, {case.application}, {case.step}: {case.predicted}; {case.why}"
        for case in every
        if case.said_broken != case.broke
    )
    assert sum(case.broke for case in said) / len(said) >= 0.95, wrong
    assert sum(case.said_broken for case in broke) / len(broke) >= 0.95, wrong
    assert not [case for case in broke if case.predicted is Answer.GO], wrong
