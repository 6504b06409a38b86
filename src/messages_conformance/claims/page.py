"""A vendor's page as values: its target, models, tables and what each row claims."""

import datetime
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import AfterValidator

from messages_conformance.errors import ClaimsError
from messages_conformance.verdict import Claim

_K = TypeVar("_K")
_V = TypeVar("_V")
FrozenMapping: TypeAlias = Annotated[Mapping[_K, _V], AfterValidator(MappingProxyType)]
"""A mapping that nobody can change once it has been read from a document."""

DOCUMENTED_PROFILE = "documented"
"""The profile of a target whose claims file names none: the reference does what the file says."""


@dataclass(frozen=True)
class Range:
    """A documented numeric range; None leaves a side open."""

    # An integer stays one: probes send these numbers.
    minimum: int | float | None = None
    maximum: int | float | None = None
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
    defaults: FrozenMapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Body fields that every request carries unless its probe sets them."""
    profile: str = DOCUMENTED_PROFILE
    """The profile of the reference endpoint that simulates this target (`reference.profiles`)."""


@dataclass(frozen=True)
class Row:
    """One line of a documented table."""

    id: str
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
    exceptions: FrozenMapping[str, Claim] = field(default_factory=lambda: MappingProxyType({}))
    """Claims that differ, by model id or series id; an id that is both means the series."""

    @property
    def section(self) -> str:
        """The id of the table it stands in, with which its own begins."""
        return self.id.partition("/")[0]

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
