"""Compatibility conformance for endpoints that speak Anthropic's Messages API.

A row of a vendor's table is a promise, a recorded HTTP exchange is evidence, and a
verdict is where the two meet.
"""

from typing import Any

__version__: str


def __getattr__(name: str) -> Any:
    """The version, when it is asked for: to look it up takes as long as all else of `--help`."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    return version("messages-conformance")
