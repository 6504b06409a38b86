"""The proofs that probes share, each with endpoints that keep and that break the promise."""

import itertools

import pytest

from messages_conformance import patterns
from messages_conformance.exchange import Exchange, Request
from messages_conformance.probe import Ask, Walk, row
from messages_conformance.verdict import Kind
from test_probe import Answer, error, run, said


@row("basic/x")
def carries(ask: Ask) -> Walk:
    """Shows that x reaches the model."""
    return (
        yield from patterns.carried(
            ask("Code?", x="quokka"),
            telltale="quokka",
            what="x",
            without=ask.control("Code?"),
            plainly=ask.control("The code is quokka. Code?"),
        )
    )


def endpoint(*, sees: bool, costs: bool, able: bool, counts: bool = True) -> Answer:
    """What x does there, whether the model can tell a code, and whether tokens are counted."""

    def answer(request: Request, _: int) -> Exchange:
        plainly = "quokka" in str(request.body["messages"])
        tells = (plainly and able) or ("x" in request.body and sees)
        tokens = 5 + 4 * (plainly or ("x" in request.body and costs))
        return said(request, "Quokka." if tells else "?", input_tokens=tokens if counts else 0)

    return answer


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (endpoint(sees=True, costs=True, able=True), Kind.WORKS),
        (endpoint(sees=False, costs=False, able=True), Kind.IGNORED),
        (endpoint(sees=False, costs=False, able=False), Kind.IGNORED),
        (endpoint(sees=False, costs=True, able=True), Kind.UNCLEAR),
        (endpoint(sees=False, costs=False, able=True, counts=False), Kind.IGNORED),
        (endpoint(sees=False, costs=False, able=False, counts=False), Kind.UNCLEAR),
    ],
    ids=[
        "reaches",
        "dropped",
        "dropped, hopeless model",
        "reaches a model that makes nothing of it",
        "dropped, no token figures",
        "hopeless model, no token figures",
    ],
)
def test_carried(answer: Answer, kind: Kind) -> None:
    assert run(carries, answer).kind is kind


@row("basic/x")
def narrows(ask: Ask) -> Walk:
    """Shows that x narrows."""
    return (
        yield from patterns.narrowed(
            ask("Story.", x=0), ask("Story.", x=1), "x", wide_must_vary=True
        )
    )


def varying(narrow: int, wide: int) -> Answer:
    """An endpoint that gives so many different stories under x=0 and x=1."""
    return lambda request, nth: said(request, str(nth % (wide if request.body["x"] else narrow)))


@pytest.mark.parametrize(
    ("narrow", "wide", "kind"),
    [
        (1, 5, Kind.WORKS),
        (1, 3, Kind.WORKS),
        (2, 5, Kind.WORKS),
        (5, 5, Kind.IGNORED),
        (4, 5, Kind.IGNORED),
        (1, 1, Kind.IGNORED),
        (1, 2, Kind.UNCLEAR),
        (2, 4, Kind.UNCLEAR),
        (3, 5, Kind.UNCLEAR),
    ],
)
def test_narrowed(narrow: int, wide: int, kind: Kind) -> None:
    assert run(narrows, varying(narrow, wide)).kind is kind


@row("basic/x")
def caches(ask: Ask) -> Walk:
    """Shows that x caches."""
    return (yield from patterns.cached(ask("Long.", x=1), ask.control("Long, unmarked.")))


def test_cached_where_only_marked_prefixes_are_read_again() -> None:
    def answer(request: Request, nth: int) -> Exchange:
        return said(request, "", cache_read_input_tokens=9 if nth and "x" in request.body else 0)

    assert run(caches, answer).kind is Kind.WORKS


def test_not_cached_where_the_mark_makes_no_difference() -> None:
    implicit = run(caches, lambda r, nth: said(r, "", cache_read_input_tokens=9 if nth else 0))
    never = run(caches, lambda r, _: said(r, "", input_tokens=9))
    assert (implicit.kind, never.kind) == (Kind.IGNORED, Kind.IGNORED)


def test_a_cache_may_need_one_more_chance() -> None:
    def answer(request: Request, nth: int) -> Exchange:
        late = nth == 2 and "x" in request.body
        return said(request, "", cache_read_input_tokens=9 if late else 0)

    assert run(caches, answer).kind is Kind.WORKS


@row("basic/x")
def validates(ask: Ask) -> Walk:
    """Shows that x is read."""
    return (
        yield from patterns.validated(ask("Hi.", x="ok"), ask.invalid("Hi.", x="nonsense"), "x")
    )


def test_validated() -> None:
    strict = run(
        validates, lambda r, _: error(r, 400) if r.body["x"] == "nonsense" else said(r, "Hi.")
    )
    lax = run(validates, lambda r, _: said(r, "Hi."))
    never = run(validates, lambda r, _: error(r, 400))
    assert (strict.kind, lax.kind, never.kind) == (Kind.WORKS, Kind.IGNORED, Kind.REFUSED)


def test_samples_are_told() -> None:
    stories = itertools.count()
    behaviour = run(
        narrows, lambda r, _: said(r, "same" if not r.body["x"] else str(next(stories)))
    )
    assert behaviour.samples is not None
    assert (behaviour.samples.seen, behaviour.samples.of) == (5, 5)
