"""A content block while its events come: what it may take, and what it comes to."""

from collections.abc import Iterator
from functools import cached_property
from io import StringIO
from typing import Any, Final

from messages_conformance.protocol.sse import LARGEST, loads
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import Asked
from messages_conformance.rules.wording import one_of, seen, shown

PAYLOAD: Final = {
    "text_delta": "text",
    "citations_delta": "citation",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "input_json_delta": "partial_json",
}
"""The key under which each type of delta carries what it adds."""
_CALL: Final = ("input_json_delta",)
TAKES: Final[dict[str, tuple[str, ...]]] = {
    "text": ("text_delta", "citations_delta"),
    "thinking": ("thinking_delta", "signature_delta"),
    "tool_use": _CALL,
    "server_tool_use": _CALL,
    "mcp_tool_use": _CALL,
}
"""The deltas that each type of block takes."""
FEEDS: Final = {
    (block, delta): PAYLOAD[delta]
    for block, deltas in TAKES.items()
    for delta in deltas
    if delta != "citations_delta"
}
"""Under which key a block finds the text that a delta adds to it."""
_TEXT_KEPT: Final = 1 << 20
"""Characters of a text that may pile up before all but its end is dropped."""
_TAIL: Final = 1 << 12
"""Characters at the end of a text that the rules look at."""


def comes_whole(kind: str) -> bool:
    """Whether a block of that type has no deltas."""
    return kind == "redacted_thinking" or kind.endswith("_tool_result")


