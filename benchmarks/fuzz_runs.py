"""A kind of input for `fuzz.py`: whole runs, of which one answer, or every one, is damaged."""

import random
import shutil
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from fuzz_kinds import Case
from messages_conformance.report.report import Report
from support import damage, whole_run
from support.whole_run import Spoilt

_ANSWERS = 20
"""A run has a few less; damage to one that is not asked for is none."""
_EVERY = 0.2


@cache
def _clean() -> Report:
    with tempfile.TemporaryDirectory() as name:
        whole_run.record(Path(name), Spoilt(None, lambda body: body))
        return whole_run.judge(Path(name))


def whole_runs(chance: random.Random, folder: Path) -> Case:
    """A run over damaged answers: recorded, judged, rendered, read again, compared and shown."""
    number = None if chance.random() < _EVERY else chance.randrange(_ANSWERS)
    seed = chance.random()
    spoilt = Spoilt(
        number, lambda body: damage.damaged_body(body, random.Random(f"{seed} {body!r}"))
    )
    clean = _clean()

    def run() -> None:
        recorded = folder / "run"
        shutil.rmtree(recorded, ignore_errors=True)
        whole_run.record(recorded, spoilt)
        whole_run.use(whole_run.judge(recorded), recorded, clean)

    return Case(run, f"answer {number}, damaged by {seed}".encode())


RUNS: Mapping[str, Callable[[random.Random, Path], Case]] = {"whole runs": whole_runs}
