"""How many cells have which result; what was not judged is counted, but never divided by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from messages_conformance.display import plural
from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.report import Cell, TargetReport
from messages_conformance.verdict import Claim, Kind, Standing

HEADINGS = (
    "as claimed",
    "better",
    "warnings",
    "fall short",
    "observed",
    "unclear",
    "not measured",
)


@dataclass(frozen=True)
class CellTally:
    """How many of some cells have which result."""

    as_claimed: int
    better: int
    """It works although the page promises nothing."""
    warnings: int
    short: int
    """The endpoint falls short of its page."""
    accepted: int
    """How many of these are accepted as known."""
    observed: Counter[Kind]
    """By behaviour, where the page says nothing."""
    unclear: int
    unmeasured: int
    flaky: int = 0
    """How many of all these are flaky."""

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> "CellTally":
        """Count some cells."""
        cells = tuple(cells)
        standings = Counter(cell.verdict.standing for cell in cells)
        kinds = Counter(cell.kind for cell in cells)
        better = sum(cell.verdict.name == "bonus" for cell in cells)
        return cls(
            as_claimed=standings[Standing.GOOD] - better,
            better=better,
            warnings=standings[Standing.WARNING],
            short=standings[Standing.BAD],
            accepted=sum(
                cell.known is not None and cell.known.state is DeviationState.ACCEPTED
                for cell in cells
            ),
            observed=Counter(
                cell.kind for cell in cells if cell.verdict.standing is Standing.OBSERVED
            ),
            unclear=kinds[Kind.UNCLEAR],
            unmeasured=kinds[Kind.UNMEASURED],
            flaky=sum(cell.flaky for cell in cells),
        )

    @property
    def judged(self) -> int:
        """How many cells were judged against a claim."""
        return self.as_claimed + self.better + self.warnings + self.short

    @property
    def share(self) -> str:
        """Cells as claimed, of those judged: ``8 of 9``, or a dash where none was."""
        return f"{self.as_claimed:,} of {self.judged:,}" if self.judged else "—"

    @property
    def row(self) -> tuple[str, ...]:
        """The counts as they stand under `HEADINGS`."""
        accepted = f" ({self.accepted:,} accepted)" if self.accepted else ""
        return (
            self.share,
            f"{self.better:,}",
            f"{self.warnings:,}",
            f"{self.short:,}{accepted}",
            f"{self.observed.total():,}",
            f"{self.unclear:,}",
            f"{self.unmeasured:,}",
        )

    def __str__(self) -> str:
        """The counts in words, with what was not judged."""
        parts = []
        if self.judged:
            parts.append(f"{plural(self.as_claimed, 'cell')} as claimed")
            parts.append(f"{self.short:,} {'falls' if self.short == 1 else 'fall'} short")
            if self.accepted:
                every = "accepted" if self.short == 1 else "all accepted"
                some = every if self.accepted == self.short else f"{self.accepted:,} accepted"
                parts[-1] += f" ({some})"
        if self.better:
            parts.append(f"{self.better:,} better than claimed")
        if self.warnings:
            parts.append(plural(self.warnings, "warning"))
        if self.observed:
            parts.append(f"{plural(self.observed.total(), 'cell')} observed ({_observed(self)})")
        if self.unclear:
            parts.append(f"{self.unclear:,} unclear")
        if self.unmeasured:
            parts.append(f"{self.unmeasured:,} not measured")
        if self.flaky:
            parts.append(f"{self.flaky:,} of them flaky")
        return ", ".join(parts)


@dataclass(frozen=True)
class BarPart:
    """A part of a bar: the cells of one standing."""

    looks: str
    start: int
    size: int


@dataclass(frozen=True)
class Bar:
    """All cells of a target in one line."""

    parts: tuple[BarPart, ...]
    total: int
    words: str


def bar(target: TargetReport) -> Bar | None:
    """The cells of a target by their standing; None where there is none."""
    tally = CellTally.of(target.cells)
    sizes = {
        "good": tally.as_claimed + tally.better,
        "bad": tally.short - tally.accepted,
        "accepted": tally.accepted,
        "warning": tally.warnings,
        "observed": tally.observed.total(),
        "open": tally.unclear + tally.unmeasured,
    }
    parts, start = [], 0
    for looks, size in sizes.items():
        if size:
            parts.append(BarPart(looks, start, size))
        start += size
    return Bar(tuple(parts), start, str(tally)) if start else None


def tallies_by_claim(target: TargetReport) -> tuple[tuple[Claim, CellTally], ...]:
    """The counts by what the page says, for those claims that occur."""
    return tuple(
        (claim, CellTally.of(cells))
        for claim in Claim
        if (cells := [cell for cell in target.cells if cell.claim is claim])
    )


_OBSERVED = {
    Kind.WORKS: ("works", "work"),
    Kind.PARTIAL: ("works in part", "work in part"),
    Kind.IGNORED: ("is ignored", "are ignored"),
    Kind.REFUSED: ("is refused", "are refused"),
}


def _observed(tally: CellTally) -> str:
    return ", ".join(
        f"{number} {words[number != 1]}"
        for kind, words in _OBSERVED.items()
        if (number := tally.observed[kind])
    )
