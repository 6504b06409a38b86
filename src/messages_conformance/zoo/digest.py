"""Whether a kill matrix is still that of the suites at hand."""

import hashlib
from functools import cache
from pathlib import Path

from messages_conformance import shipped

_FOLDERS = ("wire", "clients", "reference", "zoo", "mutations")
_MODULES = ("exchange", "probe", "patterns", "material", "verdict", "claims")


@cache
def digest() -> str:
    """A hash of all that a kill matrix depends on: suites, claims, rules, reference, faults."""
    package = Path(__file__).parents[1]
    folders = [
        shipped.folder("suites"),
        shipped.folder("claims"),
        *(package / name for name in _FOLDERS),
    ]
    files = [path for folder in folders for path in folder.rglob("*") if _is_source(path)]
    files += [package / f"{name}.py" for name in _MODULES]
    hashed = hashlib.sha256()
    for path in sorted(files, key=lambda path: path.as_posix().rpartition("messages_conf")[2]):
        hashed.update(path.name.encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()


def _is_source(path: Path) -> bool:
    return path.suffix in (".py", ".toml")
