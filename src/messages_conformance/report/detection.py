"""How much each row can tell: which named faults it catches in the selftest.

A verdict is worth what its row can catch, so each row of a report says so. The figures belong
to the suite and not to any target; they come from the kill matrix that ships with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

HEADING = "catches"
LEGEND = (
    "How many named faults of the reference endpoint the row is there to catch, and catches; "
    "'messages-conformance selftest' injects them again."
)


@dataclass(frozen=True)
class Power:
    """What one row catches."""

    caught: tuple[str, ...]
    """Names of faults that are its to catch, and that it catches."""
    missed: tuple[str, ...]
    touched: int
    """Faults that it tells of, whosever they are."""

    @property
    def detects_nothing(self) -> bool:
        """Whether it was not seen to catch anything."""
        return not self.caught

    @property
    def words(self) -> str:
        """``6 of 6``, or ``nothing`` where it was not seen to catch anything."""
        if self.detects_nothing and not self.missed:
            return "nothing"
        return f"{len(self.caught)} of {len(self.caught) + len(self.missed)}"


@dataclass(frozen=True)
class Detection:
    """What all rows catch."""

    created: str
    """ISO date and time of the kill matrix, UTC."""
    faults: int
    """How many were injected."""
    current: bool
    """Whether suites, rules and faults are still those that it was made from."""
    powers: Mapping[str, Power]
    """By row; a row that no client can provoke has none."""

    def words(self, row: str) -> str:
        """What a row catches, in a few words; a dash where that is not known."""
        power = self.powers.get(row)
        return power.words if power else "—"

    def remark(self, row: str) -> str:
        """What a row catches, as the end of a line; empty where that is not known."""
        power = self.powers.get(row)
        if power is None:
            return ""
        return "; detects nothing" if power.detects_nothing else f"; {HEADING} {power.words} faults"

    def names(self, row: str) -> str:
        """The faults that a row catches, by name."""
        power = self.powers.get(row)
        return ", ".join(power.caught) if power else ""

    @property
    def sentence(self) -> str:
        """What it comes to, in one sentence."""
        caught = {name for power in self.powers.values() for name in power.caught}
        missed = {name for power in self.powers.values() for name in power.missed}
        told = f"{len(caught - missed)} of {self.faults} named faults are caught by their row"
        blind = ", ".join(row for row, power in self.powers.items() if power.detects_nothing)
        blunt = f"; rows that detect nothing: {blind}" if blind else ""
        stale = "" if self.current else "; suites or faults have changed since: run 'selftest' anew"
        return f"{told} ({self.created[:10]}){blunt}{stale}"

    @classmethod
    def of(cls, document: Any) -> Self:
        """Read it back from a checked report."""
        return cls(
            created=document["created"],
            faults=document["faults"],
            current=document["current"],
            powers={
                one["row"]: Power(tuple(one["caught"]), tuple(one["missed"]), one["touched"])
                for one in document["rows"]
            },
        )

    @property
    def document(self) -> dict[str, Any]:
        """It as JSON."""
        return {
            "created": self.created,
            "faults": self.faults,
            "current": self.current,
            "rows": [
                {
                    "row": row,
                    "caught": list(power.caught),
                    "missed": list(power.missed),
                    "touched": power.touched,
                }
                for row, power in self.powers.items()
            ],
        }
