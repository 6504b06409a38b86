"""Broken and hostile servers, one per function; each is a script for `small_project.serving`."""

import functools
import gzip
import itertools
import zlib
from collections.abc import Callable, Iterable

from messages_conformance.protocol.limits import DEFAULT
from support.small_project import Arrived, http, message

Pieces = Iterable[bytes | float]
BLOCK = b"a" * (1 << 20)
_CHUNKED = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
)
_EVENT = b'event: ping\ndata: {"type": "ping"}\n\n'


def _sized(size: int, kind: str = "application/json", coding: str = "identity") -> bytes:
    return http(b"", kind=kind, content_length=str(size), content_encoding=coding)


def _chunk(piece: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(piece), piece)


def endless_stream(_: Arrived) -> Pieces:
    """Sends events without end."""
    return itertools.chain([_CHUNKED], itertools.repeat(_chunk(_EVENT * 1000)))


def ten_gigabytes(_: Arrived) -> Pieces:
    """Announces 10 GB and sends it."""
    return itertools.chain([_sized(10 << 30)], itertools.repeat(BLOCK, 10 << 10))


def largest_allowed(_: Arrived) -> Pieces:
    """Answers with the largest message that is kept."""
    return [http(message("a" * (DEFAULT.size - 300)))]


def tiny_chunks(_: Arrived) -> Pieces:
    """Sends millions of chunks of one byte."""
    return itertools.chain([_CHUNKED], itertools.repeat(_chunk(b"a") * 10_000))


def gzip_bomb(_: Arrived) -> Pieces:
    """Sends a few bytes of gzip that unpack to 64 MB."""
    return [_sized(1 << 40, coding="gzip"), _bomb(31), 5.0]


def deflate_bomb(_: Arrived) -> Pieces:
    """Sends a few bytes of deflate that unpack to 64 MB."""
    return [_sized(1 << 40, coding="deflate"), _bomb(15), 5.0]


def nested_bomb(_: Arrived) -> Pieces:
    """Compresses a gzip bomb once more."""
    return [http(gzip.compress(_bomb(31)), content_encoding="gzip, gzip")]


@functools.cache
def _bomb(bits: int) -> bytes:
    """Compressed data that unpacks to 64 MB."""
    packer = zlib.compressobj(1, wbits=bits)
    return b"".join(packer.compress(BLOCK) for _ in range(64)) + packer.flush()


def brotli(_: Arrived) -> Pieces:
    """Labels its body as brotli, although the request forbids compression."""
    return [http(b"\x0b\x02\x80hello\x03", content_encoding="br")]


def false_gzip(_: Arrived) -> Pieces:
    """Labels a body as gzip that is not compressed."""
    return [http(b'{"a": 1}', content_encoding="gzip")]


def one_byte_at_a_time(_: Arrived) -> Pieces:
    """Sends its body slowly, byte by byte."""
    yield _sized(1000)
    yield from itertools.chain.from_iterable(itertools.repeat((b"a", 0.05), 1000))


def slow_headers(_: Arrived) -> Pieces:
    """Sends its headers slowly, byte by byte, without end."""
    yield b"HTTP/1.1 200 OK\r\n"
    yield from itertools.chain.from_iterable(itertools.repeat((b"a", 0.02), 1000))


def endless_headers(_: Arrived) -> Pieces:
    """Sends headers without end."""
    return itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"x-more: of this\r\n" * 999))


def huge_header(_: Arrived) -> Pieces:
    """Sends one header without end."""
    return itertools.chain([b"HTTP/1.1 200 OK\r\nx-long: "], itertools.repeat(BLOCK))


def many_headers(_: Arrived) -> Pieces:
    """Sends a thousand headers and a complete answer."""
    more = b"".join(b"x-%d: %b\r\n" % (number, b"y" * 50) for number in range(1000))
    return [http(b"{}").replace(b"\r\n", b"\r\n" + more, 1)]


def short_headers(_: Arrived) -> Pieces:
    """Sends thousands of the shortest headers and a complete answer."""
    more = b"".join(b"x-%d: y\r\n" % number for number in range(DEFAULT.headers))
    return [http(b"{}").replace(b"\r\n", b"\r\n" + more, 1)]


def no_status_line(_: Arrived) -> Pieces:
    """Reads the request and sends nothing."""
    return [5.0]


