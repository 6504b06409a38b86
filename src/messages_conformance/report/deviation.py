"""A known deviation in one cell of a report, and whether it still holds."""

import datetime
from dataclasses import dataclass
from enum import StrEnum


class DeviationState(StrEnum):
    """Whether a known deviation still holds where it was expected."""

    ACCEPTED = "accepted"
    """It occurs as expected, and does not fail."""
    OUTDATED = "outdated"
    """It is gone, has changed, or is past its date; that fails."""
    PENDING = "pending"
    """It was not measured, or too little was asked to say that it is gone; it does not fail."""


@dataclass(frozen=True)
class KnownDeviation:
    """A deviation that was expected here, why it is accepted, and whether it still holds."""

    state: DeviationState
    reason: str
    """Why it is accepted, in one sentence."""
    link: str = ""
    """Where it is followed up; empty where no link is known."""
    expires: datetime.date | None = None
    """The last day on which it is accepted; None where it does not expire."""
    objection: str = ""
    """Why it is outdated and what to do about that, in one sentence; empty elsewhere."""

    @property
    def terms(self) -> str:
        """The reason, and the last day where there is one."""
        return f"{self.reason} (until {self.expires})" if self.expires else self.reason
