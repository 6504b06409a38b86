"""What requests are made of at random: texts in several alphabets, names, ids, pictures."""

from random import Random
from typing import Final

from messages_conformance.probing.content import banded_png

_SENTENCES: Final = (
    "Say hello.",
    "Name a colour.",
    "What is the weather like in Paris?",
    "Thank you very much!",
    "The train leaves at 7:45, I am told.",
    "Grüße aus Łódź – wie geht's?",
    "Où est la bibliothèque ?",
    "¿Qué hora es en Bogotá?",
    "Как дела? Всё хорошо.",
    "今日はいい天気ですね。",
    "你好，请问现在几点？",
    "안녕하세요, 반갑습니다.",
    "שלום, מה שלומך?",
    "مرحبا، كيف حالك؟",
    "नमस्ते, आप कैसे हैं?",
    "สวัสดีครับ",
    "Καλημέρα, τι κάνεις;",
    "Fine 👍🏽, see you 👩‍👩‍👧 at 5 🕔",
    'He said "no" \\ and left: {"a": [1, 2]}',
    "<b>bold</b> & <i>italic</i> &amp; more",
    "tab\there, line\nbreak, and\r\nanother",
    "a\u0301 combining, \u200bzero width, \u2028separator",
    "100 % of $5.00 = 5,00 €",
    "```python\nprint('hi')\n```",
)
_SYLLABLES: Final = ("get", "set", "find", "order", "city", "mail", "day", "item", "map", "note")
_WORDS: Final = ("END", "STOP", "###", "\n\nHuman:", "</answer>", "ñandú", "終わり", ". ", "0")
_LETTERS: Final = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ0123456789"


def some_text(rng: Random) -> str:
    """A text that begins and ends in a word: mostly a sentence, seldom a long one."""
    often = rng.choice((1, 1, 1, 2, 3, 30))
    return " ".join(rng.choice(_SENTENCES) for _ in range(often))


def some_name(rng: Random) -> str:
    """The name of a tool or of a field."""
    sign = rng.choice(("_", "-", ""))
    name = sign.join(rng.choice(_SYLLABLES) for _ in range(rng.randint(1, 3)))
    return f"{name}{rng.choice(('', '', '2', '_v10'))}"


def some_id(rng: Random) -> str:
    """The id of a call: ids are opaque, so any letters will do."""
    begin = rng.choice(("toolu_", "call_", "call-", ""))
    return begin + "".join(rng.choice(_LETTERS) for _ in range(rng.randint(6, 24)))


def some_stops(rng: Random) -> list[str]:
    """One to five stop sequences."""
    return rng.sample(_WORDS, rng.randint(1, 5))


def some_picture(rng: Random) -> str:
    """A small PNG in base64."""
    colours = [rng.choice(("red", "green", "blue", "yellow")) for _ in range(rng.randint(1, 3))]
    return banded_png(colours, 16, 8)
