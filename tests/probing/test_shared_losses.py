"""What works alone and is lost in company is partial, unless the model may be to blame."""

from messages_conformance.probing import Ask, ProbeRun, also_in_company, row, works
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
