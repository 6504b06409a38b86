"""The readings of some bytes: without escapes, without line ends, joined, or of dumped numbers.

A program that echoes a text seldom echoes it byte for byte: it escapes it, breaks it into lines,
sends it in pieces, or prints its bytes as numbers. A view is the bytes as a person could read them
then, and knows which of the original bytes each of its own bytes comes from. Every view is made in
time and memory linear in the bytes.
"""

import re
import unicodedata
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, TypeAlias

from messages_conformance.cassettes.wide_text import wide_text

Stretch: TypeAlias = tuple[int, int]
"""Start and end of some bytes."""

_LEVELS: Final = 4
"""How many levels of nested escapes are undone."""
_FEWEST_NUMBERS: Final = 8
"""Fewer numbers in a text are no dump of a key."""
_ONE_ALPHABET: Final = bytes.maketrans(b"+/", b"-_")
_NAMED: Final = {
    **{b"quot": 0x22, b"amp": 0x26, b"apos": 0x27, b"lt": 0x3C, b"gt": 0x3E},
    # PHP's `htmlentities` names all that HTML 5 has a name for.
    **{b"sol": 0x2F, b"plus": 0x2B, b"lowbar": 0x5F, b"equals": 0x3D, b"period": 0x2E},
}
_ESCAPE: Final = re.compile(
    rb"\\+u\{?0{6}([0-9a-f]{2})\}?|\\+[ux]\{0*([0-9a-f]{2})\}|\\*u00([0-9a-f]{2})"
    rb"|\\+x([0-9a-f]{2})|%(?:25)*([0-9a-f]{2})|&(?:amp;)*+#x0*+([0-9a-f]{2});"
    rb"|\\+([01][0-7]{2})|&(?:amp;)*+#0*+([0-9]{2,3});"
    rb"|&(?:amp;)*(quot|amp|apos|lt|gt|sol|plus|lowbar|equals|period);"
    rb"|\\+([^\\])|\\+",
    re.DOTALL,
)
"""Escapes of JSON, JavaScript, C, URLs and HTML, in folded text; a longer run of backslashes, or
an ampersand escaped again, is an escape within another."""
_HEXADECIMAL, _OCTAL, _DECIMAL, _BY_NAME, _LITERAL = range(1, 7), 7, 8, 9, 10
_QUOTED_PRINTABLE: Final = re.compile(rb"=(?:\\+r|\r)?(?:\\+n|\n)|=([0-9a-f]{2})")
_SPACE: Final = rb"(?:\r?\n(?:data|event): ?|\s|\\{1,8}[nrt]){0,9}"
_COLOUR: Final = rb"\[[0-9;]{0,20}m"
_SEPARATOR: Final = re.compile(
    rb"(?:\r?\n(?:data|event): ?"
    rb"|(?<!\\)\\+(?:[nrt]|u(?:00ad|200[b-f]|20(?:2[a-e]|6[0-9])|feff|03[0-6][0-9a-f]))"
    rb"|\xc2?\xad|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf"
    rb"|\xcc[\x80-\xbf]|\xcd[\x80-\xaf]"
    rb"|<_?[a-z][^<>\n]{0,40}>|(?:\x1b|(?<!\\)\\+(?:u001b|x1b|033|e))%b"
    rb"|[\"']\s{0,8},\s{0,8}[\"'][0-9]{1,4}[\"']\s{0,8}:\s{0,8}[\"']"
    rb"|[\"']%b[-.,]?%b[\"'](?!\w{1,40}[\"']\s{0,8}:))+" % (_COLOUR, _SPACE, _SPACE)
)
"""What separates the parts of a text that is broken into lines or strings, spaced out, coloured or
marked up, or the characters of a string that was taken for a list; but not what precedes any other
name of a member in JSON."""
_LOOKALIKE: Final = re.compile(
    rb"(\xef(?:\xbc[\x81-\xbf]|\xbd[\x80-\x9e])|\xf0\x9d[\x90-\x9f][\x80-\xbf])"
    rb"|\xf3\xa0([\x80\x81][\x80-\xbf])"
    rb"|(?<!\\)\\{1,8}(?:u(ff[0-5][0-9a-f])|udb40\\{1,8}udc([0-7][0-9a-f]))"
)
"""A letter of another width or style, or a tag that nobody sees; as it is, or as JSON escapes."""
_WHITE: Final = b" \t\r\n\v\f"
_WHITE_SPACE: Final = re.compile(rb"\s+")
_STRING: Final = re.compile(rb'"(\w{1,40})"\s{0,8}:\s{0,8}"((?:[^"\\]++|\\.)*+)"', re.DOTALL)
"""A string of JSON, and its name."""
_INDEX: Final = re.compile(rb'"index"\s{0,8}:\s{0,8}([0-9]{1,6})')
_BYTE: Final = (
    rb"(?<![0-9a-z_.])(?:0x)?((?:[0-9a-f]{2}){1,2}|(?<!\n)(?:[0-9a-f]{8}){1,2})(?![0-9a-z])"
)
_BYTES: Final = re.compile(_BYTE)
"""Words of one, two, four or eight bytes, as in ``<Buffer 73 6b>`` and in hexadecimal dumps.
Eight digits or more at the beginning of a line are an address."""
_DECIMALS: Final = re.compile(
    rb"(?<![0-9a-z.])([1-9][0-9]|1[01][0-9]|12[0-6])(?![0-9a-z.]|\\{0,8}[\"']\s{0,8}:)"
)
"""But not the names by which JavaScript numbers the bytes of an array."""
_BITS: Final = re.compile(rb"(?<![0-9a-z.])([01]{8})(?![0-9a-z.])")
_OCTALS: Final = re.compile(rb"(?<![0-9a-z.])([01][0-7]{2})(?![0-9a-z.])")


