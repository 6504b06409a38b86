"""Faults of filters in front of a model: what is personal or secret is masked, marks are taken."""

import re
from collections.abc import Callable

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import Body, of_message, of_model_input
from messages_conformance.reference.faults.edits import Block, is_object, with_blocks, with_turns
from messages_conformance.reference.pipeline import Message


def _with_texts(body: Body, change: Callable[[str], str]) -> Body:
    def changed(turn: Body) -> Body:
        content = turn.get("content")
        if isinstance(content, str):
            return {**turn, "content": change(content)}
        if not isinstance(content, list):
            return turn
        blocks = [
            {**block, "text": change(block["text"])}
            if is_object(block) and block.get("type") == "text"
            else block
            for block in content
        ]
        return {**turn, "content": blocks}

    return with_turns(body, changed)


@of_model_input("content/string")
def addresses_are_masked(body: Body) -> Body:
    """Mail addresses are masked before the model reads them (LiteLLM's Presidio guardrail)."""
    return _with_texts(body, lambda words: re.sub(r"[\w.]+@[\w.]+\.\w+", "<EMAIL_ADDRESS>", words))


@of_model_input("content/string")
def telephone_numbers_are_masked(body: Body) -> Body:
    """Telephone numbers are masked before the model reads them (LiteLLM's Presidio guardrail)."""
    number = r"\+\d[\d ()/-]{7,}\d"
    return _with_texts(body, lambda words: re.sub(number, "<PHONE_NUMBER>", words))


@of_model_input("content/string")
def links_are_taken_out(body: Body) -> Body:
    """Web addresses in a prompt are replaced by a word (devised)."""
    return _with_texts(body, lambda words: re.sub(r"https?://\S+", "[link]", words))


@of_model_input("content/string")
def special_tokens_are_taken_out(body: Body) -> Body:
    """Marks that end a turn in some chat templates are taken out of what users say (devised)."""
    return _with_texts(body, lambda words: re.sub(r"<\|im_(?:start|end)\|>|</?s>", "", words))


@of_model_input("content/tool_result/content")
def secrets_in_results_are_masked(body: Body) -> Body:
    """What looks like a password in a tool's result is masked (devised, after secret scanners)."""

    def masked(block: Block, _: str) -> Block:
        found = block.get("content")
        if block.get("type") != "tool_result" or not isinstance(found, str):
            return block
        return {**block, "content": re.sub(r"(password|token|api_key)=\S+", r"\1=***", found)}

    return with_blocks(body, masked)


@of_message("content/string")
def lines_lose_blanks_at_their_end(_request: AdmittedRequest, message: Message) -> Message:
    """Blanks at the end of lines are taken out of answers, as formatters do (devised)."""
    content = [
        {**block, "text": re.sub(r" +(?=\n)", "", block["text"])}
        if block["type"] == "text"
        else block
        for block in message["content"]
    ]
    return {**message, "content": content}
