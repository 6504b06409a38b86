"""What a vendor's page says, per dated revision, loaded from ``claims/<target>/<revision>.toml``.

Every file is checked against ``schemas/claims.schema.json`` before anything reads it.
"""

import datetime
import fnmatch
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from messages_conformance import schemas
from messages_conformance.errors import ClaimsError
from messages_conformance.verdict import Claim


@dataclass(frozen=True)
class Range:
    """A documented numeric range; None leaves a side open."""

    minimum: float | None = None
    maximum: float | None = None
    excludes_maximum: bool = False

    def __str__(self) -> str:
        low = "(-∞" if self.minimum is None else f"[{self.minimum:g}"
        high = "∞)" if self.maximum is None else f"{self.maximum:g}"
        return f"{low}, {high}" + ("" if self.maximum is None else "])"[self.excludes_maximum])


@dataclass(frozen=True)
class Model:
    """One model the page names; ``thinks`` says whether it can reason before it answers."""

    id: str
    series: str
    thinks: bool


@dataclass(frozen=True)
class Series:
    """A group of models the page treats alike."""

    id: str
    name: str
    models: tuple[Model, ...]


@dataclass(frozen=True)
class Target:
    """An endpoint: how it is reached and what each request to it carries."""

    id: str
    name: str
    base_url: str
    auth: tuple[str, ...]
    """The headers that may carry the key, the usual one first."""
    api_version: str
    defaults: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Body fields that every request carries unless its probe sets them."""


@dataclass(frozen=True)
class Row:
    """One line of a documented table."""

    id: str
    section: str
    title: str
    """The row's name as the page prints it."""
    claim: Claim
    words: str
    """What the page says of it, in its own words or closely retold."""
    source: str
    basis: str
    """``quoted``, ``recovered`` or ``inferred``."""
    range: Range | None = None
    example: Any = None
    carries_content: bool = False
    exceptions: Mapping[str, Claim] = field(default_factory=lambda: MappingProxyType({}))
    """Claims that differ, by model id or series id; an id that is both means the series."""

    def claim_for(self, model: Model) -> Claim:
        """The claim as it stands for one model: its own, its series', or the row's."""
        by_series = self.exceptions.get(model.series, self.claim)
        return self.exceptions.get(model.id, by_series)


@dataclass(frozen=True)
class Section:
    """A table of the page, under its heading."""

    id: str
    title: str


@dataclass(frozen=True)
class Revision:
    """One dated state of a vendor's page: target, models and rows, in the page's order."""

    target: Target
    date: datetime.date
    title: str
    url: str
    note: str
    sections: tuple[Section, ...]
    series: tuple[Series, ...]
    rows: tuple[Row, ...]

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """All models, series by series."""
        return tuple(model for series in self.series for model in series.models)

    @cached_property
    def rows_by_id(self) -> Mapping[str, Row]:
        """The rows under their ids."""
        return {row.id: row for row in self.rows}

    def select_models(self, models: tuple[str, ...], series: tuple[str, ...]) -> tuple[Model, ...]:
        """The models chosen by id (or a pattern: ``qwen-*``) and by series; all when none is.

        A series is named by its id or its name, in any case.

        Raises:
            ClaimsError: a name matches nothing.
        """
        chosen = []
        for name in models:
            found = [m for m in self.models if fnmatch.fnmatchcase(m.id, name)]
            if not found:
                known = ", ".join(m.id for m in self.models)
                raise ClaimsError(f"no model {name!r} in target {self.target.id!r}; it has {known}")
            chosen += found
        for name in series:
            match = [s for s in self.series if name.lower() in (s.id.lower(), s.name.lower())]
            if not match:
                known = ", ".join(s.id for s in self.series)
                raise ClaimsError(
                    f"no series {name!r} in target {self.target.id!r}; it has {known}"
                )
            chosen += match[0].models
        return tuple(m for m in self.models if m in chosen) if chosen else self.models

    def select_rows(self, patterns: tuple[str, ...]) -> tuple[Row, ...]:
        """The rows whose id matches one of the patterns (``content/*``); all when none is given.

        Raises:
            ClaimsError: a pattern matches no row.
        """
        for pattern in patterns:
            if not any(fnmatch.fnmatchcase(row.id, pattern) for row in self.rows):
                raise ClaimsError(
                    f"no row matches {pattern!r}; "
                    f"'messages-conformance rows --target {self.target.id}' lists them"
                )
        return tuple(
            row
            for row in self.rows
            if not patterns or any(fnmatch.fnmatchcase(row.id, p) for p in patterns)
        )


