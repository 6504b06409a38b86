"""Where claims files lie, and which revisions of which targets there are.

A user's own files come before those that ship: files and folders that were named, those that
``MESSAGES_CONFORMANCE_CLAIMS`` names, then ``./claims``, then those that lie beside recordings: of
endpoints that had none when they were recorded. A file that is named may have any name; elsewhere
it is ``<target>/<revision>.toml``.
"""

import datetime
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from messages_conformance import resources
from messages_conformance.claims.combinations import with_combinations
from messages_conformance.claims.load import load
from messages_conformance.claims.page import Revision
from messages_conformance.display.suggestions import did_you_mean
from messages_conformance.errors import ClaimsError

ENVIRONMENT = "MESSAGES_CONFORMANCE_CLAIMS"
"""The variable that names own claims files or folders, as ``PATH`` does folders."""

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class ClaimsFile:
    """One revision of one target's page, and the file that says what it claims."""

    target: str
    date: datetime.date
    path: Path
    source: int
    """Which place it lies in, counted from 0; earlier ones come first."""


@dataclass(frozen=True)
class Library:
    """All claims files there are, one for each target and date."""

    files: tuple[ClaimsFile, ...]
    """By target; of each those of its first place first, and there the newest first."""

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """The ids of all targets, in alphabetical order."""
        return tuple(dict.fromkeys(file.target for file in self.files))

    def of(self, target: str) -> tuple[ClaimsFile, ...]:
        """The revisions of a target, in the order in which they are tried.

        Raises:
            ClaimsError: there is no such target.
        """
        found = tuple(file for file in self.files if file.target == target)
        if not found:
            known = f"there are: {', '.join(self.targets) or 'none'}"
            raise ClaimsError(f"no target {target!r}{did_you_mean(target, self.targets, known)}")
        return found

    def find(self, target: str, date: str) -> ClaimsFile | None:
        """The file of one revision, by its ISO date; None where there is none."""
        return next((f for f in self.of(target) if f.date.isoformat() == date), None)

    def get(self, target: str, date: str) -> ClaimsFile:
        """The file of one revision, by its ISO date.

        Raises:
            ClaimsError: there is no such target or revision.
        """
        if found := self.find(target, date):
            return found
        dates = [file.date.isoformat() for file in self.of(target)]
        hint = did_you_mean(date, dates, f"there are: {', '.join(sorted(dates))}")
        raise ClaimsError(f"target {target!r} has no revision {date!r}{hint}")


def known(paths: Sequence[Path] = (), recordings: Path | None = None) -> Library:
    """All claims files: those at ``paths``, of the environment, of ``./claims``, those shipped.

    Where there is a folder of ``recordings``, also those that lie in it.

    Raises:
        ClaimsError: a path that was named holds no claims files, or one that cannot be used.
    """
    named = [Path(path) for path in os.environ.get(ENVIRONMENT, "").split(os.pathsep) if path]
    places: list[Iterable[tuple[str, datetime.date, Path]]] = [
        *map(_named, (*paths, *named)),
        _laid_out(Path("claims")),
        _laid_out(recordings) if recordings else (),
        _laid_out(resources.folder("claims")),
    ]
    found: dict[tuple[str, datetime.date], ClaimsFile] = {}
    for source, place in enumerate(places):
        for target, date, path in place:
            found.setdefault((target, date), ClaimsFile(target, date, path, source))
    order = sorted(found.values(), key=lambda f: (f.target, f.source, -f.date.toordinal()))
    return Library(tuple(order))


def read(file: ClaimsFile) -> Revision:
    """Load a claims file, and make sure that it is about what its name says.

    The page has the rows about features in company as well, which no file has.

    Raises:
        ClaimsError: it cannot be used.
    """
    revision = load(file.path)
    if (revision.target.id, revision.date) != (file.target, file.date):
        raise ClaimsError(
            f"{file.path}: is about target {revision.target.id!r} on {revision.date}; "
            f"move it to {revision.target.id}/{revision.date}.toml, or correct what it says"
        )
    return with_combinations(revision)


def shipped(target: str, date: str | None = None) -> Revision:
    """A revision that comes with the project, by default the newest of its target.

    Raises:
        ClaimsError: there is none, or it cannot be used.
    """
    files = [ClaimsFile(*one, 0) for one in _laid_out(resources.folder("claims"))]
    ordered = tuple(sorted(files, key=lambda file: (file.target, -file.date.toordinal())))
    library = Library(ordered)
    return read(library.get(target, date) if date else library.of(target)[0])


def newest_shipped() -> tuple[Revision, ...]:
    """The newest shipped revision of each target, in the alphabetical order of their ids.

    Raises:
        ClaimsError: a file cannot be used.
    """
    ids = sorted({target for target, _, _ in _laid_out(resources.folder("claims"))})
    return tuple(shipped(id) for id in ids)


def _named(path: Path) -> Iterator[tuple[str, datetime.date, Path]]:
    """The claims files at a path that somebody named: a file, or all in a folder."""
    files = sorted([*path.glob("*.toml"), *path.glob("*/*.toml")]) if path.is_dir() else [path]
    if not files:
        raise ClaimsError(
            f"{path}: holds no claims files; name a .toml file, or a folder of such files"
        )
    for file in files:
        revision = load(file)
        yield revision.target.id, revision.date, file


def _laid_out(folder: Path) -> Iterator[tuple[str, datetime.date, Path]]:
    """The claims files of a folder that keeps them as ``<target>/<revision>.toml``."""
    for path in sorted(folder.glob("*/*.toml")):
        if _DATED.fullmatch(path.stem):
            try:
                date = datetime.date.fromisoformat(path.stem)
            except ValueError as problem:
                raise ClaimsError(f"{path}: is named by no date: {problem}; rename it") from problem
            yield path.parent.name, date, path
