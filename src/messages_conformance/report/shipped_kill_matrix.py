"""The kill matrix that ships with the suite, as what each row detects."""

from functools import cache

from messages_conformance import resources
from messages_conformance.report import kill_matrix
from messages_conformance.report.detection import Detection
from messages_conformance.report.fingerprint import digest
from messages_conformance.report.kill_matrix import KillMatrix
from messages_conformance.report.likeness import Likeness

FILE = "kill-matrix.json"


@cache
def detection() -> Detection | None:
    """What every row detects; None where no kill matrix ships with the suites.

    Raises:
        KillMatrixError: the file cannot be read as a kill matrix.
    """
    matrix = _shipped()
    return of_matrix(matrix) if matrix else None


@cache
def likeness() -> Likeness | None:
    """What each fault looks like; None where no kill matrix ships with the suites.

    Raises:
        KillMatrixError: the file cannot be read as a kill matrix.
    """
    matrix = _shipped()
    return Likeness(matrix) if matrix else None


@cache
def _shipped() -> KillMatrix | None:
    path = resources.folder("selftest") / FILE
    return kill_matrix.read(path) if path.is_file() else None


def of_matrix(matrix: KillMatrix) -> Detection:
    """The part of a kill matrix that a report shows."""
    return Detection(
        created=matrix.created,
        faults=len(matrix.faults),
        current=matrix.digest == digest(),
        rows=matrix.powers,
    )
