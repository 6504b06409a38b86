"""What a page promises, row by row: then, now, as reported, and in a rehearsal.

This is how a target is shown of which nothing but a simulation was asked: what is known of the
real service comes first, and the rehearsal is one column beside it.
"""

from collections import Counter
from dataclasses import dataclass

from messages_conformance.claims.combinations import is_derived
from messages_conformance.claims.page import Row, Section
from messages_conformance.rendering import legend, matrix, reported
from messages_conformance.rendering.legend import Sign
from messages_conformance.report.report import TargetReport
from messages_conformance.verdict import Evidence


@dataclass(frozen=True)
class PromiseLine:
    """One row of the page."""

    row: Row
    claims: str
    """What the page says; several claims where it differs by model."""
    now: str
    """What the newest page says: a claim, ``gone``, or ``same``; empty where there is no newer."""
    reported: str
    rehearsed: tuple[tuple[Sign, int], ...]
    """How often the simulation came out in which way, the most frequent first."""


@dataclass(frozen=True)
class PromiseSection:
    """One of the page's tables."""

    section: Section
    lines: tuple[PromiseLine, ...]


def is_rehearsal(target: TargetReport) -> bool:
    """Whether all that was judged was answered by a simulation."""
    kinds = {judged.evidence for judged in target.judged} - {Evidence.NONE}
    return kinds == {Evidence.SIMULATED}


def promise_sections(target: TargetReport) -> tuple[PromiseSection, ...]:
    """The rows under the page's headings; without those that no page has."""
    columns = matrix.columns(target)
    return tuple(
        PromiseSection(
            section.section,
            tuple(_line(target, line.row, line.claims) for line in section.lines),
        )
        for section in matrix.matrix_sections(target, columns)
        if not all(is_derived(line.row) for line in section.lines)
    )


def now(target: TargetReport, row: Row) -> str:
    """What the newest page says of a row; empty where there is no newer one."""
    if target.newer is None:
        return ""
    claim = target.newer.claim(row)
    return "same" if claim == row.claim else claim


def _line(target: TargetReport, row: Row, claims: str) -> PromiseLine:
    cells = [cell for cell in target.cells if cell.row.id == row.id]
    signs = Counter(legend.sign_of(cell) for cell in cells)
    return PromiseLine(
        row,
        claims,
        now(target, row),
        reported.in_short(target, row.id),
        tuple(signs.most_common()),
    )
