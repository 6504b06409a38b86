"""Counts what source shows: calls of the SDK with what they pass, and code that reads answers."""

from pathlib import Path, PurePath
from typing import Final

from messages_conformance.applications.inventory import Collector, Source
from messages_conformance.applications.source.find import SUFFIXES, find
from messages_conformance.errors import TrafficError
from messages_conformance.files import read_text
from messages_conformance.traffic.calls.call import Part

_LARGEST: Final = 512 * 1024
"""Bytes of a file of source; parsed, each takes some two hundred."""
_HIDES: Final = tuple(part for part in Part if part is not Part.CODE)
"""Source shows that something is used, and never that it is not: much is computed."""


def is_source(name: str) -> bool:
    """Whether a file is source that can be read, by its suffix."""
    return PurePath(name).suffix in SUFFIXES


def scan_file(name: str, collector: Collector) -> None:
    """Count what one file of source shows.

    Raises:
        TrafficError: it cannot be parsed.
        OSError: it cannot be read, or is too large.
    """
    suffix = PurePath(name).suffix
    try:
        text = read_text(Path(name), _LARGEST)
    except UnicodeDecodeError as problem:
        raise TrafficError("is not UTF-8 text; save it as that") from problem
    places = 0
    for line, sightings in find(text, suffix):
        places += 1
        collector.add(f"{name}:{line}", sightings)
    language = "Python source" if suffix.startswith(".py") else "TypeScript source"
    collector.add_source(Source(name, language, places, hides=_HIDES))
