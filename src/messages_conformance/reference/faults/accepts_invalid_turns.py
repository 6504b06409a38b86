"""Faults that accept an invalid conversation: its turns, its images and its cache marks."""

import base64
from collections.abc import Callable
from typing import Any

from messages_conformance.reference.faults.decorators import (
    STRICT,
    STRICT_2026,
    Body,
    accepts_invalid,
    of_stages,
    without_checks,
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
from messages_conformance.reference.strict import cache_control

_BLOCKS = ("text", "image", "document", "search_result", "tool_result", "tool_use", "thinking")

# -- the conversation


@accepts_invalid("messages_empty")
def no_messages_answered(body: Body) -> Body:
    """`messages: []` is answered (llama.cpp, whose own tests hold it)."""
    return with_field("messages", lambda m: m or [{"role": "user", "content": "…"}])(body)


@accepts_invalid("assistant_first")
def a_user_is_put_before(body: Body) -> Body:
    """A conversation that starts with the assistant is answered."""

    def repair(turns: Any) -> Any:
        first = turns[0] if isinstance(turns, list) and turns else {}
        return (
            [{"role": "user", "content": "…"}, *turns]
            if first.get("role") == "assistant"
            else turns
        )

    return with_field("messages", repair)(body)


@accepts_invalid("unknown_role", "refusal/role_missing")
def unknown_roles_are_users(body: Body) -> Body:
    """A turn of an unknown role is taken for the user's."""
    known = ("user", "assistant", "system")
    return with_turns(body, lambda t: t if t.get("role") in known else {**t, "role": "user"})


@accepts_invalid("system_role_first")
def system_turns_hoisted(body: Body) -> Body:
    """Turns of the role `system` are accepted and moved to the front (vLLM#48874)."""
    turns = body.get("messages")
    if not isinstance(turns, list):
        return body
    system = [t["content"] for t in turns if t.get("role") == "system"]
    others = [t for t in turns if t.get("role") != "system"]
    return {**body, "messages": others, "system": "\n".join(system)} if system else body


@accepts_invalid("empty_text", "refusal/mark_on_empty_text", "refusal/empty_content")
def empty_text_dropped(body: Body) -> Body:
    """Empty text blocks are accepted and dropped (Model Studio, 2026-10)."""
    return with_blocks(
        body, lambda b, _: None if b.get("type") == "text" and b.get("text") == "" else b
    )


@accepts_invalid("blank_text")
def blank_text_taken(body: Body) -> Body:
    """Text blocks of white space are accepted."""

    def filled(block: Block, _role: str) -> Block:
        blank = block.get("type") == "text" and (block.get("text") or "x").isspace()
        return {**block, "text": "…"} if blank else block

    return with_blocks(body, filled)


@accepts_invalid("empty_content")
def empty_turns_dropped(body: Body) -> Body:
    """Turns without content are accepted and dropped."""
    turns = body.get("messages")
    if not isinstance(turns, list) or len(turns) < 2:
        return body
    return {**body, "messages": [t for t in turns if t.get("content") not in ("", [])]}


@accepts_invalid("prefill_ending_in_blank", endpoints=(STRICT,))
def prefills_trimmed(body: Body) -> Body:
    """White space at the end of a prefilled answer is cut off."""

    def trimmed(turn: Body) -> Body:
        text = turn.get("content")
        prefilled = turn.get("role") == "assistant" and isinstance(text, str)
        return {**turn, "content": str(text).rstrip()} if prefilled else turn

    return with_turns(body, trimmed)


@accepts_invalid("unknown_field_in_block")
def unknown_block_fields_dropped(body: Body) -> Body:
    """Unknown fields of a text block are dropped."""
    known = ("type", "text", "citations", "cache_control")
    return with_blocks(
        body,
        lambda b, _: {k: v for k, v in b.items() if k in known} if b.get("type") == "text" else b,
    )


@accepts_invalid("unknown_block", "content/container_upload")
def unknown_blocks_dropped(body: Body) -> Body:
    """Blocks of an unknown type are dropped (MiniMax then said "content is empty")."""

    def known(block: Block, role: str) -> Block | None:
        kind = str(block.get("type"))
        return block if role == "assistant" or kind in _BLOCKS else None

    return with_blocks(body, known)


@accepts_invalid("document_of_assistant", endpoints=(STRICT_2026,))
def documents_of_assistants_dropped(body: Body) -> Body:
    """Documents in turns of the assistant are dropped, which version 2026-10-21 forbids."""
    return with_blocks(
        body,
        lambda b, role: None if role == "assistant" and b.get("type") == "document" else b,
    )


@accepts_invalid("citations_of_user", endpoints=(STRICT_2026,))
def citations_of_users_dropped(body: Body) -> Body:
    """Citations in turns of the user are dropped, which version 2026-10-21 forbids."""
    return with_blocks(
        body, lambda b, role: without(b, "citations") if role == "user" and _text(b) else b
    )


# -- images


@accepts_invalid("image_of_unknown_type", "refusal/image_mislabelled")
def labels_of_images_ignored(body: Body) -> Body:
    """The media type of an image is ignored, even an unknown one."""

    def relabelled(block: Block, _role: str) -> Block:
        source = block.get("source")
        if block.get("type") != "image" or not is_object(source) or not _png(source.get("data")):
            return block
        return {**block, "source": {**source, "media_type": "image/png"}}

    return with_blocks(body, relabelled)


@accepts_invalid("image_mislabelled")
def wrong_labels_ignored(body: Body) -> Body:
    """The media type of an image is ignored where it is a known one."""

    def relabelled(block: Block, _role: str) -> Block:
        source = block.get("source")
        if block.get("type") != "image" or not is_object(source) or not _png(source.get("data")):
            return block
        if source.get("media_type") != "image/jpeg":
            return block
        return {**block, "source": {**source, "media_type": "image/png"}}

    return with_blocks(body, relabelled)


@accepts_invalid("image_undecodable", "content/image")
def broken_images_dropped(body: Body) -> Body:
    """An image that cannot be decoded is dropped."""

    def readable(block: Block, _role: str) -> Block | None:
        source = block.get("source")
        if block.get("type") != "image" or not is_object(source):
            return block
        return block if _is_picture(source.get("data")) else None

    return with_blocks(body, readable)


# -- cache marks


@accepts_invalid("unknown_cache_type")
def unknown_marks_dropped(body: Body) -> Body:
    """`cache_control` of an unknown type is dropped."""
    return _marks(body, lambda m: m if m.get("type") == "ephemeral" else None)


@accepts_invalid("unknown_cache_lifetime")
def unknown_lifetimes_dropped(body: Body) -> Body:
    """An unknown `ttl` is accepted (Model Studio, 2026-10)."""
    return _marks(body, lambda m: m if m.get("ttl") in (None, "5m", "1h") else without(m, "ttl"))


@of_stages("refusal/five_cache_marks", endpoints=(STRICT,))
def any_number_of_marks(stages: Stages) -> Stages:
    """More than four cache marks are accepted."""
    return without_checks(stages, cache_control.at_most_four_marks)


@of_stages("refusal/hour_after_minutes", endpoints=(STRICT,))
def lifetimes_in_any_order(stages: Stages) -> Stages:
    """A cache mark of an hour after one of five minutes is accepted."""
    return without_checks(stages, cache_control.long_marks_come_first)


@accepts_invalid("mark_on_empty_text")
def marked_empty_text_filled(body: Body) -> Body:
    """An empty text block with `cache_control` is accepted and filled."""

    def filled(block: Block, _role: str) -> Block:
        empty = _text(block) and block.get("text") == "" and "cache_control" in block
        return {**block, "text": "…"} if empty else block

    return with_blocks(body, filled)


@accepts_invalid("mark_on_thinking")
def marks_on_thinking_dropped(body: Body) -> Body:
    """`cache_control` on a thinking block is dropped."""
    return with_blocks(
        body, lambda b, _: without(b, "cache_control") if b.get("type") == "thinking" else b
    )


def _text(block: Block) -> bool:
    return block.get("type") == "text"


def _png(data: Any) -> bool:
    return isinstance(data, str) and base64.b64decode(data[:16])[:4] == b"\x89PNG"


def _is_picture(data: Any) -> bool:
    begins = base64.b64decode(data[:16])[:4] if isinstance(data, str) else b""
    return begins in (b"\x89PNG", b"GIF8")


def _marks(body: Body, change: Callable[[Body], Body | None]) -> Body:
    def repair(block: Block, _role: str) -> Block:
        mark = block.get("cache_control")
        if not isinstance(mark, dict):
            return block
        kept = change(mark)
        return without(block, "cache_control") if kept is None else {**block, "cache_control": kept}

    return with_blocks(body, repair)
