"""Rules ``RS-BLK``: what every content block is, and text blocks."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView
from messages_conformance.rules.response import features, text_marks, thinking, tools
from messages_conformance.rules.response.content import Content
from messages_conformance.rules.wording import seen, shown

Block = dict[str, Any]

_FOREIGN: Final = dict.fromkeys(
    (
        *("reasoning_content", "reasoning", "tool_calls", "function_call", "function"),
        *("arguments", "refusal", "annotations", "logprobs"),
    )
)
"""Keys of OpenAI's messages, which a translation left in a block."""
_OTHER_TYPES: Final = {
    "output_text": "`text`",
    "input_text": "`text`",
    "refusal": "`text`, and the `stop_reason` refusal",
    "reasoning": "`thinking`",
    "reasoning_content": "`thinking`",
    "tool_call": "`tool_use`",
    "tool_calls": "`tool_use`",
    "function": "`tool_use`",
    "function_call": "`tool_use`",
    "toolUse": "`tool_use`",
    **dict.fromkeys(
        ("tool_result", "image", "document", "search_result"),
        "no such block, as only requests have it",
    ),
    "image_url": "no such block, as a model answers with text",
}
"""Types of blocks of other protocols, and what a translation should have made of them."""
_LONG_ENOUGH: Final = 40
"""Characters that no two texts share by chance."""
_SCATTERED: Final = 3
"""Text blocks in a row; genuine messages without tools of the server have one."""


def check_block(
    block: Block, request: RequestView, where: Where, pointer: str
) -> Iterable[Finding]:
    """Check a block by the rules of its type; a block of an unknown type has none."""
    kind = block.get("type")
    if not isinstance(kind, str):
        rule = "RS-BLK-1"
        said = f"the block's `type` is {seen(block, 'type')}; expected a string such as `text`"
    elif kind in _OTHER_TYPES:
        rule = "RS-BLK-11"
        said = (
            f"the block's `type` is {shown(kind)}, which clients skip; expected "
            f"{_OTHER_TYPES[kind]}"
        )
    else:
        return _BY_TYPE[kind](block, request, where, pointer) if kind in _BY_TYPE else ()
    return (broken(rule, where.at(f"{pointer}/type"), said),)


def check_keys(value: Block, what: str, where: Where, pointer: str) -> Iterable[Finding]:
    """Check that a block, or a delta of one, has no keys of another protocol."""
    if _FOREIGN.keys().isdisjoint(value):
        return ()
    return [
        broken(
            "RS-BLK-10",
            where.at(f"{pointer}/{key}"),
            f"`{key}` is a key of another protocol; expected no such key in {what}",
        )
        for key in _FOREIGN
        if key in value
    ]


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


def check_stop_sequence(sequence: str, content: Content, where: Where) -> Iterable[Finding]:
    """Check that the stop sequence that ended a message is not in its text."""
    if not sequence or not content.tail.endswith(sequence):
        return ()
    at = where.at(f"/content/{content.count - 1}/text")
    said = f"the text ends with the stop sequence {shown(sequence)}; expected the text without it"
    return (broken("RS-BLK-3", at, said),)


def check_is_filled(content: Content, empty: tuple[str, ...], where: Where) -> Iterable[Finding]:
    """Check that no text block beside others is empty; ``empty`` points to the empty ones."""
    if not empty or content.count <= 1:
        return ()
    said = (
        "a text block is empty; expected no such block, as a request that sends it back is refused"
    )
    return [broken("RS-BLK-5", where.at(f"{pointer}/text"), said) for pointer in empty]


_WHOSE: Final = {
    "thinking": ("of thinking", "a thinking block"),
    "call": ("of a tool call", "a tool_use block"),
    "template": ("of a chat template", "none of it"),
}


def _check_markup(text: str, request: RequestView, where: Where, pointer: str) -> Iterable[Finding]:
    found = text_marks.markup(text)
    # A model may be asked to repeat such a mark, or to write about it.
    if found and not any(found[1] in said for said in request.texts):
        whose, expected = _WHOSE[found[0]]
        said = f"the text has the markup {whose}, {shown(found[1])}; expected {expected}"
    elif "{" in text and (called := text_marks.call_in_text(text, request.client_tools)):
        said = f"the text is a call of the tool {shown(called)} as JSON; expected a tool_use block"
    else:
        return ()
    return (broken("RS-BLK-4w", where.at(f"{pointer}/text"), said),)


