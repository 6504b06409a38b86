"""Writing the exchanges of one model: at once to the journal, at the end to readable cassettes."""

import contextlib
import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import filelock

from messages_conformance import resources
from messages_conformance.cassettes import tape
from messages_conformance.cassettes.entry import Slot
from messages_conformance.cassettes.journal import NAME, Journal, to_line
from messages_conformance.cassettes.redact import Secrets
from messages_conformance.cassettes.spool import Spool
from messages_conformance.cassettes.tape import STORED_BODY, Entry, FoundEntry, Label
from messages_conformance.errors import CassetteError, SecretLeakError, SetupError
from messages_conformance.protocol.exchange import Exchange, Request


@dataclass(frozen=True)
class Origin:
    """Where a request comes from: a suite, one of its rows, and which of the row's requests."""

    suite: str
    row: str
    step: int
    """from 0"""


@dataclass
class _Recorded:
    """What is recorded for one request: its final answer, and the attempts before it."""

    origin: Origin
    superseded: list[Entry] = field(default_factory=list)
    answer: Entry | None = None

    @property
    def entries(self) -> list[Entry]:
        return [*self.superseded, *([self.answer] if self.answer else [])]


@contextlib.contextmanager
def lock_folder(root: Path, *, overwrite: bool) -> Iterator[None]:
    """Lock a folder of recordings; the system ends the lock with the process.

    Raises:
        CassetteError: another run holds the lock, or the folder is that of the shipped cassettes
            and ``overwrite`` is false.
    """
    if not overwrite and root.resolve().is_relative_to(resources.folder("cassettes").resolve()):
        raise CassetteError(
            f"{root}: contains the cassettes that ship with the project; "
            "record into another folder, or overwrite them with --overwrite"
        )
    root.mkdir(parents=True, exist_ok=True)
    try:
        lock = filelock.FileLock(root / ".lock", timeout=0).acquire()
    except filelock.Timeout as taken:
        raise CassetteError(
            f"{root}: another run is recording into this folder; "
            "wait until it ends, or name another folder"
        ) from taken
    with lock:
        yield


