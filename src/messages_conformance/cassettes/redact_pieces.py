"""Finding the pieces of a key in some bytes, and how much of the key they show together."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

WHOLE: Final = 16
"""Characters of the shortest key of which a piece counts. Pieces of a shorter one may be ordinary
words."""
UNKNOWN: Final = 12
"""A key of which fewer characters are unknown is no secret any more."""

_GRAM: Final = 4
_PIECE: Final = 12
"""Bytes of the shortest piece that is found anywhere; with such pieces, one gram in nine is
searched for."""
_STEP: Final = _PIECE - _GRAM + 1
_QUOTES: Final = b"\"'\\"
_KNOWN: Final = 12
_KNOWN_END: Final = 11
"""Characters that pieces must show, alone or with one end of the key: fewer may be a word."""
_MASK: Final = 80
"""Bytes between the two ends of a key that are shown around a mask: ``sk-1…wxyz``."""
_MOST: Final = 10_000
"""Long pieces that are found of one form one by one; of more, equal ones are found as one piece,
which is all the bytes."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Where a part of a key is, and which part it is."""

    start: int
    end: int
    at: int
    """Where the part begins in the form."""
    size: int
    """bytes of the part"""
    form: "Form"

    @property
    def is_first(self) -> bool:
        """Whether the form begins here."""
        return self.at == 0

    @property
    def is_last(self) -> bool:
        """Whether the form ends here."""
        return self.at + self.size == len(self.form.text)

    @property
    def known(self) -> range:
        """The characters of the key that it shows."""
        return self.form.characters(self.at, self.at + self.size)


@dataclass(frozen=True, repr=False)
class Form:
    """A key as it is written in one way, folded."""

    text: bytes
    size: int
    """characters of the key"""
    is_reversed: bool = False
    is_rare: bool = False
    """Whether it is looked for only in what came, and not in other readings of it."""

    def characters(self, start: int, end: int) -> range:
        """The characters of the key that some of its bytes are made of."""
        first, last = (-(-at * self.size // len(self.text)) for at in (start, end))
        return (
            range(self.size - last, self.size - first) if self.is_reversed else range(first, last)
        )

    @cached_property
    def _grams(self) -> tuple[tuple[int, bytes], ...]:
        last = len(self.text) - _GRAM
        return tuple(
            (at, self.text[at : at + _GRAM]) for at in sorted({*range(0, last + 1, _STEP), last})
        )

    def pieces(self, data: bytes) -> list[Piece]:
        """The pieces in some folded bytes: long ones, and both ends around a mask."""
        if self.size < WHOLE:
            return list(self._found_whole(data))
        found = sorted(self._found(data), key=lambda piece: (piece.start, -piece.end))
        counted = [piece for piece in found if self._counts_alone(piece)]
        return counted + [
            short
            for one, other in pairwise(found)
            if one.is_first and other.is_last and 0 <= other.start - one.end <= _MASK
            for short in (one, other)
            if not self._counts_alone(short)
        ]

    def _counts_alone(self, piece: Piece) -> bool:
        if piece.size >= _PIECE:
            return True
        return (piece.is_first or piece.is_last) and len(piece.known) >= _KNOWN_END

    def _found_whole(self, data: bytes) -> Iterator[Piece]:
        at = data.find(self.text)
        while at >= 0:
            yield Piece(at, at + len(self.text), 0, len(self.text), self)
            at = data.find(self.text, at + len(self.text))

    def _found(self, data: bytes) -> Iterator[Piece]:
        seen: dict[int, int] = {}
        parts: set[tuple[int, int]] = set()
        count = 0
        for offset, gram in self._grams:
            at = data.find(gram)
            while at >= 0:
                begin = at - offset
                if seen.get(begin, -1) < at:
                    start, end = _extended(data, self.text, at, offset)
                    seen[begin] = end
                    part = (start - begin, end - start)
                    piece = Piece(start, end, *part, self)
                    count += piece.size >= _PIECE
                    if count <= _MOST:
                        yield piece
                    elif part not in parts:
                        parts.add(part)
                        yield Piece(0, len(data), *part, self)
                at = data.find(gram, at + _GRAM)


def _extended(data: bytes, text: bytes, at: int, offset: int) -> tuple[int, int]:
    """From where to where some bytes are equal to those of a form, around a gram."""
    begin = at - offset
    start, end = at, at + _GRAM
    while start > begin and start > 0 and data[start - 1] == text[start - 1 - begin]:
        start -= 1
    limit = min(len(data), begin + len(text))
    while end < limit and data[end] == text[end - begin]:
        end += 1
    if end - start < len(text):
        # A quote or backslash at the end of a part belongs to the string around it.
        while start < end and data[start] in _QUOTES:
            start += 1
        while end > start and data[end - 1] in _QUOTES:
            end -= 1
    return start, end


def is_leak(size: int, pieces: list[Piece]) -> bool:
    """Whether pieces of a key of so many characters leave too few of them unknown."""
    if size < WHOLE:
        return bool(pieces)
    known = {character for piece in pieces for character in piece.known}
    half = max((size + 1) // 2, min(size - 4, WHOLE))
    longest = max((len(piece.known) for piece in pieces), default=0)
    # What begins or ends like the key is hardly a word that they share.
    fewest = _KNOWN_END if any(one.is_first or one.is_last for one in pieces) else _KNOWN
    return longest >= half or (len(known) >= fewest and size - len(known) < UNKNOWN)
