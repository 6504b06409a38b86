"""Faults of thinking: on when off, off when on, unsigned, or in the wrong place."""

from dataclasses import replace
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    DOCUMENTED,
    STRICT,
    Body,
    of_check,
    of_message,
    of_model_input,
    of_plain_message,
    of_request,
    of_streamed_message,
    of_transcript,
)
from messages_conformance.reference.faults.edits import holds, with_changes, without
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.response import Refusal, invalid
from messages_conformance.reference.transcript import Transcript
from messages_conformance.testing.mutations import of_messages


def thinking_type_of(body: Body) -> Any:
    """The type of a body's thinking; None where there is none."""
    given = body.get("thinking")
    return given.get("type") if isinstance(given, dict) else None


def with_thinking_fields(message: Message, **changes: Any) -> Message:
    """The message with fields of its thinking blocks changed; None removes one."""
    content = [
        {k: v for k, v in {**block, **changes}.items() if v is not None}
        if block["type"] == "thinking"
        else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_request(
    "basic/thinking",
    side_effects=(
        "basic/stream",
        "basic/thinking/adaptive",
        "basic/thinking/display",
        "content/thinking",
        "refusal/budget_beyond_max_tokens",
        "refusal/budget_missing",
        "refusal/budget_too_small",
        "refusal/call_without_thought",
        "refusal/display_when_disabled",
        "refusal/forced_call_with_thinking",
        "refusal/prefill_with_thinking",
        "refusal/temperature_with_thinking",
        "refusal/top_k_with_thinking",
        "refusal/top_p_with_thinking",
        "refusal/unknown_thinking",
    ),
)
def thinking_ignored(body: Body) -> Body:
    """`thinking` is ignored (MiniMax's early pages)."""
    return without(body, "thinking")


@of_transcript("basic/thinking", side_effects=("basic/temperature",))
def thinks_unasked(body: Body, transcript: Transcript) -> Transcript:
    """The model thinks by default, so that the first block is no text.

    Source: ollama#15287; Model Studio's page of 2026-08.
    """
    plain = thinking_type_of(body) is None and not transcript.tools
    return replace(transcript, thinks=True) if plain else transcript


def _thinking(body: Body) -> Body:
    """The body, which asks for thinking unless it says otherwise."""
    thinks = {"type": "enabled", "budget_tokens": 1024}
    return body if thinking_type_of(body) else {**body, "thinking": thinks}


@of_model_input("basic/thinking")
def thinks_unasked_beside_system(body: Body) -> Body:
    """The model thinks unasked where there is a system prompt (devised)."""
    return _thinking(body) if body.get("system") else body


@of_model_input("basic/thinking", side_effects=("basic/stream",))
def thinks_unasked_in_streams(body: Body) -> Body:
    """The model thinks unasked where the answer is streamed (devised)."""
    return _thinking(body) if body.get("stream") is True else body


@of_model_input("basic/thinking")
def thinks_unasked_after_results(body: Body) -> Body:
    """The model thinks unasked where the conversation holds results of tools (devised)."""
    return _thinking(body) if holds(body, "tool_result") else body


@of_model_input("basic/thinking")
def thinks_unasked_in_conversations(body: Body) -> Body:
    """The model thinks unasked from the second turn on (devised)."""
    return _thinking(body) if len(body.get("messages") or ()) > 1 else body


@of_transcript("basic/thinking")
def thinks_when_disabled(body: Body, transcript: Transcript) -> Transcript:
    """The model thinks although thinking is disabled (Model Studio lists four such models)."""
    return replace(transcript, thinks=True) if thinking_type_of(body) == "disabled" else transcript


@of_message("basic/thinking")
def empty_thinking_when_disabled(request: AdmittedRequest, message: Message) -> Message:
    """An empty thinking block comes although thinking is disabled.

    Source: Model Studio, live and in its sample.
    """
    if thinking_type_of(request.body) != "disabled":
        return message
    empty = {"type": "thinking", "thinking": "", "signature": ""}
    return with_changes(message, content=[empty, *message["content"]])


@of_message(
    "basic/thinking", side_effects=("basic/stream", "basic/thinking/display", "content/thinking")
)
def thinking_in_the_text(_request: AdmittedRequest, message: Message) -> Message:
    """Thinking comes in the text, between tags (MiniMax, openclaw#59824)."""
    thoughts = [b["thinking"] for b in message["content"] if b["type"] == "thinking"]
    if not thoughts:
        return message
    others = [b for b in message["content"] if b["type"] != "thinking"]
    tagged = {"type": "text", "text": f"<think>{thoughts[0]}</think>"}
    return with_changes(message, content=[tagged, *others])


@of_check(
    "basic/thinking",
    side_effects=(
        "basic/stream",
        "basic/thinking/display",
        "content/thinking",
        "refusal/altered_thinking",
        "refusal/mark_on_thinking",
    ),
)
def thinking_enabled_refused(request: AdmittedRequest) -> None:
    """`thinking: enabled` is refused (MiniMax, pi#6658)."""
    if thinking_type_of(request.body) == "enabled":
        raise invalid("thinking.type", "invalid params (2013)")


@of_check("basic/thinking", endpoints=(DOCUMENTED, STRICT))
def thinking_disabled_refused(request: AdmittedRequest) -> None:
    """`thinking: disabled` is refused (Kimi, Kimi-K2#141)."""
    if thinking_type_of(request.body) == "disabled":
        raise invalid("thinking.type", "only type=enabled is allowed for this model")


@of_check("basic/thinking/adaptive", endpoints=(STRICT,))
def adaptive_thinking_breaks(request: AdmittedRequest) -> None:
    """Thinking of the type `adaptive` ends in a server error, where a refusal is meant.

    Source: anthropics/claude-code#29531, where an error event came in place of a body.
    """
    if thinking_type_of(request.body) == "adaptive":
        raise Refusal(500, 'event:error\ndata:{"code":"InvalidParameter"}')


@of_plain_message(
    "wire/message",
    rule="RS-THK-2",
    side_effects=(
        "basic/thinking/display",
        "content/thinking",
    ),
)
def no_signature(_request: AdmittedRequest, message: Message) -> Message:
    """A thinking block has no `signature` (llama.cpp#18551; Model Studio in 2026-03)."""
    return with_thinking_fields(message, signature=None)


@of_message(
    "wire/message",
    rule="RS-THK-3",
    side_effects=(
        "basic/thinking/display",
        "content/thinking",
    ),
)
def signature_empty(_request: AdmittedRequest, message: Message) -> Message:
    """The signature of a thinking block is empty (documented by Model Studio since 2026)."""
    return with_thinking_fields(message, signature="")


@of_plain_message(
    "wire/message",
    rule="RS-THK-1",
    side_effects=("basic/thinking", "basic/thinking/display", "content/thinking"),
)
def thinking_null(_request: AdmittedRequest, message: Message) -> Message:
    """A thinking block has `thinking: null`, and its text under OpenAI's name (openclaw#61995)."""
    return dict(of_messages.message_thinking_null.spoil(message))


@of_plain_message("wire/message", rule="RS-THK-4")
def redacted_thinking_empty(_request: AdmittedRequest, message: Message) -> Message:
    """A redacted thinking block has no data, so that the next turn fails."""
    if all(block["type"] != "thinking" for block in message["content"]):
        return message
    *before, last = message["content"]
    redacted = {"type": "redacted_thinking", "data": ""}
    return with_changes(message, content=[*before, redacted, last])


@of_message("wire/message", rule="RS-THK-5")
def thinking_after_the_text(_request: AdmittedRequest, message: Message) -> Message:
    """Thinking blocks come after the text (litellm's tests hold thinking_block_order)."""
    thoughts = [b for b in message["content"] if b["type"] == "thinking"]
    others = [b for b in message["content"] if b["type"] != "thinking"]
    return with_changes(message, content=[*others, *thoughts])


@of_message(
    "wire/message",
    rule="TH-15",
    side_effects=("basic/thinking", "basic/thinking/display", "content/thinking"),
)
def thinks_in_secret(_request: AdmittedRequest, message: Message) -> Message:
    """Thinking is charged and not returned (pydantic-ai#6957)."""
    others = [b for b in message["content"] if b["type"] != "thinking"]
    return with_changes(message, content=others)


@of_streamed_message("basic/stream", side_effects=("wire/stream",))
def thinking_empty_in_streams(_request: AdmittedRequest, message: Message) -> Message:
    """Streamed thinking blocks are empty, though they have a signature."""
    content = [
        {**block, "thinking": ""} if block["type"] == "thinking" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_message("basic/thinking")
def text_begins_empty_after_thinking(_request: AdmittedRequest, message: Message) -> Message:
    """Text after thinking begins with two empty lines, as chat templates of Qwen end a thought."""
    if not any(block["type"] == "thinking" for block in message["content"]):
        return message
    content = [
        {**block, "text": f"\n\n{block['text']}"} if block["type"] == "text" else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_message("basic/thinking")
def no_thinking_beside_tools(request: AdmittedRequest, message: Message) -> Message:
    """Where tools are on offer, thinking is taken out of answers (devised)."""
    if not request.body.get("tools"):
        return message
    others = [block for block in message["content"] if block["type"] != "thinking"]
    return with_changes(message, content=others)
