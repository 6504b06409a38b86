"""Mistakes against the published schema: a change of a legal request at one of its places."""

from random import Random
from typing import Any, Final

from messages_conformance.probing.generated.draft import Body
from messages_conformance.probing.generated.places import (
    FREE,
    Path,
    at,
    places,
    with_value,
    without,
)

_TYPED: Final = ("type", "role", "media_type", "ttl", "service_tier", "display")
_WORDS: Final = ("video", "other", "Text", "ephemeral2", "")
_UNKNOWN: Final = ("max_token", "extra", "n", "seed", "response_format")
_RANGES: Final[dict[str, tuple[Any, ...]]] = {
    "max_tokens": (-1, 100_000_000, 0.5),
    "temperature": (-0.1, 1.01, 3),
    "top_p": (-0.1, 1.5),
    "top_k": (-1, 1.5),
    "budget_tokens": (0, 1023, 200_000),
}


def wrong_type(rng: Random, body: Body) -> Body | None:
    """A value of another type than documented."""
    path, value = rng.choice([*places(body)])
    others: tuple[Any, ...] = ("x", 7, [])
    if isinstance(value, str):
        others = (7, [], {})
    elif isinstance(value, bool):
        others = (str(value).lower(), [])
    elif isinstance(value, int | float):
        others = (str(value), [value])
    elif isinstance(value, list):
        others = ({}, 7, "x")
    return with_value(body, path, rng.choice(others))


def missing(rng: Random, body: Body) -> Body | None:
    """Something required is missing."""
    found = [path for path, _ in places(body) if isinstance(path[-1], str)]
    return without(body, [rng.choice(found)])


def unknown_field(rng: Random, body: Body) -> Body | None:
    """A field that is not documented, in any object."""
    objects: list[Path] = [(), *(path for path, one in places(body) if isinstance(one, dict))]
    path = (*rng.choice([one for one in objects if not _is_free(one)]), rng.choice(_UNKNOWN))
    return with_value(body, path, 1)


def unknown_value(rng: Random, body: Body) -> Body | None:
    """A word that none of the documented ones is."""
    found = [path for path, _ in places(body) if path[-1] in _TYPED]
    return with_value(body, rng.choice(found), rng.choice(_WORDS)) if found else None


def out_of_range(rng: Random, body: Body) -> Body | None:
    """A number beyond its range."""
    found = [path for path, _ in places(body) if path[-1] in _RANGES]
    path = rng.choice(found)
    return with_value(body, path, rng.choice(_RANGES[str(path[-1])]))


def nothing_there(rng: Random, body: Body) -> Body | None:
    """Empty or blank text, or a list of nothing."""
    names = ("text", "content", "messages", "data")
    found = [
        (path, value)
        for path, value in places(body)
        if path[-1] in names and isinstance(value, str | list)
    ]
    path, value = rng.choice(found)
    return with_value(body, path, [] if isinstance(value, list) else rng.choice(("", " \n")))


def empty_stop(rng: Random, body: Body) -> Body | None:
    """A stop sequence that every answer, or any line, would hold."""
    stops = [*body.get("stop_sequences", []), rng.choice(("", "\n", "  "))]
    return {**body, "stop_sequences": stops}


def malformed_name(rng: Random, body: Body) -> Body | None:
    """The name of a tool, or an id, with what it may not hold."""
    tools = [path for path, _ in places(body) if path[:1] == ("tools",) and path[2:] == ("name",)]
    ids = [path for path, _ in places(body) if path[-1] in ("id", "tool_use_id")]
    if not tools and not ids:
        return None
    path = rng.choice([*tools, *ids])
    name = str(at(body, path))
    return with_value(body, path, rng.choice((f"{name} 1", f"{name}.1", "ä", "n" * 129)))


def too_long(_rng: Random, body: Body) -> Body | None:
    """An id of the user that is longer than documented."""
    return {**body, "metadata": {"user_id": "u" * 513}}


def _is_free(path: Path) -> bool:
    return any(step in FREE for step in path)
