"""The shipped probes, each by itself: whatever an endpoint answers, they come to a behaviour."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from messages_conformance import resources
from messages_conformance.claims import library
from messages_conformance.probing import loader
from messages_conformance.probing.probe import Ask, drive
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Behaviour, Kind

REVISIONS = (
    library.shipped("model-studio", "2025-11-13"),
    *map(library.shipped, ("anthropic", "anthropic-2026-10-21", "llama.cpp")),
)
"""The pages of which every row is put to the test; of others a report says: no probe."""
PROBES = loader.load(resources.folder("suites"))
STEPS = 20
"""More than any probe takes."""

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


def drive_with(row_id: str, model: int, answers: st.DataObject) -> Behaviour:
    """Drive one probe, each answer freshly made up."""
    revision = next(revision for revision in REVISIONS if row_id in revision.rows_by_id)
    row = revision.rows_by_id[row_id]
    ask = Ask(revision.models[model], row, revision.target, "x-api-key")

    def answer(request: Request) -> Exchange:
        status = answers.draw(st.sampled_from([200, 200, 200, 400, 500]))
        body: Any = answers.draw(bodies)
        kind = answers.draw(st.sampled_from(["application/json", "text/event-stream"]))
        return Exchange(request, status, (("content-type", kind),), json.dumps(body).encode())

    walk = drive(PROBES[row_id].probe, ask)
    try:
        steps = next(walk)
        for _ in range(STEPS):
            steps = walk.send(tuple(answer(step.question.request) for step in steps))
    except StopIteration as end:
        behaviour: Behaviour = end.value
        return behaviour
    raise AssertionError(f"still asking after {STEPS} steps")


def test_every_row_of_these_pages_has_a_probe() -> None:
    for revision in REVISIONS:
        assert [row.id for row in revision.rows if row.id not in PROBES] == []


def test_every_probe_belongs_to_a_row() -> None:
    assert set(PROBES) == {id for revision in REVISIONS for id in revision.rows_by_id}


@pytest.mark.parametrize("row_id", PROBES)
def test_a_probe_says_what_it_means_and_how_to_mend_a_failure(row_id: str) -> None:
    probe = PROBES[row_id].probe
    assert probe.meaning
    assert "To mend:" in probe.meaning or row_id in ("error/500", "error/529")


COSTLY = ("error/413", "error/429")
"""Probes whose requests are too many or too large to make up answers for again and again."""


@pytest.mark.parametrize("row_id", [row_id for row_id in PROBES if row_id not in COSTLY])
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(answers=st.data())
def test_whatever_comes_back_a_probe_comes_to_a_behaviour(
    row_id: str, answers: st.DataObject
) -> None:
    behaviour = drive_with(row_id, 0, answers)
    assert isinstance(behaviour.kind, Kind)
    assert behaviour.summary
