"""Whether an answer is worth asking again for, and how long to wait before.

Endpoints say it in ``retry-after-ms``, in ``retry-after`` (seconds or a date) and in the
``anthropic-ratelimit-…`` headers; where they do not, the wait is random and doubles.
"""

import datetime
import email.utils
import math
from dataclasses import dataclass

from messages_conformance.protocol.exchange import Exchange

BUSY = frozenset({429, 503, 529})
"""The endpoint has not looked at the request, and says that it has no room for it now."""
FAILED = frozenset({500, 502, 504})
"""The endpoint failed, which may be chance or this very request's doing."""
_LIMITED = ("requests", "tokens", "input-tokens", "output-tokens")


@dataclass(frozen=True)
class Pause:
    """A wait before the same request is sent again."""

    seconds: float
    of_all: bool
    """Whether the endpoint asked for it, so that nothing else is to be sent to it either."""


@dataclass(frozen=True)
class Patience:
    """How often and how long one request is tried again; waits are in seconds."""

    tries_if_busy: int = 10
    """Requests in all, while the endpoint is busy or cannot be reached."""
    tries_if_failed: int = 3
    """Requests in all, while it fails or hangs up; as often as the official SDKs try."""
    first: float = 1.0
    """The longest first wait; it doubles each time, and any shorter wait is as likely."""
    longest: float = 60.0
    """The longest wait of that kind."""
    longest_asked_for: float = 300.0
    """The longest wait an endpoint may ask for; at a longer one its answer stands."""
    together: float = 900.0
    """All waits of one request; before it gets longer, the last answer stands."""

    def pause(
        self, exchange: Exchange, tried: int, waited: float, chance: float, now: datetime.datetime
    ) -> Pause | None:
        """The wait before the next try, or None where the answer stands.

        ``tried`` counts the requests until now, ``waited`` the seconds between them, and
        ``chance`` is a number from 0 to 1 that settles the length where it is left to chance.
        """
        if not is_passing(exchange) or exchange.header("x-should-retry") == "false":
            return None
        patient = exchange.status in BUSY or exchange.ended == "unreachable"
        if tried >= (self.tries_if_busy if patient else self.tries_if_failed):
            return None
        asked_for = asked_to_wait(exchange, now)
        seconds = min(self.longest, self.first * 2.0 ** (tried - 1)) * chance
        if asked_for is not None:
            seconds = asked_for
            if seconds > self.longest_asked_for:
                return None
        if waited + seconds > self.together:
            return None
        return Pause(seconds, of_all=asked_for is not None)


def is_passing(exchange: Exchange) -> bool:
    """Whether the same request may well fare better later: busy, failing, gone or hung up.

    What was cut in the middle is an answer, and paid for; so it stands.
    """
    if exchange.status is None:
        return exchange.ended in ("unreachable", "cut")
    return exchange.status in BUSY | FAILED


def asked_to_wait(exchange: Exchange, now: datetime.datetime) -> float | None:
    """Seconds the answer asks to wait; None where it does not say, or says nothing sensible."""
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        value = exchange.header(name)
        if value is None:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            seconds = _until(_http_date(value), exchange, now)
        if 0 < seconds < math.inf:
            return seconds
    return None


def used_up(exchange: Exchange, now: datetime.datetime) -> float:
    """Seconds until a limit is renewed that the answer says is used up; 0 where none is."""
    return max(
        (
            _until(_timestamp(exchange.header(f"anthropic-ratelimit-{of}-reset")), exchange, now)
            for of in _LIMITED
            if (exchange.header(f"anthropic-ratelimit-{of}-remaining") or "").strip() == "0"
        ),
        default=0.0,
    )


def _until(moment: datetime.datetime | None, exchange: Exchange, now: datetime.datetime) -> float:
    """Seconds until then, by the endpoint's clock where it tells the time; 0 where it is past."""
    if moment is None:
        return 0.0
    there = _http_date(exchange.header("date") or "") or now
    return max(0.0, (moment - there).total_seconds())


def _http_date(text: str) -> datetime.datetime | None:
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
