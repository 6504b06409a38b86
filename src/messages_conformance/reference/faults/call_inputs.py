"""Faults in what calls are made with, and in the text beside them: values, names, several calls."""

import json
import re
from collections.abc import Callable
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import of_message, of_streamed_message
from messages_conformance.reference.faults.edits import is_object, with_changes
from messages_conformance.reference.pipeline import Message

_ROW, _STREAM = "tools/input_schema", "basic/stream"


def _calls(message: Message) -> list[dict[str, Any]]:
    return [block for block in message["content"] if block["type"] == "tool_use"]


def _with_inputs(message: Message, change: Callable[[Any, int], Any]) -> Message:
    """The message with the input of each call changed, given its position among the calls."""
    at = {id(call): n for n, call in enumerate(_calls(message))}
    changed = [
        {**block, "input": change(block["input"], at[id(block)])} if id(block) in at else block
        for block in message["content"]
    ]
    return with_changes(message, content=changed)


def _within(value: Any, change: Callable[[Any], Any]) -> Any:
    """The value with every value in it changed, the outer ones first."""
    value = change(value)
    if is_object(value):
        return {name: _within(inner, change) for name, inner in value.items()}
    return [_within(inner, change) for inner in value] if isinstance(value, list) else value


def in_inputs(message: Message, change: Callable[[Any], Any]) -> Message:
    """The message with every value in the inputs of its calls changed, the outer ones first."""
    return _with_inputs(message, lambda given, _: _within(given, change))


def _kept(keep: Callable[[Any], bool]) -> Callable[[Any], Any]:
    """A change that leaves out the properties whose value is not kept."""
    return lambda v: {n: one for n, one in v.items() if keep(one)} if is_object(v) else v


def _in_strings(change: Callable[[str], str]) -> Callable[[Any], Any]:
    return lambda value: change(value) if isinstance(value, str) else value


@of_message(_ROW)
def second_call_without_input(_request: AdmittedRequest, message: Message) -> Message:
    """Of several calls only the first keeps its input, as with one buffer for all."""
    return _with_inputs(message, lambda given, nth: {} if nth else given)


@of_message(_ROW)
def inputs_of_two_calls_swapped(_request: AdmittedRequest, message: Message) -> Message:
    """The inputs of several calls come with one another's names."""
    inputs = [call["input"] for call in _calls(message)][::-1]
    return _with_inputs(message, lambda _, nth: inputs[nth])


@of_streamed_message(_STREAM)
def inputs_swapped_in_streams(_request: AdmittedRequest, message: Message) -> Message:
    """In a stream, the pieces of several calls' inputs are taken for one another's."""
    inputs = [call["input"] for call in _calls(message)][::-1]
    return _with_inputs(message, lambda _, nth: inputs[nth])


@of_message(_ROW)
def lists_cut_to_one_item(_request: AdmittedRequest, message: Message) -> Message:
    """Of a list in an input only the first item comes."""
    return in_inputs(message, lambda one: one[:1] if isinstance(one, list) else one)


@of_message(_ROW)
def lists_as_strings(_request: AdmittedRequest, message: Message) -> Message:
    """A list in an input comes as a string, as of templates that write calls in XML."""
    return in_inputs(message, lambda one: json.dumps(one) if isinstance(one, list) else one)


@of_message(_ROW)
def objects_as_strings(_request: AdmittedRequest, message: Message) -> Message:
    """An object within an input comes as a string."""
    return _with_inputs(
        message,
        lambda given, _: {n: json.dumps(v) if is_object(v) else v for n, v in given.items()},
    )


@of_message(_ROW)
def nulls_left_out_of_inputs(_request: AdmittedRequest, message: Message) -> Message:
    """What is null in an input is left out."""
    return in_inputs(message, _kept(lambda one: one is not None))


@of_message(_ROW)
def empty_strings_left_out_of_inputs(_request: AdmittedRequest, message: Message) -> Message:
    """What is an empty string in an input is left out."""
    return in_inputs(message, _kept(lambda one: one != ""))


