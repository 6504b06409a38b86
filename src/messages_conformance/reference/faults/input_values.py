"""Faults in the values of calls: numbers, booleans, lists and null as other values."""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.call_inputs import in_inputs
from messages_conformance.reference.faults.decorators import of_message, of_streamed_message
from messages_conformance.reference.faults.edits import is_object
from messages_conformance.reference.pipeline import Message

_ROW, _STREAM = "tools/input_schema", "basic/stream"


def _numbers(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: change(value) if type(value) in (int, float) else value


def _booleans(change: Callable[[bool], Any]) -> Callable[[Any], Any]:
    return lambda value: change(value) if isinstance(value, bool) else value


@of_message(_ROW)
def numbers_as_strings(_request: AdmittedRequest, message: Message) -> Message:
    """Numbers in an input come as strings, as of templates that write calls in XML."""
    return in_inputs(message, _numbers(str))


@of_streamed_message(_STREAM)
def numbers_as_strings_in_streams(_request: AdmittedRequest, message: Message) -> Message:
    """Numbers in an input come as strings where the answer is streamed."""
    return in_inputs(message, _numbers(str))


@of_message(_ROW)
def booleans_as_strings(_request: AdmittedRequest, message: Message) -> Message:
    """Booleans in an input come as strings."""
    return in_inputs(message, _booleans(lambda one: str(one).lower()))


@of_message(_ROW)
def booleans_as_numbers(_request: AdmittedRequest, message: Message) -> Message:
    """Booleans in an input come as 0 and 1 (devised)."""
    return in_inputs(message, _booleans(int))


@of_streamed_message(_STREAM)
def booleans_as_numbers_in_streams(_request: AdmittedRequest, message: Message) -> Message:
    """Booleans in an input come as 0 and 1 where the answer is streamed (devised)."""
    return in_inputs(message, _booleans(int))


@of_message(_ROW)
def decimals_cut(_request: AdmittedRequest, message: Message) -> Message:
    """Of numbers in an input only what stands before the point comes."""
    return in_inputs(message, _numbers(int))


@of_message(_ROW)
def signs_of_numbers_lost(_request: AdmittedRequest, message: Message) -> Message:
    """The sign of negative numbers in an input is lost (devised)."""
    return in_inputs(message, _numbers(abs))


@of_message(_ROW)
def lists_of_one_come_bare(_request: AdmittedRequest, message: Message) -> Message:
    """A list of one item in an input comes as that item, as of parsers of XML."""
    return in_inputs(
        message, lambda one: one[0] if isinstance(one, list) and len(one) == 1 else one
    )


@of_message(_ROW)
def null_left_out_of_lists(_request: AdmittedRequest, message: Message) -> Message:
    """What is null in a list of an input is left out."""
    return in_inputs(
        message,
        lambda one: [i for i in one if i is not None] if isinstance(one, list) else one,
    )


@of_message(_ROW)
def empty_lists_as_objects(_request: AdmittedRequest, message: Message) -> Message:
    """An empty list in an input comes as an empty object, as of languages that know one of them."""
    return in_inputs(message, lambda one: {} if one == [] and isinstance(one, list) else one)


@of_message(_ROW)
def dates_get_a_time(_request: AdmittedRequest, message: Message) -> Message:
    """A date in an input comes with a time, as of parsers that guess types."""
    return in_inputs(
        message,
        lambda one: (
            f"{one}T00:00:00Z"
            if isinstance(one, str) and len(one) == len("2031-05-07") and one[4:8:3] == "--"
            else one
        ),
    )


@of_message(_ROW)
def inner_properties_come_flat(_request: AdmittedRequest, message: Message) -> Message:
    """An object in an input comes as properties of it, named with a point (devised)."""

    def flat(value: Any) -> Any:
        if not is_object(value):
            return value
        found: dict[str, Any] = {}
        for name, inner in value.items():
            if is_object(inner) and inner:
                found |= {f"{name}.{one}": v for one, v in inner.items()}
            else:
                found[name] = inner
        return found

    return in_inputs(message, flat)
