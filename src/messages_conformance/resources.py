"""Where the project's own claims, suites, schemas and cassettes lie.

In a checkout they stand at its top level; in an installed wheel, inside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent
_WHEEL = _PACKAGE / "_shipped"


def folder(name: str) -> Path:
    """The folder of that name: ``claims``, ``suites``, ``schemas`` or ``cassettes``."""
    return (_WHEEL if _WHEEL.is_dir() else _CHECKOUT) / name
