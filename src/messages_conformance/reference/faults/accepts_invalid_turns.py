"""Sins of leniency towards a conversation: its turns, its pictures and its cache marks."""

import base64
from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import (
    STRICT,
    STRICT_2026,
    Body,
    lenient,
    of_stages,
    unchecked,
)
from messages_conformance.reference.faults.edits import (
    Block,
    is_object,
    with_blocks,
    with_field,
    with_turns,
    without,
)
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.strict import caching

_BLOCKS = ("text", "image", "document", "search_result", "tool_result", "tool_use", "thinking")

# -- the conversation


@lenient("messages_empty")
def no_messages_answered(body: Body) -> Body:
    """llama.cpp answers `messages: []` with 200; its own tests hold that."""
    return with_field("messages", lambda m: m or [{"role": "user", "content": "…"}])(body)


@lenient("assistant_first")
def a_user_is_put_before(body: Body) -> Body:
    """A turn of the user is put before the assistant's first."""

    def mend(turns: Any) -> Any:
        first = turns[0] if isinstance(turns, list) and turns else {}
        return (
            [{"role": "user", "content": "…"}, *turns]
            if first.get("role") == "assistant"
            else turns
        )

    return with_field("messages", mend)(body)


@lenient("unknown_role")
def unknown_roles_are_users(body: Body) -> Body:
    """Whoever is not known is taken for the user."""
    known = ("user", "assistant", "system")
    return with_turns(body, lambda t: t if t.get("role") in known else {**t, "role": "user"})


@lenient("system_role_first")
def system_turns_hoisted(body: Body) -> Body:
    """vLLM moves system turns to the front; where they stood is forgotten (vLLM#48874)."""
    turns = body.get("messages")
    if not isinstance(turns, list):
        return body
    system = [t["content"] for t in turns if t.get("role") == "system"]
    others = [t for t in turns if t.get("role") != "system"]
    return {**body, "messages": others, "system": "\n".join(system)} if system else body


@lenient("empty_text", "refusal/mark_on_empty_text", "refusal/empty_content")
def empty_text_dropped(body: Body) -> Body:
    """Model Studio takes empty text blocks (reported in 2026-10)."""
    return with_blocks(
        body, lambda b, _: None if b.get("type") == "text" and b.get("text") == "" else b
    )


@lenient("blank_text")
def blank_text_taken(body: Body) -> Body:
    """White space is taken for text."""

    def filled(block: Block, _role: str) -> Block:
        blank = block.get("type") == "text" and (block.get("text") or "x").isspace()
        return {**block, "text": "…"} if blank else block

    return with_blocks(body, filled)


@lenient("empty_content")
def empty_turns_dropped(body: Body) -> Body:
    """Turns without any content are dropped, wherever they stand."""
    turns = body.get("messages")
    if not isinstance(turns, list) or len(turns) < 2:
        return body
    return {**body, "messages": [t for t in turns if t.get("content") not in ("", [])]}


@lenient("prefill_ending_in_blank", worlds=(STRICT,))
def prefills_trimmed(body: Body) -> Body:
    """White space at the end of a prefilled answer is cut off."""

    def trimmed(turn: Body) -> Body:
        said = turn.get("content")
        mine = turn.get("role") == "assistant" and isinstance(said, str)
        return {**turn, "content": str(said).rstrip()} if mine else turn

    return with_turns(body, trimmed)


@lenient("unknown_field_in_block")
def unknown_block_fields_dropped(body: Body) -> Body:
    """A field that is not known is dropped from its block."""
    known = ("type", "text", "citations", "cache_control")
    return with_blocks(
        body,
        lambda b, _: {k: v for k, v in b.items() if k in known} if b.get("type") == "text" else b,
    )


@lenient("unknown_block", "content/container_upload")
def unknown_blocks_dropped(body: Body) -> Body:
    """Blocks that a translation cannot read are left out; MiniMax said "content is empty" then."""

    def known(block: Block, role: str) -> Block | None:
        kind = str(block.get("type"))
        return block if role == "assistant" or kind in _BLOCKS else None

    return with_blocks(body, known)


