"""Rules ``ST-BLK``: how a content block starts."""

from collections.abc import Iterator
from typing import Any

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.response.content import is_made_by_code
from messages_conformance.rules.stream.open_block import CALL, TAKES, OpenBlock
from messages_conformance.rules.wording import seen, shown


def check_start(open_block: OpenBlock, where: Where) -> Iterator[Finding]:
    """Check that a block starts empty."""
    block, kind = open_block.block, open_block.kind
    if kind == "text" and block.get("text") != "":
        yield broken(
            "ST-BLK-1",
            where.at("/content_block/text"),
            f'a text block starts with `text` {seen(block, "text")}; expected `""`, '
            "with all text in deltas",
        )
    if kind == "thinking":
        for key in ("thinking", "signature"):
            if block.get(key, "" if key == "signature" else None) != "":
                yield broken(
                    "ST-BLK-2",
                    where.at(f"/content_block/{key}"),
                    f"a thinking block starts with `{key}` {seen(block, key)}; expected "
                    '`""`, with all of it in deltas',
                )
        if "signature" not in block:
            yield broken(
                "ST-BLK-2w",
                where.at("/content_block/signature"),
                "a thinking block starts without `signature`; the original API sends "
                '`"signature": ""`',
            )
    if TAKES.get(kind) is CALL:
        yield from _check_input(block, where)


def _check_input(block: dict[str, Any], where: Where) -> Iterator[Finding]:
    at, given = where.at("/content_block/input"), block.get("input")
    if not isinstance(given, dict):
        yield broken(
            "ST-BLK-3",
            at,
            f"a call starts with `input` {seen(block, 'input')}; expected `{{}}`, with "
            "the input in deltas",
        )
    elif given and not is_made_by_code(block):
        yield broken(
            "ST-BLK-5",
            at,
            "a call starts with its arguments in `input`; expected `{}`, with the input in "
            "deltas, as only calls by executed code come whole",
        )


def comes_whole(kind: str) -> bool:
    """Whether blocks of that type have no deltas."""
    return kind == "redacted_thinking" or kind.endswith("_tool_result")


def unexpected_delta(block: str, delta: str, where: Where) -> Finding:
    """The finding that a block that comes whole gets a delta."""
    return broken(
        "ST-BLK-4",
        where.at("/delta/type"),
        f"a {shown(block)} block gets a {shown(delta)}; expected all of it in content_block_start",
    )
