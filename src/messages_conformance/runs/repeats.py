"""Several runs of the same things, kept in one folder: each whole, in a folder of its own.

``run-1`` holds the oldest, as `run` wrote it: its report and its cassettes, which stay what they
are and can be judged again by themselves.
"""

from collections.abc import Sequence
from pathlib import Path

from messages_conformance.errors import CombineError
from messages_conformance.rendering import files
from messages_conformance.report.compare_runs import age, run_id
from messages_conformance.report.to_json import to_json
from messages_conformance.runs import folder as machines
from messages_conformance.runs.folder import CASSETTES, REPORT, Run


def lay_beside(runs: Sequence[Run], folder: Path) -> None:
    """Copy runs into the folders they are numbered by; a run that lies there already stays.

    Raises:
        CombineError: another run lies there.
    """
    numbered = [
        (run, folder / run_id(number))
        for number, run in enumerate(sorted(runs, key=lambda run: age(run.report)), start=1)
    ]
    for run, place in numbered:
        if place.exists() and not _is_there(run, place):
            raise CombineError(f"{place}: holds another run; name another folder with --output")
    for run, place in numbered:
        # The report comes first: a folder that has it is known again, were this interrupted.
        if not (place / REPORT).exists():
            files.write(place / REPORT, to_json(run.report))
        if run.cassettes and not (place / CASSETTES).exists():
            machines.lay_together(machines.gathered([run.cassettes]), place / CASSETTES)


def _is_there(run: Run, place: Path) -> bool:
    """Whether a folder holds this very run, perhaps not all of it yet."""
    if (place / REPORT).exists():
        return machines.read_report(place / REPORT) == run.report
    recorded = place / CASSETTES
    return not recorded.exists() or (run.cassettes is not None and recorded.samefile(run.cassettes))
