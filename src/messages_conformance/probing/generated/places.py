"""The places in a request: how to walk over them, and how to change one of them."""

import copy
from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeAlias

from messages_conformance.probing.generated.draft import Body

Path: TypeAlias = tuple[str | int, ...]

FREE: Final = frozenset({"input", "input_schema", "input_examples", "schema"})
"""Fields whose content the API does not define."""


def places(value: Any, *, free: bool = False, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """All places below a value with what is there, outer before inner.

    ``free`` says whether to walk over what the API does not define.
    """
    inner: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for step, one in inner:
        yield (*path, step), one
        if free or step not in FREE:
            yield from places(one, free=free, path=(*path, step))


def with_value(body: Body, path: Path, value: Any) -> Body:
    """The body with another value at a place."""
    changed = copy.deepcopy(body)
    _holder(changed, path)[path[-1]] = value
    return changed


def without(body: Body, paths: Iterable[Path]) -> Body:
    """The body without some places; what is in a removed place is removed with it."""
    changed = copy.deepcopy(body)
    # From the end, so that the numbers of those before stay as they are.
    for path in sorted(set(paths), key=_order, reverse=True):
        del _holder(changed, path)[path[-1]]
    return changed


def at(body: Body, path: Path) -> Any:
    """What is at a place."""
    found: Any = body
    for step in path:
        found = found[step]
    return found


def _holder(body: Body, path: Path) -> Any:
    return at(body, path[:-1])


def _order(path: Path) -> list[tuple[int, str]]:
    return [(step, "") if isinstance(step, int) else (-1, step) for step in path]
