"""Which part of an exchange is marked as the decisive one, of a request and of an answer."""

import json
from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.claims.page import Model
from messages_conformance.protocol.exchange import Exchange, Malformed, Place, Request
from messages_conformance.rendering.marked import answer_pieces, request_pieces
from messages_conformance.report import ReportedFinding
from messages_conformance.report.excerpt import Excerpt, excerpt
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Role

PLAIN = {"model": "m", "messages": [{"role": "user", "content": "Hi."}]}


def shown(body: Any, role: Role = "asked", headers: tuple[tuple[str, str], ...] = ()) -> Excerpt:
    return excerpt(Exchange(Request(body, headers), 200, (), b""), role)


def answered(body: Any, status: int = 200, role: Role = "asked") -> Excerpt:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return excerpt(Exchange(Request(PLAIN), status, (), raw), role)


def marked(pieces: Any) -> str:
    return "|".join(piece.text.strip() for piece in pieces if piece.marked)


def finding(where: str) -> ReportedFinding:
    place = Place("acme/m/basic.yaml", 0)
    return ReportedFinding(Model("m", "s", False), "X", Severity.CONTRACT, place, where, "wrong")


def test_of_a_request_what_its_control_lacks_is_marked() -> None:
    asked = shown({**PLAIN, "top_k": 5, "temperature": 1})
    control = shown({**PLAIN, "temperature": 0}, "control")
    assert marked(request_pieces(asked, "basic/anything", control)) == '"top_k":|5|"temperature":|1'
    assert marked(request_pieces(control, "basic/anything", asked)) == ""


@pytest.mark.parametrize(
    ("row", "body", "expected"),
    [
        ("basic/top_k", {**PLAIN, "top_k": 5}, '"top_k":|5'),
        ("tool_choice/any", {**PLAIN, "tool_choice": {"type": "any"}}, '"type":|"any"'),
        ("content/image", {"messages": [{"content": [{"type": "image"}]}]}, '"type":|"image"'),
        ("basic/unseen", PLAIN, ""),
    ],
)
def test_without_a_control_what_the_row_is_named_after_is_marked(
    row: str, body: Any, expected: str
) -> None:
    assert marked(request_pieces(shown(body), row)) == expected


def test_a_header_under_test_is_marked_and_a_malformed_body_whole() -> None:
    asked = shown(PLAIN, headers=(("anthropic-version", "1"), ("x-api-key", "<key>")))
    row = "header/anthropic-beta+version"
    assert marked(request_pieces(asked, row)) == ""
    assert marked(request_pieces(asked, "header/x-api-key")) == "x-api-key: <key>"
    assert marked(request_pieces(shown(Malformed("{")), "refusal/malformed")) == "{"


def test_of_an_answer_the_error_is_marked_unless_it_is_a_control() -> None:
    error = {"code": 400, "error": {"message": "no"}}
    assert "HTTP 400" in marked(answer_pieces(answered(error, 400), "refused"))
    assert '"no"' in marked(answer_pieces(answered(error, 400), "refused"))
    assert marked(answer_pieces(answered(error, 400, "control"), "refused")) == ""


def test_of_an_answer_what_the_sentence_quotes_is_marked() -> None:
    body = {"stop_reason": "end_turn", "content": [{"type": "text", "text": "lynx-5528"}]}
    assert marked(answer_pieces(answered(body), "said 'lynx-5528'")) == '"text":|"lynx-5528"'
    assert '"end_turn"' in marked(answer_pieces(answered(body), "stop_reason is wrong"))
    assert marked(answer_pieces(answered(b"said lynx"), "said 'lynx'")) == "lynx"


def test_where_a_rule_is_broken_is_marked() -> None:
    body = {"content": [{"type": "text"}, {"type": "tool_use", "id": ""}]}
    pieces = answer_pieces(answered(body), "", finding("/content/1/id"))
    assert marked(pieces) == '"id":|""'
    stream = b"event: a\ndata: {}\n\nevent: b\ndata: {}\n\n"
    pieces = answer_pieces(answered(stream), "", finding("event 1, byte 20, /usage"))
    assert marked(pieces) == "event: b\ndata: {}"


@pytest.mark.parametrize("body", [b"", b"[" * 2000, b'{"a":' * 400, b"\xff\x00", b"null", b"3"])
def test_whatever_came_back_is_laid_out_and_nothing_is_lost(body: bytes) -> None:
    kept = answered(body)
    text = "".join(piece.text for piece in answer_pieces(kept, "it's 'odd"))
    assert text.startswith("HTTP 200\n")
    assert "".join(kept.received.split()) in "".join(text.split())


def test_a_request_that_is_not_whole_is_shown_as_it_was_kept() -> None:
    old = replace(shown(PLAIN), whole=False, sent='{"mod … ]}')
    assert '{"mod … ]}' in "".join(piece.text for piece in request_pieces(old, "basic/model"))


@pytest.mark.parametrize("name", ["what(", "[a-z", "a{9}{9}", "\\1\\1\\1", "(?P<x>", "x" * 70_000])
def test_a_field_of_any_name_is_no_pattern(name: str) -> None:
    body = {"content": [], name: 1}
    assert list(answer_pieces(answered(body), f"It has the field {name[:40]} that nobody knows."))
