"""Rules ``RS-MSG``: a message's own fields. Also checks a message by all rules ``RS``, in order.

A message that came whole and one that was accumulated from a stream keep to the same rules.
`MessageChecker` therefore takes one block at a time and keeps of it only what later rules need.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from messages_conformance.rules import caching, thinking
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView, mapping
from messages_conformance.rules.response import blocks, stopping, tools, usage
from messages_conformance.rules.response.content import Content
from messages_conformance.rules.response.stop_reasons import CUT
from messages_conformance.rules.response.thinking import check_first_block, check_signature
from messages_conformance.rules.wording import seen, shown

_FOREIGN: Final = ("choices", "object", "created", "system_fingerprint")
"""Keys of OpenAI's answers."""
_FOREIGN_USAGE: Final = (
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "prompt_tokens_details",
)


def check_message(message: Mapping[str, Any], request: RequestView) -> Iterator[Finding]:
    """Check a message that came whole."""
    here = Where()
    yield from check_envelope(message, here, "")
    content = message.get("content")
    if not isinstance(content, list):
        yield broken(
            "RS-MSG-5",
            here.at("/content"),
            f"`content` is {seen(dict(message), 'content')}; expected an array of blocks",
        )
    checker = MessageChecker(request)
    for block in content if isinstance(content, list) else ():
        yield from checker.add(block, here)
    yield from stopping.check_keys(message, here)
    yield from usage.check_counts(message.get("usage"), here, "/usage")
    yield from checker.end(message, why="stop_reason" in message)


def check_envelope(message: Mapping[str, Any], where: Where, pointer: str) -> Iterator[Finding]:
    """Check the fields of a message, also of one that only starts.

    ``pointer`` is where the message stands in what ``where`` names.
    """
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
            f"`id` is {shown(id)}; in the original API it begins with `msg_`",
        )
    foreign = [f"/{key}" for key in _FOREIGN if key in message]
    foreign += [f"/usage/{key}" for key in _FOREIGN_USAGE if key in mapping(message.get("usage"))]
    for key in foreign:
        yield broken(
            "RS-MSG-6",
            where.at(f"{pointer}{key}"),
            f"`{key.rpartition('/')[2]}` is a key of another protocol; expected no such key",
        )


class MessageChecker:
    """Checks the blocks of one message as they come, then the message as a whole."""

    def __init__(self, request: RequestView) -> None:
        """Begin the message that answers a request."""
        self._request = request
        self._unless_cut: tuple[Finding, ...] = ()
        """what is wrong with the last block unless the message was cut short in it"""
        self.content = Content()

    def add(self, block: Any, where: Where) -> Iterator[Finding]:
        """Check the next block, as far as that needs no later one."""
        content = self.content
        yield from self._unless_cut
        self._unless_cut = ()
        pointer = f"/content/{content.count}"
        content.count += 1
        content.tail = ""
        if not isinstance(block, dict):
            yield blocks.not_an_object(block, where.at(pointer))
            return
        yield from blocks.check_block(block, self._request, where, pointer)
        if block.get("type") == "thinking":
            self._unless_cut = tuple(check_signature(block, where, pointer))
        content.add(block)
        yield from tools.check_id_is_new(block, content, where, pointer)

    def end(self, message: Mapping[str, Any], *, why: bool) -> Iterator[Finding]:
        """Check the message as a whole; ``why`` is whether it says why it stopped."""
        here, content, request = Where(), self.content, self._request
        reason = message.get("stop_reason")
        if why:
            yield from stopping.check_reason(message, content, request)
        if reason not in CUT:
            yield from self._unless_cut
        yield from tools.check_choice(content, request, reason, here)
        yield from thinking.check_answer(content, request, reason, here)
        yield from check_first_block(content, request, here)
        figures = mapping(message.get("usage"))
        yield from usage.check_total(figures, here, has_content=content.count > 0)
        yield from caching.check_usage(figures, here)
        yield from stopping.check_length(message, request, here)
