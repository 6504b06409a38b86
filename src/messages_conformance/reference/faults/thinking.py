"""Sins of thinking: on when off, off when on, unsigned, or in the wrong place."""

from dataclasses import replace
from typing import Any

from messages_conformance.reference.faults.decorators import (
    DOCUMENTED,
    STRICT,
    Body,
    of_check,
    of_message,
    of_request,
    of_transcript,
    of_whole,
)
from messages_conformance.reference.faults.edits import with_changes, without
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import invalid
from messages_conformance.reference.transcript import Transcript
from messages_conformance.testing.mutations import of_messages


def kind_of(body: Body) -> Any:
    """The type of a body's thinking; None where there is none."""
    given = body.get("thinking")
    return given.get("type") if isinstance(given, dict) else None


def with_thoughts(message: Message, **changes: Any) -> Message:
    """The message with fields of its thinking changed; None takes one away."""
    content = [
        {k: v for k, v in {**block, **changes}.items() if v is not None}
        if block["type"] == "thinking"
        else block
        for block in message["content"]
    ]
    return with_changes(message, content=content)


@of_request(
    "basic/thinking",
    also=(
        "basic/stream",
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
    """MiniMax's early pages say that `thinking` is ignored."""
    return without(body, "thinking")


@of_transcript("basic/thinking", also=("basic/temperature",))
def thinks_unasked(body: Body, transcript: Transcript) -> Transcript:
    """Ollama and several models of Model Studio think by default (ollama#15287; page of 2026-08).

    Then the first block is thinking, and `content[0].text` fails.
    """
    plain = kind_of(body) is None and not transcript.tools
    return replace(transcript, thinks=True) if plain else transcript


@of_transcript("basic/thinking")
def thinks_when_disabled(body: Body, transcript: Transcript) -> Transcript:
    """Always-on models think whatever is asked (Model Studio lists four)."""
    return replace(transcript, thinks=True) if kind_of(body) == "disabled" else transcript


@of_message("basic/thinking")
def empty_thinking_when_disabled(call: Call, message: Message) -> Message:
    """An empty thinking block though disabled: Model Studio, live and in its sample."""
    if kind_of(call.body) != "disabled":
        return message
    empty = {"type": "thinking", "thinking": "", "signature": ""}
    return with_changes(message, content=[empty, *message["content"]])


@of_message("basic/thinking", also=("basic/stream", "basic/thinking/display", "content/thinking"))
def thinking_in_the_text(_call: Call, message: Message) -> Message:
    """MiniMax: reasoning lands in the text, between tags (openclaw#59824)."""
    thoughts = [b["thinking"] for b in message["content"] if b["type"] == "thinking"]
    if not thoughts:
        return message
    others = [b for b in message["content"] if b["type"] != "thinking"]
    tagged = {"type": "text", "text": f"<think>{thoughts[0]}</think>"}
    return with_changes(message, content=[tagged, *others])


@of_check(
    "basic/thinking",
    also=(
        "basic/stream",
        "basic/thinking/display",
        "content/thinking",
        "refusal/altered_thinking",
        "refusal/mark_on_thinking",
    ),
)
def thinking_enabled_refused(call: Call) -> None:
    """MiniMax takes only adaptive and disabled: `enabled` gets 400 (pi#6658)."""
    if kind_of(call.body) == "enabled":
        raise invalid("thinking.type", "invalid params (2013)")


@of_check("basic/thinking", worlds=(DOCUMENTED, STRICT))
def thinking_disabled_refused(call: Call) -> None:
    """Kimi: `only type=enabled is allowed for this model`; subagents die (Kimi-K2#141)."""
    if kind_of(call.body) == "disabled":
        raise invalid("thinking.type", "only type=enabled is allowed for this model")


@of_whole(
    "wire/message",
    rule="RS-THK-2",
    also=(
        "basic/thinking/display",
        "content/thinking",
    ),
)
def no_signature(_call: Call, message: Message) -> Message:
    """A thinking block without the key `signature` (llama.cpp#18551; Model Studio in 2026-03)."""
    return with_thoughts(message, signature=None)


@of_message(
    "wire/message",
    rule="RS-THK-3",
    also=(
        "basic/thinking/display",
        "content/thinking",
    ),
)
def signature_empty(_call: Call, message: Message) -> Message:
    """Model Studio's signature is "currently fixed as an empty string" (its pages since 2026)."""
    return with_thoughts(message, signature="")


@of_whole(
    "wire/message",
    rule="RS-THK-1",
    also=("basic/thinking", "basic/thinking/display", "content/thinking"),
)
def thinking_null(_call: Call, message: Message) -> Message:
    """`thinking: null` with its text under a name of OpenAI's dialects (openclaw#61995)."""
    return dict(of_messages.message_thinking_null.spoil(message))


@of_whole("wire/message", rule="RS-THK-4")
def redacted_thinking_empty(_call: Call, message: Message) -> Message:
    """A redacted block without its data: nothing to send back, and the next turn fails."""
    if all(block["type"] != "thinking" for block in message["content"]):
        return message
    *before, last = message["content"]
    redacted = {"type": "redacted_thinking", "data": ""}
    return with_changes(message, content=[*before, redacted, last])


@of_message("wire/message", rule="RS-THK-5")
def thinking_after_the_text(_call: Call, message: Message) -> Message:
    """Reasoning that arrives last stands last (litellm's tests hold thinking_block_order)."""
    thoughts = [b for b in message["content"] if b["type"] == "thinking"]
    others = [b for b in message["content"] if b["type"] != "thinking"]
    return with_changes(message, content=[*others, *thoughts])


@of_message(
    "wire/message",
    rule="TH-15",
    also=("basic/thinking", "basic/thinking/display", "content/thinking"),
)
def thinks_in_secret(_call: Call, message: Message) -> Message:
    """Forced calls drop the reasoning silently (pydantic-ai#6957)."""
    others = [b for b in message["content"] if b["type"] != "thinking"]
    return with_changes(message, content=others)
