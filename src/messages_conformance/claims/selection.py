"""What is to be judged: the targets, models and rows somebody chose, looked up in the claims."""

import fnmatch
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from messages_conformance import resources
from messages_conformance.cassettes.tape import files_of, folder_of
from messages_conformance.claims import load
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.claims.sections import is_inspected
from messages_conformance.errors import ClaimsError


@dataclass(frozen=True)
class Selection:
    """A choice as it was typed: names and patterns; what is left empty chooses everything."""

    target: str | None = None
    models: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """What a selection comes to for one target."""

    revision: Revision
    models: tuple[Model, ...]
    rows: tuple[Row, ...]
    patterns: tuple[str, ...] = ()
    """The patterns that chose the rows; none chooses all."""
    partial: bool = False
    """Whether this is a shard that has not all chosen rows of these models."""

    def inspects(self, row: str) -> bool:
        """Whether a row that is inspected is among those chosen."""
        return not self.patterns or any(fnmatch.fnmatchcase(row, one) for one in self.patterns)


def choose(
    selection: Selection, among: Callable[[str], bool] = lambda _: True
) -> tuple[Chosen, ...]:
    """Look a selection up in the shipped claims.

    A target that is named is taken as it is. Otherwise all are considered whose id passes
    ``among``, and those stay that have the models and rows asked for.

    Raises:
        ClaimsError: no target has what was asked for; the message says what there is.
    """
    chosen = []
    missing: ClaimsError | None = None
    of_pages = tuple(pattern for pattern in selection.rows if not is_inspected(pattern))
    for path in load.find(resources.folder("claims"), selection.target):
        revision = load.load(path)
        if selection.target is None and not among(revision.target.id):
            continue
        try:
            models = revision.select_models(selection.models, selection.series)
            rows = revision.select_rows(of_pages) if of_pages or not selection.rows else ()
        except ClaimsError as problem:
            missing = missing or problem
            continue
        chosen.append(Chosen(revision, models, rows, selection.rows))
    if missing and not chosen:
        raise missing
    return tuple(chosen)


def is_recorded(cassettes: Path, target: str) -> bool:
    """Whether a folder of cassettes holds any recording of a target."""
    return bool(files_of(folder_of(cassettes, target, "any").parent))
