"""What a weak model does in place of what it was asked, one way each.

A misbehaviour misreads the transcript, or spoils the words of a willing answer. It returns
 None where there is nothing it could do: what the endpoint holds the model to, a call
that is forced or forbidden, no misbehaviour can escape.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import TypeAlias

from messages_conformance.reference.completion import Block
from messages_conformance.reference.simulated_model import words
from messages_conformance.reference.simulated_model.facts import facts
from messages_conformance.reference.simulated_model.invent import story
from messages_conformance.reference.simulated_model.recall import value
from messages_conformance.reference.simulated_model.situation import Situation
from messages_conformance.reference.transcript import Transcript

Blocks: TypeAlias = tuple[Block, ...]

_BACK = (
    "Could you tell me a bit more about what you need?",
    "Do you want the short version or all of it?",
    "What exactly do you mean by that?",
    "Before I begin: what is this for?",
)
_REFUSALS = (
    "I'm sorry, but I can't help with that.",
    "As a language model I am not able to do this.",
    "I'd rather not go into that.",
)
_CHATTER = (
    "Great question! {} Let me know if there is anything else I can do for you.",
    "{} By the way, there is much more to say about this topic.",
    "Well, let me see. I think it is this: {}",
)
_OPPOSITES = {
    "yes": "no",
    "true": "false",
    "success": "error",
    "successful": "unsuccessful",
    "succeeded": "failed",
    "succeed": "fail",
    "is": "is not",
    "can": "cannot",
}
_OPPOSITE = {**_OPPOSITES, **{no: yes for yes, no in _OPPOSITES.items()}}
_TURNABLE = re.compile(
    rf"\b(?:{'|'.join(sorted(_OPPOSITE, key=len, reverse=True))})\b", re.IGNORECASE
)
_LEFT_OUT = 0.25
"""The share of words that a careless answer loses."""


@dataclass(frozen=True)
class Attempt:
    """One answer in the making: what the model reads, and how it would answer."""

    transcript: Transcript
    answer: Callable[[Transcript], Blocks]
    """What the willing model makes of any transcript; whatever is forced in it is kept to."""
    dice: Random

    @cached_property
    def willing(self) -> Blocks:
        """What was asked."""
        return self.answer(self.transcript)

    @property
    def text(self) -> str | None:
        """The words of the willing answer; None where it calls a tool or fills in a form."""
        texts = [block["text"] for block in self.willing if block["type"] == "text"]
        return "".join(texts) if texts and not self.calls and not self.forced else None

    @property
    def calls(self) -> bool:
        """Whether the willing answer calls a tool."""
        return any(block["type"] == "tool_use" for block in self.willing)

    @property
    def forced(self) -> bool:
        """Whether the model may not just talk."""
        return bool(self.transcript.tools) and self.transcript.choice in ("any", "tool")

    @property
    def situation(self) -> Situation:
        """The transcript as the follower reads it."""
        return Situation(self.transcript, self.dice)

    def saying(self, text: str | None) -> Blocks | None:
        """The willing answer's thinking, and then these words; None where a call is forced."""
        if self.forced or not text:
            return None
        thinking = [block for block in self.willing if block["type"] == "thinking"]
        return (*thinking, {"type": "text", "text": text})

    def reading(self, words_of_user: str) -> Transcript:
        """The transcript as if the user had last said that instead."""
        spoken = self.transcript.spoken_by("user")
        if not spoken:
            return self.transcript
        last = spoken[-1]
        others = {id(piece) for piece in spoken if piece.turn == last.turn and piece is not last}
        pieces = (
            replace(piece, text=words_of_user) if piece is last else piece
            for piece in self.transcript.pieces
            if id(piece) not in others
        )
        return replace(self.transcript, pieces=tuple(pieces))


Misbehaviour: TypeAlias = Callable[[Attempt], Blocks | None]


def rambles(attempt: Attempt) -> Blocks | None:
    """It tells something else altogether; a call that is forced is filled in from that."""
    tale = story(attempt.dice, attempt.dice.randint(6, 60))
    return attempt.answer(attempt.reading(tale)) if attempt.forced else attempt.saying(tale)


