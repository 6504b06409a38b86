"""The kill matrix: which fault changed the verdicts of which rows, and so what each row detects.

A value like the report: it is made once and saved as JSON (``schemas/selftest.schema.json``), and
whatever shows it only formats it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from messages_conformance import schemas
from messages_conformance.errors import KillMatrixError
from messages_conformance.report.detection import Power

_AGAIN = "make it again with 'messages-conformance selftest --output FILE'"


@dataclass(frozen=True)
class ChangedRow:
    """A row whose verdict a fault made worse than on the clean endpoint."""

    row: str
    verdict: str
    summary: str


@dataclass(frozen=True)
class Trial:
    """One fault injected into one clean endpoint."""

    fault: str
    says: str
    """What the fault does, and where it was observed."""
    endpoint: str
    """The name of the clean endpoint."""
    row: str
    """The row that is to catch it."""
    rule: str
    """The wire rule it is to be found under; empty where a probe is to catch it."""
    caught: bool
    changed: tuple[ChangedRow, ...]
    """Documented rows whose verdict is worse."""
    undeclared: tuple[str, ...]
    """Those of them that are neither the fault's own row nor a declared side effect."""
    unjudged: tuple[str, ...]
    """Documented rows that are unclear or unmeasured now."""
    found: Mapping[str, tuple[str, ...]]
    """By inspected row, the wire rules that are broken now and were not before."""

    @property
    def side_effects(self) -> tuple[str, ...]:
        """Changed rows that are declared as side effects of the fault."""
        rows = (changed.row for changed in self.changed)
        return tuple(row for row in rows if row != self.row and row not in self.undeclared)

    @property
    def touched(self) -> frozenset[str]:
        """All rows that show the fault."""
        return frozenset({changed.row for changed in self.changed} | set(self.found))


@dataclass(frozen=True)
class CleanEndpoint:
    """The reference endpoint without any fault, as one target, and what fell short on it."""

    name: str
    """As faults name it."""
    target: str
    revision: str
    model: str
    requests: int
    """Requests of one run."""
    seeds: int
    """How many wordings of the simulated model it was run with."""
    red: tuple[str, ...]
    """What fell short although nothing is wrong, as ``seed 3: basic/model: …``."""
    rows: tuple[str, ...]
    """Rows that can be put to the test."""
    unprovoked: tuple[str, ...]
    """Rows that no client can provoke."""


@dataclass(frozen=True)
class KillMatrix:
    """All trials of one run of the selftest."""

    suite_version: str
    created: str
    """ISO date and time, UTC."""
    digest: str
    """What it was made from: a hash of suites, rules, reference and faults."""
    seconds: float
    """How long the run took, on `processes` processes."""
    processes: int
    complete: bool
    """Whether every fault was injected."""
    clean: tuple[CleanEndpoint, ...]
    trials: tuple[Trial, ...]

    @cached_property
    def powers(self) -> Mapping[str, Power]:
        """What each row detects, in the order in which the clean endpoints list their rows."""
        rows = dict.fromkeys(row for clean in self.clean for row in clean.rows)
        return {row: self._power(row) for row in rows}

    def _power(self, row: str) -> Power:
        own = [trial for trial in self.trials if trial.row == row]
        missed = dict.fromkeys(trial.fault for trial in own if not trial.caught)
        caught = dict.fromkeys(trial.fault for trial in own if trial.fault not in missed)
        touched = {trial.fault for trial in self.trials if row in trial.touched}
        return Power(tuple(caught), tuple(missed), len(touched))

    @property
    def faults(self) -> tuple[str, ...]:
        """The names of all faults that were injected."""
        return tuple(dict.fromkeys(trial.fault for trial in self.trials))

    @property
    def missed(self) -> tuple[Trial, ...]:
        """The trials in which the fault was not caught by its own row."""
        return tuple(trial for trial in self.trials if not trial.caught)

    @property
    def detects_nothing(self) -> tuple[str, ...]:
        """The rows that can be put to the test and catch no fault.

        Where not every fault was injected, only rows that missed one are listed.
        """
        return tuple(
            row
            for row, power in self.powers.items()
            if power.detects_nothing and (self.complete or power.missed)
        )

    @property
    def undeclared(self) -> tuple[Trial, ...]:
        """The trials with undeclared side effects."""
        return tuple(trial for trial in self.trials if trial.undeclared)

    @property
    def red(self) -> tuple[tuple[str, str], ...]:
        """What fell short on clean endpoints: pairs of the endpoint's name and what it was."""
        return tuple((clean.name, red) for clean in self.clean for red in clean.red)

    @property
    def holds(self) -> bool:
        """Whether every fault was caught and no clean endpoint accused."""
        return not (self.missed or self.red)


_MATRIX = TypeAdapter(KillMatrix)


def read(path: Path) -> KillMatrix:
    """Read a saved kill matrix.

    Raises:
        KillMatrixError: the file cannot be read, is not JSON, or breaks the schema.
    """
    try:
        return from_document(json.loads(path.read_text(encoding="utf-8")))
    except OSError as problem:
        raise KillMatrixError(f"{path}: cannot be read: {problem.strerror}") from problem
    except (ValueError, RecursionError) as problem:
        raise KillMatrixError(f"{path}: is not JSON ({problem}); {_AGAIN}") from problem
    except KillMatrixError as problem:
        raise KillMatrixError(f"{path}: {problem}") from problem


def from_document(document: Any) -> KillMatrix:
    """Read a kill matrix back from its document.

    Raises:
        KillMatrixError: the document breaks the schema.
    """
    if complaint := schemas.complaint(document, "selftest"):
        raise KillMatrixError(f"is not a kill matrix: {complaint}; {_AGAIN}")
    return _MATRIX.validate_python(document)


def to_document(matrix: KillMatrix) -> dict[str, Any]:
    """Turn a kill matrix into the value that is written as JSON."""
    document: dict[str, Any] = _MATRIX.dump_python(matrix, mode="json")
    return document
