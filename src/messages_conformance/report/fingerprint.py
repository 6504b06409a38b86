"""The fingerprint of all that a file which ships depends on: does it still match code and data?

What it depends on is derived, not listed: every module that its maker imports, directly or not,
what the probes read beside them, and every suite, claims file and schema.
"""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from messages_conformance import imports, memory, resources

_PACKAGE = "messages_conformance"
SELFTEST = f"{_PACKAGE}.selftest.run"
"""Makes the kill matrix."""
PLANNER = f"{_PACKAGE}.planning.planner"
"""Finds the branches of probes."""
_KIND = "fingerprint"
_DATA = ("suites", "claims", "schemas")


@cache
def digest(maker: str = SELFTEST) -> str:
    """A hash of all that a module depends on; the same in a checkout and in a wheel."""
    # To find it takes longer than to see that nothing at all has changed.
    key = memory.digest(memory.state(), maker) if memory.folder() else ""
    known = memory.recall(_KIND, key) if key else None
    if isinstance(known, str):
        return known
    made = _digest(maker)
    if key:
        memory.remember(_KIND, key, made)
    return made


def _digest(maker: str) -> str:
    hashed = hashlib.sha256()
    for name, path in sorted(_sources(maker)):
        hashed.update(name.encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()


def modules(maker: str = SELFTEST) -> frozenset[str]:
    """The modules of this package that a module or a suite imports, directly or not."""
    suites = resources.folder("suites").glob("*.py")
    return imports.all_imported({maker}.union(*map(imports.imports_of, suites)))


def _sources(maker: str) -> Iterator[tuple[str, Path]]:
    """Every file, with a name that is the same in every installation."""
    for module in modules(maker):
        yield module, imports.file_of(module)
    for path in (imports.ROOT / "probing").rglob("*.json"):
        yield path.relative_to(imports.ROOT).as_posix(), path
    for name in _DATA:
        folder = resources.folder(name)
        for path in folder.rglob("*"):
            if path.suffix in (".py", ".toml", ".json"):
                yield f"{name}/{path.relative_to(folder).as_posix()}", path
