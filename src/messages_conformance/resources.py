"""The folders of data that ship with the project: claims, suites, schemas, cassettes, and more.

In a checkout they are at its top level; in an installed wheel, inside the package.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent
_WHEEL = _PACKAGE / "_shipped"


def folder(name: str) -> Path:
    """The folder of a name.

    The names are ``claims``, ``observations``, ``suites``, ``schemas``, ``cassettes``,
    ``expectations``, ``selftest``, ``plans``, ``healing`` and ``dialects``.
    """
    return (_WHEEL if _WHEEL.is_dir() else _CHECKOUT) / name
