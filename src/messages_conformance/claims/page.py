"""A vendor's page as values: its target, models, tables and what each row claims."""

import datetime
import fnmatch
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, PlainSerializer

from messages_conformance.verdict import Claim

_K = TypeVar("_K")
_V = TypeVar("_V")
FrozenMapping: TypeAlias = Annotated[
    Mapping[_K, _V], AfterValidator(MappingProxyType), PlainSerializer(dict)
]
"""A mapping that nobody can change once it has been read from a document."""

DOCUMENTED_PROFILE = "documented"
OBSERVED_PROFILE = "model-studio-2026-08"
"""The profile of a target whose claims file names none: the reference does what the file says."""


@dataclass(frozen=True)
class Range:
    """A documented numeric range; None leaves a side open."""

    # An integer stays one: probes send these numbers.
    minimum: int | float | None = None
    maximum: int | float | None = None
    excludes_maximum: bool = False
    excludes_minimum: bool = False

    def __str__(self) -> str:
        low = "-∞" if self.minimum is None else f"{self.minimum:g}"
        low = f"{'(' if self.minimum is None or self.excludes_minimum else '['}{low}"
        high = "∞)" if self.maximum is None else f"{self.maximum:g}"
        return f"{low}, {high}" + ("" if self.maximum is None else "])"[self.excludes_maximum])


@dataclass(frozen=True)
class Model:
    """One model the page names; ``thinks`` says whether it can reason before it answers."""

    id: str
    series: str
    thinks: bool
    thinking_default: Literal["on", "off", "always", "never"] | None = None
    """Whether it reasons where a request does not say; None where the page does not say."""
    sees: bool | None = None
    """Whether it takes images; None where the page does not say."""
    context: int | None = None
    """How many tokens its context holds."""
    max_output: int | None = None
    """How many tokens an answer may have; None where the page does not say."""
    max_tokens_counts: Literal["text", "text_and_thinking"] | None = None
    """What `max_tokens` limits, as the page says."""
    aliases: tuple[str, ...] = ()
    """Further names under which the endpoint may answer for it."""
    thinks_unasked: bool = False
    """Whether it was seen to think though nothing asks it to, so that answers need room for it."""

    @property
    def needs_room(self) -> bool:
        """Whether some of every answer's tokens are spent on thinking."""
        return self.thinks_unasked or self.thinking_default == "always"

    def is_named(self, name: str) -> bool:
        """Whether an answer may call the model so."""
        return name in (self.id, *self.aliases)


@dataclass(frozen=True)
class Series:
    """A group of models the page treats alike."""

    id: str
    name: str
    models: tuple[Model, ...]

    def is_named(self, name: str) -> bool:
        """Whether this is its id or its name, in any case."""
        return name.lower() in (self.id.lower(), self.name.lower())


@dataclass(frozen=True)
class Host:
    """One of the addresses at which a vendor serves the same API; empty where nothing is known."""

    base_url: str
    """It may hold a placeholder in braces for what every customer has of their own."""
    region: str = ""
    plan: str = ""
    note: str = ""

    def is_at(self, netloc: str) -> bool:
        """Whether an address with this host (and port) is one of its."""
        pattern = re.escape(urlsplit(self.base_url).netloc)
        return re.fullmatch(re.sub(r"\\{[a-z_]+\\}", r"[^./:]+", pattern), netloc) is not None


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
    hosts: tuple[Host, ...] = ()
    """All addresses known, per region and plan; empty where ``base_url`` is the only one."""

    @property
    def addresses(self) -> tuple[Host, ...]:
        """All addresses known, the target's own first unless it is among the others."""
        listed = any(host.base_url == self.base_url for host in self.hosts)
        return self.hosts if listed else (Host(self.base_url), *self.hosts)

    def is_at(self, netloc: str) -> bool:
        """Whether an address with this host (and port) is one of the target's."""
        return any(host.is_at(netloc) for host in self.addresses)


@dataclass(frozen=True)
class Lack:
    """A part that the page itself says is missing of what a row names."""

    tag: str
    """Its short name, by which a probe's behaviour names the same part."""
    words: str


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
    lacks: tuple[Lack, ...] = ()
    """What the page says is missing; not empty where the claim, or an exception, is `partial`."""

    def admits(self, lacking: Iterable[str]) -> bool:
        """Whether the page names all of these parts as missing; never where none is named."""
        tags = set(lacking)
        return bool(tags) and tags <= {lack.tag for lack in self.lacks}

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


_DATED = {"exact": "", "at_least": " or later", "estimated": " (estimated)"}


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
    date_is: Literal["exact", "at_least", "estimated"] = "exact"
    """How the date is to be read: of a page without one, the earliest day or a day near it."""

    @property
    def dated(self) -> str:
        """The date in words: ``2026-09-02 or later``."""
        return f"{self.date}{_DATED[self.date_is]}"

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """All models, series by series."""
        return tuple(model for series in self.series for model in series.models)

    @cached_property
    def rows_by_id(self) -> Mapping[str, Row]:
        """The rows under their ids."""
        return {row.id: row for row in self.rows}

    def has_model(self, name: str) -> bool:
        """Whether a model has this id, or one that fits this pattern (``qwen-*``)."""
        return any(fnmatch.fnmatchcase(model.id, name) for model in self.models)

    def has_series(self, name: str) -> bool:
        """Whether a series has this id or name, in any case."""
        return any(series.is_named(name) for series in self.series)

    def has_row(self, pattern: str) -> bool:
        """Whether the id of a row fits a pattern (``content/*``)."""
        return any(fnmatch.fnmatchcase(row.id, pattern) for row in self.rows)

    def select_models(self, models: tuple[str, ...], series: tuple[str, ...]) -> tuple[Model, ...]:
        """The models chosen by id or pattern and by series; all where neither is given."""
        if not models and not series:
            return self.models
        return tuple(
            model
            for group in self.series
            for model in group.models
            if any(map(group.is_named, series))
            or any(fnmatch.fnmatchcase(model.id, name) for name in models)
        )

    def select_rows(self, patterns: tuple[str, ...]) -> tuple[Row, ...]:
        """The rows whose id fits one of the patterns (``content/*``); all where none is given."""
        return tuple(
            row
            for row in self.rows
            if not patterns or any(fnmatch.fnmatchcase(row.id, one) for one in patterns)
        )
