"""Replacing keys by placeholders in everything that is written.

A key is found as it is, reversed, in hexadecimal and in base64 (of either alphabet, at any offset),
in upper or lower case, in ASCII or UTF-16, and in rarer encodings (`redact_rare`); but for the
latter, each of these in every reading of the bytes (`redact_views`): with escapes of any kind,
broken into lines, split over strings or headers, or as a dump of numbers. A body that is compressed
without a label is decompressed to look into it.

Of a key with 16 characters or more, pieces count (`redact_pieces`): what shows half of it, or
leaves fewer than 12 characters unknown, is as secret as the whole. A mask that shows less, like
``sk-12345…wxyz``, is of no use to anybody and is kept.
"""

import base64
import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from messages_conformance.cassettes.redact_compressed import decompressed, is_opaque
from messages_conformance.cassettes.redact_pieces import WHOLE, Form, Piece, is_leak
from messages_conformance.cassettes.redact_rare import rare_forms
from messages_conformance.cassettes.redact_views import Stretch, canonical, folded, views
from messages_conformance.protocol.exchange import Chunk

SHORTEST: Final = 8
"""Characters of the shortest key that is looked for. A shorter one, like the ``EMPTY`` that local
servers accept, is no secret and would be found in ordinary words."""
_ROUNDS: Final = 3
_MOST: Final = 10_000
"""Keys that are replaced in one body; a body with more is replaced as a whole."""
_LONG: Final = 16_000
"""Bytes of a text that takes longer to look through than to hash."""
_APART: Final = b"\x01"
"""Between parts that are looked through together: no header contains it."""
_UNREADABLE: Final = "[{} bytes that are no text]"


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
    def _forms(self) -> tuple[tuple[str, tuple[Form, ...]], ...]:
        """All forms of each key."""
        return tuple((key, tuple(_forms(key))) for key in self.placeholders if len(key) >= SHORTEST)

    def are_in(self, data: bytes) -> bool:
        """Whether the data contains any of the keys, in any form."""
        return bool(self._cuts(data)) or self._is_compressed_in(data)

    def text(self, text: str) -> str:
        """The text with placeholders in place of the keys."""
        if not self._forms:
            return text
        data = text.encode(errors="surrogatepass")
        if not (cuts := self._cuts(data)):
            return text
        return self._replace(data, cuts, ())[0].decode(errors="replace")

    def headers(self, headers: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        """The headers with placeholders in place of the keys, also of one split over several."""
        given = tuple(headers)
        parts = [part.encode(errors="surrogatepass") for header in given for part in header]
        # All at once, as hardly any endpoint echoes a key.
        if not self._cuts(_APART.join(parts)):
            return given
        written = [part.decode(errors="replace") for part in self._parts(parts)]
        return tuple(zip(written[::2], written[1::2], strict=True))

    def body(self, body: bytes, chunks: tuple[Chunk, ...]) -> tuple[bytes, tuple[Chunk, ...]]:
        """A body with placeholders in place of the keys, and its chunks with matching sizes.

        A placeholder belongs to the chunk in which the key began. A body is replaced as a whole if
        it contains a key that cannot be located in it, or too many keys, or if it is in no
        compression and charset that can be read: then it may contain a key as well.
        """
        if not self._forms:
            return body, chunks
        if self._is_compressed_in(body):
            return _as_whole(next(iter(self.placeholders.values())), chunks)
        if is_opaque(body):
            return _as_whole(_UNREADABLE.format(len(body)), chunks)
        cuts = self._cuts(body)
        return self._replace(body, cuts, chunks) if cuts else (body, chunks)

    def _replace(
        self, body: bytes, cuts: list[_Cut], chunks: tuple[Chunk, ...]
    ) -> tuple[bytes, tuple[Chunk, ...]]:
        for _ in range(_ROUNDS):
            if len(cuts) > _MOST:
                break
            chunks = tuple(_shifted(chunks, cuts))
            body = _replaced(body, cuts)
            if not (cuts := self._cuts(body)):
                return body, chunks
        return _as_whole(next(iter(self.placeholders.values())), chunks)

    def _parts(self, parts: list[bytes]) -> list[bytes]:
        """Texts that are looked through together, each with its own replacements."""
        for _ in range(_ROUNDS):
            cuts = self._cuts(_APART.join(parts))
            if not cuts:
                return parts
            written, at = [], 0
            for part in parts:
                written.append(_replaced(part, list(_within(cuts, at, at + len(part)))))
                at += len(part) + 1
            parts = written
        return [b"" if self._cuts(_APART.join(parts)) else part for part in parts]

    def _is_compressed_in(self, body: bytes) -> bool:
        return bool(self._forms) and any(self._cuts(made) for made in decompressed(body))

    @cached_property
    def _without(self) -> set[bytes]:
        """Digests of long texts that hold no key: each is looked through more than once."""
        return set()

    def _cuts(self, data: bytes) -> list[_Cut]:
        """What is to be replaced, in order."""
        if not self._forms:
            return []
        digest = hashlib.sha256(data).digest() if len(data) >= _LONG else None
        if digest in self._without:
            return []
        if not (cuts := self._looked_for(data)) and digest:
            if len(self._without) >= _MOST:
                self._without.clear()
            self._without.add(digest)
        return cuts

    def _looked_for(self, data: bytes) -> list[_Cut]:
        found: dict[str, list[Piece]] = {}
        cuts: dict[str, list[_Cut]] = {}
        for view in views(data):
            for key, every in self._forms:
                forms = every if view.is_unread else (form for form in every if not form.is_rare)
                # A number stays a number, so that JSON stays JSON.
                replacement = b"0" if view.is_of_numbers else self.placeholders[key].encode()
                for piece in (piece for form in forms for piece in form.pieces(view.data)):
                    found.setdefault(key, []).append(piece)
                    stretches = view.where(piece.start, piece.end)
                    cuts.setdefault(key, []).extend(_cut(stretches, replacement))
        leaked = (cuts[key] for key, pieces in found.items() if is_leak(len(key), pieces))
        return _merged(itertools.chain.from_iterable(leaked))


def _cut(stretches: list[Stretch], replacement: bytes) -> Iterator[_Cut]:
    """Cuts where one piece is: the first gets the placeholder, the others nothing."""
    for start, end in stretches:
        yield _Cut(start, end, replacement)
        replacement = b""


def _within(cuts: list[_Cut], start: int, end: int) -> Iterator[_Cut]:
    """The cuts as far as they are in a range, counted from its start."""
    for cut in cuts:
        if cut.start < end and cut.end > start:
            replacement = cut.replacement if cut.start >= start else b""
            yield _Cut(max(cut.start, start) - start, min(cut.end, end) - start, replacement)


def _as_whole(text: str, chunks: tuple[Chunk, ...]) -> tuple[bytes, tuple[Chunk, ...]]:
    whole = text.encode()
    return whole, tuple(Chunk(len(whole), chunk.at) for chunk in chunks[:1])


def _forms(key: str) -> Iterator[Form]:
    """Plain, without what looks like an escape, reversed, in hexadecimal, and in base64."""
    size = len(key)
    # What is not UTF-8 in a variable is lone surrogates, as it is in every text that is searched.
    encoded = key.encode(errors="surrogatepass")
    written = folded(encoded)
    # An escape doubles the backslashes around a key, so that they are no part of it.
    plain = written.strip(b"\\") or written
    texts = dict.fromkeys((plain, encoded.hex().encode()))
    for data in (encoded, key.encode("utf-16-le", errors="surrogatepass")):
        texts |= dict.fromkeys(folded(_base64(data, offset)) for offset in range(3))
    for undone in (canonical(plain), plain.replace(b"\\", b"")):
        if len(undone) >= SHORTEST - 2:
            texts[undone] = None
    yield from (Form(text, size) for text in texts)
    for text in dict.fromkeys((plain, plain.replace(b"\\", b""))):
        yield Form(text[::-1], size, is_reversed=True)
    if size >= WHOLE:
        yield from rare_forms(encoded)


def _base64(secret: bytes, offset: int) -> bytes:
    """The base64 characters that depend on the secret alone, ``offset`` bytes into a group."""
    first = (offset * 8 + 5) // 6
    last = (offset + len(secret)) * 8 // 6
    return base64.b64encode(b"\0" * offset + secret)[first:last]


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
