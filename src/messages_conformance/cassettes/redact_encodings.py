"""Finding a text however it is written: in either case, escaped as JSON, URL or HTML, or split.

Escapes may be nested, and strings that a client joins, like the texts of a stream, may each hold
a part of the text. Time and memory are linear in the bytes.
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from html import escape
from typing import Final, TypeAlias

Stretch: TypeAlias = tuple[int, int]
"""Start and end of some bytes."""

_LEVELS: Final = 4
"""How many levels of nested escapes are undone."""
_PRINTABLE: Final = range(0x21, 0x7F)
_ONE_ALPHABET: Final = bytes.maketrans(b"+/", b"-_")
_JOINED: Final = re.compile(
    rb'"(text|thinking|signature|partial_json|content|reasoning_content|arguments)"\s{0,8}:\s{0,8}'
    rb'"((?:[^"\\]++|\\.)*+)"',
    re.DOTALL,
)
"""The strings that clients join, with their names."""


def folded(text: bytes) -> bytes:
    """The text in lower case, and in the URL-safe alphabet of base64."""
    return text.lower().translate(_ONE_ALPHABET)


class Unescaper:
    """Undoes the escapes of some characters; in doubt it undoes too many."""

    def __init__(self, characters: Iterable[int]) -> None:
        """Prepare for some characters, which are folded."""
        wanted = {*characters, *b"&%#;u0\\"}
        codes = [code for code in _PRINTABLE if folded(b"%c" % code)[0] in wanted]
        self._escapes = {
            b"u00": [(b"u00%02x" % code, _undone(code)) for code in codes],
            b"%": [(b"%%%02x" % code, _undone(code)) for code in codes],
            b"&#x": [(b"&#x%02x;" % code, _undone(code)) for code in codes],
            b"&#": [(b"&#%d;" % code, _undone(code)) for code in codes],
            b"&": [(named, b"%c" % code) for code, named in _NAMED.items()],
        }

    def undo(self, text: bytes) -> bytes:
        """Folded text without escapes and without backslashes."""
        for _ in range(_LEVELS):
            before = text
            text = text.replace(b"\\", b"")
            for mark, escapes in self._escapes.items():
                if mark in text:
                    for escaped, character in escapes:
                        text = text.replace(escaped, character)
            if text == before:
                break
        return text


_NAMED: Final = {
    code: escape(chr(code)).encode() for code in _PRINTABLE if escape(chr(code)) != chr(code)
}


def _undone(code: int) -> bytes:
    return folded(b"%c" % code).replace(b"\\", b"")


def spelled(text: bytes) -> bytes:
    """A pattern for all ways of writing a folded text, to be compiled with `re.IGNORECASE`."""
    return b"".join(_character(code) for code in text)


def _character(code: int) -> bytes:
    codes = [other for other in _PRINTABLE if folded(b"%c" % other) == b"%c" % code]
    hexadecimal = b"|".join(b"%02x" % other for other in codes)
    decimal = b"|".join(b"%d" % other for other in codes)
    named = b"".join(b"|" + _NAMED[other][1:] for other in codes if other in _NAMED)
    return (
        rb"\\{0,16}(?:[%b]|u00(?:%b)|%%(?:25){0,3}(?:%b)"
        rb"|(?:&|\\{0,16}u0026)(?:amp;){0,3}(?:#(?:%b);|#x0?(?:%b);%b))"
    ) % (
        b"".join(re.escape(b"%c" % other) for other in codes),
        hexadecimal,
        hexadecimal,
        decimal,
        hexadecimal,
        named,
    )


class Joined:
    """The strings of some bytes that a client joins, joined by name."""

    def __init__(self, data: bytes) -> None:
        """Find the strings that have the same name."""
        named: dict[bytes, tuple[array[int], array[int]]] = {}
        for string in _JOINED.finditer(data):
            if string.start(2) < string.end(2):
                starts, ends = named.setdefault(string[1], (array("Q"), array("Q")))
                starts.append(string.start(2))
                ends.append(string.end(2))
        self._starts, self._ends = array("Q"), array("Q")
        for starts, ends in named.values():
            if len(starts) > 1:
                self._starts += starts
                self._ends += ends
        self.data = b"".join(map(data.__getitem__, map(slice, self._starts, self._ends)))

    @cached_property
    def _begins(self) -> "array[int]":
        begins = array("Q")
        at = 0
        for start, end in zip(self._starts, self._ends, strict=True):
            begins.append(at)
            at += end - start
        return begins

    def stretches(self, start: int, end: int) -> Iterator[Stretch]:
        """Where the joined bytes from ``start`` to ``end`` are in the original, in order."""
        number = bisect_right(self._begins, start) - 1
        while number < len(self._begins) and self._begins[number] < end:
            begins, original = self._begins[number], self._starts[number]
            first = original + max(0, start - begins)
            yield first, min(self._ends[number], original + end - begins)
            number += 1
