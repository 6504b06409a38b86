"""Faults of fields of a request: ignored, applied wrongly, or wrongly refused."""

from dataclasses import replace

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.completion import Block, Completion, finish_answer
from messages_conformance.reference.faults.decorators import (
    DOCUMENTED,
    DOCUMENTED_2026,
    STRICT,
    Body,
    of_check,
    of_message,
    of_request,
    of_stages,
    of_streamed_message,
)
from messages_conformance.reference.faults.edits import with_changes, without
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.response import Refusal, Response, invalid

# -- max_tokens


@of_request(
    "basic/max_tokens",
    side_effects=("refusal/budget_beyond_max_tokens",),
)
def max_tokens_ignored(body: Body) -> Body:
    """`max_tokens` does not limit the answer (Model Studio's page of 2026-08, for most models)."""
    limit = body.get("max_tokens")
    return {**body, "max_tokens": 4096} if type(limit) is int and 0 < limit < 4096 else body


@of_message("basic/max_tokens")
def max_tokens_unsaid(_request: AdmittedRequest, message: Message) -> Message:
    """An answer cut by `max_tokens` says `end_turn`.

    Source: Translations that map OpenAI's `length` so.
    """
    cut = message["stop_reason"] == "max_tokens"
    return with_changes(message, stop_reason="end_turn") if cut else message


@of_stages("basic/max_tokens")
def max_tokens_overrun(stages: Stages) -> Stages:
    """More tokens are generated and charged than `max_tokens` allows.

    Source: Model Studio's page of 2026-08 leaves thinking out of the limit for most models.
    """

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        limit = request.body["max_tokens"]
        return finish_answer(
            blocks, limit + 10 if limit else 0, request.body.get("stop_sequences") or []
        )

    return replace(stages, finish=finish)


# -- fields without a visible effect


@of_request("basic/container")
def container_ignored(body: Body) -> Body:
    """`container` is ignored (documented by DeepSeek)."""
    return without(body, "container")


@of_request("basic/mcp_servers")
def mcp_servers_ignored(body: Body) -> Body:
    """`mcp_servers` is ignored, so that its tools are missing (documented by DeepSeek)."""
    kept = without(body, "mcp_servers")
    if isinstance(kept.get("tools"), list):
        tools = [t for t in kept["tools"] if t.get("type") != "mcp_toolset"]
        kept = {**kept, "tools": tools} if tools else without(kept, "tools")
    return kept


@of_request(
    "basic/metadata",
    side_effects=(
        "refusal/unknown_field_in_metadata",
        "refusal/user_id_number",
        "refusal/user_id_too_long",
    ),
)
def metadata_ignored(body: Body) -> Body:
    """`metadata` is ignored, well-formed or not (MiniMax and DeepSeek)."""
    return without(body, "metadata")


@of_check("basic/metadata", endpoints=(STRICT,))
def user_id_of_few_characters(request: AdmittedRequest) -> None:
    """A `user_id` with characters outside `[a-zA-Z0-9_-]` is refused.

    Source: DeepSeek, deepseek-ai/awesome-deepseek-agent#67.
    """
    user = (request.body.get("metadata") or {}).get("user_id")
    if isinstance(user, str) and not user.replace("_", "").replace("-", "").isalnum():
        raise invalid("metadata.user_id", "String should match pattern '^[a-zA-Z0-9_-]+$'")


@of_request("basic/service_tier")
def service_tier_ignored(body: Body) -> Body:
    """`service_tier` is ignored (documented by MiniMax)."""
    return without(body, "service_tier")


# -- stop_sequences


@of_request(
    "basic/stop_sequences",
    side_effects=(
        "refusal/blank_stop_sequence",
        "refusal/empty_stop_sequence",
        "refusal/stop_sequences_string",
    ),
)
def stop_sequences_dropped(body: Body) -> Body:
    """`stop_sequences` is dropped (litellm#37118, on one route)."""
    return without(body, "stop_sequences")


@of_message("basic/stop_sequences")
def stop_reason_stays_end_turn(_request: AdmittedRequest, message: Message) -> Message:
    """An answer that ends at a stop sequence says `end_turn`.

    Source: Model Studio's page of 2026-06, and Kimi.
    """
    hit = message["stop_reason"] == "stop_sequence"
    changes = {"stop_reason": "end_turn", "stop_sequence": None}
    return with_changes(message, **changes) if hit else message


@of_message("basic/stop_sequences")
def stop_sequence_named_without_reason(_request: AdmittedRequest, message: Message) -> Message:
    """`stop_sequence` names the match, but `stop_reason` says `end_turn`.

    Source: llama.cpp build 11434, measured.
    """
    hit = message["stop_reason"] == "stop_sequence"
    return with_changes(message, stop_reason="end_turn") if hit else message


@of_message("basic/stop_sequences")
def stop_sequence_never_named(_request: AdmittedRequest, message: Message) -> Message:
    """`stop_sequence` is always null.

    Source: Documented as "fixed null" on Model Studio's page of 2026-06.
    """
    hit = message["stop_reason"] == "stop_sequence"
    return with_changes(message, stop_sequence=None) if hit else message


