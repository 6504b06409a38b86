"""Dictated text that comes otherwise is blamed on the endpoint only where tokens show it."""

import re
from collections.abc import Callable

import pytest

from messages_conformance.probing import (
    BEGUN,
    DICTATED_TEXT,
    DICTATION,
    Ask,
    ProbeRun,
    also_prefilled,
    also_verbatim,
    begun_dictation,
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
    return also_verbatim(
        works("fine"),
        lambda words: ask.shared(**dictation(words)),
        DICTATED_TEXT,
        ask.shared(**begun_dictation(begun=False)),
    )


@row("basic/x")
def goes_on_as_begun(ask: Ask) -> ProbeRun:
    """A dictated text whose beginning the request gives goes on from there."""
    prefilled, alone = (ask.shared(**begun_dictation(begun=begun)) for begun in (True, False))
    return also_prefilled(works("fine"), prefilled, ask.shared(**DICTATION), BEGUN, alone)


def unchanged(words: str) -> str:
    return words


def collapsed(words: str) -> str:
    return re.sub(r"[ \t]+", " ", words)


def without_emoji(words: str) -> str:
    return "".join(one for one in words if one <= "\uffff")


def without_empty_lines(words: str) -> str:
    return re.sub(r"\n{2,}", "\n", words)


def _words(content: str | list[dict[str, str]]) -> str:
    return content if isinstance(content, str) else content[0]["text"]


def endpoint(
    before: Callable[[str], str] = unchanged,
    model: Callable[[str], str] = unchanged,
    after: Callable[[str], str] = unchanged,
    continued: Callable[[str], str] = unchanged,
    *,
    echoes: bool = False,
) -> Answer:
    """What changes a text before the model reads it, in the model, and after it said so.

    ``continued`` is what the model makes of the beginning of an answer, and ``echoes`` whether the
    endpoint puts that in front of what the model says.
    """

    def answer(request: Request, _: int) -> Exchange:
        prompt, *begun = [_words(turn["content"]) for turn in request.body["messages"]]
        read = before(prompt.partition("=====\n")[2].removesuffix("\n====="))
        spoken, stop = model(read), None
        for one in request.body.get("stop_sequences", ()):
            if one in spoken:
                spoken, stop = spoken.partition(one)[0], one
        spoken = spoken.removeprefix(continued(begun[0])) if begun else spoken
        costs = tokens.count(read) + sum(map(tokens.count, begun))
        figures = {"input_tokens": costs, "output_tokens": tokens.count(spoken)}
        said = f"{begun[0] if begun and echoes else ''}{spoken}"
        body = {
            "type": "message",
            "content": [{"type": "text", "text": after(said)}],
            "stop_reason": "stop_sequence" if stop else "end_turn",
            "stop_sequence": stop,
            "usage": figures,
        }
        return answered(request, 200, body)

    return answer


@pytest.mark.parametrize("change", [collapsed, without_emoji])
@pytest.mark.parametrize("place", ["before", "after"])
def test_what_the_endpoint_changes_is_held_against_it(
    place: str, change: Callable[[str], str]
) -> None:
    faulty = endpoint(before=change) if place == "before" else endpoint(after=change)
    assert run(comes_as_it_is, faulty).kind is Kind.PARTIAL


@pytest.mark.parametrize("model", [unchanged, collapsed, str.upper, lambda words: words[:40]])
def test_what_the_model_changes_is_not(model: Callable[[str], str]) -> None:
    assert run(comes_as_it_is, endpoint(model=model)).kind is Kind.WORKS


def test_a_stop_sequence_that_ends_an_answer_was_written() -> None:
    behaviour = run(comes_as_it_is, endpoint(after=without_empty_lines))
    assert behaviour.kind is Kind.PARTIAL
    assert "on the way back, as the model writes" in behaviour.summary


def test_what_neither_tokens_nor_stops_show_is_not_held_against_the_endpoint() -> None:
    assert run(comes_as_it_is, endpoint(model=without_empty_lines)).kind is Kind.WORKS


def test_only_the_difference_of_two_texts_is_shown() -> None:
    summary = run(comes_as_it_is, endpoint(before=without_emoji)).summary
    assert "golf" in summary
    assert "alpha" not in summary
    assert "tango" not in summary


def test_a_beginning_that_the_endpoint_puts_in_front_is_held_against_it() -> None:
    behaviour = run(goes_on_as_begun, endpoint(echoes=True))
    assert behaviour.kind is Kind.PARTIAL
    assert "which the model did not write" in behaviour.summary


def test_a_model_that_begins_anew_by_itself_is_not_held_against_the_endpoint() -> None:
    assert run(goes_on_as_begun, endpoint(continued=lambda _: "")).kind is Kind.WORKS
    assert run(goes_on_as_begun, endpoint()).kind is Kind.WORKS
