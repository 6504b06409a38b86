"""Text of others made safe to show: what would control a terminal or a reader is spelt out."""

import json
import re

_HAZARD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # control characters other than the newline
    "\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"  # line separators, reordering of text
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f"
    "\u3164\ufe00-\ufe0e\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff"  # what nobody sees: tags too
    "\ud800-\udfff\ufeff]"  # what no file can contain, or what is invisible
)
_LONGEST = 2_000
"""Characters of the longest message to a person."""


def visible(text: str) -> str:
    """The text with every control character but the newline as an escape: ``\\x1b``."""
    if text.isascii() and text.isprintable():  # so is most of a long report
        return text
    return _HAZARD.sub(_escape, text.replace("\r\n", "\n").replace("\t", "    "))


def one_line(text: str) -> str:
    """The same on one line, with single spaces."""
    return " ".join(visible(text).split())


def sentence(text: str) -> str:
    """A message to a person: one line, whose middle is left out if it is very long."""
    line = one_line(text if len(text) <= 8 * _LONGEST else f"{text[:_LONGEST]}…{text[-_LONGEST:]}")
    if len(line) <= _LONGEST:
        return line
    # The end says what to do.
    return f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"


def json_text(serialised: str) -> str:
    """Serialised JSON with the same characters as JSON escapes; its value stays the same."""
    return _HAZARD.sub(lambda found: json.dumps(found[0])[1:-1], serialised)


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
