"""What becomes of letters beyond ASCII and of markup on a way that does not take them as they are.

A model may misspell a word, but it does not make a word of Latin-1 out of its UTF-8. So a changed
text that is exactly what a known mistake makes of it is not the model's doing.
"""

import html
import json
import re
import unicodedata
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

TITLE: Final = "Žofie & the <b>Brävo</b> 楡"
"""Letters beyond ASCII and beyond Latin-1, and characters that markup gives a meaning."""


TAKEN_OFF: Final = "accents were taken off"
"""What a model may do as well, where it is not told to repeat."""


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
    "letters were replaced by their escapes, without the backslash": (
        lambda text: re.sub(r"\\(?=u[0-9a-f]{4})", "", json.dumps(text)[1:-1])
    ),
    TAKEN_OFF: lambda text: "".join(
        one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one)
    ),
    "letters were taken apart from their accents": (
        lambda text: unicodedata.normalize("NFD", text)
    ),
    "joiners of emoji were left out": lambda text: re.sub("[\u200b-\u200d\ufe0f]", "", text),
    "escapes as in URLs were undone": unquote,
    "escapes as in JSON were undone": lambda text: text.replace("\\n", "\n"),
    "marks as of a chat template were left out": lambda text: re.sub(r"<\|[^|]*\|>", "", text),
    "characters were escaped as in HTML": lambda text: html.escape(text, quote=False),
    "characters were escaped as in HTML, quotes too": html.escape,
    "escapes as in HTML were undone": html.unescape,
    "markup was taken out": lambda text: re.sub(r"</?\w+>", "", text),
    "`<` and `>` were left out": lambda text: re.sub(r"[<>]", "", text),
    "`&` was left out": lambda text: text.replace("&", ""),
    "letters beyond the basic plane were left out": lambda text: _beyond_plane(text, ""),
    "letters beyond the basic plane were replaced by question marks": (
        lambda text: _beyond_plane(text, "?")
    ),
    "letters beyond the basic plane were each replaced by two question marks": (
        lambda text: _beyond_plane(text, "??")
    ),
    "letters beyond the basic plane were replaced by U+FFFD": (
        lambda text: _beyond_plane(text, "\ufffd")
    ),
    "letters beyond the basic plane were each replaced by two of U+FFFD": (
        lambda text: _beyond_plane(text, "\ufffd\ufffd")
    ),
    "letters beyond the basic plane were replaced by names": (
        lambda text: "".join(
            f":{unicodedata.name(one, '').lower().replace(' ', '_')}:" if one > "\uffff" else one
            for one in text
        )
    ),
    "quotes were left out": lambda text: text.replace('"', ""),
    "quotes were made single": lambda text: text.replace('"', "'"),
    "quotes were escaped": lambda text: text.replace('"', '\\"'),
    "apostrophes were left out": lambda text: text.replace("'", ""),
    "backslashes were left out": lambda text: text.replace("\\", ""),
    "backslashes were doubled": lambda text: text.replace("\\", "\\\\"),
    "backslashes were made slashes": lambda text: text.replace("\\", "/"),
    "quotes and backslashes were escaped": (
        lambda text: text.replace("\\", "\\\\").replace('"', '\\"')
    ),
    "quotes and backslashes were left out": lambda text: re.sub(r'["\\]', "", text),
    "control characters were escaped": (
        lambda text: text.replace("\n", "\\n").replace("\t", "\\t")
    ),
    "line breaks were escaped": lambda text: text.replace("\n", "\\n"),
    "line breaks became blanks": lambda text: text.replace("\n", " "),
    "line breaks were left out": lambda text: text.replace("\n", ""),
    "line breaks got a carriage return": lambda text: text.replace("\n", "\r\n"),
    "line breaks and tabs became blanks": lambda text: re.sub(r"[\n\t]", " ", text),
    "quotes were made typographic": lambda text: re.sub(r'"([^"]*)"', "“\\1”", text),
    "quotes were made typographic, all alike": lambda text: text.replace('"', "”"),
    "marks of Markdown were left out": lambda text: re.sub(r"[`*_]", "", text),
    "long numbers were rounded": (
        lambda text: re.sub(r"\d{16,}", lambda found: str(int(float(found[0]))), text)
    ),
    "letters were escaped as in JSON": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
}
_OF_MODELS_TOO: Final[dict[str, Callable[[str], str]]] = {
    "letters were replaced by their compatibility forms (NFKC)": (
        lambda text: unicodedata.normalize("NFKC", text)
    ),
    "letters were replaced by their compatibility forms (NFKD)": (
        lambda text: unicodedata.normalize("NFKD", text)
    ),
    "empty lines were left out": lambda text: re.sub(r"\n{2,}", "\n", text),
    "fences of code were left out": lambda text: re.sub(r"```\w*\n?", "", text),
    "marks of bold text were left out": lambda text: text.replace("**", ""),
    "tabs were left out": lambda text: text.replace("\t", ""),
    "tabs became blanks": lambda text: text.replace("\t", " "),
    "tabs became four blanks": lambda text: text.replace("\t", "    "),
    "runs of white space became one blank": lambda text: re.sub(r"\s+", " ", text),
    "runs of blanks became one": lambda text: re.sub(r" +", " ", text),
    "runs of blanks and tabs became one blank": lambda text: re.sub(r"[ \t]+", " ", text),
    "white space was left out": lambda text: re.sub(r"\s+", "", text),
    "lines lost their white space at both ends": lambda text: _lines(text, str.strip),
    "lines lost the white space before them": lambda text: _lines(text, str.lstrip),
    "lines lost the white space after them": lambda text: _lines(text, str.rstrip),
    "only the first line was kept": lambda text: text.partition("\n")[0],
    "only the last line was kept": lambda text: text.rpartition("\n")[2],
    "line breaks and tabs were left out": lambda text: re.sub(r"[\n\t]", "", text),
}


def _beyond_plane(text: str, instead: str) -> str:
    return "".join(instead if one > "\uffff" else one for one in text)


def _lines(text: str, change: Callable[[str], str]) -> str:
    return "\n".join(map(change, text.split("\n")))


def mistake_in(received: str, sent: str) -> str | None:
    """Which mistake makes of a text what was received, in words; None where none does."""
    if received == sent:
        return None
    for words, make in _MISTAKES.items():
        if received.strip() == (made := make(sent)).strip() and made != sent:
            return words
    return likely_mistake_in(received, sent)


def likely_mistake_in(received: str, sent: str) -> str | None:
    """The same of mistakes that a weak model makes as well: with white space, with Markdown."""
    for words, make in _OF_MODELS_TOO.items():
        if received == (made := make(sent)) and made.strip() != sent.strip():
            return words
    return None


_MASK = re.compile(r"[\[<({]+[A-Za-z_ ]+\d*[\]>)}]+|\*{2,}|█+")
"""What stands in place of what a filter took out: ``<EMAIL_ADDRESS>``, ``[redacted]``, ``***``."""


def is_masked(received: str, sent: str) -> bool:
    """Whether parts of a text are replaced by masks, and the rest is as it was."""
    kept = _MASK.split(received)
    masks = [mask for mask in _MASK.findall(received) if mask not in sent]
    return bool(masks) and bool(re.fullmatch("(?:.+?)".join(map(re.escape, kept)), sent, re.DOTALL))
