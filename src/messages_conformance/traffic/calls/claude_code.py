"""Transcripts of Claude Code: requests kept as differences, and answers a block a line.

A request is the first messages of an earlier one, then further messages that stand elsewhere in
the file; `Transcript` keeps what later lines may refer to, within a bound. Before the requests
were kept, only the answers tell what was used.
"""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from messages_conformance.traffic.calls.call import (
    ANSWER_ALONE,
    NOTHING_HIDDEN,
    Call,
    NotRead,
    Part,
    Record,
)

_HIDES: Final = NOTHING_HIDDEN | {
    *(Part.HEADERS, Part.METADATA, Part.STREAM, Part.PATH, Part.ANSWER, Part.ERROR),
}
_MOST: Final = 50_000
"""Messages and requests that are kept for later lines."""
_TYPES: Final = frozenset({"api-request", "api-request-shape", "api-request-blob"})


def is_line(record: Mapping[str, Any]) -> bool:
    """Whether a JSON object is a line of a transcript."""
    kind = record.get("type")
    is_known = isinstance(kind, str) and kind in _TYPES
    return is_known or ("sessionId" in record and "type" in record)


class Transcript:
    """Reads the lines of one transcript in their order."""

    def __init__(self) -> None:
        self._shapes: dict[str, Mapping[str, Any]] = {}
        self._blobs: dict[str, Mapping[str, Any]] = {}
        self._requests: dict[str, list[str]] = {}
        self._answered: set[str] = set()

    def read(self, place: str, line: Mapping[str, Any]) -> Iterator[Record]:
        """The calls that a line completes."""
        kind = line.get("type")
        if len(self._blobs) + len(self._requests) > _MOST:
            yield NotRead(place, f"of a transcript of more than {_MOST:,} messages", damaged=True)
        elif kind == "api-request-shape":
            self._shapes[line["shapeHash"]] = line["shape"]
        elif kind == "api-request-blob":
            self._blobs[line["hash"]] = line["message"]
        elif kind == "api-request":
            yield self._request(place, line)
        elif kind == "assistant":
            yield from self._answer(place, line)

    def _request(self, place: str, line: Mapping[str, Any]) -> Record:
        hashes = [*self._requests.get(line.get("base") or "", [])[: line.get("keep") or 0]]
        hashes += line.get("tail") or []
        self._requests[line["id"]] = hashes
        if any(one not in self._blobs for one in hashes) or line["shapeHash"] not in self._shapes:
            return NotRead(place, "that refer to what the file does not hold", damaged=True)
        body: dict[str, Any] = {
            **self._shapes[line["shapeHash"]],
            **(line.get("params") or {}),
            "messages": [self._blobs[one] for one in hashes],
        }
        if marks := line.get("cacheControl"):
            body = copy.deepcopy(body)
            for mark in marks:
                _put(body, mark["path"], mark["value"])
        return Call(place, body, hides=_HIDES)

    def _answer(self, place: str, line: Mapping[str, Any]) -> Iterator[Record]:
        message = line["message"]
        if line.get("isApiErrorMessage"):
            status = line.get("apiErrorStatus")
            if isinstance(status, int):
                kind = line.get("apiErrorType")
                error = {"type": "error", "error": {"type": kind}}
                yield Call(place, None, status=status, error=error, hides=ANSWER_ALONE)
            return
        # A line per block repeats the message; only its blocks differ.
        id = str(message.get("id"))
        again = id in self._answered
        if len(self._answered) < _MOST:
            self._answered.add(id)
        answer = {**message, "usage": None} if again else message
        yield Call(place, None, status=None if again else 200, answer=answer, hides=ANSWER_ALONE)


def _put(body: Any, path: list[Any], value: Any) -> None:
    at = body
    for step in path:
        at = at[step]
    at["cache_control"] = value
