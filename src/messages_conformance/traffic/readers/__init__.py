"""The reader of each file format."""

from collections.abc import Callable, Iterator, Mapping

from messages_conformance.traffic.detect_format import FileFormat
from messages_conformance.traffic.items import Item
from messages_conformance.traffic.readers import answer, cassette, curl, har, jsonl
from messages_conformance.traffic.saved_file import SavedFile

READERS: Mapping[FileFormat, Callable[[SavedFile], Iterator[Item]]] = {
    "sse": answer.read_stream,
    "json": answer.read_body,
    "curl": curl.read,
    "har": har.read,
    "cassette": cassette.read,
    "jsonl": jsonl.read,
}
"""Each gives items as it reads them, so that a TrafficError may come after good ones."""
