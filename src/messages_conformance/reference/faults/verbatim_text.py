"""Faults that change text: emoji, markup, white space, quotes, on the way in or out."""

import html
import re
import unicodedata
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    Body,
    of_message,
    of_model_input,
    of_streamed_message,
)
from messages_conformance.reference.faults.edits import is_object, objects, with_changes, with_turns
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


@of_model_input(_ROW, side_effects=("tools/input_schema",))
def accents_apart_in_prompts(body: Body) -> Body:
    """Letters reach the model apart from their accents, as of a file system that decomposes."""
    return _sent(body, lambda text: unicodedata.normalize("NFD", text))


@of_model_input(_ROW)
def joined_emoji_apart_in_prompts(body: Body) -> Body:
    """Joiners of emoji, and other signs without width, are taken out."""
    return _sent(body, lambda text: re.sub("[\u200b-\u200d\ufe0f]", "", text))


@of_model_input(_ROW)
def url_escapes_undone_in_prompts(body: Body) -> Body:
    """Text is decoded as a URL before the model reads it."""
    return _sent(body, unquote)


@of_model_input(_ROW)
def json_escapes_undone_in_prompts(body: Body) -> Body:
    """A backslash and an `n` reach the model as a line break, as text is unescaped twice."""
    return _sent(body, lambda text: text.replace("\\n", "\n"))


@of_model_input(_ROW)
def template_marks_lost_in_prompts(body: Body) -> Body:
    """What looks like a mark of a chat template is taken out of text."""
    return _sent(body, lambda text: re.sub(r"<\|[^|]*\|>", "", text))


@of_model_input(_ROW)
def line_breaks_lost_in_prompts(body: Body) -> Body:
    """Each line break, and the white space around it, reaches the model as one blank."""
    return _sent(body, lambda text: re.sub(r"\s*\n\s*", " ", text))


@of_message(_ROW)
def fences_lost_in_answers(_request: AdmittedRequest, message: Message) -> Message:
    """Fences of code are taken out of answers."""
    return _said(message, lambda text: re.sub(r"```\w*\n?", "", text))


@of_message(_ROW)
def empty_lines_lost_in_answers(_request: AdmittedRequest, message: Message) -> Message:
    """Empty lines are taken out of answers."""
    return _said(message, lambda text: re.sub(r"\n{2,}", "\n", text))


@of_message(_ROW)
def begun_answers_repeated(request: AdmittedRequest, message: Message) -> Message:
    """The beginning of an answer that the request gives stands in the answer once more."""
    *_, last = request.body["messages"]
    if last.get("role") != "assistant":
        return message
    content = last.get("content")
    begun = (
        content
        if isinstance(content, str)
        else "".join(str(block.get("text", "")) for block in objects(content))
    )
    return _said(message, lambda text: f"{begun}{text}")


def _compatible(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


@of_model_input(_ROW)
def prompts_in_compatibility_form(body: Body) -> Body:
    """Prompts are normalised (NFKC) before the model reads them, as some filters do: devised."""
    return _sent(body, _compatible)


@of_message(_ROW)
def answers_in_compatibility_form(_request: AdmittedRequest, message: Message) -> Message:
    """Answers are normalised (NFKC) before they are sent: devised."""
    return _said(message, _compatible)
