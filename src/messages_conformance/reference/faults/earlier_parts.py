"""Faults that change or lose what earlier turns, system blocks and documents hold; all devised."""

import re
from collections.abc import Callable
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    STRICT,
    STRICT_2026,
    Body,
    of_check,
    of_model_input,
    of_request,
)
from messages_conformance.reference.faults.edits import (
    Block,
    contents,
    is_object,
    objects,
    with_blocks,
    with_field,
    without,
)
from messages_conformance.reference.response import Refusal, invalid

_INPUT, _RESULT = "content/tool_use/input", "content/tool_result/content"
_DOCUMENT, _PARALLEL = "content/document", "tool_choice/disable_parallel_tool_use"


def _of_several(keep: Callable[[list[Any]], list[Any]]) -> Callable[[Body], Body]:
    """Keep some blocks of a system prompt of three or more."""
    return with_field(
        "system", lambda given: keep(given) if isinstance(given, list) and len(given) > 2 else given
    )


@of_model_input("basic/system")
def last_of_several_system_blocks_only(body: Body) -> Body:
    """Of three or more blocks in `system` only the last is kept."""
    return _of_several(lambda blocks: blocks[-1:])(body)


@of_model_input("basic/system")
def first_of_several_system_blocks_lost(body: Body) -> Body:
    """Of three or more blocks in `system` the first is lost, taken for a client's name."""
    return _of_several(lambda blocks: blocks[1:])(body)


def _strings(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_strings(one, change) for one in value]
    if is_object(value):
        return {name: _strings(one, change) for name, one in value.items()}
    return value


def _numbers(value: Any, change: Callable[[float], Any]) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return change(value)
    if isinstance(value, list):
        return [_numbers(one, change) for one in value]
    if is_object(value):
        return {name: _numbers(one, change) for name, one in value.items()}
    return value


def _inputs(body: Body, change: Callable[[Any], Any]) -> Body:
    def changed(block: Block, _role: str) -> Block:
        is_call = block.get("type") == "tool_use"
        return {**block, "input": change(block.get("input"))} if is_call else block

    return with_blocks(body, changed)


def _results(body: Body, change: Callable[[str], str]) -> Body:
    def changed(block: Block, _role: str) -> Block:
        content = block.get("content")
        if block.get("type") != "tool_result" or not isinstance(content, str):
            return block
        return {**block, "content": change(content)}

    return with_blocks(body, changed)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


@of_model_input(_INPUT)
def quotes_of_earlier_inputs_escaped(body: Body) -> Body:
    """Quotes and backslashes in the inputs of earlier calls are escaped once too often."""
    return _inputs(body, lambda given: _strings(given, _escaped))


@of_model_input(_INPUT)
def line_breaks_of_earlier_inputs_lost(body: Body) -> Body:
    """Line breaks in the inputs of earlier calls become blanks."""
    return _inputs(body, lambda given: _strings(given, lambda text: text.replace("\n", " ")))


@of_model_input(_INPUT)
def backslashes_of_earlier_inputs_lost(body: Body) -> Body:
    """Backslashes in the inputs of earlier calls are left out."""
    return _inputs(body, lambda given: _strings(given, lambda text: text.replace("\\", "")))


@of_model_input(_INPUT)
def large_numbers_of_earlier_inputs_rounded(body: Body) -> Body:
    """Whole numbers beyond 2^53 in the inputs of earlier calls are rounded, as in JavaScript."""
    return _inputs(
        body, lambda given: _numbers(given, lambda n: int(float(n)) if isinstance(n, int) else n)
    )


@of_model_input(_INPUT)
def decimals_of_earlier_inputs_cut(body: Body) -> Body:
    """Of decimals in the inputs of earlier calls two digits are kept."""
    return _inputs(body, lambda given: _numbers(given, lambda n: round(n, 2)))


@of_model_input(_RESULT)
def quotes_of_results_escaped(body: Body) -> Body:
    """Quotes and backslashes in tool results are escaped once too often."""
    return _results(body, _escaped)


@of_model_input(_RESULT)
def line_breaks_of_results_lost(body: Body) -> Body:
    """Line breaks in tool results become blanks."""
    return _results(body, lambda text: text.replace("\n", " "))


@of_model_input(_RESULT)
def large_numbers_of_results_rounded(body: Body) -> Body:
    """Whole numbers beyond 2^53 in tool results are rounded."""
    return _results(body, lambda text: re.sub(r"\d{16,}", lambda n: str(int(float(n[0]))), text))


def _has_result(request: AdmittedRequest, is_it: Callable[[Block], bool]) -> bool:
    blocks = [block for content in contents(request.body) for block in content]
    return any(block.get("type") == "tool_result" and is_it(block) for block in blocks)


_NO_INPUTS = ("tools/input_schema", "basic/stream", "endpoint/count_tokens")
"""Rows whose request, with calls that are dictated, has such results as well."""


@of_check(_RESULT, side_effects=_NO_INPUTS)
def empty_results_refused(request: AdmittedRequest) -> None:
    """A tool result whose content is an empty string is refused."""
    if _has_result(request, lambda block: block.get("content") == ""):
        raise invalid("messages", "tool result content must not be empty")


@of_check(_RESULT, side_effects=_NO_INPUTS)
def results_without_blocks_refused(request: AdmittedRequest) -> None:
    """A tool result whose content is an empty list is refused."""
    if _has_result(request, lambda block: block.get("content") == []):
        raise invalid("messages", "tool result content must not be empty")


@of_check(_RESULT, side_effects=_NO_INPUTS)
def results_without_content_crash(request: AdmittedRequest) -> None:
    """A tool result without content is answered with 500."""
    if _has_result(request, lambda block: "content" not in block):
        raise Refusal(500, "KeyError: 'content'")


def _documents(body: Body, change: Callable[[Block], Block | None]) -> Body:
    return with_blocks(
        body, lambda block, _: change(block) if block.get("type") == "document" else block
    )


@of_model_input(_DOCUMENT, endpoints=(STRICT,))
def titles_of_documents_lost(body: Body) -> Body:
    """The title of a document never reaches the model."""
    return _documents(body, lambda block: without(block, "title"))


@of_model_input(_DOCUMENT, endpoints=(STRICT,))
def contexts_of_documents_lost(body: Body) -> Body:
    """The context of a document never reaches the model."""
    return _documents(body, lambda block: without(block, "context"))


@of_model_input(_DOCUMENT, endpoints=(STRICT,))
def further_blocks_of_documents_lost(body: Body) -> Body:
    """Of a document that is made of blocks only the first block reaches the model."""

    def changed(block: Block) -> Block:
        source = block.get("source")
        if not is_object(source) or source.get("type") != "content":
            return block
        return {**block, "source": {**source, "content": objects(source["content"])[:1]}}

    return _documents(body, changed)


@of_request(_PARALLEL, endpoints=(STRICT, STRICT_2026), side_effects=("wire/message",))
def parallel_calls_not_disabled_where_forced(body: Body) -> Body:
    """`disable_parallel_tool_use` is dropped where `tool_choice` is `any`."""

    def changed(choice: Any) -> Any:
        is_any = is_object(choice) and choice.get("type") == "any"
        return without(choice, "disable_parallel_tool_use") if is_any else choice

    return with_field("tool_choice", changed)(body)
