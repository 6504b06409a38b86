"""What a probe can ask."""

from dataclasses import replace
from typing import Any

from messages_conformance.probing import Exactly, credential
from messages_conformance.probing.probe import MAX_TOKENS, ROOM_TO_THINK, Ask
from messages_conformance.protocol.exchange import KEY, WRONG_KEY, Request
from support.probes import ASK, MODEL


def test_a_request_carries_what_the_target_says_unless_the_probe_says_otherwise() -> None:
    plain = ASK.request("Hello.")
    assert plain.body["temperature"] == 0.0
    assert dict(plain.headers) == {"x-api-key": KEY, "anthropic-version": "2023-06-01"}
    changed = ASK.request(
        "Hello.",
        temperature=None,
        headers={"anthropic-version": None, **credential("authorization")},
    )
    assert "temperature" not in changed.body
    assert dict(changed.headers) == {"authorization": f"Bearer {KEY}"}


def test_equal_requests_have_equal_keys_and_others_not() -> None:
    one = Request({"a": 1, "b": [2]}, (("x-api-key", KEY),))
    assert one.key == Request({"b": [2], "a": 1}, (("x-api-key", KEY),)).key
    assert one.key != Request({"a": 1, "b": [2]}, (("x-api-key", WRONG_KEY),)).key
    assert one.key != Request({"a": 1, "b": [2, 2]}, (("x-api-key", KEY),)).key


def test_a_model_that_thinks_unasked_gets_room_for_it() -> None:
    def limit(ask: Ask, **fields: Any) -> Any:
        return ask.request("Hello.", **fields).body["max_tokens"]

    for model in (
        replace(MODEL, thinks_unasked=True),
        replace(MODEL, thinking_default="always"),
    ):
        ask = replace(ASK, model=model)
        assert limit(ask) == MAX_TOKENS + ROOM_TO_THINK
        assert limit(ask, max_tokens=200) == 200 + ROOM_TO_THINK
        assert limit(ask, max_tokens=Exactly(32)) == 32
        assert limit(ask, max_tokens=4) == 4
        assert limit(ask, max_tokens="4") == "4"
    assert limit(ASK, max_tokens=200) == 200
