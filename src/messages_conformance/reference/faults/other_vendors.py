"""Faults of gateways that hold requests to the rules of the vendor behind them."""

from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    of_check,
    of_model_input,
    of_request,
)
from messages_conformance.reference.faults.edits import (
    Block,
    contents,
    holds,
    is_object,
    objects,
    with_blocks,
    without,
)
from messages_conformance.reference.response import Refusal, invalid

_LONGEST_ID = 40


def _ids(body: Body) -> list[str]:
    blocks = [block for content in contents(body) for block in content]
    return [str(block.get("id") or block.get("tool_use_id") or "") for block in blocks]


_BOTH_IDS = ("content/tool_result/tool_use_id",)


@of_check("content/tool_use/id", side_effects=_BOTH_IDS)
def long_call_ids_are_refused(request: AdmittedRequest) -> None:
    """Ids of calls may have 40 characters, as in OpenAI's API, and vLLM's have 46."""
    if any(len(id) > _LONGEST_ID for id in _ids(request.body)):
        raise invalid("messages.1.content.0.id", "String should have at most 40 characters")


@of_check("content/tool_use/id", side_effects=_BOTH_IDS)
def foreign_call_ids_are_refused(request: AdmittedRequest) -> None:
    """Ids of calls must begin as the endpoint's own (devised)."""
    if any(
        id and not id.startswith(("toolu_", "srvtoolu_", "mcptoolu_")) for id in _ids(request.body)
    ):
        raise invalid("messages.1.content.0.id", "String should match pattern '^toolu_'")


@of_model_input("content/tool_use/id", side_effects=_BOTH_IDS)
def call_ids_are_cut(body: Body) -> Body:
    """Ids of calls are cut after 40 characters, so that two long ones become one (devised)."""

    def cut(block: Block, _: str) -> Block:
        names = [name for name in ("id", "tool_use_id") if name in block]
        return {**block, **{name: block[name][:_LONGEST_ID] for name in names}}

    return with_blocks(body, cut)


@of_check("content/tool_result/is_error", endpoints=(STRICT,))
def calls_without_tools_are_refused(request: AdmittedRequest) -> None:
    """A history with calls is refused where no tools are on offer (LiteLLM to Bedrock)."""
    if not request.body.get("tools") and holds(request.body, "tool_use", "tool_result"):
        raise Refusal(400, "tools: Field required where the conversation has tool calls")


@of_model_input("content/tool_result/is_error", endpoints=(STRICT,))
def is_error_false_counts_as_failure(body: Body) -> Body:
    """A result that says `is_error`, true or false, is read as a failure (devised)."""

    def failed(block: Block, _: str) -> Block:
        return {**block, "is_error": True} if "is_error" in block else block

    return with_blocks(body, failed)


@of_check("tool_choice/tool")
def schemas_without_properties_are_refused(request: AdmittedRequest) -> None:
    """A tool whose schema is just an object is refused (OpenAI: schema missing properties)."""
    for number, tool in enumerate(objects(request.body.get("tools"))):
        schema: Any = tool.get("input_schema")
        if is_object(schema) and schema.get("type") == "object" and "properties" not in schema:
            raise invalid(f"tools.{number}.input_schema", "object schema missing properties")


@of_request("tool_choice/disable_parallel_tool_use", endpoints=(STRICT,))
def parallel_calls_in_streams(body: Body) -> Body:
    """`disable_parallel_tool_use` is dropped where the answer is streamed (devised)."""
    choice = body.get("tool_choice")
    if not is_object(choice) or body.get("stream") is not True:
        return body
    return {**body, "tool_choice": without(choice, "disable_parallel_tool_use")}


@of_check("tools/name")
def empty_list_of_tools_is_refused(request: AdmittedRequest) -> None:
    """An empty list of tools is refused (OpenAI: "[] is too short - 'tools'")."""
    if request.body.get("tools") == []:
        raise invalid("tools", "[] is too short")


@of_check("basic/stop_sequences")
def empty_stop_sequences_are_refused(request: AdmittedRequest) -> None:
    """An empty list of stop sequences is refused (devised)."""
    if request.body.get("stop_sequences") == []:
        raise invalid("stop_sequences", "[] is too short")


@of_check("basic/system")
def empty_system_is_refused(request: AdmittedRequest) -> None:
    """An empty system prompt is refused (devised)."""
    if request.body.get("system") == "":
        raise invalid("system", "text content blocks must be non-empty")


@of_request("basic/stream")
def any_stream_field_streams(body: Body) -> Body:
    """Whoever says `stream`, true or false, gets a stream (devised)."""
    return {**body, "stream": True} if body.get("stream") is False else body


@of_check("basic/max_tokens", side_effects=("error/429",))
def one_token_is_refused(request: AdmittedRequest) -> None:
    """A limit of one token, as clients send it to try a key, is refused (devised)."""
    if request.body.get("max_tokens") == 1:
        raise invalid("max_tokens", "Input should be greater than 1")
