"""Undoes the content encoding of a saved body."""

import zlib

from messages_conformance.errors import TrafficError
from messages_conformance.traffic.saved_file import LARGEST, check_unzipped

_EITHER = zlib.MAX_WBITS | 32
"""Makes zlib accept both gzip and zlib."""
_COMPRESSED = ("gzip", "x-gzip", "deflate")


def decode_body(body: bytes, encoding: str | None) -> bytes | None:
    """A body without its ``content-encoding``; None if that encoding is not supported.

    Many tools decompress a body and keep its header, so a body that cannot be decompressed
    counts as decompressed.

    Raises:
        TrafficError: the decompressed body is larger than `LARGEST`.
    """
    name = (encoding or "identity").strip().lower()
    if name in _COMPRESSED:
        return _decompressed(body)
    return body if name == "identity" or _is_text(body) else None


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decompressed(body: bytes) -> bytes:
    decompressor = zlib.decompressobj(_EITHER)
    try:
        content = decompressor.decompress(body, LARGEST)
    except zlib.error:
        return body
    if decompressor.unconsumed_tail:
        raise TrafficError(f"a decompressed body is larger than {LARGEST // 2**20} MB")
    check_unzipped(len(content), len(body))
    return content
