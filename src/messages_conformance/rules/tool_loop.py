"""Rules ``TU``: tool calls and their results in the history of a request."""

from collections.abc import Iterator
from typing import Any, Final

from messages_conformance.rules.invalid_requests import Mistake
from messages_conformance.rules.request_view import RequestView, objects
from messages_conformance.rules.response.tools import ID
from messages_conformance.rules.wording import shown

_TOOLS: Final = ("tool_use", "tool_result")


def mistakes(request: RequestView) -> Iterator[Mistake]:
    """Calls without results, results without calls, and results after text."""
    if not _has_tools(request):
        return
    turns = _turns(request)
    yield from _repeated(turns)
    for number, (role, pointer, blocks) in enumerate(turns):
        for block in blocks:
            id = block.get("id" if block.get("type") == "tool_use" else "tool_use_id")
            named = block.get("type") in ("tool_use", "tool_result")
            if named and (not isinstance(id, str) or not ID.fullmatch(id)):
                yield "TU-7", pointer, f"a call's id is {shown(id)}"
        if role == "assistant" and number + 1 < len(turns):
            yield from _missing_results(blocks, turns[number + 1])
        if role == "user":
            yield from _unexpected_results(blocks, turns[number - 1][2] if number else [], pointer)


def _has_tools(request: RequestView) -> bool:
    """Whether there is a call or a result at all; most requests have none."""
    return any(
        block.get("type") in _TOOLS
        for message in request.messages
        for block in objects(message.get("content"))
    )


def _repeated(turns: list["_Turn"]) -> Iterator[Mistake]:
    """Ids that two calls have, and calls that have two results."""
    twice: set[str] = set()
    for rule, kind, key, said in (
        ("TU-12", "tool_use", "id", "two calls have the id"),
        ("TU-13", "tool_result", "tool_use_id", "two results are for the call"),
    ):
        known: set[str] = set()
        for _, pointer, blocks in turns:
            for id in _ids(blocks, kind, key):
                # Two calls of one id have two results; the id is what is wrong.
                if id in known and id not in twice:
                    twice.add(id)
                    yield rule, pointer, f"{said} {shown(id)}"
                known.add(id)


_Turn = tuple[str, str, list[dict[str, Any]]]


def _turns(request: RequestView) -> list[_Turn]:
    """The turns: consecutive messages of one role are merged, as the original API does."""
    turns: list[_Turn] = []
    for number, message in enumerate(request.messages):
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


def _missing_results(blocks: list[dict[str, Any]], following: _Turn) -> Iterator[Mistake]:
    calls = _ids(blocks, "tool_use", "id")
    results = set(_ids(following[2], "tool_result", "tool_use_id"))
    missing = [id for id in calls if id not in results]
    if missing:
        some = len(missing) < len(calls)
        yield (
            "TU-4" if some else "TU-1",
            following[1],
            f"the call {shown(missing[0])} has no tool_result",
        )


def _unexpected_results(
    blocks: list[dict[str, Any]], before: list[dict[str, Any]], pointer: str
) -> Iterator[Mistake]:
    calls = _ids(before, "tool_use", "id")
    for id in _ids(blocks, "tool_result", "tool_use_id"):
        if id not in calls:
            yield "TU-3", pointer, f"the tool_result {shown(id)} has no call before it"
    kinds = [block.get("type") for block in blocks]
    if "tool_result" in kinds and "text" in kinds[: kinds.index("tool_result")]:
        yield "TU-2", pointer, "text comes before the tool results"
