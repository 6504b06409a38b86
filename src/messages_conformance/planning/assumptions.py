"""What an estimate of time and price assumes: rate limits, seconds per answer, prices."""

from dataclasses import dataclass, field

from messages_conformance.recording.cost import Cost
from messages_conformance.recording.rate_limit import RateLimit

SECONDS_PER_ANSWER = 3.0
"""A guess: short answers of hosted models mostly take from one to five seconds."""


@dataclass(frozen=True)
class Price:
    """The price of a million tokens, in any currency."""

    input: float
    output: float

    def of(self, cost: Cost) -> float:
        """The price of some input and output tokens."""
        return (cost.input * self.input + cost.output * self.output) / 1_000_000


@dataclass(frozen=True)
class Assumptions:
    """Everything that an estimate assumes."""

    rate_limit: RateLimit = field(default_factory=RateLimit)
    seconds_per_answer: float = SECONDS_PER_ANSWER
    price: Price | None = None
    """None where no price was given."""
