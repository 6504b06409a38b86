"""What a probe can ask."""

from messages_conformance.probing import credential
from messages_conformance.protocol.exchange import KEY, WRONG_KEY, Request
from support.probes import ASK


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
