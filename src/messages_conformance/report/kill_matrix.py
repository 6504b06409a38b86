"""The kill matrix: which fault each row of the suites detects.

A value like the report: it is made once and serialised as JSON (``schemas/selftest.schema.json``);
every view only formats it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from messages_conformance import schemas
from messages_conformance.errors import KillMatrixError
from messages_conformance.files import read_json
from messages_conformance.report.detection import Power

_AGAIN = "make it again with 'messages-conformance selftest --output FILE'"


@dataclass(frozen=True)
class FailedRow:
    """A row whose verdict is worse than on the clean endpoint."""

    row: str
    verdict: str
    summary: str


@dataclass(frozen=True)
class Trial:
    """One fault, injected into one clean endpoint."""

    fault: str
    says: str
    endpoint: str
    """The name of the clean endpoint."""
    row: str
    """The row that must detect it."""
    rule: str
    """The wire rule that must find it; empty where a probe must detect it."""
    detected: bool
    """Whether its row detects it."""
    failed_rows: tuple[FailedRow, ...]
    """Rows of a page with a worse verdict."""
    undeclared: tuple[str, ...]
    """The failed rows that are neither the fault's own nor declared as its side effects."""
    inconclusive: tuple[str, ...]
    """Rows of a page that no longer have a verdict."""
    broken_rules: Mapping[str, tuple[str, ...]]
    """By inspected row, the wire rules that only the faulty endpoint breaks."""

    @property
    def side_effects(self) -> tuple[str, ...]:
        """The further failed rows that the fault declares."""
        rows = (failed.row for failed in self.failed_rows)
        return tuple(row for row in rows if row != self.row and row not in self.undeclared)

    @cached_property
    def affected_rows(self) -> frozenset[str]:
        """All rows that fail or report a broken rule."""
        return frozenset({failed.row for failed in self.failed_rows} | set(self.broken_rules))


@dataclass(frozen=True)
class CleanResult:
    """One clean endpoint: what it is, and which false alarms it raised."""

    endpoint: str
    """The name by which faults refer to it."""
    target: str
    revision: str
    model: str
    requests: int
    """Requests of one run."""
    seeds: int
    """With how many seeds it was run."""
    false_alarms: tuple[str, ...]
    """What failed although nothing is wrong, as ``seed 3: basic/model``."""
    rows: tuple[str, ...]
    """Rows that can be tested."""
    unprovoked: tuple[str, ...]
    """Rows that no client can provoke."""


@dataclass(frozen=True)
class KillMatrix:
    """The result of one selftest."""

    suite_version: str
    created: str
    """ISO date and time, UTC."""
    digest: str
    """What it was made from: a hash of suites, rules, reference and faults."""
    seconds: float
    """How long it took, on so many `processes`."""
    processes: int
    complete: bool
    """Whether all faults were injected."""
    clean_endpoints: tuple[CleanResult, ...]
    trials: tuple[Trial, ...]

    @cached_property
    def powers(self) -> Mapping[str, Power]:
        """Each row's detection power, in the order in which the endpoints list their rows."""
        rows = dict.fromkeys(row for clean in self.clean_endpoints for row in clean.rows)
        return {row: self._power(row) for row in rows}

    def _power(self, row: str) -> Power:
        own = [trial for trial in self.trials if trial.row == row]
        missed = dict.fromkeys(trial.fault for trial in own if not trial.detected)
        detected = dict.fromkeys(trial.fault for trial in own if trial.fault not in missed)
        affecting = {trial.fault for trial in self.trials if row in trial.affected_rows}
        return Power(tuple(detected), tuple(missed), len(affecting))

    @property
    def faults(self) -> tuple[str, ...]:
        """The names of all injected faults."""
        return tuple(dict.fromkeys(trial.fault for trial in self.trials))

    @property
    def missed(self) -> tuple[Trial, ...]:
        """The trials whose fault its row does not detect."""
        return tuple(trial for trial in self.trials if not trial.detected)

    @property
    def rows_that_detect_nothing(self) -> tuple[str, ...]:
        """The rows that can be tested and detect no fault.

        After a selftest with some of the faults, only rows that missed one of them.
        """
        return tuple(
            row
            for row, power in self.powers.items()
            if power.detects_nothing and (self.complete or power.missed)
        )

    @property
    def undeclared(self) -> tuple[Trial, ...]:
        """The trials with undeclared failed rows."""
        return tuple(trial for trial in self.trials if trial.undeclared)

    @property
    def false_alarms(self) -> tuple[tuple[str, str], ...]:
        """What failed on a clean endpoint: pairs of its name and what it was."""
        return tuple(
            (clean.endpoint, alarm)
            for clean in self.clean_endpoints
            for alarm in clean.false_alarms
        )

    @property
    def has_passed(self) -> bool:
        """Whether each fault is detected by its row, and nothing else fails that should not."""
        return not (
            self.missed or self.undeclared or self.false_alarms or self.rows_that_detect_nothing
        )


@cache
def _adapter() -> TypeAdapter[KillMatrix]:
    return TypeAdapter(KillMatrix)


def read(path: Path) -> KillMatrix:
    """Read a saved kill matrix.

    Raises:
        KillMatrixError: the file cannot be read, is not JSON, or breaks the schema.
    """
    try:
        return from_document(read_json(path))
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
    return _adapter().validate_python(document)


def to_document(matrix: KillMatrix) -> dict[str, Any]:
    """Turn a kill matrix into the value that is written as JSON."""
    document: dict[str, Any] = _adapter().dump_python(matrix, mode="json")
    return document
