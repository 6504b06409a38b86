"""Scans what somebody has of an application: files of traffic, folders of them, source."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from messages_conformance.applications import scan_source, scan_traffic
from messages_conformance.applications.inventory import Collector, Inventory, Source
from messages_conformance.errors import TrafficError
from messages_conformance.traffic.calls.saved_calls import SUFFIXES
from messages_conformance.traffic.saved_file import STANDARD_INPUT

_SKIPPED_FOLDERS: Final = frozenset(
    {"node_modules", "__pycache__", "dist", "build", "site-packages", "venv"}
)


def scan(names: Iterable[str]) -> Inventory:
    """The inventory of files and folders; ``-`` is standard input.

    A file that is named must be readable; one that only lies in a folder is counted if it is not.

    Raises:
        TrafficError: a file that was named holds nothing of a known format, or nothing was read.
        OSError: it cannot be opened.
    """
    collector = Collector()
    listed = tuple(names)
    for name in listed:
        if name != STANDARD_INPUT and Path(name).is_dir():
            for path in _files(Path(name)):
                _scan_listed(path, collector)
        else:
            _scan_named(name, collector)
    inventory = collector.inventory()
    if not inventory.calls:
        raise TrafficError(f"{', '.join(listed)}: {_nothing(inventory)}")
    return inventory


def _scan_named(name: str, collector: Collector) -> None:
    try:
        if scan_source.is_source(name):
            scan_source.scan_file(name, collector)
        else:
            scan_traffic.scan_file(name, collector)
    except TrafficError as problem:
        raise TrafficError(f"{name}: {problem}") from problem


def _scan_listed(path: Path, collector: Collector) -> None:
    try:
        if scan_source.is_source(path.name):
            scan_source.scan_file(str(path), collector)
        else:
            scan_traffic.scan_file(str(path), collector)
    except (TrafficError, OSError) as problem:
        why = f"that {problem}" if isinstance(problem, TrafficError) else "that cannot be opened"
        reason = ((why, 1, "the file"),)
        # Of a folder, most files of data have nothing to do with it; source that does is known.
        if path.suffix in (".jsonl", ".har") or scan_source.is_source(path.name):
            collector.add_source(Source(str(path), "unknown", 0, damaged=reason))


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder that may show something, in order."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or (path.name.startswith(".") and path.name != ".claude-trace"):
            continue
        if path.is_dir():
            if path.name not in _SKIPPED_FOLDERS:
                yield from _files(path)
        elif path.suffix in SUFFIXES or scan_source.is_source(path.name):
            yield path


def _nothing(inventory: Inventory) -> str:
    reasons = [
        f"{count:,} {why} (first: {place})"
        for source in inventory.sources
        for why, count, place in (*source.damaged, *source.skipped)
    ]
    said = f"; what was skipped: {'; '.join(reasons[:5])}" if reasons else ""
    return (
        f"no call of a Messages API was found{said}; name saved traffic or source that uses the SDK"
    )
