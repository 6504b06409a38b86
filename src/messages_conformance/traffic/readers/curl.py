"""Reads the output of `curl -i`: status line, headers, an empty line and the body; or several.

Interim answers (1xx, and a proxy's "Connection established") belong to the answer after them; a
redirect that was followed is not checked.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from messages_conformance.errors import TrafficError
from messages_conformance.protocol.exchange import Ending, Exchange
from messages_conformance.traffic.encoding import decode_body
from messages_conformance.traffic.items import UNKNOWN_REQUEST, Item, NotChecked
from messages_conformance.traffic.other_routes import at_its_route
from messages_conformance.traffic.saved_file import SavedFile

_HEAD = re.compile(
    rb"HTTP/\d(?:\.\d)? (?P<status>\d{3})(?P<reason>[^\r\n]*)\r?\n"
    rb"(?P<headers>(?:[!#$%&'*+.^`|~\w-]++:[^\r\n]*+\r?\n){0,100}+)(?:\r?\n|\Z)"
)
"""Possessive and bounded, so that a search through a hostile body is fast."""
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK = re.compile(rb"[0-9A-Fa-f]{1,8}(?:;[^\r\n]*)?\r\n")
_BOUNDARY = re.compile(rb"\s*(?=HTTP/|\Z)")


@dataclass(frozen=True)
class _Answer:
    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def interim(self) -> bool:
        return self.status < 200 or self.reason.strip().lower() == "connection established"

    @property
    def is_chunked(self) -> bool:
        """Whether its body is still in chunks, as in what a socket received; curl joins them."""
        return bool(_CHUNK.match(self.body)) and any(
            name.lower() == "transfer-encoding" and "chunked" in value.lower()
            for name, value in self.headers
        )

    @cached_property
    def length(self) -> int | None:
        """The stated length of the body, in bytes; None if curl may have decoded it."""
        fields = {name.lower(): value for name, value in self.headers}
        length = fields.get("content-length", "")
        return (
            int(length) if _LENGTH.fullmatch(length) and "content-encoding" not in fields else None
        )


def read(file: SavedFile) -> Iterator[Item]:
    """Give the answers in their order.

    Raises:
        TrafficError: it does not begin with a status line and headers.
    """
    answers = [each for each in _answers(file.whole()) if not each.interim]
    for answer in answers:
        if 300 <= answer.status < 400 and answer is not answers[-1]:
            yield NotChecked("a redirect that was followed")
        else:
            yield _exchange(answer)


def _answers(text: bytes) -> Iterator[_Answer]:
    before = _BOUNDARY.match(text)
    at = before.end() if before else 0
    while at < len(text):
        head = _HEAD.match(text, at)
        if head is None:
            raise TrafficError(
                f"at byte {at}: expected a status line and headers, as 'curl -i' prints them"
            )
        answer = _Answer(
            status=int(head["status"]),
            reason=head["reason"].decode("latin-1"),
            headers=tuple(_header(line) for line in head["headers"].splitlines()),
            body=b"",
        )
        end, at = _extent(text, head.end(), answer)
        yield _Answer(answer.status, answer.reason, answer.headers, text[head.end() : end])


def _header(line: bytes) -> tuple[str, str]:
    name, _, value = line.decode("latin-1").partition(":")
    return name.strip(), value.strip()


def _extent(text: bytes, start: int, answer: _Answer) -> tuple[int, int]:
    """Where a body ends, and where the next answer begins or the file ends.

    The stated length counts only if the next answer or the end of the file follows: an editor may
    have added a line end, or a person may have cut a long answer.
    """
    if answer.interim:
        return start, start
    if answer.length is not None and (end := start + answer.length) <= len(text):
        boundary = _BOUNDARY.match(text, end)
        if boundary:
            return end, boundary.end()
    following = _HEAD.search(text, start)
    end = following.start() if following else len(text)
    return end, end


def _joined(body: bytes) -> bytes:
    """The chunks of a body, joined, as far as they are whole."""
    parts, at = [], 0
    while head := _CHUNK.match(body, at):
        size = int(head[0].partition(b";")[0], 16)
        parts.append(body[head.end() : head.end() + size])
        at = head.end() + size + len(b"\r\n")
        if not size:
            break
    return b"".join(parts)


def _exchange(answer: _Answer) -> Item:
    received = _joined(answer.body) if answer.is_chunked else answer.body
    encodings = (value for name, value in answer.headers if name.lower() == "content-encoding")
    body = decode_body(received, next(encodings, None))
    if body is None:
        return NotChecked("in an unsupported content encoding")
    cut = answer.length is not None and len(body) < answer.length
    ended: Ending = "cut" if cut else "complete"
    return at_its_route(Exchange(UNKNOWN_REQUEST, answer.status, answer.headers, body, ended=ended))
