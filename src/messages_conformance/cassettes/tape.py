"""Recorded exchanges: ``<root>/<target>/<model>/<suite>.yaml``, and the tape made of them.

The form of a file is vcrpy's; what stands in it beyond that is told in `interaction`. While a
run is going on, and after one that was killed, the newest exchanges stand in the journal beside
the files; a tape holds them too.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import yaml

from messages_conformance.cassettes import journal, yaml_format
from messages_conformance.cassettes.entry import (
    FORMAT,
    STORED_BODY,
    Entry,
    Label,
    Slot,
    from_stored,
    to_stored,
)
from messages_conformance.cassettes.spool import Spool
from messages_conformance.errors import CassetteError
from messages_conformance.protocol.exchange import Exchange, Place, Request, parts
from messages_conformance.protocol.limits import DEFAULT

__all__ = ["FORMAT", "STORED_BODY", "CassetteError", "Entry", "Label", "Tape", "folder_of"]

SIMULATED_BY = "x-messages-conformance"
"""The header by which the reference endpoint says that it answered: ``reference``."""

_LONGEST_NAME = 100
_UNUSABLE = (
    yaml.YAMLError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True)
class Kept:
    """An entry as it was found, and where it belongs."""

    label: Label
    suite: str
    step: int
    """Orders what one row asked for."""
    entry: Entry

    @property
    def of_journal(self) -> bool:
        """Whether no cassette has it yet."""
        place = self.entry.exchange.place
        return place is not None and Path(place.cassette).name == journal.NAME


def find(root: Path, target: str, model: str) -> Iterator[Kept]:
    """Read all that is recorded of a model: its files, and what the journal has beyond them.

    Long bodies are not held in memory.

    Raises:
        CassetteError: a file cannot be read, is malformed, or is of something else.
        OSError: there is no room for long bodies.
    """
    spool = Spool()
    folder = folder_of(root, target, model)
    auth: str | None = None
    known = set()
    for path in (*sorted(folder.glob("*.yaml")), folder / journal.NAME):
        for kept in _read(path, path.relative_to(root).as_posix()):
            label, entry = kept.label, kept.entry
            if (label.target, label.model) != (target, model):
                raise CassetteError(
                    f"{path}: is a recording of {label.model!r} of target {label.target!r}; "
                    "move it to its own folder"
                )
            if label.auth != (auth := auth or label.auth):
                raise CassetteError(
                    f"{path}: was recorded with the key in {label.auth}, its neighbours with "
                    f"{auth}; record them all again"
                )
            identity = (entry.slot, entry.tried)
            # A run that dies while it writes the files leaves in the journal what they have.
            if path.name != journal.NAME or identity not in known:
                known.add(identity)
                yield replace(kept, entry=replace(entry, exchange=spool.light(entry.exchange)))


@dataclass(frozen=True)
class Tape:
    """All that is recorded of one model, from all files of its folder together."""

    labels: tuple[Label, ...]
    """Different ones once each."""
    entries: tuple[Entry, ...]

    @classmethod
    def load(cls, root: Path, target: str, model: str) -> "Tape":
        """Read a model's cassettes; the tape is empty where there are none.

        Raises:
            CassetteError: a file cannot be read, is malformed, or is of something else.
        """
        found = list(find(root, target, model))
        labels = dict.fromkeys(kept.label for kept in found)
        return cls(tuple(labels), tuple(kept.entry for kept in found))

    @property
    def label(self) -> Label | None:
        """The newest file's label; None where nothing is recorded."""
        return max(self.labels, key=lambda label: label.date, default=None)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything recorded, in the order of the files, what was superseded among it."""
        return tuple(entry.exchange for entry in self.entries)

    @cached_property
    def superseded(self) -> tuple[Exchange, ...]:
        """What came before an answer and was no reason to stop asking: a 429, a hung-up line."""
        return tuple(entry.exchange for entry in self.entries if entry.tried is not None)

    @property
    def answers(self) -> tuple[Entry, ...]:
        """The entries that stand, one for each step."""
        return tuple(entry for entry in self.entries if entry.tried is None)

    @cached_property
    def rows(self) -> frozenset[str]:
        """The rows that something was recorded for, not counting what they share."""
        return frozenset(entry.row for entry in self.answers)

    @cached_property
    def simulated(self) -> bool:
        """Whether the reference endpoint had a part in it: by a label, or by an answer."""
        return any(label.evidence == "simulated" for label in self.labels) or any(
            is_simulated(exchange) for exchange in self.exchanges
        )

    @cached_property
    def _by_slot(self) -> dict[Slot, Exchange]:
        return {entry.slot: entry.exchange for entry in reversed(self.answers)}

    def find(self, request: Request, nth: int) -> Exchange | None:
        """The recording of a request, of equal ones the ``nth``, from 0; None if there is none."""
        found = self._by_slot.get((request.key, nth))
        # What was recorded may hold a hash for a body; the one asking knows the body.
        return found and found.asked_with(request)


def is_simulated(exchange: Exchange) -> bool:
    """Whether the reference endpoint gave this answer."""
    return exchange.header(SIMULATED_BY) == "reference"


def folder_of(root: Path, target: str, model: str) -> Path:
    """Where a model's cassettes lie; ids with slashes or colons make safe names too."""
    return root / _safe(target) / _safe(model)


def files_of(folder: Path) -> list[Path]:
    """The files in a model's folder, or anywhere below another one, that hold recordings."""
    return sorted([*folder.rglob("*.yaml"), *folder.rglob(journal.NAME)])


def labels_of(root: Path, target: str) -> Iterator[Label]:
    """The label of each file that is recorded of a target; only its first entry is read.

    A file that cannot be read is left to `find`, which says so.
    """
    for path in files_of(folder_of(root, target, "any").parent):
        with contextlib.suppress(CassetteError):
            if kept := next(_read(path, path.relative_to(root).as_posix()), None):
                yield kept.label


def _safe(id: str) -> str:
    name = quote(id, safe=" ")
    if name.startswith("."):
        name = f"%2E{name[1:]}"
    if len(name) > _LONGEST_NAME:
        name = f"{name[: _LONGEST_NAME - 20]}-{hashlib.sha256(id.encode()).hexdigest()[:16]}"
    return name


def write(path: Path, label: Label, entries: Iterable[Entry]) -> None:
    """Replace one cassette file as a whole; it needs an entry at least."""
    yaml_format.save(path, (to_stored(label, entry) for entry in entries))


def _read(path: Path, name: str) -> Iterator[Kept]:
    """Read one file; ``name`` is what places in it are called by."""
    found = _found(path, name)
    while True:
        try:
            if (kept := next(found, None)) is None:
                return
            _check_size(kept.entry.exchange)
        except _UNUSABLE as problem:
            said = " ".join(str(problem).split())
            raise CassetteError(
                f"{path}: is not a usable cassette ({said}); "
                "restore it, or delete it and record again"
            ) from problem
        yield kept


def _found(path: Path, name: str) -> Iterator[Kept]:
    if path.name == journal.NAME:
        for line in journal.read(path, name):
            yield Kept(*line)
        return
    for position, stored in enumerate(yaml_format.load(path)):
        label, entry = from_stored(stored, Place(name, position))
        yield Kept(label, path.stem, position, entry)


def _check_size(exchange: Exchange) -> None:
    """Refuse what no run takes of an answer; a recording from elsewhere may hold anything."""
    body = exchange.body
    if (
        len(body) > DEFAULT.size
        or len(exchange.chunks) > DEFAULT.pieces
        or parts(body) > DEFAULT.parts
    ):
        raise ValueError(yaml_format.TOO_LONG)
