"""The corpus of an exploration: the smallest failing companies found so far, asked first next time.

A file of JSON lines that people may keep, share and edit::

    {"row": "basic/system", "beside": ["tool", "stream"]}

A line whose row or feature no longer exists is left out.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from messages_conformance.errors import UserError
from messages_conformance.files import LARGEST_SETTINGS, read_text, write_text
from messages_conformance.probing.company.features import FEATURES, Feature

_BY_NAME: Mapping[str, Feature] = {feature.name: feature for feature in FEATURES}


@dataclass(frozen=True, slots=True)
class Entry:
    """A row, and the smallest company in which it failed."""

    row: str
    beside: tuple[str, ...]
    """The names of the features."""

    @property
    def features(self) -> tuple[Feature, ...]:
        """The features; none where one of them no longer exists."""
        found = tuple(_BY_NAME[name] for name in self.beside if name in _BY_NAME)
        return found if len(found) == len(self.beside) else ()


def read(path: Path) -> tuple[Entry, ...]:
    """The entries of a file, each once; none where there is no file yet.

    Raises:
        UserError: it is no corpus.
    """
    if not path.exists():
        return ()
    try:
        lines = read_text(path, LARGEST_SETTINGS).splitlines()
    except OSError as problem:
        raise UserError(f"{path}: cannot be read: {problem.strerror}") from problem
    except UnicodeDecodeError as problem:
        raise UserError(f"{path}: is no corpus of an exploration ({problem})") from problem
    entries = [
        _entry(f"{path}: line {at}", line) for at, line in enumerate(lines, 1) if line.strip()
    ]
    return tuple(dict.fromkeys(entries))


def _entry(where: str, line: str) -> Entry:
    try:
        one = json.loads(line)
    except (ValueError, RecursionError):
        one = None
    match one:
        case {"row": str(row), "beside": [*beside]} if all(isinstance(b, str) for b in beside):
            return Entry(row, tuple(beside))
    raise UserError(
        f"{where}: is no entry, so this is no corpus of an exploration; each line is like "
        '{"row": "basic/system", "beside": ["tool", "stream"]}'
    )


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write entries, one a line, each once."""
    kept = dict.fromkeys(entries)
    lines = [json.dumps({"row": one.row, "beside": list(one.beside)}) for one in kept]
    write_text(path, "".join(f"{line}\n" for line in lines))
