"""What an application uses: its features, how often, where first, and with which values."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from messages_conformance.applications.feature import Feature
from messages_conformance.applications.feature_table import FEATURES, TRIVIAL, feature_of
from messages_conformance.applications.marks import Sighting, Value
from messages_conformance.traffic.calls.call import Part

_MOST_WORDS = 20
_MOST_PLACES = 3
_MOST_OTHERS = 200


@dataclass(frozen=True, slots=True)
class Values:
    """The values that a feature was used with: a range of numbers, or words of the API."""

    least: int | float | None = None
    most: int | float | None = None
    words: tuple[tuple[str, int], ...] = ()
    """Each with how often, the most frequent first."""

    def __str__(self) -> str:
        if self.words:
            return ", ".join(f"{word} ({count:,})" for word, count in self.words)
        if self.least is None or self.most is None:
            return ""
        same = self.least == self.most
        return f"{self.least:g}" if same else f"{self.least:g} to {self.most:g}"


@dataclass(frozen=True, slots=True)
class Use:
    """How a feature is used."""

    feature: str
    calls: int
    """How many calls or places in source use it."""
    places: tuple[str, ...]
    """Where first: source and place in it."""
    values: Values = Values()
    in_answers_alone: bool = False
    """Whether only answers showed it, so that the program may not look at it."""


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Something that was used and that no feature covers, by its mark."""

    mark: str
    calls: int
    place: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read."""

    name: str
    format: str
    calls: int
    skipped: tuple[tuple[str, int, str], ...] = ()
    """Records that are no calls: why, how many, and where the first stands."""
    damaged: tuple[tuple[str, int, str], ...] = ()
    """Records that could not be read, likewise."""
    hides: tuple[Part, ...] = ()
    """What no call of it shows."""


@dataclass(frozen=True, slots=True)
class Inventory:
    """All that some sources show of an application."""

    sources: tuple[Source, ...]
    uses: tuple[Use, ...]
    """In the order of the table."""
    uncovered: tuple[Uncovered, ...]
    figures: Mapping[str, Values] = field(default_factory=dict)
    """Of whole requests: their size in bytes, turns, tools, cache marks."""

    @property
    def calls(self) -> int:
        """How many calls were read."""
        return sum(source.calls for source in self.sources)

    @property
    def used(self) -> Mapping[str, Use]:
        """The uses by the ids of their features."""
        return {use.feature: use for use in self.uses}

    @property
    def hidden(self) -> frozenset[Part]:
        """What none of the sources shows."""
        sets = [frozenset(source.hides) for source in self.sources if source.calls]
        return frozenset.intersection(*sets) if sets else frozenset(Part)

    def not_visible(self) -> tuple[Feature, ...]:
        """Features that no source could have shown."""
        hidden, used = self.hidden, self.used
        return tuple(f for f in FEATURES.values() if f.id not in used and f.part in hidden)

    def not_used(self) -> tuple[Feature, ...]:
        """Features that a source would have shown, and did not."""
        hidden, used = self.hidden, self.used
        return tuple(f for f in FEATURES.values() if f.id not in used and f.part not in hidden)


FIGURES: Mapping[str, str] = {
    "size": "bytes of a request",
    "turns": "turns",
    "body.tools": "tools",
    "body.cache_marks": "cache marks",
}
"""Marks that are figures of a whole request, and what they count."""


_OF_CALLS = frozenset(
    {"id", "name", "input", "tool_use_id", "server_name", "file_id", "is_error", "source"}
)
"""What blocks of calls and results consist of."""
_OF_ANSWERS = ("stop_reason:", "answer:", "status:")
"""How marks begin that an answer shows."""
_PLAIN = frozenset({"text", "image"})
"""Blocks that consist of none of it."""


_MARK = re.compile(r"[\w.:/+@,-]{1,120}", re.ASCII)
_UNUSUAL = "a name that no API has"
"""Of what has such a name nothing is shown: it may be a datum of the application."""


class _Tally:
    """The values seen at one mark or feature."""

    def __init__(self) -> None:
        self.least: int | float | None = None
        self.most: int | float | None = None
        self.words: Counter[str] = Counter()

    def add(self, value: Value) -> None:
        if isinstance(value, str):
            if value in self.words or len(self.words) < _MOST_WORDS:
                self.words[value] += 1
        elif value is not None:
            self.least = value if self.least is None else min(self.least, value)
            self.most = value if self.most is None else max(self.most, value)

    def values(self) -> Values:
        return Values(self.least, self.most, tuple(self.words.most_common()))


class Collector:
    """Counts sightings into an inventory, in memory that does not grow with the calls."""

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._places: dict[str, list[str]] = {}
        self._not_in_answers: set[str] = set()
        self._tallies: dict[str, _Tally] = {}
        self._others: Counter[str] = Counter()
        self._other_places: dict[str, str] = {}
        self._figures: dict[str, _Tally] = {}
        self._sources: list[Source] = []

    def add(self, place: str, sightings: Iterable[Sighting]) -> None:
        """Count what one call, or one place in source, shows."""
        seen: set[str] = set()
        others: set[str] = set()
        for mark, value in sightings:
            if mark in FIGURES:
                self._figures.setdefault(mark, _Tally()).add(value)
            feature = feature_of(mark)
            if feature is not None:
                seen.add(feature.id)
                if not mark.startswith(_OF_ANSWERS):
                    self._not_in_answers.add(feature.id)
                if value is not None:
                    self._tallies.setdefault(feature.id, _Tally()).add(value)
            elif not _is_trivial(mark):
                others.add(mark if _MARK.fullmatch(mark) else _UNUSUAL)
        for id in seen:
            self._calls[id] += 1
            places = self._places.setdefault(id, [])
            if len(places) < _MOST_PLACES and place not in places[-1:]:
                places.append(place)
        for mark in others:
            if mark in self._others or len(self._others) < _MOST_OTHERS:
                self._others[mark] += 1
                self._other_places.setdefault(mark, place)

    def add_source(self, source: Source) -> None:
        """Note a source that was read to its end."""
        self._sources.append(source)

    def inventory(self) -> Inventory:
        """What was counted so far."""
        nothing = _Tally()
        uses = tuple(
            Use(
                id,
                self._calls[id],
                tuple(self._places[id]),
                self._tallies.get(id, nothing).values(),
                id not in self._not_in_answers,
            )
            for id in FEATURES
            if self._calls[id]
        )
        uncovered = tuple(
            Uncovered(mark, count, self._other_places[mark])
            for mark, count in sorted(self._others.items())
        )
        figures = {name: self._figures[name].values() for name in FIGURES if name in self._figures}
        return Inventory(tuple(self._sources), uses, uncovered, figures)


def _is_trivial(mark: str) -> bool:
    """Whether a mark is a part of what another shows."""
    if mark in TRIVIAL or mark.startswith("answer:"):
        return True
    # The way to an object that is walked further, and what a covered block consists of.
    if mark.startswith(
        ("block:tool_result.content:", "block:document.source:", "body.output_config.format.")
    ):
        return True
    block, _, key = mark.removeprefix("block:").partition(".")
    return mark.startswith("block:") and key in _OF_CALLS and block not in _PLAIN


def merged(inventories: Iterable[Inventory]) -> Inventory:
    """One inventory of several; places and words of the first come first."""
    every = tuple(inventories)
    uses = []
    for id in FEATURES:
        found = [one.used[id] for one in every if id in one.used]
        if found:
            values = found[0].values
            for use in found[1:]:
                values = _joined(values, use.values)
            places = tuple(place for use in found for place in use.places)[:_MOST_PLACES]
            alone = all(use.in_answers_alone for use in found)
            uses.append(Use(id, sum(use.calls for use in found), places, values, alone))
    others: dict[str, Uncovered] = {}
    figures: dict[str, Values] = {}
    for one in every:
        for other in one.uncovered:
            known = others.get(other.mark)
            others[other.mark] = replace(known, calls=known.calls + other.calls) if known else other
        for name, values in one.figures.items():
            figures[name] = _joined(figures[name], values) if name in figures else values
    return Inventory(
        tuple(source for one in every for source in one.sources),
        tuple(uses),
        tuple(others[mark] for mark in sorted(others)),
        figures,
    )


def _joined(one: Values, two: Values) -> Values:
    least = [value for value in (one.least, two.least) if value is not None]
    most = [value for value in (one.most, two.most) if value is not None]
    words = Counter(dict(one.words)) + Counter(dict(two.words))
    return Values(
        min(least, default=None), max(most, default=None), tuple(words.most_common(_MOST_WORDS))
    )
