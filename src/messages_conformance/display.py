"""Text that others wrote, made harmless to show, for their words may be hostile."""

import re

HAZARD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # control characters other than the newline
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # line separators, reordering of text
    "\ud800-\udfff\ufeff]"  # what no file can hold, or no reader see
)
"""What steers a terminal or a reader."""


def visible(text: str) -> str:
    """The text with everything but newlines that would steer a terminal or a reader spelt out."""
    return HAZARD.sub(_spell, text.replace("\r\n", "\n").replace("\t", "    "))


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(visible(text).split())


def _spell(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
