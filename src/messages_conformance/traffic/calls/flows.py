"""Reads the flow files of mitmproxy: tnetstrings, one after the other, bodies as they were sent.

A tnetstring is ``<length>:<payload><type>``; mitmproxy has a type of its own for text, which no
library knows but its own, and that excludes the HTTP library used here.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from messages_conformance.errors import TrafficError
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.traffic.calls.call import NotRead, Record
from messages_conformance.traffic.calls.whole_exchanges import call_of, guarded
from messages_conformance.traffic.encoding import decode_body
from messages_conformance.traffic.items import UNKNOWN_REQUEST, status_code
from messages_conformance.traffic.saved_file import LARGEST, SavedFile

_LONGEST_NUMBER: Final = 12
_DEEPEST: Final = 12
_MOST_VALUES: Final = 100_000


def read_flows(file: SavedFile) -> Iterator[Record]:
    """The flows of a file, one at a time.

    Raises:
        TrafficError: it is no flow file from some flow on.
    """
    for number, flow in enumerate(_flows(file)):
        yield guarded(f"flow {number}", flow, _flow)


def _flow(place: str, flow: Mapping[str, Any]) -> Record:
    if flow.get("type") != "http":
        return NotRead(place, "not of HTTP")
    sent, answered = flow["request"], flow.get("response")
    headers = _headers(sent)
    body = decode_body(sent.get("content") or b"", _encoding(headers))
    url = _text(sent["path"])
    return call_of(place, _text(sent["method"]), url, body, headers, _answer(answered))


def _answer(answered: Mapping[str, Any] | None) -> Exchange | None:
    if answered is None or answered.get("content") is None:
        return None
    headers = _headers(answered)
    body = decode_body(answered["content"], _encoding(headers))
    if body is None:
        return None
    return Exchange(UNKNOWN_REQUEST, status_code(answered["status_code"]), headers, body)


def _headers(message: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(value)) for name, value in message["headers"])


def _encoding(headers: tuple[tuple[str, str], ...]) -> str | None:
    return next((value for name, value in headers if name.lower() == "content-encoding"), None)


def _text(value: bytes | str) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "replace")


def _flows(file: SavedFile) -> Iterator[Any]:
    while True:
        digits = b""
        while not digits.endswith(b":"):
            byte = file.read(1)
            if not byte and not digits:
                return
            digits += byte
            if not byte or len(digits) > _LONGEST_NUMBER:
                raise TrafficError("is no flow file of mitmproxy; save it again, or as HAR")
        size = _number(digits[:-1])
        if size > LARGEST:
            raise TrafficError(f"holds a flow of more than {LARGEST // 2**20} MB")
        content = file.read(size + 1)
        if len(content) <= size:
            raise TrafficError("breaks off within a flow")
        yield _Reader().value(content[:size], content[size : size + 1])


class _Reader:
    """Values within one flow, in bounds."""

    def __init__(self) -> None:
        self._values = 0

    def value(self, payload: bytes, kind: bytes, depth: int = 0) -> Any:
        """What a payload of a type is."""
        self._values += 1
        if depth > _DEEPEST or self._values > _MOST_VALUES:
            raise TrafficError("holds a flow that is nested too deeply, or too large")
        if kind == b"]":
            return list(self._parts(payload, depth))
        if kind == b"}":
            parts = list(self._parts(payload, depth))
            return {_text(name): value for name, value in zip(parts[::2], parts[1::2], strict=True)}
        read = _SCALARS.get(kind)
        if read is None:
            raise TrafficError(f"holds a value of the unknown type {kind!r}; save it as HAR")
        try:
            return read(payload)
        except ValueError as problem:
            raise TrafficError(f"holds a damaged value ({problem})") from problem

    def _parts(self, payload: bytes, depth: int) -> Iterator[Any]:
        at = 0
        while at < len(payload):
            colon = payload.find(b":", at, at + _LONGEST_NUMBER)
            size = _number(payload[at:colon])
            at = colon + 1 + size
            yield self.value(payload[colon + 1 : at], payload[at : at + 1], depth + 1)
            at += 1


def _number(digits: bytes) -> int:
    if not digits.isdigit():
        raise TrafficError("is no flow file of mitmproxy; save it again, or as HAR")
    return int(digits)


_SCALARS: Final[Mapping[bytes, Callable[[bytes], Any]]] = {
    b",": bytes,
    b";": lambda payload: payload.decode("utf-8", "replace"),
    b"#": lambda payload: int(payload[:20]),
    b"^": float,
    b"!": lambda payload: payload == b"true",
    b"~": lambda _: None,
}
