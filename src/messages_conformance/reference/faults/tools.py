"""Faults of tools: what is offered, what must be called, and what a call looks like."""

from collections.abc import Callable
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    STRICT,
    STRICT_2026,
    Body,
    of_check,
    of_message,
    of_model_input,
    of_request,
    of_streamed_message,
)
from messages_conformance.reference.faults.edits import with_changes, with_tools, without
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.testing.mutations import of_messages

_ALL = (
    *("tools/input_schema", "tools/description", "tools/cache_control"),
    *("tool_choice/any", "tool_choice/tool"),
)
"""Rows that fail where no tool reaches the model, or no call reaches the client."""
_FORCED = ("any", "tool")


def choice_type_of(body: Body) -> Any:
    """The type of a body's tool_choice; None where there is none."""
    choice = body.get("tool_choice")
    return choice.get("type") if isinstance(choice, dict) else None


def has_calls(message: Message) -> bool:
    """Whether a message calls a tool."""
    return any(block["type"] == "tool_use" for block in message["content"])


# -- what is offered


@of_model_input(
    "tools/name",
    side_effects=(
        *_ALL,
        "request/tool_type_custom",
        "tool_choice/auto",
        "tool_choice/disable_parallel_tool_use",
        "tool_choice/none",
    ),
)
def tools_never_reach_the_model(body: Body) -> Body:
    """Tools are accepted and never reach the model, as its chat template lacks them.

    Source: SmolLM2, measured.
    """
    return without(body, "tools", "tool_choice")


