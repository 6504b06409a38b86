"""Smaller requests: what can be left out of one, or said more plainly.

A step leaves out one place, or places that only go together: a call and its result, tools and the
choice among them. Steps are given in levels, outer ones first, as what leaves out a turn need not
be tried for its blocks.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, TypeAlias

from messages_conformance.probing.generated.draft import Body
from messages_conformance.probing.generated.places import Path, places, with_value, without

Step: TypeAlias = tuple[Path, ...]
"""The places that are left out together."""

LEVELS: Final = 8
"""Deeper places are left as they are."""
_TEXTS: Final = ("text", "content", "system", "description", "title", "context", "data")
_PLAIN: Final = "Hi."
_FORMER: Final[dict[str, Any]] = {
    "input_schema": {"type": "object"},
    "input": {},
    "max_tokens": 16,
    "system": _PLAIN,
    "user_id": "u-1",
}


def steps(body: Body, level: int) -> list[Step]:
    """What can be left out on a level, in the order of the body; later turns first."""
    found: list[Step] = [((path),) for path, _ in places(body, free=True) if len(path) == level]
    if level == 1:
        found += [(("tools",), ("tool_choice",))] if {"tools", "tool_choice"} <= set(body) else []
    if level == 2:
        many = len(body["messages"]) if isinstance(body.get("messages"), list) else 0
        turns: list[Path] = [("messages", at) for at in range(many)]
        # All turns but the last ones, then all but the first ones, then any two.
        found = [
            *(tuple(turns[:-keep]) for keep in range(1, many)),
            *(tuple(turns[keep:]) for keep in range(1, many)),
            *pairwise(turns),
            *found,
        ]
    if level == 4:
        found += list(_calls(body))
    return found


def _calls(body: Body) -> Iterator[Step]:
    """Each call with its result."""
    by_id: dict[str, list[Path]] = {}
    for path, value in places(body):
        if len(path) == 4 and isinstance(value, dict):
            id = value.get("id", value.get("tool_use_id"))
            if isinstance(id, str):
                by_id.setdefault(id, []).append(path)
    yield from (tuple(paths) for paths in by_id.values() if len(paths) > 1)


def left_out(body: Body, chosen: list[Step]) -> Body | None:
    """The body without some places; None where they do not go together."""
    paths = {path for step in chosen for path in step}
    # What is in something that goes has gone with it.
    outer = [path for path in paths if not any(path[:n] in paths for n in range(1, len(path)))]
    try:
        return without(body, outer)
    except (LookupError, TypeError):
        return None


def plainer(body: Body) -> Iterator[Body]:
    """The body with one place said more plainly: a short text, a string instead of blocks."""
    for path, value in places(body):
        name = str(path[-1])
        if isinstance(value, list) and name in ("content", "system") and len(value) == 1:
            block = value[0]
            if isinstance(block, dict) and set(block) == {"type", "text"}:
                yield with_value(body, path, block["text"])
        if name in _FORMER and value != _FORMER[name] and not _is_plain(value):
            yield with_value(body, path, _FORMER[name])
        elif name in _TEXTS and isinstance(value, str) and len(value) > len(_PLAIN):
            yield with_value(body, path, _PLAIN)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) and len(str(value)) <= len(_PLAIN)
