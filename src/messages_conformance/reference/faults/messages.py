"""Faults of messages that are not streamed: fields missing, of another API, or of a wrong type."""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    Decorator,
    Fault,
    of_plain_message,
    of_plain_response,
)
from messages_conformance.reference.faults.edits import with_changes
from messages_conformance.reference.faults.response_edits import with_content_type
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.response import Response
from messages_conformance.testing.mutations import of_messages
from messages_conformance.testing.mutations.mutation import Mutation

_ROW = "wire/message"


def from_mutation(mutation: Mutation, row: str = _ROW, **how: Any) -> Decorator:
    """A fault that applies a mutation; the decorated function has the docstring only."""

    def decorate(function: Callable[[], None]) -> Fault:
        def spoil(_request: AdmittedRequest, message: Message) -> Message:
            return dict(mutation.spoil(message))

        spoil.__name__, spoil.__doc__ = function.__name__, function.__doc__
        return of_plain_message(row, rule=mutation.rule, **how)(spoil)

    return decorate


@of_plain_response(_ROW, rule="RS-HTTP-1")
def messages_called_plain_text(response: Response) -> Response:
    """A message is labelled `text/plain`, so that the JavaScript SDK returns a string.

    Source: Measured.
    """
    return with_content_type(response, "text/plain")


@from_mutation(of_messages.no_type)
def no_type() -> None:
    """A message has no `type`."""


@from_mutation(of_messages.role_user)
def role_user() -> None:
    """A message has the role `user`."""


@from_mutation(of_messages.id_empty)
def id_empty() -> None:
    """The id of a message is empty."""


@from_mutation(of_messages.id_of_another_api)
def id_of_openai() -> None:
    """The id of a message begins with `chatcmpl-`.

    Source: cc-proxy, whose report said "9 of 9 compatible".
    """


@from_mutation(of_messages.no_model, side_effects=("basic/model",))
def no_model() -> None:
    """A message has no `model` (zai-org/feedback#182 asks for it)."""


@of_plain_message(_ROW, rule="RS-MSG-5", side_effects=("basic/stop_sequences",))
def content_a_string(request: AdmittedRequest, message: Message) -> Message:
    """`content` is a string where stop sequences are requested."""
    if not request.body.get("stop_sequences"):
        return message
    return dict(of_messages.content_a_string.spoil(message))


@from_mutation(of_messages.model_of_another_name, side_effects=("basic/model",))
def model_of_another_name() -> None:
    """A message names another model than the request: `qwen-plus-character` for `qwen-plus`."""


@from_mutation(of_messages.keys_of_another_api)
def keys_of_openai() -> None:
    """A message has OpenAI's `choices` and `object` too."""


@of_plain_message(_ROW, rule="RS-MSG-6")
def usage_of_openai(_request: AdmittedRequest, message: Message) -> Message:
    """`usage` has OpenAI's `prompt_tokens_details` (Model Studio, since 2026)."""
    details = {"prompt_tokens_details": {"cached_tokens": 0}}
    return with_changes(message, usage={**message["usage"], **details})


@from_mutation(of_messages.no_stop_sequence_key, side_effects=("basic/stop_sequences",))
def no_stop_sequence_key() -> None:
    """A message has no `stop_sequence` (Model Studio, against its own sample; Foggy-Navigator)."""


@of_plain_message(_ROW, rule="RS-STOP-1")
def stop_reason_of_openai(_request: AdmittedRequest, message: Message) -> Message:
    """`stop_reason` is OpenAI's `stop`."""
    done = message["stop_reason"] == "end_turn"
    return with_changes(message, stop_reason="stop") if done else message


@of_plain_message(_ROW, rule="RS-STOP-2")
def stop_sequence_empty(_request: AdmittedRequest, message: Message) -> Message:
    """`stop_sequence` is an empty string where none was met."""
    done = message["stop_reason"] == "end_turn"
    return with_changes(message, stop_sequence="") if done else message


@from_mutation(of_messages.details_without_refusal)
def details_without_refusal() -> None:
    """A message has `stop_details` although nothing was refused."""


@of_plain_message(_ROW, rule="RS-BLK-1", side_effects=("basic/temperature",))
def blocks_without_type(_request: AdmittedRequest, message: Message) -> Message:
    """A block of a cut answer has no `type` (MiniMax-M2#118, openclaw#75633)."""
    if message["stop_reason"] != "max_tokens":
        return message
    return dict(of_messages.block_without_type.spoil(message))


@of_plain_message(_ROW, rule="RS-BLK-2", side_effects=("basic/temperature",))
def text_null(_request: AdmittedRequest, message: Message) -> Message:
    """A text block of a cut answer has `text: null`."""
    if message["stop_reason"] != "max_tokens":
        return message
    return dict(of_messages.message_text_null.spoil(message))