def folded(text: bytes) -> bytes:
    """The text in lower case, and in the URL-safe alphabet of base64; no byte moves."""
    return text.lower().translate(_ONE_ALPHABET)


@dataclass(frozen=True)
class View:
    """One reading of some bytes."""

    data: bytes
    """folded"""
    where: Callable[[int, int], list[Stretch]]
    """Which of the original bytes some bytes of it come from; the order is theirs."""
    is_of_numbers: bool = False
    """Whether the originals are decimal numbers, which may be JSON."""
    is_unread: bool = False
    """Whether it is as it came, but for its charset, its pieces and backslashes."""


def views(data: bytes) -> Iterator[View]:
    """All readings of some bytes."""
    whole = View(folded(data), lambda start, end: [(start, end)])
    roots = [whole]
    if b"\0" in data:
        # ASCII in UTF-16 or UTF-32, of either order of bytes, wherever it begins.
        roots.append(_substituted(whole, re.compile(rb"\0+"), _nothing, splits=False))
    if (wide := wide_text(data)) and not wide.text.isascii():
        roots.append(View(folded(wide.in_utf_8), wide.where))
    for root in tuple(roots):
        roots += _joined(root)
    for root in roots:
        yield replace(root, is_unread=True)
        if b"\\" in root.data:
            bare = _substituted(root, re.compile(rb"\\+"), _nothing, splits=False)
            yield replace(bare, is_unread=True)
        if _LOOKALIKE.search(root.data):
            yield _substituted(root, _LOOKALIKE, _plain_letter, splits=False)
        undone = root
        for _ in range(_LEVELS):
            before, undone = undone, unescaped(undone)
            if undone.data == before.data:
                break
            yield undone
            yield _squeezed(undone)
        yield _squeezed(root)
        if b"=" in root.data:
            yield _substituted(root, _QUOTED_PRINTABLE, _quoted, splits=False)
        yield from _dumped(root)


def unescaped(view: View) -> View:
    """A view without one level of escapes and without backslashes."""
    return _substituted(view, _ESCAPE, _character, splits=False)


