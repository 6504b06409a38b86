"""What works alone and is lost in company is partial, unless the model may be to blame."""

from messages_conformance.probing import Ask, ProbeRun, also_in_company, row, works
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Behaviour, Kind
from support.probes import Answer, run, said


@row("basic/x")
def in_company(ask: Ask) -> ProbeRun:
    """Shows that x works alone, and looks at it among others."""
    alone = yield ask("Alone.", x=1)
    company = ask.shared("Company.", x=1)
    first = yield company
    return (
        yield from also_in_company(
            works("it works", alone),
            first,
            company,
            in_plain_text=ask.shared("In plain text."),
            is_shown=lambda exchange: "quokka" in exchange.text,
            plays_along=lambda exchange: "heron" in exchange.text,
            company_is="with tools",
        )
    )


def model(company: list[str], plain: str) -> Answer:
    """A model that answers so in company, one time after another, and so in plain text."""

    def answer(request: Request, nth: int) -> Exchange:
        prompt = request.body["messages"][0]["content"]
        words = company[min(nth, len(company) - 1)] if prompt == "Company." else plain
        return said(request, words)

    return answer


def seen(company: list[str], plain: str) -> Behaviour:
    return run(in_company, model(company, plain))


def test_what_is_never_shown_in_company_and_is_in_plain_text_is_lost() -> None:
    behaviour = seen(["heron"], "heron quokka")
    assert behaviour.kind is Kind.PARTIAL
    assert behaviour.summary == "it works; but it is lost with tools"


def test_what_is_shown_at_the_second_try_is_there() -> None:
    assert seen(["heron", "heron quokka"], "heron quokka").kind is Kind.WORKS


def test_a_model_that_does_not_play_along_blames_nobody() -> None:
    assert seen(["I am ready to help."], "heron quokka").kind is Kind.WORKS


def test_a_model_that_does_not_show_it_in_plain_text_either_blames_nobody() -> None:
    assert seen(["heron"], "heron").kind is Kind.WORKS
