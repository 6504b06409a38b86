"""Rules about headers, of the request and of the answer.

A recording may hold only some of an answer's headers. That one is missing is therefore told
only where the headers that every HTTP answer has are there.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from messages_conformance.protocol.exchange import KEY, Exchange
from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import mapping
from messages_conformance.rules.wording import one_of, shown

_ALWAYS: Final = frozenset({"date", "content-length", "transfer-encoding", "connection"})
_TRY_AGAIN: Final = (408, 409, 429)
_NUMBERED: Final = re.compile(r"anthropic-ratelimit-[a-z-]+-(?:limit|remaining)")
_TIMED: Final = re.compile(r"anthropic-ratelimit-[a-z-]+-reset")


def judge(exchange: Exchange) -> Iterator[Finding]:
    """Judge what the headers show."""
    status = exchange.status or 0
    yield from _credentials(exchange, status)
    yield from _version(exchange, status)
    yield from _request_id(exchange, status)
    yield from _limits(exchange, status)
    if (
        exchange.header("x-should-retry") == "true"
        and 400 <= status < 500
        and status not in _TRY_AGAIN
    ):
        yield broken(
            "HD-10",
            Where(),
            f"`x-should-retry` is `true` with status {status}; expected `false`, as the same "
            "request cannot succeed",
        )


def media_type(exchange: Exchange) -> str | None:
    """The answer's content type without its parameters; None where it has none."""
    kind = exchange.header("content-type")
    return None if kind is None else kind.partition(";")[0].strip().lower()


def _credentials(exchange: Exchange, status: int) -> Iterator[Finding]:
    sent = dict(exchange.request.headers)
    if not sent:
        return
    keys = [sent[name] for name in ("x-api-key", "authorization") if name in sent]
    # Anything that the key's placeholder does not stand in is some other key.
    right = [key.removeprefix("Bearer ") == KEY for key in keys]
    if right and all(right) and status == 401:
        name = "x-api-key" if "x-api-key" in sent else "authorization"
        yield broken(
            "HD-5", Where(), f"the key is sent in `{name}` and refused with 401; expected it taken"
        )
    if not any(right) and _is_success(status):
        yield broken(
            "HD-6",
            Where(),
            f"a request with {'a wrong key' if keys else 'no key'} is answered with status "
            f"{status}; expected 401",
        )


def _version(exchange: Exchange, status: int) -> Iterator[Finding]:
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
        if _is_success(status):
            yield broken(
                "HD-2",
                Where(),
                f"`anthropic-version: {version}` is answered with status {status}; expected 400",
            )
    elif status == 400 and b"anthropic-version" in exchange.body:
        yield broken(
            "HD-3",
            Where(),
            f"`anthropic-version: {version}` is refused; expected {one_of(VERSIONS)} to be taken",
        )


def _request_id(exchange: Exchange, status: int) -> Iterator[Finding]:
    id = exchange.header("request-id")
    if id is None:
        if any(name.lower() in _ALWAYS for name, _ in exchange.headers):
            yield broken(
                "HD-7", Where(), "the answer has no `request-id` header; expected one to ask about"
            )
        return
    if not id.startswith("req_"):
        yield broken(
            "HD-7w", Where(), f"`request-id` is {shown(id)}; the original API begins it with `req_`"
        )
    said = mapping(exchange.json).get("request_id") if status >= 400 else None
    if isinstance(said, str) and said != id:
        yield broken(
            "HD-7",
            Where(pointer="/request_id"),
            f"the body's `request_id` is {shown(said)}; expected that of the header, {shown(id)}",
        )


def _limits(exchange: Exchange, status: int) -> Iterator[Finding]:
    for name, value in exchange.headers:
        if _NUMBERED.fullmatch(name.lower()) and not value.isdecimal():
            yield broken("HD-8", Where(), f"`{name}` is {shown(value)}; expected a whole number")
        elif _TIMED.fullmatch(name.lower()) and not _is_time(value):
            yield broken(
                "HD-8",
                Where(),
                f"`{name}` is {shown(value)}; expected a time such as `2026-01-31T12:00:00Z`",
            )
    wait = exchange.header("retry-after")
    if wait is not None and not wait.isdecimal():
        yield broken("HD-8", Where(), f"`retry-after` is {shown(wait)}; expected whole seconds")
    if status != 429:
        return
    spent = _details(exchange.json).get("error_code") == "enforced_spend_limit_reached"
    if spent and wait is not None:
        yield broken(
            "ER-6",
            Where(),
            "a spent budget is told with `retry-after`; expected none, as waiting does not help",
        )
    elif not spent and wait is None:
        yield broken("HD-8", Where(), "a 429 has no `retry-after`; expected seconds to wait")


def _details(body: Any) -> Mapping[str, Any]:
    return mapping(mapping(mapping(body).get("error")).get("details"))


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