def canonical(text: bytes) -> bytes:
    """Folded text without escapes and without backslashes; a key may look as if it had some."""
    for _ in range(_LEVELS):
        text = _replaced(text, _ESCAPE, _character)
    return text


def _squeezed(view: View) -> View:
    """A view without separators and white space."""
    apart = _substituted(view, _SEPARATOR, _nothing, splits=True)
    squeezed = apart.data.translate(None, _WHITE)
    return View(squeezed, _Substitution(apart, _WHITE_SPACE, _nothing, True).where)


def _nothing(_: re.Match[bytes]) -> bytes:
    return b""


def _character(found: re.Match[bytes]) -> bytes:
    """The character that an escape stands for, folded."""
    group = found.lastindex
    if group is None:
        return b""
    text = found[group]
    if group == _LITERAL:
        return text
    if group == _BY_NAME:
        code = _NAMED[text]
    else:
        code = int(text, 8 if group == _OCTAL else 10 if group == _DECIMAL else 16)
    if code == ord("\\"):
        return b""
    return folded(bytes((code & 0xFF,)))


def _plain_letter(found: re.Match[bytes]) -> bytes:
    """The letter of ASCII that another looks like, folded; itself where it is like none."""
    letter, tag, escape, escaped_tag = found.groups()
    if letter:
        text = unicodedata.normalize("NFKC", letter.decode(errors="replace"))
    elif escape:
        text = unicodedata.normalize("NFKC", chr(int(escape, 16)))
    else:
        text = chr(int(escaped_tag, 16) if escaped_tag else (tag[0] & 1) << 6 | tag[1] & 0x3F)
    return folded(text.encode()) if text.isascii() else found[0]


def _quoted(found: re.Match[bytes]) -> bytes:
    return folded(bytes.fromhex(found[1].decode())) if found[1] else b""


def _substituted(
    view: View,
    pattern: re.Pattern[bytes],
    replacement: Callable[[re.Match[bytes]], bytes],
    *,
    splits: bool,
) -> View:
    """A view with a pattern replaced; with ``splits``, what is replaced belongs to no stretch."""
    made = _replaced(view.data, pattern, replacement)
    return View(made, _Substitution(view, pattern, replacement, splits).where)


def _replaced(
    data: bytes, pattern: re.Pattern[bytes], replacement: Callable[[re.Match[bytes]], bytes]
) -> bytes:
    """The bytes with a pattern replaced; `re.sub` would hold an object for each piece."""
    made = bytearray()
    at = 0
    for found in pattern.finditer(data):
        made += data[at : found.start()]
        made += replacement(found)
        at = found.end()
    return bytes(made + data[at:]) if at else data


@dataclass(frozen=True)
class _Substitution:
    """Where the bytes of a view with replacements come from; computed when it is asked for."""

    view: View
    pattern: re.Pattern[bytes]
    replacement: Callable[[re.Match[bytes]], bytes]
    splits: bool

    @cached_property
    def _tokens(self) -> "tuple[array[int], array[int], array[int], array[int]]":
        """Of each replacement: where it begins and ends in the result, and in what was given."""
        begins, ends, starts, stops = array("Q"), array("Q"), array("Q"), array("Q")
        grown = 0
        for found in self.pattern.finditer(self.view.data):
            size = len(self.replacement(found))
            begin = found.start() + grown
            begins.append(begin)
            ends.append(begin + size)
            starts.append(found.start())
            stops.append(found.end())
            grown += size - (found.end() - found.start())
        return begins, ends, starts, stops

    def where(self, start: int, end: int) -> list[Stretch]:
        begins, ends, starts, stops = self._tokens
        found: list[Stretch] = []
        at = start
        while at < end:
            number = bisect_right(begins, at) - 1
            if number >= 0 and at < ends[number]:
                inner = (starts[number], stops[number])
                after = ends[number]
            else:
                shift = stops[number] - ends[number] if number >= 0 else 0
                after = begins[number + 1] if number + 1 < len(begins) else end
                after = min(after, end)
                inner = (at + shift, after + shift)
            if found and (not self.splits or found[-1][1] == inner[0]):
                found[-1] = (found[-1][0], inner[1])
            else:
                found.append(inner)
            at = after
        return [outer for inner in found for outer in self.view.where(*inner)]


