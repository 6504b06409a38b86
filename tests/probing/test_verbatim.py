"""Dictated text that comes otherwise is blamed on the endpoint only where tokens show it."""

import re
from collections.abc import Callable

import pytest

from messages_conformance.probing import (
    DICTATED_TEXT,
    Ask,
    ProbeRun,
    also_verbatim,
    dictation,
    row,
    works,
)
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.reference import tokens
from messages_conformance.verdict import Kind
from support.probes import Answer, answered, run


@row("basic/x")
def comes_as_it_is(ask: Ask) -> ProbeRun:
    """A dictated text comes as it was sent."""
    return also_verbatim(works("fine"), lambda words: ask.shared(**dictation(words)), DICTATED_TEXT)


def unchanged(words: str) -> str:
    return words


def collapsed(words: str) -> str:
    return re.sub(r"[ \t]+", " ", words)


def without_emoji(words: str) -> str:
    return "".join(one for one in words if one <= "\uffff")


def endpoint(
    before: Callable[[str], str] = unchanged,
    model: Callable[[str], str] = unchanged,
    after: Callable[[str], str] = unchanged,
) -> Answer:
    """What changes a text before the model reads it, in the model, and after it said so."""

    def answer(request: Request, _: int) -> Exchange:
        prompt = request.body["messages"][0]["content"]
        read = before(prompt.partition("=====\n")[2].removesuffix("\n====="))
        spoken = model(read)
        figures = {"input_tokens": tokens.count(read), "output_tokens": tokens.count(spoken)}
        content = [{"type": "text", "text": after(spoken)}]
        body = {"type": "message", "content": content, "stop_reason": "end_turn", "usage": figures}
        return answered(request, 200, body)

    return answer


@pytest.mark.parametrize("change", [collapsed, without_emoji])
@pytest.mark.parametrize("place", ["before", "after"])
def test_what_the_endpoint_changes_is_held_against_it(
    place: str, change: Callable[[str], str]
) -> None:
    assert run(comes_as_it_is, endpoint(**{place: change})).kind is Kind.PARTIAL


@pytest.mark.parametrize("model", [unchanged, collapsed, str.upper, lambda words: words[:40]])
def test_what_the_model_changes_is_not(model: Callable[[str], str]) -> None:
    assert run(comes_as_it_is, endpoint(model=model)).kind is Kind.WORKS
