"""Whether a kill matrix is still that of the suites at hand."""

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from messages_conformance import resources

_SHIPPED = ("suites", "claims")
_FOLDERS = ("wire", "clients", "reference", "zoo", "mutations")
_MODULES = (
    *("exchange", "probe", "patterns", "chance", "verdict", "claims", "in_process"),
    *("material", "plain", "toolbox", "conversation"),
)


@cache
def digest() -> str:
    """A hash of all that a kill matrix depends on: suites, claims, rules, reference, faults.

    It is the same in a checkout and in an installed wheel.
    """
    hashed = hashlib.sha256()
    for name, path in sorted(_sources()):
        hashed.update(name.encode() + b"\0" + path.read_bytes())
    return hashed.hexdigest()


def _sources() -> Iterator[tuple[str, Path]]:
    """Every file under a name that does not depend on where it lies."""
    package = Path(__file__).parents[1]
    folders = [(name, resources.folder(name)) for name in _SHIPPED]
    for name, folder in [*folders, *((name, package / name) for name in _FOLDERS)]:
        for path in folder.rglob("*"):
            if path.suffix in (".py", ".toml"):
                yield f"{name}/{path.relative_to(folder).as_posix()}", path
    for name in _MODULES:
        yield f"{name}.py", package / f"{name}.py"