def _check_is_no_block(
    text: str, request: RequestView, where: Where, pointer: str
) -> Iterable[Finding]:
    """Check that a text is not a message within the message; a model may be asked for one."""
    if not text_marks.blocks_in_text(text) or any(
        '"type"' in said or "Block(" in said for said in request.texts
    ):
        return ()
    said = f"the text is the blocks of a message, {shown(text)}; expected what they say"
    return (broken("RS-BLK-12w", where.at(f"{pointer}/text"), said),)


def _check_letters(text: str, where: Where, pointer: str) -> Iterable[Finding]:
    """Check that what is not ASCII came through, and line ends."""
    said = text_marks.damage(text)
    if not said:
        return ()
    return (broken("RS-BLK-6w", where.at(pointer), f"the text {said}; expected the character"),)


def _check_thinking(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    yield from thinking.check_thinking(block, where, pointer)
    if isinstance(block.get("thinking"), str):
        yield from _check_letters(block["thinking"], where, f"{pointer}/thinking")


def _check_call(
    block: Block, request: RequestView, where: Where, pointer: str
) -> Iterator[Finding]:
    yield from tools.check_tool_use(block, request, where, pointer)
    at = f"{pointer}/input"
    for text in text_marks.strings_in(block.get("input")):
        yield from _check_letters(text, where, at) if not text.isascii() or "&" in text else ()
        mark = text_marks.markup_of_argument(text)
        if mark:
            yield broken(
                "RS-BLK-4w",
                where.at(at),
                f"an argument ends with the markup of a tool call, {shown(mark)}; expected none "
                "of it",
            )


def _check_text(
    block: Block, request: RequestView, where: Where, pointer: str
) -> Iterator[Finding]:
    if isinstance(block.get("text"), str):
        yield from _check_markup(block["text"], request, where, pointer)
        yield from _check_is_no_block(block["text"], request, where, pointer)
        yield from _check_letters(block["text"], where, f"{pointer}/text")
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
    if citations:
        yield from features.check_citations(citations, where, pointer)


def check_is_said_once(
    block: Block, text_before: str, thought_before: str, where: Where, pointer: str
) -> Iterable[Finding]:
    """Check that a text is neither that of the block before it nor begins with the thinking."""
    text = block.get("text")
    if block.get("type") != "text" or not isinstance(text, str) or len(text) < _LONG_ENOUGH:
        return ()
    thought = thought_before.strip()
    if text == text_before and not block.get("citations"):
        said = "the text block repeats the one before it; expected every text once"
    elif len(thought) >= _LONG_ENOUGH and text.lstrip().startswith(thought):
        said = "the text begins with the whole thinking before it; expected the answer alone"
    else:
        return ()
    return (broken("RS-BLK-7", where.at(f"{pointer}/text"), said),)


def check_are_joined(content: Content, where: Where) -> Iterable[Finding]:
    """Check that a text is not scattered over blocks; only citations and tools divide a text."""
    if content.texts_in_a_row < _SCATTERED or content.served:
        return ()
    said = (
        f"{content.texts_in_a_row} text blocks without citations follow one another; expected "
        "one block for one text"
    )
    return (broken("RS-BLK-9", where.at("/content"), said),)


def check_is_no_failure(content: Content, where: Where) -> Iterable[Finding]:
    """Check that the message is not what a server says when it fails."""
    if not content.failure or content.count != 1:
        return ()
    said = (
        f"the text is the failure of a server, {shown(content.failure)}; expected an error "
        "with its status, or an error event"
    )
    return (broken("RS-BLK-8w", where.at("/content/0/text"), said),)


_BY_TYPE: Final[dict[str, Callable[[Block, RequestView, Where, str], Iterable[Finding]]]] = {
    "text": _check_text,
    "thinking": lambda block, _, *at: _check_thinking(block, *at),
    "redacted_thinking": lambda block, _, *at: thinking.check_redacted_thinking(block, *at),
    "tool_use": _check_call,
    "server_tool_use": lambda block, _, *at: tools.check_server_tool_use(block, *at),
}
