"""Rules about a message: what it says of itself, why it stopped, and its blocks together.

A message that came whole and one that a stream was folded into are judged by the same rules.
`Content` therefore takes one block at a time and keeps of it only what later rules need.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from messages_conformance.rules import blocks, usage
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import Asked, mapping
from messages_conformance.rules.wording import one_of, seen, shown

REASONS: Final = (
    "end_turn",
    "max_tokens",
    "stop_sequence",
    "tool_use",
    "pause_turn",
    "refusal",
    "model_context_window_exceeded",
)
"""The documented stop reasons."""
CUT: Final = ("max_tokens", "refusal", "model_context_window_exceeded")
"""Those that end a message wherever it happens to be."""
_THINKING: Final = ("thinking", "redacted_thinking")
_FOREIGN: Final = ("choices", "object", "created", "system_fingerprint")
"""Keys of OpenAI's answers."""
_FOREIGN_USAGE: Final = (
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "prompt_tokens_details",
)
_MOST_IDS: Final = 100_000
"""Ids of calls in one message that are kept to tell a second one."""


def judge(message: Mapping[str, Any], asked: Asked) -> Iterator[Finding]:
    """Judge a message that came whole."""
    here = Where()
    yield from envelope(message, here, "")
    if not isinstance(message.get("content"), list):
        yield broken(
            "RS-MSG-5",
            here.at("/content"),
            f"`content` is {seen(dict(message), 'content')}; expected an array of blocks",
        )
    content = Content(asked)
    for block in message["content"] if isinstance(message.get("content"), list) else ():
        yield from content.add(block, here)
    for key in ("stop_reason", "stop_sequence"):
        if key not in message:
            yield broken(
                "RS-STOP-0",
                here.at(f"/{key}"),
                f"the key `{key}` is missing; expected it, null where it does not apply",
            )
    given = message.get("usage")
    yield from usage.required(given, ("input_tokens", "output_tokens"), "RS-USE-1", here, "/usage")
    yield from usage.optional(given, here, "/usage")
    if "stop_reason" in message:
        yield from content.end(message)
    else:
        yield from content.whole(message)


def envelope(message: Mapping[str, Any], where: Where, pointer: str) -> Iterator[Finding]:
    """Judge what a message says of itself; ``pointer`` is where it lies in ``where``."""
    given = dict(message)
    for key, rule, expected in (("type", "RS-MSG-1", "message"), ("role", "RS-MSG-2", "assistant")):
        if message.get(key) != expected:
            yield broken(
                rule,
                where.at(f"{pointer}/{key}"),
                f"`{key}` is {seen(given, key)}; expected {shown(expected)}",
            )
    for key, rule in (("id", "RS-MSG-3"), ("model", "RS-MSG-4")):
        if not isinstance(message.get(key), str) or not message[key]:
            yield broken(
                rule,
                where.at(f"{pointer}/{key}"),
                f"`{key}` is {seen(given, key)}; expected a string that is not empty",
            )
    id = message.get("id")
    if isinstance(id, str) and id and not id.startswith("msg_"):
        yield broken(
            "RS-MSG-3w",
            where.at(f"{pointer}/id"),
            f"`id` is {shown(id)}; the original API begins it with `msg_`",
        )
    foreign = [f"/{key}" for key in _FOREIGN if key in message]
    foreign += [f"/usage/{key}" for key in _FOREIGN_USAGE if key in mapping(message.get("usage"))]
    for key in foreign:
        yield broken(
            "RS-MSG-6",
            where.at(f"{pointer}{key}"),
            f"`{key.rpartition('/')[2]}` is a key of another protocol; expected it left out",
        )