def hears_only_the_end(attempt: Attempt) -> Blocks | None:
    """It reads the last sentence alone, and answers that by halves."""
    sentences = words.sentences(attempt.situation.text)
    if len(sentences) < 2:
        return None
    blocks = attempt.answer(attempt.reading(sentences[-1]))
    return blocks if attempt.forced else tuple(map(_halved, blocks))


def asks_back(attempt: Attempt) -> Blocks | None:
    """It asks a question of its own."""
    return attempt.saying(attempt.dice.choice(_BACK))


def refuses(attempt: Attempt) -> Blocks | None:
    """It says that it cannot or will not."""
    return attempt.saying(attempt.dice.choice(_REFUSALS))


def chatters(attempt: Attempt) -> Blocks | None:
    """It says what was asked, and more around it."""
    text = attempt.text
    return attempt.saying(attempt.dice.choice(_CHATTER).format(text)) if text else None


def calls_nothing(attempt: Attempt) -> Blocks | None:
    """It talks although it was asked, in words, to call a tool."""
    if attempt.forced or not attempt.calls:
        return None
    return attempt.answer(replace(attempt.transcript, choice="none"))


def calls_needlessly(attempt: Attempt) -> Blocks | None:
    """It calls a tool that is on offer although nothing asks for it."""
    if attempt.calls or not attempt.transcript.tools or attempt.transcript.choice != "auto":
        return None
    return attempt.answer(replace(attempt.transcript, choice="any"))


def calls_another(attempt: Attempt) -> Blocks | None:
    """Free to choose, it calls another tool than the one that serves."""
    called = {block["name"] for block in attempt.willing if block["type"] == "tool_use"}
    others = [tool for tool in attempt.transcript.tools if tool.name not in called]
    if not called or not others or attempt.transcript.choice not in ("auto", "any"):
        return None
    offered = (attempt.dice.choice(others),)
    return attempt.answer(replace(attempt.transcript, tools=offered, choice="any"))


def mixes_up(attempt: Attempt) -> Blocks | None:
    """It tells another thing than the one it was asked for, of all that stands before it."""
    text = attempt.text
    if text is None:
        return None
    others = [fact for fact in facts(attempt.situation) if value(fact.text) not in text]
    if not others:
        return None
    other = attempt.dice.choice(others).text
    return attempt.saying(value(other) if attempt.situation.terse else other)


def leaves_words_out(attempt: Attempt) -> Blocks | None:
    """It loses some of the words."""
    told = (attempt.text or "").split(" ")
    if len(told) < 2:
        return None
    lost = attempt.dice.randrange(len(told))
    kept = [word for i, word in enumerate(told) if i != lost and attempt.dice.random() >= _LEFT_OUT]
    return attempt.saying(" ".join(kept or told[:lost] or told[lost + 1 :]))


def misspells(attempt: Attempt) -> Blocks | None:
    """It gets the letters of a word or two wrong."""
    told = (attempt.text or "").split(" ")
    long = [i for i, word in enumerate(told) if len(word) > 3]
    for i in attempt.dice.sample(long, min(len(long), 2)):
        told[i] = _misspelt(told[i], attempt.dice)
    return attempt.saying(" ".join(told)) if long else None


def contradicts(attempt: Attempt) -> Blocks | None:
    """It says yes for no."""
    text = attempt.text
    if text is None or not _TURNABLE.search(text):
        return None
    return attempt.saying(_TURNABLE.sub(_turned, text))


MISBEHAVIOURS: tuple[Misbehaviour, ...] = (
    rambles,
    hears_only_the_end,
    asks_back,
    refuses,
    chatters,
    calls_nothing,
    calls_needlessly,
    calls_another,
    mixes_up,
    leaves_words_out,
    misspells,
    contradicts,
)
"""Every misbehaviour; each is as likely as another among those that can do something."""


def _halved(block: Block) -> Block:
    if block["type"] != "text":
        return block
    told = block["text"].split(" ")
    return {**block, "text": " ".join(told[: max(len(told) // 2, 1)])}


def _misspelt(word: str, dice: Random) -> str:
    at = dice.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return dice.choice((swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]))


def _turned(found: re.Match[str]) -> str:
    said = found[0]
    other = _OPPOSITE[said.lower()]
    return other.upper() if said.isupper() else other.title() if said[0].isupper() else other