@lenient("document_of_assistant", worlds=(STRICT_2026,))
def documents_of_assistants_dropped(body: Body) -> Body:
    """What API version 2026-10-21 forbids is still taken, and dropped."""
    return with_blocks(
        body,
        lambda b, role: None if role == "assistant" and b.get("type") == "document" else b,
    )


@lenient("citations_of_user", worlds=(STRICT_2026,))
def citations_of_users_dropped(body: Body) -> Body:
    """The same of citations in what a user says."""
    return with_blocks(
        body, lambda b, role: without(b, "citations") if role == "user" and _text(b) else b
    )


# -- pictures


@lenient("image_of_unknown_type", "refusal/image_mislabelled")
def labels_of_images_ignored(body: Body) -> Body:
    """An image's type is told by its bytes, whatever its label says."""

    def relabelled(block: Block, _role: str) -> Block:
        source = block.get("source")
        if block.get("type") != "image" or not is_object(source) or not _png(source.get("data")):
            return block
        return {**block, "source": {**source, "media_type": "image/png"}}

    return with_blocks(body, relabelled)


@lenient("image_mislabelled")
def wrong_labels_ignored(body: Body) -> Body:
    """The same, for types that are known."""

    def relabelled(block: Block, _role: str) -> Block:
        source = block.get("source")
        if block.get("type") != "image" or not is_object(source) or not _png(source.get("data")):
            return block
        if source.get("media_type") != "image/jpeg":
            return block
        return {**block, "source": {**source, "media_type": "image/png"}}

    return with_blocks(body, relabelled)


@lenient("image_undecodable")
def broken_images_dropped(body: Body) -> Body:
    """An image that cannot be read is left out, and the model answers about nothing."""

    def readable(block: Block, _role: str) -> Block | None:
        source = block.get("source")
        if block.get("type") == "image" and is_object(source) and not _png(source.get("data")):
            return None
        return block

    return with_blocks(body, readable)


# -- cache marks


@lenient("unknown_cache_type")
def unknown_marks_dropped(body: Body) -> Body:
    """A mark of an unknown type is dropped."""
    return _marks(body, lambda m: m if m.get("type") == "ephemeral" else None)


@lenient("unknown_cache_lifetime")
def unknown_lifetimes_dropped(body: Body) -> Body:
    """Model Studio takes any `ttl` silently (reported in 2026-10)."""
    return _marks(body, lambda m: m if m.get("ttl") in (None, "5m", "1h") else without(m, "ttl"))


@of_stages("refusal/five_cache_marks", worlds=(STRICT,))
def any_number_of_marks(stages: Stages) -> Stages:
    """More than four marks are taken, and some of them have no effect."""
    return unchecked(stages, caching.marks_are_few)


@of_stages("refusal/hour_after_minutes", worlds=(STRICT,))
def lifetimes_in_any_order(stages: Stages) -> Stages:
    """A long mark after a short one is taken; what it then means nobody says."""
    return unchecked(stages, caching.long_marks_come_first)


@lenient("mark_on_empty_text")
def marked_empty_text_filled(body: Body) -> Body:
    """Empty text that is marked is filled with something."""

    def filled(block: Block, _role: str) -> Block:
        empty = _text(block) and block.get("text") == "" and "cache_control" in block
        return {**block, "text": "…"} if empty else block

    return with_blocks(body, filled)


@lenient("mark_on_thinking")
def marks_on_thinking_dropped(body: Body) -> Body:
    """A mark on a thought is dropped."""
    return with_blocks(
        body, lambda b, _: without(b, "cache_control") if b.get("type") == "thinking" else b
    )


def _text(block: Block) -> bool:
    return block.get("type") == "text"


def _png(data: Any) -> bool:
    return isinstance(data, str) and base64.b64decode(data[:16])[:4] == b"\x89PNG"


def _marks(body: Body, change: Callable[[Body], Body | None]) -> Body:
    def mend(block: Block, _role: str) -> Block:
        mark = block.get("cache_control")
        if not isinstance(mark, dict):
            return block
        kept = change(mark)
        return without(block, "cache_control") if kept is None else {**block, "cache_control": kept}

    return with_blocks(body, mend)
