"""The shipped probes, one by one: whatever an endpoint answers, they return a behaviour."""

import json
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.probing import loader
from messages_conformance.probing.driver import Batch, run_probe
from messages_conformance.probing.inspection import Inspection
from messages_conformance.probing.probe import Ask
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Behaviour, Kind

REVISIONS = (
    library.shipped("model-studio", "2025-11-13"),
    library.shipped("model-studio", "2026-09-02"),
    *map(library.shipped, ("anthropic", "anthropic-2026-10-21", "llama.cpp")),
)
"""Pages that together have every row."""
SUITES = loader.load(resources.folder("suites"))
MAX_STEPS = 20
"""More than any probe takes that looks at one row."""
MAX_STEPS_IN_COMPANY = 400
"""More than one takes that shrinks what fails in company."""

nasty = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.lists(st.none() | st.text(max_size=3), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none() | st.integers(), max_size=2),
)
blocks = st.fixed_dictionaries(
    {"type": st.sampled_from(["text", "tool_use", "thinking", "strange"]) | nasty},
    optional=dict.fromkeys(("text", "id", "name", "input", "thinking", "signature"), nasty),
)
messages = st.fixed_dictionaries(
    {"content": st.lists(blocks, max_size=3)},
    optional={
        "model": nasty,
        "stop_reason": nasty,
        "stop_sequence": nasty,
        "container": nasty,
        "usage": nasty
        | st.fixed_dictionaries({}, optional={"input_tokens": nasty, "output_tokens": nasty}),
    },
)
bodies = st.one_of(
    messages, nasty, st.fixed_dictionaries({"type": st.just("error"), "error": nasty})
)


def run_with(row_id: str, answers: st.DataObject) -> Behaviour:
    """Run one probe over made-up answers."""
    revision = next(revision for revision in REVISIONS if row_id in revision.rows_by_id)
    row = revision.rows_by_id[row_id]
    ask = Ask(revision.models[0], row, revision.target, "x-api-key")

    def answer(request: Request) -> Exchange:
        status = answers.draw(st.sampled_from([200, 200, 200, 400, 500]))
        body: Any = answers.draw(bodies)
        kind = answers.draw(st.sampled_from(["application/json", "text/event-stream"]))
        return Exchange(request, status, (("content-type", kind),), json.dumps(body).encode())

    steps = count(1)

    def answer_batch(batch: Batch) -> list[Exchange]:
        in_company = row_id.startswith("combinations/")
        assert next(steps) <= (MAX_STEPS_IN_COMPANY if in_company else MAX_STEPS)
        return [answer(step.question.request) for step in batch]

    return run_probe(SUITES[row_id].probe, ask, answer_batch)


def test_every_row_of_these_pages_has_a_probe() -> None:
    for revision in REVISIONS:
        assert [row.id for row in revision.rows if row.id not in SUITES] == []


def test_every_probe_belongs_to_a_row() -> None:
    assert set(SUITES) == {id for revision in REVISIONS for id in revision.rows_by_id}


@pytest.mark.parametrize("inspection", [i for _, i in SUITES.inspections], ids=lambda i: i.row)
def test_an_inspection_has_a_title(inspection: Inspection) -> None:
    assert inspection.title


COSTLY = ("error/413", "error/429")
"""Probes whose requests are too many or too large to make up answers for again and again."""


@pytest.mark.parametrize("row_id", [row_id for row_id in SUITES if row_id not in COSTLY])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers=st.data())
def test_whatever_comes_back_a_probe_returns_a_behaviour(
    row_id: str, answers: st.DataObject
) -> None:
    behaviour = run_with(row_id, answers)
    assert isinstance(behaviour.kind, Kind)
    assert behaviour.summary
