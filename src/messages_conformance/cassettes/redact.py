"""Replacing keys by placeholders in everything that is written.

A key is found as it is, reversed, in hexadecimal and in base64 (of either alphabet, at any offset),
in upper or lower case, each of these with any escapes of JSON, URLs and HTML, and split across
strings that a client joins.

Of a key with 16 characters or more, its beginning or its end is as secret as the whole, if it has
at least half of the characters and 16 of them, or all but four. A mask that shows less, like
``sk-12345…wxyz``, is of no use to anybody and is kept; so are parts of a shorter key, which may be
ordinary words.
"""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from messages_conformance.cassettes.redact_encodings import Joined, Unescaper, folded, spelled
from messages_conformance.protocol.exchange import Chunk

SHORTEST: Final = 8
"""Characters of the shortest key that is looked for. A shorter one, like the ``EMPTY`` that local
servers accept, is no secret and would be found in ordinary words."""

_TELLING: Final = 16
"""Characters from which on part of a key is as secret as the whole."""
_ROUNDS: Final = 3
_MOST: Final = 10_000
"""Keys that are replaced in one body; a body with more is replaced as a whole."""


@dataclass(frozen=True, repr=False)
class _Form:
    """Half of a key in one of its forms, folded, and its placeholder."""

    text: bytes
    unescaped: bytes
    """The same without what looks like an escape, as keys may contain such characters."""
    placeholder: bytes

    @cached_property
    def pattern(self) -> re.Pattern[bytes]:
        """All ways of writing it."""
        return re.compile(spelled(self.text), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A range of bytes, and its replacement."""

    start: int
    end: int
    replacement: bytes


@dataclass(frozen=True, repr=False)
class Secrets:
    """Keys and their placeholders; its repr shows no key."""

    placeholders: Mapping[str, str]
    """By key."""

    @cached_property
    def _texts(self) -> dict[bytes, bytes]:
        """The placeholders, by the halves of all forms of the keys."""
        return {
            half: placeholder.encode()
            for secret, placeholder in tuple(self.placeholders.items())[::-1]
            if len(secret) >= SHORTEST
            for form in _forms(secret.encode())
            for half in _halves(folded(form))
        }

    @cached_property
    def _unescaper(self) -> Unescaper:
        return Unescaper(b"".join(self._texts))

    @cached_property
    def _all(self) -> tuple[_Form, ...]:
        return tuple(
            _Form(text, self._unescaper.undo(text), placeholder)
            for text, placeholder in self._texts.items()
        )

    def are_in(self, data: bytes) -> bool:
        """Whether the data contains any of the keys, in any form."""
        return bool(self._found(data) or self._found(Joined(data).data))

    def text(self, text: str) -> str:
        """The text with placeholders in place of the keys."""
        return self.body(text.encode(), ())[0].decode(errors="replace")

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """The headers with placeholders in place of the keys."""
        given = tuple(headers)
        # All at once, as hardly any endpoint echoes a key.
        if not self.are_in("\n".join(f"{name}: {value}" for name, value in given).encode()):
            return given
        return tuple((self.text(name), self.text(value)) for name, value in given)

    def body(self, body: bytes, chunks: tuple[Chunk, ...]) -> tuple[bytes, tuple[Chunk, ...]]:
        """A body with placeholders in place of the keys, and its chunks with matching sizes.

        A placeholder belongs to the chunk in which the key began. A body is replaced as a whole if
        it contains a key that cannot be located in it, or too many keys.
        """
        for _ in range(_ROUNDS):
            joined = Joined(body)
            plain, split = self._found(body), self._found(joined.data)
            if not plain and not split:
                return body, chunks
            cuts = _merged((*_cuts(plain, body), *_cuts_joined(split, joined)))
            if len(cuts) > _MOST:
                break
            chunks = tuple(_shifted(chunks, cuts))
            body = _replaced(body, cuts)
        whole = next(iter(self.placeholders.values())).encode()
        return whole, tuple(Chunk(len(whole), chunk.at) for chunk in chunks[:1])

    def _found(self, data: bytes) -> list[_Form]:
        """The forms that some data contains, escaped or not."""
        if not self._all:
            return []
        plain = folded(data)
        undone = self._unescaper.undo(plain)
        return [form for form in self._all if form.text in plain or form.unescaped in undone]


def _cuts(forms: Iterable[_Form], data: bytes) -> Iterator[_Cut]:
    for form in forms:
        for found in islice(form.pattern.finditer(data), _MOST + 1):
            end = found.end() - _of_what_follows(found[0], form.text)
            yield _Cut(found.start(), end, form.placeholder)


def _of_what_follows(found: bytes, text: bytes) -> int:
    """How many backslashes at the end of what was found escape a character after it.

    A key may end in backslashes itself. Each is written twice in JSON, and four times in JSON
    within JSON, where three precede a quote.
    """
    own, run = _slashes(text), _slashes(found)
    if not own:
        return 0
    times = 1
    while (run + 1) % (2 * times) == 0 and (run + 1) // (2 * times) > own:
        times *= 2
    return times - 1


def _slashes(text: bytes) -> int:
    """How many backslashes a text ends with."""
    return len(text) - len(text.rstrip(b"\\"))


def _cuts_joined(forms: Iterable[_Form], joined: Joined) -> Iterator[_Cut]:
    """Cuts in strings that are joined: the first gets the placeholder, the others nothing."""
    for cut in _merged(_cuts(forms, joined.data)):
        replacement = cut.replacement
        for stretch in joined.stretches(cut.start, cut.end):
            yield _Cut(*stretch, replacement)
            replacement = b""


def _forms(secret: bytes) -> tuple[bytes, ...]:
    """Plain, reversed, in hexadecimal, and in base64 at each of the three offsets."""
    encoded = (_base64(secret, offset) for offset in range(3))
    forms = (secret, secret[::-1], secret.hex().encode(), *encoded)
    return tuple(form for form in forms if len(form) >= SHORTEST)


def _base64(secret: bytes, offset: int) -> bytes:
    """The base64 characters that depend on the secret alone, ``offset`` bytes into a group."""
    first = (offset * 8 + 5) // 6
    last = (offset + len(secret)) * 8 // 6
    return base64.b64encode(b"\0" * offset + secret)[first:last]


def _halves(form: bytes) -> tuple[bytes, bytes]:
    """The beginning and the end of a form that are as secret as the whole; they cover it."""
    size = len(form)
    half = size if size < _TELLING else max((size + 1) // 2, min(size - 4, _TELLING))
    return form[:half], form[-half:]


def _merged(cuts: Iterable[_Cut]) -> list[_Cut]:
    """The cuts in order, with those that overlap or touch merged into one."""
    merged: list[_Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        last = merged[-1] if merged else None
        if last is None or cut.start > last.end:
            merged.append(cut)
        else:
            replacement = last.replacement or cut.replacement
            merged[-1] = _Cut(last.start, max(last.end, cut.end), replacement)
    return merged


def _replaced(body: bytes, cuts: list[_Cut]) -> bytes:
    kept = bytearray()
    at = 0
    for cut in cuts:
        kept += body[at : cut.start] + cut.replacement
        at = cut.end
    return bytes(kept + body[at:])


def _shifted(chunks: tuple[Chunk, ...], cuts: list[_Cut]) -> Iterator[Chunk]:
    """The chunks of a body after some cuts."""
    old = written = grown = ahead = passed = 0
    for chunk in chunks:
        old += chunk.size
        while passed < len(cuts) and cuts[passed].start < old:
            cut = cuts[passed]
            grown += len(cut.replacement) - (cut.end - cut.start)
            ahead = cut.end
            passed += 1
        # A chunk that ends within a key gets all of its placeholder.
        end = max(old, ahead) + grown
        if end > written:
            yield Chunk(end - written, chunk.at)
            written = end
