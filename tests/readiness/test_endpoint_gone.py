"""An endpoint that stops answering while a client's questions are asked is not judged by that."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import GaveUpError
from messages_conformance.readiness import record
from messages_conformance.readiness.dialect import dialect_of
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.recording.recorder import RecordingOptions
from support import recordings, small_project

Handler = Callable[[httpx2.Request], httpx2.Response]
OPTIONS = RecordingOptions(retries=recordings.EAGER, rate_limit=RateLimit(concurrency=1))
DENIED = httpx2.Response(401, content=small_project.error("authentication_error", "Revoked."))
BUSY = httpx2.Response(
    429, content=small_project.error("rate_limit_error"), headers={"retry-after": "99999"}
)


def asked(folder: Path, handler: Handler) -> int:
    """How many requests arrive where all that Claude Code sends is asked."""
    arrived: list[httpx2.Request] = []

    def count(request: httpx2.Request) -> httpx2.Response:
        arrived.append(request)
        return handler(request)

    page = small_project.revision()
    endpoint = Endpoint("https://endpoint.example", "sk-marked-0123456789abcdef", "authorization")
    asking = record.ask(
        (dialect_of("claude-code"),),
        Chosen(page, page.models[:1], page.rows),
        endpoint,
        folder / "cassettes",
        OPTIONS,
        httpx2.MockTransport(count),
    )
    asyncio.run(asking)
    return len(arrived)


def well(_: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, content=small_project.message())


def after(good: int, then: Handler) -> Handler:
    """Answers so many requests, and no more."""
    left = iter(range(good))
    return lambda request: (well if next(left, None) is not None else then)(request)


def gone(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.RemoteProtocolError("closed", request=request)


@pytest.mark.parametrize(
    ("then", "says"),
    [
        (lambda _: httpx2.Response(401, content=DENIED.content), "rejected the key"),
        (lambda _: BUSY, "the last 5 requests ended with HTTP 429"),
        (gone, "the last 5 requests ended with no response: cut"),
    ],
    ids=["key revoked", "limit reached", "server gone"],
)
def test_it_is_given_up_in_a_sentence(then: Handler, says: str, tmp_path: Path) -> None:
    with pytest.raises(GaveUpError, match=says):
        asked(tmp_path, after(2, then))


def test_requests_that_alone_are_never_answered_are_held_against_it(tmp_path: Path) -> None:
    """To hang up on whatever is more than a plain request is a finding and no outage."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        plain = {"model", "max_tokens", "messages", "stream", "system"}
        return gone(request) if json.loads(request.content).keys() - plain else well(request)

    assert asked(tmp_path, answer) > 15
