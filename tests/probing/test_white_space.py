"""White space of the system prompt that costs no token never reached the model."""

import pytest

from messages_conformance.probing import Ask, ProbeRun, also_spread, row, works
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import Answer, run, said


@row("basic/x")
def spread(ask: Ask) -> ProbeRun:
    """Shows that white space is read."""
    return (yield from also_spread(ask, works("the model heeds it")))


def counting(*, white_space: bool = True, always: int = 0) -> Answer:
    """An endpoint whose tokens are words, with or without the tabs of its system prompt."""

    def answer(request: Request, _nth: int) -> Exchange:
        system = request.body["system"][1]["text"]
        tabs = system.count("\t") if white_space else 0
        tokens = always or len(str(request.body["messages"]).split()) + tabs
        return said(request, "Yes.", input_tokens=tokens)

    return answer


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (counting(), Kind.WORKS),
        (counting(white_space=False), Kind.PARTIAL),
        # Figures that never change show nothing, nor do none.
        (counting(always=10), Kind.WORKS),
        (lambda request, _: said(request, "Yes."), Kind.WORKS),
    ],
)
def test_white_space_must_cost_tokens(answer: Answer, kind: Kind) -> None:
    assert run(spread, answer).kind is kind
