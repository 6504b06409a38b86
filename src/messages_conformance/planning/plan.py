"""The plan of a run: the requests it is expected to send, and an upper bound on its cost."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import TypeAlias

from messages_conformance.claims.page import Model, Revision
from messages_conformance.probing.probe import Step
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.recording.cost import Cost
from messages_conformance.recording.rate_limit import RateLimit

FindRecorded: TypeAlias = Callable[[Model, Step], Exchange | None]
"""Finds the answer that is recorded for a step of a model, so that it is not sent again."""


@dataclass(frozen=True)
class PlannedRequest:
    """A request that is expected to be sent; without its body, which may be huge."""

    method: str
    path: str
    fields: tuple[str, ...]
    """The names of its body's fields, in order."""
    preview: str
    """The beginning of its last message."""
    rows: tuple[str, ...]
    """The rows whose probes send it."""
    expected: Cost
    upper_bound: Cost


@dataclass(frozen=True)
class OptInRow:
    """A row whose probe runs only with ``--opt-in``."""

    row: str
    why: str
    chosen: bool
    expected: Cost
    """Of one model; 0 where the row was not planned."""
    upper_bound: Cost


@dataclass(frozen=True)
class ModelPlan:
    """What is planned for one model."""

    model: Model
    rows: int
    """How many rows are put to the test."""
    requests: tuple[PlannedRequest, ...]
    upper_bound: Cost
    longest_sequence: int
    """The most requests of one probe that must be sent one after the other."""

    @cached_property
    def expected(self) -> Cost:
        """The cost at an endpoint that behaves as documented."""
        return total(request.expected for request in self.requests)


@dataclass(frozen=True)
class Plan:
    """What is planned for all models together."""

    revision: Revision
    models: tuple[ModelPlan, ...]
    opt_in: tuple[OptInRow, ...]
    preflight: Cost
    """An upper bound on the cost of the preflight, which is not part of the other figures."""

    @cached_property
    def expected(self) -> Cost:
        """The cost at an endpoint that behaves as documented."""
        return total(model.expected for model in self.models)

    @cached_property
    def upper_bound(self) -> Cost:
        """An upper bound on the cost, however the endpoint behaves; the run never exceeds it."""
        return total(model.upper_bound for model in self.models)

    @property
    def rows_per_request(self) -> float | None:
        """How many rows a request serves on average; None where there are no requests."""
        rows = [len(request.rows) for model in self.models for request in model.requests]
        return sum(rows) / len(rows) if rows else None

    @property
    def rows(self) -> int:
        """How many rows are put to the test, of all models."""
        return sum(model.rows for model in self.models)

    def seconds(self, rate_limit: RateLimit, seconds_per_answer: float) -> float:
        """How long the expected requests take within some rate limits."""
        cost = self.expected
        longest = max((model.longest_sequence for model in self.models), default=0)
        per_minute = rate_limit.requests_per_minute, rate_limit.tokens_per_minute
        return max(
            cost.requests * seconds_per_answer / rate_limit.concurrency,
            longest * seconds_per_answer,
            60 * cost.requests / per_minute[0] if per_minute[0] else 0.0,
            60 * cost.tokens / per_minute[1] if per_minute[1] else 0.0,
        )


def total(costs: Iterable[Cost]) -> Cost:
    """The sum of some costs."""
    return reduce(Cost.__add__, costs, Cost())
