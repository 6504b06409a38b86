"""vcrpy's cassettes, the suite's own and those of other projects, of every version of vcrpy.

A YAML cassette is read one interaction at a time, within bounds, and as plain data.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar, get_args

import yaml

from messages_conformance.cassettes.yaml_reader import Bounds, TooLongError, read_interactions
from messages_conformance.errors import TrafficError
from messages_conformance.protocol.exchange import Chunk, Ending, Exchange
from messages_conformance.traffic.encoding import decode_body
from messages_conformance.traffic.items import (
    NO_ANSWER,
    NO_BODY,
    NOT_MESSAGES_API,
    Item,
    NotChecked,
    as_bytes,
    header_pairs,
    known_headers,
    messages_request,
    status_code,
)
from messages_conformance.traffic.saved_file import LARGEST, SavedFile

T = TypeVar("T")

_DEEPEST = 100
_MOST_VALUES = 100_000
"""What one interaction may hold. A recording has six levels and some dozens of values, and more
of both where a tool has parsed its bodies."""


def read(source: SavedFile) -> Iterator[Item]:
    """Yield the interactions in their order.

    Raises:
        TrafficError: the file is not YAML or JSON of plain data, or not as vcrpy writes it.
    """
    yield from _guarded(source, _item)


def interactions(source: SavedFile) -> Iterator[Any]:
    """Yield the interactions as they stand there.

    Raises:
        TrafficError: the file is not YAML or JSON of plain data.
    """
    yield from _guarded(source, lambda interaction: interaction)


def _guarded(source: SavedFile, read: Callable[[Any], T]) -> Iterator[T]:
    """Read the interactions one by one; what is wrong with one names it."""
    is_json = source.head().lstrip().startswith(b"{")
    number = 0
    try:
        for interaction in _from_json(source) if is_json else _from_yaml(source):
            yield read(interaction)
            number += 1
    except TrafficError as problem:
        raise TrafficError(f"interaction {number}: {problem}") from problem
    except (
        yaml.YAMLError,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as problem:
        reason = " ".join((str(problem) or repr(problem)).split())
        raise TrafficError(
            f"interaction {number}: is not as vcrpy writes it ({reason}); "
            "correct it, or record it again"
        ) from problem


def _from_json(source: SavedFile) -> Iterator[Any]:
    yield from json.loads(source.whole().decode("utf-8-sig"))["interactions"]


def _from_yaml(source: SavedFile) -> Iterator[Any]:
    bounds = Bounds(size=LARGEST, depth=_DEEPEST, values=_MOST_VALUES)
    try:
        for _, interaction in read_interactions(source, bounds):
            yield interaction
    except TooLongError as problem:
        raise TrafficError(f"is larger than {LARGEST // 2**20} MB") from problem


def _item(interaction: dict[str, Any]) -> Item:
    sent, response = interaction["request"], interaction["response"]
    status, sent_headers = status_of(response), header_pairs(sent.get("headers") or {})
    # Only the suite's own recordings name a row; they keep all headers, with placeholders for keys.
    request = messages_request(
        sent["method"],
        sent.get("uri") or sent["url"],
        body_of(sent),
        sent_headers if "row" in response else known_headers(sent_headers, status),
    )
    if request is None:
        return NOT_MESSAGES_API
    if status is None:
        return NO_ANSWER
    headers = header_pairs(response.get("headers") or {})
    body = body_of(response)
    if body is None:
        return NO_BODY
    if not isinstance(body, bytes):
        raise TypeError(f"its body is a {type(body).__name__}, not a text")
    encodings = (value for name, value in headers if name.lower() == "content-encoding")
    body = decode_body(body, next(encodings, None))
    if body is None:
        return NotChecked("in an unsupported content encoding")
    ended = response.get("ended")
    return Exchange(
        request,
        status,
        headers,
        body,
        tuple(Chunk(int(size), float(at)) for size, at in response.get("chunks") or ()),
        ended if ended in get_args(Ending) else "complete",
    )


def status_of(response: Mapping[str, Any]) -> int | None:
    """The status, where vcrpy, or go-vcr, keeps it; None if there was no response."""
    status = response.get("status_code") or response.get("code") or response["status"]
    code = status["code"] if isinstance(status, dict) else status
    return None if code is None else status_code(code)


def body_of(message: Mapping[str, Any]) -> Any:
    """The body of a request or response; ``content`` was its name in an old httpx stub of vcrpy.

    Some projects store parsed JSON as ``parsed_body``: its bytes are lost, but not its value.
    """
    if "parsed_body" in message:
        return json.dumps(message["parsed_body"], ensure_ascii=False).encode()
    body = message.get("body", message.get("content"))
    if isinstance(body, dict):
        if "base64_string" in body:
            return base64.b64decode(body["base64_string"])
        body = body.get("string")
    return as_bytes(body) if isinstance(body, str) else body
