"""Rows in company: a clean endpoint is never accused, and what is is shrunk to its features."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_conformance.probing.company.exploration import explore
from messages_conformance.probing.company.features import FEATURES, fitting, together
from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.reference.faults import FAULTS
from messages_conformance.reference.faults.conditions import (
    Condition,
    for_non_ascii,
    only_in_streams,
    under,
    with_tools,
)
from messages_conformance.report.report import Cell
from messages_conformance.schemas import validator
from messages_conformance.selftest.dry_run import run_suites, shipped_suites
from messages_conformance.selftest.run import CLEAN_ENDPOINTS, clean_endpoint
from messages_conformance.verdict import Kind

TOOL = {"name": "ring", "input_schema": {"type": "object", "properties": {}}}
legal_bodies = st.fixed_dictionaries(
    {
        "model": st.just("claude-sonnet-4-5"),
        "max_tokens": st.integers(1, 500),
        "messages": st.lists(
            st.sampled_from(["Say hello.", "Count to three.", "Grüße!"]), min_size=1, max_size=3
        ).map(lambda texts: [{"role": "user", "content": one} for one in texts]),
    },
    optional={
        "system": st.sampled_from(["Be kind.", [{"type": "text", "text": "Be kind."}]]),
        "tools": st.just([TOOL]),
        "stream": st.booleans(),
        "stop_sequences": st.just(["END"]),
        "temperature": st.just(0.5),
    },
)


@given(legal_bodies, st.permutations(FEATURES), st.integers(0, len(FEATURES)))
@settings(max_examples=60, deadline=None)
def test_a_legal_request_stays_legal_in_any_company(
    body: dict[str, Any], features: list[Any], number: int
) -> None:
    company = together(features[:number], body)
    assert not list(validator("request-2023-06-01").iter_errors(company))


@given(legal_bodies)
@settings(max_examples=40, deadline=None)
def test_what_is_in_a_request_is_left_as_it_is(body: dict[str, Any]) -> None:
    added = [one for one in FEATURES if one.name not in ("blocks", "system_blocks", "mark")]
    company = together(added, body)
    assert company["messages"][-len(body["messages"]) :] == body["messages"]
    for name in set(body) - {"messages", "max_tokens", "tools"}:
        assert company[name] == body[name]


def test_a_feature_that_a_request_has_does_not_fit_it() -> None:
    body = {"model": "m", "max_tokens": 5, "messages": [], "system": "Be kind.", "stream": True}
    assert not {"system", "stream", "turn"} & {one.name for one in fitting(FEATURES, body)}


def explored(name: str, cooperation: float, seed: int, draws: int) -> tuple[Cell, ...]:
    clean = clean_endpoint(name)
    found = explore(clean.revision, clean.model, shipped_suites(), seed=seed, draws=draws)
    stages = Cooperation(cooperation).apply_to(clean.stages)
    return run_suites(clean, stages, found.suites, seed=seed, asked=found.revision).cells


@pytest.mark.parametrize("cooperation", [1.0, 0.8])
@pytest.mark.parametrize("name", CLEAN_ENDPOINTS)
def test_no_company_accuses_a_clean_endpoint(name: str, cooperation: float) -> None:
    cells = explored(name, cooperation, seed=5, draws=60)
    bad = [cell.summary for cell in cells if cell.kind not in (Kind.WORKS, Kind.UNCLEAR)]
    assert bad == []


@pytest.mark.parametrize(
    ("fault", "condition", "row", "company"),
    [
        ("metadata_ignored", with_tools, "basic/metadata", "a tool on offer"),
        ("any_dropped", for_non_ascii, "tool_choice/any", "letters beyond ASCII"),
        ("blank_text_taken", only_in_streams, "refusal/blank_text", "a stream"),
    ],
)
def test_a_conditional_fault_is_shrunk_to_its_condition(
    fault: str, condition: Condition, row: str, company: str
) -> None:
    clean = clean_endpoint("strict")
    suites = shipped_suites()
    drawn = replace(suites, probes={row: suites[row]})
    found = explore(clean.revision, clean.model, drawn, seed=1, draws=6)
    stages = under(FAULTS[fault], condition).inject_into(clean.stages)
    cells = run_suites(clean, stages, found.suites, asked=found.revision).cells
    assert any(f"{row} works alone, and not with {company}: " in cell.summary for cell in cells)


def test_the_same_seed_draws_the_same_and_another_does_not() -> None:
    clean = clean_endpoint("strict")

    def titles(seed: int) -> list[str]:
        found = explore(clean.revision, clean.model, shipped_suites(), seed=seed, draws=20)
        return [row.title for row in found.rows]

    assert titles(1) == titles(1)
    assert titles(1) != titles(2)
