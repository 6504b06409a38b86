"""Mutations: bytes that are not a well-formed event stream."""

import re

from messages_conformance.testing.mutations.mutation import NothingToBreak, of_bytes

_TEXT_BEGINS = re.compile(rb'"text": ?"')


@of_bytes("ST-WIRE-3")
def no_blank_lines(body: bytes) -> bytes:
    """No blank lines separate the events, so that they run together into one."""
    return body.replace(b"\n\n", b"\n") + b"\n"


@of_bytes("ST-WIRE-3")
def one_blank_line_missing(body: bytes) -> bytes:
    """The first event runs together with the second: the blank line between is missing."""
    return body.replace(b"\n\n", b"\n", 1)


@of_bytes("ST-WIRE-4")
def no_blank_line_at_the_end(body: bytes) -> bytes:
    """The last event is never dispatched: the blank line after it is missing."""
    return body.removesuffix(b"\n")


@of_bytes("ST-WIRE-4")
def last_line_not_ended(body: bytes) -> bytes:
    """The body ends within the last event's line."""
    return body.removesuffix(b"\n\n")


@of_bytes("ST-WIRE-5")
def invalid_utf8(body: bytes) -> bytes:
    """A text has half a character: the bytes are not UTF-8."""
    begins = _TEXT_BEGINS.search(body)
    if begins is None:
        raise NothingToBreak
    return body[: begins.end()] + "你".encode()[:2] + body[begins.end() :]


@of_bytes("ST-WIRE-6")
def byte_order_mark(body: bytes) -> bytes:
    """A byte order mark comes before the first event; some clients then lose that event."""
    return b"\xef\xbb\xbf" + body


@of_bytes("ST-WIRE-8")
def event_without_data(body: bytes) -> bytes:
    """A ping is only an event line, without data."""
    return body.replace(b"\n\n", b"\n\nevent: ping\n\n", 1)


@of_bytes("ST-WIRE-10")
def page_after_the_end(body: bytes) -> bytes:
    """The page of a proxy follows the last event."""
    return body + b"<html><head><title>502 Bad Gateway</title></head></html>\n"


@of_bytes("ST-ORD-0")
def nothing_at_all(_: bytes) -> bytes:
    """The stream has no events: status 200, the right content type, and an empty body."""
    return b""