def headers_only(_: Arrived) -> Pieces:
    """Sends its headers and nothing more."""
    return [_CHUNKED, 5.0]


def silent_body(_: Arrived) -> Pieces:
    """Begins its body and sends nothing more."""
    return [_CHUNKED, _chunk(_EVENT), 5.0]


def informational_flood(_: Arrived) -> Pieces:
    """Sends provisional answers without end."""
    return itertools.repeat(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000)


def switching_protocols(_: Arrived) -> Pieces:
    """Switches to a protocol that was not requested."""
    return [b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\nxyz"]


def http2_preface(_: Arrived) -> Pieces:
    """Answers an HTTP/1.1 request in HTTP/2."""
    return [b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64\x00\x04\x00\x10\x00\x00"]


def another_protocol(_: Arrived) -> Pieces:
    """Speaks SSH instead of HTTP."""
    return [b"SSH-2.0-OpenSSH_9.6\r\n"]


def premature_close(_: Arrived) -> Pieces:
    """Closes in the middle of its headers."""
    return [b"HTTP/1.1 200 OK\r\ncontent-ty"]


def too_short(_: Arrived) -> Pieces:
    """Sends less than it announces."""
    return [_sized(100), b'{"a": 1}']


def two_lengths(_: Arrived) -> Pieces:
    """Announces two different lengths."""
    return [b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"]


def chunk_garbage(_: Arrived) -> Pieces:
    """Breaks the chunked encoding after the first chunk."""
    return [_CHUNKED, _chunk(_EVENT), b"zz\r\nthis is no chunk\r\n"]


def chunk_without_end(_: Arrived) -> Pieces:
    """Sends the size of a chunk without end."""
    return itertools.chain([_CHUNKED], itertools.repeat(b"1" * 65_536))


def endless_trailers(_: Arrived) -> Pieces:
    """Ends its body and sends trailers without end."""
    return itertools.chain([_CHUNKED, b"0\r\n"], itertools.repeat(b"x-more: of this\r\n" * 999))


def invalid_utf8(_: Arrived) -> Pieces:
    """Answers with bytes that are not UTF-8."""
    return [http(b'{"type": "message", "content": "\xff\xfe\xed\xa0\x80"}')]


def invalid_json(_: Arrived) -> Pieces:
    """Answers with an incomplete JSON object."""
    return [http(b'{"type": "message", "content": [{"type": ')]


def deep_nesting(_: Arrived) -> Pieces:
    """Answers with JSON that nests 100,000 levels deep."""
    return [http(b'{"type": "message", "content": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")]


EXPECTED: dict[Callable[[Arrived], Pieces], tuple[int | None, str]] = {
    endless_stream: (200, "too large"),
    ten_gigabytes: (200, "too large"),
    largest_allowed: (200, "complete"),
    tiny_chunks: (200, "too large"),
    gzip_bomb: (200, "too large"),
    deflate_bomb: (200, "too large"),
    nested_bomb: (200, "cut"),
    brotli: (200, "cut"),
    false_gzip: (200, "cut"),
    one_byte_at_a_time: (200, "timeout"),
    slow_headers: (None, "timeout"),
    endless_headers: (None, "cut"),
    huge_header: (None, "cut"),
    many_headers: (200, "complete"),
    short_headers: (200, "too large"),
    no_status_line: (None, "timeout"),
    headers_only: (200, "timeout"),
    silent_body: (200, "timeout"),
    informational_flood: (None, "too large"),
    switching_protocols: (None, "cut"),
    http2_preface: (None, "cut"),
    another_protocol: (None, "cut"),
    premature_close: (None, "cut"),
    too_short: (200, "cut"),
    two_lengths: (None, "cut"),
    chunk_garbage: (200, "cut"),
    chunk_without_end: (200, "cut"),
    endless_trailers: (200, "cut"),
    invalid_utf8: (200, "complete"),
    invalid_json: (200, "complete"),
    deep_nesting: (200, "complete"),
}
"""Every server, with the status and the ending that its exchange must have."""
MEMORY_ATTACKS = (
    endless_stream,
    ten_gigabytes,
    largest_allowed,
    tiny_chunks,
    gzip_bomb,
    deflate_bomb,
    nested_bomb,
    endless_headers,
    huge_header,
    chunk_without_end,
    endless_trailers,
    deep_nesting,
)
"""The servers that try to exhaust memory."""
