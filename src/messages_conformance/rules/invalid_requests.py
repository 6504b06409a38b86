"""Requests that the original API refuses: an endpoint that answers them hides the mistake.

Each function looks for one kind of mistake in a request; `judge` is for a request that was
answered with success.
"""

from collections.abc import Iterator
from typing import Any, Final

from messages_conformance.rules.blocks import ID
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import Asked, mapping, objects
from messages_conformance.rules.wording import seen, shown

_THINKING_BLOCKS: Final = ("thinking", "redacted_thinking")
_FORCED: Final = ("any", "tool")
_MOST_MARKS: Final = 4

Marked = tuple[str, dict[str, Any], dict[str, Any]]
"""Where a ``cache_control`` stands, what it stands on, and the mark itself."""


def judge(asked: Asked) -> Iterator[Finding]:
    """Tell why a request that was answered with success ought to have been refused."""
    for rule, pointer, mistake in (*tool_loop(asked), *thinking(asked), *caching(asked)):
        yield broken(
            rule,
            Where(),
            f"a request was answered in which {mistake} (at {pointer} of the request); "
            "expected status 400",
        )


def too_large(size: int, status: int) -> Iterator[Finding]:
    """Judge the status that a request of that many bytes was answered with."""
    if size > 32 * 1024 * 1024 and status != 413:
        yield broken(
            "ER-3",
            Where(),
            f"a request of {size} bytes is answered with status {status}; expected 413",
        )


Mistake = tuple[str, str, str]
"""Rule, JSON pointer into the request, and what is wrong there."""


def tool_loop(asked: Asked) -> Iterator[Mistake]:
    """Calls without results, results without calls, and results after text."""
    turns = _turns(asked)
    for number, (role, pointer, blocks) in enumerate(turns):
        for block in blocks:
            id = block.get("id" if block.get("type") == "tool_use" else "tool_use_id")
            named = block.get("type") in ("tool_use", "tool_result")
            if named and (not isinstance(id, str) or not ID.fullmatch(id)):
                yield "TU-7", pointer, f"a call's id is {shown(id)}"
        if role == "assistant" and number + 1 < len(turns):
            yield from _unanswered(blocks, turns[number + 1])
        if role == "user":
            yield from _unasked(blocks, turns[number - 1][2] if number else [], pointer)


_Turn = tuple[str, str, list[dict[str, Any]]]


def _turns(asked: Asked) -> list[_Turn]:
    """The conversation with neighbours of one role merged, as the original API merges them."""
    turns: list[_Turn] = []
    for number, message in enumerate(asked.messages):
        role, content = message.get("role"), message.get("content")
        if role not in ("user", "assistant"):
            continue
        blocks = (
            [{"type": "text", "text": content}] if isinstance(content, str) else objects(content)
        )
        if turns and turns[-1][0] == role:
            turns[-1][2].extend(blocks)
        else:
            turns.append((role, f"/messages/{number}", list(blocks)))
    return turns


def _ids(blocks: list[dict[str, Any]], kind: str, key: str) -> list[str]:
    given = [block.get(key) for block in blocks if block.get("type") == kind]
    return [id for id in given if isinstance(id, str)]


def _unanswered(blocks: list[dict[str, Any]], answer: _Turn) -> Iterator[Mistake]:
    calls = _ids(blocks, "tool_use", "id")
    results = set(_ids(answer[2], "tool_result", "tool_use_id"))
    missing = [id for id in calls if id not in results]
    if missing:
        some = len(missing) < len(calls)
        yield (
            "TU-4" if some else "TU-1",
            answer[1],
            f"the call {shown(missing[0])} has no tool_result",
        )


def _unasked(
    blocks: list[dict[str, Any]], before: list[dict[str, Any]], pointer: str
) -> Iterator[Mistake]:
    calls = _ids(before, "tool_use", "id")
    for id in _ids(blocks, "tool_result", "tool_use_id"):
        if id not in calls:
            yield "TU-3", pointer, f"the tool_result {shown(id)} has no call before it"
    kinds = [block.get("type") for block in blocks]
    if "tool_result" in kinds and "text" in kinds[: kinds.index("tool_result")]:
        yield "TU-2", pointer, "text comes before the tool results"