def _joined(view: View) -> Iterator[View]:
    """The strings of equal names, joined: of all the bytes, and of each content block by itself."""
    strings = list(_STRING.finditer(view.data))
    if len(strings) < 2:
        return
    named: dict[bytes, list[Stretch]] = defaultdict(list)
    for string in strings:
        named[string[1]].append(string.span(2))
    yield _concatenated(
        view, [part for parts in named.values() if len(parts) > 1 for part in parts]
    )
    if len(set(_INDEX.findall(view.data))) > 1:
        yield _concatenated(view, _by_block(view.data, strings))


def _by_block(data: bytes, strings: list[re.Match[bytes]]) -> list[Stretch]:
    """Where the strings are, ordered by the index of their line's block and by their names."""
    blocks: dict[tuple[bytes, bytes], list[Stretch]] = defaultdict(list)
    line = (0, 0)
    index = b""
    for string in strings:
        if string.start() >= line[1]:
            begin = data.rfind(b"\n", line[1], string.start()) + 1 or line[1]
            end = data.find(b"\n", string.end())
            line = (begin, len(data) if end < 0 else end)
            found = _INDEX.search(data, *line)
            index = found[1] if found else b""
        blocks[index, string[1]].append(string.span(2))
    return [part for parts in blocks.values() for part in parts]


def _concatenated(view: View, parts: list[Stretch]) -> View:
    parts = [part for part in parts if part[0] < part[1]]
    begins = array("Q")
    at = 0
    for start, end in parts:
        begins.append(at)
        at += end - start

    def where(start: int, end: int) -> list[Stretch]:
        found: list[Stretch] = []
        number = bisect_right(begins, start) - 1
        while number < len(parts) and begins[number] < end:
            first, last = parts[number]
            begin = first + max(0, start - begins[number])
            found += view.where(begin, min(last, first + end - begins[number]))
            number += 1
        return found

    return View(b"".join([view.data[start:end] for start, end in parts]), where)


def _dumped(view: View) -> Iterator[View]:
    """What numbers stand for that are bytes: in hexadecimal, of either order, decimal or octal."""
    pairs, swapped = array("Q"), array("Q")
    for each in _BYTES.finditer(view.data):
        of_word = range(*each.span(1), 2)
        pairs.extend(of_word)
        # Each word by itself: how many bytes stand before it, of whatever dump, is all the same.
        swapped.extend(reversed(of_word))
    if len(pairs) >= _FEWEST_NUMBERS:
        for starts in (pairs,) if pairs == swapped else (pairs, swapped):
            yield _numbers(view, starts, array("Q", (at + 2 for at in starts)), 16)
    for pattern, base in ((_DECIMALS, 10), (_OCTALS, 8), (_BITS, 2)):
        starts, ends = array("Q"), array("Q")
        for each in pattern.finditer(view.data):
            starts.append(each.start(1))
            ends.append(each.end(1))
        if len(starts) >= _FEWEST_NUMBERS:
            yield _numbers(view, starts, ends, base)


def _numbers(view: View, starts: "array[int]", ends: "array[int]", base: int) -> View:
    """The bytes that numbers stand for, by where each begins and ends."""

    def where(start: int, end: int) -> list[Stretch]:
        return view.where(min(starts[start:end]), max(ends[start:end]))

    numbers = map(view.data.__getitem__, map(slice, starts, ends))
    data = bytes(int(number, base) for number in numbers)
    return View(folded(data), where, is_of_numbers=base == 10)
