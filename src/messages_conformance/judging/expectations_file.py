"""Expectations as files: ``<target>.toml`` in a folder, or a vendor's own file anywhere.

Their format is ``schemas/expectations.schema.json``. A file is checked against the claims before
anything is judged, so that a typo in a pattern is an error and not a silent gap.
"""

import datetime
import fnmatch
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from messages_conformance import schemas
from messages_conformance.claims.page import Revision
from messages_conformance.errors import ExpectationsError
from messages_conformance.files import read_toml
from messages_conformance.judging.expectations import Deviation, Expectations
from messages_conformance.verdict import Claim, Kind, Standing, judge


@dataclass(frozen=True)
class Scope:
    """The cells that deviations may cover: those of a revision, and the inspected rows."""

    revision: Revision
    inspected: tuple[str, ...] = ()
    """Ids of the inspected rows, which no page has."""

    @property
    def target(self) -> str:
        """The target's id."""
        return self.revision.target.id


def read_for_target(folder: Path, scope: Scope) -> Expectations:
    """Read the file of a target in a folder; a target without a file has no known deviation.

    Raises:
        ExpectationsError: the file cannot be used.
    """
    path = folder / f"{scope.target}.toml"
    if not path.is_file():
        return Expectations()
    document = _read(path)
    if document.get("target", scope.target) != scope.target:
        raise ExpectationsError(
            f"{path}: says that it is for target {document['target']!r}; rename it, or the target"
        )
    return _expectations(path, document, scope)


def read_file(path: Path, scopes: Sequence[Scope]) -> tuple[str, Expectations]:
    """Read a file anywhere; returns the id of its target, and the known deviations.

    It is for the target that it names, or for the only one that is judged.

    Raises:
        ExpectationsError: the file cannot be used, or is for none of the judged targets.
    """
    document = _read(path)
    by_id = {scope.target: scope for scope in scopes}
    judged = ", ".join(by_id) or "none"
    named = document.get("target") or (scopes[0].target if len(by_id) == 1 else None)
    if named is None:
        raise ExpectationsError(
            f'{path}: does not say which target it is for; begin it with target = "ID", '
            f"or choose one with --target, of: {judged}"
        )
    if named not in by_id:
        raise ExpectationsError(
            f"{path}: is for target {named!r}, which is not judged here; judged: {judged}"
        )
    return named, _expectations(path, document, by_id[named])


def _read(path: Path) -> dict[str, Any]:
    try:
        document, _ = read_toml(path)
    except OSError as problem:
        raise ExpectationsError(f"{path}: cannot be read: {problem.strerror}") from problem
    except ValueError as problem:
        raise ExpectationsError(f"{path}: cannot be read as TOML: {problem}") from problem
    if complaint := _ambiguous(document) or schemas.complaint(document, "expectations"):
        raise ExpectationsError(f"{path}: {complaint}")
    return document


def _ambiguous(document: Mapping[str, Any]) -> str | None:
    """A clearer error than the schema's for a deviation with no expected outcome, or with two."""
    entries = document.get("deviation")
    for number, entry in enumerate(entries if isinstance(entries, list) else (), start=1):
        if isinstance(entry, dict) and ("behaviour" in entry) == ("verdict" in entry):
            return f"deviation {number}: give it a behaviour or a verdict, and not both"
    return None


def _expectations(path: Path, document: Mapping[str, Any], scope: Scope) -> Expectations:
    deviations = []
    expected: dict[tuple[str, Kind], int] = {}
    for number, entry in enumerate(document["deviation"], start=1):
        try:
            deviation = _deviation(entry)
            cells = _checked(deviation, scope)
        except ValueError as problem:
            raise ExpectationsError(f"{path}: deviation {number}: {problem}") from problem
        for cell, kinds in cells:
            for kind in kinds:
                if (first := expected.setdefault((cell, kind), number)) != number:
                    raise ExpectationsError(
                        f"{path}: deviations {first} and {number} both expect the same in {cell}; "
                        "remove one of them or narrow its patterns"
                    )
        deviations.append(deviation)
    return Expectations(tuple(deviations))


def _deviation(entry: Mapping[str, Any]) -> Deviation:
    expires = entry.get("expires")
    if expires is not None and type(expires) is not datetime.date:  # one with a time is a subclass
        raise ValueError(
            f"expires is {str(expires)!r}, which is not a TOML date; "
            "write it without quotes and without a time, such as 2027-03-31"
        )
    expected = Kind(entry["behaviour"]) if "behaviour" in entry else str(entry["verdict"])
    return Deviation(
        entry["row"], entry["model"], expected, entry["reason"], entry.get("link", ""), expires
    )


def _checked(deviation: Deviation, scope: Scope) -> list[tuple[str, frozenset[Kind]]]:
    """The cells it covers; raises ValueError unless all could come out as expected."""
    ids = {
        "row": (deviation.row, [*scope.revision.rows_by_id, *scope.inspected]),
        "model": (deviation.model, [model.id for model in scope.revision.models]),
    }
    for what, (pattern, known) in ids.items():
        if not any(fnmatch.fnmatchcase(id, pattern) for id in known):
            raise ValueError(
                f"no {what} of target {scope.target!r} matches {pattern!r}; "
                "correct it or remove the deviation"
            )
    cells = []
    for cell, claim, kinds in _cells(deviation, scope):
        cells.append((cell, kinds))
        if not kinds:
            said = f"claimed {claim}, so" if claim else "checked in all exchanges, so there"
            raise ValueError(
                f"{cell} is {said} {str(deviation.expected)!r} is no deviation; "
                "correct it or narrow its patterns"
            )
    return cells


def _cells(
    deviation: Deviation, scope: Scope
) -> Iterator[tuple[str, Claim | None, frozenset[Kind]]]:
    """The cells it covers, in words, with the claim and the behaviours in which it occurs."""
    for model in scope.revision.models:
        for row in scope.revision.rows:
            if deviation.covers(row.id, model.id):
                claim = row.claim_for(model)
                verdicts = {
                    kind: judge(claim, kind, carries_content=row.carries_content) for kind in Kind
                }
                kinds = frozenset(
                    kind
                    for kind, verdict in verdicts.items()
                    if verdict.standing is Standing.BAD
                    and deviation.expected
                    == (kind if isinstance(deviation.expected, Kind) else verdict.name)
                )
                yield f"{row.id} for {model.id}", claim, kinds
        for id in scope.inspected:
            if deviation.covers(id, model.id):
                broken = deviation.expected == Kind.BROKEN
                yield f"{id} for {model.id}", None, frozenset({Kind.BROKEN} if broken else ())
