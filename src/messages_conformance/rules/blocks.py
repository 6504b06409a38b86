"""Rules about one content block of a message, whole or folded."""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import Asked
from messages_conformance.rules.wording import LONGEST, one_of, seen, shown

ID: Final = re.compile(r"[a-zA-Z0-9_-]+", re.ASCII)
"""What the ids of tool calls are made of."""

Block = dict[str, Any]


def judge(block: Block, asked: Asked, where: Where, pointer: str) -> Iterator[Finding]:
    """Judge a block by the rules of its type; one of an unknown type is left alone."""
    kind = block.get("type")
    if not isinstance(kind, str):
        yield broken(
            "RS-BLK-1",
            where.at(f"{pointer}/type"),
            f"the block's `type` is {seen(block, 'type')}; expected a string such as `text`",
        )
    elif kind == "tool_use":
        yield from _tool_use(block, asked, where, pointer)
    elif kind in _BY_TYPE:
        yield from _BY_TYPE[kind](block, where, pointer)


def _text(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    if not isinstance(block.get("text"), str):
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


def _thinking(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    if not isinstance(block.get("thinking"), str):
        yield broken(
            "RS-THK-1",
            where.at(f"{pointer}/thinking"),
            f"a thinking block's `thinking` is {seen(block, 'thinking')}; expected a string",
        )


def unsigned(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    """Judge the signature of a thinking block, which comes last and may be cut off."""
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
            "a thinking block's `signature` is empty; expected a value that vouches for the block "
            "when the client sends it back",
        )


def _redacted_thinking(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    if not isinstance(block.get("data"), str) or not block["data"]:
        yield broken(
            "RS-THK-4",
            where.at(f"{pointer}/data"),
            f"a redacted thinking block's `data` is {seen(block, 'data')}; expected a string that "
            "is not empty",
        )


def _tool_use(block: Block, asked: Asked, where: Where, pointer: str) -> Iterator[Finding]:
    yield from _call(block, "toolu_", where, pointer)
    name = block.get("name")
    if asked.known and isinstance(name, str) and name and name not in asked.tools:
        offered = one_of(sorted(asked.tools)) if asked.tools else "no call, as none was offered"
        yield broken(
            "RS-TOOL-2",
            where.at(f"{pointer}/name"),
            f"the call names the tool {shown(name)}; expected {offered}",
        )


def _server_tool_use(block: Block, where: Where, pointer: str) -> Iterator[Finding]:
    yield from _call(block, "srvtoolu_", where, pointer)


def _call(block: Block, prefix: str, where: Where, pointer: str) -> Iterator[Finding]:
    id = block.get("id")
    if not isinstance(id, str) or not ID.fullmatch(id):
        yield broken(
            "RS-TOOL-1",
            where.at(f"{pointer}/id"),
            f"the call's `id` is {seen(block, 'id')}; expected a string of letters, digits, "
            "`_` and `-`",
        )
    elif not id.startswith(prefix):
        yield broken(
            "RS-TOOL-1w",
            where.at(f"{pointer}/id"),
            f"the call's `id` is {shown(id)}; the original API begins it with `{prefix}`",
        )
    if not isinstance(block.get("name"), str) or not block["name"]:
        yield broken(
            "RS-TOOL-2",
            where.at(f"{pointer}/name"),
            f"the call's `name` is {seen(block, 'name')}; expected the name of a tool",
        )
    given = block.get("input")
    if not isinstance(given, dict):
        hint = ", not its JSON as text" if isinstance(given, str) and len(given) > LONGEST else ""
        yield broken(
            "RS-TOOL-3",
            where.at(f"{pointer}/input"),
            f"the call's `input` is {seen(block, 'input')}; expected an object{hint}",
        )


_BY_TYPE: Final[dict[str, Callable[[Block, Where, str], Iterator[Finding]]]] = {
    "text": _text,
    "thinking": _thinking,
    "redacted_thinking": _redacted_thinking,
    "server_tool_use": _server_tool_use,
}
