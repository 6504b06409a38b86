"""What every text for people shares: hostile words made safe to show, counts, times, a console."""

import io
import re

from rich.console import Console

HAZARD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # control characters other than the newline
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # line separators, reordering of text
    "\ud800-\udfff\ufeff]"  # what no file can hold, or no reader see
)
"""What steers a terminal or a reader."""

WIDTH = 100
"""Characters of a line unless told."""


def visible(text: str) -> str:
    """The text with everything but newlines that would steer a terminal or a reader spelt out."""
    return HAZARD.sub(_spell, text.replace("\r\n", "\n").replace("\t", "    "))


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(visible(text).split())


def _spell(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"


def json_text(serialised: str) -> str:
    """Serialised JSON with the same characters as JSON escapes; its value stays the same."""
    return HAZARD.sub(lambda found: f"\\u{ord(found[0]):04x}", serialised)


def plural(number: int, noun: str) -> str:
    """A number with its noun, both readable: ``1 cell``, ``1,200 cells``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def duration(seconds: float) -> str:
    """Say in a few words how long something takes."""
    if seconds < 100:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 100 else f"{minutes // 60} h {minutes % 60} min"


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
