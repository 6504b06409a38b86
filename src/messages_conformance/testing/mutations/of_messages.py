"""Mutations: final messages that are not as documented."""

from typing import Any

from messages_conformance.protocol.build import Message
from messages_conformance.protocol.stop_reasons import CUT
from messages_conformance.testing.mutations.edits import lacking
from messages_conformance.testing.mutations.mutation import NothingToBreak, of_message

_OF_THE_MODEL = ("text", "thinking", "redacted_thinking", "tool_use")
"""The types of blocks that the model alone writes."""


def _with_usage(message: Message, **figures: Any) -> Message:
    return {**message, "usage": {**message["usage"], **figures}}


def _position(message: Message, kind: str) -> int:
    for position, block in enumerate(message["content"]):
        if block["type"] == kind:
            return position
    raise NothingToBreak


def _with_block(message: Message, kind: str, *gone: str, **values: Any) -> Message:
    """The message with the first block of a kind changed: keys removed, values set."""
    content = list(message["content"])
    position = _position(message, kind)
    content[position] = {**lacking(content[position], *gone), **values}
    return {**message, "content": content}


@of_message("RS-MSG-1")
def type_of_another_api(message: Message) -> Message:
    """The message's type is ``chat.completion``."""
    return {**message, "type": "chat.completion"}


@of_message("RS-MSG-1")
def no_type(message: Message) -> Message:
    """The message has no type."""
    return lacking(message, "type")


@of_message("RS-MSG-2")
def role_user(message: Message) -> Message:
    """The message's role is ``user``."""
    return {**message, "role": "user"}


@of_message("RS-MSG-3")
def id_empty(message: Message) -> Message:
    """The message's id is empty."""
    return {**message, "id": ""}


@of_message("RS-MSG-3")
def id_a_number(message: Message) -> Message:
    """The message's id is a number."""
    return {**message, "id": 17}


@of_message("RS-MSG-3w")
def id_of_another_api(message: Message) -> Message:
    """The message's id begins like those of another API."""
    return {**message, "id": "chatcmpl-9f2c"}


@of_message("RS-MSG-4")
def no_model(message: Message) -> Message:
    """The message does not name its model."""
    return lacking(message, "model")


@of_message("RS-MSG-5")
def content_null(message: Message) -> Message:
    """The message's content is null."""
    return {**message, "content": None}


@of_message("RS-MSG-5")
def content_a_string(message: Message) -> Message:
    """The message's content is a string, as it may be in a request."""
    return {**message, "content": "Hello"}


@of_message("RS-MSG-6")
def keys_of_another_api(message: Message) -> Message:
    """The message still has the ``choices`` of the API it was translated from."""
    return {**message, "choices": []}


@of_message("RS-MSG-4w")
def model_of_another_name(message: Message) -> Message:
    """The message names a model that was not asked for."""
    return {**message, "model": f"{message['model']}-character"}


@of_message("RS-STOP-0")
def no_stop_reason_key(message: Message) -> Message:
    """The message has no key ``stop_reason``."""
    return lacking(message, "stop_reason")


@of_message("RS-STOP-0")
def no_stop_sequence_key(message: Message) -> Message:
    """The message has no key ``stop_sequence``."""
    return lacking(message, "stop_sequence")


@of_message("RS-STOP-1")
def message_stop_reason_null(message: Message) -> Message:
    """The message's stop reason is null."""
    return {**message, "stop_reason": None}


@of_message("RS-STOP-1")
def stop_reason_of_another_api(message: Message) -> Message:
    """The message's stop reason is the ``stop`` of another API."""
    return {**message, "stop_reason": "stop"}


@of_message("RS-STOP-2")
def stop_sequence_unnamed(message: Message) -> Message:
    """The message was stopped by a stop sequence and does not name it."""
    return {**message, "stop_reason": "stop_sequence", "stop_sequence": None}


@of_message("RS-STOP-2")
def stop_sequence_not_the_reason(message: Message) -> Message:
    """The message names a stop sequence and says that something else stopped it."""
    if message["stop_sequence"] is None:
        raise NothingToBreak
    return {**message, "stop_reason": "end_turn"}


@of_message("RS-STOP-2")
def stop_sequence_never_set(message: Message) -> Message:
    """The message names a stop sequence that the request did not set."""
    if message["stop_sequence"] is None:
        raise NothingToBreak
    return {**message, "stop_sequence": f"not {message['stop_sequence']}"}


@of_message("RS-STOP-3")
def end_turn_with_a_call(message: Message) -> Message:
    """The message calls a tool and says ``end_turn``: agents then never run the tool."""
    _position(message, "tool_use")
    return {**message, "stop_reason": "end_turn"}


