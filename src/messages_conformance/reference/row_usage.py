"""Which documented rows a request body uses, and where."""

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from messages_conformance.protocol.exchange import Json

_NO_ROW = {"messages", "tools", "tool_choice"}
"""Body fields whose rows stand one level down."""

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class RowUse:
    """One row used at one place of the body."""

    row: str
    path: Path

    @property
    def place(self) -> str:
        """The path as error messages print it: ``messages.0.content.1``."""
        return dotted(self.path)


def dotted(path: Path) -> str:
    """A path as error messages print it."""
    return ".".join(str(step) for step in path)


def find_row_uses(body: dict[str, Any]) -> Iterator[RowUse]:
    """Every use of a row in a body, outermost first; a null counts as absent."""
    for name, value in body.items():
        if name not in _NO_ROW and value is not None and not _disabled(name, value):
            yield RowUse(f"basic/{name}", (name,))
    for i, tool in enumerate(_list(body.get("tools"))):
        yield from _fields("tools", tool, ("tools", i))
    choice = body.get("tool_choice")
    if isinstance(choice, dict) and isinstance(choice.get("type"), str):
        yield RowUse(f"tool_choice/{choice['type']}", ("tool_choice",))
    yield from _blocks(body.get("system"), ("system",))
    for i, message in enumerate(_list(body.get("messages"))):
        content = message.get("content") if isinstance(message, dict) else None
        path: Path = ("messages", i, "content")
        if isinstance(content, str):
            yield RowUse("content/string", path)
        yield from _blocks(content, path)


def without(body: dict[str, Any], dropped: Iterable[RowUse]) -> dict[str, Any]:
    """A copy of the body without the values at those places."""
    paths = sorted({use.path for use in dropped}, key=_order, reverse=True)
    if not paths:
        return body
    kept = copy.deepcopy(body)
    for path in paths:
        holder: Any = kept
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]
    return kept


def _disabled(name: str, value: Json) -> bool:
    """Thinking that is switched off uses no row, so every model accepts it."""
    return name == "thinking" and isinstance(value, dict) and value.get("type") == "disabled"


def _blocks(content: Json, path: Path) -> Iterator[RowUse]:
    for i, block in enumerate(_list(content)):
        kind = block.get("type") if isinstance(block, dict) else None
        if isinstance(kind, str):
            yield RowUse(f"content/{kind}", (*path, i))
            yield from _fields(f"content/{kind}", block, (*path, i))
            yield from _blocks(block.get("content"), (*path, i, "content"))


def _fields(row: str, holder: Json, path: Path) -> Iterator[RowUse]:
    if isinstance(holder, dict):
        for name, value in holder.items():
            if name != "type" and value is not None:
                yield RowUse(f"{row}/{name}", (*path, name))


def _list(value: Json) -> list[Any]:
    return value if isinstance(value, list) else []


def _order(path: Path) -> tuple[tuple[bool, int, str], ...]:
    """Numbers in order of size, so that later list members are dropped before earlier ones."""
    return tuple(
        (isinstance(step, int), step if isinstance(step, int) else -1, str(step)) for step in path
    )