@of_message(_ROW)
def large_numbers_rounded(_request: AdmittedRequest, message: Message) -> Message:
    """Whole numbers go through floating point, as in JavaScript, and lose their last digit."""
    return in_inputs(message, lambda one: int(float(one)) if type(one) is int else one)


@of_message(_ROW)
def inner_names_in_snake_case(_request: AdmittedRequest, message: Message) -> Message:
    """The names of properties come in snake case, as from a library that maps all JSON so."""

    def renamed(name: str) -> str:
        return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()

    return in_inputs(
        message, lambda one: {renamed(n): v for n, v in one.items()} if is_object(one) else one
    )


@of_message(_ROW)
def backslashes_doubledin_inputs(_request: AdmittedRequest, message: Message) -> Message:
    """Backslashes in an input are escaped once too often."""
    return in_inputs(message, _in_strings(lambda words: words.replace("\\", "\\\\")))


@of_streamed_message(_STREAM)
def quotes_lost_in_streamed_inputs(_request: AdmittedRequest, message: Message) -> Message:
    """Quotation marks in the pieces of a streamed input are lost."""
    return in_inputs(message, _in_strings(lambda words: words.replace('"', "")))


@of_message(_ROW, side_effects=("basic/stream",))
def text_before_new_calls_lost(_request: AdmittedRequest, message: Message) -> Message:
    """What the model says before it calls a tool is lost, as OpenAI's content is null there."""
    return _without_text_beside_calls(message)


@of_streamed_message(_STREAM)
def text_before_streamed_calls_lost(_request: AdmittedRequest, message: Message) -> Message:
    """The same in streams alone."""
    return _without_text_beside_calls(message)


def _without_text_beside_calls(message: Message) -> Message:
    if not _calls(message):
        return message
    return with_changes(message, content=[b for b in message["content"] if b["type"] != "text"])


@of_message(_ROW)
def only_the_first_call_comes(_request: AdmittedRequest, message: Message) -> Message:
    """Of several calls in an answer only the first comes, though the model made them all."""
    further = _calls(message)[1:]
    return with_changes(message, content=[b for b in message["content"] if b not in further])


@of_message(_ROW)
def calls_in_reverse_order(_request: AdmittedRequest, message: Message) -> Message:
    """Several calls of an answer come in reverse order: devised."""
    calls = _calls(message)
    if len(calls) < 2:
        return message
    turned = iter(calls[::-1])
    content = [next(turned) if one["type"] == "tool_use" else one for one in message["content"]]
    return with_changes(message, content=content)


@of_message(_ROW)
def digits_as_numbers(_request: AdmittedRequest, message: Message) -> Message:
    """A string of digits in an input comes as a number, as of parsers that guess types."""
    return in_inputs(message, _in_strings_as(lambda words: words.isdecimal()))


@of_message(_ROW)
def words_as_literals(_request: AdmittedRequest, message: Message) -> Message:
    """The strings "true", "false" and "null" in an input come as what they name in JSON."""
    return in_inputs(message, _in_strings_as(lambda words: words in ("true", "false", "null")))


@of_message(_ROW)
def json_in_strings_parsed(_request: AdmittedRequest, message: Message) -> Message:
    """A string in an input that holds JSON comes as the object that it describes."""
    return in_inputs(message, _in_strings_as(lambda words: words.startswith("{")))


@of_message(_ROW)
def long_strings_cut(_request: AdmittedRequest, message: Message) -> Message:
    """Strings in an input are cut after 200 characters."""
    return in_inputs(message, _in_strings(lambda words: words[:200]))


def _in_strings_as(is_read: Callable[[str], bool]) -> Callable[[Any], Any]:
    """A change that reads strings of some form as JSON."""
    return lambda v: json.loads(v) if isinstance(v, str) and is_read(v) else v
