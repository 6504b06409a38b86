"""Sins of whole messages: fields that are missing, of another API, or of a wrong type."""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import Decorator, Fault, of_plain, of_whole
from messages_conformance.reference.faults.edits import with_changes
from messages_conformance.reference.faults.error_bodies import labelled
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Answer
from messages_conformance.testing.mutations import of_messages
from messages_conformance.testing.mutations.mutation import Mutation

_ROW = "wire/message"


def as_in(mutation: Mutation, row: str = _ROW, **how: Any) -> Decorator:
    """Make a fault of a mutation of messages; the function under it says where that was met."""

    def decorate(function: Callable[[], None]) -> Fault:
        def put(_call: Call, message: Message) -> Message:
            return dict(mutation.spoil(message))

        put.__name__, put.__doc__ = function.__name__, function.__doc__
        return of_whole(row, rule=mutation.rule, **how)(put)

    return decorate


@of_plain(_ROW, rule="RS-HTTP-1")
def messages_called_plain_text(answer: Answer) -> Answer:
    """JSON under `text/plain`: the JavaScript SDK returns a string (measured)."""
    return labelled(answer, "text/plain")


@as_in(of_messages.no_type)
def no_type() -> None:
    """A message without `type`: an SDK's typed union does not know what it is."""


@as_in(of_messages.role_user)
def role_user() -> None:
    """A message of the role `user`: echoed into a history it puts words into the user's mouth."""


@as_in(of_messages.id_empty)
def id_empty() -> None:
    """An empty message id: nothing to ask about, nothing to tell answers apart by."""


@as_in(of_messages.id_of_another_api)
def id_of_openai() -> None:
    """`chatcmpl-…` ids, which a report of "9 of 9 compatible" passed over (cc-proxy)."""


@as_in(of_messages.no_model, also=("basic/model",))
def no_model() -> None:
    """A message that does not say which model answered (zai-org/feedback#182 asks for it)."""


@of_whole(_ROW, rule="RS-MSG-5", also=("basic/stop_sequences",))
def content_a_string(call: Call, message: Message) -> Message:
    """`content` as a string, as OpenAI has it, on one path: here of requests with stops."""
    if not call.body.get("stop_sequences"):
        return message
    return dict(of_messages.content_a_string.spoil(message))


@as_in(of_messages.keys_of_another_api)
def keys_of_openai() -> None:
    """`choices` and `object` beside the message's own fields: a translation shows through."""


@of_whole(_ROW, rule="RS-MSG-6")
def usage_of_openai(_call: Call, message: Message) -> Message:
    """Model Studio: `usage.prompt_tokens_details` in every success (seen since 2026)."""
    details = {"prompt_tokens_details": {"cached_tokens": 0}}
    return with_changes(message, usage={**message["usage"], **details})


@as_in(of_messages.no_stop_sequence_key, also=("basic/stop_sequences",))
def no_stop_sequence_key() -> None:
    """Model Studio leaves the key out, against its own sample (Foggy-Navigator)."""


@of_whole(_ROW, rule="RS-STOP-1")
def stop_reason_of_openai(_call: Call, message: Message) -> Message:
    """`stop_reason: stop`: a client that switches over the documented reasons falls through."""
    done = message["stop_reason"] == "end_turn"
    return with_changes(message, stop_reason="stop") if done else message


@of_whole(_ROW, rule="RS-STOP-2")
def stop_sequence_empty(_call: Call, message: Message) -> Message:
    """`stop_sequence: ""` where none was met: a client that asks `is None` takes it for a hit."""
    done = message["stop_reason"] == "end_turn"
    return with_changes(message, stop_sequence="") if done else message


@as_in(of_messages.details_without_refusal)
def details_without_refusal() -> None:
    """`stop_details` though nothing was refused."""


@of_whole(_ROW, rule="RS-BLK-1", also=("basic/temperature",))
def blocks_without_type(_call: Call, message: Message) -> Message:
    """A block without `type`: clients read its "type" and crash (MiniMax-M2#118, openclaw#75633).

    Here in answers of few tokens, as with a limit.
    """
    if message["stop_reason"] != "max_tokens":
        return message
    return dict(of_messages.block_without_type.spoil(message))


@of_whole(_ROW, rule="RS-BLK-2", also=("basic/temperature",))
def text_null(_call: Call, message: Message) -> Message:
    """`text: null` where nothing is left to say: JavaScript prints "null"."""
    if message["stop_reason"] != "max_tokens":
        return message
    return dict(of_messages.message_text_null.spoil(message))


@of_whole(_ROW, rule="RS-BLK-2")
def citations_an_object(_call: Call, message: Message) -> Message:
    """`citations: {}` in a text block, where a list is due."""
    return dict(of_messages.citations_an_object.spoil(message))


@of_whole("wire/message", rule="RS-TOOL-2", also=("tools/name", "tool_choice/tool"))
def calls_a_tool_of_its_own(_call: Call, message: Message) -> Message:
    """A model invents a tool, and the server hands the call on."""
    return dict(of_messages.tool_not_offered.spoil(message))


@as_in(
    of_messages.message_input_null,
    also=(
        "basic/stream",
        "tools/input_schema",
    ),
)
def input_null() -> None:
    """`input: null` for a call without arguments: an agent calls its tool with None."""


@as_in(
    of_messages.no_usage,
    also=(
        "content/text/cache_control",
        "content/tool_result/cache_control",
        "content/tool_use/cache_control",
        "tools/cache_control",
    ),
)
def no_usage() -> None:
    """No `usage` at all: "reading 'input_tokens'" of undefined (openclaw#27331)."""


@as_in(of_messages.input_tokens_a_float)
def input_tokens_a_float() -> None:
    """Tokens as floats, as JSON writers make them that know one kind of number."""


@as_in(of_messages.output_tokens_zero)
def output_tokens_zero() -> None:
    """0 output tokens for an answer that holds text: a cost meter stands still."""


@as_in(of_messages.more_thinking_than_output)
def more_thinking_than_output() -> None:
    """More thinking tokens than output tokens: the two are counted by different programs."""


@as_in(of_messages.unknown_service_tier)
def unknown_service_tier() -> None:
    """A `service_tier` of the vendor's own."""


@as_in(of_messages.cache_figures_do_not_sum, row="wire/message")
def cache_figures_do_not_sum() -> None:
    """The parts of `cache_creation` do not sum to the whole."""