def thinking(asked: Asked) -> Iterator[Mistake]:
    """Thinking asked for in ways that cannot be, or its blocks tampered with."""
    given = asked.thinking
    kind, at = given.get("type"), "/thinking"
    if not given:
        return
    if kind not in ("enabled", "disabled", "adaptive", "between_tools"):
        yield "TH-3", f"{at}/type", f"the type of thinking is {seen(dict(given), 'type')}"
    if kind == "disabled":
        if "display" in given:
            yield "TH-14", f"{at}/display", "thinking is `disabled` and yet to be displayed"
        return
    if kind == "enabled":
        yield from _budget(given.get("budget_tokens"), asked)
        if asked.choice.get("type") in _FORCED:
            yield "TH-6", "/tool_choice", "thinking is `enabled` and a tool call forced"
        yield from _last_turn(asked)
    yield from _sampling(asked)
    for number, message in enumerate(asked.messages):
        for position, block in enumerate(objects(message.get("content"))):
            if block.get("type") == "thinking" and "signature" not in block:
                pointer = f"/messages/{number}/content/{position}"
                yield "TH-9", pointer, "a thinking block has no `signature`"


def _budget(budget: Any, asked: Asked) -> Iterator[Mistake]:
    pointer = "/thinking/budget_tokens"
    if type(budget) is not int:
        yield "TH-3", pointer, "thinking is `enabled` without `budget_tokens`"
        return
    if budget < 1024:
        yield "TH-1", pointer, f"`budget_tokens` is {budget}, below 1024"
    if asked.max_tokens is not None and budget >= asked.max_tokens:
        yield (
            "TH-2",
            pointer,
            f"`budget_tokens` {budget} is not below `max_tokens` {asked.max_tokens}",
        )


def _sampling(asked: Asked) -> Iterator[Mistake]:
    body = asked.body
    if body.get("temperature") not in (None, 1):
        yield "TH-4", "/temperature", f"`temperature` is {shown(body['temperature'])} with thinking"
    if body.get("top_k") is not None:
        yield "TH-5", "/top_k", "`top_k` is set with thinking"
    top_p = body.get("top_p")
    if isinstance(top_p, int | float) and top_p < 0.95:
        yield "TH-5", "/top_p", f"`top_p` is {shown(top_p)} with thinking"


def _last_turn(asked: Asked) -> Iterator[Mistake]:
    """With manual thinking the last turn of the assistant begins with a thought."""
    last = next((m for m in reversed(asked.messages) if m.get("role") == "assistant"), None)
    if last is None:
        return
    pointer = f"/messages/{asked.messages.index(last)}"
    blocks = objects(last.get("content"))
    kinds = [block.get("type") for block in blocks]
    served = any(isinstance(k, str) and k.startswith(("server_tool", "mcp_tool")) for k in kinds)
    if last is asked.messages[-1] and not served:
        yield "TH-7", pointer, "the answer is begun for a model that is to think first"
    elif "tool_use" in kinds and kinds[0] not in _THINKING_BLOCKS and asked.continues:
        yield "TH-10", pointer, "a tool call of the last turn is not preceded by its thinking"


def caching(asked: Asked) -> Iterator[Mistake]:
    """Marks that are malformed, too many, in the wrong order or in the wrong place."""
    marks = list(_marks(asked))
    automatic = 1 if asked.body.get("cache_control") else 0
    if len(marks) + automatic > _MOST_MARKS:
        yield "PC-3", marks[-1][0], f"{len(marks) + automatic} blocks have `cache_control`"
    short = False
    for pointer, holder, mark in marks:
        ttl = mark.get("ttl", "5m")
        if mark.get("type") != "ephemeral" or ttl not in ("5m", "1h"):
            yield "PC-2", pointer, "a `cache_control` is neither `ephemeral` for `5m` nor for `1h`"
        elif ttl == "1h" and short:
            yield "PC-4", pointer, "a `ttl` of `1h` comes after one of `5m`"
        short = short or ttl == "5m"
        kind = holder.get("type")
        if kind in _THINKING_BLOCKS or (kind == "text" and holder.get("text") == ""):
            yield "PC-5", pointer, "`cache_control` stands on thinking or on empty text"


def _marks(asked: Asked) -> Iterator[Marked]:
    """All marks in the order in which the prompt is cached: tools, system, messages."""
    body = asked.body
    yield from _marked(body.get("tools"), "/tools")
    yield from _marked(body.get("system"), "/system")
    for number, message in enumerate(asked.messages):
        yield from _marked(message.get("content"), f"/messages/{number}/content")


def _marked(blocks: Any, pointer: str) -> Iterator[Marked]:
    for number, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if not isinstance(block, dict):
            continue
        inner = mapping(block).get("content")
        if block.get("type") == "tool_result":
            yield from _marked(inner, f"{pointer}/{number}/content")
        if isinstance(block.get("cache_control"), dict):
            yield f"{pointer}/{number}/cache_control", block, block["cache_control"]
