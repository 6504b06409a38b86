"""How far a run is, as immutable values."""

from dataclasses import dataclass, replace

from messages_conformance.claims.page import Model
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.recording.cost import Cost


@dataclass(frozen=True)
class ModelProgress:
    """How far one model is."""

    model: Model
    total: int
    """Probes in all."""
    done: int = 0
    """Probes finished."""
    sent: int = 0
    """Requests sent; equal ones that probes share count once."""
    superseded: int = 0
    """How many of them were sent again, because the endpoint was busy, failed or hung up."""
    unanswered: int = 0
    """How many got no response at all in the end."""
    tokens: int = 0
    """What all of it cost, input and output together; the upper bound where an answer does not
    say."""
    unfinished: tuple[str, ...] = ()
    """Rows whose probes were not finished, because the next request might have exceeded the
    limit."""

    def with_probe_done(self) -> "ModelProgress":
        """The same with one more probe finished."""
        return replace(self, done=self.done + 1)

    def with_unfinished(self, row: str) -> "ModelProgress":
        """The same with one more row that was not finished."""
        return replace(self, unfinished=(*self.unfinished, row))

    def with_request(self, exchange: Exchange, cost: Cost, *, superseded: bool) -> "ModelProgress":
        """The same with one more request and its cost; ``superseded`` if it is sent again."""
        return replace(
            self,
            sent=self.sent + 1,
            superseded=self.superseded + superseded,
            unanswered=self.unanswered + (exchange.status is None and not superseded),
            tokens=self.tokens + cost.tokens,
        )


@dataclass(frozen=True)
class Progress:
    """How far a whole run is."""

    models: tuple[ModelProgress, ...]
    in_flight: int
    """Requests being answered right now."""
    sent: int
    """Requests sent, including those in flight."""
    tokens: int
    """What the answers until now say they cost, input and output together."""
    wait: float | None = None
    """Seconds until a limit lets the next request through; None where nothing waits for one."""

    @property
    def done(self) -> int:
        """Probes finished, of all models."""
        return sum(model.done for model in self.models)

    @property
    def total(self) -> int:
        """Probes in all, of all models."""
        return sum(model.total for model in self.models)
