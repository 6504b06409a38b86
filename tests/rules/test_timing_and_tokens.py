"""Whether streams are real, and whether tokens add up over exchanges."""

import json
from dataclasses import replace
from typing import Any

import pytest

from messages_conformance.protocol.exchange import COUNT_TOKENS, Chunk, Exchange, Request
from messages_conformance.rules import stream_timing, token_counts
from rules.test_golden import exchange as golden_exchange
from rules.test_golden import golden as golden
from support import small_project

NUMBER = 6
"""Deltas of the sample stream."""


def stream(*times: float, deltas: int = NUMBER, used: int = 3, prompt: str = "Hi.") -> Exchange:
    """A stream whose events arrive at the times given; of too few, the last serves for the rest."""
    message = json.loads(small_project.message()) | {"content": [], "stop_reason": None}
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
    return [finding.rule.id for finding in stream_timing.check(exchange)]


def test_the_pace_of_a_stream_is_that_of_its_events() -> None:
    pace = stream_timing.pace(stream(0.5, 0.75, 1.0, 3.0, 3.25))
    assert pace == stream_timing.Pace(0.5, 2.0, (1.0, 3.0, 3.25, 3.25, 3.25, 3.25))


def test_an_event_has_arrived_with_its_last_byte() -> None:
    whole = stream(1.0)
    halves = replace(whole, chunks=(Chunk(20, 0.1), Chunk(len(whole.body) - 20, 2.0)))
    pace = stream_timing.pace(halves)
    assert pace is not None
    assert pace.first == 2.0


def test_a_stream_that_comes_bit_by_bit_is_real() -> None:
    assert broken(stream(*(0.1 * number for number in range(12)))) == []


def test_a_stream_gathered_and_sent_at_once_is_not() -> None:
    assert broken(stream(2.0)) == ["ST-INC-2"]


def test_deltas_held_back_until_the_end_are_told() -> None:
    assert broken(stream(0.1, 0.1, 0.2, 2.0)) == ["ST-INC-3"]


@pytest.mark.parametrize("short", [stream(2.0, deltas=4), replace(stream(2.0), chunks=())])
def test_what_is_too_short_or_has_no_times_is_not_judged(short: Exchange) -> None:
    assert broken(short) == []


def plain(used: int, **asked: object) -> Exchange:
    usage = {"input_tokens": used, "output_tokens": 2}
    body = json.loads(small_project.message()) | {"usage": usage}
    return small_project.exchange(small_project.request(**asked), json.dumps(body).encode())  # type: ignore[arg-type]


def told(*exchanges: Exchange) -> list[tuple[int, str, str]]:
    return [
        (exchanges.index(exchange), finding.rule.id, finding.message)
        for group in token_counts.alike(exchanges)
        for exchange, finding in token_counts.check(group)
    ]


def test_equal_requests_of_equal_cost_are_fine() -> None:
    assert told(plain(3), plain(3), stream(0.1), plain(9, system="Be kind.")) == []


@pytest.mark.parametrize(
    "field", [{"temperature": 1}, {"top_k": 1}, {"top_p": 0.1}, {"stop_sequences": ["x"]}]
)
def test_how_words_are_chosen_costs_no_input(field: dict[str, object]) -> None:
    assert told(plain(3), plain(9, **field)) == [
        (1, "RS-USE-3", "9 input tokens, and 3 when asked the same before")
    ]


def test_what_a_model_may_say_at_most_is_perhaps_told_to_it() -> None:
    assert told(plain(3), plain(9, max_tokens=7)) == []


def test_a_stream_that_counts_another_prompt_is_told() -> None:
    assert told(stream(0.1, used=0), plain(25)) == [
        (0, "ST-USE-4", "0 input tokens, and 25 when asked the same without a stream")
    ]


def test_the_same_asked_twice_costs_the_same() -> None:
    assert told(plain(25), plain(25), plain(26)) == [
        (2, "RS-USE-3", "26 input tokens, and 25 when asked the same before")
    ]


def test_tokens_read_from_a_cache_are_counted_in() -> None:
    cached = json.loads(plain(5).body)
    cached["usage"]["cache_read_input_tokens"] = 20
    again = replace(plain(25), body=json.dumps(cached).encode())
    assert told(plain(25), again) == []


def test_a_refusal_says_nothing_of_tokens() -> None:
    refused = small_project.exchange(
        small_project.request(), small_project.error("invalid_request_error"), 400
    )
    assert told(plain(25), refused) == []


def test_what_a_server_tool_brings_in_is_left_to_chance() -> None:
    searched = json.loads(plain(90).body)
    searched["content"].append(
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search"}
    )
    assert told(plain(25), replace(plain(90), body=json.dumps(searched).encode())) == []


def test_another_beta_may_cost_more() -> None:
    request = small_project.request()
    beta = replace(request, headers=(("anthropic-beta", "x"), *request.headers))
    assert told(plain(25), replace(plain(90), request=beta)) == []


def test_genuine_figures_add_up(golden: list[dict[str, Any]]) -> None:
    # Long strings of requests are cut there: those that look equal need not be.
    whole = [
        line
        for line in golden
        if "\u2026cut\u2026" not in json.dumps(line["request"], ensure_ascii=False)
    ]
    exchanges = [golden_exchange(line) for line in whole]
    assert len(token_counts.alike(exchanges)) > 20
    assert told(*exchanges) == []


@pytest.mark.parametrize(
    ("counted", "charged", "off"),
    [(20, 20, False), (20, 29, False), (500, 540, False), (20, 40, True), (500, 600, True)],
)
def test_a_count_is_held_against_what_was_charged(counted: int, charged: int, off: bool) -> None:
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
    ((found, against),), figures = token_counts.counted([paid, count])
    assert (found, against) == (count, paid)
    assert figures == f"{counted} counted, {charged} charged"
    assert bool(list(token_counts.check_count(count, paid))) is off


def test_an_endpoint_that_counts_no_tokens_is_left_alone() -> None:
    refused = Exchange(Request({}, path=COUNT_TOKENS), 404, (), b"{}")
    assert token_counts.counted([refused]) == ((), "")
