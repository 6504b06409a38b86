"""Faults of text: letters beyond ASCII, markup, upper case, and names that are too long."""

import html
from collections.abc import Callable

from messages_conformance.protocol.exchange import Json
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    Body,
    of_message,
    of_model_input,
    of_streamed_message,
)
from messages_conformance.reference.faults.edits import with_blocks, with_changes
from messages_conformance.reference.pipeline import Message


def _with_strings(value: Json, change: Callable[[str], str]) -> Json:
    """JSON with each of its strings changed, but not the names of fields."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_with_strings(one, change) for one in value]
    if isinstance(value, dict):
        return {name: _with_strings(one, change) for name, one in value.items()}
    return value


def _with_inputs(message: Message, change: Callable[[str], str]) -> Message:
    """The message with each string in the inputs of its calls changed."""
    content = [
        {**block, "input": _with_strings(block["input"], change)}
        if block["type"] == "tool_use"
        else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_model_input(
    "content/string",
    side_effects=("content/tool_use/input", "content/tool_result/content", "tools/input_schema"),
)
def requests_read_as_latin_1(body: Body) -> Body:
    """What comes as UTF-8 is read as Latin-1 before the model sees it."""
    read = _with_strings(body.get("messages"), lambda text: text.encode().decode("latin-1"))
    return {**body, "messages": read}


@of_model_input("basic/system")
def system_of_ascii_only(body: Body) -> Body:
    """Letters beyond ASCII are left out of the system prompt."""
    system = body.get("system")
    return {**body, "system": _with_strings(system, _ascii)} if system else body


@of_model_input("content/tool_use/input")
def earlier_inputs_of_ascii_only(body: Body) -> Body:
    """Letters beyond ASCII are left out of the inputs of earlier calls."""
    return with_blocks(
        body,
        lambda block, _: (
            {**block, "input": _with_strings(block.get("input"), _ascii)}
            if block.get("type") == "tool_use"
            else block
        ),
    )


@of_model_input("content/tool_result/content")
def results_of_ascii_only(body: Body) -> Body:
    """Letters beyond ASCII are left out of tool results."""
    return with_blocks(
        body,
        lambda block, _: (
            {**block, "content": _with_strings(block.get("content"), _ascii)}
            if block.get("type") == "tool_result"
            else block
        ),
    )


def _ascii(text: str) -> str:
    return text.encode("ascii", "ignore").decode()


@of_message("tools/input_schema")
def inputs_written_as_latin_1(_request: AdmittedRequest, message: Message) -> Message:
    """The inputs of calls are decoded twice on their way out."""
    return _with_inputs(message, lambda text: text.encode().decode("latin-1"))


@of_message("tools/input_schema")
def inputs_of_ascii_only(_request: AdmittedRequest, message: Message) -> Message:
    """Letters beyond ASCII are left out of the inputs of calls."""
    return _with_inputs(message, lambda text: text.encode("ascii", "ignore").decode())


@of_message("tools/input_schema")
def inputs_escaped_as_html(_request: AdmittedRequest, message: Message) -> Message:
    """The inputs of calls are escaped as in HTML: `&amp;` and `&lt;`."""
    return _with_inputs(message, lambda text: html.escape(text, quote=False))


@of_message("tool_choice/tool", side_effects=("tools/name",))
def names_of_tools_lowered(_request: AdmittedRequest, message: Message) -> Message:
    """The names of called tools come in lower case."""
    return _renamed(message, str.lower)


@of_message("tool_choice/tool")
def names_of_tools_cut(_request: AdmittedRequest, message: Message) -> Message:
    """The names of called tools are cut after 40 characters."""
    return _renamed(message, lambda name: name[:40])


def _renamed(message: Message, change: Callable[[str], str]) -> Message:
    content = [
        {**block, "name": change(block["name"])} if block["type"] == "tool_use" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_streamed_message("basic/stream")
def streams_read_as_latin_1(_request: AdmittedRequest, message: Message) -> Message:
    """Streamed text is decoded twice on its way out."""
    return _with_texts(message, lambda text: text.encode().decode("latin-1"))


@of_streamed_message("basic/stream", side_effects=("content/string",))
def blanks_lost_in_streams(_request: AdmittedRequest, message: Message) -> Message:
    """The blanks between the pieces of a stream are stripped."""
    return _with_texts(message, lambda text: text.replace(" ", ""))


@of_streamed_message("basic/stream")
def last_word_lost_in_streams(_request: AdmittedRequest, message: Message) -> Message:
    """The last piece of a streamed text is lost."""
    return _with_texts(message, lambda text: text.rpartition(" ")[0])


@of_streamed_message("basic/stream")
def words_twice_in_streams(_request: AdmittedRequest, message: Message) -> Message:
    """Each piece of a streamed text comes twice."""
    return _with_texts(message, lambda text: " ".join(f"{w} {w}" for w in text.split(" ")))


def _with_texts(message: Message, change: Callable[[str], str]) -> Message:
    content = [
        {**block, "text": change(block["text"])} if block["type"] == "text" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)
