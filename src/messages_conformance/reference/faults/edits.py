"""Small pure edits of requests and messages, so that each fault takes few lines."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias, TypeGuard

from messages_conformance.reference.faults.decorators import Body
from messages_conformance.reference.pipeline import Message

Block: TypeAlias = dict[str, Any]


def is_object(value: Any) -> TypeGuard[dict[str, Any]]:
    """Whether a value is a JSON object."""
    return isinstance(value, dict)


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects in a list; none where the value is no list."""
    return [one for one in value if is_object(one)] if isinstance(value, list) else []


def without(body: Body, *names: str) -> Body:
    """The object without some of its fields."""
    return {name: value for name, value in body.items() if name not in names}


def with_changes(message: Message, **changes: Any) -> Message:
    """The object with some of its fields changed."""
    return {**message, **changes}


def with_field(name: str, change: Callable[[Any], Any]) -> Callable[[Body], Body]:
    """Change one field of a body where it is present; None removes it."""

    def edit(body: Body) -> Body:
        if name not in body:
            return body
        value = change(body[name])
        return without(body, name) if value is None else {**body, name: value}

    return edit


def with_turns(body: Body, change: Callable[[Body], Body]) -> Body:
    """The body with every turn of its conversation changed."""
    turns = body.get("messages")
    if not isinstance(turns, list):
        return body
    return {**body, "messages": [change(t) if is_object(t) else t for t in turns]}


def with_blocks(body: Body, change: Callable[[Block, str], Block | None]) -> Body:
    """The body with every block of its turns changed, given its role; None removes it.

    A turn that loses all blocks gets an ellipsis, as from lenient servers.
    """

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        if not isinstance(content, list) or not content:
            return turn
        role = str(turn.get("role"))
        blocks = [change(copy.deepcopy(b), role) if is_object(b) else b for b in content]
        left = [block for block in blocks if block is not None]
        return {**turn, "content": left or [{"type": "text", "text": "…"}]}

    return with_turns(body, changed)


def without_blocks(body: Body, *kinds: str) -> Body:
    """The body without blocks of some types."""
    return with_blocks(body, lambda block, _: None if block.get("type") in kinds else block)


def contents(body: Body) -> Iterator[list[Block]]:
    """The blocks of each turn that has any."""
    for turn in objects(body.get("messages")):
        content = turn.get("content")
        if isinstance(content, list) and all(is_object(block) for block in content):
            yield content


def holds(body: Body, *kinds: str) -> bool:
    """Whether a turn of a body holds a block of some types."""
    return any(block.get("type") in kinds for content in contents(body) for block in content)


def with_tools(body: Body, change: Callable[[Body], Body]) -> Body:
    """The body with every tool it offers changed."""
    if not isinstance(body.get("tools"), list):
        return body
    return {**body, "tools": [change(t) if is_object(t) else t for t in body["tools"]]}
