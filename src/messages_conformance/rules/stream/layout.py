"""How a stream writes its deltas, so that most of them need not be parsed.

The deltas of a block are written alike but for the text that they carry. Once one of them was found
without fault, another that is written like it is so too, and only its text is read.
"""

import re
import secrets
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from messages_conformance.protocol.json_text import loads, read_string

PAYLOAD: Final = {
    "text_delta": "text",
    "citations_delta": "citation",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "input_json_delta": "partial_json",
    "compaction_delta": "content",
}
"""The key under which each type of delta carries what it adds."""
_BEGINS: Final = {kind: re.compile(rf'"{key}"\s*:\s*"') for kind, key in PAYLOAD.items()}
"""What comes before the text of each type of delta."""
_NAME: Final = "event: content_block_delta\ndata: "
_BRACES: Final = "}}"
_LONGEST: Final = 500
"""Characters beside the text of a delta whose layout is remembered."""
_ANY: Final = secrets.token_hex(16)
"""A text that no endpoint sends."""


class Layout(NamedTuple):
    """What stands before and after the text of a delta, from its event's first line to its last."""

    kind: str
    """the type of the delta"""
    begins: str
    ends: str

    def texts(self, events: Sequence[str], at: int) -> list[str]:
        """The texts of the deltas in this layout among some events, from one to the first other.

        Each event is its lines. The original API fills a delta up with spaces before its last
        brace.
        """
        _, begins, ends = self
        size, found = len(begins), []
        for number in range(at, len(events)):
            event = events[number]
            if not event.startswith(begins):
                break
            try:
                text, end = read_string(event, size)
            except ValueError:
                break
            rest = event[end:]
            if rest != ends and not rest.replace(" ", "") == ends == _BRACES:
                break
            found.append(text)
        return found


def layout_of(data: str, kind: str) -> Layout | None:
    """The layout of a delta without fault that carries a text; None if it cannot be told."""
    found = _BEGINS[kind].search(data)
    if found is None:
        return None
    at = found.end()
    try:
        _, end = read_string(data, at)
    except ValueError:
        return None
    begins, ends = data[:at], data[end:]
    if ends.replace(" ", "") == _BRACES:
        ends = _BRACES
    if len(begins) + len(ends) > _LONGEST or not _holds_text(kind, begins, ends):
        return None
    return Layout(kind, _NAME + begins, ends)


@lru_cache(maxsize=256)
def _holds_text(kind: str, begins: str, ends: str) -> bool:
    """Whether what is written between the two is the text of a delta, and nothing else."""
    try:
        delta = loads(f'{begins}{_ANY}"{ends}')["delta"]
        return bool(delta[PAYLOAD[kind]] == _ANY)
    except (ValueError, LookupError, TypeError):
        return False
