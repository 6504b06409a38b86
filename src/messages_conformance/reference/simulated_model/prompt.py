"""What the model reads: the transcript, and what the user asks last."""

import re
from dataclasses import dataclass
from functools import cached_property
from random import Random

from messages_conformance.reference.simulated_model import english
from messages_conformance.reference.transcript import Piece, Transcript

_ASKS = re.compile(
    r"^(?:and |now |then |so |ok(?:ay)?,? |but |using .*?, |based on .*?, |according to .*?, |"
    r"please,? |from .*?, |in one word,? |also,? |next,? |can you |could you |would you |will you "
    r")*(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|"
    r"tell|give|answer|reply|respond|say|state|name|list|report|repeat|quote|find|look|read|"
    r"describe|summari[sz]e|explain|write|print|output|use|call|check|fetch|get|compute|calculate|"
    r"show|echo|recall|mention|translate|count|pick|choose|invent|imagine|make|create|generate|"
    r"think|suggest|compose|spell|continue|open|record|multiply|add|subtract|divide|sum|identify|"
    r"provide|extract|return|let me know|i need to know|i(?:'d| would) like to know|remind)\b",
    re.IGNORECASE,
)
_LONG = 4000
"""Characters; a longer text is material rather than a request."""

_TERSE = (
    "(?:only|just|nothing but|nothing else|no other (?:words|text)|single word|one word|"
    "verbatim)|(?:exact (?:value|code|word)|bare|by itself|alone)"
)


@dataclass(frozen=True)
class Prompt:
    """The transcript, random numbers for the answer, and the reading of the user's last words."""

    transcript: Transcript
    rng: Random

    @cached_property
    def text(self) -> str:
        """What the user said last, all of it; of an earlier turn where the last has no text."""
        turns = self.transcript.spoken_by("user")
        last = turns[-1].turn if turns else None
        return "\n".join(piece.text for piece in turns if piece.turn == last)

    @cached_property
    def asks(self) -> tuple[str, ...]:
        """The sentences of the last words that ask for something; all of them if none does."""
        sentences = english.sentences(self.text)
        return tuple(s for s in sentences if s.endswith(("?", "？")) or _ASKS.match(s)) or tuple(
            sentences
        )

    @cached_property
    def ask(self) -> str:
        """The sentences of `asks` as one text."""
        return " ".join(self.asks)

    @cached_property
    def request(self) -> str:
        """The last words; of very long ones only the end of what they ask."""
        return self.text if len(self.text) <= _LONG else self.ask[-_LONG:]

    @cached_property
    def system_sentences(self) -> tuple[str, ...]:
        """The sentences of the system prompt."""
        system = self.transcript.spoken_by("system")
        return tuple(s for piece in system for s in english.sentences(piece.text))

    @cached_property
    def terse(self) -> bool:
        """Whether a bare value is wanted rather than a sentence."""
        text = " ".join([self.text, *self.system_sentences])
        return english.has(english.unquoted(text), _TERSE)

    def last(self, *kinds: str) -> tuple[Piece, ...]:
        """The pieces of the user's last turn that are of these kinds."""
        return tuple(piece for piece in self.transcript.last_turn if piece.kind in kinds)

    def said(self, *kinds: str) -> tuple[Piece, ...]:
        """All pieces of these kinds, of any speaker."""
        return tuple(piece for piece in self.transcript.pieces if piece.kind in kinds)