class CassetteWriter:
    """Writes the recordings of one model: each is on the disk at once, in the journal.

    `compact` turns the journal into cassettes. An exchange that several rows share is written
    under the first of them in the page's order, and a file keeps that order, so that recording
    again makes a readable diff.
    """

    def __init__(
        self,
        root: Path,
        label: Label,
        rows: Sequence[str],
        *,
        resume: bool = False,
        overwrite: bool = False,
        is_final: Callable[[Entry], bool] = lambda _: True,
        secrets: Secrets = Secrets({}),  # noqa: B008 (it is immutable)
    ) -> None:
        """Open a model's folder; ``rows`` is the page's order.

        With ``resume``, recordings that exist are kept; with ``overwrite``, they are deleted. Of
        those kept, a missing response and an answer that is not final become superseded: their
        requests are sent again.

        Raises:
            CassetteError: recordings exist and neither option is set, or they are of another
                endpoint or cannot be read.
            SecretLeakError: a key is in what exists, or in the label.
        """
        self.folder = tape.folder_of(root, label.target, label.model)
        self.label = label
        self._order = {row: position for position, row in enumerate(rows)}
        self._secrets = secrets
        self._recorded: dict[Slot, _Recorded] = {}
        self._changed: set[str] = set()
        self._spool = Spool()
        self._check(json.dumps(dataclasses.asdict(label)).encode(), self.folder)
        files = tape.files_of(self.folder)
        if files and not (resume or overwrite):
            raise CassetteError(
                f"{self.folder}: contains recordings already; "
                "name another folder, or let 'run' use --resume or --overwrite"
            )
        if resume:
            for found in tape.read_entries(root, label.target, label.model):
                self._take_over(found, is_final)
        else:
            for path in files:
                path.unlink()
        self._journal = Journal(self.folder / NAME)
        if self._changed or self._journal.path.exists():
            self.compact()

    def find(self, request: Request, nth: int) -> Exchange | None:
        """The final answer to a request, if recorded; of equal requests to the ``nth``, from 0."""
        recorded = self._recorded.get((request.key, nth))
        if recorded is None or recorded.answer is None:
            return None
        return recorded.answer.exchange.asked_with(request)

    @property
    def superseded(self) -> tuple[Exchange, ...]:
        """Responses after which the same request was sent again."""
        every = self._recorded.values()
        return tuple(entry.exchange for recorded in every for entry in recorded.superseded)

    def share(self, origin: Origin, request: Request, nth: int) -> None:
        """Note that one more row uses a recorded answer."""
        recorded = self._recorded[request.key, nth]
        if self._rank(origin) < self._rank(recorded.origin):
            if origin.row != recorded.origin.row:
                self._changed |= {origin.suite, recorded.origin.suite}
            recorded.origin = origin

    def check_request(self, origin: Origin, request: Request) -> None:
        """Check, before a request is sent, that it can be written without a key.

        Raises:
            SetupError: it contains the key by itself: the key is a word that the suites use.
        """
        written = json.dumps([origin.suite, origin.row, request.headers]).encode()
        if len(request.content) <= STORED_BODY:  # of a longer one only a hash is written
            written += request.content
        if self._secrets.are_in(written):
            raise SetupError(
                f"the key is a word that the requests of row {origin.row!r} contain anyway, so it "
                "cannot be kept out of the recording; if the endpoint accepts any key, set another "
                "one, like not-needed-0, and if this is a real key, replace it"
            )

    async def add(self, origin: Origin, nth: int, exchange: Exchange, *, superseded: bool) -> None:
        """Keep an exchange; it is on the disk when this returns.

        ``superseded`` says that the same request is sent again after it.

        Raises:
            OSError: it could not be written.
            SecretLeakError: it contains a key, and was not written.
        """
        entry = Entry(exchange, origin.row, nth).with_short_body()
        recorded = self._recorded.setdefault(entry.slot, _Recorded(origin))
        if superseded:
            entry = replace(entry, tried=len(recorded.superseded) + 1)
        line = to_line(self.label, origin.suite, origin.step, entry)
        self._check_entry(origin, entry, self._journal.path)
        # Before the journal: a run that is stopped while the disk is busy keeps it all the same.
        self._put(recorded, replace(entry, exchange=self._spool.offload(entry.exchange)))
        self._changed.add(recorded.origin.suite)
        await self._journal.append(line)

    def compact(self) -> None:
        """Rewrite every cassette that changed, and delete the journal.

        Raises:
            OSError: a file could not be written; the journal still has what it lacks.
        """
        for suite in sorted(self._changed):
            self._save(suite)
            self._changed.discard(suite)
        self._journal.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Write what is still waiting, then compact."""
        self._journal.close()
        self.compact()

    def _put(self, recorded: _Recorded, entry: Entry) -> None:
        if entry.tried is None:
            recorded.answer = entry
        else:
            recorded.superseded.append(entry)
        played = tape.played_in(entry.exchange) or self.label.played
        labelled = replace(self.label, evidence="simulated", played=played)
        if tape.is_simulated(entry.exchange) and self.label != labelled:
            self.label = labelled
            self._changed |= {each.origin.suite for each in self._recorded.values()}

    def _rank(self, origin: Origin) -> tuple[int, int]:
        return self._order.get(origin.row, len(self._order)), origin.step

    def _save(self, suite: str) -> None:
        recorded = [
            each for each in self._recorded.values() if each.origin.suite == suite and each.entries
        ]
        recorded.sort(key=lambda each: self._rank(each.origin))
        path = self.folder / f"{suite}.yaml"
        if recorded:
            entries = (
                replace(entry, row=each.origin.row) for each in recorded for entry in each.entries
            )
            tape.write(path, self.label, entries)
        else:
            path.unlink(missing_ok=True)

    def _take_over(self, found: FoundEntry, is_final: Callable[[Entry], bool]) -> None:
        """Keep what was recorded before."""
        label, entry = found.label, found.entry
        if (label.base_url, label.auth) != (self.label.base_url, self.label.auth):
            raise CassetteError(
                f"{self.folder}: was recorded from {label.base_url} with the key in {label.auth}, "
                f"and cannot be continued from {self.label.base_url} with the key in "
                f"{self.label.auth}; use --overwrite, or name another folder"
            )
        place = self.folder.parent.parent / str(entry.exchange.place)
        self._check_entry(Origin(found.suite, entry.row, found.step), entry, place)
        if label.evidence == "simulated":
            self.label = replace(self.label, evidence="simulated", played=label.played)
        origin = Origin(found.suite, entry.row, found.step)
        recorded = self._recorded.setdefault(entry.slot, _Recorded(origin))
        if entry.tried is None and (entry.exchange.status is None or not is_final(entry)):
            entry = replace(entry, tried=len(recorded.superseded) + 1)
            self._changed.add(found.suite)
        if found.is_in_journal:
            self._changed.add(found.suite)
        self._put(recorded, entry)

    def _check_entry(self, origin: Origin, entry: Entry, place: Path) -> None:
        """Check the body by itself, which may be long, and everything around it."""
        around = replace(entry, exchange=replace(entry.exchange, body=b"", chunks=()))
        self._check(to_line(self.label, origin.suite, origin.step, around), place)
        self._check(entry.exchange.body, place)

    def _check(self, text: bytes, place: Path) -> None:
        if self._secrets.are_in(text):
            raise SecretLeakError(
                f"{place}: the recording contains a key, so it was not written; "
                "replace the key, let nobody read what exists of it, and report this as a defect"
            )
