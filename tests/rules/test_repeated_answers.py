"""Ids that several answers share, and answers that are served twice."""

import dataclasses

import pytest

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.repeated_answers import AnswersSoFar
from support.rule_examples import (
    CALL,
    END,
    JSON,
    STOP,
    WEATHER,
    answer,
    call,
    delta,
    failure,
    message,
    start,
    stream,
    text,
)

BYE = message({"type": "text", "text": "Bye."})


def said(*exchanges: Exchange, recorded: bool = True) -> list[str]:
    so_far = AnswersSoFar(recorded=recorded)
    return [
        f"{finding.rule.id} {finding.where}"
        for number, exchange in enumerate(exchanges)
        for finding in so_far.add(exchange, f"exchange {number}")
    ]


def with_id(exchange: Exchange, request_id: str) -> Exchange:
    headers = (*exchange.headers, ("request-id", request_id))
    return dataclasses.replace(exchange, headers=headers)


def called(id: str, message_id: str) -> Exchange:
    return answer(message({**CALL, "id": id}, id=message_id), tools=[WEATHER])


def streamed(id: str, message_id: str) -> Exchange:
    begun = start(id=message_id)
    return stream(begun, *call("{}", id=id), delta("tool_use"), STOP, tools=[WEATHER])


def test_two_messages_of_one_id_are_reported() -> None:
    assert said(answer(message()), answer(BYE)) == ["RS-MSG-7 /id"]


def test_a_stream_and_a_message_of_one_id_are_reported() -> None:
    assert said(answer(message()), stream(start(), *text(), END, STOP)) == ["RS-MSG-7 /id"]


def test_an_answer_served_twice_is_reported() -> None:
    assert said(answer(message()), answer(message(), system="Be brief.")) == ["RS-MSG-8 /id"]
    assert said(answer(message()), answer(message())) == ["RS-MSG-8 /id"]


def test_calls_of_one_id_in_two_messages_are_reported() -> None:
    expected = ["RS-TOOL-10 /content/0/id"]
    assert said(called("call_0", "msg_1"), called("call_0", "msg_2")) == expected
    assert said(called("call_0", "msg_1"), streamed("call_0", "msg_2")) == expected
    assert said(streamed("call_0", "msg_1"), streamed("call_0", "msg_2")) == expected
    assert said(called("call_0", "msg_1"), called("call_1", "msg_2")) == []


def test_a_repeated_message_is_not_reported_for_its_calls_as_well() -> None:
    assert said(called("call_0", "msg_1"), streamed("call_0", "msg_1")) == ["RS-MSG-7 /id"]


def test_two_calls_of_one_id_in_one_message_are_not_two_messages() -> None:
    assert said(answer(message(CALL, CALL), tools=[WEATHER])) == []


@pytest.mark.parametrize("id", ["msg_REDACTED_1", "msg_xxxxxxxx", "<id>", "msg_***", "", "msg_"])
def test_ids_that_were_masked_are_not_compared(id: str) -> None:
    assert said(answer(message(id=id)), answer({**BYE, "id": id})) == []


def test_errors_and_lists_of_models_have_no_ids_to_compare() -> None:
    refused = answer({**failure(), "id": "msg_1"}, status=400)
    assert said(answer(message()), refused) == []
    assert said(answer({"data": []}, path="/v1/models"), answer({"data": []})) == []


class TestInAFile:
    """In a file two lines with one `request-id` may be one answer."""

    def test_an_exchange_that_was_saved_twice_is_one(self) -> None:
        one = with_id(answer(message()), "req_1")
        assert said(one, one, recorded=False) == []
        assert said(one, with_id(answer(BYE), "req_1"), recorded=False) == []

    def test_another_request_id_makes_it_another_answer(self) -> None:
        one, two = with_id(answer(message()), "req_1"), with_id(answer(message()), "req_2")
        assert said(one, two, recorded=False) == ["RS-MSG-8 /id"]
        assert said(one, with_id(answer(BYE), "req_2"), recorded=False) == ["RS-MSG-7 /id"]

    def test_a_replay_to_another_request_is_one_even_with_its_request_id(self) -> None:
        one = with_id(answer(message()), "req_1")
        two = with_id(answer(message(), system="Be brief."), "req_1")
        assert said(one, two, recorded=False) == ["RS-MSG-8 /id"]

    def test_without_request_ids_each_line_is_an_answer(self) -> None:
        assert said(answer(message(), JSON), answer(BYE, JSON), recorded=False) == ["RS-MSG-7 /id"]
