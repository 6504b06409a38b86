"""Counting, listing fixed series, and small calculations."""

import re
import string
from collections.abc import Callable
from fractions import Fraction

from messages_conformance.reference.simulated_model import english
from messages_conformance.reference.simulated_model.prompt import Prompt

_MOST = 2000
_PLAIN_SUM = re.compile(
    r"what is \d+ ?\+ ?\d+\?(?: (?:reply|answer) with the number only\.)?", re.IGNORECASE
)
_NEAR = 4
"""How many blocks from the end a question may stand, with a client's reminders after it."""
_N = r"(-?\d[\d,]*|[a-z]+(?:-[a-z]+)?(?: hundred)?)"
_TO = r"(?:to|through|thru|until|till|up to|down to|-|–|and|\.\.+)"
_FROM_TO = re.compile(rf"\b{_N}\s*{_TO}\s*{_N}\b", re.IGNORECASE)
_UP_TO = re.compile(rf"\b(?:up )?(?:to|until|till)\s+{_N}\b", re.IGNORECASE)
_FIRST = re.compile(rf"\bfirst\s+{_N}\b", re.IGNORECASE)
_STEP = re.compile(rf"\b(?:by|in steps of|steps? of)\s+{_N}\b", re.IGNORECASE)
_LETTERS = re.compile(r"\b([A-Za-z])\s*(?:to|through|-|–)\s*([A-Za-z])\b")
_BY = {"twos": 2, "threes": 3, "fives": 5, "tens": 10}

_SERIES = {
    r"days? of the week|weekdays": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    r"months": "January February March April May June July August September October November "
    "December",
    r"planets": "Mercury Venus Earth Mars Jupiter Saturn Uranus Neptune",
    r"colou?rs? of the rainbow|rainbow colou?rs?": "red orange yellow green blue indigo violet",
    r"seasons": "spring summer autumn winter",
}
_OPERATIONS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}
_SIGNS = {
    r"\+|plus|added to": "+",
    r"-|−|–|minus|less": "-",
    r"\*|×|x|·|times|multiplied by": "*",
    r"/|÷|divided by|over": "/",
}
_OF_TWO = {"sum|add|adding": "+", "product|multiply|multiplying": "*", "difference": "-"}
_OPERAND = r"(-?\d[\d,]*(?:\.\d+)?|(?:[a-z]+(?:-[a-z]+)?))"


def count(prompt: Prompt) -> str | None:
    """Consecutive numbers, as many as asked for."""
    text = english.unquoted(prompt.ask)
    counting = english.has(text, "count(?:ing|down)?")
    if not counting and not (
        english.has(text, "numbers?|integers?|digits?|multiples")
        and english.has(
            text, "list|print|write|output|enumerate|recite|give|say|show|first|name|all|every"
        )
        and not english.has(text, "random|sum|add|guess|pick|choose|facts")
    ):
        return None
    if counting and english.has(text, "how many", "number of"):
        return None
    bounds = _bounds(text)
    if bounds is None:
        return None
    start, end, step = bounds
    numbers = range(start, end + (1 if step > 0 else -1), step)
    return (english.separator(prompt.text) or ", ").join(str(number) for number in numbers[:_MOST])


def list_series(prompt: Prompt) -> str | None:
    """Letters, days, months, planets, colours or seasons; only the first ones if so asked."""
    text = english.unquoted(prompt.ask)
    asks = english.has(
        text, "list|name|recite|write|print|give|output|say|what are|enumerate|spell|tell|show"
    )
    if not asks or english.has(text, "random|story|about"):
        return None
    members = next((m.split() for key, m in _SERIES.items() if english.has(text, key)), None)
    if english.has(text, "letters?", "alphabet"):
        letters = _LETTERS.search(text)
        if not letters and not english.has(text, "alphabet|first"):
            return None
        low, high = (letters[1], letters[2]) if letters else ("A", "Z")
        case = string.ascii_lowercase if low.islower() else string.ascii_uppercase
        folded = case.lower()
        members = list(case[folded.find(low.lower()) : folded.find(high.lower()) + 1])
    if not members:
        return None
    first = _FIRST.search(text)
    limit = english.number(first[1]) if first else None
    return (english.separator(prompt.text) or ", ").join(members[: limit or len(members)])


def calculate(prompt: Prompt) -> str | None:
    """The value of a sum, difference, product or quotient of two numbers."""
    problem = find_sum(prompt.text)
    if problem is None:
        return None
    left, sign, right = problem
    if sign == "/" and right == 0:
        return "Nothing can be divided by zero."
    value = _plain(_OPERATIONS[sign](left, right))
    return value if prompt.terse else f"{_plain(left)} {sign} {_plain(right)} = {value}"


def is_plain_sum(prompt: Prompt) -> bool:
    """Whether the last words ask for a sum of two numbers, which nobody needs a tool for.

    Clients write reminders around a question, so what else the turn says does not count.
    """
    return any(
        piece.speaker != "assistant" and _PLAIN_SUM.fullmatch(piece.text.strip())
        for piece in prompt.transcript.pieces[-_NEAR:]
    )


def find_sum(text: str) -> tuple[Fraction, str, Fraction] | None:
    """Two numbers and the operation between them; None where a text has none."""
    for pattern, sign in _SIGNS.items():
        infix = rf"(?<![\w.-]){_OPERAND}\s*(?:{pattern})\s*{_OPERAND}(?![\w-])"
        for found in re.finditer(infix, text, re.IGNORECASE):
            left, right = _value(found[1]), _value(found[2])
            if left is not None and right is not None:
                return left, sign, right
    for pattern, sign in _OF_TWO.items():
        named = rf"\b(?:{pattern})\b[^.?]*?\b{_OPERAND}\s*(?:and|by|to|with|,)\s*{_OPERAND}\b"
        for found in re.finditer(named, text, re.IGNORECASE):
            left, right = _value(found[1]), _value(found[2])
            if left is not None and right is not None:
                return left, sign, right
    return None


def _bounds(text: str) -> tuple[int, int, int] | None:
    """Where counting starts, where it ends, and its step."""
    step = 1
    if found := _STEP.search(text):
        step = english.number(found[1]) or _BY.get(found[1].lower(), 1)
    kind = 2 if english.has(text, "even", "odd") else 1
    step = max(abs(step), kind)
    lowest = 2 if english.has(text, "even") else 1
    for found in _FROM_TO.finditer(text):
        start, end = english.number(found[1]), english.number(found[2])
        if start is not None and end is not None:
            return start, end, step if end >= start else -step
    first = _FIRST.search(text)
    if first and (how_many := english.number(first[1])):
        return lowest, lowest + (how_many - 1) * step, step
    for found in _UP_TO.finditer(text):
        end = english.number(found[1])
        if end is not None:
            return lowest, end, step
    if english.has(text, "down", "backwards?"):
        given = [n for n in map(english.number, text.lower().split()) if n is not None]
        return (given[0], 1, -1) if given else (10, 1, -1)
    if english.has(text, "count"):
        given = [n for n in map(english.number, english.words(text)) if n is not None]
        return lowest, given[-1] if given else 100, step
    return None


def _value(operand: str) -> Fraction | None:
    plain = operand.replace(",", "")
    if re.fullmatch(r"-?\d{1,15}(?:\.\d{1,15})?", plain):
        return Fraction(plain)
    number = english.number(operand)
    return None if number is None else Fraction(number)


def _plain(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):g}"
