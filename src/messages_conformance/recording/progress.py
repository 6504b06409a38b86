"""How far a run is: immutable values, told as it goes on."""

from dataclasses import dataclass, replace

from messages_conformance.claims.page import Model
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.recording.cost import Cost


@dataclass(frozen=True)
class OfModel:
    """How far one model is."""

    model: Model
    of: int
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
    """What all of it has cost, input and output together; at most, where an answer does not say."""
    left: tuple[str, ...] = ()
    """Rows whose probes could not be finished, because of what a request might have cost."""

    def one_more_done(self) -> "OfModel":
        """The same with one more probe finished."""
        return replace(self, done=self.done + 1)

    def one_more_left(self, row: str) -> "OfModel":
        """The same with one more row left."""
        return replace(self, left=(*self.left, row))

    def one_more_sent(self, exchange: Exchange, cost: Cost, passed: bool) -> "OfModel":
        """The same with one more request, and its cost; ``passed`` if it is sent again."""
        return replace(
            self,
            sent=self.sent + 1,
            superseded=self.superseded + passed,
            unanswered=self.unanswered + (exchange.status is None and not passed),
            tokens=self.tokens + cost.tokens,
        )


@dataclass(frozen=True)
class Progress:
    """How far a whole run is."""

    models: tuple[OfModel, ...]
    in_flight: int
    """Requests on the wire."""
    sent: int
    """Requests sent, those in flight among them."""
    tokens: int
    """What the answers until now say they cost, input and output together."""
    waits: float | None = None
    """Seconds until a limit lets the next request through; None where none is waited for."""

    @property
    def done(self) -> int:
        """Probes finished, of all models."""
        return sum(model.done for model in self.models)

    @property
    def of(self) -> int:
        """Probes in all, of all models."""
        return sum(model.of for model in self.models)
