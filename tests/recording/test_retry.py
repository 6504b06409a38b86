"""Waits before a request is sent again: as requested or at random, and never without end."""

import dataclasses
import datetime
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.recording.retry import (
    Pause,
    RetryPolicy,
    retry_after,
    seconds_until_reset,
)
from support import small_project

NOW = datetime.datetime(2026, 11, 23, 12, 0, 0, tzinfo=datetime.UTC)
POLICY = RetryPolicy()


def answer(status: int | None = 429, ended: str = "complete", /, **headers: str) -> Exchange:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    plain = small_project.exchange(small_project.request(), status=status)
    return dataclasses.replace(plain, headers=named, ended=ended)  # type: ignore[arg-type]


def pause(exchange: Exchange, tried: int = 1, waited: float = 0, chance: float = 1) -> Pause | None:
    return POLICY.pause(exchange, tried, waited, chance, NOW)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7),
        ({"retry_after": "0.25"}, 0.25),
        ({"retry_after_ms": "1500"}, 1.5),
        ({"retry_after_ms": "1500", "retry_after": "7"}, 1.5),
        ({"retry_after_ms": "soon", "retry_after": "7"}, 7),
        ({"retry_after": "Mon, 23 Nov 2026 12:00:30 GMT"}, 30),
        (
            {
                "retry_after": "Mon, 23 Nov 2026 15:00:30 GMT",
                "date": "Mon, 23 Nov 2026 15:00:10 GMT",
            },
            20,
        ),
        ({"retry_after": "Mon, 23 Nov 2026 11:00:00 GMT"}, None),
        *(
            ({"retry_after": odd}, None)
            for odd in ("0", "-3", "nan", "inf", "1e999", "", "tomorrow")
        ),
        ({}, None),
    ],
)
def test_retry_after_is_read_in_all_its_forms(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(answer(429, **headers), NOW) == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (
            {
                "anthropic_ratelimit_requests_remaining": "0",
                "anthropic_ratelimit_requests_reset": "2026-11-23T12:00:05Z",
            },
            5,
        ),
        (
            {
                "anthropic_ratelimit_requests_remaining": "3",
                "anthropic_ratelimit_requests_reset": "2026-11-23T12:00:05Z",
                "anthropic_ratelimit_output_tokens_remaining": "0",
                "anthropic_ratelimit_output_tokens_reset": "2026-11-23T12:00:09+00:00",
            },
            9,
        ),
        ({"anthropic_ratelimit_tokens_remaining": "0"}, 0),
        (
            {
                "anthropic_ratelimit_tokens_remaining": "0",
                "anthropic_ratelimit_tokens_reset": "later",
            },
            0,
        ),
        ({}, 0),
    ],
)
def test_an_exhausted_limit_says_when_it_is_renewed(
    headers: dict[str, str], seconds: float
) -> None:
    assert seconds_until_reset(answer(200, **headers), NOW) == seconds


@given(st.text(), st.text())
def test_any_text_in_the_headers_is_read_without_error(value: str, other: str) -> None:
    odd = answer(retry_after=value, date=other, anthropic_ratelimit_tokens_remaining="0")
    odd = dataclasses.replace(
        odd, headers=(*odd.headers, ("anthropic-ratelimit-tokens-reset", value))
    )
    assert (retry_after(odd, NOW) or 1) > 0
    assert seconds_until_reset(odd, NOW) >= 0


def test_a_requested_wait_is_for_all_requests_and_a_random_one_for_one() -> None:
    assert pause(answer(retry_after="7")) == Pause(7, for_all=True)
    assert pause(answer(), chance=0.5) == Pause(0.5, for_all=False)


def test_random_waits_double_and_end() -> None:
    waits = [pause(answer(), tried) for tried in range(1, 12)]
    assert [wait and wait.seconds for wait in waits] == [1, 2, 4, 8, 16, 32, 60, 60, 60, None, None]
    assert pause(answer(), tried=5, chance=0) == Pause(0, for_all=False)


@pytest.mark.parametrize(
    ("exchange", "tries"),
    [
        (answer(429), 10),
        (answer(503), 10),
        (answer(529), 10),
        (answer(None, "unreachable"), 10),
        (answer(500), 3),
        (answer(502), 3),
        (answer(504), 3),
        (answer(None, "cut"), 3),
        (answer(200), 1),
        (answer(400), 1),
        (answer(501), 1),
        (answer(200, "cut"), 1),
        (answer(None, "timeout"), 2),
        (answer(529, x_should_retry="false"), 1),
        (answer(429, retry_after="301"), 1),
    ],
)
def test_each_kind_of_response_has_its_number_of_tries(exchange: Exchange, tries: int) -> None:
    tried = 1
    while pause(exchange, tried, chance=0) is not None:
        tried += 1
    assert tried == tries


@given(st.floats(0, 400), st.randoms(use_true_random=False))
def test_the_waits_of_a_request_never_exceed_the_total(asked: float, dice: random.Random) -> None:
    waited, tried = 0.0, 1
    while wait := pause(answer(retry_after=str(asked)), tried, waited, dice.random()):
        waited, tried = waited + wait.seconds, tried + 1
    assert waited <= POLICY.total_wait
    assert tried <= POLICY.tries_if_busy
