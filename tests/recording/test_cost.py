"""The upper bound of a request's cost, which no genuine answer exceeds."""

import base64
import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance import resources
from messages_conformance.cassettes.tape import Tape
from messages_conformance.probing.content import banded_png, text_pdf, tool
from messages_conformance.protocol.exchange import COUNT_TOKENS, Exchange, Request
from messages_conformance.recording.cost import (
    CONTEXT_WINDOW,
    DEFAULT_OUTPUT,
    LONGEST_OUTPUT,
    Cost,
    actual_cost,
    upper_bound,
)
from messages_conformance.reference import tokens
from rules.test_golden import golden_files
from support import small_project

MEASURED = "llama.cpp"
NOTHING = Cost(1)


def genuine() -> Iterator[Exchange]:
    files = golden_files()
    if not files:
        pytest.skip("the golden exchanges are not here; GOLDEN_EXCHANGES names their files")
    with gzip.open(files[0], "rt", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            request = Request(line["request"], path=line["path"])
            yield Exchange(
                request, line["status"], tuple(line["headers"].items()), line["body"].encode()
            )


def measured() -> Iterator[Exchange]:
    root = resources.folder("cassettes")
    for folder in (root / MEASURED).iterdir():
        yield from Tape.load(root, MEASURED, folder.name).exchanges


@pytest.mark.parametrize("exchanges", [genuine, measured])
def test_no_recorded_answer_cost_more_than_its_upper_bound(exchanges: Any) -> None:
    counted = 0
    for exchange in exchanges():
        if exchange.prompt_tokens:
            counted += 1
            limit = upper_bound(exchange.request)
            told = Cost(1, exchange.prompt_tokens, exchange.usage("output_tokens"))
            assert told <= limit, exchange.request.body
            assert actual_cost(exchange, limit) == told
    assert counted > 200


@given(st.text(max_size=200))
def test_no_text_has_more_tokens_than_bytes(text: str) -> None:
    limit = upper_bound(small_project.request(text.encode(errors="replace").decode()))
    assert limit.input > len(text.encode(errors="replace"))
    assert limit.input > tokens.count(text)


@pytest.mark.parametrize("text", ["1234567890" * 50, "你好，世界" * 50, "🦫" * 50])
def test_digits_and_characters_of_several_bytes_count_every_byte(text: str) -> None:
    assert upper_bound(small_project.request(text)).input >= len(text.encode())


@pytest.mark.parametrize(
    ("fields", "output"),
    [
        ({"max_tokens": 7}, 7),
        ({"max_tokens": 0}, 0),
        ({"max_tokens": LONGEST_OUTPUT + 1}, DEFAULT_OUTPUT),
        ({"max_tokens": -1}, DEFAULT_OUTPUT),
        ({"max_tokens": "8"}, DEFAULT_OUTPUT),
        ({"max_tokens": True}, DEFAULT_OUTPUT),
        ({"max_tokens": 2048, "thinking": {"type": "enabled", "budget_tokens": 1024}}, 3072),
        ({"max_tokens": 2048, "thinking": {"type": "adaptive"}}, 2048),
    ],
)
def test_the_bound_of_output_is_what_a_request_allows(fields: dict[str, Any], output: int) -> None:
    assert upper_bound(small_project.request(**fields)).output == output


def test_images_and_tools_cost_more_than_their_bytes() -> None:
    picture = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": banded_png(["red"])},
    }
    plain = small_project.request()
    pictured = Request({**plain.body, "messages": [{"role": "user", "content": [picture] * 2}]})
    assert upper_bound(pictured).input > len(pictured.content) + 2 * 4784
    tooled = small_project.request(tools=[tool("a"), tool("b")])
    assert (
        upper_bound(tooled).input - len(tooled.content)
        > upper_bound(plain).input - len(plain.content) + 500
    )


