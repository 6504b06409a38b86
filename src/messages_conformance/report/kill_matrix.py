"""The kill matrix: which fault turned which rows, and so how much each row can tell.

A value like the report: it is made once, serialised as JSON (``schemas/selftest.schema.json``), and
whatever shows it only formats it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from messages_conformance import schemas
from messages_conformance.errors import KillMatrixError
from messages_conformance.report.detection import Power


@dataclass(frozen=True)
class Turned:
    """A row that came out otherwise than on the clean endpoint."""

    row: str
    verdict: str
    summary: str


@dataclass(frozen=True)
class Trial:
    """One fault let loose in one world."""

    fault: str
    says: str
    world: str
    row: str
    """The row that is to catch it."""
    rule: str
    """The wire rule it is to be found under; empty where a probe is to catch it."""
    caught: bool
    turned: tuple[Turned, ...]
    """Rows of a page that came out worse, whichever they are."""
    undeclared: tuple[str, ...]
    """Those of them that have nothing to do with the fault."""
    blinded: tuple[str, ...]
    """Rows of a page of which nothing could be said any more."""
    found: Mapping[str, tuple[str, ...]]
    """By inspected row, the wire rules that were newly broken."""

    @property
    def side_effects(self) -> tuple[str, ...]:
        """Turned rows beside its own that the fault touches by its nature."""
        rows = (turned.row for turned in self.turned)
        return tuple(row for row in rows if row != self.row and row not in self.undeclared)

    @property
    def touched(self) -> frozenset[str]:
        """All rows that told of the fault."""
        return frozenset({turned.row for turned in self.turned} | set(self.found))


@dataclass(frozen=True)
class Clean:
    """One world without any fault: what it is, and that nothing was held against it."""

    world: str
    target: str
    revision: str
    model: str
    requests: int
    """Requests of one run."""
    seeds: int
    """Wordings of the follower that it was run with."""
    red: tuple[str, ...]
    """What fell short all the same, as ``seed 3: basic/model``."""
    rows: tuple[str, ...]
    """Rows that can be put to the test."""
    unprovoked: tuple[str, ...]
    """Rows that no client can provoke."""


@dataclass(frozen=True)
class KillMatrix:
    """All trials of one day."""

    suite_version: str
    created: str
    """ISO date and time, UTC."""
    digest: str
    """What it was made from: a hash of suites, rules, reference and faults."""
    seconds: float
    """How long the whole took, on how many processes it says `processes`."""
    processes: int
    complete: bool
    """Whether all faults there are were let loose."""
    clean: tuple[Clean, ...]
    trials: tuple[Trial, ...]

    @cached_property
    def powers(self) -> Mapping[str, Power]:
        """Each row's detection power, in the order in which the worlds list their rows."""
        rows = dict.fromkeys(row for world in self.clean for row in world.rows)
        return {row: self._power(row) for row in rows}

    def _power(self, row: str) -> Power:
        own = [trial for trial in self.trials if trial.row == row]
        missed = dict.fromkeys(trial.fault for trial in own if not trial.caught)
        caught = dict.fromkeys(trial.fault for trial in own if trial.fault not in missed)
        touched = {trial.fault for trial in self.trials if row in trial.touched}
        return Power(tuple(caught), tuple(missed), len(touched))

    @property
    def faults(self) -> tuple[str, ...]:
        """The names of all faults that were let loose."""
        return tuple(dict.fromkeys(trial.fault for trial in self.trials))

    @property
    def missed(self) -> tuple[Trial, ...]:
        """The trials in which the fault was not caught by its own row."""
        return tuple(trial for trial in self.trials if not trial.caught)

    @property
    def detects_nothing(self) -> tuple[str, ...]:
        """The rows that can be put to the test and were not seen to catch anything.

        Of a part of the faults none is told: theirs may be among those not let loose.
        """
        return tuple(
            row
            for row, power in self.powers.items()
            if power.detects_nothing and (self.complete or power.missed)
        )

    @property
    def undeclared(self) -> tuple[Trial, ...]:
        """The trials in which rows turned that have nothing to do with the fault."""
        return tuple(trial for trial in self.trials if trial.undeclared)

    @property
    def red(self) -> tuple[tuple[str, str], ...]:
        """What fell short on a clean endpoint: pairs of world and what it was."""
        return tuple((clean.world, red) for clean in self.clean for red in clean.red)

    @property
    def holds(self) -> bool:
        """Whether every fault was caught and nobody accused falsely."""
        return not (self.missed or self.red)

    @classmethod
    def of(cls, document: Any) -> Self:
        """Read a matrix back from its document.

        Raises:
            KillMatrixError: it breaks the schema.
        """
        if complaint := schemas.complaint(document, "selftest"):
            raise KillMatrixError(f"is no kill matrix: {complaint}")
        return cls(
            suite_version=document["suite_version"],
            created=document["created"],
            digest=document["digest"],
            seconds=document["seconds"],
            processes=document["processes"],
            complete=document["complete"],
            clean=tuple(
                Clean(**{name: _frozen(value) for name, value in clean.items()})
                for clean in document["clean"]
            ),
            trials=tuple(
                Trial(
                    **{
                        **{name: _frozen(value) for name, value in trial.items()},
                        "turned": tuple(Turned(**turned) for turned in trial["turned"]),
                        "found": {row: tuple(rules) for row, rules in trial["found"].items()},
                    }
                )
                for trial in document["trials"]
            ),
        )

    @property
    def document(self) -> dict[str, Any]:
        """The matrix as JSON."""
        return {
            "suite_version": self.suite_version,
            "created": self.created,
            "digest": self.digest,
            "seconds": self.seconds,
            "processes": self.processes,
            "complete": self.complete,
            "clean": [_thawed(vars(clean)) for clean in self.clean],
            "trials": [
                {
                    **_thawed(vars(trial)),
                    "turned": [dict(vars(turned)) for turned in trial.turned],
                    "found": {row: list(rules) for row, rules in trial.found.items()},
                }
                for trial in self.trials
            ],
        }


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _thawed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
