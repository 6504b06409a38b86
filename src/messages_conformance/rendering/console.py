"""Where text for a terminal is laid out: plain by default, and the same whatever it goes to."""

import io

from rich.console import Console

WIDTH = 100
"""Characters of a line unless told."""


def console_of(width: int | None, *, color: bool) -> Console:
    """A console to capture from, that takes no markup of its own from what is printed."""
    return Console(
        file=io.StringIO(),
        width=width or WIDTH,
        force_terminal=color,
        color_system="standard" if color else None,
        legacy_windows=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
