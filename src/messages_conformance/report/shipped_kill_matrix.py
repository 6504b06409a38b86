"""The kill matrix that ships with the suite, as each row's detection power."""

import json
from functools import cache

from messages_conformance import resources
from messages_conformance.report.detection import Detection
from messages_conformance.report.fingerprint import digest
from messages_conformance.report.kill_matrix import KillMatrix

FILE = "kill-matrix.json"


@cache
def detection() -> Detection | None:
    """What every row catches; None where no kill matrix lies with the suites."""
    path = resources.folder("selftest") / FILE
    if not path.is_file():
        return None
    return of_matrix(KillMatrix.of(json.loads(path.read_text(encoding="utf-8"))))


def of_matrix(matrix: KillMatrix) -> Detection:
    """A kill matrix, as far as a report tells of it."""
    return Detection(
        created=matrix.created,
        faults=len(matrix.faults),
        current=matrix.digest == digest(),
        powers=matrix.powers,
    )
