"""What the terminal can show: its width, and whether it may be sent colour."""

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where output goes."""

    width: int | None
    """Characters a line; None for a file or a pipe."""
    color: bool
    is_interactive: bool
    """Whether lines can be drawn again, as progress does."""


def stdout() -> Terminal:
    """The terminal, file or pipe that standard output goes to."""
    return of_stream(sys.stdout, os.environ)


def stderr() -> Terminal:
    """The terminal, file or pipe that standard error goes to."""
    return of_stream(sys.stderr, os.environ)


def of_stream(stream: IO[Any], environment: Mapping[str, str]) -> Terminal:
    """What a stream can show.

    ``NO_COLOR`` and ``TERM=dumb`` turn colour off, ``FORCE_COLOR`` turns it on in a pipe as well;
    the first of these that is set, and not empty, decides (no-color.org, force-color.org).
    """
    is_terminal = stream.isatty()
    is_dumb = environment.get("TERM") == "dumb"
    if environment.get("NO_COLOR"):
        color = False
    elif environment.get("FORCE_COLOR"):
        color = True
    else:
        color = is_terminal and not is_dumb
    width = shutil.get_terminal_size().columns if is_terminal else None
    return Terminal(width, color, is_terminal and not is_dumb)


@contextlib.contextmanager
def busy(doing: str) -> Iterator[None]:
    """Show on a terminal that something is going on, from at once until it is done."""
    shown = stderr()
    if not shown.is_interactive:
        yield
        return
    from rich.console import Console
    from rich.live import Live
    from rich.spinner import Spinner
    from rich.text import Text

    console = Console(stderr=True, markup=False, no_color=not shown.color)
    with Live(Spinner("line", Text(f"{doing} …")), console=console, transient=True) as live:
        live.refresh()  # the first frame, before whatever takes long keeps this thread busy
        yield
