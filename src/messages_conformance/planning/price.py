"""What a plan is reckoned with: prices, and how fast and how slowly answers come."""

from dataclasses import dataclass, field

from messages_conformance.recording.cost import Cost
from messages_conformance.recording.rate_limit import RateLimit

SECONDS_PER_ANSWER = 3.0
"""A guess: short answers of hosted models mostly take from one to five seconds."""


@dataclass(frozen=True)
class Price:
    """What a million tokens cost, in whatever currency."""

    input: float
    output: float

    def of(self, cost: Cost) -> float:
        """What so many tokens cost."""
        return (cost.input * self.input + cost.output * self.output) / 1_000_000


@dataclass(frozen=True)
class Tariff:
    """All that a plan is reckoned with."""

    pace: RateLimit = field(default_factory=RateLimit)
    seconds: float = SECONDS_PER_ANSWER
    """How long an answer takes."""
    price: Price | None = None
