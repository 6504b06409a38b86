"""Which named faults each row detects in the selftest.

A verdict is worth what its row can detect, so each row of a report says so. The figures belong
to the suite and not to any target; they come from the kill matrix that ships with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

HEADING = "detects"
LEGEND = (
    "How many of the faults assigned to the row it detects; "
    "'messages-conformance selftest' injects them again."
)
OUTDATED = "suites or faults have changed since: run 'selftest' again"


@dataclass(frozen=True)
class Power:
    """What one row detects."""

    detected: tuple[str, ...]
    """Names of the faults assigned to it that it detects."""
    missed: tuple[str, ...]
    """Names of the faults assigned to it that it does not detect."""
    affected_by: int
    """How many faults change its verdict, whichever row they are assigned to."""

    @property
    def detects_nothing(self) -> bool:
        """Whether it detects no fault assigned to it."""
        return not self.detected

    @property
    def words(self) -> str:
        """``6 of 6``, or ``nothing`` where no fault is assigned to it."""
        if self.detects_nothing and not self.missed:
            return "nothing"
        return f"{len(self.detected)} of {len(self.detected) + len(self.missed)}"


@dataclass(frozen=True)
class Detection:
    """What all rows detect."""

    created: str
    """ISO date and time of the kill matrix, UTC."""
    faults: int
    """How many faults were injected."""
    current: bool
    """Whether suites, rules and faults have not changed since."""
    rows: Mapping[str, Power]
    """By row id; a row that no client can provoke has none."""

    def words(self, row: str) -> str:
        """What a row detects, in a few words; a dash where that is not known."""
        power = self.rows.get(row)
        return power.words if power else "—"

    def remark(self, row: str) -> str:
        """What a row detects, as the end of a line; empty where that is not known."""
        power = self.rows.get(row)
        if power is None:
            return ""
        return "; detects nothing" if power.detects_nothing else f"; {HEADING} {power.words} faults"

    def names(self, row: str) -> str:
        """The faults that a row detects, by name."""
        power = self.rows.get(row)
        return ", ".join(power.detected) if power else ""

    @property
    def sentence(self) -> str:
        """How many faults are detected, which rows detect nothing, and whether it is outdated."""
        detected = {name for power in self.rows.values() for name in power.detected}
        missed = {name for power in self.rows.values() for name in power.missed}
        counted = (
            f"{len(detected - missed)} of {self.faults} named faults are detected by their row"
        )
        rows = ", ".join(row for row, power in self.rows.items() if power.detects_nothing)
        nothing = f"; rows that detect nothing: {rows}" if rows else ""
        outdated = "" if self.current else f"; {OUTDATED}"
        return f"{counted} ({self.created[:10]}){nothing}{outdated}"
