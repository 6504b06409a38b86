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
from messages_conformance.files import read_text, write_text
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
        lines = [json.loads(line) for line in read_text(path).splitlines() if line.strip()]
        entries = [Entry(str(one["row"]), tuple(map(str, one["beside"]))) for one in lines]
    except (OSError, ValueError, LookupError, TypeError, RecursionError) as problem:
        raise UserError(
            f"{path}: is no corpus of an exploration ({problem}); each line has a row and what "
            "it was asked beside"
        ) from problem
    return tuple(dict.fromkeys(entries))


def write(path: Path, entries: Iterable[Entry]) -> None:
    """Write entries, one a line, each once."""
    kept = dict.fromkeys(entries)
    lines = [json.dumps({"row": one.row, "beside": list(one.beside)}) for one in kept]
    write_text(path, "".join(f"{line}\n" for line in lines))
