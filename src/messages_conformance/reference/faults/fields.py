"""Sins against the fields of a request: dropped, honoured the wrong way, wrongly refused."""

from dataclasses import replace

from messages_conformance.reference.completion import Block, Reply, finish
from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    of_check,
    of_message,
    of_request,
    of_stages,
)
from messages_conformance.reference.faults.edits import with_changes, without
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import invalid

# -- max_tokens


@of_request(
    "basic/max_tokens",
    also=("refusal/budget_beyond_max_tokens",),
)
def max_tokens_ignored(body: Body) -> Body:
    """Model Studio's max_tokens does not bound what most models think and say (page of 2026-08)."""
    limit = body.get("max_tokens")
    return {**body, "max_tokens": 4096} if type(limit) is int and 0 < limit < 4096 else body


@of_message("basic/max_tokens")
def max_tokens_unsaid(_call: Call, message: Message) -> Message:
    """Translators map OpenAI's `length` to `end_turn`: an application takes a torso for whole."""
    cut = message["stop_reason"] == "max_tokens"
    return with_changes(message, stop_reason="end_turn") if cut else message


@of_stages("basic/max_tokens")
def max_tokens_overrun(stages: Stages) -> Stages:
    """max_tokens counts only a part of the output, so that more is generated and charged.

    Model Studio: thinking is left out of it for most models (page of 2026-08).
    """

    def end(call: Call, blocks: tuple[Block, ...]) -> Reply:
        limit = call.body["max_tokens"]
        return finish(blocks, limit + 10 if limit else 0, call.body.get("stop_sequences") or [])

    return replace(stages, end=end)


# -- fields that promise no visible effect


@of_request("basic/container")
def container_ignored(body: Body) -> Body:
    """DeepSeek documents that it ignores `container`."""
    return without(body, "container")


@of_request("basic/mcp_servers")
def mcp_servers_ignored(body: Body) -> Body:
    """DeepSeek documents that it ignores `mcp_servers`: a tool somebody counts on is not there."""
    kept = without(body, "mcp_servers")
    if isinstance(kept.get("tools"), list):
        tools = [t for t in kept["tools"] if t.get("type") != "mcp_toolset"]
        kept = {**kept, "tools": tools} if tools else without(kept, "tools")
    return kept


@of_request(
    "basic/metadata",
    also=(
        "refusal/unknown_field_in_metadata",
        "refusal/user_id_number",
        "refusal/user_id_too_long",
    ),
)
def metadata_ignored(body: Body) -> Body:
    """MiniMax and DeepSeek drop `metadata`, well-formed or not."""
    return without(body, "metadata")


@of_check("basic/metadata", worlds=(STRICT,))
def user_id_of_few_characters(call: Call) -> None:
    """DeepSeek refuses a `user_id` with other characters than `[a-zA-Z0-9_-]`.

    deepseek-ai/awesome-deepseek-agent#67; clients send others.
    """
    user = (call.body.get("metadata") or {}).get("user_id")
    if isinstance(user, str) and not user.replace("_", "").replace("-", "").isalnum():
        raise invalid("metadata.user_id", "String should match pattern '^[a-zA-Z0-9_-]+$'")


@of_request("basic/service_tier")
def service_tier_ignored(body: Body) -> Body:
    """MiniMax documents that it ignores `service_tier`."""
    return without(body, "service_tier")


# -- stop_sequences


@of_request(
    "basic/stop_sequences",
    also=(
        "refusal/blank_stop_sequence",
        "refusal/empty_stop_sequence",
        "refusal/stop_sequences_string",
    ),
)
def stop_sequences_dropped(body: Body) -> Body:
    """LiteLLM dropped `stop_sequences` on one of its routes (litellm#37118)."""
    return without(body, "stop_sequences")


@of_message("basic/stop_sequences")
def stop_reason_stays_end_turn(_call: Call, message: Message) -> Message:
    """Model Studio and Kimi stop, but `stop_reason` says `end_turn` (page of 2026-06)."""
    hit = message["stop_reason"] == "stop_sequence"
    changes = {"stop_reason": "end_turn", "stop_sequence": None}
    return with_changes(message, **changes) if hit else message


