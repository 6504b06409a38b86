"""What an answer shows of what was accepted, and what it shows without it as well."""

import re
from dataclasses import replace

import pytest

from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.readiness import render
from messages_conformance.readiness.dialect import dialect_of
from messages_conformance.readiness.effect import Effect
from messages_conformance.readiness.questions import answer_all, questions
from messages_conformance.readiness.record import judge_exchanges
from messages_conformance.readiness.result import Readiness
from messages_conformance.reference.client_cases import LENIENT
from support.clients_at import MODEL, answers_of, at_case

FIGURE = re.compile(rb'"cache_read_input_tokens": ?\d+')


def with_cache(answer: Exchange, *, unmarked: bool) -> Exchange:
    """An answer that tells of a cache: where the request is marked, or always."""
    kept = unmarked or "cache_control" in repr(answer.request.body)
    figure = b'"cache_read_input_tokens": %d' % (24 if kept else 0)
    assert FIGURE.search(answer.body)
    return replace(answer, body=FIGURE.sub(figure, answer.body))


def at_cache(client: str, *, unmarked: bool) -> tuple[Readiness, list[Exchange]]:
    """What is said of a client at an endpoint with a cache, and its answers."""
    ask = answers_of(LENIENT)
    kept: list[Exchange] = []

    def answer(batch: tuple[Request, ...]) -> list[Exchange]:
        answers = [with_cache(each, unmarked=unmarked) for each in ask(batch)]
        kept.extend(answers)
        return answers

    return answer_all(questions(dialect_of(client), MODEL), answer), kept


def effect_of_marks(found: Readiness) -> Effect:
    (seen,) = (each for each in found.seen if each.id == "caching")
    return seen.effect


@pytest.mark.parametrize("client", ["claude-code", "python-sdk"])
def test_figures_of_a_cache_show_marks_to_be_honoured(client: str) -> None:
    found, _ = at_cache(client, unmarked=False)
    assert effect_of_marks(found) is Effect.HONOURED


@pytest.mark.parametrize("client", ["claude-code", "python-sdk"])
def test_figures_that_come_without_marks_as_well_show_nothing_of_them(client: str) -> None:
    found, _ = at_cache(client, unmarked=True)
    assert effect_of_marks(found) is Effect.UNSEEN
    assert "shows it: cache_control" not in render.text(found, "http://127.0.0.1:1")


def test_a_stream_that_cannot_be_read_to_its_end_shows_nothing_to_be_ignored() -> None:
    whole = {each.id: each.effect for each in at_case("accepts_all").seen}
    assert whole["display"] is Effect.IGNORED
    cut = {each.id: each.effect for each in at_case("no_message_stop").seen}
    assert Effect.IGNORED not in (cut["thinking"], cut["display"], cut["caching"])


@pytest.mark.parametrize("unmarked", [False, True])
def test_so_it_is_where_something_else_was_recorded(unmarked: bool) -> None:
    _, answers = at_cache("claude-code", unmarked=unmarked)
    # Without its last request the recording is not the client's own.
    found = judge_exchanges(dialect_of("claude-code"), MODEL, answers[:-1])
    assert found.remarks
    assert effect_of_marks(found) is (Effect.UNSEEN if unmarked else Effect.HONOURED)