@pytest.mark.parametrize(
    ("fields", "bounded"),
    [
        ({"tools": [{"type": "web_search_20250305", "name": "web_search"}]}, False),
        ({"tools": [tool("get_20250305")]}, True),
        ({"mcp_servers": [{"type": "url", "url": "https://example.com", "name": "a"}]}, False),
        ({"mcp_servers": [{"type": "url", "url": "https://mcp.invalid/a", "name": "a"}]}, True),
    ],
)
def test_fetched_input_is_bounded_by_the_context_window(
    fields: dict[str, Any], bounded: bool
) -> None:
    assert (upper_bound(small_project.request(**fields)).input < CONTEXT_WINDOW) is bounded


def of_document(data: str) -> Request:
    source = {"type": "base64", "media_type": "application/pdf", "data": data}
    content = [{"type": "document", "source": source}]
    return small_project.request(messages=[{"role": "user", "content": content}])


def test_a_document_costs_its_pages_where_they_can_be_seen() -> None:
    one = base64.b64decode(text_pdf("Hello."))
    two = one.replace(b"/Kids [3 0 R]", b"/Kids [3 0 R 6 0 R]")
    costs = [
        upper_bound(of_document(base64.b64encode(pdf).decode())).input - len(pdf)
        for pdf in (one, two)
    ]
    assert 4784 < costs[0] < costs[0] + 4784 < costs[1] < 20_000


@pytest.mark.parametrize(
    "hidden",
    [
        base64.b64decode(text_pdf("Hello.")).replace(b"/Length", b"/Filter /Fl /Length"),
        base64.b64decode(text_pdf("Hello.")).replace(b"/Kids [3 0 R]", b"/Kids 7 0 R"),
        b"PK\x03\x04",
    ],
    ids=["compressed", "pages listed elsewhere", "another format"],
)
def test_a_document_that_cannot_be_seen_through_may_fill_the_context(hidden: bytes) -> None:
    data = base64.b64encode(hidden).decode()
    assert upper_bound(of_document(data)).input == CONTEXT_WINDOW
    assert upper_bound(of_document("no base64!")).input == CONTEXT_WINDOW


def test_a_huge_request_is_bounded_by_the_context_window() -> None:
    assert upper_bound(small_project.request("x" * (CONTEXT_WINDOW + 1))).input == CONTEXT_WINDOW


def test_only_messages_cost_tokens() -> None:
    body = small_project.request().body
    assert upper_bound(Request(body, path=COUNT_TOKENS)) == NOTHING
    assert upper_bound(Request(None, path="/v1/models", method="GET")) == NOTHING
    assert upper_bound(Request(body, path="/v1/messages?beta=true")).tokens > 0


ASKED = small_project.request()
LIMIT = Cost(1, 100, 50)


@pytest.mark.parametrize(
    ("exchange", "cost"),
    [
        (small_project.exchange(ASKED), Cost(1, 3, 2)),
        (small_project.exchange(ASKED, small_project.error("invalid_request_error"), 400), NOTHING),
        (small_project.exchange(ASKED, small_project.error("overloaded_error"), 529), NOTHING),
        (Exchange(ASKED, None, ended="unreachable"), NOTHING),
        (Exchange(ASKED, None, ended="timeout"), LIMIT),
        (Exchange(ASKED, None, ended="cut"), LIMIT),
        (Exchange(ASKED, 200, body=small_project.message(), ended="cut"), LIMIT),
        (small_project.exchange(ASKED, b"garbage"), LIMIT),
        (
            small_project.exchange(
                ASKED, small_project.message().replace(b'"input_tokens": 3', b'"a": 3')
            ),
            LIMIT,
        ),
        (small_project.exchange(ASKED, small_project.message().replace(b": 3", b": -3")), LIMIT),
    ],
)
def test_an_answer_that_does_not_say_its_cost_costs_the_upper_bound(
    exchange: Exchange, cost: Cost
) -> None:
    assert actual_cost(exchange, LIMIT) == cost
