"""What is to be judged: the targets, models and rows somebody chose, looked up in the claims."""

import contextlib
import fnmatch
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from messages_conformance import files, memory
from messages_conformance.cassettes.tape import files_of, folder_of, labels_of
from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision, Row
from messages_conformance.claims.sections import is_inspected
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.errors import ClaimsError

_KIND: Final = "labels"


@dataclass(frozen=True)
class Selection:
    """A choice as it was typed: names and patterns; what is left empty chooses everything."""

    targets: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    revision: str | None = None
    """The ISO date of the page's revision."""
    claims: tuple[Path, ...] = ()
    """The user's own claims files, or folders of them."""

    @property
    def of_pages(self) -> tuple[str, ...]:
        """The patterns of rows that stand on a page."""
        return tuple(pattern for pattern in self.rows if not is_inspected(pattern))

    def fits(self, revision: Revision) -> bool:
        """Whether a page has any of the models, and any of the rows, that were asked for."""
        series = any(map(revision.has_series, self.series))
        models = series or any(map(revision.has_model, self.models))
        rows = self.of_pages != self.rows or any(map(revision.has_row, self.of_pages))
        return (models or not (self.models or self.series)) and (rows or not self.rows)


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


def choose(selection: Selection, recordings: Path | None = None) -> tuple[Chosen, ...]:
    """Look a selection up in the claims there are.

    Targets that are named are taken as they are; otherwise all that have any of the models and
    rows asked for, and recordings, where there is a folder of ``recordings``. Each name and
    pattern must fit at least one of them. Of each target one revision of its page is taken: the
    one named; else the one that it is recorded for; else the newest that has the models.

    Raises:
        ClaimsError: there is nothing of a name that was asked for, or recordings are of several
            revisions, or of one that no claims file has.
    """
    there = library.known(selection.claims, recordings)
    ids = _targets(there, selection, recordings)
    if not (pages := [_page(there, id, selection, recordings) for id in ids]):
        return ()
    _find_all(selection, pages, there)
    if len(selection.targets) > 1 and (odd := [p for p in pages if not selection.fits(p)]):
        raise ClaimsError(
            f"target {odd[0].target.id!r} has nothing of what was chosen, though it is named; "
            "leave it out, or choose models and rows that it has"
        )
    return tuple(
        Chosen(
            page,
            page.select_models(selection.models, selection.series),
            page.select_rows(selection.of_pages)
            if selection.of_pages or not selection.rows
            else (),
            selection.rows,
        )
        for page in sorted(pages, key=lambda page: (page.date, page.target.id))
        if selection.fits(page)
    )


def only_recorded(chosen: Sequence[Chosen], recordings: Path) -> tuple[Chosen, ...]:
    """What was chosen without the models that are not recorded, or with all where none is."""
    found = []
    for one in chosen:
        recorded = {model for model, _ in _recorded(recordings, one.revision.target.id)}
        models = tuple(model for model in one.models if model.id in recorded)
        found.append(replace(one, models=models or one.models))
    return tuple(found)


def is_recorded(cassettes: Path, target: str) -> bool:
    """Whether a folder of cassettes holds any recording of a target."""
    return bool(files_of(folder_of(cassettes, target, "any").parent))


def _targets(
    there: library.Library, selection: Selection, recordings: Path | None
) -> tuple[str, ...]:
    """The targets to look at."""
    if selection.targets:
        return tuple(dict.fromkeys(selection.targets))
    recorded = [id for id in there.targets if not recordings or is_recorded(recordings, id)]
    if not (date := selection.revision) or not recorded:
        return tuple(recorded)
    if not (dated := tuple(id for id in recorded if there.find(id, date))):
        dates = sorted({file.date.isoformat() for id in recorded for file in there.of(id)})
        hint = did_you_mean(date, dates, "'messages-conformance revisions' lists them")
        raise ClaimsError(f"no target has a revision {date!r}{hint}")
    return dated


def _page(
    there: library.Library, id: str, selection: Selection, recordings: Path | None
) -> Revision:
    """The one revision of a target's page that is meant."""
    if selection.revision:
        return library.read(there.get(id, selection.revision))
    if recordings and (file := _recorded_for(there, id, selection, recordings)):
        return library.read(file)
    return newest_with(there.of(id), selection)


def _recorded(root: Path, target: str) -> tuple[tuple[str, str], ...]:
    """The model and the revision that each file of a target is labelled with.

    They are remembered: to read the label of a file takes longer than to see that it is the same.
    """
    key = None
    if memory.folder():
        with contextlib.suppress(OSError):
            recorded = files_of(folder_of(root, target, "any").parent)
            contents = [(one.relative_to(root).as_posix(), files.digest(one)) for one in recorded]
            key = memory.digest(memory.state(), *(part for file in contents for part in file))
    known = memory.recall(_KIND, key) if key else None
    if isinstance(known, list) and all(map(_is_label, known)):
        return tuple((model, date) for model, date in known)
    found = tuple((label.model, label.revision) for label in labels_of(root, target))
    if key:
        memory.remember(_KIND, key, found)
    return found


