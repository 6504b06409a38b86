"""Writing down one model's exchanges while its probes run: at once, and readable in the end."""

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
from messages_conformance.cassettes.journal import NAME, Journal, line
from messages_conformance.cassettes.redact import Secrets
from messages_conformance.cassettes.spool import Spool
from messages_conformance.cassettes.tape import STORED_BODY, Entry, Kept, Label
from messages_conformance.errors import CassetteError, SecretLeakError, SetupError
from messages_conformance.protocol.exchange import Exchange, Request


@dataclass(frozen=True)
class Asked:
    """Who asked: a suite, one of its rows, and which of the row's questions, from 0."""

    suite: str
    row: str
    step: int


@dataclass
class _Recorded:
    """What is kept of one step: the answer that stands, and what came on the way to it."""

    asked: Asked
    superseded: list[Entry] = field(default_factory=list)
    answer: Entry | None = None

    @property
    def entries(self) -> list[Entry]:
        return [*self.superseded, *([self.answer] if self.answer else [])]


@contextlib.contextmanager
def only_run_in(root: Path, *, overwrite: bool) -> Iterator[None]:
    """Have a folder of recordings to oneself; the system ends that with the process.

    Raises:
        CassetteError: another run has it, or it is that of the shipped cassettes and they
            are not to be overwritten.
    """
    if not overwrite and root.resolve().is_relative_to(resources.folder("cassettes").resolve()):
        raise CassetteError(
            f"{root}: holds the cassettes that ship with the project; "
            "record into another folder, or say that they are to be overwritten"
        )
    root.mkdir(parents=True, exist_ok=True)
    try:
        lock = filelock.FileLock(root / ".lock", timeout=0).acquire()
    except filelock.Timeout as taken:
        raise CassetteError(
            f"{root}: another run is recording into this folder; "
            "wait until it has ended, or name another folder"
        ) from taken
    with lock:
        yield


