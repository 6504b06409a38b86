"""Whether a request is sent again after its answer, and how long to wait before.

Endpoints say how long in ``retry-after-ms``, in ``retry-after`` (seconds or a date) and in the
``anthropic-ratelimit-…`` headers. Where they do not, the wait is random and its limit doubles.
"""

import datetime
import email.utils
import math
from dataclasses import dataclass

from messages_conformance.protocol.exchange import Exchange

BUSY = frozenset({429, 503, 529})
"""The endpoint did not process the request, because it is too busy now."""
FAILED = frozenset({500, 502, 504})
"""The endpoint failed, by chance or because of this request."""
_LIMITED = ("requests", "tokens", "input-tokens", "output-tokens")


@dataclass(frozen=True)
class Pause:
    """A wait before the same request is sent again."""

    seconds: float
    for_all: bool
    """Whether the endpoint asked for it, so that other requests wait too."""


@dataclass(frozen=True)
class RetryPolicy:
    """How often one request is sent again, and how long to wait before; waits are in seconds."""

    tries_if_busy: int = 10
    """How often a request is sent in all, while the endpoint is busy or unreachable."""
    tries_if_failed: int = 3
    """How often it is sent in all, while the endpoint fails or hangs up; as the official SDKs
    do."""
    tries_if_timed_out: int = 2
    """How often it is sent in all, while nothing comes in time: each try costs the whole wait."""
    first_wait: float = 1.0
    """The limit of the first random wait; it doubles each time."""
    longest_wait: float = 60.0
    """The limit of all random waits."""
    longest_requested_wait: float = 300.0
    """The longest wait an endpoint may ask for; if it asks for more, its answer is final."""
    total_wait: float = 900.0
    """The longest time that all waits of one request may take; then the last answer is final."""

    def pause(
        self, exchange: Exchange, tried: int, waited: float, chance: float, now: datetime.datetime
    ) -> Pause | None:
        """The wait before the request is sent again; None if the answer is final.

        ``tried`` is how often it was sent, ``waited`` the seconds waited in between, and
        ``chance`` a random number from 0 to 1 that the length of a random wait is taken from.
        """
        if not is_temporary(exchange) or exchange.header("x-should-retry") == "false":
            return None
        if tried >= self._tries(exchange):
            return None
        requested = retry_after(exchange, now)
        seconds = min(self.longest_wait, self.first_wait * 2.0 ** (tried - 1)) * chance
        if requested is not None:
            seconds = requested
            if seconds > self.longest_requested_wait:
                return None
        if waited + seconds > self.total_wait:
            return None
        return Pause(seconds, for_all=requested is not None)

    def _tries(self, exchange: Exchange) -> int:
        if exchange.ended == "timeout":
            return self.tries_if_timed_out
        is_busy = exchange.status in BUSY or exchange.ended == "unreachable"
        return self.tries_if_busy if is_busy else self.tries_if_failed


def is_temporary(exchange: Exchange) -> bool:
    """Whether the same request may succeed later: the endpoint is busy, failing or unreachable.

    An answer that was cut in the middle is an answer, and may have been billed: it is final.
    """
    if exchange.status is None:
        return exchange.ended in ("unreachable", "cut", "timeout")
    return exchange.status in BUSY | FAILED


def retry_after(exchange: Exchange, now: datetime.datetime) -> float | None:
    """Seconds the answer asks to wait; None where it does not ask, or for no positive time."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = exchange.header(name)
        if value is None:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            seconds = _until(http_date(value), exchange, now)
        if 0 < seconds < math.inf:
            return seconds
    return None


def seconds_until_reset(exchange: Exchange, now: datetime.datetime) -> float:
    """Seconds until a limit is renewed that the answer says is exhausted; 0 where none is."""
    return max(
        (
            _until(_timestamp(exchange.header(f"anthropic-ratelimit-{name}-reset")), exchange, now)
            for name in _LIMITED
            if (exchange.header(f"anthropic-ratelimit-{name}-remaining") or "").strip() == "0"
        ),
        default=0.0,
    )


def _until(moment: datetime.datetime | None, exchange: Exchange, now: datetime.datetime) -> float:
    """Seconds until then, by the endpoint's clock where the answer has a date; 0 if in the past."""
    if moment is None:
        return 0.0
    there = http_date(exchange.header("date") or "") or now
    return max(0.0, (moment - there).total_seconds())


def http_date(text: str) -> datetime.datetime | None:
    """The moment that a date in a header names; None where it is no date."""
    try:
        return _aware(email.utils.parsedate_to_datetime(text))
    except (ValueError, OverflowError):
        return None


def _timestamp(text: str | None) -> datetime.datetime | None:
    try:
        return _aware(datetime.datetime.fromisoformat(text or ""))
    except (ValueError, OverflowError):
        return None


def _aware(moment: datetime.datetime) -> datetime.datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
