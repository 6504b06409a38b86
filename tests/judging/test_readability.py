"""A row is not green while clients break on the answers that it rests on."""

import json

from messages_conformance.judging.readability import Readability
from messages_conformance.probing import broken, partial, works
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Kind
from support import small_project

MESSAGE = {
    "id": "msg_01",
    "type": "message",
    "role": "assistant",
    "model": small_project.MODEL.id,
    "content": [{"type": "text", "text": "Hello."}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 3, "output_tokens": 2},
}


def answer(prompt: str, **changes: object) -> Exchange:
    body = json.dumps({**MESSAGE, **changes}).encode()
    headers = (("content-type", "application/json"), ("request-id", "req_1"))
    return Exchange(small_project.request(prompt), 200, headers, body)


GOOD = [answer(f"Prompt {n}.") for n in range(9)]
UNREADABLE = answer("Call.", content=[{"type": "text", "text": 7}])


def test_what_works_on_an_answer_that_no_client_reads_is_partial_and_names_the_rule() -> None:
    seen = Readability([*GOOD, UNREADABLE]).apply(
        "basic/top_p", works("taken", GOOD[0], UNREADABLE)
    )
    assert seen.kind is Kind.PARTIAL
    assert seen.rules == ("RS-BLK-2",)
    assert seen.summary.startswith("taken; but clients cannot read the answer: ")
    assert seen.exchanges == (UNREADABLE, GOOD[0])


def test_what_rests_on_readable_answers_stays_as_it_is() -> None:
    behaviour = works("taken", GOOD[0])
    assert Readability([*GOOD, UNREADABLE]).apply("basic/top_p", behaviour) is behaviour


def test_what_breaks_everywhere_is_said_by_the_row_of_plain_answers_only() -> None:
    everywhere = [answer(f"{n}", content=[{"type": "text", "text": 7}]) for n in range(5)]
    readability = Readability(everywhere)
    behaviour = works("taken", everywhere[0])
    assert readability.apply("basic/top_p", behaviour).kind is Kind.WORKS
    assert readability.apply("content/string", behaviour).kind is Kind.PARTIAL


def test_the_row_of_plain_answers_says_first_that_no_client_reads_them() -> None:
    readability = Readability([*GOOD, UNREADABLE])
    seen = readability.apply("content/string", partial("an odd figure", UNREADABLE))
    assert seen.kind is Kind.PARTIAL
    assert seen.summary.startswith("clients cannot read the answer: ")
    assert seen.summary.endswith("; an odd figure")
    other = partial("half of it", UNREADABLE)
    assert readability.apply("basic/top_p", other) is other


def test_what_does_not_work_anyway_keeps_its_own_words() -> None:
    behaviour = broken("HTTP 500", UNREADABLE)
    assert Readability([*GOOD, UNREADABLE]).apply("basic/top_p", behaviour) is behaviour


def test_what_was_found_in_an_answer_is_not_said_of_another_that_takes_its_memory() -> None:
    readability = Readability(GOOD)
    for n in range(100):
        unreadable = answer(f"Call {n}.", content=[{"type": "text", "text": 7}])
        assert readability.apply("basic/top_p", works("taken", unreadable)).rules
        del unreadable
        readable = works("taken", answer(f"Prompt {n}."))
        assert readability.apply("basic/top_p", readable).kind is Kind.WORKS