@of_stages("basic/stop_sequences", endpoints=(DOCUMENTED, STRICT, DOCUMENTED_2026))
def stop_sequence_left_in_text(stages: Stages) -> Stages:
    """The stop sequence stays at the end of the text.

    Source: Recordings of the original API leave it out.
    """

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        ended = stages.finish(request, blocks)
        if ended.stop_sequence is None or not ended.blocks:
            return ended
        *before, last = ended.blocks
        kept = {**last, "text": last.get("text", "") + ended.stop_sequence}
        return replace(ended, blocks=(*before, kept))

    return replace(stages, finish=finish)


# -- stream and system


@of_request("basic/stream", side_effects=("refusal/stream_string",))
def stream_answered_in_json(body: Body) -> Body:
    """`stream: true` gets one JSON body (litellm#14315)."""
    return without(body, "stream")


@of_request("basic/system", side_effects=("refusal/system_number", "request/cache_ttl_1h"))
def system_dropped(body: Body) -> Body:
    """`system` is accepted and never reaches the model."""
    return without(body, "system")


@of_request("basic/system", side_effects=("request/cache_ttl_1h",))
def system_list_dropped(body: Body) -> Body:
    """`system` as a list is dropped; only a string is read."""
    return without(body, "system") if isinstance(body.get("system"), list) else body


@of_check("basic/system")
def system_list_refused(request: AdmittedRequest) -> None:
    """`system` as a list is refused (claude-code-router#1221)."""
    if isinstance(request.body.get("system"), list):
        raise invalid("system", "Input should be a valid string")


# -- sampling


@of_request(
    "basic/temperature",
    side_effects=(
        "refusal/temperature_beyond_range",
        "refusal/temperature_with_thinking",
        "refusal/temperature_with_top_p",
        "refusal/temperature_string",
    ),
)
def temperature_ignored(body: Body) -> Body:
    """`temperature` is ignored (veryfront#1049 asks for warnings about such fields)."""
    return without(body, "temperature")


@of_request(
    "basic/temperature",
    side_effects=("refusal/temperature_beyond_range", "refusal/temperature_string"),
)
def temperature_always_zero(body: Body) -> Body:
    """Every temperature is taken for 0, so that all answers are equal."""
    return {**body, "temperature": 0} if body.get("temperature") else body


@of_check("basic/temperature")
def temperature_fixed_at_one(request: AdmittedRequest) -> None:
    """Any temperature but 1 is refused (Kimi, Clawith#167)."""
    if request.body.get("temperature") not in (None, 1):
        raise invalid("temperature", "only 1 is allowed for this model")


@of_request("basic/temperature", side_effects=("refusal/temperature_beyond_range",))
def temperature_range_unchecked(body: Body) -> Body:
    """A temperature outside the documented range is clamped and not refused.

    Source: llama.cpp, measured.
    """
    given = body.get("temperature")
    return {**body, "temperature": min(max(given, 0), 1)} if isinstance(given, float) else body


@of_request(
    "basic/top_k",
    side_effects=(
        "refusal/top_k_negative",
        "refusal/top_k_with_thinking",
    ),
)
def top_k_ignored(body: Body) -> Body:
    """`top_k` is ignored (documented by DeepSeek and MiniMax)."""
    return without(body, "top_k")


@of_check("basic/top_k")
def top_k_refused(request: AdmittedRequest) -> None:
    """`top_k` is refused, as OpenAI's API lacks it."""
    if "top_k" in request.body:
        raise invalid("top_k", "Unrecognized request argument supplied: top_k")


@of_request(
    "basic/top_p",
    side_effects=(
        "refusal/temperature_with_top_p",
        "refusal/top_p_beyond_range",
        "refusal/top_p_with_thinking",
    ),
)
def top_p_ignored(body: Body) -> Body:
    """`top_p` is ignored."""
    return without(body, "top_p")


@of_request("basic/top_p")
def top_p_range_unchecked(body: Body) -> Body:
    """A `top_p` outside the documented range is clamped and not refused.

    Source: SiliconFlow documents [0.1, 1].
    """
    given = body.get("top_p")
    return {**body, "top_p": min(max(given, 0.0), 0.99)} if isinstance(given, float) else body


@of_streamed_message("basic/stream", side_effects=("wire/stream",))
def cut_streams_end_their_turn(_request: AdmittedRequest, message: Message) -> Message:
    """A stream that was cut at `max_tokens` says `end_turn`."""
    if message["stop_reason"] != "max_tokens":
        return message
    return with_changes(message, stop_reason="end_turn")


@of_stages("basic/metadata", endpoints=(DOCUMENTED,))
def malformed_metadata_crashes(stages: Stages) -> Stages:
    """A malformed `metadata` is answered with 500 instead of 400."""

    def refuse(refusal: Refusal, request_id: str) -> Response:
        crashes = "metadata" in refusal.message
        return stages.refuse(Refusal(500, refusal.message) if crashes else refusal, request_id)

    return replace(stages, refuse=refuse)
