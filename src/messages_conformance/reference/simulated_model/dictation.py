"""Repeating the words that a request dictates."""

import re

from messages_conformance.reference.simulated_model import english
from messages_conformance.reference.simulated_model.prompt import Prompt

_VERB = (
    r"(?:say|repeat|echo|print|output|write|type|state|recite|copy|reproduce|return"
    r"|(?:reply|respond|answer|come back)(?: to (?:me|this))?(?: with| by saying)?)"
)
_WITH = r"(?:(?:reply|respond|answer|come back)(?: to (?:me|this))? (?:with|by saying))"
_FILLER = (
    r"(?:(?:back|out|to me|after me|please|only|just|exactly|simply|literally|verbatim|precisely|"
    r"this|these|following|the|single|one|exact|same|word for word|nothing but|and only)[ ,]*)*"
)
_THING = (
    r"(?:words?|phrase|text|sentences?|string|tokens?|line|message|letters?|sequence|characters?|"
    r"lines|sign|nothing else|nothing more|no other words)"
)
_COLON = re.compile(rf"\b{_VERB}\b[^:?\n]{{0,80}}:\s*(.+)", re.IGNORECASE | re.DOTALL)
_NAMED = re.compile(
    rf"\b{_VERB}\b,? *{_FILLER}{_THING}\b[ ,:]*(?:and nothing else[ ,:]*)?(.+)", re.IGNORECASE
)
_BARE = re.compile(
    rf"\b(?:say|repeat|echo|print|output|{_WITH}|(?:reply|respond|write|type|answer)(?=[ ,]+"
    rf"(?:only|just|exactly|literally|verbatim|simply)\b))\b"
    rf"(?P<filler>(?:[ ,]+(?:back|to me|after me|please|only|just|exactly|simply|literally|"
    rf"verbatim|precisely|with|nothing but))*)[ ,]+(?P<what>.+)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[.,;!]?\s*(?:\(?(?:and |but )?(?:nothing (?:else|more)|no(?:thing)? other \w+|do(?:n't| "
    r"not) |without (?:any|adding)|with no|only\b|please\b|no punctuation|no more|that is all|"
    r"exactly as|as is\b|in (?:this|that|the given|exactly this) order|separated by|each on |one "
    r"per |on (?:one|a single|separate) |in (?:one|a single) (?:word|line)|verbatim\b|word for "
    r"word|in your (?:reply|answer)|back to me|to me\b).*)$",
    re.IGNORECASE | re.DOTALL,
)
_CASE = re.compile(
    r"[, ]+(?:in|using|all in|with) (?:all )?(?:upper|lower|capital|caps|capitals)[- ]?\w*"
    r"(?: letters| case)?[.!]?$",
    re.IGNORECASE,
)
_FRAMED = re.compile(
    r"^([=\-*#`~+_])\1{2,}[\w ]*\r?\n(.*)\n\1{3,}[ \r]*$", re.DOTALL | re.MULTILINE
)
"""A text between two lines of signs: ``=====`` or a code fence."""
_FRAMED_IN_LINE = re.compile(r"(?<!\S)([=\-*#~+_])(\1{3,})[ ](.*)[ ]\1\2(?!\S)", re.DOTALL)
"""The same on one line, between two runs of one sign."""
_TIMES = re.compile(r"\b(\d+|[a-z]+(?:-[a-z]+)?)\s+times\b|\b(twice)\b", re.IGNORECASE)
_NOT_LITERAL = re.compile(
    r"^(?:the|a|an|your|my|our|its|whatever|what|which|how|who|where|when|why|if|whether|something|that|"
    r"anything|one of|some|that you|it\b|them\b|in\b|as\b|about|of\b|yes or no|two|three|all|both|"
    r"each|every)\b",
    re.IGNORECASE,
)
_THEN = re.compile(r",? (?:and )?then (?:say |write |output |print )?", re.IGNORECASE)


