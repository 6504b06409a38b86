"""Whether streams are real, and whether tokens add up over exchanges."""

import itertools
import json
from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.protocol.exchange import COUNT_TOKENS, Chunk, Exchange, Request
from messages_conformance.rules import repeated_requests
from messages_conformance.rules.stream import timing
from rules.test_golden import exchange as golden_exchange
from rules.test_golden import golden as golden
from support import small_project

numbers = itertools.count()
NUMBER = 6
"""Deltas of the sample stream."""


def stream(*times: float, deltas: int = NUMBER, used: int = 3, prompt: str = "Hi.") -> Exchange:
    """A stream whose events arrive at the times given; of too few, the last serves for the rest."""
    message = json.loads(small_project.message()) | {"content": [], "stop_reason": None}
    message["id"] = f"msg_{next(numbers)}"
    message["usage"] = {"input_tokens": used, "output_tokens": 1}
    delta = {"index": 0, "delta": {"type": "text_delta", "text": "la "}}
    said = [
        ("message_start", {"message": message}),
        ("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
        *[("content_block_delta", delta)] * deltas,
        ("content_block_stop", {"index": 0}),
        ("message_delta", {"delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 9}}),
        ("message_stop", {}),
    ]
    pieces = [
        f"event: {type}\ndata: {json.dumps({'type': type, **fields})}\n\n".encode()
        for type, fields in said
    ]
    late = [times[min(number, len(times) - 1)] for number in range(len(pieces))]
    return replace(
        small_project.exchange(small_project.request(prompt, stream=True), b"".join(pieces)),
        headers=(("content-type", "text/event-stream"),),
        chunks=tuple(Chunk(len(piece), at) for piece, at in zip(pieces, late, strict=True)),
    )


def broken(exchange: Exchange) -> list[str]:
    pace = timing.measure_pace(exchange)
    return [finding.rule.id for finding in timing.check_pace(pace)] if pace else []


def test_the_pace_of_a_stream_is_that_of_its_events() -> None:
    pace = timing.measure_pace(stream(0.5, 0.75, 1.0, 3.0, 3.25))
    assert pace == timing.StreamPace(0.5, 2.0, (1.0, 3.0, 3.25, 3.25, 3.25, 3.25))


def test_an_event_has_arrived_with_its_last_byte() -> None:
    whole = stream(1.0)
    halves = replace(whole, chunks=(Chunk(20, 0.1), Chunk(len(whole.body) - 20, 2.0)))
    pace = timing.measure_pace(halves)
    assert pace is not None
    assert pace.first == 2.0


def test_a_stream_that_arrives_in_pieces_keeps_the_rules() -> None:
    assert broken(stream(*(0.1 * number for number in range(12)))) == []


def test_a_stream_that_arrives_in_one_piece_is_reported() -> None:
    assert broken(stream(2.0)) == ["ST-INC-2"]


def test_deltas_held_back_until_the_end_are_reported() -> None:
    assert broken(stream(0.1, 0.1, 0.2, 2.0)) == ["ST-INC-3"]


@pytest.mark.parametrize("short", [stream(2.0, deltas=4), replace(stream(2.0), chunks=())])
def test_short_streams_and_streams_without_times_are_not_checked(short: Exchange) -> None:
    assert broken(short) == []


def plain(used: int, **asked: object) -> Exchange:
    usage = {"input_tokens": used, "output_tokens": 2}
    body = json.loads(small_project.message()) | {"usage": usage, "id": f"msg_{next(numbers)}"}
    return small_project.exchange(small_project.request(**asked), json.dumps(body).encode())  # type: ignore[arg-type]


def found(*exchanges: Exchange) -> list[tuple[int, str, str]]:
    return [
        (exchanges.index(exchange), finding.rule.id, finding.message)
        for group in repeated_requests.equal_requests(exchanges)
        for exchange, finding in repeated_requests.check_equal_requests(group)
    ]


def test_equal_requests_of_equal_cost_are_fine() -> None:
    assert found(plain(3), plain(3), stream(0.1), plain(9, system="Be kind.")) == []


@pytest.mark.parametrize(
    "field", [{"temperature": 1}, {"top_k": 1}, {"top_p": 0.1}, {"stop_sequences": ["x"]}]
)
def test_sampling_and_stop_sequences_cost_no_input(field: dict[str, object]) -> None:
    assert found(plain(3), plain(9, **field)) == [
        (1, "RS-USE-3", "9 input tokens, but 3 for an equal request before")
    ]


def test_max_tokens_may_cost_input() -> None:
    assert found(plain(3), plain(9, max_tokens=7)) == []


def test_a_stream_that_counts_other_input_is_reported() -> None:
    assert found(stream(0.1, used=0), plain(25)) == [
        (0, "ST-USE-4", "0 input tokens, but 25 for an equal request without a stream")
    ]


def test_equal_requests_cost_equal_input() -> None:
    assert found(plain(25), plain(25), plain(26)) == [
        (2, "RS-USE-3", "26 input tokens, but 25 for an equal request before")
    ]


def test_tokens_read_from_a_cache_count_as_input() -> None:
    cached = json.loads(plain(5).body)
    cached["usage"]["cache_read_input_tokens"] = 20
    again = replace(plain(25), body=json.dumps(cached).encode())
    assert found(plain(25), again) == []


def test_refusals_are_not_compared() -> None:
    refused = small_project.exchange(
        small_project.request(), small_project.error("invalid_request_error"), 400
    )
    assert found(plain(25), refused) == []


def test_answers_with_server_tools_are_not_compared() -> None:
    searched = json.loads(plain(90).body)
    searched["content"].append(
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search"}
    )
    assert found(plain(25), replace(plain(90), body=json.dumps(searched).encode())) == []


def test_requests_with_different_betas_are_not_compared() -> None:
    request = small_project.request()
    beta = replace(request, headers=(("anthropic-beta", "x"), *request.headers))
    assert found(plain(25), replace(plain(90), request=beta)) == []


def test_genuine_usage_adds_up(golden: list[dict[str, Any]]) -> None:
    # Long strings in requests are cut there, so that different requests may look equal.
    whole = [
        line
        for line in golden
        if "\u2026cut\u2026" not in json.dumps(line["request"], ensure_ascii=False)
    ]
    exchanges = [golden_exchange(line) for line in whole]
    assert len(repeated_requests.equal_requests(exchanges)) > 20
    assert found(*exchanges) == []


@pytest.mark.parametrize(
    ("counted", "charged", "off"),
    [(20, 20, False), (20, 29, False), (500, 540, False), (20, 40, True), (500, 600, True)],
)
def test_a_count_is_compared_with_the_tokens_charged(counted: int, charged: int, off: bool) -> None:
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi."}]}
    count = Exchange(
        Request(body, path=COUNT_TOKENS),
        200,
        (("content-type", "application/json"),),
        json.dumps({"input_tokens": counted}).encode(),
    )
    usage = {"input_tokens": charged - 5, "cache_read_input_tokens": 5, "output_tokens": 1}
    paid = Exchange(
        Request({**body, "max_tokens": 9}),
        200,
        (("content-type", "application/json"),),
        json.dumps({"type": "message", "content": [], "usage": usage}).encode(),
    )
    ((counted_by, paid_by),), figures = repeated_requests.counts_with_charges([paid, count])
    assert (counted_by, paid_by) == (count, paid)
    assert figures == f"{counted} counted, {charged} charged"
    assert bool(list(repeated_requests.check_counts(count, paid))) is off


def test_a_refused_count_is_not_compared() -> None:
    refused = Exchange(Request({}, path=COUNT_TOKENS), 404, (), b"{}")
    assert repeated_requests.counts_with_charges([refused]) == ((), "")


def marked(text: str) -> list[dict[str, object]]:
    return [{"type": "text", "text": text, "cache_control": {"type": "ephemeral"}}]


def cached(used: int, **figures: int) -> Exchange:
    """An answer to a request whose system prompt is marked for the cache."""
    exchange = plain(used, system=marked("Be kind."))
    body = json.loads(exchange.body)
    body["usage"].update(figures)
    return replace(exchange, body=json.dumps(body).encode())


def unmarked(used: int) -> Exchange:
    return plain(used, system=[{"type": "text", "text": "Be kind."}])


def test_what_is_marked_for_a_cache_costs_the_same() -> None:
    assert found(unmarked(25), cached(5, cache_creation_input_tokens=20)) == []
    assert found(unmarked(25), cached(5, cache_read_input_tokens=20)) == []


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("cache_read_input_tokens", "read from the cache"),
        ("cache_creation_input_tokens", "written to the cache"),
    ],
)
def test_tokens_that_are_counted_twice_are_named(name: str, where: str) -> None:
    assert found(unmarked(25), cached(25, **{name: 20})) == [
        (
            1,
            "RS-USE-3",
            f"the tokens {where} are counted twice, in `input_tokens` too: 45 input tokens, but "
            "25 for an equal request before",
        )
    ]


def test_counts_that_a_cache_does_not_explain_are_only_reported() -> None:
    ((_, rule, said),) = found(unmarked(25), cached(9, cache_read_input_tokens=20))
    assert rule == "RS-USE-3"
    assert said.startswith("the tokens do not add up where a cache is used: 29 input tokens")


def test_a_tool_may_be_given_a_field_called_cache_control() -> None:
    tool = {"name": "put", "input_schema": {"properties": {"cache_control": {"type": "string"}}}}
    bare = {"name": "put", "input_schema": {"properties": {}}}
    assert found(plain(3, tools=[tool]), plain(9, tools=[bare])) == []
