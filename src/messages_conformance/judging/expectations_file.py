"""Expectations as files: ``<target>.toml`` in a folder, or a vendor's own file anywhere.

Their shape is ``schemas/expectations.schema.json``. A file is held against the page before
anything is judged, so that a pattern with a slip of the pen is a sentence and not a silent gap.
"""

import datetime
import fnmatch
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from messages_conformance import schemas
from messages_conformance.claims.page import Revision
from messages_conformance.errors import ExpectationsError
from messages_conformance.judging.expectations import Deviation, Expectations
from messages_conformance.verdict import Claim, Kind, Standing, judge


@dataclass(frozen=True)
class Page:
    """What deviations may speak of: a revision's cells, and the rows that are inspected."""

    revision: Revision
    inspected: tuple[str, ...] = ()
    """Ids of rows that no page has, as `inspection` knows them."""

    @property
    def target(self) -> str:
        """The target's id."""
        return self.revision.target.id


def of_target(folder: Path, page: Page) -> Expectations:
    """Read a target's file in a folder; a target without a file has no known deviation.

    Raises:
        ExpectationsError: the file cannot be used.
    """
    path = folder / f"{page.target}.toml"
    if not path.is_file():
        return Expectations()
    document = _read(path)
    if document.get("target", page.target) != page.target:
        raise ExpectationsError(
            f"{path}: says that it is about target {document['target']!r}; rename it, or the target"
        )
    return _expectations(path, document, page)


def of_file(path: Path, pages: Sequence[Page]) -> tuple[str, Expectations]:
    """Read a file that lies anywhere; returns the id of the target it is about, and what it says.

    It is about the target it names, or about the only one that is judged.

    Raises:
        ExpectationsError: the file cannot be used, or is about none of the targets judged.
    """
    document = _read(path)
    by_id = {page.target: page for page in pages}
    judged = ", ".join(by_id) or "none"
    named = document.get("target") or (pages[0].target if len(by_id) == 1 else None)
    if named is None:
        raise ExpectationsError(
            f'{path}: does not say which target it is about; begin it with target = "ID", '
            f"or choose one with --target, of: {judged}"
        )
    if named not in by_id:
        raise ExpectationsError(
            f"{path}: is about target {named!r}, which is not judged here; judged: {judged}"
        )
    return named, _expectations(path, document, by_id[named])


def _read(path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ExpectationsError(f"{path}: cannot be read: {problem.strerror}") from problem
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ExpectationsError(f"{path}: cannot be read as TOML: {problem}") from problem
    if complaint := _undecided(document) or schemas.complaint(document, "expectations"):
        raise ExpectationsError(f"{path}: {complaint}")
    return document


def _undecided(document: Mapping[str, Any]) -> str | None:
    """What a schema says only in riddles: which deviation names not one outcome but none or two."""
    entries = document.get("deviation")
    for number, entry in enumerate(entries if isinstance(entries, list) else (), start=1):
        if isinstance(entry, dict) and ("behaviour" in entry) == ("verdict" in entry):
            return f"deviation {number}: give it a behaviour or a verdict, and not both"
    return None


def _expectations(path: Path, document: Mapping[str, Any], page: Page) -> Expectations:
    deviations = []
    for number, entry in enumerate(document["deviation"], start=1):
        try:
            deviation = _deviation(entry)
            _check(deviation, page)
        except ValueError as problem:
            raise ExpectationsError(f"{path}: deviation {number}: {problem}") from problem
        deviations.append(deviation)
    for (first, one), (second, other) in combinations(enumerate(deviations, start=1), 2):
        if cell := _in_common(one, other, page):
            raise ExpectationsError(
                f"{path}: deviations {first} and {second} both expect the same of {cell}; "
                "remove one of them or narrow its patterns"
            )
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


def _check(deviation: Deviation, page: Page) -> None:
    """Make sure that all it names is there, and could come out so."""
    ids = {
        "row": (deviation.row, [*page.revision.rows_by_id, *page.inspected]),
        "model": (deviation.model, [model.id for model in page.revision.models]),
    }
    for what, (pattern, known) in ids.items():
        if not any(fnmatch.fnmatchcase(id, pattern) for id in known):
            raise ValueError(
                f"no {what} of target {page.target!r} matches {pattern!r}; "
                "correct it or remove the deviation"
            )
    for cell, claim, kinds in _cells(deviation, page):
        if not kinds:
            said = f"claimed {claim}, so" if claim else "looked for in all exchanges, so there"
            raise ValueError(
                f"{cell} is {said} {str(deviation.expected)!r} is no deviation; "
                "correct it or narrow its patterns"
            )


def _in_common(one: Deviation, other: Deviation, page: Page) -> str | None:
    """A cell of which two deviations expect the same, in words; None where there is none."""
    expected = {cell: kinds for cell, _, kinds in _cells(one, page)}
    return next(
        (cell for cell, _, kinds in _cells(other, page) if kinds & expected.get(cell, frozenset())),
        None,
    )


def _cells(deviation: Deviation, page: Page) -> Iterator[tuple[str, Claim | None, frozenset[Kind]]]:
    """The cells it names, in words, with the claim and the behaviours in which it would occur."""
    for model in page.revision.models:
        for row in page.revision.rows:
            if deviation.names(row.id, model.id):
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
        for id in page.inspected:
            if deviation.names(id, model.id):
                broken = deviation.expected == Kind.BROKEN
                yield f"{id} for {model.id}", None, frozenset({Kind.BROKEN} if broken else ())
