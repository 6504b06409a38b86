"""Writing the cassettes of one model while its probes run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from messages_conformance import cassette, shipped
from messages_conformance.cassette import CassetteError, Entry, Label, Tape
from messages_conformance.exchange import Exchange, Request


@dataclass(frozen=True)
class Asked:
    """Who asked: a suite, one of its rows, and which of the row's questions, from 0."""

    suite: str
    row: str
    step: int


class Recording:
    """The cassettes of one model, of which every change is on the disk at once.

    An exchange that several rows share stands with the first of them in the page's order, and
    a file holds its exchanges in that order, so that recording again makes a readable diff.
    """

    def __init__(
        self,
        root: Path,
        label: Label,
        rows: Sequence[str],
        *,
        resume: bool = False,
        overwrite: bool = False,
    ) -> None:
        """Open a model's folder; ``rows`` is the page's order.

        What is there already stays with ``resume`` and goes with ``overwrite``; the cassettes
        that ship with the project are only touched with ``overwrite``.

        Raises:
            CassetteError: something is there and neither was said, it is of another endpoint,
                or it cannot be read.
        """
        self.folder = cassette.folder_of(root, label.target, label.model)
        self.label = label
        self._order = {row: position for position, row in enumerate(rows)}
        self._kept: dict[tuple[str, int], tuple[Asked, Entry]] = {}
        if not overwrite and root.resolve().is_relative_to(shipped.folder("cassettes").resolve()):
            raise CassetteError(
                f"{root}: holds the cassettes that ship with the project; "
                "record into another folder, or say that they are to be overwritten"
            )
        files = sorted(self.folder.glob("*.yaml"))
        if files and not (resume or overwrite):
            raise CassetteError(
                f"{self.folder}: holds recordings already; "
                "say whether to resume or to overwrite them, or name another folder"
            )
        if resume:
            self._continue(Tape.load(root, label.target, label.model))
        else:
            for path in files:
                path.unlink()

    def find(self, request: Request, nth: int) -> Exchange | None:
        """What is recorded of a request already, of equal ones the ``nth``."""
        kept = self._kept.get((request.key, nth))
        return kept and replace(kept[1].exchange, request=request)

    def add(self, asked: Asked, nth: int, exchange: Exchange) -> None:
        """Keep an exchange for who asked; say it again for each row that shares it.

        The file it belongs to is written before this returns.
        """
        slot = (exchange.request.key, nth)
        kept = self._kept.get(slot)
        if kept is not None and self._rank(kept[0]) <= self._rank(asked):
            return
        self._kept[slot] = (asked, Entry(exchange, asked.row, nth))
        if kept is not None and kept[0].suite != asked.suite:
            self._save(kept[0].suite)
        if cassette.is_simulated(exchange) and self.label.evidence != "simulated":
            self.label = replace(self.label, evidence="simulated")
            for suite in sorted({kept_by.suite for kept_by, _ in self._kept.values()}):
                self._save(suite)
        else:
            self._save(asked.suite)

    def _rank(self, asked: Asked) -> tuple[int, int]:
        return self._order.get(asked.row, len(self._order)), asked.step

    def _save(self, suite: str) -> None:
        kept = [(asked, entry) for asked, entry in self._kept.values() if asked.suite == suite]
        path = self.folder / f"{suite}.yaml"
        if kept:
            kept.sort(key=lambda pair: self._rank(pair[0]))
            cassette.write(path, self.label, [entry for _, entry in kept])
        else:
            path.unlink(missing_ok=True)

    def _continue(self, tape: Tape) -> None:
        """Take over what is recorded, but for what got no answer at all."""
        for label in tape.labels:
            if (label.base_url, label.auth) != (self.label.base_url, self.label.auth):
                raise CassetteError(
                    f"{self.folder}: was recorded from {label.base_url} with the key in "
                    f"{label.auth}, and cannot be continued from {self.label.base_url} with "
                    f"{self.label.auth}; overwrite it or name another folder"
                )
        if tape.simulated:
            self.label = replace(self.label, evidence="simulated")
        for entry in tape.entries:
            place = entry.exchange.place
            if entry.exchange.status is not None and place is not None:
                asked = Asked(Path(place.cassette).stem, entry.row, place.position)
                self._kept[(entry.key, entry.nth)] = (asked, entry)
