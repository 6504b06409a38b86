"""The kill matrix that ships with the suite, as what each row detects."""

from functools import cache
from pathlib import Path

from messages_conformance import resources
from messages_conformance.report import kill_matrix
from messages_conformance.report.detection import Detection
from messages_conformance.report.fingerprint import digest
from messages_conformance.report.kill_matrix import KillMatrix
from messages_conformance.report.likeness import Likeness

FILE = "kill-matrix.json"


def detection() -> Detection | None:
    """What every row detects; None where no kill matrix ships with the suites.

    Raises:
        KillMatrixError: the file cannot be read as a kill matrix.
    """
    path = resources.folder("selftest") / FILE
    return _detection(path) if path.is_file() else None


def likeness() -> Likeness | None:
    """What each fault looks like; None where no kill matrix ships with the suites.

    Raises:
        KillMatrixError: the file cannot be read as a kill matrix.
    """
    path = resources.folder("selftest") / FILE
    return _likeness(path) if path.is_file() else None


_read = cache(kill_matrix.read)


@cache
def _detection(path: Path) -> Detection:
    return of_matrix(_read(path))


@cache
def _likeness(path: Path) -> Likeness:
    return Likeness(_read(path))


def of_matrix(matrix: KillMatrix) -> Detection:
    """The part of a kill matrix that a report shows."""
    return Detection(
        created=matrix.created,
        faults=len(matrix.faults),
        current=matrix.digest == digest(),
        rows=matrix.powers,
    )
