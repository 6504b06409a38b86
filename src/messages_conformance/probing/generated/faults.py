"""What is wrong with an answer to a drawn request."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from messages_conformance.probing.behaviours import describe
from messages_conformance.probing.generated.wrong import Wrong
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.check import check
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Kind

_BUSY: Final = frozenset({401, 402, 403, 429, 503, 529})
"""Statuses that say nothing of a request: the key, the account, or how busy the endpoint is."""
_LEFT_TO_ROWS: Final = frozenset({"RS-THK-3", "TH-16"})
"""Rules that a page may admit to break; the rows about them know."""
_REQUIRED: Final = ("id", "type", "role", "model", "content", "stop_reason", "usage")
_FIELD: Final = re.compile(r"[a-z]+(?:_[a-z]+)+")
"""A word of several parts: the name of a field, or of a kind."""
_OPTIONAL: Final = frozenset({"citations", "caller", "signature"})


@dataclass(frozen=True, slots=True)
class Fault:
    """How a request fails."""

    kind: Kind
    reason: tuple[object, ...]
    """Equal where it fails in the same way."""
    summary: str
    exchanges: tuple[Exchange, ...]

    def is_like(self, other: "Fault | None") -> bool:
        """Whether another request fails in the same way."""
        return other is not None and (self.kind, self.reason) == (other.kind, other.reason)


def says_nothing(answer: Exchange) -> bool:
    """Whether an answer is about something else than the request."""
    return answer.status is None or answer.status in _BUSY


def of_legal(answer: Exchange, version: str) -> Fault | None:
    """What is wrong with the answer to a legal request."""
    if says_nothing(answer):
        return None
    if answer.refused:
        assert answer.error is not None
        fields = frozenset(_FIELD.findall(answer.error.message))
        why = ("refused", answer.status, fields)
        return Fault(Kind.REFUSED, why, f"is refused: {describe(answer)}", (answer,))
    if not answer.answered:
        return _broken(answer)
    for finding in check(answer, version):
        if finding.rule.severity is not Severity.ADVISORY and finding.rule.id not in _LEFT_TO_ROWS:
            summary = f"breaks rule {finding.rule.id} in its answer: {finding.message}"
            return Fault(Kind.PARTIAL, ("rule", finding.rule.id), summary, (answer,))
    return None


def of_illegal(answer: Exchange, wrongs: Iterable[Wrong]) -> Fault | None:
    """What is wrong with the answer to a request that has mistakes."""
    if says_nothing(answer):
        return None
    wrongs = tuple(wrongs)
    what = wrongs[0].what
    if answer.answered:
        summary = f"is answered although {what}"
        return Fault(Kind.IGNORED, ("answered",), summary, (answer,))
    if answer.error is None or not answer.refused:
        return _broken(answer, f"; its mistake: {what}")
    names = {name.lower() for wrong in wrongs for name in wrong.names}
    if any(name in answer.error.message.lower() for name in names):
        return None
    summary = f"is refused without a word on what is wrong ({what}): {describe(answer)}"
    return Fault(Kind.PARTIAL, ("unnamed",), summary, (answer,))


def of_forms(plain: Exchange, streamed: Exchange) -> Fault | None:
    """How the answer in events differs in shape from the whole one to the same request."""
    if plain.message is None or streamed.message is None:
        return None
    found = _difference(plain, streamed)
    if found is None:
        return None
    name, said = found
    return Fault(Kind.PARTIAL, ("unlike", name), said, (streamed, plain))


def _difference(plain: Exchange, streamed: Exchange) -> tuple[str, str] | None:
    whole: dict[str, Any] = plain.message or {}
    folded: dict[str, Any] = streamed.message or {}
    if plain.streamed or not streamed.streamed:
        came = "in events unasked" if plain.streamed else "whole though a stream is asked for"
        return "form", f"comes {came}"
    for name in _REQUIRED:
        if (name in whole) != (name in folded):
            where = "a stream" if name in whole else "a whole answer"
            return name, f"lacks `{name}` in {where}, and has it otherwise"
    if whole.get("model") != folded.get("model"):
        said = f"{whole.get('model')!r} and {folded.get('model')!r}"
        return "model", f"names two models, whole and streamed: {said}"
    counts = (plain.prompt_tokens, streamed.prompt_tokens)
    if all(counts) and counts[0] != counts[1]:
        return "prompt", f"has {counts[0]} input tokens whole, and {counts[1]} streamed"
    for kind in sorted({str(block.get("type")) for block in whole["content"]}):
        keys = _keys(plain, kind) ^ _keys(streamed, kind)
        if keys and plain.blocks(kind) and streamed.blocks(kind):
            listed = ", ".join(sorted(keys))
            return kind, f"has `{listed}` in blocks of {kind} in one form alone"
    return None


def _keys(answer: Exchange, kind: str) -> frozenset[str]:
    return frozenset(key for block in answer.blocks(kind) for key in block) - _OPTIONAL


def _broken(answer: Exchange, more: str = "") -> Fault:
    why = ("broken", answer.status, answer.ended)
    is_refusal = answer.ended == "complete" and 400 <= (answer.status or 0) < 500
    how = "is refused in another form than documented" if is_refusal else "breaks the endpoint"
    return Fault(Kind.BROKEN, why, f"{how}: {describe(answer)}{more}", (answer,))