class Gathering:
    """One open block. It keeps the end of a text, and the whole of a call's JSON up to a bound."""

    def __init__(self, block: Any, index: int) -> None:
        """Begin with the ``content_block`` that started it."""
        self.block: dict[str, Any] = dict(block) if isinstance(block, dict) else {}
        self.index = index
        kind = self.block.get("type")
        self.kind = kind if isinstance(kind, str) else ""
        self._texts: dict[str, StringIO] = {}
        self._size = 0
        self._signatures = 0
        self._after_signature = False

    def start(self, where: Where) -> Iterator[Finding]:
        """Judge how the block starts."""
        at = where.at("/content_block")
        if self.kind == "text" and self.block.get("text") != "":
            yield broken(
                "ST-BLK-1",
                at.at("/content_block/text"),
                f'a text block starts with `text` {seen(self.block, "text")}; expected `""`, '
                "with all text in deltas",
            )
        if self.kind == "thinking":
            for key in ("thinking", "signature"):
                if self.block.get(key, "" if key == "signature" else None) != "":
                    yield broken(
                        "ST-BLK-2",
                        at.at(f"/content_block/{key}"),
                        f"a thinking block starts with `{key}` {seen(self.block, key)}; expected "
                        '`""`, with all of it in deltas',
                    )
        if TAKES.get(self.kind) is _CALL and self.block.get("input") != {}:
            yield broken(
                "ST-BLK-3",
                at.at("/content_block/input"),
                f"a call starts with `input` {seen(self.block, 'input')}; expected `{{}}`, with "
                "the input in deltas",
            )

    def take(self, kind: str, text: str) -> None:
        """Add the text that a delta brought."""
        size = len(text)
        if kind == "signature_delta":
            self._signatures += 1
        elif self._signatures and size:
            self._after_signature = True
        held = self._texts.get(kind) or self._texts.setdefault(kind, StringIO())
        held.write(text)
        self._size += size
        if self._size > _TEXT_KEPT and kind not in _CALL:
            self._texts[kind] = StringIO()
            self._size = self._texts[kind].write(held.getvalue()[-_TAIL:])
        elif self._size > LARGEST:
            self._texts.clear()

    def delta(self, delta: Any, asked: Asked, where: Where) -> Iterator[Finding]:
        """Take a delta after judging it."""
        at = where.at("/delta")
        kind = delta.get("type") if isinstance(delta, dict) else None
        if not isinstance(delta, dict) or not isinstance(kind, str):
            what = "has no `type`" if isinstance(delta, dict) else f"is {shown(delta)}"
            yield broken("ST-DELTA-1", at, f"the delta {what}; expected an object with a `type`")
            return
        if comes_whole(self.kind):
            yield broken(
                "ST-BLK-4",
                at.at("/delta/type"),
                f"a {shown(self.kind)} block gets a {shown(kind)}; expected all of it in "
                "content_block_start",
            )
            return
        if kind not in PAYLOAD:
            yield broken(
                "ST-ORD-10w",
                at.at("/delta/type"),
                f"the delta {shown(kind)} is not documented; the original API has none such",
            )
            return
        if self.kind in TAKES and kind not in TAKES[self.kind]:
            yield broken(
                "ST-DELTA-1",
                at.at("/delta/type"),
                f"a {shown(self.kind)} block gets a {shown(kind)}; expected "
                f"{one_of(TAKES[self.kind])}",
            )
            return
        key = PAYLOAD[kind]
        payload, wanted = delta.get(key), dict if kind == "citations_delta" else str
        if not isinstance(payload, wanted):
            expected = "an object" if wanted is dict else "a string"
            yield broken(
                "ST-DELTA-2",
                at.at(f"/delta/{key}"),
                f"a {kind}'s `{key}` is {seen(delta, key)}; expected {expected}",
            )
        elif isinstance(payload, str):
            self.take(kind, payload)
        if kind == "thinking_delta" and asked.thinking.get("display") == "omitted":
            yield broken(
                "ST-THK-2",
                at,
                "a thinking_delta is sent though thinking is asked for with `display: omitted`; "
                "expected the signature_delta alone",
            )

    def folded(self) -> dict[str, Any]:
        """The block as it came to be; of a text only its end, an input as it was read last."""
        for kind, held in self._texts.items():
            if kind not in _CALL:
                key = PAYLOAD[kind]
                begun = self.block.get(key)
                self.block[key] = (begun if isinstance(begun, str) else "") + held.getvalue()
        return self.block

    def stop(self, where: Where) -> Iterator[Finding]:
        """Judge what the deltas came to, by what holds wherever the message ends."""
        if self._signatures > 1:
            yield broken(
                "ST-THK-1",
                where,
                f"the thinking block got {self._signatures} signature_deltas; expected one",
            )
        elif self._after_signature:
            yield broken(
                "ST-THK-1",
                where,
                "more thinking follows the signature; expected the signature last",
            )
        if self._read is None or self._read[1] is not None:
            return
        given = self._read[0]
        if isinstance(given, dict):
            self.block["input"] = given
        else:
            yield broken(
                "ST-TOOL-1",
                where,
                f"the call's `partial_json` joins to {shown(given)}; expected an object",
            )

    def unless_cut(self, where: Where, *, eager: bool) -> Iterator[Finding]:
        """Judge what is wrong unless the message is cut short in this very block.

        ``eager`` says that the input was asked for as the model writes it, valid or not.
        """
        if self.kind == "thinking" and not self._signatures:
            yield broken(
                "ST-THK-1",
                where,
                "the thinking block got no signature_delta; expected one before it stops",
            )
        problem = None if self._read is None or eager else self._read[1]
        if problem is None:
            return
        text = self._json
        if _breaks_off(text, problem):
            yield broken(
                "ST-TOOL-2",
                where,
                f"the call's JSON breaks off with {shown(text[-40:])}; expected a whole object",
            )
        else:
            yield broken(
                "ST-TOOL-1",
                where,
                f"the call's `partial_json` joins to {shown(text)}, which is not JSON ({problem}); "
                "expected an object",
            )

    @cached_property
    def _json(self) -> str:
        held = self._texts.get("input_json_delta")
        return held.getvalue() if held else ""

    @cached_property
    def _read(self) -> tuple[Any, ValueError | None] | None:
        """The input, or why it cannot be read; None where there is nothing to judge."""
        # What was too large to keep cannot be judged, and none at all stands for no arguments.
        if not self._json or self._size > LARGEST:
            return None
        try:
            return loads(self._json), None
        except ValueError as problem:
            return None, problem


def _breaks_off(text: str, problem: ValueError) -> bool:
    """Whether JSON is good as far as it goes."""
    at = getattr(problem, "pos", 0)
    # A string, an escape or a word may be what was cut; the fault is then told at its start.
    cut_short = str(problem).startswith(("Unterminated", "Invalid \\"))
    return (
        at >= len(text.rstrip())
        or cut_short
        or text[at:] in ("t", "tr", "tru", "f", "fa", "fal", "fals", "n", "nu", "nul", "-")
    )