@of_message("RS-STOP-4")
def tool_use_without_a_call(message: Message) -> Message:
    """The message stopped to use a tool and calls none."""
    content = [block for block in message["content"] if block["type"] != "tool_use"]
    return {**message, "content": content, "stop_reason": "tool_use", "stop_sequence": None}


def _without_server(message: Message) -> Message:
    """The message, unless tools of the server may have added to its tokens."""
    if any(block["type"] not in _OF_THE_MODEL for block in message["content"]):
        raise NothingToBreak
    return message


@of_message("RS-STOP-5")
def more_than_max_tokens(message: Message) -> Message:
    """The message has more tokens than the request allowed."""
    if _without_server(message)["stop_reason"] == "end_turn":
        raise NothingToBreak
    return _with_usage(message, output_tokens=message["usage"]["output_tokens"] + 1000)


@of_message("RS-STOP-7")
def end_turn_beyond_the_limit(message: Message) -> Message:
    """The message has more tokens than the request allowed, and says that it ended by itself."""
    ended = {**_without_server(message), "stop_reason": "end_turn", "stop_sequence": None}
    return _with_usage(ended, output_tokens=message["usage"]["output_tokens"] + 1000)


@of_message("RS-STOP-6")
def details_without_refusal(message: Message) -> Message:
    """The message explains a refusal, but its stop reason is another."""
    if message["stop_reason"] == "refusal":
        raise NothingToBreak
    return {**message, "stop_details": {"type": "refusal", "explanation": "No."}}


@of_message("RS-BLK-3")
def stop_sequence_in_text(message: Message) -> Message:
    """The stop sequence that ended the message is left at the end of its text."""
    if message["stop_sequence"] is None:
        raise NothingToBreak
    text = {"type": "text", "text": f"So far.{message['stop_sequence']}"}
    return {**message, "content": [*message["content"], text]}


@of_message("RS-BLK-1")
def block_without_type(message: Message) -> Message:
    """A block has no type."""
    return _with_block(message, "text", "type")


@of_message("RS-BLK-1")
def block_a_string(message: Message) -> Message:
    """A block is a bare string."""
    return {**message, "content": [*message["content"], "Hello"]}


@of_message("RS-BLK-2")
def message_text_null(message: Message) -> Message:
    """A block's text is null."""
    return _with_block(message, "text", text=None)


@of_message("RS-BLK-2")
def citations_an_object(message: Message) -> Message:
    """A block's citations are an object, not a list."""
    return _with_block(message, "text", citations={})


@of_message("RS-BLK-4w")
def thinking_in_text(message: Message) -> Message:
    """The message thinks in its text, within the markup of a model."""
    return _with_block(message, "text", text="<think>\nHm.\n</think>\n\nHello.")


@of_message("RS-BLK-4w")
def call_in_text(message: Message) -> Message:
    """The message calls a tool in its text, in the markup of a model."""
    called = '<tool_call>\n{"name": "forecast", "arguments": {}}\n</tool_call>'
    return _with_block(message, "text", text=called)


@of_message("RS-BLK-6w")
def text_decoded_twice(message: Message) -> Message:
    """The message's text is UTF-8 that was read as Latin-1."""
    return _with_block(message, "text", text="Zoë says “hello” 🎈".encode().decode("latin-1"))


@of_message("RS-BLK-5")
def empty_text_first(message: Message) -> Message:
    """The message begins with an empty text block, before its other blocks."""
    if not message["content"]:
        raise NothingToBreak
    return {**message, "content": [{"type": "text", "text": ""}, *message["content"]]}


@of_message("RS-THK-6")
def thinking_empty(message: Message) -> Message:
    """A thinking block has neither text nor a signature."""
    return _with_block(_thought_through(message), "thinking", thinking="", signature="")


@of_message("RS-TOOL-1")
def duplicate_ids(message: Message) -> Message:
    """Two calls have the same id, so that their results cannot be told apart."""
    call = message["content"][_position(message, "tool_use")]
    return {**message, "content": [*message["content"], call]}


@of_message("RS-TOOL-1")
def call_id_empty(message: Message) -> Message:
    """A call's id is empty."""
    return _with_block(message, "tool_use", id="")


@of_message("RS-TOOL-1")
def call_id_not_allowed(message: Message) -> Message:
    """A call's id has characters that a request may not send back."""
    return _with_block(message, "tool_use", id="functions.forecast:0")


@of_message("RS-TOOL-1w")
def call_id_of_another_api(message: Message) -> Message:
    """A call's id does not begin with ``toolu_``."""
    return _with_block(message, "tool_use", id="call_0")