def say_dictated(prompt: Prompt) -> str | None:
    """The dictated words, as often as wanted; None where nothing is dictated."""
    if framed := framed_words(prompt.text):
        return framed
    said = dictated_words(prompt.text)
    if said is None:
        return None
    found = _TIMES.search(english.unquoted(prompt.text))
    times = (english.number(found[1] or found[2]) if found else None) or 1
    return " ".join([_joined(said, prompt.text)] * min(times, 500))


def framed_words(text: str) -> str | None:
    """What stands between two lines of signs, to the last blank, if that is to be repeated."""
    in_line = None if "\n" in text.strip() else _FRAMED_IN_LINE.search(text)
    framed = in_line or _FRAMED.search(text)
    if framed is None:
        return None
    around = text[: framed.start()] + text[framed.end() :]
    orders = re.search(rf"\b{_VERB}\b", around, re.IGNORECASE)
    literally = english.has(around, "exactly|verbatim|word for word|literally|as it is|unchanged")
    return (
        (in_line[3] if in_line else framed[2])
        if orders and literally and "?" not in around
        else None
    )


def dictated_words(text: str) -> str | None:
    """What a text wants repeated word for word; None where it wants nothing repeated."""
    stripped = text.strip()
    frame = english.unquoted(stripped)
    pieces = english.quoted(stripped)
    if pieces and _orders_quote(frame):
        return " ".join(pieces)
    if found := _COLON.search(stripped):
        lead = stripped[: found.start(1)]
        if _means_words(lead) and not _question(found[1]):
            return _trimmed(found[1], keep_end=True)
    if (found := _NAMED.search(stripped)) and not _question(found[1]):
        rest = _TIMES.sub("", _trimmed(found[1])).strip()
        if not english.has(rest.split(" ")[0], "that|which|in|of|about|for|from"):
            return rest
    if (found := _BARE.search(stripped)) and not _question(stripped):
        what = _TIMES.sub("", _trimmed(found["what"])).strip()
        if what and not _NOT_LITERAL.match(what):
            return what
    return None


def _joined(said: str, text: str) -> str:
    """Dictated words joined the way the rest of the request wants them."""
    frame = text.replace(said, " ")
    join = english.separator(frame)
    if join is None or not english.has(frame, "separated|each|one per|own|new line|between"):
        return said
    return join.join(re.split(r"\s*[,;]\s*(?:and\s+)?|\s+(?:and\s+)?", said))


def _orders_quote(frame: str) -> bool:
    """Whether the text around a quotation asks for it to be said."""
    orders = re.search(rf"\b{_VERB}\b", frame, re.IGNORECASE)
    polite = re.match(r"\W*(?:can|could|would|will) you\b", frame, re.IGNORECASE)
    asks = ("?" in frame and not polite) or english.has(
        frame,
        "what does|what is|mean(?:s|ing)?|translate|story|poem|about|summari[sz]e|end (?:every|"
        "each|your|with)|call(?:ed)?|tool|count",
    )
    return orders is not None and not asks


def _means_words(lead: str) -> bool:
    """Whether the text before a colon announces words to be said."""
    return english.has(
        lead,
        "say|repeat|echo|print|output|recite|copy|reproduce|type|exactly|verbatim|following|"
        r"literally|precisely|word for word|only|just|this|these|words?|phrase|text|"
        r"lines?|string|\w+ with",
    )


def _question(text: str) -> bool:
    return text.rstrip(" \"'”").endswith("?")


def _trimmed(text: str, *, keep_end: bool = False) -> str:
    """Dictated words without the instructions after them."""
    said = _CASE.sub("", _AFTER.sub("", text.strip()).strip()).strip()
    if not keep_end:
        said = re.sub(r"(?<=\w)[.!]$", "", said)
        said = _THEN.sub(" ", said)
    bare = re.fullmatch(r"[\"'“‘`](.+)[\"'”’`][.!]?", said, re.DOTALL)
    return bare[1] if bare else said
