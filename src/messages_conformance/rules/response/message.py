"""Rules ``RS-MSG``: a message's own fields. Also checks a message by all rules ``RS``, in order.

A message that came whole and one that was accumulated from a stream keep to the same rules.
`MessageChecker` therefore takes one block at a time and keeps of it only what later rules need.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from messages_conformance.protocol.stop_reasons import CUT
from messages_conformance.rules import caching, thinking
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import NOWHERE, Finding, Where
from messages_conformance.rules.request_view import RequestView, mapping
from messages_conformance.rules.response import blocks, features, stopping, tools, usage
from messages_conformance.rules.response.content import Content
from messages_conformance.rules.response.thinking import (
    check_first_block,
    check_is_complete,
    check_last_block,
)
from messages_conformance.rules.wording import seen, shown

_FOREIGN: Final = (
    *("choices", "object", "created", "system_fingerprint", "reasoning_content"),
    "provider_specific_fields",
)
"""Keys of OpenAI's answers, and of a gateway that translates them."""
_FOREIGN_USAGE: Final = (
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "prompt_tokens_details",
)

_MOST: Final = 100
"""Empty blocks that are remembered."""


def check_message(message: Mapping[str, Any], request: RequestView) -> Iterator[Finding]:
    """Check a message that came whole."""
    here = NOWHERE
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


_VERSION: Final = re.compile(
    r"(?:\[[^\]]*\]|:[\w.]+|-v\d+(?::\d+)?|[-@]latest|-0|[-@]?\d{8}|-\d{4}-\d{2}-\d{2}|-\d{4})+\Z"
)
"""How the name of a model ends that names a version of it: a date, `-latest`, `[1m]`."""
_PROVIDER: Final = re.compile(r".*[/,]|(?:\w+\.)?anthropic\.", re.DOTALL)
"""How it begins where it names a provider too."""
_LONGEST_NAME: Final = 200
"""Characters of a name that is taken apart."""


def check_model(name: Any, request: RequestView, where: Where) -> Iterable[Finding]:
    """Check that an answer names the model that was asked for."""
    asked = request.model
    if name == asked or not (asked and isinstance(name, str) and name):
        return ()
    if _model(name) == _model(asked):
        return ()
    said = f"`model` is {shown(name)}; expected {shown(asked)}, the model of the request"
    return (broken("RS-MSG-4w", where.at("/model"), said),)


@lru_cache(maxsize=256)
def _model(name: str) -> str:
    """The name of a model without its version and its provider."""
    if len(name) > _LONGEST_NAME:
        return name
    bare = _PROVIDER.sub("", name.lower(), count=1)
    return _VERSION.sub("", bare) or bare


def check_id_of_other_message(id: str, before: str, where: Where) -> Finding:
    """The finding that another message, which stands ``before``, has the same id."""
    return broken(
        "RS-MSG-7",
        where,
        f"`id` is {shown(id)}, that of another message, {before}; expected a unique one",
    )


def served_twice(before: str, where: Where) -> Finding:
    """The finding that an answer is that to an earlier request, which stands ``before``."""
    return broken(
        "RS-MSG-8",
        where,
        f"the answer is that of an earlier one, {before}, with the same `id` and the same bytes; "
        "expected a new answer",
    )


class MessageChecker:
    """Checks the blocks of one message as they come, then the message as a whole."""

    def __init__(self, request: RequestView) -> None:
        """Begin the message that answers a request."""
        self._request = request
        self._unless_cut: tuple[Finding, ...] = ()
        """what is wrong with the last block unless the message was cut short in it"""
        self._empty: tuple[str, ...] = ()
        """where empty text blocks stand"""
        self.content = Content()

    def add(
        self, block: Any, where: Where, *, has_input: bool = True, is_whole: bool = True
    ) -> Iterator[Finding]:
        """Check the next block, as far as that needs no later one.

        ``has_input`` is False if it is a call whose input could not be read, ``is_whole`` if only
        the end of its text is known.
        """
        content = self.content
        text_before = content.tail
        yield from self._unless_cut
        self._unless_cut = ()
        pointer = f"/content/{content.count}"
        content.count += 1
        content.tail, content.is_tail_whole, content.is_incomplete = "", is_whole, False
        if not isinstance(block, dict):
            yield blocks.not_an_object(block, where.at(pointer))
            return
        kind = block.get("type")
        yield from blocks.check_block(block, self._request, where, pointer)
        yield from blocks.check_keys(block, "a block", where, pointer)
        if kind == "thinking":
            self._unless_cut = tuple(check_is_complete(block, self._request, where, pointer))
        elif kind == "tool_use" and has_input:
            self._unless_cut = tuple(tools.check_input(block, self._request, where, pointer))
        if kind == "text" and block.get("text") == "" and len(self._empty) < _MOST:
            self._empty += (pointer,)
        content.is_known &= is_whole and has_input
        if is_whole:
            before = text_before, content.thought
            yield from blocks.check_is_said_once(block, *before, where, pointer)
        yield from stopping.check_is_stopped(block, self._request, where, pointer)
        content.add(block)
        if features.is_result(kind):
            yield from features.check_result(block, content, self._request, where, pointer)
        yield from tools.check_id_is_new(block, content, where, pointer)
        yield from tools.check_is_made_once(block, content, where, pointer)
        if kind == "tool_use":
            content.is_incomplete = not has_input or tools.lacks_arguments(block, self._request)

    def end(self, message: Mapping[str, Any], *, why: bool) -> Iterator[Finding]:
        """Check the message as a whole; ``why`` is whether it says why it stopped."""
        here, content, request = NOWHERE, self.content, self._request
        reason = message.get("stop_reason")
        if why:
            yield from stopping.check_reason(message, content, request)
        if reason not in CUT:
            yield from self._unless_cut
        yield from tools.check_choice(content, request, reason, here)
        yield from tools.check_is_last(content, here)
        yield from thinking.check_answer(content, request, reason, here)
        yield from check_first_block(content, request, here)
        yield from check_last_block(content, request, reason, here)
        figures = mapping(message.get("usage"))
        yield from blocks.check_is_filled(content, self._empty, here)
        yield from blocks.check_are_joined(content, here)
        yield from blocks.check_is_no_failure(content, here)
        yield from features.check_are_answered(content, reason, here)
        yield from features.check_format(content, request, reason, here)
        yield from usage.check_total(figures, here, request, content, reason)
        yield from caching.check_usage(figures, content, here)
        yield from stopping.check_is_cut(message, request, content)
        yield from stopping.check_is_used_up(message, request, content)
        yield from stopping.check_length(message, request, content, here)
        yield from check_model(message.get("model"), request, here)
