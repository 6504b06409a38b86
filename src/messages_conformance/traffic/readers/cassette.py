"""vcrpy's cassettes, the suite's own and other people's, of every age.

A YAML cassette is read one interaction at a time: what is held is never more than one of them.
Only plain data is built from it; tags that make objects are refused.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import yaml
from yaml.composer import Composer
from yaml.nodes import MappingNode, Node

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
)
from messages_conformance.traffic.saved_file import BLOCK, LARGEST, SavedFile

_MOST_NODES = 100_000
"""Values one interaction may hold; a recording has some dozens, or some thousands if a tool
has taken its bodies apart."""
_MERGE = "tag:yaml.org,2002:merge"


def read(source: SavedFile) -> Iterator[Item]:
    """Give its interactions in their order.

    Raises:
        TrafficError: it is not YAML or JSON of plain data, or not as vcrpy writes it.
    """
    in_json = source.head().lstrip().startswith(b"{")
    number = 0
    try:
        for interaction in _from_json(source) if in_json else _from_yaml(source):
            yield _item(interaction)
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
        said = " ".join(str(problem if str(problem) else repr(problem)).split())
        raise TrafficError(
            f"interaction {number}: is not as vcrpy writes it ({said}); record it again"
        ) from problem


def _from_json(source: SavedFile) -> Iterator[Any]:
    yield from json.loads(source.whole().decode("utf-8-sig"))["interactions"]


def _from_yaml(source: SavedFile) -> Iterator[Any]:
    loader = _Loader(_Feed(source))
    try:
        for event in (yaml.StreamStartEvent, yaml.DocumentStartEvent, yaml.MappingStartEvent):
            loader.expect(event)
        while not loader.check_event(yaml.MappingEndEvent):
            if loader.value() != "interactions":
                loader.value()
                continue
            loader.expect(yaml.SequenceStartEvent)
            while not loader.check_event(yaml.SequenceEndEvent):
                yield loader.value()
            loader.expect(yaml.SequenceEndEvent)
    finally:
        loader.dispose()


class _Feed:
    """A source as the YAML parser reads it, which ends an endless value."""

    def __init__(self, source: SavedFile) -> None:
        self._source = source
        self.taken = 0

    def read(self, size: int = BLOCK) -> bytes:
        if self.taken > LARGEST:
            raise TrafficError(f"is larger than {LARGEST // 2**20} MB")
        piece = self._source.read(size)
        self.taken += len(piece)
        return piece


class _Loader(Composer, yaml.CSafeLoader):
    """PyYAML's safe loader with its C parser, driven one value at a time.

    The C loader composes in C too, where depth overflows the stack; `Composer` does so in
    Python, which raises.
    """

    def __init__(self, feed: _Feed) -> None:
        yaml.CSafeLoader.__init__(self, feed)
        Composer.__init__(self)
        self._feed = feed
        self._nodes = 0

    def expect(self, event: type[yaml.Event]) -> None:
        """Step over an event that must come next."""
        if not self.check_event(event):
            raise yaml.YAMLError("a list of interactions is missing")
        self.get_event()

    def value(self) -> Any:
        """Build the next value."""
        self._feed.taken = self._nodes = 0
        return self.construct_document(self.compose_node(None, None))

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        """Compose a node as ever, counting."""
        self._nodes += 1
        if self._nodes > _MOST_NODES:
            raise yaml.YAMLError("it holds more values than any recording")
        return super().compose_node(parent, index)

    def flatten_mapping(self, node: MappingNode) -> None:
        """Refuse merge keys, which multiply what they repeat and which no recording has."""
        if any(key.tag == _MERGE for key, _ in node.value):
            raise yaml.YAMLError("it holds a merge key, which no recording has")


def _item(interaction: dict[str, Any]) -> Item:
    sent, answered = interaction["request"], interaction["response"]
    status, sent_headers = _status(answered), header_pairs(sent.get("headers") or {})
    # Only the suite's own recordings name a row; their headers are whole, keys as placeholders.
    request = messages_request(
        sent["method"],
        sent.get("uri") or sent["url"],
        _body(sent),
        sent_headers if "row" in answered else known_headers(sent_headers, status),
    )
    if request is None:
        return NOT_MESSAGES_API
    if status is None:
        return NO_ANSWER
    headers = header_pairs(answered.get("headers") or {})
    body = _body(answered)
    if body is None:
        return NO_BODY
    if not isinstance(body, bytes):
        raise TypeError(f"its body is a {type(body).__name__}, not a text")
    encodings = (value for name, value in headers if name.lower() == "content-encoding")
    body = decode_body(body, next(encodings, None))
    if body is None:
        return NotChecked("in an unsupported content encoding")
    ended = answered.get("ended")
    return Exchange(
        request,
        status,
        headers,
        body,
        tuple(Chunk(int(size), float(at)) for size, at in answered.get("chunks") or ()),
        ended if ended in get_args(Ending) else "complete",
    )


def _status(answered: Mapping[str, Any]) -> int | None:
    """The status, where vcrpy has kept it through the years; None if nothing was answered."""
    status = answered.get("status_code") or answered["status"]
    code = status["code"] if isinstance(status, dict) else status
    return None if code is None else int(code)


def _body(message: Mapping[str, Any]) -> Any:
    """The body of a request or response; ``content`` is that of vcrpy's former httpx stub.

    Some projects store JSON parsed, as ``parsed_body``; its bytes are lost, its value is not.
    """
    if "parsed_body" in message:
        return json.dumps(message["parsed_body"], ensure_ascii=False).encode()
    body = message.get("body", message.get("content"))
    if isinstance(body, dict):
        if "base64_string" in body:
            return base64.b64decode(body["base64_string"])
        body = body.get("string")
    return as_bytes(body) if isinstance(body, str) else body
