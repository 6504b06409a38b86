"""The plan of a run: what it is expected to send, what it may cost at most, and for which rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce

from messages_conformance.claims.page import Model, Revision
from messages_conformance.recording.cost import Cost
from messages_conformance.recording.rate_limit import RateLimit


@dataclass(frozen=True)
class Planned:
    """A request that is expected to be sent, and what for; without its body, which may be huge."""

    method: str
    path: str
    fields: tuple[str, ...]
    """The names of its body's fields, in order."""
    words: str
    """How its last message begins."""
    rows: tuple[str, ...]
    """The rows whose probes ask for it."""
    expected: Cost
    most: Cost


@dataclass(frozen=True)
class OptIn:
    """A row whose probe is run only when asked for."""

    row: str
    why: str
    chosen: bool
    expected: Cost
    """Of one model; 0 where nothing was chosen that it would be run for."""
    ceiling: Cost


@dataclass(frozen=True)
class OfModel:
    """What is planned for one model."""

    model: Model
    rows: int
    """How many rows are put to the test."""
    requests: tuple[Planned, ...]
    ceiling: Cost
    steps: int
    """How many requests of some probe have to wait for one another."""

    @cached_property
    def expected(self) -> Cost:
        """What is expected, of an endpoint that behaves as documented."""
        return total(planned.expected for planned in self.requests)


@dataclass(frozen=True)
class Plan:
    """What is planned for all models together."""

    revision: Revision
    models: tuple[OfModel, ...]
    opt_in: tuple[OptIn, ...]
    preflight: Cost
    """What looking beforehand whether the endpoint can be used may cost at most, on top."""

    @cached_property
    def expected(self) -> Cost:
        """What is expected, of an endpoint that behaves as documented."""
        return total(model.expected for model in self.models)

    @cached_property
    def ceiling(self) -> Cost:
        """What it may come to, however the endpoint behaves; the run keeps to it."""
        return total(model.ceiling for model in self.models)

    @property
    def shared(self) -> float | None:
        """How many rows a request serves on average; None where there are no requests."""
        served = [len(planned.rows) for model in self.models for planned in model.requests]
        return sum(served) / len(served) if served else None

    @property
    def rows(self) -> int:
        """How many rows are put to the test, of all models."""
        return sum(model.rows for model in self.models)

    def seconds(self, pace: RateLimit, each: float) -> float:
        """How long the expected requests take at a pace, if an answer takes so many seconds."""
        cost = self.expected
        longest = max((model.steps for model in self.models), default=0)
        return max(
            cost.requests * each / pace.concurrency,
            longest * each,
            60 * cost.requests / pace.requests_per_minute if pace.requests_per_minute else 0.0,
            60 * cost.tokens / pace.tokens_per_minute if pace.tokens_per_minute else 0.0,
        )


def total(costs: Iterable[Cost]) -> Cost:
    """What some costs come to together."""
    return reduce(Cost.__add__, costs, Cost())
