"""The fingerprint of all that a file which ships depends on: does it still match code and data?

What it depends on is derived, not listed: every module that its maker imports, directly or not,
what the probes read beside them, and every suite, claims file and schema.
"""

import ast
import hashlib
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from messages_conformance import memory, resources

_PACKAGE = "messages_conformance"
_ROOT = Path(__file__).parents[1]
SELFTEST = f"{_PACKAGE}.selftest.run"
"""Makes the kill matrix."""
PLANNER = f"{_PACKAGE}.planning.planner"
"""Finds the branches of probes."""
_IMPORT = re.compile(
    rf"^[ \t]*(?:from {_PACKAGE}[\w.]* import (?:\([^)]*\)|[^(#\n]+)|import {_PACKAGE}[^#\n]*)",
    re.MULTILINE,
)
"""A statement that imports of this package, on one line or in parentheses."""
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
    waiting = {maker}.union(*map(_imports, suites))
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= _imports(_file(name)) | _parents(name)
        waiting -= found
    return frozenset(found)


def _sources(maker: str) -> Iterator[tuple[str, Path]]:
    """Every file, with a name that is the same in every installation."""
    for module in modules(maker):
        yield module, _file(module)
    for path in (_ROOT / "probing").rglob("*.json"):
        yield path.relative_to(_ROOT).as_posix(), path
    for name in _DATA:
        folder = resources.folder(name)
        for path in folder.rglob("*"):
            if path.suffix in (".py", ".toml", ".json"):
                yield f"{name}/{path.relative_to(folder).as_posix()}", path


def _imports(path: Path) -> set[str]:
    """The modules of this package that a file imports anywhere in it."""
    named: set[str] = set()
    # To parse the whole file takes ten times as long. What a text only quotes is no import, and
    # is no module either.
    for statement in _IMPORT.findall(path.read_text(encoding="utf-8")):
        (node,) = ast.parse(statement.strip()).body
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {name for name in named if name.split(".")[0] == _PACKAGE and _file(name).is_file()}


def _parents(module: str) -> set[str]:
    """The packages of a module, whose ``__init__`` modules run with it."""
    parts = module.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts))}


def _file(module: str) -> Path:
    path = _ROOT.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
