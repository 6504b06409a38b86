"""Text of others made safe to show: what would control a terminal or a reader is spelt out."""

import re

_HAZARD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # control characters other than the newline
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # line separators, reordering of text
    "\ud800-\udfff\ufeff]"  # what no file can contain, or what is invisible
)


def visible(text: str) -> str:
    """The text with every control character but the newline as an escape: ``\\x1b``."""
    return _HAZARD.sub(_escape, text.replace("\r\n", "\n").replace("\t", "    "))


def one_line(text: str) -> str:
    """The same on one line, with single spaces."""
    return " ".join(visible(text).split())


def json_text(serialised: str) -> str:
    """Serialised JSON with the same characters as JSON escapes; its value stays the same."""
    return _HAZARD.sub(lambda found: f"\\u{ord(found[0]):04x}", serialised)


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
