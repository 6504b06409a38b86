"""What to do where a row falls short: for the owner of the endpoint, and for its caller.

It is written once, in the docstring beside the row's probe::

    Generation ends at `max_tokens`, with `stop_reason` `max_tokens`.

    To fix: count generated tokens, and stop at the limit.

    Instead: ask for a short answer in the prompt.

    Instead, if partial: take an answer as cut when `usage.output_tokens` reaches the limit.

Both may also end a paragraph: "To fix" first, then "Instead".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from messages_conformance.verdict import Kind

FIX: Final = "To fix:"
OWNER: Final = "To fix"
CALLER: Final = "Instead"
"""The labels under which reports show what the owner does, and what a caller does."""
INSTEAD: Final = re.compile(r"\bInstead(?:, if ([a-z]+))?:\s*")


@dataclass(frozen=True, slots=True)
class Advice:
    """What a row means, and what to do where it falls short; each text is of whole sentences."""

    row: str
    meaning: str
    fix: str = ""
    """What the owner of the endpoint does; empty where nothing is known."""
    instead: str = ""
    """What a caller does until then."""
    instead_if: tuple[tuple[Kind, str], ...] = ()
    """What a caller does for behaviours for which that differs."""

    def instead_for(self, kind: Kind) -> str:
        """What a caller does about one behaviour."""
        return dict(self.instead_if).get(kind, self.instead)

    def on(self, kind: Kind) -> tuple[tuple[str, str], ...]:
        """Pairs of a label and what to do about one behaviour: the owner, then the caller."""
        both = ((OWNER, self.fix), (CALLER, self.instead_for(kind)))
        return tuple(pair for pair in both if pair[1])


def advice_of(row: str, docstring: str) -> Advice:
    """Read the docstring of a row's probe or inspection.

    Raises:
        ValueError: an "Instead" names no behaviour that there is.
    """
    meaning: list[str] = []
    fix = ""
    instead: dict[Kind | None, str] = {}
    for paragraph in re.split(r"\n\s*\n", docstring.strip()):
        line = " ".join(paragraph.split())
        line, *said = INSTEAD.split(line)
        for name, words in zip(said[::2], said[1::2], strict=True):
            instead[Kind(name) if name else None] = _sentence(words)
        before, _, after = line.partition(FIX)
        if before.strip():
            meaning.append(before.strip())
        fix = _sentence(after) or fix
    general = instead.pop(None, "")
    by_kind = tuple((kind, text) for kind, text in instead.items() if kind is not None)
    return Advice(row, "\n\n".join(meaning), fix, general, by_kind)


def merge_advice(*known: Iterable[Advice]) -> tuple[Advice, ...]:
    """All advice, sorted by row; of two on the same row, the same one whatever their order."""
    every = sorted((one for some in known for one in some), key=lambda one: (one.row, repr(one)))
    return tuple({one.row: one for one in every}.values())


def _sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:]
