"""Reading vcrpy's YAML within bounds: interaction by interaction, as plain data and nothing else.

A cassette may come from a stranger. Aliases are refused, since a few bytes of them can mean
gigabytes; so are tags that make objects, and values that are longer, deeper or more than the bounds
allow. No more than one interaction is in memory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import yaml

TOO_LONG: Final = "it holds a recording longer than any that is made here"

_LONGEST_PLAIN: Final = 64
"""Characters of the longest plain scalar that is taken for a number, a date or the like. A longer
one is text: YAML 1.1 reads ``1:1:1:…`` as a number of base 60, in quadratic time."""
_MOST_PLAIN: Final = 4096
"""Different plain scalars of a file whose values are kept: names, and figures that recur."""
_OF_ANY_LENGTH: Final = ("tag:yaml.org,2002:binary", "tag:yaml.org,2002:str")


@dataclass(frozen=True)
class Bounds:
    """How much one interaction, or one other value of a cassette, may hold."""

    size: int
    """bytes in the file"""
    depth: int
    """levels of nesting"""
    values: int
    """mappings, lists, names and scalars"""


class TooLongError(yaml.YAMLError):
    """An interaction takes more bytes than its bounds allow."""


class Readable(Protocol):
    """What a cassette is read from: a binary file, or a part of one."""

    def read(self, size: int = ..., /) -> bytes:
        """Return the next bytes, at most ``size``; none at the end."""


_INTERACTIONS = ("interactions", "http_interactions")
"""Where vcrpy has them, and VCR for Ruby."""


def read_interactions(
    file: Readable, bounds: Bounds
) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
    """Read a cassette's interactions in their order, each with the head of the document.

    The head has the values that precede the interactions: ``version``, ``metadata`` and the like.

    Raises:
        yaml.YAMLError: it is not YAML, not a mapping with a list of interactions, or holds an
            alias, a tag that makes an object, or more than the bounds allow.
        TooLongError: a value takes more bytes than the bounds allow.
        ArithmeticError, TypeError, ValueError: a scalar has no value, like 31 February.
    """
    reader = _Reader(file, bounds)
    head: dict[str, Any] = {}
    for name in reader.names():
        if name not in _INTERACTIONS:
            head[name] = reader.value()
            continue
        for interaction in reader.items():
            yield head, interaction


class _BoundedFile:
    """A file of which no more is read than one value may take, until the next value begins."""

    def __init__(self, file: Readable, size: int) -> None:
        self._file = file
        self._size = self._left = size

    def begin(self) -> None:
        self._left = self._size

    def read(self, size: int = -1, /) -> bytes:
        if self._left < 0:
            raise TooLongError(TOO_LONG)
        data = self._file.read(size)
        self._left -= len(data)
        return data


class _Reader:
    """Plain data, made of a document's events while the file is being read.

    PyYAML's own loaders compose whole documents, follow aliases, and overflow the C stack on deep
    ones.
    """

    def __init__(self, file: Readable, bounds: Bounds) -> None:
        self._file = _BoundedFile(file, bounds.size)
        self._loader = yaml.CSafeLoader(self._file)
        self._bounds = bounds
        self._depth = self._values = 0
        self._plain: dict[str, Any] = {}
        self._expect(yaml.StreamStartEvent)
        self._expect(yaml.DocumentStartEvent)

    def names(self) -> Iterator[str]:
        """The names of the document, which is a mapping; the value of each must be read."""
        self._expect(yaml.MappingStartEvent)
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            self._begin()
            yield str(self._read(event))

    def items(self) -> Iterator[Any]:
        """The items of the sequence that comes next."""
        self._expect(yaml.SequenceStartEvent)
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            self._begin()
            yield self._read(event)

    def value(self) -> Any:
        """The value that comes next."""
        self._begin()
        return self._read(self._next())

    def _begin(self) -> None:
        self._file.begin()
        self._values = 0

    def _next(self) -> yaml.Event:
        event = self._loader.get_event()
        if event is None:
            raise yaml.YAMLError("it ends too early")
        return event

    def _expect(self, kind: type[yaml.Event]) -> None:
        event = self._next()
        if not isinstance(event, kind) or getattr(event, "tag", None) is not None:
            raise yaml.YAMLError("it is not a mapping with a list of interactions")

    def _read(self, event: yaml.Event) -> Any:
        self._values += 1
        if self._values > self._bounds.values:
            raise yaml.YAMLError("it holds more values than any recording")
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError(f"it holds the alias *{event.anchor}, which no recording has")
        assert isinstance(event, yaml.CollectionStartEvent)
        if event.tag is not None:
            raise yaml.YAMLError(f"it holds the tag {event.tag}, which does not make plain data")
        self._depth += 1
        if self._depth > self._bounds.depth:
            raise yaml.YAMLError("it nests deeper than any recording")
        made = self._mapping() if isinstance(event, yaml.MappingStartEvent) else self._sequence()
        self._depth -= 1
        return made

    def _mapping(self) -> dict[Any, Any]:
        made = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            name = self._read(event)
            made[name] = self._read(self._next())
        return made

    def _sequence(self) -> list[Any]:
        made = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            made.append(self._read(event))
        return made

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        is_long = len(event.value) > _LONGEST_PLAIN
        if event.tag is None and (is_long or not event.implicit[0]):
            return event.value
        is_plain = event.tag is None and event.implicit[0]
        if is_plain and event.value in self._plain:
            return self._plain[event.value]
        loader: Any = self._loader
        tag = event.tag or loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        if is_long and tag not in _OF_ANY_LENGTH:
            raise yaml.YAMLError(f"it holds a value of {tag} that is too long for one")
        # Not `construct_object`, which keeps everything it ever made.
        value = loader.construct_document(yaml.ScalarNode(tag, event.value))
        if is_plain and len(self._plain) < _MOST_PLAIN:
            self._plain[event.value] = value
        return value
