"""What works alone and is lost in company is partial, unless the model may be to blame."""

import pytest

from messages_conformance.probing import (
    Ask,
    ProbeRun,
    all_codes,
    also_among_all_codes,
    also_in_company,
    row,
    works,
)
from messages_conformance.probing.shared_codes import CODES
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Behaviour, Kind
from support.probes import Answer, run, said


@row("basic/x")
def with_what_else(ask: Ask) -> ProbeRun:
    """Shows that x works alone, and looks at it among others."""
    alone = yield ask("Alone.", x=1)
    company = ask.shared("Company.", x=1)
    first = yield company
    return (
        yield from also_in_company(
            works("it works", alone),
            first,
            company,
            without=ask.shared("Without."),
            is_shown=lambda exchange: "quokka" in exchange.text,
            plays_along=lambda exchange: "heron" in exchange.text,
            company_is="with tools",
        )
    )


def model(company: list[str], tokens: int) -> Answer:
    """A model that answers so in company, which costs 9 tokens, and ``tokens`` without the part."""

    def answer(request: Request, nth: int) -> Exchange:
        if request.body["messages"][0]["content"] == "Company.":
            return said(request, company[min(nth, len(company) - 1)], input_tokens=9)
        return said(request, "heron", input_tokens=tokens)

    return answer


def seen(company: list[str], tokens: int) -> Behaviour:
    return run(with_what_else, model(company, tokens))


def test_what_is_never_shown_in_company_and_costs_no_token_is_lost() -> None:
    behaviour = seen(["heron"], 9)
    assert behaviour.kind is Kind.PARTIAL
    assert behaviour.summary == (
        "it works; but it is lost with tools: other words in its place cost the same 9 tokens"
    )


def test_what_is_shown_at_the_second_try_is_there() -> None:
    assert seen(["heron", "heron quokka"], 9).kind is Kind.WORKS


def test_a_model_that_does_not_play_along_blames_nobody() -> None:
    assert seen(["I am ready to help."], 9).kind is Kind.WORKS


def test_a_part_that_costs_tokens_reaches_a_model_that_overlooks_it() -> None:
    assert seen(["heron"], 7).kind is Kind.WORKS


PLACE = "system beyond ASCII"


@row("basic/x")
def comes_as_sent(ask: Ask) -> ProbeRun:
    """Shows whether a word beyond ASCII comes as it was sent."""
    first = yield all_codes(ask)
    return (yield from also_among_all_codes(ask, works("it works", first), first, PLACE))


def lists_codes(**instead: str) -> Answer:
    """A model that lists all codes, some of them otherwise; all costs as much as ever."""
    listed = {**CODES, **instead}

    def answer(request: Request, _: int) -> Exchange:
        return said(request, ", ".join(listed.values()), input_tokens=9)

    return answer


@pytest.mark.parametrize(
    ("comes", "how"),
    [
        ("jeb-6214", "letters beyond ASCII were left out"),
        ("je??b-6214", "letters beyond ASCII were replaced by question marks"),
        ("jeÅ\x99Ã¡b-6214", "its UTF-8 was read as Latin-1"),
    ],
)
def test_a_word_that_a_known_mistake_changes_is_named(comes: str, how: str) -> None:
    behaviour = run(comes_as_sent, lists_codes(**{PLACE: comes}))
    assert behaviour.kind is Kind.PARTIAL
    assert behaviour.summary.endswith(f"comes as {comes!r}: {how}")


@pytest.mark.parametrize("comes", ["jerab-6214", "heron-6214"])
def test_a_word_that_a_model_may_spell_so_is_not(comes: str) -> None:
    behaviour = run(comes_as_sent, lists_codes(**{PLACE: comes}))
    assert "comes as" not in behaviour.summary


def test_words_that_are_changed_everywhere_are_not_held_against_one_place() -> None:
    plain = {place: code.encode("ascii", "ignore").decode() for place, code in CODES.items()}
    behaviour = run(comes_as_sent, lists_codes(**plain))
    assert "comes as" not in behaviour.summary
