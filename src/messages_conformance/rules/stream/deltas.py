"""Rules ``ST-DELTA``: what the deltas of a content block add to it."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView
from messages_conformance.rules.response.blocks import check_keys
from messages_conformance.rules.stream import blocks, order, thinking
from messages_conformance.rules.stream.layout import PAYLOAD
from messages_conformance.rules.stream.open_block import TAKES, OpenBlock
from messages_conformance.rules.wording import one_of, seen, shown

_MISNAMED: Final = {
    "text": "text_delta",
    "output_text_delta": "text_delta",
    "thinking": "thinking_delta",
    "reasoning_delta": "thinking_delta",
    "reasoning": "thinking_delta",
    "signature": "signature_delta",
    "input_json": "input_json_delta",
    "json_delta": "input_json_delta",
    "tool_use": "input_json_delta",
    "tool_use_delta": "input_json_delta",
}
"""Types that deltas were given by mistake, and what they should be."""
USUAL_KEYS: Final = 2
"""Keys of a delta: its type, and what it carries."""
_MAY_BE_EMPTY: Final = ("compaction_delta",)
"""The types of deltas that may carry nothing."""


def take_delta(
    open_block: OpenBlock, delta: Any, request: RequestView, where: Where
) -> Iterator[Finding]:
    """Check a delta and add what it carries to its block."""
    at = where.at("/delta")
    kind = delta.get("type") if isinstance(delta, dict) else None
    if not isinstance(delta, dict) or not isinstance(kind, str):
        what = "has no `type`" if isinstance(delta, dict) else f"is {shown(delta)}"
        yield broken("ST-DELTA-1", at, f"the delta {what}; expected an object with a `type`")
    elif blocks.comes_whole(open_block.kind):
        yield blocks.unexpected_delta(open_block.kind, kind, where)
    elif kind in _MISNAMED:
        yield broken(
            "ST-DELTA-1",
            where.at("/delta/type"),
            f"the delta is named {shown(kind)}, so that clients skip what it carries; expected "
            f"{shown(_MISNAMED[kind])}",
        )
    elif kind not in PAYLOAD:
        yield order.undocumented("delta", kind, where.at("/delta/type"))
    elif open_block.kind in TAKES and kind not in TAKES[open_block.kind]:
        yield broken(
            "ST-DELTA-1",
            where.at("/delta/type"),
            f"a {shown(open_block.kind)} block gets a {shown(kind)}; expected "
            f"{one_of(TAKES[open_block.kind])}",
        )
    else:
        yield from _take_payload(open_block, delta, kind, where)
        if kind == "thinking_delta":
            yield from thinking.check_is_displayed(request, at)
        if len(delta) > USUAL_KEYS:
            yield from check_keys(delta, "a delta", where, "/delta")


def _take_payload(
    open_block: OpenBlock, delta: dict[str, Any], kind: str, where: Where
) -> Iterator[Finding]:
    key = PAYLOAD[kind]
    payload, wanted = delta.get(key), dict if kind == "citations_delta" else str
    if payload is None and kind in _MAY_BE_EMPTY:
        return
    if not isinstance(payload, wanted):
        expected = "an object" if wanted is dict else "a string"
        yield broken(
            "ST-DELTA-2",
            where.at(f"/delta/{key}"),
            f"a {kind}'s `{key}` is {seen(delta, key)}; expected {expected}",
        )
    elif isinstance(payload, str):
        open_block.take(kind, payload)


def check_are_new(block: OpenBlock, where: Where) -> Iterable[Finding]:
    """Check that the deltas of a block do not repeat one another."""
    how = block.repeats()
    if not how:
        return ()
    return (broken("ST-DELTA-3", where, f"{how}; expected only what is new in each"),)
