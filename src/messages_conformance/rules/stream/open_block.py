"""A content block whose events still come, in bounded memory.

It keeps the end of a text, and the whole JSON of a tool call up to a limit.
"""

from collections.abc import Mapping
from io import StringIO
from itertools import accumulate, pairwise
from typing import Any, Final

from messages_conformance.protocol.json_text import loads
from messages_conformance.protocol.kept import kept
from messages_conformance.protocol.sse import LARGEST
from messages_conformance.rules.stream.layout import PAYLOAD, Layout

CALL: Final = ("input_json_delta",)
TAKES: Final[dict[str, tuple[str, ...]]] = {
    "text": ("text_delta", "citations_delta"),
    "thinking": ("thinking_delta", "signature_delta"),
    "tool_use": CALL,
    "server_tool_use": CALL,
    "mcp_tool_use": CALL,
    "compaction": ("compaction_delta",),
}
"""The types of deltas that each type of block takes."""
_TEXT_KEYS: Final = {
    block: {delta: PAYLOAD[delta] for delta in deltas if delta != "citations_delta"}
    for block, deltas in TAKES.items()
}
"""The key of the text in a delta, by the types of the block and of the delta."""
_NO_KEYS: Final[Mapping[str, str]] = {}
_TEXT_KEPT: Final = 1 << 20
"""Characters of a text that are kept before all but its end is dropped."""
_TAIL: Final = 1 << 12
"""Characters at the end of a text that the rules look at."""


_REPEATABLE: Final = ("text_delta", "thinking_delta", "input_json_delta")
"""The types of deltas whose pieces are compared; a block has one of them."""
_FIRST: Final = 64
"""Deltas at the beginning of a block whose sizes are kept."""
_FEW, _SOME = 3, 12
_LONG_ENOUGH: Final = 40
"""Characters that no model says twice without a blank between."""


def _is_twice(text: str, size: int) -> bool:
    return size >= _LONG_ENOUGH and len(text) == 2 * size and text[:size] == text[size:]


def _pieces(text: str, sizes: list[int]) -> list[str]:
    """The beginning of a text as it came: in pieces of those sizes."""
    ends = list(accumulate(sizes, initial=0))
    return [text[at:end] for at, end in pairwise(ends)]


def _how_they_repeat(pieces: list[str]) -> str:
    """How the first deltas of a block repeat one another; empty if they do not."""
    if len(pieces) < _FEW:
        return ""
    grown = all(after.startswith(before) for before, after in pairwise(pieces))
    if grown and len(pieces[-1]) >= max(_SOME, 2 * len(pieces[0])):
        return "each delta repeats all of the text before it"
    if len(pieces) >= 2 * _FEW and pieces[::2] == pieces[1::2] and len(set(pieces)) >= _FEW:
        return "each delta comes twice"
    return ""


class OpenBlock:
    """One block between its content_block_start and its content_block_stop."""

    def __init__(self, block: Any, index: int) -> None:
        """Begin with the ``content_block`` of its start."""
        self.block: dict[str, Any] = dict(block) if isinstance(block, dict) else {}
        self.index = index
        kind = self.block.get("type")
        self.kind = kind if isinstance(kind, str) else ""
        self.text_keys: Mapping[str, str] = _TEXT_KEYS.get(self.kind, _NO_KEYS)
        """the key of the text in each type of delta that it takes"""
        self.layout: Layout | None = None
        """how its deltas are written, if that is known"""
        self.deltas = 0
        """how many deltas it got that fit it"""
        self.signatures = 0
        """how many signature_deltas it got"""
        self.continues_after_signature = False
        self.is_text_whole = True
        """whether all of its text is kept"""
        self._sizes: list[int] = []
        self._last_size = 0
        self._texts: dict[str, StringIO] = {}
        self._size = 0

    def take(self, kind: str, text: str) -> None:
        """Add the text of a delta of that type."""
        size = len(text)
        self.deltas += 1
        if kind == "signature_delta":
            self.signatures += 1
        elif self.signatures and size:
            self.continues_after_signature = True
        held = self._texts.get(kind)
        if held is None:
            held = self._texts[kind] = StringIO()
        held.write(text)
        self._size += size
        if size and kind in _REPEATABLE:
            self._last_size = size
            if len(self._sizes) < _FIRST:
                self._sizes.append(size)
        if self._size > _TEXT_KEPT and kind not in CALL:
            self.is_text_whole = False
            self._texts[kind] = StringIO()
            self._size = self._texts[kind].write(held.getvalue()[-_TAIL:])
        elif self._size > LARGEST:
            self._texts.clear()

    def take_all(self, kind: str, texts: list[str]) -> None:
        """Add the texts of several deltas of that type, as if one by one."""
        joined = "".join(texts)
        held = self._texts.get(kind)
        if held is None or self.signatures or self._size + len(joined) > _TEXT_KEPT:
            for text in texts:
                self.take(kind, text)
            return
        held.write(joined)
        self.deltas += len(texts)
        self._size += len(joined)
        sizes = [len(text) for text in texts if text] if kind in _REPEATABLE else []
        if sizes:
            self._last_size = sizes[-1]
            self._sizes += sizes[: _FIRST - len(self._sizes)]

    def repeats(self) -> str:
        """How its deltas repeat what came before; empty if they do not."""
        held = next((self._texts[kind] for kind in _REPEATABLE if kind in self._texts), None)
        if held is None or not self.is_text_whole:
            return ""
        text, sizes = held.getvalue(), self._sizes
        # The first two say at once that most do not.
        if len(sizes) > 1 and text.startswith(text[: sizes[0]], sizes[0]):
            how = _how_they_repeat(_pieces(text, sizes))
            if how:
                return how
        return (
            "the last delta repeats all of the text before it"
            if len(sizes) > 1 and _is_twice(text, self._last_size)
            else ""
        )

    def accumulated(self) -> dict[str, Any]:
        """The final block; of a long text only the end, and as input the last that was readable."""
        for kind, held in self._texts.items():
            if kind not in CALL:
                key = PAYLOAD[kind]
                begun = self.block.get(key)
                self.block[key] = (begun if isinstance(begun, str) else "") + held.getvalue()
        return self.block

    @kept
    def json(self) -> str:
        """The JSON that the deltas of a tool call join to; ask for it when the block stops."""
        held = self._texts.get("input_json_delta")
        return held.getvalue() if held else ""

    @property
    def has_input(self) -> bool:
        """Whether the input of a tool call is known when the block stops."""
        if self.kind != "tool_use":
            return True
        if not self.deltas:
            return bool(self.block.get("input"))
        return not self.json or (self.input is not None and isinstance(self.input[0], dict))

    @kept
    def input(self) -> tuple[Any, ValueError | None] | None:
        """The input of a tool call, and why it cannot be read if it cannot.

        None if there is nothing to check: no JSON at all stands for no arguments, and JSON too
        large to be kept is unknown.
        """
        if not self.json or self._size > LARGEST:
            return None
        try:
            return loads(self.json), None
        except ValueError as problem:
            return None, problem
