"""How cassettes lie on disk: vcrpy's format, as YAML that diffs well and is safe to load.

Recordings are written and read one by one, so that no more than one of them is in memory.
Bodies are literal blocks wherever YAML keeps every byte of them so, quoted strings with
escapes where it would not (CR, NUL, C1 controls), and binary where they are not UTF-8.
"""

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

import vcr.serialize
import yaml

from messages_conformance.files import replacing

Stored: TypeAlias = dict[str, Any]
"""Recordings in vcrpy's form: requests, responses and metadata."""

LONGEST: Final = 24 * 1024 * 1024
"""Bytes that one recording may take in a file: the longest answer, if all of it is escaped."""
TOO_LONG: Final = "it holds a recording longer than any that is made here"
_END: Final = "...\n"
_VERSION: Final = vcr.serialize.CASSETTE_FORMAT_VERSION

_LITERAL = re.compile(
    r"[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe]+"
)
"""Text that a literal block keeps; tabs and other line ends are quoted to stay visible."""
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")
_SHORT = 60
"""Characters up to which a text of one line stands beside its name."""
_UNLIMITED = 2**31 - 1
_DEEPEST = 16
"""Levels a recording may nest; it needs six, and the C parser overflows on thousands."""

_Dumper: TypeAlias = yaml.SafeDumper | yaml.CSafeDumper


class _FastDumper(yaml.CSafeDumper):
    """The C emitter, which would escape every character beyond the basic plane."""


class _WideDumper(yaml.SafeDumper):
    """The Python emitter: six times slower, but an emoji stays an emoji."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None
    if not _LITERAL.fullmatch(text):
        style = '"'
    elif len(text) > _SHORT or "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list(dumper: _Dumper, items: list[Any]) -> yaml.SequenceNode:
    """Chunks, lists of number pairs, go on one line; everything else gets a line each."""
    pairs = bool(items) and all(isinstance(item, list) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=pairs)


def _yaml(document: Any, dumper: type[_FastDumper | _WideDumper]) -> str:
    text: str = yaml.dump(
        document, Dumper=dumper, sort_keys=False, allow_unicode=True, width=_UNLIMITED
    )
    # Where a text ends in empty lines the emitter marks the end; but there is more to come.
    return text.removesuffix(_END)


for _dumper in (_FastDumper, _WideDumper):
    _dumper.add_representer(str, _text)
    _dumper.add_representer(list, _list)


class _Texts:
    """vcrpy's serializer, for the interactions alone: each is written by itself."""

    @staticmethod
    def serialize(document: dict[str, Any]) -> str:
        interactions = document["interactions"]
        return _yaml(interactions, _WideDumper if _has_astral(interactions) else _FastDumper)


class _Values:
    """vcrpy's serializer for what was read already."""

    @staticmethod
    def deserialize(document: dict[str, Any]) -> dict[str, Any]:
        return document


def save(path: Path, recorded: Iterable[Stored]) -> None:
    """Replace a cassette as a whole: beside it, to the disk, and only then in its place.

    ``recorded`` are its recordings one by one, in vcrpy's form, all with the same metadata;
    no more than one of them is held at a time.
    """
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        for number, stored in enumerate(recorded):
            if not number:
                head = {"version": _VERSION, "metadata": stored["metadata"]}
                file.write(f"{_yaml(head, _WideDumper)}interactions:\n")
            file.write(vcr.serialize.serialize(stored, _Texts))
        file.flush()
        os.fsync(file.fileno())
    settle(path.parent)


def load(path: Path) -> Iterator[Stored]:
    """Read a cassette, which may come from a stranger, recording by recording.

    Raises:
        yaml.YAMLError: it is not YAML, or holds what plain data has no need of: tags that make
            objects, aliases, depths, or a recording longer than any that is made here.
        LookupError, OSError, TypeError, ValueError: it is malformed.
    """
    with path.open("rb") as file:
        bounded = _Bounded(file)
        events = _Events(bounded)
        metadata: Any = None
        count = 0
        for name in events.names():
            if name != "interactions":
                value = events.value()
                metadata = value if name == "metadata" else metadata
                continue
            if metadata is None:
                raise ValueError("what it is a recording of must stand before the interactions")
            for interaction in events.items():
                bounded.allow()
                count += 1
                document = {"interactions": [interaction], "metadata": metadata}
                requests, responses, _ = vcr.serialize.deserialize(document, _Values)
                yield {"requests": requests, "responses": responses, "metadata": metadata}
        if not count:
            raise ValueError("it holds no recordings")


class _Bounded:
    """A file of which so much is read and no more, until more is allowed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.allow()

    def allow(self) -> None:
        """Let one more recording be read."""
        self._left = LONGEST

    def read(self, size: int = -1, /) -> bytes:
        """Read on, which is what a YAML parser wants of a file."""
        data = self._file.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise yaml.YAMLError(TOO_LONG)
        return data


class _Events:
    """Plain data made of a YAML file while it is being read."""

    def __init__(self, file: _Bounded) -> None:
        self._loader = yaml.CSafeLoader(file)
        self._depth = 0
        for kind in (yaml.StreamStartEvent, yaml.DocumentStartEvent):
            self._expect(self._next(), kind)

    def names(self) -> Iterator[str]:
        """The names of the whole document, a mapping; each one's value must be taken."""
        self._expect(self._next(), yaml.MappingStartEvent)
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            yield str(self._made_of(event))

    def items(self) -> Iterator[Any]:
        """The items of the sequence that comes next."""
        self._expect(self._next(), yaml.SequenceStartEvent)
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield self._made_of(event)

    def value(self) -> Any:
        """The value that comes next."""
        return self._made_of(self._next())

    def _next(self) -> yaml.Event:
        event = self._loader.get_event()
        if event is None:
            raise yaml.YAMLError("it ends too early")
        return event

    def _expect(self, event: yaml.Event, kind: type[yaml.Event]) -> None:
        if not isinstance(event, kind) or getattr(event, "tag", None) is not None:
            raise yaml.YAMLError("it is not made as a recording is")

    def _made_of(self, event: yaml.Event) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            raise yaml.YAMLError("it holds an alias, which no recording has")
        if not isinstance(event, yaml.CollectionStartEvent) or event.tag is not None:
            raise yaml.YAMLError("it holds something that is not plain data")
        self._depth += 1
        if self._depth > _DEEPEST:
            raise yaml.YAMLError("it nests deeper than any recording")
        made: Any
        if isinstance(event, yaml.MappingStartEvent):
            made = {}
            while not isinstance(event := self._next(), yaml.MappingEndEvent):
                name = self._made_of(event)
                made[name] = self.value()
        else:
            made = []
            while not isinstance(event := self._next(), yaml.SequenceEndEvent):
                made.append(self._made_of(event))
        self._depth -= 1
        return made

    def _scalar(self, event: yaml.ScalarEvent) -> Any:
        if event.tag is None and not event.implicit[0]:
            return event.value  # a text in quotes or as a block
        loader: Any = self._loader
        tag = event.tag or loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        # Not `construct_object`, which remembers all it ever made.
        return loader.construct_document(yaml.ScalarNode(tag, event.value))


def settle(folder: Path) -> None:
    """Push a folder's list of names to the disk, where the system can: new files outlive a cut."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _has_astral(interactions: list[dict[str, Any]]) -> bool:
    texts = (
        text
        for interaction in interactions
        for text in (interaction["request"]["body"], interaction["response"]["body"]["string"])
    )
    return any(isinstance(text, str) and _ASTRAL.search(text) for text in texts)
