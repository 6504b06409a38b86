"""What a newer revision of a page says of the rows that a report shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from messages_conformance.claims.changes import Change, Changes
from messages_conformance.claims.page import Row
from messages_conformance.display import plural
from messages_conformance.verdict import Claim


@dataclass(frozen=True)
class RowNow:
    """A row whose claim is another one on the newer page."""

    row: str
    change: Change
    before: Claim
    after: Claim


@dataclass(frozen=True)
class NewerPage:
    """The newest revision of a page, seen from an older one."""

    date: str
    """ISO."""
    dated: str
    """The date in words: ``2026-09-02 or later``."""
    gone: tuple[str, ...]
    """Ids of the rows shown that it has no more."""
    changed: tuple[RowNow, ...]
    """The rows shown of which it says something else."""
    new: tuple[str, ...]
    """Ids of rows that only it has."""

    def claim(self, row: Row) -> str:
        """What it says of a row, in a word: a claim, or ``gone``."""
        if row.id in self.gone:
            return "gone"
        after = next((now.after for now in self.changed if now.row == row.id), row.claim)
        return after.value

    @property
    def sentence(self) -> str:
        """What changed for the rows shown, in one sentence."""
        parts = [f"{len(self.gone)} gone"] if self.gone else []
        for change in Change:
            rows = [now.row for now in self.changed if now.change is change]
            parts += [f"{len(rows)} {change.value} ({', '.join(rows)})"] if rows else []
        shown = f"of the rows shown {', '.join(parts)}" if parts else "no row shown has changed"
        are = "is" if len(self.new) == 1 else "are"
        return f"{shown}; {plural(len(self.new), 'row')} {are} new" if self.new else shown


def newer_page(changes: Changes, rows: Sequence[Row]) -> NewerPage:
    """What the newer page says of these rows of the older."""
    shown = {row.id for row in rows}
    return NewerPage(
        date=changes.after.date.isoformat(),
        dated=changes.after.dated,
        gone=tuple(row.id for row in changes.gone if row.id in shown),
        changed=tuple(
            RowNow(row.id, row.change, row.before.claim, row.after.claim)
            for row in changes.common
            if row.id in shown and row.change is not None
        ),
        new=tuple(row.id for row in changes.new),
    )
