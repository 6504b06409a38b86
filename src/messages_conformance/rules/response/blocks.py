"""Rules ``RS-BLK``: what every content block is, and text blocks."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView
from messages_conformance.rules.response import thinking, tools
from messages_conformance.rules.response.content import Content
from messages_conformance.rules.wording import seen, shown

Block = dict[str, Any]


def check_block(
    block: Block, request: RequestView, where: Where, pointer: str
) -> Iterator[Finding]:
    """Check a block by the rules of its type; a block of an unknown type has none."""
    kind = block.get("type")
    if not isinstance(kind, str):
        yield broken(
            "RS-BLK-1",
            where.at(f"{pointer}/type"),
            f"the block's `type` is {seen(block, 'type')}; expected a string such as `text`",
        )
    elif kind == "tool_use":
        yield from tools.check_tool_use(block, request, where, pointer)
    elif kind in _BY_TYPE:
        yield from _BY_TYPE[kind](block, where, pointer)


def not_an_object(block: object, where: Where) -> Finding:
    """The finding that a block is no object."""
    return broken(
        "RS-BLK-1", where, f"the block is {shown(block)}; expected an object with a `type`"
    )


def no_block(data: dict[str, Any], where: Where) -> Finding:
    """The finding that the data of a content_block_start has no block."""
    return broken(
        "RS-BLK-1",
        where.at("/content_block"),
        f"`content_block` is {seen(data, 'content_block')}; expected the block that starts",
    )


def check_stop_sequence(sequence: str, content: Content, where: Where) -> Iterator[Finding]:
    """Check that the stop sequence that ended a message is not in its text."""
    if sequence and content.tail.endswith(sequence):
        yield broken(
            "RS-BLK-3",
            where.at(f"/content/{content.count - 1}/text"),
            f"the text ends with the stop sequence {shown(sequence)}; expected the text without it",
        )


def check_is_filled(content: Content, empty: tuple[str, ...], where: Where) -> Iterator[Finding]:
    """Check that no text block beside others is empty; ``empty`` points to the empty ones."""
    for pointer in empty if content.count > 1 else ():
        yield broken(
            "RS-BLK-5",
            where.at(f"{pointer}/text"),
            "a text block is empty; expected no such block, as a request that sends it back is "
            "refused",
        )


_MARKUP: Final = re.compile(
    r"(?P<thinking>\A\s*<(?:think|seed:think)>|</think>|\[/?THINK\]|◁/?think▷"
    r"|<\|channel\|>\s*(?:analysis|commentary))"
    r"|(?P<call></?tool_calls?>|<function=\w|<function_calls\b|<invoke name=|\[/?TOOL_CALLS?\]"
    r"|<\|?/?(?:tool_call|tool_calls|python_tag|tool▁call|tool▁calls)[\w▁]*\|?>"
    r"|<｜tool▁calls?▁(?:begin|end)｜>|<minimax:tool_call>|<arg_key>|<\|channel\|>)"
    r"|(?P<template><\|(?:im_start|im_end|im_sep|eot_id|eom_id|endoftext|end_of_text|start_header_id"
    r"|end_header_id|begin_of_text|assistant|user|system|end|start|message|return)\|>"
    r"|<(?:start|end)_of_turn>|\[/?INST\]|<｜(?:User|Assistant|end▁of▁sentence)｜>)"
)
"""Markup of models and their chat templates, which a server should have parsed."""
_WHOSE: Final = {
    "thinking": ("of thinking", "a thinking block"),
    "call": ("of a tool call", "a tool_use block"),
    "template": ("of a chat template", "none of it"),
}


def _check_markup(text: str, where: Where, pointer: str) -> Iterator[Finding]:
    if "<" not in text and "[" not in text and "◁" not in text:
        return
    found = _MARKUP.search(text)
    if found:
        whose, expected = _WHOSE[found.lastgroup or ""]
        yield broken(
            "RS-BLK-4w",
            where.at(f"{pointer}/text"),
            f"the text has the markup {whose}, {shown(found[0].strip())}; expected {expected}",
        )


_DECODED_TWICE: Final = re.compile(
    r"Ã[\x80-\xbf]|Â[\xa0-\xbf]|â\x80[\x80-\xbf]|â€[œ\x9d™˜¦“”]|ð\x9f[\x80-\xbf]|ðŸ"
)
"""Letters, quotation marks and emoji in UTF-8 that was read as Latin-1 or Windows-1252."""
_LOST: Final = "\ufffd"


def _check_letters(text: str, where: Where, pointer: str) -> Iterator[Finding]:
    """Check that what is not ASCII came through."""
    if text.isascii():
        return
    twice = _DECODED_TWICE.search(text)
    if twice or _LOST in text:
        said = (
            f"has {shown(text[twice.start() : twice.end() + 3])}, UTF-8 that was read in another "
            "encoding"
            if twice
            else f"has {shown(_LOST)}, where a character was lost"
        )
        yield broken(
            "RS-BLK-6w", where.at(f"{pointer}/text"), f"the text {said}; expected the character"
        )


def _check_text(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    if isinstance(block.get("text"), str):
        yield from _check_markup(block["text"], where, pointer)
        yield from _check_letters(block["text"], where, pointer)
    else:
        yield broken(
            "RS-BLK-2",
            where.at(f"{pointer}/text"),
            f"a text block's `text` is {seen(block, 'text')}; expected a string",
        )
    citations = block.get("citations")
    if citations is not None and not isinstance(citations, list):
        yield broken(
            "RS-BLK-2",
            where.at(f"{pointer}/citations"),
            f"a text block's `citations` is {shown(citations)}; expected an array or null",
        )


_BY_TYPE: Final[dict[str, Callable[[Block, Where, str], Iterator[Finding]]]] = {
    "text": _check_text,
    "thinking": thinking.check_thinking,
    "redacted_thinking": thinking.check_redacted_thinking,
    "server_tool_use": tools.check_server_tool_use,
}
