"""What was worked out before, kept on disk from one command to the next.

Whoever remembers a document names it by a digest of all that it depends on, `state` among that:
the code, the data and the libraries. So whatever changes, it is worked out anew. A file is
believed only if nobody but this user could have written it and its checksum is right; otherwise it
counts as absent, which costs time and nothing more. Files are written whole, so that processes
which write at once do not disturb each other, and the oldest go.

`MESSAGES_CONFORMANCE_CACHE` names another folder, or switches the memory off if it is empty.
"""

import contextlib
import hashlib
import json
import os
import platform
import stat
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from messages_conformance import files, resources
from messages_conformance.protocol.json_text import loads_leniently

VARIABLE: Final = "MESSAGES_CONFORMANCE_CACHE"
_LARGEST: Final = 8 * 1024 * 1024
"""Bytes of a document; a larger one is not remembered."""
_MOST: Final = 64
"""Documents of one kind that are kept."""
_MOST_BYTES: Final = 64 * 1024 * 1024
"""Bytes of all documents of one kind."""
_DATA: Final = ("suites", "schemas", "claims", "healing", "observations")
"""The folders of data that a result may depend on, beside what it names itself."""
_PACKAGE: Final = Path(__file__).parent
_CODE: Final = (".py", ".json", ".toml", ".mjs")


def folder() -> Path | None:
    """Where things are remembered; None if they are not."""
    named = os.environ.get(VARIABLE)
    if named is not None:
        return Path(named) if named else None
    import platformdirs

    return Path(platformdirs.user_cache_dir("messages-conformance", appauthor=False))


def digest(*parts: str | bytes) -> str:
    """A digest of some parts, which differs wherever a part does."""
    hashed = hashlib.sha256()
    for part in parts:
        content = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        hashed.update(f"{len(content)}\0".encode())
        hashed.update(content)
    return hashed.hexdigest()


@cache
def state() -> str:
    """A digest of this package's code, the data that ships, Python, and all libraries."""
    roots = ((_PACKAGE, "code"), *((resources.folder(name), name) for name in _DATA))
    return digest(
        platform.python_version(),
        *_libraries(),
        *(part for root, name in roots for part in _contents(root, name)),
    )


def _libraries() -> list[str]:
    """All that is installed, by the names of the folders that say so, such as ``click-8.5.1``.

    To ask for the version of each library takes longer than all else of the digest.
    """
    found: set[str] = set()
    for place in sys.path:
        with contextlib.suppress(OSError):
            found.update(entry.name for entry in os.scandir(place) if _is_info(entry.name))
    return sorted(found)


def _is_info(name: str) -> bool:
    return name.endswith((".dist-info", ".egg-info"))


def _contents(root: Path, name: str) -> Iterator[str | bytes]:
    for path in sorted(root.rglob("*.*")):
        within = path.relative_to(root)
        # In a wheel the data lies in the package, and is looked at as data.
        if path.suffix in _CODE and within.parts[0] != "_shipped":
            yield f"{name}/{within.as_posix()}"
            yield path.read_bytes()


def is_there(kind: str, key: str) -> bool:
    """Whether a document was kept under a key, whatever became of it."""
    path = _path(kind, key)
    with contextlib.suppress(OSError):
        return path is not None and path.is_file()
    return False


def recall(kind: str, key: str) -> Any:
    """The document that is remembered under a key; None if there is none that can be believed."""
    path = _path(kind, key)
    if path is None:
        return None
    with contextlib.suppress(OSError, ValueError, RecursionError):
        if is_own(path):
            written, _, text = files.read_text(path, _LARGEST).partition("\n")
            if written == digest(kind, key, text):
                document = loads_leniently(text)
                os.utime(path)  # the oldest go
                return document
    return None


def remember(kind: str, key: str, document: Any) -> None:
    """Keep a document; of one that is too large, and of a disk that takes nothing, nothing is said.

    Nothing secret may be in it: it lies in the user's cache folder.
    """
    path = _path(kind, key)
    if path is None:
        return
    text = json.dumps(document, separators=(",", ":"))
    if len(text) + 65 > _LARGEST:
        return
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        files.write_text(path, f"{digest(kind, key, text)}\n{text}")
        _forget_old(path.parent)


def is_own(path: Path) -> bool:
    """Whether nobody but this user could have written a file.

    Raises:
        OSError: it cannot be found.
    """
    if not hasattr(os, "getuid"):
        return True
    return all(
        found.st_uid == os.getuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        for found in (path.stat(), path.parent.stat())
    )


def _path(kind: str, key: str) -> Path | None:
    root = folder()
    return root and root / kind / f"{key[:40]}.json"


def _forget_old(kept: Path) -> None:
    """Delete the oldest documents of a kind, until the others are within bounds."""
    found = [(path.stat(), path) for path in kept.glob("*.json")]
    held = 0
    for number, (known, path) in enumerate(
        sorted(found, key=lambda one: one[0].st_mtime, reverse=True)
    ):
        held += known.st_size
        if number >= _MOST or held > _MOST_BYTES:
            path.unlink(missing_ok=True)
