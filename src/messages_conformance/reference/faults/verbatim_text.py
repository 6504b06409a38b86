"""Faults that change text: emoji, markup, white space, quotes, on the way in or out."""

import html
import re
from collections.abc import Callable
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    Body,
    of_message,
    of_model_input,
    of_streamed_message,
)
from messages_conformance.reference.faults.edits import is_object, with_changes, with_turns
from messages_conformance.reference.pipeline import Message

_ROW = "content/string"


def _sent(body: Body, change: Callable[[str], str]) -> Body:
    """The body with the text of every turn changed."""

    def changed(turn: Body) -> Body:
        content = turn.get("content")
        if isinstance(content, str):
            return {**turn, "content": change(content)}
        blocks = content if isinstance(content, list) else []
        return {**turn, "content": [_block(block, change) for block in blocks]}

    return with_turns(body, changed)


def _said(message: Message, change: Callable[[str], str]) -> Message:
    """The message with all of its text changed."""
    return with_changes(message, content=[_block(block, change) for block in message["content"]])


def _block(block: Any, change: Callable[[str], str]) -> Any:
    if not is_object(block) or block.get("type") != "text":
        return block
    return {**block, "text": change(str(block.get("text")))}


def _without_emoji(text: str) -> str:
    return "".join(one for one in text if one <= "\uffff")


@of_model_input(_ROW)
def emoji_lost_in_prompts(body: Body) -> Body:
    """Characters beyond the basic plane never reach the model, as of a database's old `utf8`."""
    return _sent(body, _without_emoji)


@of_message(_ROW)
def emoji_lost_in_answers(_request: AdmittedRequest, message: Message) -> Message:
    """Characters beyond the basic plane are lost in answers."""
    return _said(message, _without_emoji)


@of_model_input(_ROW)
def markup_escaped_in_prompts(body: Body) -> Body:
    """Text is escaped as in HTML before the model reads it."""
    return _sent(body, html.escape)


@of_message(_ROW)
def markup_escaped_in_answers(_request: AdmittedRequest, message: Message) -> Message:
    """Answers are escaped as in HTML."""
    return _said(message, lambda text: html.escape(text, quote=False))


@of_model_input(_ROW)
def white_space_collapsed_in_prompts(body: Body) -> Body:
    """Line breaks, tabs and runs of blanks reach the model as one blank."""
    return _sent(body, lambda text: re.sub(r"[ \t]+", " ", text))


@of_message(_ROW, side_effects=("basic/stop_sequences", "content/string"))
def line_breaks_lost_in_answers(_request: AdmittedRequest, message: Message) -> Message:
    """Line breaks in answers become blanks."""
    return _said(message, lambda text: text.replace("\n", " "))


@of_message(_ROW)
def indentation_lost_in_answers(_request: AdmittedRequest, message: Message) -> Message:
    """Each line of an answer loses the white space before and after it."""
    return _said(message, lambda text: "\n".join(line.strip() for line in text.split("\n")))


@of_message(_ROW)
def backslashes_lost_in_answers(_request: AdmittedRequest, message: Message) -> Message:
    """Backslashes in answers are taken for escapes, and lost."""
    return _said(message, lambda text: text.replace("\\", ""))


@of_streamed_message("basic/stream")
def quotes_escaped_in_streamed_text(_request: AdmittedRequest, message: Message) -> Message:
    """In streams, quotes and backslashes of text are escaped once too often."""
    return _said(message, lambda text: text.replace("\\", "\\\\").replace('"', '\\"'))
