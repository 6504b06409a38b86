"""JSON that nobody expects where it is put, and the places to put it."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

LEAVES: list[Any] = [
    *(None, True, False, 0, -1, 1.5, -0.0, 1e300, 10**400, -(10**400), 2**63, "", "x", "\ud800"),
    *("\x00", "end_turn", "tool_use", "text", "é" * 300, [], {}, [[]], [{}], {"type": {}}),
    *(
        {"type": []},
        {"type": "text"},
        {"type": "tool_use"},
        {"": None},
        [None],
        ["text"],
        "REDACTED",
    ),
]
_any: st.SearchStrategy[Any] = st.recursive(
    st.sampled_from(LEAVES), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)
strange = st.sampled_from(LEAVES) | _any
nested = st.lists(_any, min_size=1) | st.dictionaries(st.text(), _any, min_size=1)
"""For places where each of the leaves is put in its turn as well."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to every node."""
    yield path
    steps = value.items() if isinstance(value, dict) else ()
    for step, inner in enumerate(value) if isinstance(value, list) else steps:
        yield from places(inner, (*path, step))


def with_value(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """A copy with one node replaced."""
    if not path:
        return new
    changed = copy.deepcopy(value)
    held = changed
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = new
    return changed