@of_message("basic/stop_sequences")
def stop_sequence_named_without_reason(_call: Call, message: Message) -> Message:
    """llama.cpp names the sequence and says `end_turn` all the same (build 11434, measured)."""
    hit = message["stop_reason"] == "stop_sequence"
    return with_changes(message, stop_reason="end_turn") if hit else message


@of_message("basic/stop_sequences")
def stop_sequence_never_named(_call: Call, message: Message) -> Message:
    """`stop_sequence` is documented as "fixed null" by Model Studio (page of 2026-06)."""
    hit = message["stop_reason"] == "stop_sequence"
    return with_changes(message, stop_sequence=None) if hit else message


@of_message("basic/stop_sequences")
def stop_sequence_left_in_text(_call: Call, message: Message) -> Message:
    """The sequence stays at the end of the text; recordings of the original API leave it out."""
    if message["stop_reason"] != "stop_sequence" or not message["content"]:
        return message
    *before, last = message["content"]
    kept = {**last, "text": last.get("text", "") + message["stop_sequence"]}
    return with_changes(message, content=[*before, kept])


# -- stream and system


@of_request("basic/stream", also=("refusal/stream_string",))
def stream_answered_in_json(body: Body) -> Body:
    """LiteLLM answered `stream: true` with one JSON body (litellm#14315)."""
    return without(body, "stream")


@of_request("basic/system")
def system_dropped(body: Body) -> Body:
    """Instructions that are accepted and never reach the model."""
    return without(body, "system")


@of_request("basic/system")
def system_list_dropped(body: Body) -> Body:
    """Clients that cache send `system` as a list; a gateway that reads a string loses it."""
    return without(body, "system") if isinstance(body.get("system"), list) else body


@of_check("basic/system")
def system_list_refused(call: Call) -> None:
    """A server that takes only a string: `Input should be a valid string` (router#1221)."""
    if isinstance(call.body.get("system"), list):
        raise invalid("system", "Input should be a valid string")


# -- sampling


@of_request(
    "basic/temperature",
    also=(
        "refusal/temperature_beyond_range",
        "refusal/temperature_with_thinking",
        "refusal/temperature_with_top_p",
    ),
)
def temperature_ignored(body: Body) -> Body:
    """Fields that are dropped without a word (veryfront#1049 asks for warnings)."""
    return without(body, "temperature")


@of_request("basic/temperature", also=("refusal/temperature_beyond_range",))
def temperature_always_zero(body: Body) -> Body:
    """A gateway that answers from a cache or pins its sampling: every answer is the same."""
    return {**body, "temperature": 0} if body.get("temperature") else body


@of_check("basic/temperature")
def temperature_fixed_at_one(call: Call) -> None:
    """Kimi: `invalid temperature: only 1 is allowed for this model` (Clawith#167)."""
    if call.body.get("temperature") not in (None, 1):
        raise invalid("temperature", "only 1 is allowed for this model")


@of_request("basic/temperature", also=("refusal/temperature_beyond_range",))
def temperature_range_unchecked(body: Body) -> Body:
    """Values outside the documented range are clamped instead of refused (llama.cpp, measured)."""
    given = body.get("temperature")
    return {**body, "temperature": min(max(given, 0), 1)} if isinstance(given, float) else body


@of_request(
    "basic/top_k",
    also=(
        "refusal/top_k_negative",
        "refusal/top_k_with_thinking",
    ),
)
def top_k_ignored(body: Body) -> Body:
    """DeepSeek and MiniMax document that they ignore `top_k`."""
    return without(body, "top_k")


@of_check("basic/top_k")
def top_k_refused(call: Call) -> None:
    """OpenAI's API knows no top_k, so a thin translation refuses it."""
    if "top_k" in call.body:
        raise invalid("top_k", "Unrecognized request argument supplied: top_k")


@of_request(
    "basic/top_p",
    also=(
        "refusal/temperature_with_top_p",
        "refusal/top_p_beyond_range",
        "refusal/top_p_with_thinking",
    ),
)
def top_p_ignored(body: Body) -> Body:
    """A field that is dropped without a word."""
    return without(body, "top_p")


@of_request("basic/top_p")
def top_p_range_unchecked(body: Body) -> Body:
    """SiliconFlow wants [0.1, 1] and others clamp: out of range, nothing is said."""
    given = body.get("top_p")
    return {**body, "top_p": min(max(given, 0.0), 0.99)} if isinstance(given, float) else body
