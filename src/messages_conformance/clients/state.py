"""What a result depends on beside the answer: the code that reads and compares, and the libraries.

The code is derived: a module with all that it imports of this package. So whatever changes there,
the result is made anew, and what changes elsewhere does not matter.
"""

import hashlib
import platform
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from messages_conformance import imports

_PYTHON_SDK: Final = (
    "anthropic",
    "httpx2",
    "jiter",
    "pydantic",
    "pydantic-core",
    "typing-extensions",
)
"""The libraries that take part when the SDK reads an answer."""
_DECODERS: Final = ("brotli", "brotlicffi", "zstandard")
"""Libraries that httpx2 decompresses with if they are there."""


@cache
def code(reader: str) -> str:
    """A digest of a module's code, with all that it imports of this package."""
    files = ((name, imports.file_of(name)) for name in imports.all_imported([reader]))
    return digest_of(files)


def digest_of(files: Iterable[tuple[str, Path]]) -> str:
    """A digest of files under names that are the same in every installation."""
    digest = hashlib.sha256()
    for name, path in sorted(files):
        content = path.read_bytes()
        digest.update(f"\0{name} {len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def environment() -> dict[str, str]:
    """Python and the libraries by which the SDK reads answers, with their versions."""
    major, minor, _ = platform.python_version_tuple()
    found = {"python": f"{platform.python_implementation()} {major}.{minor}"}
    found |= {name: metadata.version(name) for name in _PYTHON_SDK}
    for name in _DECODERS:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


@cache
def whole(reader: str) -> str:
    """A digest of the code and of the environment, also of the release of Python."""
    found = {**environment(), "release": platform.python_version()}
    return hashlib.sha256(f"{code(reader)} {sorted(found.items())}".encode()).hexdigest()[:32]
