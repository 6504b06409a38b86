"""Faults of several results in one turn: joined to one, or only one of them read."""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import STRICT, Body, of_model_input
from messages_conformance.reference.faults.edits import Block, is_object, objects, with_turns

_BY_ID = ("content/tool_use/id", "content/tool_result/tool_use_id")


def _texts(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(str(block.get("text")) for block in objects(content))


def _with_results(body: Body, change: Callable[[list[Block]], list[Block]]) -> Body:
    """The body with the results of each turn that has several changed."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        results = [b for b in objects(content) if b.get("type") == "tool_result"]
        if not isinstance(content, list) or len(results) < 2:
            return turn
        others = [b for b in content if not is_object(b) or b.get("type") != "tool_result"]
        return {**turn, "content": [*change(results), *others]}

    return with_turns(body, changed)


@of_model_input(
    "content/tool_result/is_error",
    endpoints=(STRICT,),
    side_effects=("content/tool_result/cache_control", *_BY_ID),
)
def results_joined_to_the_first(body: Body) -> Body:
    """Of several results the first says what all of them say, and the others are lost."""
    return _with_results(
        body,
        lambda results: [
            {**results[0], "content": "\n".join(_texts(one.get("content")) for one in results)}
        ],
    )


@of_model_input("content/tool_result/is_error", endpoints=(STRICT,), side_effects=_BY_ID)
def results_joined_to_the_last(body: Body) -> Body:
    """Of several results the last says what all of them say, and the others are lost."""
    return _with_results(
        body,
        lambda results: [
            {**results[-1], "content": "\n".join(_texts(one.get("content")) for one in results)}
        ],
    )


@of_model_input(_BY_ID[0], side_effects=_BY_ID)
def every_result_says_all(body: Body) -> Body:
    """Each of several results says what all of them say (devised)."""
    return _with_results(
        body,
        lambda results: [
            {**one, "content": "\n".join(_texts(each.get("content")) for each in results)}
            for one in results
        ],
    )


@of_model_input(
    "content/tool_result/content", side_effects=("content/tool_result/is_error", *_BY_ID)
)
def only_the_last_result(body: Body) -> Body:
    """Of several results only the last reaches the model."""
    return _with_results(body, lambda results: results[-1:])


@of_model_input(
    "content/tool_result/content",
    side_effects=("content/tool_result/cache_control", "content/tool_result/is_error", *_BY_ID),
)
def only_the_first_result(body: Body) -> Body:
    """Of several results only the first reaches the model."""
    return _with_results(body, lambda results: results[:1])
