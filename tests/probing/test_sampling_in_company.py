"""A sampling field narrows beside tools, beside a system prompt and in streams, or is `partial`."""

import pytest

from messages_conformance.probing import Ask, ProbeRun, prove_narrowed_in_company, row
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import Answer, run, said


@row("basic/x")
def narrows(ask: Ask) -> ProbeRun:
    """Shows that x narrows in company."""
    free = yield [ask.control("Story.")] * 5
    return (yield from prove_narrowed_in_company(ask, {"x": 0}, free, "x"))


def ignoring_beside(*fields: str) -> Answer:
    """An endpoint that ignores x where a request has one of these fields."""
    number = iter(range(10_000))

    def answer(request: Request, _nth: int) -> Exchange:
        is_narrow = "x" in request.body and not set(fields) & request.body.keys()
        return said(request, "the usual" if is_narrow else f"story {next(number)}")

    return answer


@pytest.mark.parametrize(
    ("fields", "kind", "where"),
    [
        ((), Kind.WORKS, "beside a tool and a system prompt"),
        (("tools",), Kind.PARTIAL, "not beside tools"),
        (("system",), Kind.PARTIAL, "not beside a system prompt"),
        (("x",), Kind.IGNORED, "made no difference"),
    ],
)
def test_a_field_is_put_to_the_test_in_company(
    fields: tuple[str, ...], kind: Kind, where: str
) -> None:
    behaviour = run(narrows, ignoring_beside(*fields))
    assert (behaviour.kind, where in behaviour.summary) == (kind, True)


def test_a_model_that_always_says_the_same_beside_tools_shows_nothing_there() -> None:
    number = iter(range(10_000))

    def ignoring(request: Request, _nth: int) -> Exchange:
        return said(request, "I ring." if "tools" in request.body else f"story {next(number)}")

    assert run(narrows, ignoring).kind is Kind.IGNORED
