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
_HEADLESS: Final = -zlib.MAX_WBITS
_FORMATS: Final = (zlib.MAX_WBITS | 32, _HEADLESS)
"""gzip or zlib, by its head; and deflate without a head."""
_STEP: Final = 4096
"""bytes"""


def decompressed(body: bytes) -> Iterator[bytes]:
    """What a body means as gzip, zlib or deflate, as far as it is whole; nothing for text."""
    if _is_in(body, "utf-8"):
        return
    for format in _FORMATS:
        decompressor = zlib.decompressobj(format)
        made = bytearray()
        # Piece by piece, so that what precedes a damaged place is read too.
        for at in range(0, len(body), _STEP):
            try:
                made += decompressor.decompress(body[at : at + _STEP], _MOST - len(made) + 1)
            except zlib.error:
                break
            if len(made) > _MOST or decompressor.eof:
                break
        # Without a head, anything may begin like compressed data.
        if made and (decompressor.eof or format != _HEADLESS):
            yield bytes(made)


def is_opaque(body: bytes) -> bool:
    """Whether a body is neither text in any charset nor compressed so that it can be read."""
    if len(body) < _SHORTEST or len(body.translate(None, _TEXT)) <= _BINARY * len(body):
        return False
    if any(_is_in(body, charset) for charset in ("utf-8", "utf-16", "utf-32")):
        return False
    return not any(decompressed(body))


def _is_in(body: bytes, charset: str) -> bool:
    """Whether it is text in a charset; one of the wide ones must say so by its first bytes."""
    is_wide = charset != "utf-8"
    if is_wide and not body.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
        return False
    try:
        text = body.decode(charset)
    except UnicodeDecodeError:
        return False
    if not is_wide:
        return True
    controls = sum(ord(character) < 0x20 and not character.isspace() for character in text)
    return controls <= _BINARY * len(text)