class Recording:
    """The recordings of one model: each is on the disk at once, in the journal.

    `compact` makes cassettes of the journal. An exchange that several rows share stands there
    with the first of them in the page's order, and a file holds its exchanges in that order,
    so that recording again makes a readable diff.
    """

    def __init__(
        self,
        root: Path,
        label: Label,
        rows: Sequence[str],
        *,
        resume: bool = False,
        overwrite: bool = False,
        stands: Callable[[Entry], bool] = lambda _: True,
        secrets: Secrets = Secrets({}),  # noqa: B008 (it is immutable)
    ) -> None:
        """Open a model's folder; ``rows`` is the page's order.

        What is there already stays with ``resume`` and goes with ``overwrite``. Of what stays,
        an answer that was none, or does not ``stand``, is only superseded: it will be asked for
        again.

        Raises:
            CassetteError: something is there and neither was said, it is of another endpoint,
                or it cannot be read.
            SecretLeakError: a credential is in what was there, or in the label.
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
                f"{self.folder}: holds recordings already; "
                "say whether to resume or to overwrite them, or name another folder"
            )
        if resume:
            for kept in tape.find(root, label.target, label.model):
                self._take_over(kept, stands)
        else:
            for path in files:
                path.unlink()
        self._journal = Journal(self.folder / NAME)
        if self._changed or self._journal.path.exists():
            self.compact()

    def find(self, request: Request, nth: int) -> Exchange | None:
        """The answer that is recorded of a request already, of equal ones the ``nth``."""
        recorded = self._recorded.get((request.key, nth))
        if recorded is None or recorded.answer is None:
            return None
        return recorded.answer.exchange.asked_with(request)

    @property
    def superseded(self) -> tuple[Exchange, ...]:
        """What came on the way to answers, and was none."""
        every = self._recorded.values()
        return tuple(entry.exchange for recorded in every for entry in recorded.superseded)

    def share(self, asked: Asked, request: Request, nth: int) -> None:
        """Say that one more row asked for what is recorded."""
        recorded = self._recorded[request.key, nth]
        if self._rank(asked) < self._rank(recorded.asked):
            if asked.row != recorded.asked.row:
                self._changed |= {asked.suite, recorded.asked.suite}
            recorded.asked = asked

    def vet(self, asked: Asked, request: Request) -> None:
        """See that a request can be written down, before it is sent.

        Raises:
            SetupError: it holds a credential: one that is a word which the suites use.
        """
        told = json.dumps([asked.suite, asked.row, request.headers]).encode()
        if len(request.content) <= STORED_BODY:  # of a longer one nothing is written
            told += request.content
        if self._secrets.are_in(told):
            raise SetupError(
                f"the key is a word that row {asked.row!r} sends by itself, so it could not be "
                "kept out of the recording; where any key will do, give another, such as "
                "not-needed-0, and where it is a real one, replace it"
            )

    async def add(self, asked: Asked, nth: int, exchange: Exchange, *, passed: bool) -> None:
        """Keep an exchange; it is on the disk when this returns.

        ``passed`` says that it is not the answer, and that the same was sent again after it.

        Raises:
            OSError: it could not be written.
            SecretLeakError: it holds a credential, and was not written.
        """
        entry = Entry(exchange, asked.row, nth).slim()
        recorded = self._recorded.setdefault(entry.slot, _Recorded(asked))
        if passed:
            entry = replace(entry, tried=len(recorded.superseded) + 1)
        text = line(self.label, asked.suite, asked.step, entry)
        self._check(text, self._journal.path)
        self._check(exchange.body, self._journal.path)
        # First here: a run that is stopped while it waits for the disk has it all the same.
        self._put(recorded, replace(entry, exchange=self._spool.light(entry.exchange)))
        self._changed.add(recorded.asked.suite)
        await self._journal.append(text)

    def compact(self) -> None:
        """Write all that changed into cassettes, each as a whole, and empty the journal.

        Raises:
            OSError: a file could not be written; what it lacks is still in the journal.
        """
        for suite in sorted(self._changed):
            self._save(suite)
            self._changed.discard(suite)
        self._journal.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Compact, and end; whatever still waited for the disk is written."""
        self._journal.close()
        self.compact()

    def _put(self, recorded: _Recorded, entry: Entry) -> None:
        if entry.tried is None:
            recorded.answer = entry
        else:
            recorded.superseded.append(entry)
        if tape.is_simulated(entry.exchange) and self.label.evidence != "simulated":
            self.label = replace(self.label, evidence="simulated")
            self._changed |= {of.asked.suite for of in self._recorded.values()}

    def _rank(self, asked: Asked) -> tuple[int, int]:
        return self._order.get(asked.row, len(self._order)), asked.step

    def _save(self, suite: str) -> None:
        recorded = [
            kept for kept in self._recorded.values() if kept.asked.suite == suite and kept.entries
        ]
        recorded.sort(key=lambda kept: self._rank(kept.asked))
        path = self.folder / f"{suite}.yaml"
        if recorded:
            entries = (
                replace(entry, row=kept.asked.row) for kept in recorded for entry in kept.entries
            )
            tape.write(path, self.label, entries)
        else:
            path.unlink(missing_ok=True)

    def _take_over(self, kept: Kept, stands: Callable[[Entry], bool]) -> None:
        """Go on with what was recorded before."""
        label, entry = kept.label, kept.entry
        if (label.base_url, label.auth) != (self.label.base_url, self.label.auth):
            raise CassetteError(
                f"{self.folder}: was recorded from {label.base_url} with the key in "
                f"{label.auth}, and cannot be continued from {self.label.base_url} with "
                f"{self.label.auth}; overwrite it or name another folder"
            )
        place = self.folder.parent.parent / str(entry.exchange.place)
        self._check(line(label, kept.suite, kept.step, entry), place)
        self._check(entry.exchange.body, place)
        if label.evidence == "simulated":
            self.label = replace(self.label, evidence="simulated")
        asked = Asked(kept.suite, entry.row, kept.step)
        recorded = self._recorded.setdefault(entry.slot, _Recorded(asked))
        if entry.tried is None and (entry.exchange.status is None or not stands(entry)):
            entry = replace(entry, tried=len(recorded.superseded) + 1)
            self._changed.add(kept.suite)
        if kept.of_journal:
            self._changed.add(kept.suite)
        self._put(recorded, entry)

    def _check(self, text: bytes, place: Path) -> None:
        if self._secrets.are_in(text):
            raise SecretLeakError(
                f"{place}: what belongs there holds a credential, so it was not written; delete "
                "what is there of it, replace the key, and report this"
            )
