"""Servers that are broken or hostile, one a function; each is a script for `small_project`."""

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
    """Sends events for ever."""
    return itertools.chain([_CHUNKED], itertools.repeat(_chunk(_EVENT * 1000)))


def ten_gigabytes(_: Arrived) -> Pieces:
    """Announces 10 GB and sends them."""
    return itertools.chain([_sized(10 << 30)], itertools.repeat(BLOCK, 10 << 10))


def as_much_as_is_taken(_: Arrived) -> Pieces:
    """Answers with a message as large as is taken."""
    return [http(message("a" * (DEFAULT.size - 300)))]


def crumbs(_: Arrived) -> Pieces:
    """Sends millions of chunks of one byte."""
    return itertools.chain([_CHUNKED], itertools.repeat(_chunk(b"a") * 10_000))


def gzip_bomb(_: Arrived) -> Pieces:
    """Sends little that becomes 64 MB, compressed by gzip."""
    return [_sized(1 << 40, coding="gzip"), _bomb(31), 5.0]


def deflate_bomb(_: Arrived) -> Pieces:
    """Sends little that becomes 64 MB, compressed by deflate."""
    return [_sized(1 << 40, coding="deflate"), _bomb(15), 5.0]


def bomb_in_a_bomb(_: Arrived) -> Pieces:
    """Compresses a bomb once more."""
    return [http(gzip.compress(_bomb(31)), content_encoding="gzip, gzip")]


@functools.cache
def _bomb(bits: int) -> bytes:
    """The beginning of a bomb that goes off into 64 MB."""
    packer = zlib.compressobj(1, wbits=bits)
    return b"".join(packer.compress(BLOCK) for _ in range(64)) + packer.flush()


def brotli(_: Arrived) -> Pieces:
    """Labels its body as brotli, which nobody asked for."""
    return [http(b"\x0b\x02\x80hello\x03", content_encoding="br")]


def false_gzip(_: Arrived) -> Pieces:
    """Labels as gzip what is none."""
    return [http(b'{"a": 1}', content_encoding="gzip")]


def one_byte_at_a_time(_: Arrived) -> Pieces:
    """Sends its body byte by byte, slowly."""
    yield _sized(1000)
    yield from itertools.chain.from_iterable(itertools.repeat((b"a", 0.05), 1000))


def slow_headers(_: Arrived) -> Pieces:
    """Sends its headers byte by byte, slowly, and never all of them."""
    yield b"HTTP/1.1 200 OK\r\n"
    yield from itertools.chain.from_iterable(itertools.repeat((b"a", 0.02), 1000))


def endless_headers(_: Arrived) -> Pieces:
    """Sends header after header."""
    return itertools.chain([b"HTTP/1.1 200 OK\r\n"], itertools.repeat(b"x-more: of this\r\n" * 999))


def huge_header(_: Arrived) -> Pieces:
    """Sends one header without end."""
    return itertools.chain([b"HTTP/1.1 200 OK\r\nx-long: "], itertools.repeat(BLOCK))


def many_headers(_: Arrived) -> Pieces:
    """Sends a thousand headers, and an answer after all."""
    more = b"".join(b"x-%d: %b\r\n" % (number, b"y" * 50) for number in range(1000))
    return [http(b"{}").replace(b"\r\n", b"\r\n" + more, 1)]


def no_status_line(_: Arrived) -> Pieces:
    """Takes the request and says nothing."""
    return [5.0]


def headers_only(_: Arrived) -> Pieces:
    """Sends its headers, and says no more."""
    return [_CHUNKED, 5.0]


def silent_body(_: Arrived) -> Pieces:
    """Begins its body and says no more."""
    return [_CHUNKED, _chunk(_EVENT), 5.0]


def informational_flood(_: Arrived) -> Pieces:
    """Sends provisional answers for ever."""
    return itertools.repeat(b"HTTP/1.1 102 Processing\r\n\r\n" * 1000)


def switching_protocols(_: Arrived) -> Pieces:
    """Changes to a protocol that nobody asked for."""
    return [b"HTTP/1.1 101 Switching Protocols\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\nxyz"]


def http2_preface(_: Arrived) -> Pieces:
    """Speaks HTTP/2 to a client of HTTP/1.1."""
    return [b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x64\x00\x04\x00\x10\x00\x00"]


def another_protocol(_: Arrived) -> Pieces:
    """Is no HTTP server."""
    return [b"SSH-2.0-OpenSSH_9.6\r\n"]


def premature_close(_: Arrived) -> Pieces:
    """Closes in the middle of its headers."""
    return [b"HTTP/1.1 200 OK\r\ncontent-ty"]


def too_short(_: Arrived) -> Pieces:
    """Sends less than it announces."""
    return [_sized(100), b'{"a": 1}']


def two_lengths(_: Arrived) -> Pieces:
    """Announces two lengths."""
    return [b"HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"]


def chunk_garbage(_: Arrived) -> Pieces:
    """Breaks the chunked encoding after its first chunk."""
    return [_CHUNKED, _chunk(_EVENT), b"zz\r\nthis is no chunk\r\n"]


def chunk_without_end(_: Arrived) -> Pieces:
    """Sends a chunk's size without end."""
    return itertools.chain([_CHUNKED], itertools.repeat(b"1" * 65_536))


def endless_trailers(_: Arrived) -> Pieces:
    """Ends its body and goes on with trailers for ever."""
    return itertools.chain([_CHUNKED, b"0\r\n"], itertools.repeat(b"x-more: of this\r\n" * 999))


def invalid_utf8(_: Arrived) -> Pieces:
    """Answers with bytes that are no text."""
    return [http(b'{"type": "message", "content": "\xff\xfe\xed\xa0\x80"}')]


def invalid_json(_: Arrived) -> Pieces:
    """Answers with half of an object."""
    return [http(b'{"type": "message", "content": [{"type": ')]


def deep_nesting(_: Arrived) -> Pieces:
    """Answers with JSON that nests 100,000 levels deep."""
    return [http(b'{"type": "message", "content": ' + b"[" * 100_000 + b"]" * 100_000 + b"}")]


ILL: dict[Callable[[Arrived], Pieces], tuple[int | None, str]] = {
    endless_stream: (200, "too large"),
    ten_gigabytes: (200, "too large"),
    as_much_as_is_taken: (200, "complete"),
    crumbs: (200, "too large"),
    gzip_bomb: (200, "too large"),
    deflate_bomb: (200, "too large"),
    bomb_in_a_bomb: (200, "cut"),
    brotli: (200, "cut"),
    false_gzip: (200, "cut"),
    one_byte_at_a_time: (200, "timeout"),
    slow_headers: (None, "timeout"),
    endless_headers: (None, "cut"),
    huge_header: (None, "cut"),
    many_headers: (200, "complete"),
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
"""Every one of them, and which status and ending its answer must come to."""
EATERS = (
    endless_stream,
    ten_gigabytes,
    as_much_as_is_taken,
    crumbs,
    gzip_bomb,
    deflate_bomb,
    bomb_in_a_bomb,
    endless_headers,
    huge_header,
    chunk_without_end,
    endless_trailers,
    deep_nesting,
)
"""Those that are after our memory."""
