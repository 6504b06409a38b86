"""Sins against tools: what is offered, what must be called, and how a call looks."""

from typing import Any

from messages_conformance.reference.faults.decorators import (
    STRICT,
    STRICT_2026,
    Body,
    of_check,
    of_message,
    of_reading,
    of_request,
    of_told,
)
from messages_conformance.reference.faults.edits import with_changes, with_tools, without
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.testing.mutations import of_messages

_ALL = (
    *("tools/input_schema", "tools/description", "tools/cache_control"),
    *("tool_choice/any", "tool_choice/tool"),
)
"""Rows that cannot be kept where no tool reaches the model, or no call the client."""
_FORCED = ("any", "tool")


def choice_of(body: Body) -> Any:
    """The type of a body's tool_choice; None where there is none."""
    choice = body.get("tool_choice")
    return choice.get("type") if isinstance(choice, dict) else None


def calls(message: Message) -> bool:
    """Whether a message calls a tool."""
    return any(block["type"] == "tool_use" for block in message["content"])


# -- what is offered


@of_reading("tools/name", also=_ALL)
def tools_never_reach_the_model(body: Body) -> Body:
    """A chat template without a place for tools: they are accepted and lost (SmolLM2, measured)."""
    return without(body, "tools", "tool_choice")


@of_message("tools/name", also=("tool_choice/tool",))
def call_names_another_tool(_call: Call, message: Message) -> Message:
    """The tool's name comes back with a prefix that a translation gave it."""
    content = [
        {**block, "name": f"functions.{block['name']}"} if block["type"] == "tool_use" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_request("tools/description", also=("tools/cache_control",))
def descriptions_dropped(body: Body) -> Body:
    """A translation that keeps a tool's name and schema and loses what it is for."""
    return with_tools(body, lambda tool: without(tool, "description"))


@of_request(
    "tools/input_schema",
    also=(
        "refusal/example_unlike_schema",
        "refusal/schema_of_no_object",
        "refusal/tool_without_schema",
    ),
)
def schemas_dropped(body: Body) -> Body:
    """The schema is replaced by that of any object, so that inputs are guessed."""
    return with_tools(body, lambda tool: {**tool, "input_schema": {"type": "object"}})


@of_request("tools/cache_control")
def marks_on_tools_dropped(body: Body) -> Body:
    """Later pages of Model Studio list no `cache_control` for tools; DeepSeek ignores it."""
    return with_tools(body, lambda tool: without(tool, "cache_control"))


@of_check("tools/cache_control")
def marks_on_tools_refused(call: Call) -> None:
    """A strict translation refuses what OpenAI's API has no word for."""
    for i, tool in enumerate(call.body.get("tools") or []):
        if "cache_control" in tool:
            raise invalid(f"tools.{i}.cache_control", "Extra inputs are not permitted")


# -- what must be called


@of_request("tool_choice/none")
def none_dropped(body: Body) -> Body:
    """Ollama documents that it ignores `tool_choice`: a call comes all the same."""
    return without(body, "tool_choice") if choice_of(body) == "none" else body


@of_reading("tool_choice/auto", also=("tool_choice/disable_parallel_tool_use",))
def auto_means_any(body: Body) -> Body:
    """`auto` is taken for `required`: the model calls a tool to answer a greeting."""
    return {**body, "tool_choice": {"type": "any"}} if choice_of(body) == "auto" else body


@of_check("tool_choice/auto", also=("tool_choice/disable_parallel_tool_use",))
def auto_refused(call: Call) -> None:
    """vLLM takes `auto` only if it was started with a tool parser and leave to use it."""
    if choice_of(call.body) == "auto":
        raise invalid("tool_choice", '"auto" requires --enable-auto-tool-choice to be set')


@of_request("tool_choice/any", also=("refusal/forced_call_with_thinking",))
def any_dropped(body: Body) -> Body:
    """llama.cpp takes `any` and does not force a call (build 11434, measured)."""
    return without(body, "tool_choice") if choice_of(body) == "any" else body


@of_request("tool_choice/tool", also=("refusal/tool_choice_without_name",))
def tool_dropped(body: Body) -> Body:
    """Ollama documents that it ignores `tool_choice`: another tool is called than the named one."""
    return without(body, "tool_choice") if choice_of(body) == "tool" else body


@of_request("tool_choice/tool", also=("refusal/tool_choice_without_name",))
def tool_means_any(body: Body) -> Body:
    """SiliconFlow documents no `any`; the reverse is a named tool that is taken for any of them."""
    return {**body, "tool_choice": {"type": "any"}} if choice_of(body) == "tool" else body


@of_check("tool_choice/any", also=("tool_choice/tool",))
def forced_calls_refused(call: Call) -> None:
    """`tool_choice` does not support "required or object in thinking mode" (eino#994, 2026).

    Where thinking is on by default, a plain forced call fails.
    """
    if choice_of(call.body) in _FORCED:
        raise Refusal(
            400,
            "The tool_choice parameter does not support being set to required or object in "
            "thinking mode",
        )


@of_reading("tool_choice/any", also=("tool_choice/tool", "refusal/forced_call_with_thinking"))
def forced_call_after_text(body: Body) -> Body:
    """A forced call that the model is not held to: it chats instead."""
    return without(body, "tool_choice") if choice_of(body) in _FORCED else body


# -- how a call looks


@of_message("tools/name", also=_ALL)
def calls_written_as_text(_call: Call, message: Message) -> Message:
    """A call that the parser misses comes back as text (copilot-api#79; qwen on llama.cpp)."""
    if not calls(message):
        return message
    content = [
        {"type": "text", "text": f'{{"name": "{block["name"]}", "arguments": {{}}}}'}
        if block["type"] == "tool_use"
        else block
        for block in message["content"]
    ]
    return with_changes(message, content=content, stop_reason="end_turn")


@of_message("tools/input_schema")
def input_a_string_of_json(_call: Call, message: Message) -> Message:
    """OpenAI's `arguments` handed through as a string: SDKs give an application a str."""
    return dict(of_messages.message_input_a_string.spoil(message))


@of_message("wire/message", rule="RS-STOP-3")
def calls_and_says_end_turn(_call: Call, message: Message) -> Message:
    """LiteLLM said `end_turn` with a tool call in the message (litellm#34692): agents stop."""
    return with_changes(message, stop_reason="end_turn") if calls(message) else message


@of_message("wire/message", rule="RS-STOP-4")
def says_tool_use_without_a_call(_call: Call, message: Message) -> Message:
    """`stop_reason: tool_use` wherever tools were offered: agents wait for a call."""
    offered = _call.body.get("tools") and not calls(message)
    done = message["stop_reason"] == "end_turn"
    return with_changes(message, stop_reason="tool_use") if offered and done else message


@of_message("wire/message", rule="RS-TOOL-1", also=("tool_choice/disable_parallel_tool_use",))
def calls_share_an_id(_call: Call, message: Message) -> Message:
    """Parallel calls with one id: results cannot be told apart (continue#11556)."""
    return dict(of_messages.duplicate_ids.spoil(message))


@of_message("wire/message", rule="RS-TOOL-1")
def call_ids_with_colons(_call: Call, message: Message) -> Message:
    """Ids such as `functions.get_time:0` hold what the original API refuses on replay."""
    content = [
        {**block, "id": f"functions.{block['name']}:{i}"} if block["type"] == "tool_use" else block
        for i, block in enumerate(message["content"])
    ]
    return with_changes(message, content=content)


@of_message("wire/message", rule="RS-TOOL-1w")
def call_ids_of_openai(_call: Call, message: Message) -> Message:
    """Ids begin with `call_`: legal, and the mark of a translation."""
    return dict(of_messages.call_id_of_another_api.spoil(message))


@of_told("basic/stream")
def parallel_calls_merged_in_streams(_call: Call, message: Message) -> Message:
    """Of two calls in one answer a stream tells only the first (continue#11556)."""
    called = [block for block in message["content"] if block["type"] == "tool_use"]
    return with_changes(message, content=[b for b in message["content"] if b not in called[1:]])


@of_request("tool_choice/disable_parallel_tool_use", worlds=(STRICT, STRICT_2026))
def parallel_calls_not_disabled(body: Body) -> Body:
    """DeepSeek documents that it ignores `disable_parallel_tool_use`."""
    choice = body.get("tool_choice")
    if not isinstance(choice, dict):
        return body
    return {**body, "tool_choice": without(choice, "disable_parallel_tool_use")}


@of_message("wire/message", rule="RS-TOOL-5")
def text_before_a_forced_call(call: Call, message: Message) -> Message:
    """An empty or chatty text block before a forced call (litellm#34692, vLLM#34053)."""
    if choice_of(call.body) not in _FORCED or not calls(message):
        return message
    chat = {"type": "text", "text": "Let me look that up."}
    return with_changes(message, content=[chat, *message["content"]])
