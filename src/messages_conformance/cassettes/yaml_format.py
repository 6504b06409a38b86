"""Cassette files: vcrpy's format, as YAML that diffs well and is safe to load.

Recordings are written and read one by one, so that no more than one of them is in memory. A body is
a literal block if YAML keeps every byte of it that way, a quoted string with escapes if not (CR,
NUL, C1 controls), and binary if it is not UTF-8.
"""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final, TypeAlias

import yaml

from messages_conformance.cassettes.stored_form import Stored, from_document
from messages_conformance.cassettes.yaml_reader import Bounds, read_interactions
from messages_conformance.files import open_file, replacing, sync_folder
from messages_conformance.protocol.limits import DEFAULT

MAX_RECORDING: Final = 24 * 1024 * 1024
"""Bytes that one recording may take in a file: the longest answer, if all of it is escaped."""
_BOUNDS: Final = Bounds(size=MAX_RECORDING, depth=16, values=5 * DEFAULT.pieces)
"""A recording needs six levels, and three values for each chunk."""
_END: Final = "...\n"

_LITERAL = r"[\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010fffe]+"
"""Text that a literal block keeps; tabs and unusual line ends are quoted, to be visible."""
_ASTRAL = re.compile(r"[\U00010000-\U0010ffff]")
_READ = 128 * 1024
"""Characters of the longest text that is written to be read, and not to be quick."""
_SHORT = 60
"""Characters of the longest text that is written on the line of its name."""
_UNLIMITED = 2**31 - 1
_Dumper: TypeAlias = yaml.SafeDumper | yaml.CSafeDumper


class _FastDumper(yaml.CSafeDumper):
    """The C emitter, which escapes every character beyond the basic plane."""


class _WideDumper(yaml.SafeDumper):
    """The Python emitter, which does not, and is many times slower."""


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = None
    if not re.fullmatch(_LITERAL, text):
        style = '"'
    elif len(text) > _SHORT or "\n" in text:
        style = "|"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list(dumper: _Dumper, items: list[Any]) -> yaml.SequenceNode:
    """Write chunks, which are lists of pairs, on one line, and other lists one item per line."""
    pairs = bool(items) and all(isinstance(item, list) for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=pairs)


def _yaml(document: Any, dumper: type[_FastDumper | _WideDumper]) -> str:
    text: str = yaml.dump(
        document, Dumper=dumper, sort_keys=False, allow_unicode=True, width=_UNLIMITED
    )
    # The emitter ends the document after a text that ends in empty lines; but more will follow.
    return text.removesuffix(_END)


for _dumper in (_FastDumper, _WideDumper):
    _dumper.add_representer(str, _text)
    _dumper.add_representer(list, _list)


class _Texts:
    """A serializer for vcrpy: the interactions alone, as each is written by itself."""

    @staticmethod
    def serialize(document: dict[str, Any]) -> str:
        interactions = document["interactions"]
        return _yaml(interactions, _WideDumper if _is_for_readers(interactions) else _FastDumper)


def save(path: Path, recorded: Iterable[Stored]) -> None:
    """Replace a cassette as a whole, or leave it as it was.

    ``recorded`` are its recordings in vcrpy's form, all with the same metadata; no more than one
    of them is held at a time.
    """
    import vcr.serialize  # takes a while, and most commands write nothing

    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as file:
        for number, stored in enumerate(recorded):
            if not number:
                head = {
                    "version": vcr.serialize.CASSETTE_FORMAT_VERSION,
                    "metadata": stored["metadata"],
                }
                file.write(f"{_yaml(head, _WideDumper)}interactions:\n")
            # The number by which reports name it: a person finds it by search.
            file.write(f"# {path.name}#{number}\n")
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
    with open_file(path) as file:
        for head, interaction in read_interactions(file, _BOUNDS):
            if "metadata" not in head:
                raise ValueError("its metadata must precede its interactions")
            count += 1
            yield from_document({"interactions": [interaction], "metadata": head["metadata"]})
    if not count:
        raise ValueError("it holds no recordings")


def _is_for_readers(interactions: list[dict[str, Any]]) -> bool:
    """Whether there are characters beyond the basic plane, in texts short enough to be read."""
    texts = (
        text
        for interaction in interactions
        for text in (interaction["request"]["body"], interaction["response"]["body"]["string"])
        if isinstance(text, str)
    )
    return any(len(text) <= _READ and _ASTRAL.search(text) for text in texts)
