"""One cheap request before anything is recorded: does the endpoint answer it with a message?

A mistake in the setup must not look like a fault of the endpoint. So each mistake that one answer
can reveal has its own sentence.
"""

import asyncio
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import httpx2

from messages_conformance.claims.page import Model, Revision
from messages_conformance.errors import SetupError
from messages_conformance.probing.probe import credential
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.recording.cost import Cost, upper_bound
from messages_conformance.recording.diagnose import (
    diagnose,
    explain_unreachable,
    is_message,
)
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.retry import RetryPolicy, http_date
from messages_conformance.recording.transport import Attempt, Sender

_RETRIES = RetryPolicy(
    tries_if_busy=2, tries_if_failed=3, first_wait=1.0, longest_requested_wait=20.0
)
"""A busy endpoint is asked once more, a failing one twice; none that asks for a longer wait."""
_TRIES = max(_RETRIES.tries_if_busy, _RETRIES.tries_if_failed)
_KEY_REFUSED = (400, 401, 403)
"""Statuses that may mean that the key is expected in another header."""
_CLOCK_DIFFERENCE = 300.0
"""Seconds by which two clocks may differ before it is mentioned."""
_RESTRICTED_PLAN = re.compile(r"(coding|token-plan)[.-]")


@dataclass(frozen=True)
class Preflight:
    """An endpoint that answers, with the header in which it takes the key."""

    endpoint: Endpoint
    note: str
    """What a person should know, in one sentence; empty if there is nothing."""
    exchange: Exchange


async def preflight(
    revision: Revision,
    model: Model,
    endpoint: Endpoint,
    limits: Limits = DEFAULT,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> Preflight:
    """Send a plain request, and where the key is refused another one with it in the other header.

    A busy or failing endpoint is asked again. Whatever else comes back instead of a message stops
    the run: an endpoint that does not answer a plain request would fail every row alike.

    Raises:
        SetupError: a recording would show nothing about the endpoint; the message says why.
    """
    headers = (endpoint.auth, *(name for name in revision.target.auth if name != endpoint.auth))
    attempt = await _attempt(revision, model, endpoint, limits, transport)
    notes = []
    for other in headers[1:]:
        if attempt.exchange.status not in _KEY_REFUSED:
            break
        retried = replace(endpoint, auth=other)
        second = await _attempt(revision, model, retried, limits, transport)
        if is_message(second.exchange):
            notes.append(
                f"{endpoint.host} rejected the key in {endpoint.auth} and accepted it in {other}"
            )
            attempt, endpoint = second, retried
    if (problem := diagnose(attempt, endpoint, model, headers)) is not None:
        raise SetupError(problem)
    notes += _notes(attempt.exchange, endpoint, datetime.datetime.now(datetime.UTC))
    return Preflight(endpoint, "; ".join(notes), attempt.exchange)


def thinks_unasked(exchange: Exchange) -> bool:
    """Whether some of a plain answer is thinking, shown or hidden, which nothing asked for."""
    if any(block.get("thinking") for block in exchange.blocks("thinking")):
        return True
    hidden = exchange.stop_reason == "max_tokens" and not exchange.text.strip()
    return hidden or exchange.text.lstrip().startswith("<think>")


def preflight_cost(revision: Revision, model: Model) -> Cost:
    """The upper bound of its cost: one answer, the key in each header, each request repeated."""
    once = upper_bound(plain_request(revision, model, "authorization"))
    return replace(once, requests=_TRIES * len({*revision.target.auth, "authorization"}))


def plain_request(revision: Revision, model: Model, auth: str) -> Request:
    """The cheap request that any endpoint answers whose key and model are right."""
    return Request(
        {
            "model": model.id,
            # What the answer says does not matter. Some endpoints refuse fewer than 16.
            "max_tokens": 32,
            "messages": [{"role": "user", "content": "Hi."}],
            **revision.target.defaults,
        },
        tuple(
            (name, value)
            for name, value in {
                **credential(auth),
                "anthropic-version": revision.target.api_version,
            }.items()
            if value is not None
        ),
    )


async def _attempt(
    revision: Revision,
    model: Model,
    endpoint: Endpoint,
    limits: Limits,
    transport: httpx2.AsyncBaseTransport | None,
) -> Attempt:
    request = plain_request(revision, model, endpoint.auth)
    # An answer that drips in is not waited for longer than one that does not begin.
    async with Sender(endpoint, replace(limits, whole=limits.first), transport) as sender:
        try:
            attempt = await sender.attempt(request)
            for tried in range(1, _TRIES):
                now = datetime.datetime.now(datetime.UTC)
                pause = _RETRIES.pause(attempt.exchange, tried, waited=0.0, chance=1.0, now=now)
                if pause is None:
                    break
                await asyncio.sleep(pause.seconds)
                attempt = await sender.attempt(request)
        except httpx2.TransportError as problem:
            sentence = explain_unreachable(problem, endpoint)
            raise SetupError(endpoint.secrets.text(sentence)) from problem
    return attempt


def _notes(exchange: Exchange, endpoint: Endpoint, now: datetime.datetime) -> Iterator[str]:
    """What does not prevent a run, but a person should know."""
    seconds = _clock_ahead(exchange, now)
    if abs(seconds) > _CLOCK_DIFFERENCE:
        direction = "ahead of" if seconds > 0 else "behind"
        yield (
            f"the clock of {endpoint.host} is {_rounded(abs(seconds))} {direction} this machine's; "
            "recordings are dated by this machine, so set its clock if that is the wrong one"
        )
    if _RESTRICTED_PLAN.match(endpoint.host):
        yield (
            f"{endpoint.host} is the host of a plan whose terms may forbid automated use; "
            "if they do, use a pay-as-you-go key and its host"
        )


def _clock_ahead(exchange: Exchange, now: datetime.datetime) -> float:
    """Seconds by which the endpoint's clock is ahead of ours; 0 if the answer has no date."""
    theirs = http_date(exchange.header("date") or "")
    return (theirs - now).total_seconds() if theirs else 0.0


def _rounded(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 60:.0f} minutes"
