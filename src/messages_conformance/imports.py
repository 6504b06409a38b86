"""Which modules of this package a module imports, found in the source.

What ships or is remembered is the result of code. To know whether it still holds, all of that code
must be known; it is derived, so that nothing can be forgotten.
"""

import ast
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_PACKAGE: Final = "messages_conformance"
ROOT: Final = Path(__file__).parent
"""The package's folder."""
_IMPORT: Final = re.compile(
    rf"^[ \t]*(?:from {_PACKAGE}[\w.]* import (?:\([^)]*\)|[^(#\n]+)|import {_PACKAGE}[^#\n]*)",
    re.MULTILINE,
)
"""A statement that imports of this package, on one line or in parentheses."""


def all_imported(modules: Iterable[str]) -> frozenset[str]:
    """Some modules of this package, with all that they import of it, directly or not."""
    waiting = set(modules)
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= imports_of(file_of(name)) | _parents(name)
        waiting -= found
    return frozenset(found)


def imports_of(path: Path) -> set[str]:
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
    return {name for name in named if name.split(".")[0] == _PACKAGE and file_of(name).is_file()}


def file_of(module: str) -> Path:
    """The file of a module of this package, which need not exist."""
    path = ROOT.joinpath(*module.split(".")[1:])
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _parents(module: str) -> set[str]:
    """The packages of a module, whose ``__init__`` modules run with it."""
    parts = module.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts))}
