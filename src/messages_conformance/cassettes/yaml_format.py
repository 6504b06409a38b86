"""How cassettes lie on disk: vcrpy's format, as YAML that diffs well and is safe to load.

Recordings are written and read one by one, so that no more than one of them is in memory.
Bodies are literal blocks wherever YAML keeps every byte of them so, quoted strings with
escapes where it would not (CR, NUL, C1 controls), and binary where they are not UTF-8.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import vcr.serialize
import yaml

from messages_conformance.cassettes.yaml_reader import Bounds, read_interactions
from messages_conformance.files import replacing, sync_folder
from messages_conformance.protocol.limits import DEFAULT

Stored: TypeAlias = dict[str, Any]
"""Recordings in vcrpy's form: requests, responses and metadata."""

MAX_RECORDING: Final = 24 * 1024 * 1024
"""Bytes that one recording may take in a file: the longest answer, if all of it is escaped."""
_BOUNDS: Final = Bounds(size=MAX_RECORDING, depth=16, values=5 * DEFAULT.pieces)
"""A recording needs six levels, and three values for each chunk."""
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
    sync_folder(path.parent)


def load(path: Path) -> Iterator[Stored]:
    """Read a cassette, which may come from a stranger, recording by recording.

    Raises:
        yaml.YAMLError: it is not YAML, or holds what no recording holds: see `read_interactions`.
        ArithmeticError, LookupError, OSError, TypeError, ValueError: it is malformed.
    """
    count = 0
    with path.open("rb") as file:
        for head, interaction in read_interactions(file, _BOUNDS):
            if "metadata" not in head:
                raise ValueError("its metadata must precede its interactions")
            count += 1
            metadata = head["metadata"]
            document = {"interactions": [interaction], "metadata": metadata}
            requests, responses, _ = vcr.serialize.deserialize(document, _Values)
            yield {"requests": requests, "responses": responses, "metadata": metadata}
    if not count:
        raise ValueError("it holds no recordings")


def _has_astral(interactions: list[dict[str, Any]]) -> bool:
    texts = (
        text
        for interaction in interactions
        for text in (interaction["request"]["body"], interaction["response"]["body"]["string"])
    )
    return any(isinstance(text, str) and _ASTRAL.search(text) for text in texts)
