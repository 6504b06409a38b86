"""What the wire rules are made of: severities, kinds, rules, places and findings."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from messages_conformance.protocol.versions import VERSIONS


class Severity(StrEnum):
    """How much a broken rule matters, worst first."""

    BREAKING = "breaking"
    """A current SDK raises or loses data."""
    CONTRACT = "contract"
    """Documented behaviour is broken."""
    ADVISORY = "advisory"
    """Peculiar to the original API: reported, never counted as a failure."""


class RuleKind(StrEnum):
    """What shows whether a rule is kept."""

    ANSWER = "answer"
    """One exchange by itself; `lint` checks these rules too."""
    RUN = "run"
    """Arrival times, or several exchanges together; a run checks these rules, and `lint` those
    that compare the answers of one file."""
    CLIENT = "client"
    """What a client returns when it reads the answer."""
    REQUEST = "request"
    """How a request is treated that is sent for this purpose: no answer by itself shows it. Rows
    such as ``refusal/model_missing`` test these rules, and the strict reference endpoint
    keeps them."""


@dataclass(frozen=True)
class Rule:
    """One thing that an endpoint must keep to."""

    id: str
    severity: Severity
    says: str
    """The rule, in one sentence."""
    source: str
    """Where it is documented, or how it is known."""
    versions: tuple[str, ...] = VERSIONS
    """The API versions it holds for."""
    kind: RuleKind = RuleKind.ANSWER


class Where(NamedTuple):
    """A place in an exchange's answer; what does not apply is None."""

    event: int | None = None
    """Number of the server-sent event, from 0."""
    offset: int | None = None
    """Byte offset in the body at which that event, or the fault, begins."""
    pointer: str | None = None
    """JSON pointer into the event's data, the body, or the accumulated message."""

    def at(self, pointer: str) -> "Where":
        """The same place with a JSON pointer to a part of it."""
        return Where(self.event, self.offset, pointer)

    def __str__(self) -> str:
        parts = (
            None if self.event is None else f"event {self.event}",
            None if self.offset is None else f"byte {self.offset}",
            self.pointer or None,
        )
        return ", ".join(part for part in parts if part) or "the answer"


NOWHERE: Final = Where()
"""No place: what is found is about the answer as a whole."""


@dataclass(frozen=True)
class Finding:
    """One rule broken at one place."""

    rule: Rule
    where: Where
    message: str
    """What was seen and what was expected, in one sentence."""
