"""What a weak model does instead of what it was asked, one function for each way.

A misbehaviour misreads the transcript, or spoils the words of a cooperative answer. It returns
None where it cannot change anything: a call that the endpoint forces or forbids stays so.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import TypeAlias

from messages_conformance.reference.completion import Block
from messages_conformance.reference.simulated_model import english
from messages_conformance.reference.simulated_model.facts import facts
from messages_conformance.reference.simulated_model.invention import write_story
from messages_conformance.reference.simulated_model.prompt import Prompt
from messages_conformance.reference.simulated_model.question_answering import bare_value
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
_INVERTIBLE = re.compile(
    rf"\b(?:{'|'.join(sorted(_OPPOSITE, key=len, reverse=True))})\b", re.IGNORECASE
)
_SHARE_LEFT_OUT = 0.25
"""The share of words that an incomplete answer loses."""


@dataclass(frozen=True)
class AnswerDraft:
    """An answer before it is spoilt: what the model reads, and how it would answer."""

    transcript: Transcript
    answer: Callable[[Transcript], Blocks]
    """What the cooperative model answers to any transcript."""
    rng: Random

    @cached_property
    def cooperative(self) -> Blocks:
        """The answer as asked for."""
        return self.answer(self.transcript)

    @property
    def text(self) -> str | None:
        """The text of the cooperative answer; None where it calls a tool or fills in a form."""
        texts = [block["text"] for block in self.cooperative if block["type"] == "text"]
        return "".join(texts) if texts and not self.calls and not self.forced else None

    @property
    def calls(self) -> bool:
        """Whether the cooperative answer calls a tool."""
        return any(block["type"] == "tool_use" for block in self.cooperative)

    @property
    def forced(self) -> bool:
        """Whether the model must call a tool."""
        return bool(self.transcript.tools) and self.transcript.choice in ("any", "tool")

    @property
    def prompt(self) -> Prompt:
        """The transcript as the simulated model reads it."""
        return Prompt(self.transcript, self.rng)

    def with_text(self, text: str | None) -> Blocks | None:
        """The cooperative answer's thinking, then this text; None where a call is forced."""
        if self.forced or not text:
            return None
        thinking = [block for block in self.cooperative if block["type"] == "thinking"]
        return (*thinking, {"type": "text", "text": text})

    def with_user_text(self, text: str) -> Transcript:
        """The transcript as if the user had said this last."""
        spoken = self.transcript.spoken_by("user")
        if not spoken:
            return self.transcript
        last = spoken[-1]
        others = {id(piece) for piece in spoken if piece.turn == last.turn and piece is not last}
        pieces = (
            replace(piece, text=text) if piece is last else piece
            for piece in self.transcript.pieces
            if id(piece) not in others
        )
        return replace(self.transcript, pieces=tuple(pieces))


Misbehaviour: TypeAlias = Callable[[AnswerDraft], Blocks | None]


def rambles(draft: AnswerDraft) -> Blocks | None:
    """It tells an unrelated story; a forced call is filled in from that."""
    story = write_story(draft.rng, draft.rng.randint(6, 60))
    return draft.answer(draft.with_user_text(story)) if draft.forced else draft.with_text(story)


def reads_only_the_end(draft: AnswerDraft) -> Blocks | None:
    """It reads only the last sentence, and gives half of the answer."""
    sentences = english.sentences(draft.prompt.text)
    if len(sentences) < 2:
        return None
    blocks = draft.answer(draft.with_user_text(sentences[-1]))
    return blocks if draft.forced else tuple(map(_halved, blocks))


def asks_back(draft: AnswerDraft) -> Blocks | None:
    """It asks a question of its own."""
    return draft.with_text(draft.rng.choice(_BACK))


def refuses(draft: AnswerDraft) -> Blocks | None:
    """It says that it cannot or will not."""
    return draft.with_text(draft.rng.choice(_REFUSALS))


def chatters(draft: AnswerDraft) -> Blocks | None:
    """It says what was asked, with chatter around it."""
    text = draft.text
    return draft.with_text(draft.rng.choice(_CHATTER).format(text)) if text else None


def calls_nothing(draft: AnswerDraft) -> Blocks | None:
    """It talks although it was asked, in words, to call a tool."""
    if draft.forced or not draft.calls:
        return None
    return draft.answer(replace(draft.transcript, choice="none"))


def calls_needlessly(draft: AnswerDraft) -> Blocks | None:
    """It calls a tool that is on offer although nothing asks for it."""
    if draft.calls or not draft.transcript.tools or draft.transcript.choice != "auto":
        return None
    return draft.answer(replace(draft.transcript, choice="any"))


def calls_another(draft: AnswerDraft) -> Blocks | None:
    """Free to choose, it calls another tool than the one that fits."""
    called = {block["name"] for block in draft.cooperative if block["type"] == "tool_use"}
    others = [tool for tool in draft.transcript.tools if tool.name not in called]
    if not called or not others or draft.transcript.choice not in ("auto", "any"):
        return None
    offered = (draft.rng.choice(others),)
    return draft.answer(replace(draft.transcript, tools=offered, choice="any"))


def mixes_up(draft: AnswerDraft) -> Blocks | None:
    """It states another fact of the transcript than the one that was asked for."""
    text = draft.text
    if text is None:
        return None
    others = [fact for fact in facts(draft.prompt) if bare_value(fact.text) not in text]
    if not others:
        return None
    other = draft.rng.choice(others).text
    return draft.with_text(bare_value(other) if draft.prompt.terse else other)


def leaves_words_out(draft: AnswerDraft) -> Blocks | None:
    """It leaves out some of the words."""
    words = (draft.text or "").split(" ")
    if len(words) < 2:
        return None
    lost = draft.rng.randrange(len(words))
    kept = [
        word for i, word in enumerate(words) if i != lost and draft.rng.random() >= _SHARE_LEFT_OUT
    ]
    return draft.with_text(" ".join(kept or words[:lost] or words[lost + 1 :]))


def misspells(draft: AnswerDraft) -> Blocks | None:
    """It misspells one or two words."""
    words = (draft.text or "").split(" ")
    long = [i for i, word in enumerate(words) if len(word) > 3]
    for i in draft.rng.sample(long, min(len(long), 2)):
        words[i] = _misspelt(words[i], draft.rng)
    return draft.with_text(" ".join(words)) if long else None


def contradicts(draft: AnswerDraft) -> Blocks | None:
    """It says the opposite: no for yes."""
    text = draft.text
    if text is None or not _INVERTIBLE.search(text):
        return None
    return draft.with_text(_INVERTIBLE.sub(_inverted, text))


MISBEHAVIOURS: tuple[Misbehaviour, ...] = (
    rambles,
    reads_only_the_end,
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
"""Every misbehaviour; those that can change something are equally likely."""


def _halved(block: Block) -> Block:
    if block["type"] != "text":
        return block
    words = block["text"].split(" ")
    return {**block, "text": " ".join(words[: max(len(words) // 2, 1)])}


def _misspelt(word: str, rng: Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return rng.choice((swapped, word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]))


def _inverted(found: re.Match[str]) -> str:
    said = found[0]
    other = _OPPOSITE[said.lower()]
    return other.upper() if said.isupper() else other.title() if said[0].isupper() else other