def _is_label(value: object) -> bool:
    return (
        isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)
    )


def _recorded_for(
    there: library.Library, id: str, selection: Selection, recordings: Path
) -> library.ClaimsFile | None:
    """The revision that the chosen models are recorded for; None where none is recorded."""
    models: dict[str, set[str]] = {}
    for model, date in _recorded(recordings, id):
        if not selection.models or _matches(model, selection.models):
            models.setdefault(date, set()).add(model)
    if len(models) > 1:
        listed = "; ".join(f"{date}: {', '.join(sorted(models[date]))}" for date in sorted(models))
        raise ClaimsError(
            f"{recordings}: recordings of target {id!r} are for several revisions of its page "
            f"({listed}); choose one with --revision, or models of one with --model"
        )
    for date in models:
        if not (file := there.find(id, date)):
            dates = ", ".join(sorted(file.date.isoformat() for file in there.of(id)))
            raise ClaimsError(
                f"{recordings}: recordings of target {id!r} are for revision {date} of its page, "
                f"which no claims file has; name its file with --claims, or judge them by another "
                f"with --revision: {dates}"
            )
        return file
    return None


def newest_with(files: Sequence[library.ClaimsFile], selection: Selection) -> Revision:
    """The newest revision with all models and series asked for, else with any, else the newest."""
    newest = library.read(files[0])
    if not (selection.models or selection.series):
        return newest
    pages = (newest, *map(library.read, files[1:]))
    most, chosen = 0, newest
    for page in pages:
        number = sum(map(page.has_model, selection.models))
        number += sum(map(page.has_series, selection.series))
        if number > most:
            most, chosen = number, page
        if most == len(selection.models) + len(selection.series):
            break
    return chosen


_FEW = 6
"""So many names are listed where none of them is near."""


@dataclass(frozen=True)
class _Kind:
    """What can be asked for by name, and how a page is searched for it."""

    missing: str
    has: Callable[[Revision, str], bool]
    names: Callable[[Revision], Iterable[str]]
    listed_by: str


_MODEL = _Kind(
    "no model",
    Revision.has_model,
    lambda page: (model.id for model in page.models),
    "targets",
)
_SERIES = _Kind(
    "no series",
    Revision.has_series,
    lambda page: (name for s in page.series for name in dict.fromkeys((s.id, s.name))),
    "targets",
)
_ROW = _Kind("no row matches", Revision.has_row, lambda page: page.rows_by_id, "rows")


def _find_all(selection: Selection, pages: Sequence[Revision], there: library.Library) -> None:
    """Make sure that each name and pattern is of something.

    Raises:
        ClaimsError: one is not.
    """
    asked = {_MODEL: selection.models, _SERIES: selection.series, _ROW: selection.of_pages}
    for kind, names in asked.items():
        for name in names:
            if not any(kind.has(page, name) for page in pages):
                where = _elsewhere(kind, name, pages, there) or _near(kind, name, pages)
                raise ClaimsError(f"{kind.missing} {name!r} {_in_words(pages)}{where}")


def _elsewhere(kind: _Kind, name: str, pages: Sequence[Revision], there: library.Library) -> str:
    """How to choose another revision, where there is one target to choose from."""
    if len(pages) != 1:
        return ""
    (page,) = pages
    others = (library.read(file) for file in there.of(page.target.id) if file.date != page.date)
    found = next((other for other in others if kind.has(other, name)), None)
    return f"; revision {found.date} has it: add --revision {found.date}" if found else ""


def _near(kind: _Kind, name: str, pages: Sequence[Revision]) -> str:
    """What may have been meant, or what lists all that there is."""
    names = list(dict.fromkeys(one for page in pages for one in kind.names(page)))
    only = f" --target {pages[0].target.id}" if len(pages) == 1 else ""
    listed = f"'messages-conformance {kind.listed_by}{only}' lists them"
    few = len(names) <= _FEW and kind is not _ROW
    return did_you_mean(
        name, names, f"{'it has' if only else 'they have'} {', '.join(names)}" if few else listed
    )


def _in_words(pages: Sequence[Revision]) -> str:
    """Where something was looked for."""
    if len(pages) == 1:
        return f"in target {pages[0].target.id!r}"
    return f"in any of {len(pages)} targets"


def _matches(id: str, patterns: Iterable[str]) -> bool:
    return any(fnmatch.fnmatchcase(id, pattern) for pattern in patterns)
