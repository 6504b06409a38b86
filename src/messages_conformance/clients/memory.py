"""What clients made of given bytes, remembered on disk from one command to the next.

A result depends on the answer's bytes, on the installed client with its libraries, and on the code
that compares. The file is named by a digest of the latter, and its entries by a digest of the
former; so whatever changes, the result is made anew. The file is JSON, and bounded. One that is
damaged, or that somebody else could have written, counts as empty: it costs time and nothing more.

Of two processes that write at once, the later one keeps what it knows and what it finds.
"""

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from messages_conformance import files
from messages_conformance.clients.result import ClientOutcome, ClientResult
from messages_conformance.memory import VARIABLE, folder, is_own

__all__ = ["MOST", "VARIABLE", "folder", "read", "write"]

MOST: Final = 20_000
"""Results that are remembered."""
_LARGEST: Final = 16 * 1024 * 1024
"""Bytes of a file that is read."""
_LONGEST: Final = 4000
"""Characters of a message; a longer one is not remembered."""
_MOST_FILES: Final = 4
"""Files that are kept, one for each state of client and code; the oldest go."""


def read(path: Path) -> dict[str, ClientResult]:
    """What a file remembers; nothing if it is absent, damaged, too large, or not one's own."""
    with contextlib.suppress(OSError, ValueError, RecursionError):
        if not is_own(path):
            return {}
        document = json.loads(files.read_text(path, _LARGEST))
        if isinstance(document, dict) and len(document) <= MOST:
            return dict(_results(document))
    return {}


def write(path: Path, known: Mapping[str, ClientResult]) -> None:
    """Remember results; of more than fit, and of a disk that takes nothing, nothing is said."""
    together = read(path) | dict(known)
    latest = list(together.items())[-MOST:]
    document = {
        key: [result.outcome, result.message]
        for key, result in latest
        if len(result.message) <= _LONGEST
    }
    text = json.dumps(document, separators=(",", ":"))
    if len(text) > _LARGEST:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write_text(path, text)
        _forget_old(path)


def _results(document: Mapping[str, Any]) -> Iterator[tuple[str, ClientResult]]:
    """The entries of the documented form; ValueError for any other."""
    for key, entry in document.items():
        if not isinstance(entry, list) or len(entry) != 2 or not isinstance(entry[1], str):
            raise ValueError(key)
        outcome = ClientOutcome(entry[0])
        # Only what is fine says nothing.
        if (outcome is ClientOutcome.FINE) != (not entry[1]) or len(entry[1]) > _LONGEST:
            raise ValueError(key)
        yield key, ClientResult(outcome, entry[1])


def _forget_old(path: Path) -> None:
    kind = path.name.rpartition("-")[0]
    others = sorted(path.parent.glob(f"{kind}-*.json"), key=lambda file: file.stat().st_mtime)
    for old in others[:-_MOST_FILES]:
        old.unlink(missing_ok=True)
