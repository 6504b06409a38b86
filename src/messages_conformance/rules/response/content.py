"""What the rules need to know of a message's blocks together; no more of them is kept."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from messages_conformance.protocol.canonical import canonical
from messages_conformance.rules.request_view import SERVER_CALLS, mapping
from messages_conformance.rules.response.text_marks import is_failure

THINKING: Final = ("thinking", "redacted_thinking")
"""The types of blocks that hold thinking."""
_WORD: Final = re.compile(r"\S+")
_LONG: Final = 10_000
"""Characters; a list of the words of a longer text takes many times its memory."""
_MOST_CALLS: Final = 100
"""Calls in one message that are kept to recognise one that is made twice."""
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
            is_long = len(one) > _LONG
            found += sum(1 for _ in _WORD.finditer(one)) if is_long else len(one.split())
        elif isinstance(one, dict):
            left += [*one, *one.values()]
        elif isinstance(one, list):
            left += one
    return found


def _written(value: Any) -> bytes:
    """A JSON value in its canonical form; empty if it nests too deep."""
    try:
        return canonical(value)
    except RecursionError:
        return b""


@dataclass
class Content:
    """The blocks of one message, counted as they come."""

    count: int = 0
    first: str = ""
    """the first block's type"""
    last: str = ""
    """the last block's type"""
    has_text: bool = False
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
    letters: int = 0
    """letters of all texts, and of the inputs of calls as JSON"""
    is_known: bool = True
    """whether all of the texts and inputs are known, so that they can be counted"""
    tail: str = ""
    """the end of the last block's text"""
    is_tail_whole: bool = True
    """whether that is all of its text"""
    thought: str = ""
    """the end of the last block of thinking"""
    text_after_call: bool = False
    """whether text follows a call of the client's tools, which the model itself makes"""
    texts_in_a_row: int = 0
    """text blocks without citations that end the message so far"""
    is_incomplete: bool = False
    """whether the last block is a call that lacks arguments"""
    at_server: set[str] = field(default_factory=set)
    """the ids of the calls of the server's tools"""
    unanswered: int = 0
    """how many of those calls have no result yet"""
    failure: str = ""
    """a server's failure, if that is all of the message's text"""
    made: set[bytes] = field(default_factory=set)
    """the calls of the client's tools that have arguments, without their ids"""

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
        self.last = kind if isinstance(kind, str) else ""
        is_uncited = kind == "text" and block.get("citations") is None
        self.texts_in_a_row = self.texts_in_a_row + 1 if is_uncited else 0
        if kind == "text" and isinstance(block.get("text"), str):
            self.tail = block["text"]
            self.has_text |= bool(self.tail.strip())
            self.failure = self.tail if is_failure(self.tail) else ""
            self.words += _words_in(self.tail)
            self.letters += len(self.tail)
            self.text_before_call |= not self.has_call and bool(block["text"].strip())
            self.text_after_call |= bool(self.called) and bool(block["text"].strip())
        elif kind in THINKING:
            self.thinks = True
            self.words += _words_in(block.get("thinking"))
            thought = block.get("thinking")
            self.thought = thought if isinstance(thought, str) else ""
        elif kind == "tool_use":
            self._add_call(block)
        else:
            self.served = True
            self.made_by_code |= is_made_by_code(block)
            if kind in SERVER_CALLS and isinstance(block.get("name"), str):
                self.called_at_server.add(block["name"])
            if kind in SERVER_CALLS and isinstance(block.get("id"), str):
                self.at_server.add(block["id"])
            self.unanswered += (kind in SERVER_CALLS) - ("tool_use_id" in block)

    def _add_call(self, block: dict[str, Any]) -> None:
        self.calls += 1
        self.words += 0 if is_made_by_code(block) else _words_in(block.get("input"))
        self.letters += len(_written(block.get("input")))
        if is_made_by_code(block):
            self.made_by_code = True
            return
        self.parallel_calls += 1
        if isinstance(block.get("name"), str):
            self.called.add(block["name"])

    def is_new_call(self, block: dict[str, Any]) -> bool:
        """Whether no earlier call of the model has the same tool and arguments; it is kept."""
        if not block.get("input") or is_made_by_code(block):
            return True
        call = _written({"name": block.get("name"), "input": block["input"]})
        if call in self.made:
            return not call
        if len(self.made) < _MOST_CALLS:
            self.made.add(call)
        return True

    def is_new_id(self, id: str) -> bool:
        """Whether no earlier call has this id; it is kept."""
        if id in self.ids:
            return False
        if len(self.ids) < _MOST_IDS:
            self.ids.add(id)
        return True
