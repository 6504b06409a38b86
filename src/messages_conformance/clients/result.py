"""What a client made of an answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class ClientOutcome(StrEnum):
    """What a client made of an answer, worst first: what nobody notices is worse than a crash."""

    MISREADS = "misreads"
    """No exception, and a wrong value."""
    LOSES = "loses"
    """No exception, and something of the answer is missing."""
    RAISES = "raises"
    """An exception other than the one that fits the answer."""
    FINE = "fine"


@dataclass(frozen=True)
class ClientResult:
    """What a client made of one answer."""

    outcome: ClientOutcome
    message: str = ""
    """What went wrong, in one sentence; empty if nothing did."""


FINE = ClientResult(ClientOutcome.FINE)


def combine(results: Iterable[ClientResult]) -> ClientResult:
    """The result of several calls of one client: the worst outcome, and each message once."""
    bad = [result for result in results if result.outcome is not ClientOutcome.FINE]
    if not bad:
        return FINE
    worst = min((result.outcome for result in bad), key=list(ClientOutcome).index)
    return ClientResult(worst, "; ".join(dict.fromkeys(result.message for result in bad)))
