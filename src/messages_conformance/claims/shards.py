"""Splitting what was chosen among several machines.

The pieces are a model's sections: the rows of one table for one model. Rows that share requests
mostly stand in one section, and a section's recordings are a file of their own, so that what
several machines recorded lies side by side without touching. Pieces stay in their order and a
shard is a run of them: of a model that is cut, the sections still lie on as few machines as
can be, and all but a few models lie on one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeAlias

from messages_conformance.claims.page import Model, Row
from messages_conformance.claims.selection import Chosen
from messages_conformance.errors import ShardError


@dataclass(frozen=True)
class Shard:
    """One of several parts, counted from 1: ``2/5``."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """Read it as it is written on a command line.

        Raises:
            ShardError: it is no shard.
        """
        number, slash, of = text.partition("/")
        plain = slash and all(part.isascii() and part.isdigit() for part in (number, of))
        # A length bounds the number, whose digits Python would refuse to read by the thousand.
        if plain and len(text) <= 9 and 1 <= int(number) <= int(of):
            return cls(int(number), int(of))
        raise ShardError(
            f"{text!r} is no shard; write N/M with N from 1 to M, such as 2/5 for the second of 5"
        )

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


_Piece: TypeAlias = tuple[int, Model, tuple[Row, ...]]
"""The position of what was chosen of a target, a model of it, and the rows of one section."""


def shard(chosen: Sequence[Chosen], part: Shard) -> tuple[Chosen, ...]:
    """What one shard has of what was chosen, in the same order.

    All shards together have everything, each part of it once. No shard is empty, and the
    greatest has as few rows as runs of whole pieces allow: never more than an even share and
    the greatest piece. A target may stand in the result several times, each time with other
    models, which all have the same rows there. Inspected rows look at all of a model, so a
    choice without others is split by models alone.

    Raises:
        ShardError: there are more shards than pieces.
    """
    pieces = [
        (place, model, rows)
        for place, choice in enumerate(chosen)
        for model in choice.models
        for rows in _sections(choice)
    ]
    if part.of > len(pieces):
        raise ShardError(
            f"shard {part}: what was chosen falls into {len(pieces)} pieces (sections of models), "
            f"so use at most {len(pieces)} shards, or choose more"
        )
    runs = _runs([max(1, len(rows)) for _, _, rows in pieces], part.of)
    first, last = runs[part.number - 1]
    return tuple(_rectangles(chosen, pieces[first:last]))


def _sections(choice: Chosen) -> list[tuple[Row, ...]]:
    """The chosen rows, section by section."""
    sections: dict[str, list[Row]] = {}
    for row in choice.rows:
        sections.setdefault(row.section, []).append(row)
    return [tuple(rows) for rows in sections.values()] or [()]


def _runs(sizes: list[int], number: int) -> list[tuple[int, int]]:
    """Cut a list into runs of which the greatest is as small as can be; begins and ends."""
    least, most = max(sizes), sum(sizes)
    while least < most:
        middle = (least + most) // 2
        if len(_filled(sizes, middle, 1)) <= number:
            most = middle
        else:
            least = middle + 1
    return _filled(sizes, least, number)


def _filled(sizes: list[int], room: int, number: int) -> list[tuple[int, int]]:
    """Fill runs one after the other, in at least so many; none gets more than there is room."""
    runs: list[tuple[int, int]] = []
    first, held = 0, 0
    for place, size in enumerate(sizes):
        needed = number - len(runs) - 1
        if place > first and (held + size > room or len(sizes) - place <= needed):
            runs.append((first, place))
            first, held = place, 0
        held += size
    return [*runs, (first, len(sizes))]


def _rectangles(chosen: Sequence[Chosen], pieces: Sequence[_Piece]) -> list[Chosen]:
    """Pieces as choices: a model's rows together, and neighbours with the same rows together."""
    of_models: dict[tuple[int, Model], tuple[Row, ...]] = {}
    for place, model, rows in pieces:
        of_models[place, model] = of_models.get((place, model), ()) + rows
    result = []
    for (place, rows), group in groupby(of_models.items(), key=lambda one: (one[0][0], one[1])):
        choice = chosen[place]
        # The page's order, should a section's rows not stand together there.
        ordered = tuple(row for row in choice.rows if row in rows)
        models = tuple(model for (_, model), _ in group)
        whole = len(ordered) == len(choice.rows)
        result.append(replace(choice, models=models, rows=ordered, partial=not whole))
    return result