@dataclass
class Content:
    """The blocks of one message, added one by one."""

    asked: Asked
    count: int = 0
    first: str = ""
    """the first block's type"""
    calls: int = 0
    """calls of the client's tools"""
    called: set[str] = field(default_factory=set)
    """the tools called"""
    ids: set[str] = field(default_factory=set)
    text_before_call: bool = False
    thinks: bool = False
    served: bool = False
    """whether the server had a part in it: tools of its own, or a compaction"""
    tail: str = ""
    """the end of the last block's text"""
    unless_cut: tuple[Finding, ...] = ()
    """what is wrong with the last block unless the message was cut short in it"""

    def add(self, block: Any, where: Where) -> Iterator[Finding]:
        """Judge the next block, as far as that can be done without those to come."""
        yield from self.unless_cut
        self.unless_cut = ()
        pointer = f"/content/{self.count}"
        self.count += 1
        self.tail = ""
        if not isinstance(block, dict):
            yield broken(
                "RS-BLK-1",
                where.at(pointer),
                f"the block is {shown(block)}; expected an object with a `type`",
            )
            return
        yield from blocks.judge(block, self.asked, where, pointer)
        if block.get("type") == "thinking":
            self.unless_cut = tuple(blocks.unsigned(block, where, pointer))
        kind = block.get("type")
        if self.count == 1 and isinstance(kind, str):
            self.first = kind
        if kind == "text" and isinstance(block.get("text"), str):
            self.tail = block["text"]
            self.text_before_call |= not self.calls and bool(block["text"].strip())
        elif kind in _THINKING:
            self.thinks = True
        elif kind == "tool_use":
            self.calls += 1
            if isinstance(block.get("name"), str):
                self.called.add(block["name"])
        else:
            self.served = True
        id = block.get("id")
        if isinstance(id, str) and kind in ("tool_use", "server_tool_use"):
            if id in self.ids:
                yield broken(
                    "RS-TOOL-1",
                    where.at(f"{pointer}/id"),
                    f"the call's `id` {shown(id)} was used before in this message; expected one "
                    "of its own",
                )
            elif len(self.ids) < _MOST_IDS:
                self.ids.add(id)

    def end(self, message: Mapping[str, Any]) -> Iterator[Finding]:
        """Judge the message as a whole, and why it says it stopped."""
        yield from self._stopping(message, message.get("stop_reason"))
        yield from self.whole(message)

    def whole(self, message: Mapping[str, Any]) -> Iterator[Finding]:
        """Judge the message as a whole, apart from why it says it stopped."""
        here = Where()
        reason = message.get("stop_reason")
        if reason not in CUT:
            yield from self.unless_cut
        yield from self._choice(reason, here)
        yield from self._thought(reason, here)
        figures = mapping(message.get("usage"))
        yield from usage.agreeing(figures, here, content=self.count > 0)
        output, bound = figures.get("output_tokens"), self.asked.max_tokens
        if bound is not None and usage.is_count(output) and output > bound >= 1:
            yield broken(
                "RS-STOP-5",
                here.at("/usage/output_tokens"),
                f"`output_tokens` is {shown(output)}; expected no more than the {shown(bound)} "
                "asked for",
            )

    def _stopping(self, message: Mapping[str, Any], reason: Any) -> Iterator[Finding]:
        here = Where(pointer="/stop_reason")
        if reason not in REASONS:
            yield broken(
                "RS-STOP-1",
                here,
                f"`stop_reason` is {shown(reason)}; expected {one_of(REASONS)}",
            )
        if self.calls and reason != "tool_use" and reason not in CUT:
            yield broken(
                "RS-STOP-3",
                here,
                f"`stop_reason` is {shown(reason)} though a tool is called; expected `tool_use`",
            )
        if reason == "tool_use" and not self.calls:
            yield broken(
                "RS-STOP-4",
                here,
                "`stop_reason` is `tool_use` but no `tool_use` block was sent; expected one, or "
                "another reason",
            )
        yield from self._sequence(message.get("stop_sequence"), reason)
        if message.get("stop_details") is not None and reason != "refusal":
            yield broken(
                "RS-STOP-6",
                here.at("/stop_details"),
                f"`stop_details` is {shown(message['stop_details'])} though nothing was refused; "
                "expected null",
            )

    def _sequence(self, sequence: Any, reason: Any) -> Iterator[Finding]:
        here = Where(pointer="/stop_sequence")
        if reason != "stop_sequence":
            if sequence is not None:
                yield broken(
                    "RS-STOP-2",
                    here,
                    f"`stop_sequence` is {shown(sequence)} though `stop_reason` is "
                    f"{shown(reason)}; expected null",
                )
            return
        asked = self.asked.stop_sequences
        if not isinstance(sequence, str) or (self.asked.known and sequence not in asked):
            expected = one_of(asked) if asked else "the stop sequence that was found"
            yield broken(
                "RS-STOP-2", here, f"`stop_sequence` is {shown(sequence)}; expected {expected}"
            )
        elif sequence and self.tail.endswith(sequence):
            yield broken(
                "RS-BLK-3",
                here.at(f"/content/{self.count - 1}/text"),
                f"the text ends with the stop sequence {shown(sequence)}; expected it left out",
            )

    def _choice(self, reason: Any, here: Where) -> Iterator[Finding]:
        choice = self.asked.choice
        kind, at = choice.get("type"), here.at("/content")
        if kind == "none" and self.calls:
            yield broken(
                "RS-TOOL-5", at, "a tool is called though `tool_choice` is none; expected no call"
            )
        forced = kind in ("any", "tool") and reason not in CUT
        others = sorted(name for name in self.called if name != choice.get("name"))
        if forced and not self.calls:
            yield broken(
                "RS-TOOL-5",
                at,
                f"no tool is called though `tool_choice` is {shown(kind)}; expected a call",
            )
        elif kind == "tool" and others:
            yield broken(
                "RS-TOOL-5",
                at,
                f"{one_of(others)} is called though `tool_choice` is a tool; expected "
                f"{seen(dict(choice), 'name')}",
            )
        elif forced and self.text_before_call:
            yield broken(
                "RS-TOOL-5",
                at,
                f"text comes before the call though `tool_choice` is {shown(kind)}; expected the "
                "call at once",
            )
        if choice.get("disable_parallel_tool_use") is True and self.calls > 1:
            yield broken(
                "RS-TOOL-4",
                at,
                f"{self.calls} tools are called with `disable_parallel_tool_use`; expected one",
            )

    def _thought(self, reason: Any, here: Where) -> Iterator[Finding]:
        kind, at = self.asked.thinking.get("type"), here.at("/content")
        if kind == "disabled" and self.thinks:
            yield broken(
                "TH-16", at, "a thinking block is sent though thinking is `disabled`; expected none"
            )
        if kind != "enabled" or self.asked.continues or not self.count:
            return
        if not self.thinks and reason != "refusal":
            yield broken(
                "TH-15", at, "no thinking block is sent though thinking is `enabled`; expected one"
            )
        elif self.thinks and self.first not in _THINKING:
            yield broken(
                "RS-THK-5",
                at.at("/content/0/type"),
                f"the first block is {shown(self.first)} though thinking is `enabled`; expected "
                "thinking before it",
            )
