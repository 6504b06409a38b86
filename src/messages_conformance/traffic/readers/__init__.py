"""One reader for each form of file: from a source to exchanges."""

from collections.abc import Callable, Iterator, Mapping

from messages_conformance.traffic.detect_format import Form
from messages_conformance.traffic.items import Item
from messages_conformance.traffic.readers import answer, cassette, curl, har, jsonl
from messages_conformance.traffic.source import Source

READERS: Mapping[Form, Callable[[Source], Iterator[Item]]] = {
    "sse": answer.read_stream,
    "json": answer.read_body,
    "curl": curl.read,
    "har": har.read,
    "cassette": cassette.read,
    "jsonl": jsonl.read,
}
"""What each gives comes as it is read; TrafficError may come after good exchanges."""
