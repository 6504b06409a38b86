"""Rules ``RS-THK``: thinking blocks, and where they stand."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView
from messages_conformance.rules.response.content import THINKING, Content
from messages_conformance.rules.wording import seen, shown

Block = dict[str, Any]


def check_thinking(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    """Check the text of a thinking block."""
    if not isinstance(block.get("thinking"), str):
        yield broken(
            "RS-THK-1",
            where.at(f"{pointer}/thinking"),
            f"a thinking block's `thinking` is {seen(block, 'thinking')}; expected a string",
        )


def check_is_complete(
    block: Block, request: RequestView, where: Where, pointer: str
) -> Iterator[Finding]:
    """Check what a thinking block lacks if it was cut off."""
    yield from _check_signature(block, where, pointer)
    yield from _check_is_made(block, where, pointer)
    yield from _check_is_filled(block, request, where, pointer)


def _check_signature(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    """Check the signature of a thinking block, which comes last and may be cut off."""
    signature = block.get("signature")
    if not isinstance(signature, str):
        yield broken(
            "RS-THK-2",
            where.at(f"{pointer}/signature"),
            f"a thinking block's `signature` is {seen(block, 'signature')}; expected a string "
            "that the client can send back",
        )
    elif not signature:
        yield broken(
            "RS-THK-3",
            where.at(f"{pointer}/signature"),
            "a thinking block's `signature` is empty; expected a value that authenticates the "
            "block when the client sends it back",
        )


_PLACEHOLDERS: Final = re.compile(
    r"(?i)(?:undefined|null|none|nil|false|placeholder|dummy|fake|signature|empty|n/?a"
    r"|\[object \w+\]|(?:skip|fake|dummy|mock|no|missing|default)[-_ ][\w -]{0,60})"
)
"""What translations put where no signature is, and what is no value of its language."""


def _check_is_made(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    """Check that a signature is none that a translation made up: the original API refuses it."""
    signature = block.get("signature")
    if isinstance(signature, str) and _PLACEHOLDERS.fullmatch(signature):
        yield broken(
            "RS-THK-8",
            where.at(f"{pointer}/signature"),
            f"the signature is {shown(signature)}, a placeholder; expected a value that "
            "authenticates the block",
        )


def _check_is_filled(
    block: Block, request: RequestView, where: Where, pointer: str
) -> Iterator[Finding]:
    """Check that a thinking block, which may have been cut off, holds anything."""
    if block.get("thinking") != "":
        return
    at, display = where.at(f"{pointer}/thinking"), request.thinking.get("display")
    if not block.get("signature"):
        said = "a thinking block has neither text nor a signature; expected no such block"
        yield broken("RS-THK-6", at, said)
    elif display == "summarized":
        said = "a thinking block has no text though thinking is displayed; expected the thinking"
        yield broken("RS-THK-6", at, said)
    elif display is None and request.thinking.get("type") == "enabled":
        # The newest models of the original API leave the text out unless they are asked for it.
        said = "a thinking block has no text though thinking is enabled; expected the thinking"
        yield broken("RS-THK-6w", at, said)


def check_redacted_thinking(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    """Check the data of a redacted thinking block."""
    if not isinstance(block.get("data"), str) or not block["data"]:
        yield broken(
            "RS-THK-4",
            where.at(f"{pointer}/data"),
            f"a redacted thinking block's `data` is {seen(block, 'data')}; expected a string that "
            "is not empty",
        )


def check_first_block(content: Content, request: RequestView, where: Where) -> Iterable[Finding]:
    """Check that a message that thinks begins with it, where thinking is `enabled`."""
    if not content.thinks or content.first in THINKING:
        return ()
    if request.thinking.get("type") != "enabled" or request.continues_turn:
        return ()
    said = (
        f"the first block is {shown(content.first)} though thinking is `enabled`; expected "
        "thinking first"
    )
    return (broken("RS-THK-5", where.at("/content/0/type"), said),)


def check_last_block(
    content: Content, request: RequestView, reason: Any, where: Where
) -> Iterable[Finding]:
    """Check that an answer does not end with thinking: clients look for the text after it.

    Between tools thinking may stand anywhere.
    """
    if content.last not in THINKING or not content.has_text or reason != "end_turn":
        return ()
    if request.tools or content.has_call or content.served:
        return ()
    said = (
        f"{shown(content.last)} follows the text and ends the message, so that clients that "
        "take the text after the last thinking find none; expected thinking first"
    )
    return (broken("RS-THK-7", where.at(f"/content/{content.count - 1}"), said),)
