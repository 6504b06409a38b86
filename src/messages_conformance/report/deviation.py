"""What a known deviation comes to in one cell of a report."""

import datetime
from dataclasses import dataclass
from enum import StrEnum


class DeviationState(StrEnum):
    """Whether a known deviation holds where it was expected."""

    ACCEPTED = "accepted"
    """It occurs as expected, and does not fail."""
    OUTDATED = "outdated"
    """It is gone, is another by now, or is past its date; that fails."""
    PENDING = "pending"
    """The cell was not measured, so nothing can be said of it; neither passes nor fails."""


@dataclass(frozen=True)
class Known:
    """That a deviation was expected here, why it is accepted, and whether it still holds."""

    state: DeviationState
    reason: str
    """Why it is accepted, in one sentence."""
    link: str = ""
    """Where it is followed up; empty where that is not told."""
    expires: datetime.date | None = None
    """The last day on which it is accepted; None where there is none."""
    objection: str = ""
    """Why it does not hold and what to do about that, in one sentence; only where outdated."""

    @property
    def terms(self) -> str:
        """The reason, and the last day where there is one."""
        return f"{self.reason} (until {self.expires})" if self.expires else self.reason