def load(path: Path) -> Revision:
    """Read one claims file.

    Raises:
        ClaimsError: it is not TOML, breaks the schema, or contradicts itself.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ClaimsError(f"{path}: cannot be read: {problem.strerror}") from problem
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise ClaimsError(f"{path}: cannot be read as TOML: {problem}") from problem
    if complaint := schemas.complaint(document, "claims"):
        raise ClaimsError(f"{path}: {complaint}")
    date = document["revision"]["date"]
    if type(date) is not datetime.date:  # a date with a time is of a subclass
        raise ClaimsError(
            f"{path}: at $.revision.date: {str(date)!r} is not a TOML date; "
            "write it without quotes and without a time, such as 2025-11-13"
        )
    revision = _revision(document)
    _check(revision, path)
    return revision


def find(folder: Path, target: str | None = None) -> tuple[Path, ...]:
    """The newest claims file of each target in a folder, oldest first, or of the one named.

    Raises:
        ClaimsError: there is no such target.
    """
    newest = {path.parent.name: path for path in sorted(folder.glob("*/*.toml"))}
    if target is None:
        return tuple(sorted(newest.values(), key=lambda path: (path.stem, path)))
    if target not in newest:
        raise ClaimsError(f"no target {target!r} in {folder}; it has {', '.join(newest) or 'none'}")
    return (newest[target],)


def series_of(documents: Iterable[Mapping[str, Any]]) -> tuple[Series, ...]:
    """The series a claims file or a report lists."""
    return tuple(
        Series(s["id"], s["name"], tuple(Model(m["id"], s["id"], m["thinks"]) for m in s["models"]))
        for s in documents
    )


def range_of(bounds: Mapping[str, Any] | None) -> Range | None:
    """The range a claims file or a report states, if it states one."""
    if not bounds:
        return None
    return Range(
        bounds.get("minimum"), bounds.get("maximum"), bounds.get("excludes_maximum", False)
    )


def _revision(document: dict[str, Any]) -> Revision:
    target, page = document["target"], document["revision"]
    return Revision(
        target=Target(
            id=target["id"],
            name=target["name"],
            base_url=target["base_url"],
            auth=tuple(target["auth"]),
            api_version=target["api_version"],
            defaults=MappingProxyType(target.get("defaults", {})),
        ),
        date=page["date"],
        title=page["title"],
        url=page["url"],
        note=page["note"],
        sections=tuple(Section(s["id"], s["title"]) for s in document["section"]),
        series=series_of(document["series"]),
        rows=tuple(_row(row) for row in document["row"]),
    )


def _row(row: dict[str, Any]) -> Row:
    return Row(
        id=row["id"],
        section=row["id"].partition("/")[0],
        title=row["title"],
        claim=Claim(row["claim"]),
        words=row["words"],
        source=row["source"],
        basis=row["basis"],
        range=range_of(row.get("range")),
        example=row.get("example"),
        carries_content=row.get("carries_content", False),
        exceptions=MappingProxyType(
            {name: Claim(claim) for name, claim in row.get("exceptions", {}).items()}
        ),
    )


def _check(revision: Revision, path: Path) -> None:
    """What a schema cannot say: names that must be unique, or must exist."""
    for what, names in (
        ("section", [section.id for section in revision.sections]),
        ("row", [row.id for row in revision.rows]),
        ("model", [model.id for model in revision.models]),
        ("series", [series.id for series in revision.series]),
    ):
        if twice := {name for name in names if names.count(name) > 1}:
            raise ClaimsError(f"{path}: {what} {sorted(twice)[0]!r} stands twice; keep one of them")
    sections = {section.id for section in revision.sections}
    known = {model.id for model in revision.models} | {series.id for series in revision.series}
    for row in revision.rows:
        if row.section not in sections:
            raise ClaimsError(
                f"{path}: row {row.id!r} is of no section; "
                f"add a [[section]] with the id {row.section!r}"
            )
        if strange := set(row.exceptions) - known:
            raise ClaimsError(
                f"{path}: row {row.id!r} makes an exception for {sorted(strange)[0]!r}, "
                "which is neither a model nor a series here; name one that is"
            )
