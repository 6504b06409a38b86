"""Rules ``TH``: what a request asks of thinking, and whether the answer thinks."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.invalid_requests import Mistake
from messages_conformance.rules.request_view import RequestView, objects
from messages_conformance.rules.response.content import THINKING, Content
from messages_conformance.rules.wording import seen, shown

_FORCED: Final = ("any", "tool")
_THINKS_UNASKED: Final = re.compile(r"claude-(?:[a-z]+-)?(?:[5-9]|\d{2})(?!\d{6})")
"""Models of the original API that think as they see fit, unless they are told not to."""


def check_answer(
    content: Content, request: RequestView, reason: Any, where: Where
) -> Iterable[Finding]:
    """Check whether a message thinks as requested; ``reason`` is why it stopped."""
    if not request.thinking and not content.thinks:
        return ()
    return _check_thinks(content, request, reason, where)


def _check_thinks(
    content: Content, request: RequestView, reason: Any, where: Where
) -> Iterator[Finding]:
    kind, at = request.thinking.get("type"), where.at("/content")
    if kind == "disabled" and content.thinks:
        yield broken(
            "TH-16", at, "there is a thinking block though thinking is `disabled`; expected none"
        )
    is_asked = request.body.get("thinking") is not None or not request.known
    if content.thinks and not is_asked and not _THINKS_UNASKED.search(request.model or ""):
        yield broken(
            "TH-17",
            at,
            "there is a thinking block though the request does not ask for thinking; expected none",
        )
    expected = kind == "enabled" and not request.continues_turn and content.count > 0
    if expected and not content.thinks and reason != "refusal":
        yield broken(
            "TH-15", at, "there is no thinking block though thinking is `enabled`; expected one"
        )


def mistakes(request: RequestView) -> Iterator[Mistake]:
    """Invalid combinations of ``thinking`` with other fields, and incomplete blocks."""
    given = request.thinking
    kind, at = given.get("type"), "/thinking"
    if not given:
        return
    if kind not in ("enabled", "disabled", "adaptive", "between_tools"):
        yield "TH-3", f"{at}/type", f"the type of thinking is {seen(dict(given), 'type')}"
    if kind == "disabled":
        if "display" in given:
            yield "TH-14", f"{at}/display", "thinking is `disabled` and has a `display`"
        return
    if kind == "enabled":
        yield from _budget(given.get("budget_tokens"), request)
        if request.tool_choice.get("type") in _FORCED:
            yield "TH-6", "/tool_choice", "thinking is `enabled` and a tool call is forced"
        yield from _last_turn(request)
    yield from _sampling(request)
    for number, message in enumerate(request.messages):
        for position, block in enumerate(objects(message.get("content"))):
            if block.get("type") == "thinking" and "signature" not in block:
                pointer = f"/messages/{number}/content/{position}"
                yield "TH-9", pointer, "a thinking block has no `signature`"


def _budget(budget: Any, request: RequestView) -> Iterator[Mistake]:
    pointer = "/thinking/budget_tokens"
    if type(budget) is not int:
        yield "TH-3", pointer, "thinking is `enabled` without `budget_tokens`"
        return
    if budget < 1024:
        yield "TH-1", pointer, f"`budget_tokens` is {budget}, below 1024"
    if request.max_tokens is not None and budget >= request.max_tokens:
        yield (
            "TH-2",
            pointer,
            f"`budget_tokens` {budget} is not below `max_tokens` {request.max_tokens}",
        )


def _sampling(request: RequestView) -> Iterator[Mistake]:
    body = request.body
    if body.get("temperature") not in (None, 1):
        yield "TH-4", "/temperature", f"`temperature` is {shown(body['temperature'])} with thinking"
    if body.get("top_k") is not None:
        yield "TH-5", "/top_k", "`top_k` is set with thinking"
    top_p = body.get("top_p")
    if isinstance(top_p, int | float) and top_p < 0.95:
        yield "TH-5", "/top_p", f"`top_p` is {shown(top_p)} with thinking"


def _last_turn(request: RequestView) -> Iterator[Mistake]:
    """With `enabled`, the last turn of the assistant begins with thinking."""
    last = next((m for m in reversed(request.messages) if m.get("role") == "assistant"), None)
    if last is None:
        return
    pointer = f"/messages/{request.messages.index(last)}"
    blocks = objects(last.get("content"))
    kinds = [block.get("type") for block in blocks]
    served = any(isinstance(k, str) and k.startswith(("server_tool", "mcp_tool")) for k in kinds)
    if last is request.messages[-1] and not served:
        yield "TH-7", pointer, "the answer is prefilled though thinking is `enabled`"
    elif "tool_use" in kinds and kinds[0] not in THINKING and request.continues_turn:
        yield "TH-10", pointer, "no thinking comes before the tool call of the last turn"
