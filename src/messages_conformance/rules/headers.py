"""Rules ``HD``: headers, of the request and of the answer.

A recording may hold only some of an answer's headers. A missing header is therefore reported
only where headers are recorded that every HTTP answer has.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from messages_conformance.protocol.exchange import KEY, Exchange
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules import errors
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import mapping
from messages_conformance.rules.wording import shown

_ALWAYS: Final = frozenset({"date", "content-length", "transfer-encoding", "connection"})
_OTHERS: Final = ("2023-01-01", "bedrock-", "vertex-")
"""Versions that the original API takes besides: the first one, and those of other platforms."""
_RETRIED: Final = (408, 409, 429)
_LIMITS: Final = "anthropic-ratelimit-"
_NUMBERED: Final = re.compile(_LIMITS + r"[a-z-]+-(?:limit|remaining)")
_TIMED: Final = re.compile(_LIMITS + r"[a-z-]+-reset")


def same_request_id(id: str, times: int) -> Finding:
    """The finding that several answers have one `request-id`."""
    return broken(
        "HD-13",
        Where(),
        f"the `request-id` {shown(id)} is that of {times} answers; expected one for each",
    )


def check_headers(exchange: Exchange) -> Iterator[Finding]:
    """Check what the headers show."""
    status = exchange.status or 0
    yield from _check_credentials(exchange, status)
    yield from _check_version(exchange, status)
    yield from _check_request_id(exchange, status)
    yield from _check_rate_limits(exchange, status)
    if (
        exchange.header("x-should-retry") == "true"
        and 400 <= status < 500
        and status not in _RETRIED
    ):
        yield broken(
            "HD-10",
            Where(),
            f"`x-should-retry` is `true` with status {status}; expected `false`, as the same "
            "request cannot succeed",
        )


def no_stream(what: str) -> Finding:
    """The finding that something else than a stream was answered."""
    return broken("HD-11", Where(offset=0), f"{what}; expected an event stream")


def _check_credentials(exchange: Exchange, status: int) -> Iterator[Finding]:
    sent = dict(exchange.request.headers)
    if not sent:
        return
    keys = [sent[name] for name in ("x-api-key", "authorization") if name in sent]
    # A value without the placeholder of the key is some other key.
    right = [key.removeprefix("Bearer ") == KEY for key in keys]
    if right and all(right) and status == 401:
        name = "x-api-key" if "x-api-key" in sent else "authorization"
        yield broken(
            "HD-5",
            Where(),
            f"the key is sent in `{name}` and refused with 401; expected it to be accepted",
        )
    if not any(right) and _is_success(status):
        yield broken(
            "HD-6",
            Where(),
            f"a request with {'a wrong key' if keys else 'no key'} is answered with status "
            f"{status}; expected 401",
        )


def _check_version(exchange: Exchange, status: int) -> Iterator[Finding]:
    sent = dict(exchange.request.headers)
    if not sent:
        return
    version = sent.get("anthropic-version")
    if version is None:
        if _is_success(status):
            yield broken(
                "HD-1",
                Where(),
                f"a request without `anthropic-version` is answered with status {status}; "
                "expected 400",
            )
    elif version not in VERSIONS:
        if _is_success(status) and not version.startswith(_OTHERS):
            yield broken(
                "HD-2",
                Where(),
                f"`anthropic-version: {version}` is answered with status {status}; expected 400",
            )
    elif status == 400 and b"anthropic-version" in exchange.body:
        yield broken(
            "HD-3",
            Where(),
            f"`anthropic-version: {version}` is refused; expected it to be accepted",
        )


def _check_request_id(exchange: Exchange, status: int) -> Iterator[Finding]:
    id = exchange.header("request-id")
    if status >= 400 and exchange.error is not None and "request_id" not in exchange.json:
        yield broken(
            "HD-7",
            Where(pointer="/request_id"),
            "the error's body has no `request_id`; expected the id of the request",
        )
    if id is None:
        if any(name.lower() in _ALWAYS for name, _ in exchange.headers):
            yield broken("HD-7", Where(), "the answer has no `request-id` header; expected one")
        return
    if not id.startswith("req_"):
        yield broken(
            "HD-7w",
            Where(),
            f"`request-id` is {shown(id)}; in the original API it begins with `req_`",
        )
    said = mapping(exchange.json).get("request_id") if status >= 400 else None
    if isinstance(said, str) and said != id:
        yield broken(
            "HD-7",
            Where(pointer="/request_id"),
            f"the body's `request_id` is {shown(said)}; expected {shown(id)}, as in the header",
        )


def _check_rate_limits(exchange: Exchange, status: int) -> Iterator[Finding]:
    for name, value in exchange.headers:
        lower = name.lower()
        if not lower.startswith(_LIMITS):
            continue
        if _NUMBERED.fullmatch(lower) and not value.isdecimal():
            yield broken("HD-8", Where(), f"`{name}` is {shown(value)}; expected a whole number")
        elif _TIMED.fullmatch(lower) and not _is_time(value):
            yield broken(
                "HD-8",
                Where(),
                f"`{name}` is {shown(value)}; expected a time like `2026-01-31T12:00:00Z`",
            )
    wait = exchange.header("retry-after")
    if wait is not None and not wait.isdecimal():
        yield broken("HD-8", Where(), f"`retry-after` is {shown(wait)}; expected whole seconds")
    if status != 429:
        return
    if errors.is_spent_budget(exchange):
        yield from errors.check_spent_budget(exchange)
    elif wait is None:
        yield broken("HD-8", Where(), "a 429 has no `retry-after`; expected seconds to wait")


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
