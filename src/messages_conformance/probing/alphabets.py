"""What becomes of letters beyond ASCII and of markup on a way that does not take them as they are.

A model may misspell a word, but it does not make a word of Latin-1 out of its UTF-8. So a changed
text that is exactly what a known mistake makes of it is not the model's doing.
"""

import html
import json
import unicodedata
from collections.abc import Callable
from typing import Final

TITLE: Final = "Žofie & the <b>Brävo</b> 楡"
"""Letters beyond ASCII and beyond Latin-1, and characters that markup gives a meaning."""


def _misread(text: str, encoding: str) -> str:
    return text.encode().decode(encoding, errors="replace")


_MISTAKES: Final[dict[str, Callable[[str], str]]] = {
    "its UTF-8 was read as Latin-1": lambda text: _misread(text, "latin-1"),
    "its UTF-8 was read as Windows-1252": lambda text: _misread(text, "cp1252"),
    "letters beyond ASCII were replaced by question marks": (
        lambda text: text.encode("ascii", errors="replace").decode()
    ),
    "letters beyond ASCII were replaced by U+FFFD": (
        lambda text: "".join(one if one.isascii() else "\ufffd" for one in text)
    ),
    "letters beyond ASCII were left out": (
        lambda text: text.encode("ascii", errors="ignore").decode()
    ),
    "letters beyond Latin-1 were left out": (
        lambda text: text.encode("latin-1", errors="ignore").decode("latin-1")
    ),
    "letters were replaced by their escapes": lambda text: json.dumps(text)[1:-1],
    "accents were taken off": lambda text: "".join(
        one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one)
    ),
    "characters were escaped as in HTML": lambda text: html.escape(text, quote=False),
    "markup was taken out": lambda text: text.replace("<b>", "").replace("</b>", ""),
}


def mistake_in(received: str, sent: str) -> str | None:
    """Which mistake makes of a text what was received, in words; None where none does."""
    if received == sent:
        return None
    for words, make in _MISTAKES.items():
        if received.strip() == (made := make(sent)).strip() and made != sent:
            return words
    return None
