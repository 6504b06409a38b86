"""A body as it was before it was compressed for the way."""

import zlib

from messages_conformance.errors import TrafficError
from messages_conformance.traffic.source import LARGEST

_EITHER = zlib.MAX_WBITS | 32
"""Lets zlib tell gzip and zlib apart by their first bytes."""
_COMPRESSED = ("gzip", "x-gzip", "deflate")


def decoded(body: bytes, encoding: str | None) -> bytes | None:
    """Undo a ``content-encoding``; None where that is one this cannot undo.

    Many tools keep the header of a body that they have long unpacked, so what does not
    unpack is taken to be unpacked.

    Raises:
        TrafficError: it unpacks to more than any answer is long.
    """
    name = (encoding or "identity").strip().lower()
    if name in _COMPRESSED:
        return _inflated(body)
    return body if name == "identity" or _is_text(body) else None


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _inflated(body: bytes) -> bytes:
    unpacker = zlib.decompressobj(_EITHER)
    try:
        unpacked = unpacker.decompress(body, LARGEST)
    except zlib.error:
        return body
    if unpacker.unconsumed_tail:
        raise TrafficError(f"a body unpacks to more than {LARGEST // 2**20} MB")
    return unpacked
