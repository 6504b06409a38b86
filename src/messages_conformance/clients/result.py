"""How a client took an answer, and the rules that a bad taking breaks."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from messages_conformance.rules.finding import Rule, Severity


class Result(StrEnum):
    """How a client took an answer, worst first: what nobody notices is worse than a crash."""

    MISREADS = "misreads"
    """No exception, and a wrong value."""
    LOSES = "loses"
    """No exception, and something that the answer holds is missing."""
    RAISES = "raises"
    """An exception other than the one that fits the answer."""
    FINE = "fine"


@dataclass(frozen=True)
class Reading:
    """How a client took an answer, in one sentence where it was not fine."""

    result: Result
    says: str = ""


FINE = Reading(Result.FINE)

RULES = {
    Result.MISREADS: Rule(
        "CL-READ-1",
        Severity.BREAKING,
        "A client that raises nothing gives the values that the answer holds, and a whole message.",
        "measured with the SDK",
    ),
    Result.LOSES: Rule(
        "CL-READ-2",
        Severity.BREAKING,
        "A client that raises nothing gives all that the answer holds.",
        "measured with the SDK",
    ),
    Result.RAISES: Rule(
        "CL-READ-3",
        Severity.BREAKING,
        "A client raises nothing but the error that the answer is.",
        "measured with the SDK",
    ),
}
"""What a current client must be able to make of an answer."""


def together(readings: Iterable[Reading]) -> Reading:
    """What the ways of one client come to: the worst result, and what each way says, once."""
    bad = [reading for reading in readings if reading.result is not Result.FINE]
    if not bad:
        return FINE
    worst = min((reading.result for reading in bad), key=list(Result).index)
    return Reading(worst, "; ".join(dict.fromkeys(reading.says for reading in bad)))
