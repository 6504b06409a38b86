"""What the rules need to know of a message's blocks together; no more of them is kept."""

from dataclasses import dataclass, field
from typing import Any, Final

THINKING: Final = ("thinking", "redacted_thinking")
"""The types of blocks that hold thinking."""
_MOST_IDS: Final = 100_000
"""Ids of tool calls in one message that are kept to recognise a duplicate."""


@dataclass
class Content:
    """The blocks of one message, counted as they come."""

    count: int = 0
    first: str = ""
    """the first block's type"""
    calls: int = 0
    """calls of the client's tools"""
    called: set[str] = field(default_factory=set)
    """the names of the tools called"""
    ids: set[str] = field(default_factory=set)
    """the ids of all calls"""
    text_before_call: bool = False
    thinks: bool = False
    served: bool = False
    """whether it has blocks of the server: its own tools, or a compaction"""
    tail: str = ""
    """the end of the last block's text"""

    def add(self, block: dict[str, Any]) -> None:
        """Count the next block."""
        kind = block.get("type")
        if self.count == 1 and isinstance(kind, str):
            self.first = kind
        if kind == "text" and isinstance(block.get("text"), str):
            self.tail = block["text"]
            self.text_before_call |= not self.calls and bool(block["text"].strip())
        elif kind in THINKING:
            self.thinks = True
        elif kind == "tool_use":
            self.calls += 1
            if isinstance(block.get("name"), str):
                self.called.add(block["name"])
        else:
            self.served = True

    def is_new_id(self, id: str) -> bool:
        """Whether no earlier call has this id; it is kept."""
        if id in self.ids:
            return False
        if len(self.ids) < _MOST_IDS:
            self.ids.add(id)
        return True
