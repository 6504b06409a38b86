"""A console of rich that lays text out and returns it as a string."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

_DEFAULT_WIDTH = 100
"""Characters per line."""


def console_of(width: int | None, *, color: bool) -> "Console":
    """A console to capture from; it reads no markup in what is printed."""
    from rich.console import Console  # most of what imports this module prints nothing

    return Console(
        file=io.StringIO(),
        width=width or _DEFAULT_WIDTH,
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
