"""A fault under a condition is in the requests that meet it, and in no other."""

import asyncio
from typing import Any

import pytest

from messages_conformance.protocol.exchange import KEY, Exchange, Request
from messages_conformance.reference import in_process
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.faults import FAULTS
from messages_conformance.reference.faults.conditions import (
    CONDITIONS,
    Condition,
    beyond,
    both,
    for_non_ascii,
    from_the_second_turn,
    one_time_in,
    only_in_streams,
    under,
    with_marks,
    with_system,
    with_tools,
)
from messages_conformance.selftest.run import clean_endpoint

HEADERS = (("anthropic-version", "2023-06-01"), ("x-api-key", KEY))
FAULT = FAULTS["another_model_answers"]
PLAIN: dict[str, Any] = {"max_tokens": 20, "messages": [{"role": "user", "content": "Say hello."}]}
TOOL = {"name": "ring", "input_schema": {"type": "object", "properties": {}}}
TURNS = [
    {"role": "user", "content": "Good morning."},
    {"role": "assistant", "content": "Good morning!"},
    {"role": "user", "content": "Say hello."},
]
MARKED = [{"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}]


def answers(condition: Condition, *bodies: dict[str, Any]) -> list[Exchange]:
    clean = clean_endpoint("strict")
    stages = under(FAULT, condition).inject_into(clean.stages)
    endpoint = ReferenceEndpoint(clean.revision, in_process.KEYS, stages=stages, crowding=0)

    async def ask_all() -> list[Exchange]:
        requests = [Request({"model": clean.model.id, **body}, HEADERS) for body in bodies]
        return await asyncio.gather(*(in_process.ask(endpoint, one) for one in requests))

    return asyncio.run(ask_all())


def is_faulty(exchange: Exchange) -> bool:
    assert exchange.message is not None
    return bool(exchange.message["model"] != clean_endpoint("strict").model.id)


@pytest.mark.parametrize(
    ("condition", "meets"),
    [
        (only_in_streams, {"stream": True}),
        (with_tools, {"tools": [TOOL]}),
        (with_system, {"system": "Be kind."}),
        (with_marks, {"system": MARKED}),
        (from_the_second_turn, {"messages": TURNS}),
        (for_non_ascii, {"system": "Grüße!"}),
        (beyond(2, "turns"), {"messages": TURNS}),
        (beyond(1, "stop sequences"), {"stop_sequences": ["x1", "x2"]}),
        (both(only_in_streams, with_system), {"stream": True, "system": "Be kind."}),
    ],
    ids=lambda value: value.words if isinstance(value, Condition) else "",
)
def test_only_the_requests_that_meet_the_condition_are_answered_wrongly(
    condition: Condition, meets: dict[str, Any]
) -> None:
    # At once, as an endpoint answers them.
    met, unmet = answers(condition, {**PLAIN, **meets}, {**PLAIN, "top_k": 5})
    assert (is_faulty(met), is_faulty(unmet)) == (True, False)


def test_one_request_in_three_is_answered_wrongly() -> None:
    found = [is_faulty(one) for one in answers(one_time_in(3), *[PLAIN] * 6)]
    assert found == [False, False, True] * 2


def test_an_endpoint_counts_its_own_requests() -> None:
    assert [is_faulty(one) for one in answers(one_time_in(3), *[PLAIN] * 2)] == [False, False]
    assert [is_faulty(one) for one in answers(one_time_in(3), *[PLAIN] * 2)] == [False, False]


def test_every_condition_has_words_of_its_own() -> None:
    assert len({condition.words for condition in CONDITIONS}) == len(CONDITIONS)
