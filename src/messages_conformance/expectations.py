"""Deviations that are known and accepted, from ``expectations/<target>.toml``.

A deviation names cells and how they misbehave::

    [[deviation]]
    row = "content/text/cache_*"
    model = "qwen-*"
    behaviour = "refused"
    reason = "Known since May; our app sends no cache marks."

A bad cell that misbehaves as named is shown but does not fail. A cell that is named and was
judged to be anything else fails: either the endpoint was mended and the deviation can go, or
it got worse.
"""

import fnmatch
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from messages_conformance import schemas
from messages_conformance.claims import Revision
from messages_conformance.inspection import is_inspected
from messages_conformance.report.model import Cell, Judged, Report, TargetReport
from messages_conformance.verdict import Kind, Standing


class ExpectationsError(ValueError):
    """An expectations file that cannot be used; the message says which, where and how to mend."""


class Outcome(Enum):
    """What becomes of a cell or an observation once the accepted deviations are known."""

    PASSED = "passed"
    FAILED = "failed"
    ACCEPTED = "accepted"
    OPEN = "open"


@dataclass(frozen=True)
class Deviation:
    """Cells, by row and model patterns, that are known to misbehave in one way, and why."""

    row: str
    model: str
    behaviour: Kind
    reason: str

    def names(self, cell: Judged) -> bool:
        """Whether it speaks of this cell."""
        return fnmatch.fnmatchcase(cell.row_id, self.row) and fnmatch.fnmatchcase(
            cell.model.id, self.model
        )


@dataclass(frozen=True)
class Ruling:
    """What becomes of one cell, and why in one sentence where a deviation had a say."""

    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class Expectations:
    """The accepted deviations of one target; none by default."""

    deviations: tuple[Deviation, ...] = ()

    def ruling(self, cell: Judged) -> Ruling:
        """What becomes of a cell."""
        kind, standing = cell.kind, cell.verdict.standing
        if standing is Standing.OPEN:
            return Ruling(Outcome.OPEN)
        named = [deviation for deviation in self.deviations if deviation.names(cell)]
        bad = standing is Standing.BAD
        for deviation in named:
            if bad and deviation.behaviour is kind:
                return Ruling(Outcome.ACCEPTED, deviation.reason)
        if named and bad:
            expected = " or ".join(deviation.behaviour.value for deviation in named)
            return Ruling(
                Outcome.FAILED,
                f"{expected!r} is accepted here, but it is {kind.value!r} now",
            )
        if named:
            return Ruling(
                Outcome.FAILED,
                "a deviation is accepted here, but there is none any more: "
                "remove it from the expectations or narrow its patterns",
            )
        return Ruling(Outcome.FAILED if bad else Outcome.PASSED)


def exit_code(report: Report, accepted: Mapping[str, Expectations]) -> int:
    """0 as claimed or accepted, 1 promises broken or findings, 2 nothing could be judged.

    ``accepted`` holds the expectations by target id; a target without any expects no deviation.
    """
    ruled = [each for target in report.targets for each in rulings(target, accepted)]
    if any(ruling.outcome is Outcome.FAILED for _, ruling in ruled):
        return 1
    # Answers may be well formed and yet show nothing of any promise.
    cells = [each for each in ruled if isinstance(each[0], Cell)] or ruled
    return 2 if all(ruling.outcome is Outcome.OPEN for _, ruling in cells) else 0


def rulings(
    target: TargetReport, accepted: Mapping[str, Expectations]
) -> Iterator[tuple[Judged, Ruling]]:
    """What becomes of each cell and observation of a target, in the report's order."""
    expectations = accepted.get(target.revision.target.id, Expectations())
    return ((cell, expectations.ruling(cell)) for cell in target.judged)


def load(folder: Path, revision: Revision) -> Expectations:
    """Read a target's accepted deviations; a target without a file has none.

    Raises:
        ExpectationsError: the file is not TOML, breaks the schema, or names a row or model
            that the revision does not have.
    """
    path = folder / f"{revision.target.id}.toml"
    if not path.is_file():
        return Expectations()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ExpectationsError(f"{path}: cannot be read as TOML: {problem}") from problem
    if complaint := schemas.complaint(document, "expectations"):
        raise ExpectationsError(f"{path}: {complaint}")
    deviations = tuple(
        Deviation(entry["row"], entry["model"], Kind(entry["behaviour"]), entry["reason"])
        for entry in document["deviation"]
    )
    for number, deviation in enumerate(deviations, start=1):
        known = {
            "row": (deviation.row, [row.id for row in revision.rows]),
            "model": (deviation.model, [model.id for model in revision.models]),
        }
        for what, (pattern, ids) in known.items():
            if not (fnmatch.filter(ids, pattern) or is_inspected(pattern)):
                raise ExpectationsError(
                    f"{path}: deviation {number}: no {what} of target {revision.target.id!r} "
                    f"matches {pattern!r}; correct it or remove the deviation"
                )
    return Expectations(deviations)
