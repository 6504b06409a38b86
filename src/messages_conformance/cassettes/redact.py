"""Keeping credentials out of everything that is written.

A credential is found as it is, backwards, in hexadecimal and in base64 (of either alphabet,
wherever in the encoded text it begins), in upper or lower case, each of these however JSON, a
URL or HTML may escape it, and torn over strings that a client puts together.

Of a credential of 16 characters or more, half is as secret as the whole, be it the beginning
or the end, if it has 16 characters or lacks four at most. What shows less, such as
``sk-12345…wxyz``, opens no door and stays; so do the halves of a short one, which may be words.
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
"""Characters a credential must have to be looked for: a shorter one, such as the ``EMPTY`` that
local servers take, is no secret and would be found in ordinary words."""

_TELLING: Final = 16
"""Characters by which half of a credential is known for what it is."""
_ROUNDS: Final = 3
_MOST: Final = 10_000
"""Credentials that are cut out of one body; of a body with more, nothing is worth keeping."""


@dataclass(frozen=True, repr=False)
class _Form:
    """Half of a credential in one of its forms, folded, and what to write in its stead."""

    text: bytes
    unescaped: bytes
    """What is left of it where the escapes are undone that may be part of the credential."""
    placeholder: bytes

    @cached_property
    def pattern(self) -> re.Pattern[bytes]:
        """All ways of writing it."""
        return re.compile(spelled(self.text), re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A stretch of bytes, and what to write in its stead."""

    start: int
    end: int
    instead: bytes


@dataclass(frozen=True, repr=False)
class Secrets:
    """Credentials and the placeholders that stand for them; its repr tells none of them."""

    placeholders: Mapping[str, str]
    """By credential."""

    @cached_property
    def _texts(self) -> dict[bytes, bytes]:
        """The halves of all forms of the credentials, and what to write in their stead."""
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
        """Whether any of them stands in the data, in any of its forms."""
        return bool(self._met(data) or self._met(Joined(data).data))

    def text(self, text: str) -> str:
        """The text with placeholders in their stead."""
        return self.body(text.encode(), ())[0].decode(errors="replace")

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """Headers with placeholders in their stead."""
        given = tuple(headers)
        # One look at all of them together, for hardly any endpoint says a key again.
        if not self.are_in("\n".join(f"{name}: {value}" for name, value in given).encode()):
            return given
        return tuple((self.text(name), self.text(value)) for name, value in given)

    def body(self, body: bytes, chunks: tuple[Chunk, ...]) -> tuple[bytes, tuple[Chunk, ...]]:
        """A body with placeholders in their stead, and its chunks as they would have been.

        A placeholder belongs to the chunk in which the credential began. A body in which a
        credential can be read but not be parted from the rest is a placeholder as a whole, and
        so is one that is full of them.
        """
        for _ in range(_ROUNDS):
            joined = Joined(body)
            apart, together = self._met(body), self._met(joined.data)
            if not apart and not together:
                return body, chunks
            cuts = _merged((*_cuts(apart, body), *_cuts_joined(together, joined)))
            if len(cuts) > _MOST:
                break
            chunks = tuple(_shifted(chunks, cuts))
            body = _replaced(body, cuts)
        whole = next(iter(self.placeholders.values())).encode()
        return whole, tuple(Chunk(len(whole), chunk.at) for chunk in chunks[:1])

    def _met(self, data: bytes) -> list[_Form]:
        """The forms that can be read in some data, escaped or not."""
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
    """How many backslashes at the end of what was found escape a quote or letter behind it.

    A credential may itself end in some. Each is written twice in JSON, and four times in JSON
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
    """How many backslashes a text ends in."""
    return len(text) - len(text.rstrip(b"\\"))


def _cuts_joined(forms: Iterable[_Form], joined: Joined) -> Iterator[_Cut]:
    """As `_cuts`; the first string gets the placeholder, the others lose their part."""
    for cut in _merged(_cuts(forms, joined.data)):
        instead = cut.instead
        for stretch in joined.stretches(cut.start, cut.end):
            yield _Cut(*stretch, instead)
            instead = b""


def _forms(secret: bytes) -> tuple[bytes, ...]:
    """Plain, backwards, in hexadecimal, and in base64 after any number of other bytes."""
    encoded = (_base64(secret, offset) for offset in range(3))
    forms = (secret, secret[::-1], secret.hex().encode(), *encoded)
    return tuple(form for form in forms if len(form) >= SHORTEST)


def _base64(secret: bytes, offset: int) -> bytes:
    """The characters that a secret alone decides when it starts ``offset`` bytes into a group."""
    first = (offset * 8 + 5) // 6
    last = (offset + len(secret)) * 8 // 6
    return base64.b64encode(b"\0" * offset + secret)[first:last]


def _halves(form: bytes) -> tuple[bytes, bytes]:
    """The beginning and the end of a form that give it away; together they cover it."""
    size = len(form)
    half = size if size < _TELLING else max((size + 1) // 2, min(size - 4, _TELLING))
    return form[:half], form[-half:]


def _merged(cuts: Iterable[_Cut]) -> list[_Cut]:
    """The cuts in order, and those that overlap or touch each other as one."""
    merged: list[_Cut] = []
    for cut in sorted(cuts, key=lambda cut: (cut.start, cut.end)):
        last = merged[-1] if merged else None
        if last is None or cut.start > last.end:
            merged.append(cut)
        else:
            instead = last.instead or cut.instead
            merged[-1] = _Cut(last.start, max(last.end, cut.end), instead)
    return merged


def _replaced(body: bytes, cuts: list[_Cut]) -> bytes:
    kept = bytearray()
    at = 0
    for cut in cuts:
        kept += body[at : cut.start] + cut.instead
        at = cut.end
    return bytes(kept + body[at:])


def _shifted(chunks: tuple[Chunk, ...], cuts: list[_Cut]) -> Iterator[Chunk]:
    """The chunks of a body from which something is cut."""
    old = written = grown = ahead = passed = 0
    for chunk in chunks:
        old += chunk.size
        while passed < len(cuts) and cuts[passed].start < old:
            cut = cuts[passed]
            grown += len(cut.instead) - (cut.end - cut.start)
            ahead = cut.end
            passed += 1
        # Where a chunk ends within a credential, it takes all of it.
        end = max(old, ahead) + grown
        if end > written:
            yield Chunk(end - written, chunk.at)
            written = end
