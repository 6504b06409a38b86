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
_SHORT: Final = 8
"""Characters of a text that is not halved."""
_PLAIN_VALUES: Final[dict[str | int, Any]] = {
    "input_schema": {"type": "object"},
    "input": {},
    "max_tokens": 16,
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
    """The body with one place said more plainly: a short text, a string instead of blocks.

    A text that cannot be any short one is halved, as something in it may matter.
    """
    for path, value in places(body):
        name = path[-1]
        if _is_one_text(value) and name in ("content", "system"):
            yield with_value(body, path, value[0]["text"])
        said = _said_plainly(path, value)
        if said is not None and said != value:
            yield with_value(body, path, said)
    if len(turns := body.get("messages") or ()) == 1 and isinstance(turns, list):
        yield from _of_the_user(body, turns[0])
    for path, value in places(body):
        if path[-1] in _TEXTS and isinstance(value, str) and len(value) > _SHORT:
            yield from (with_value(body, path, half) for half in _halves(value))
    ids = [value for path, value in places(body) if path[-1] == "id" and isinstance(value, str)]
    for number, id in enumerate(dict.fromkeys(ids)):
        if id != f"call_{number}":
            yield _renamed(body, id, f"call_{number}")


def _of_the_user(body: Body, turn: Any) -> Iterator[Body]:
    """A conversation that is left with one turn, which the user begins."""
    if isinstance(turn, dict) and turn.get("role") == "assistant":
        yield with_value(body, ("messages", 0, "role"), "user")


def _halves(value: str) -> Iterator[str]:
    """Both halves of a text, cut between words where there are any."""
    middle = len(value) // 2
    at = value.find(" ", middle) if " " in value[middle:] else middle
    yield from (half for half in (value[:at].strip(), value[at:].strip()) if len(half) > 0)


def _renamed(body: Body, id: str, name: str) -> Body:
    """The body with another id of a call, and of what refers to it."""
    for path, value in places(body):
        if path[-1] in ("id", "tool_use_id") and value == id:
            body = with_value(body, path, name)
    return body


def _said_plainly(path: Path, value: Any) -> Any:
    """The plainest that may stand at a place; None where it is to stay as it is.

    Equal failures come to equal requests so, and are known once.
    """
    name, holder = path[-1], path[-2] if len(path) > 1 else ""
    if holder == "stop_sequences":
        return f"~~{name}~~"
    if name == "name" and path[0] == "tools":
        return f"tool_{path[1]}"
    if name in _PLAIN_VALUES and type(value) is type(_PLAIN_VALUES[name]):
        return _PLAIN_VALUES[name]
    return _PLAIN if name in _TEXTS and isinstance(value, str) else None


def _is_one_text(value: Any) -> bool:
    block = value[0] if isinstance(value, list) and len(value) == 1 else None
    return isinstance(block, dict) and set(block) == {"type", "text"}
