"""What the wire rules say: severities, API versions, rules and findings."""

from dataclasses import dataclass, replace
from enum import StrEnum

from messages_conformance.protocol.versions import VERSIONS


class Severity(StrEnum):
    """How much a broken rule matters, worst first."""

    BREAKING = "breaking"
    """A current SDK raises or loses data."""
    CONTRACT = "contract"
    """Documented behaviour is broken."""
    ADVISORY = "advisory"
    """Peculiar to the original API; told, never held against anyone."""


@dataclass(frozen=True)
class Rule:
    """One thing the bytes of an answer must keep to."""

    id: str
    severity: Severity
    says: str
    """The rule, in one sentence."""
    source: str
    versions: tuple[str, ...] = VERSIONS


@dataclass(frozen=True)
class Where:
    """A place in an exchange's answer; what does not apply is None."""

    event: int | None = None
    """Number of the server-sent event, from 0."""
    offset: int | None = None
    """Byte offset in the body at which that event, or the fault, begins."""
    pointer: str | None = None
    """JSON pointer into the event's data, the body, or the folded message."""

    def at(self, pointer: str) -> "Where":
        """A place within this one, such as a key of the event's data."""
        return replace(self, pointer=pointer)

    def __str__(self) -> str:
        parts = (
            None if self.event is None else f"event {self.event}",
            None if self.offset is None else f"byte {self.offset}",
            self.pointer or None,
        )
        return ", ".join(part for part in parts if part) or "the answer"


@dataclass(frozen=True)
class Finding:
    """One rule broken at one place: what was seen and what was expected, in one sentence."""

    rule: Rule
    where: Where
    message: str
