"""What the rules need to know of a message's blocks together; no more of them is kept."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from messages_conformance.rules.request_view import mapping

THINKING: Final = ("thinking", "redacted_thinking")
"""The types of blocks that hold thinking."""
SERVER_CALLS: Final = ("server_tool_use", "mcp_tool_use")
"""The types of blocks that call a tool of the server, or of a server that it asks."""
_WORD: Final = re.compile(r"\S+")
_MOST_IDS: Final = 100_000
"""Ids of tool calls in one message that are kept to recognise a duplicate."""


def is_made_by_code(block: dict[str, Any]) -> bool:
    """Whether code that the server executes makes a call, and not the model itself.

    Such a call comes whole in its start, and costs no tokens of its own.
    """
    caller = mapping(block.get("caller")).get("type")
    return isinstance(caller, str) and caller.startswith("code_execution")


def _words_in(value: Any) -> int:
    """The words of all strings in a JSON value, and of its names, however deep it nests."""
    found, left = 0, [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            # One by one: a list of them takes many times the memory of the text.
            found += sum(1 for _ in _WORD.finditer(one))
        elif isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list):
            left += one
    return found


@dataclass
class Content:
    """The blocks of one message, counted as they come."""

    count: int = 0
    first: str = ""
    """the first block's type"""
    calls: int = 0
    """calls of the client's tools"""
    called: set[str] = field(default_factory=set)
    """the names of the client's tools called by the model itself"""
    called_at_server: set[str] = field(default_factory=set)
    """the names of the server's tools called"""
    parallel_calls: int = 0
    """calls of the client's tools that the model itself makes"""
    ids: set[str] = field(default_factory=set)
    """the ids of all calls"""
    text_before_call: bool = False
    thinks: bool = False
    made_by_code: bool = False
    """whether code makes a call in it"""
    served: bool = False
    """whether it has blocks of the server: its own tools, or a compaction"""
    words: int = 0
    """words of all texts, thoughts and inputs of calls, told apart by blanks"""
    tail: str = ""
    """the end of the last block's text"""

    @property
    def has_call(self) -> bool:
        """Whether any tool is called, the client's or the server's."""
        return bool(self.calls or self.called_at_server)

    def is_served_by(self, tool: str) -> bool:
        """Whether a tool of the server is called; code execution has calls of longer names."""
        return any(tool in called for called in self.called_at_server)

    def add(self, block: dict[str, Any]) -> None:
        """Count the next block."""
        kind = block.get("type")
        if self.count == 1 and isinstance(kind, str):
            self.first = kind
        if kind == "text" and isinstance(block.get("text"), str):
            self.tail = block["text"]
            self.words += _words_in(self.tail)
            self.text_before_call |= not self.has_call and bool(block["text"].strip())
        elif kind in THINKING:
            self.thinks = True
            self.words += _words_in(block.get("thinking"))
        elif kind == "tool_use":
            self._add_call(block)
        else:
            self.served = True
            self.made_by_code |= is_made_by_code(block)
            if kind in SERVER_CALLS and isinstance(block.get("name"), str):
                self.called_at_server.add(block["name"])

    def _add_call(self, block: dict[str, Any]) -> None:
        self.calls += 1
        self.words += 0 if is_made_by_code(block) else _words_in(block.get("input"))
        if is_made_by_code(block):
            self.made_by_code = True
            return
        self.parallel_calls += 1
        if isinstance(block.get("name"), str):
            self.called.add(block["name"])

    def is_new_id(self, id: str) -> bool:
        """Whether no earlier call has this id; it is kept."""
        if id in self.ids:
            return False
        if len(self.ids) < _MOST_IDS:
            self.ids.add(id)
        return True
