"""What a body says that is compressed without a label, and whether anybody can read it at all."""

import zlib
from collections.abc import Iterator
from typing import Final

_MOST: Final = 2 * 1024 * 1024
"""Bytes that are read of what is decompressed."""
_TEXT: Final = bytes({*range(0x20, 0x100), 0, 0x09, 0x0A, 0x0C, 0x0D, 0x1B})
_SHORTEST: Final = 24
"""Bytes of the shortest body that may hold a compressed key."""
_BINARY: Final = 0.04
"""The share of control characters from which on a body is no text of any charset. Of random bytes
they are a tenth."""
_FORMATS: Final = (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS)
"""gzip or zlib, by its head; and deflate without a head."""


def decompressed(body: bytes) -> Iterator[bytes]:
    """What a body may mean as gzip, zlib or deflate; nothing for one that is text."""
    if not is_binary(body):
        return
    for format in _FORMATS:
        decompressor = zlib.decompressobj(format)
        made = bytearray()
        # Piece by piece, so that what precedes a damaged place is read too.
        for at in range(0, len(body), 4096):
            try:
                made += decompressor.decompress(body[at : at + 4096], _MOST - len(made) + 1)
            except zlib.error:
                break
            if len(made) > _MOST or decompressor.eof:
                break
        if made:
            yield bytes(made)


def is_binary(body: bytes) -> bool:
    """Whether a body is text in no charset: it may be compressed, and so hold anything."""
    if len(body) < _SHORTEST:
        return False
    controls = len(body.translate(None, _TEXT))
    if controls <= _BINARY * len(body):
        return False
    return not any(_is_in(body, charset) for charset in ("utf-8", "utf-16", "utf-32"))


def _is_in(body: bytes, charset: str) -> bool:
    """Whether it is text in a charset; one of the wide ones must say so by its first bytes."""
    if charset != "utf-8" and not body.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return False
    try:
        text = body.decode(charset)
    except UnicodeDecodeError:
        return False
    controls = sum(ord(character) < 0x20 and not character.isspace() for character in text)
    return controls <= _BINARY * len(text)
