"""All recordings of a model: ``<root>/<target>/<model>/<suite>.yaml``, read as one tape.

The files are in vcrpy's format; `cassettes.entry` says what they contain beyond that. During a
run, and after one that was killed, the newest exchanges are in a journal next to the files; a tape
includes them.
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
from messages_conformance.cassettes.yaml_reader import TOO_LONG
from messages_conformance.display.safe_text import one_line
from messages_conformance.errors import CassetteError
from messages_conformance.protocol.exchange import Exchange, Place, Request, count_parts
from messages_conformance.protocol.limits import DEFAULT

__all__ = ["FORMAT", "STORED_BODY", "CassetteError", "Entry", "Label", "Tape", "folder_of"]

SIMULATED_BY = "x-messages-conformance"
PLAYED = "x-messages-conformance-played"
_LONGEST_PLAYED = 2000
"""The header by which the reference endpoint identifies itself: ``reference``."""

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
class FoundEntry:
    """An entry as it was read, and where it belongs."""

    label: Label
    suite: str
    step: int
    """Orders the requests of one row."""
    entry: Entry

    @property
    def is_in_journal(self) -> bool:
        """Whether it is in the journal, and not in a cassette yet."""
        place = self.entry.exchange.place
        return place is not None and Path(place.cassette).name == journal.NAME


def read_entries(root: Path, target: str, model: str) -> Iterator[FoundEntry]:
    """Read all recordings of a model: its cassettes, and what only the journal has.

    Long bodies are not held in memory.

    Raises:
        CassetteError: a file cannot be read, is malformed, or is of another model.
        OSError: the disk has no room for long bodies.
    """
    spool = Spool()
    folder = folder_of(root, target, model)
    auth: str | None = None
    known = set()
    for path in (*sorted(folder.glob("*.yaml")), folder / journal.NAME):
        for found in _read(path, path.relative_to(root).as_posix()):
            label, entry = found.label, found.entry
            if (label.target, label.model) != (target, model):
                raise CassetteError(
                    f"{path}: is a recording of {label.model!r} of target {label.target!r}; "
                    "move it to its own folder"
                )
            if label.auth != (auth := auth or label.auth):
                raise CassetteError(
                    f"{path}: was recorded with the key in {label.auth}, the model's other files "
                    f"with the key in {auth}; record all of them again"
                )
            identity = (entry.slot, entry.tried)
            # A run that is killed while it writes cassettes leaves the same entries in the journal.
            if path.name != journal.NAME or identity not in known:
                known.add(identity)
                yield replace(found, entry=replace(entry, exchange=spool.offload(entry.exchange)))


@dataclass(frozen=True)
class Tape:
    """All recordings of one model, from all files of its folder."""

    labels: tuple[Label, ...]
    """Without duplicates."""
    entries: tuple[Entry, ...]

    @classmethod
    def load(cls, root: Path, target: str, model: str) -> "Tape":
        """Read a model's cassettes; the tape is empty where there are none.

        Raises:
            CassetteError: a file cannot be read, is malformed, or is of another model.
        """
        found = list(read_entries(root, target, model))
        labels = dict.fromkeys(each.label for each in found)
        return cls(tuple(labels), tuple(each.entry for each in found))

    @property
    def label(self) -> Label | None:
        """The label of the newest file; None if nothing is recorded."""
        return max(self.labels, key=lambda label: label.date, default=None)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Everything recorded, in the order of the files, including what was superseded."""
        return tuple(entry.exchange for entry in self.entries)

    @cached_property
    def superseded(self) -> tuple[Exchange, ...]:
        """Responses after which the same request was sent again: a 429, a closed connection."""
        return tuple(entry.exchange for entry in self.entries if entry.tried is not None)

    @property
    def answers(self) -> tuple[Entry, ...]:
        """The final entries, one for each request."""
        return tuple(entry for entry in self.entries if entry.tried is None)

    @cached_property
    def rows(self) -> frozenset[str]:
        """The rows that answers are recorded under; a shared one is recorded under one row."""
        return frozenset(entry.row for entry in self.answers)

    @cached_property
    def simulated(self) -> bool:
        """Whether the reference endpoint gave any of it, by a label or by an answer."""
        return any(label.evidence == "simulated" for label in self.labels) or any(
            is_simulated(exchange) for exchange in self.exchanges
        )

    @cached_property
    def _by_slot(self) -> dict[Slot, Exchange]:
        return {entry.slot: entry.exchange for entry in reversed(self.answers)}

    def find(self, request: Request, nth: int) -> Exchange | None:
        """The final answer to a request, of equal requests to the ``nth``, from 0; None if none."""
        found = self._by_slot.get((request.key, nth))
        # The recorded request may have a hash for its body; the given one has the body.
        return found and found.asked_with(request)


def is_simulated(exchange: Exchange) -> bool:
    """Whether the reference endpoint gave this answer."""
    return exchange.header(SIMULATED_BY) == "reference"


def played_in(exchange: Exchange) -> str:
    """The profile and the faults that the reference endpoint says it plays; empty elsewhere."""
    said = exchange.header(PLAYED) if is_simulated(exchange) else None
    return one_line((said or "")[:_LONGEST_PLAYED])


def folder_of(root: Path, target: str, model: str) -> Path:
    """The folder of a model's cassettes; ids with slashes or colons make safe names too."""
    return root / _safe(target) / _safe(model)


def files_of(folder: Path) -> list[Path]:
    """The files with recordings in a model's folder, or anywhere below another folder."""
    return sorted([*folder.rglob("*.yaml"), *folder.rglob(journal.NAME)])


def cut_off_journals(root: Path) -> list[Path]:
    """The journals below a folder that end within a line.

    Raises:
        OSError: one cannot be read.
    """
    return [path for path in sorted(root.rglob(journal.NAME)) if journal.is_cut_off(path)]


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
    """Replace one cassette file as a whole; it needs at least one entry."""
    yaml_format.save(path, (to_stored(label, entry) for entry in entries))


def _read(path: Path, name: str) -> Iterator[FoundEntry]:
    """Read one file; ``name`` is what the places of its entries call it."""
    found = _entries(path, name)
    while True:
        try:
            if (entry := next(found, None)) is None:
                return
            _check_size(entry.entry.exchange)
        except _UNUSABLE as problem:
            reason = " ".join(str(problem).split())
            raise CassetteError(
                f"{path}: is not a usable cassette ({reason}); "
                "restore it, or move it out of the folder and record again"
            ) from problem
        yield entry


def _entries(path: Path, name: str) -> Iterator[FoundEntry]:
    if path.name == journal.NAME:
        for line in journal.read(path, name):
            yield FoundEntry(*line)
        return
    for position, stored in enumerate(yaml_format.load(path)):
        label, entry = from_stored(stored, Place(name, position))
        yield FoundEntry(label, path.stem, position, entry)


def _check_size(exchange: Exchange) -> None:
    """Refuse an answer over the limits of a run; a recording from elsewhere may hold anything."""
    body = exchange.body
    if (
        len(body) > DEFAULT.size
        or len(exchange.chunks) > DEFAULT.pieces
        or count_parts(body) > DEFAULT.parts
    ):
        raise ValueError(TOO_LONG)