@of_message("tools/name", side_effects=("tool_choice/tool",))
def call_names_another_tool(_request: AdmittedRequest, message: Message) -> Message:
    """A tool call names the tool with the prefix that a translation added."""
    content = [
        {**block, "name": f"functions.{block['name']}"} if block["type"] == "tool_use" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_request("tools/description", side_effects=("tools/cache_control",))
def descriptions_dropped(body: Body) -> Body:
    """The descriptions of tools are dropped."""
    return with_tools(body, lambda tool: without(tool, "description"))


@of_request(
    "tools/input_schema",
    side_effects=(
        "refusal/example_unlike_schema",
        "refusal/schema_of_no_object",
        "refusal/tool_without_schema",
    ),
)
def schemas_dropped(body: Body) -> Body:
    """The input schemas of tools are replaced by that of any object."""
    return with_tools(body, lambda tool: {**tool, "input_schema": {"type": "object"}})


@of_model_input("tools/input_schema")
def choices_in_schemas_dropped(body: Body) -> Body:
    """`enum` is dropped from the schemas of tools, so that the model chooses freely."""
    return with_tools(body, lambda tool: _with_schema(tool, "enum"))


@of_model_input("tools/input_schema")
def required_dropped_from_schemas(body: Body) -> Body:
    """`required` is dropped from the schemas of tools, so that calls lack what they need."""
    return with_tools(body, lambda tool: _with_schema(tool, "required"))


def _with_schema(tool: Body, dropped: str) -> Body:
    return {**tool, "input_schema": _without_keyword(tool.get("input_schema"), dropped)}


def _without_keyword(schema: Any, dropped: str) -> Any:
    """A schema without a keyword, at any depth; what it does not read stays as it is."""
    if isinstance(schema, list):
        return [_without_keyword(one, dropped) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {name: _without_keyword(v, dropped) for name, v in schema.items() if name != dropped}


@of_message("tools/input_schema")
def falsy_inputs_dropped(_request: AdmittedRequest, message: Message) -> Message:
    """Values of 0, false and "" are lost from the inputs of calls."""
    return _with_inputs(message, _without_falsy)


def _without_falsy(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: _without_falsy(inner) for name, inner in value.items() if inner}


@of_message("tools/input_schema")
def inner_inputs_lost(_request: AdmittedRequest, message: Message) -> Message:
    """An object within the input of a call comes empty."""
    return _with_inputs(message, _emptied_within)


@of_streamed_message("basic/stream")
def inner_inputs_lost_in_streams(_request: AdmittedRequest, message: Message) -> Message:
    """An object within the input of a call comes empty where the answer is streamed."""
    return _with_inputs(message, _emptied_within)


def _emptied_within(value: Any) -> Any:
    """An input with every object in it emptied."""
    if not isinstance(value, dict):
        return value
    return {name: {} if isinstance(inner, dict) else inner for name, inner in value.items()}


def _with_inputs(message: Message, change: Callable[[Any], Any]) -> Message:
    content = [
        {**block, "input": change(block["input"])} if block["type"] == "tool_use" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_request("tools/cache_control")
def marks_on_tools_dropped(body: Body) -> Body:
    """`cache_control` on tools is dropped.

    Source: Documented by DeepSeek; later revisions of Model Studio's page lack it.
    """
    return with_tools(body, lambda tool: without(tool, "cache_control"))


@of_check("tools/cache_control")
def marks_on_tools_refused(request: AdmittedRequest) -> None:
    """`cache_control` on tools is refused."""
    for i, tool in enumerate(request.body.get("tools") or []):
        if "cache_control" in tool:
            raise invalid(f"tools.{i}.cache_control", "Extra inputs are not permitted")


# -- what must be called


@of_request("tool_choice/none")
def none_dropped(body: Body) -> Body:
    """`tool_choice: none` is ignored, so that tools are still called (documented by Ollama)."""
    return without(body, "tool_choice") if choice_type_of(body) == "none" else body


@of_model_input("tool_choice/auto", side_effects=("tool_choice/disable_parallel_tool_use",))
def auto_means_any(body: Body) -> Body:
    """`tool_choice: auto` forces a tool call, even to answer a greeting."""
    return {**body, "tool_choice": {"type": "any"}} if choice_type_of(body) == "auto" else body


@of_check("tool_choice/auto", side_effects=("tool_choice/disable_parallel_tool_use",))
def auto_refused(request: AdmittedRequest) -> None:
    """`tool_choice: auto` is refused (vLLM without `--enable-auto-tool-choice`)."""
    if choice_type_of(request.body) == "auto":
        raise invalid("tool_choice", '"auto" requires --enable-auto-tool-choice to be set')


@of_request(
    "tool_choice/any",
    side_effects=(
        "refusal/forced_call_with_thinking",
        "refusal/choice_without_tools",
        "tool_choice/disable_parallel_tool_use",
    ),
)
def any_dropped(body: Body) -> Body:
    """`tool_choice: any` does not force a call (llama.cpp build 11434, measured)."""
    return without(body, "tool_choice") if choice_type_of(body) == "any" else body


_NAMED = (
    "refusal/tool_choice_without_name",
    "refusal/choice_of_unknown_tool",
    "request/web_search",
)
"""Other rows that name the tool to be called."""


@of_request("tool_choice/tool", side_effects=_NAMED)
def tool_dropped(body: Body) -> Body:
    """`tool_choice: tool` is ignored, so that another tool may be called (documented by Ollama)."""
    return without(body, "tool_choice") if choice_type_of(body) == "tool" else body


@of_request("tool_choice/tool", side_effects=_NAMED)
def tool_means_any(body: Body) -> Body:
    """`tool_choice: tool` forces a call, but of any tool."""
    return {**body, "tool_choice": {"type": "any"}} if choice_type_of(body) == "tool" else body


@of_check(
    "tool_choice/any",
    side_effects=(
        "tool_choice/tool",
        "request/web_search",
        "tool_choice/disable_parallel_tool_use",
    ),
)
def forced_calls_refused(request: AdmittedRequest) -> None:
    """A forced tool call is refused because thinking is on by default (eino#994, 2026)."""
    if choice_type_of(request.body) in _FORCED:
        raise Refusal(
            400,
            "The tool_choice parameter does not support being set to required or object in "
            "thinking mode",
        )


@of_model_input(
    "tool_choice/any",
    side_effects=(
        "tool_choice/tool",
        "refusal/forced_call_with_thinking",
        "tool_choice/disable_parallel_tool_use",
    ),
)
def forced_call_after_text(body: Body) -> Body:
    """A forced tool call is not enforced: the model answers with text."""
    return without(body, "tool_choice") if choice_type_of(body) in _FORCED else body


# -- what a call looks like


@of_message("tools/name", side_effects=_ALL)
def calls_written_as_text(_request: AdmittedRequest, message: Message) -> Message:
    """A tool call comes back as text (copilot-api#79; Qwen on llama.cpp)."""
    if not has_calls(message):
        return message
    content = [
        {"type": "text", "text": f'{{"name": "{block["name"]}", "arguments": {{}}}}'}
        if block["type"] == "tool_use"
        else block
        for block in message["content"]
    ]
    return with_changes(message, content=content, stop_reason="end_turn")


@of_message("tools/input_schema")
def input_a_string_of_json(_request: AdmittedRequest, message: Message) -> Message:
    """The input of a tool call is a string of JSON, as OpenAI's `arguments`."""
    return dict(of_messages.message_input_a_string.spoil(message))


@of_message("wire/message", rule="RS-STOP-3")
def calls_and_says_end_turn(_request: AdmittedRequest, message: Message) -> Message:
    """A message with a tool call says `end_turn` (litellm#34692)."""
    return with_changes(message, stop_reason="end_turn") if has_calls(message) else message


@of_message("wire/message", rule="RS-STOP-4")
def says_tool_use_without_a_call(_request: AdmittedRequest, message: Message) -> Message:
    """`stop_reason` is `tool_use` without a tool call, whenever tools are offered."""
    offered = _request.body.get("tools") and not has_calls(message)
    done = message["stop_reason"] == "end_turn"
    return with_changes(message, stop_reason="tool_use") if offered and done else message


@of_message(
    "wire/message", rule="RS-TOOL-1", side_effects=("tool_choice/disable_parallel_tool_use",)
)
def calls_share_an_id(_request: AdmittedRequest, message: Message) -> Message:
    """Parallel tool calls have the same id (continue#11556)."""
    return dict(of_messages.duplicate_ids.spoil(message))


@of_message("wire/message", rule="RS-TOOL-1")
def call_ids_with_colons(_request: AdmittedRequest, message: Message) -> Message:
    """Ids of tool calls hold characters that the original API refuses on replay."""
    content = [
        {**block, "id": f"functions.{block['name']}:{i}"} if block["type"] == "tool_use" else block
        for i, block in enumerate(message["content"])
    ]
    return with_changes(message, content=content)


@of_message("wire/message", rule="RS-TOOL-1w")
def call_ids_of_openai(_request: AdmittedRequest, message: Message) -> Message:
    """Ids of tool calls begin with `call_`, which is legal and shows a translation."""
    return dict(of_messages.call_id_of_another_api.spoil(message))


@of_streamed_message("basic/stream")
def parallel_calls_merged_in_streams(_request: AdmittedRequest, message: Message) -> Message:
    """A stream holds only the first of several tool calls (continue#11556)."""
    called = [block for block in message["content"] if block["type"] == "tool_use"]
    return with_changes(message, content=[b for b in message["content"] if b not in called[1:]])


@of_request("tool_choice/disable_parallel_tool_use", endpoints=(STRICT, STRICT_2026))
def parallel_calls_not_disabled(body: Body) -> Body:
    """`disable_parallel_tool_use` is ignored (documented by DeepSeek)."""
    choice = body.get("tool_choice")
    if not isinstance(choice, dict):
        return body
    return {**body, "tool_choice": without(choice, "disable_parallel_tool_use")}


@of_message("wire/message", rule="RS-TOOL-5")
def text_before_a_forced_call(request: AdmittedRequest, message: Message) -> Message:
    """A text block comes before a forced tool call (litellm#34692, vLLM#34053)."""
    if choice_type_of(request.body) not in _FORCED or not has_calls(message):
        return message
    chat = {"type": "text", "text": "Let me look that up."}
    return with_changes(message, content=[chat, *message["content"]])
