"""Faults that collapse or strip white space on the way in, in each place that holds a text."""

import re
from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import Body, of_model_input
from messages_conformance.reference.faults.edits import (
    Block,
    is_object,
    with_blocks,
    with_field,
    with_tools,
    with_turns,
)

_TEXT, _SYSTEM = "content/string", "basic/system"
_RESULTS, _TOOLS = "content/tool_result/content", "tools/description"


def _in_texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_in_texts(one, change) for one in value]
    if is_object(value) and value.get("type") == "text":
        return {**value, "text": change(str(value.get("text")))}
    return value


def _in_turns(body: Body, change: Callable[[str], str]) -> Body:
    return with_turns(
        body, lambda turn: {**turn, "content": _in_texts(turn.get("content"), change)}
    )


def _in_results(body: Body, change: Callable[[str], str]) -> Body:
    def changed(block: Block, _role: str) -> Block:
        held = block.get("type") == "tool_result" and "content" in block
        return {**block, "content": _in_texts(block["content"], change)} if held else block

    return with_blocks(body, changed)


def _in_system(body: Body, change: Callable[[str], str]) -> Body:
    return with_field("system", lambda system: _in_texts(system, change))(body)


def _in_descriptions(body: Body, change: Callable[[str], str]) -> Body:
    return with_tools(
        body, with_field("description", lambda words: change(words) if words else words)
    )


def _collapsed(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _single_blanks(text: str) -> str:
    return re.sub(" {2,}", " ", text)


def _without_breaks(text: str) -> str:
    return text.replace("\n", " ")


def _without_tabs(text: str) -> str:
    return text.replace("\t", " ")


def _dedented(text: str) -> str:
    return "\n".join(line.lstrip(" \t") for line in text.split("\n"))


@of_model_input(_TEXT)
def all_white_space_collapsed(body: Body) -> Body:
    """All white space of a text, line breaks too, reaches the model as one blank."""
    return _in_turns(body, _collapsed)


@of_model_input(_TEXT)
def blanks_collapsed(body: Body) -> Body:
    """Several blanks in a row reach the model as one."""
    return _in_turns(body, _single_blanks)


@of_model_input(_TEXT)
def lines_lose_their_indentation(body: Body) -> Body:
    """The blanks and tabs that a line begins with are lost."""
    return _in_turns(body, _dedented)


@of_model_input(_TEXT)
def empty_lines_lost(body: Body) -> Body:
    """Empty lines never reach the model."""
    return _in_turns(body, lambda text: re.sub(r"\n{2,}", "\n", text))


@of_model_input(_SYSTEM)
def white_space_of_systems_collapsed(body: Body) -> Body:
    """All white space of the system prompt reaches the model as one blank."""
    return _in_system(body, _collapsed)


@of_model_input(_SYSTEM)
def lines_of_systems_lose_their_indentation(body: Body) -> Body:
    """The lines of the system prompt lose the blanks and tabs that they begin with."""
    return _in_system(body, _dedented)


@of_model_input(_RESULTS)
def white_space_of_results_collapsed(body: Body) -> Body:
    """All white space of tool results reaches the model as one blank."""
    return _in_results(body, _collapsed)


@of_model_input(_RESULTS)
def blanks_of_results_collapsed(body: Body) -> Body:
    """Several blanks in a row in a tool result reach the model as one."""
    return _in_results(body, _single_blanks)


@of_model_input(_RESULTS)
def lines_of_results_lose_their_indentation(body: Body) -> Body:
    """The lines of tool results lose the blanks and tabs that they begin with."""
    return _in_results(body, _dedented)
