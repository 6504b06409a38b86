"""How cassettes lie on disk: vcrpy's format, as YAML that diffs well and is safe to load.

The two classes are what `vcr.cassette.Cassette` takes as its serializer and persister.
Bodies are literal blocks wherever YAML keeps every byte of them so, quoted strings with
escapes where it would not (CR, NUL, C1 controls), and binary where they are not UTF-8.
"""

import contextlib
import os
import re
from pathlib import Path
from typing import Any, TypeAlias

import vcr.serialize
import yaml
from vcr.persisters.filesystem import CassetteNotFoundError

_LITERAL = re.compile(
    r"[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe]+"
)
"""Text that a literal block keeps; tabs and other line ends are quoted to stay visible."""
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")
_SHORT = 60
"""Characters up to which a text of one line stands beside its name."""
_UNLIMITED = 2**31 - 1
_DEEPEST = 16
"""Levels a cassette may nest; it needs eight, and the C parser overflows on thousands."""

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


for _dumper in (_FastDumper, _WideDumper):
    _dumper.add_representer(str, _text)
    _dumper.add_representer(list, _list)


class Serializer:
    """vcrpy's serializer: the document of a cassette to and from text."""

    @staticmethod
    def serialize(document: dict[str, Any]) -> str:
        """Write what is recorded under what it is a recording of."""
        ordered = {
            "version": document["version"],
            "metadata": document["metadata"],
            "interactions": document["interactions"],
        }
        return yaml.dump(
            ordered,
            Dumper=_WideDumper if _has_astral(document["interactions"]) else _FastDumper,
            sort_keys=False,
            allow_unicode=True,
            width=_UNLIMITED,
        )

    @staticmethod
    def deserialize(text: str) -> Any:
        """Read a cassette, which may come from a stranger.

        Raises:
            yaml.YAMLError: it is not YAML, or holds what plain data has no need of: tags that
                make objects, aliases, or depths.
        """
        depth = 0
        for event in yaml.parse(text, Loader=yaml.CSafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise yaml.YAMLError("it holds an alias, which no recording has")
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise yaml.YAMLError("it nests deeper than any recording")
        return yaml.load(text, Loader=yaml.CSafeLoader)


class Persister:
    """vcrpy's persister: a cassette file is replaced as a whole or not at all."""

    @staticmethod
    def load_cassette(path: str | Path, serializer: type[Serializer]) -> Any:
        """Return requests, responses and metadata as vcrpy wants them."""
        try:
            text = Path(path).read_text(encoding="utf-8")
        except FileNotFoundError as missing:
            raise CassetteNotFoundError(str(path)) from missing
        return vcr.serialize.deserialize(text, serializer)

    @staticmethod
    def save_cassette(
        path: str | Path, cassette: dict[str, Any], serializer: type[Serializer]
    ) -> None:
        """Write beside the file, push it to the disk, and only then take its place."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.tmp")
        try:
            with beside.open("w", encoding="utf-8", newline="\n") as file:
                file.write(vcr.serialize.serialize(cassette, serializer))
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        settle(path.parent)


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
