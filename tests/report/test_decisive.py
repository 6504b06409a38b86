"""Which places of an exchange are told as the decisive ones, and in which words."""

import json
from typing import Any

import pytest

from messages_conformance.protocol.exchange import Exchange, Malformed, Request
from messages_conformance.report.decisive import decisive
from messages_conformance.report.excerpt import Excerpt, excerpt
from messages_conformance.verdict import Role

PLAIN = {"model": "m", "messages": [{"role": "user", "content": "Hi."}]}


def shown(body: Any, answer: Any, status: int = 200, role: Role = "asked") -> Excerpt:
    raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return excerpt(Exchange(Request(body), status, (), raw), role)


def test_what_the_control_lacks_and_what_the_sentence_quotes_is_told() -> None:
    asked = shown({**PLAIN, "top_k": 5}, {"content": [{"text": "amber"}]})
    control = shown(PLAIN, {"content": [{"text": "amber"}]}, role="control")
    places = decisive(asked, "basic/top_k", "said 'amber'", (asked, control))
    assert str(places) == "/top_k in the request; /content/0/text in the answer"
    assert str(decisive(control, "basic/top_k", "said 'amber'", (asked, control))) == ""


def test_an_error_is_told_where_the_answer_has_one() -> None:
    with_error = shown(PLAIN, {"error": {"message": "no"}}, 400)
    without = shown(PLAIN, {"message": "no"}, 400)
    assert decisive(with_error, "basic/x", "refused", ()).answer == ("/error",)
    assert decisive(without, "basic/x", "refused", ()).answer == ()


@pytest.mark.parametrize("answer", [b"", b"event: a\ndata: {}\n\n", b"[" * 5000, b"\xff", [1]])
@pytest.mark.parametrize("body", [PLAIN, [], None, "text", Malformed("{")])
def test_whatever_was_exchanged_something_or_nothing_is_told(body: Any, answer: Any) -> None:
    kept = shown(body, answer, 500)
    assert isinstance(str(decisive(kept, "basic/messages", "broken", (kept,))), str)


def test_a_name_with_a_slash_is_escaped_as_json_pointers_want_it() -> None:
    kept = shown(PLAIN, {"a/b~c": "amber"})
    assert decisive(kept, "basic/x", "said 'amber'", ()).answer == ("/a~1b~0c",)
