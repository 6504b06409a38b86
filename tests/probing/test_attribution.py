"""Odd answers are attributed to the endpoint, to the model, or to neither."""

import pytest

from messages_conformance.probing import Ask, ProbeRun, attribute, ignored, row, unclear, works
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import run, said


@row("basic/x")
def attributes(ask: Ask) -> ProbeRun:
    """Attributes an odd answer to x, or not."""
    tested, control = ask("Hi.", x=1), ask.control("Hi.")
    first = yield tested
    attribution = yield from attribute(
        lambda exchange: exchange.text == "odd", first, tested, control
    )
    if attribution.to_endpoint:
        return works("", *attribution.exchanges)
    return (ignored if attribution.cleared else unclear)("", *attribution.exchanges)


@pytest.mark.parametrize(
    ("with_it", "without", "kind", "answers"),
    [
        ("ooooo", ".....", Kind.WORKS, 10),
        ("oooo.", ".....", Kind.IGNORED, 9),
        ("o.", ".", Kind.IGNORED, 3),
        ("ooo", "o", Kind.UNCLEAR, 4),
        ("ooo", "..o", Kind.UNCLEAR, 6),
        ("oo.", "o", Kind.IGNORED, 4),
    ],
)
def test_only_what_is_odd_every_time_and_never_without_it_is_attributed_to_the_endpoint(
    with_it: str, without: str, kind: Kind, answers: int
) -> None:
    def answer(request: Request, nth: int) -> Exchange:
        odd = (with_it if "x" in request.body else without)[nth] == "o"
        return said(request, "odd" if odd else "even")

    behaviour = run(attributes, answer)
    assert (behaviour.kind, len(behaviour.exchanges)) == (kind, answers)
