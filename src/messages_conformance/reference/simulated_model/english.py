"""Reading English: words and their stems, quotes, sentences, numbers, codes."""

import re
from collections.abc import Iterable
from functools import lru_cache


def listed(text: str) -> tuple[str, ...]:
    """The members of a vocabulary, separated by bars, or else by spaces."""
    return tuple(text.split("|" if "|" in text else None))


_WORD = re.compile(r"[^\W_]+(?:['’](?:s|t|re|ve|ll|d|m)\b)?")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_QUOTED = re.compile(
    r'"([^"\n]+)"|“([^”\n]+)”|«([^»\n]+)»|`+([^`]+)`+'
    r"|(?<![\w'])'((?:[^'\n]|'(?=\w))+)'(?!\w)|‘([^’\n]+)’"
)
_SENTENCE_END = re.compile(r"(?<=[.!?。！？])[\"'”’)\]]*\s+(?=\S)|\s*\n+\s*|(?<=[。！？])")
CODE = re.compile(
    r"\b(?:(?=[\w-]{0,60}\d)(?=[\w-]{0,60}[^\W\d_])\w+(?:-\w+)*|[A-Z][A-Z0-9]+(?:[-_][A-Z0-9]+)*)\b"
)
"""Tokens that are no ordinary words: ``heron-88``, ``BANANA``, ``X9``."""

NUMBER = re.compile(r"(?<![\w.-])-?\d{1,15}(?:\.\d{1,15})?(?![\w-])")

NUMBERS = {
    word: number
    for number, word in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen twenty"
        )
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "once": 1, "twice": 2}

STOP = frozenset(
    listed(
        "a an the this that these those there here it its is are was were be been being am do "
        "does did done has have had i me my mine we us our you your yours he she him her his they "
        "them their what which who whom whose when where why how and or but if then so than as of "
        "in on at to for from by with without about into out up down off over not no yes can "
        "could will would shall should may might must let please tell give want need like i'm "
        "what's who's that's it's there's also too very all any some each every just only now "
        "okay ok hi hello thanks"
    )
)
"""Words that carry no content."""

_IRREGULAR = {
    **dict.fromkeys(("said", "says", "told"), "say"),
    **dict.fromkeys(("kept",), "keep"),
    **dict.fromkeys(("wrote", "written"), "write"),
    **dict.fromkeys(("found",), "find"),
    **dict.fromkeys(("gave", "given"), "give"),
    **dict.fromkeys(("made",), "make"),
    **dict.fromkeys(("built",), "build"),
    **dict.fromkeys(("bought",), "buy"),
    **dict.fromkeys(("sent",), "send"),
    **dict.fromkeys(("held",), "hold"),
    **dict.fromkeys(("hidden", "hid"), "hide"),
    **dict.fromkeys(("grew", "grown"), "grow"),
    **dict.fromkeys(("ran",), "run"),
    **dict.fromkeys(("saw", "seen"), "see"),
    **dict.fromkeys(("people",), "person"),
    **dict.fromkeys(("colour", "colours", "colored", "coloured"), "color"),
}
_ENDINGS = ("ingly", "edly", "ations", "ation", "ings", "ing", "ers", "ed", "es", "er", "ly", "s")


def words(text: str) -> list[str]:
    """The words of a text in lower case; ``get_weather`` and ``getWeather`` are two each."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(_CAMEL.sub(" ", text))]


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The part that a word shares with its other forms: call, calls, called, calling."""
    word = word.lower()
    word = word.removesuffix("'s")
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word.removesuffix(ending)
            if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
                word = word[:-1]
            break
    return word.removesuffix("e") if len(word) > 3 else word


def content(text: str, skip: Iterable[str] = ()) -> list[str]:
    """The stems of a text's words that carry content, without those of the words in ``skip``."""
    skipped = {stem(word) for word in skip}
    stems = [stem(word) for word in words(text) if word not in STOP]
    return [found for found in stems if found not in skipped]


def quoted(text: str) -> list[str]:
    """The texts in quotation marks or backticks, in order."""
    return [next(part for part in parts if part) for parts in _QUOTED.findall(text)]


def unquoted(text: str) -> str:
    """The text without what it quotes."""
    return _QUOTED.sub(" ", text)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line is one even without a full stop."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


def number(word: str) -> int | None:
    """A whole number in digits or as a word: ``12``, ``twelve``, ``twenty-five``."""
    word = word.lower().replace(",", "")
    if re.fullmatch(r"-?\d{1,15}", word):
        return int(word)
    parts = [NUMBERS.get(part) for part in re.split(r"[- ]", word)]
    known = [part for part in parts if part is not None]
    if not known or len(known) < len(parts):
        return None
    return known[0] * known[1] if known[1:] == [100] else sum(known)


def has(text: str, *alternatives: str) -> bool:
    """Whether one of the patterns occurs as whole words, in any case."""
    pattern = rf"\b(?:{'|'.join(alternatives)})\b"
    return re.search(pattern, text, re.IGNORECASE) is not None


def separator(text: str) -> str | None:
    """The separator that a text asks for in a list; None where it names none."""
    if has(text, "commas?"):
        return ", "
    if has(text, "(?:new|own|separate|single|every|per|a) lines?|newlines?|line by line|lines"):
        return "\n"
    return " " if has(text, "spaces?") else None
