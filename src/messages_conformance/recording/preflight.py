"""One cheap request before anything is recorded: is this an endpoint, is this its key?

What is wrong with the setup must not look like what is wrong with the endpoint, so each
mistake that can be told apart gets a sentence of its own.
"""

import asyncio
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime

import httpx2

from messages_conformance.claims.page import Model, Revision
from messages_conformance.errors import SetupError
from messages_conformance.probing.probe import credential
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.protocol.limits import Limits
from messages_conformance.recording.cost import Cost, most
from messages_conformance.recording.diagnose import complaint, unreachable
from messages_conformance.recording.transport import Attempt, Endpoint, Sender

_LIMITS = Limits(whole=120)
_BUSY = (429, 503, 529)
_PAUSE = 1.0
"""Seconds until a busy endpoint is asked once more, if it does not say how long to wait."""
_LONGEST_PAUSE = 20.0
"""Seconds; an endpoint that wants more than that is not asked once more."""
_CLOCKS_APART = 300.0
"""Seconds by which two clocks may differ before it is worth a word."""
_RESTRICTED_PLAN = re.compile(r"(coding|token-plan)[.-]")


@dataclass(frozen=True)
class Preflight:
    """An endpoint that answers, with the header that works."""

    endpoint: Endpoint
    note: str
    """What is worth knowing, in one sentence; empty where all is as expected."""
    exchange: Exchange


async def preflight(
    revision: Revision,
    model: Model,
    endpoint: Endpoint,
    limits: Limits = _LIMITS,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> Preflight:
    """Send a plain request, and another with the key in the other header if that gets a 401.

    A busy endpoint is asked once more, after as long as it says. Any other answer that could
    be a Messages API's, be it an error, is left to the probes.

    Raises:
        SetupError: recording would tell nothing about the endpoint.
    """
    headers = (endpoint.auth, *(name for name in revision.target.auth if name != endpoint.auth))
    attempt = await _ask(revision, model, endpoint, limits, transport)
    notes = []
    for other in headers[1:]:
        if attempt.exchange.status != 401:
            break
        retried = replace(endpoint, auth=other)
        attempt = await _ask(revision, model, retried, limits, transport)
        if attempt.exchange.status != 401:
            notes.append(
                f"{endpoint.host} refused the key in {endpoint.auth} and took it in {other}"
            )
            endpoint = retried
    if (wrong := complaint(attempt, endpoint, model, headers)) is not None:
        raise SetupError(wrong)
    notes += _notes(attempt.exchange, endpoint, datetime.datetime.now(datetime.UTC))
    return Preflight(endpoint, "; ".join(notes), attempt.exchange)


def most_of_it(revision: Revision, model: Model) -> Cost:
    """What it may cost at most: one answer, with the key in each header, and all of it twice."""
    once = most(_request(revision, model, "authorization"))
    return replace(once, requests=2 * len({*revision.target.auth, "authorization"}))


def _request(revision: Revision, model: Model, auth: str) -> Request:
    return Request(
        {
            "model": model.id,
            # What it says does not matter.
            "max_tokens": 1,
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


async def _ask(
    revision: Revision,
    model: Model,
    endpoint: Endpoint,
    limits: Limits,
    transport: httpx2.AsyncBaseTransport | None,
) -> Attempt:
    request = _request(revision, model, endpoint.auth)
    async with Sender(endpoint, limits, transport) as sender:
        try:
            attempt = await sender.attempt(request)
            if (pause := _pause(attempt.exchange)) is not None:
                await asyncio.sleep(pause)
                attempt = await sender.attempt(request)
        except httpx2.TransportError as problem:
            raise SetupError(unreachable(problem, endpoint)) from problem
    return attempt


def _pause(exchange: Exchange) -> float | None:
    """How many seconds to wait before asking once more; None where the answer stands."""
    if exchange.status not in _BUSY:
        return None
    try:
        asked_for = float(exchange.header("retry-after") or _PAUSE)
    except ValueError:  # it may be a date
        asked_for = _PAUSE
    return asked_for if 0 <= asked_for <= _LONGEST_PAUSE else None


def _notes(exchange: Exchange, endpoint: Endpoint, now: datetime.datetime) -> Iterator[str]:
    """What does not hinder a run and is worth knowing all the same."""
    apart = _clocks_apart(exchange, now)
    if abs(apart) > _CLOCKS_APART:
        behind = "ahead of" if apart > 0 else "behind"
        yield (
            f"the clock of {endpoint.host} is {_spelt(abs(apart))} {behind} this machine's; "
            "dates of recordings follow the latter, so set it if it is the wrong one"
        )
    if _RESTRICTED_PLAN.match(endpoint.host):
        yield (
            f"{endpoint.host} is the host of a plan whose terms may forbid automated use; "
            "a pay-as-you-go key and its host may be used so"
        )


def _clocks_apart(exchange: Exchange, now: datetime.datetime) -> float:
    """Seconds by which the endpoint's clock is ahead of ours; 0 where it does not tell."""
    try:
        theirs = parsedate_to_datetime(exchange.header("date") or "")
        return (theirs.astimezone(datetime.UTC) - now).total_seconds()
    except (ValueError, OverflowError):
        return 0.0


def _spelt(seconds: float) -> str:
    for unit, size in (("days", 86400), ("hours", 3600)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 60:.0f} minutes"