@of_message("RS-TOOL-2")
def tool_not_offered(message: Message) -> Message:
    """The message calls a tool that the request did not offer."""
    return _with_block(message, "tool_use", name="a_tool_that_nobody_offered")


@of_message("RS-TOOL-2")
def tool_name_empty(message: Message) -> Message:
    """The message calls a tool without a name."""
    return _with_block(message, "tool_use", name="")


@of_message("RS-TOOL-3")
def message_input_a_string(message: Message) -> Message:
    """A call's input is a string of JSON, not an object."""
    return _with_block(message, "tool_use", input='{"city": "Paris"}')


@of_message("RS-TOOL-3")
def message_input_null(message: Message) -> Message:
    """A call's input is null."""
    return _with_block(message, "tool_use", input=None)


@of_message("RS-THK-1")
def message_thinking_null(message: Message) -> Message:
    """A thinking block's thinking is null."""
    return _with_block(message, "thinking", thinking=None)


def _thought_through(message: Message) -> Message:
    """The message, unless its first thinking may be cut short and so lack a signature."""
    last = len(message["content"]) - 1
    if message["stop_reason"] in CUT and _position(message, "thinking") == last:
        raise NothingToBreak
    return message


@of_message("RS-THK-2")
def no_signature(message: Message) -> Message:
    """A thinking block has no signature."""
    return _with_block(_thought_through(message), "thinking", "signature")


@of_message("RS-THK-3")
def signature_empty(message: Message) -> Message:
    """A thinking block's signature is empty."""
    return _with_block(_thought_through(message), "thinking", signature="")


@of_message("RS-THK-4")
def redacted_data_empty(message: Message) -> Message:
    """A redacted thinking block has no data."""
    return _with_block(message, "redacted_thinking", data="")


@of_message("RS-USE-1")
def no_usage(message: Message) -> Message:
    """The message has no ``usage``."""
    return lacking(message, "usage")


@of_message("RS-USE-1")
def message_usage_null(message: Message) -> Message:
    """The message's ``usage`` is null."""
    return {**message, "usage": None}


@of_message("RS-USE-1")
def no_output_tokens(message: Message) -> Message:
    """The message's usage lacks ``output_tokens``."""
    return {**message, "usage": lacking(message["usage"], "output_tokens")}


@of_message("RS-USE-1")
def input_tokens_null(message: Message) -> Message:
    """The message's ``input_tokens`` is null."""
    return _with_usage(message, input_tokens=None)


@of_message("RS-USE-1")
def input_tokens_negative(message: Message) -> Message:
    """The message's ``input_tokens`` is negative, as if cached tokens were subtracted twice."""
    return _with_usage(message, input_tokens=-5)


@of_message("RS-USE-1")
def input_tokens_a_float(message: Message) -> Message:
    """The message's ``input_tokens`` is 12.0."""
    return _with_usage(message, input_tokens=12.0)


@of_message("RS-USE-1")
def cache_figure_a_truth(message: Message) -> Message:
    """The message's ``cache_read_input_tokens`` is ``false``."""
    return _with_usage(message, cache_read_input_tokens=False)


def _check_is_billed(message: Message) -> None:
    """What refuses, or only compacts, may count nothing.

    Raises:
        NothingToBreak: the message is such.
    """
    if message["stop_reason"] in ("refusal", "compaction"):
        raise NothingToBreak


@of_message("RS-USE-2")
def output_tokens_zero(message: Message) -> Message:
    """The message has no output tokens."""
    _check_is_billed(message)
    return _with_usage(message, output_tokens=0)


@of_message("RS-USE-6")
def input_tokens_zero(message: Message) -> Message:
    """The message counts no input at all."""
    _check_is_billed(message)
    none = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0, "cache_creation": None}
    return _with_usage(message, input_tokens=0, **none)


@of_message("RS-USE-4")
def more_thinking_than_output(message: Message) -> Message:
    """The message's thinking took more tokens than its whole output."""
    more = message["usage"]["output_tokens"] + 1
    return _with_usage(message, output_tokens_details={"thinking_tokens": more})


@of_message("PC-8")
def cache_figures_do_not_sum(message: Message) -> Message:
    """The tokens written to caches of both lifetimes are fewer than all that were written."""
    _without_server(message)
    split = {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 0}
    return _with_usage(message, cache_creation_input_tokens=9, cache_creation=split)


@of_message("RS-USE-5")
def unknown_service_tier(message: Message) -> Message:
    """The message names an undocumented service tier."""
    return _with_usage(message, service_tier="turbo")