@of_plain_message(_ROW, rule="RS-BLK-2")
def citations_an_object(_request: AdmittedRequest, message: Message) -> Message:
    """`citations` of a text block is an object where a list is documented."""
    return dict(of_messages.citations_an_object.spoil(message))


@of_plain_message("wire/message", rule="RS-TOOL-2", side_effects=("tools/name", "tool_choice/tool"))
def calls_a_tool_of_its_own(_request: AdmittedRequest, message: Message) -> Message:
    """A message calls a tool that was not offered."""
    return dict(of_messages.tool_not_offered.spoil(message))


@from_mutation(
    of_messages.message_input_null,
    side_effects=(
        "basic/stream",
        "tools/input_schema",
    ),
)
def input_null() -> None:
    """A tool call without arguments has `input: null`."""


@from_mutation(
    of_messages.no_usage,
    side_effects=(
        "content/text/cache_control",
        "content/tool_result/cache_control",
        "content/tool_use/cache_control",
        "tools/cache_control",
        "request/cache_ttl_1h",
        "request/web_search",
    ),
)
def no_usage() -> None:
    """A message has no `usage` (openclaw#27331)."""


@of_plain_message(_ROW, rule="RS-STOP-7", side_effects=("basic/max_tokens",))
def cut_answers_end_their_turn(_request: AdmittedRequest, message: Message) -> Message:
    """An answer that was cut at `max_tokens` has the `stop_reason` end_turn."""
    if message["stop_reason"] != "max_tokens":
        return message
    return with_changes(message, stop_reason="end_turn")


@of_plain_message(_ROW, rule="RS-BLK-5", side_effects=("content/string",))
def empty_text_before_calls(_request: AdmittedRequest, message: Message) -> Message:
    """An empty text block comes before a tool call (litellm#34692)."""
    if message["stop_reason"] != "tool_use":
        return message
    return dict(of_messages.empty_text_first.spoil(message))


@of_plain_message(_ROW, rule="RS-BLK-6w", side_effects=("output_config/format",))
def text_read_as_latin_1(_request: AdmittedRequest, message: Message) -> Message:
    """Text ends with letters beyond ASCII whose UTF-8 was read as Latin-1."""
    content = [
        {**block, "text": f"{block['text']} Â·"} if block["type"] == "text" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_plain_message(_ROW, rule="RS-BLK-4w", side_effects=("output_config/format",))
def text_ends_in_a_template(_request: AdmittedRequest, message: Message) -> Message:
    """Text ends with the mark with which the model's chat template ends a turn."""
    content = [
        {**block, "text": f"{block['text']}<|im_end|>"} if block["type"] == "text" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@from_mutation(
    of_messages.input_tokens_zero,
    side_effects=(
        "wire/tokens",
        "tools/cache_control",
        "content/text/cache_control",
        "content/tool_use/cache_control",
        "content/tool_result/cache_control",
        "request/cache_ttl_1h",
    ),
)
def no_input_tokens() -> None:
    """A message counts no input tokens at all (pi#4210)."""


@from_mutation(
    of_messages.thinking_empty,
    side_effects=("basic/thinking", "basic/thinking/display", "content/thinking"),
)
def thinking_empty() -> None:
    """A thinking block has neither text nor a signature."""


@of_plain_message(_ROW, rule="RS-TOOL-9", side_effects=("tools/input_schema",))
def arguments_lost(_request: AdmittedRequest, message: Message) -> Message:
    """Tool calls have no arguments, whatever the schema of the tool requires."""
    content = [
        {**block, "input": {}} if block["type"] == "tool_use" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_plain_message(_ROW, rule="RS-TOOL-7", side_effects=("tools/input_schema",))
def arguments_of_a_wrong_type(_request: AdmittedRequest, message: Message) -> Message:
    """The arguments of tool calls stand in arrays, each alone in one."""
    content = [
        {**block, "input": {name: [value] for name, value in block["input"].items()}}
        if block["type"] == "tool_use"
        else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@from_mutation(of_messages.input_tokens_a_float)
def input_tokens_a_float() -> None:
    """`input_tokens` is a float."""


@from_mutation(of_messages.output_tokens_zero)
def output_tokens_zero() -> None:
    """`output_tokens` is 0 for an answer with text."""


@from_mutation(of_messages.more_thinking_than_output)
def more_thinking_than_output() -> None:
    """More thinking tokens than output tokens are reported."""


@from_mutation(of_messages.unknown_service_tier)
def unknown_service_tier() -> None:
    """`service_tier` has a value of the vendor's own."""


@from_mutation(
    of_messages.cache_figures_do_not_sum, row="wire/message", side_effects=("request/cache_ttl_1h",)
)
def cache_figures_do_not_sum() -> None:
    """The parts of `cache_creation` do not sum to the whole."""
