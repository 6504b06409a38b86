"""A model's own words are taken where it says them twice, if not at once."""

import pytest

from messages_conformance.probing import Ask, ProbeRun, own_words, row, unclear, works
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support import probes


@row("basic/x")
def repeats(ask: Ask) -> ProbeRun:
    """It says the same twice."""
    words = yield from own_words(ask)
    return works(words.text, words) if words else unclear("it does not repeat itself")


@pytest.mark.parametrize(
    ("said", "repeated", "asked"),
    [
        (["a tower", "a tower"], "a tower", 2),
        (["a tower", "a light", "a light"], "a light", 3),
        (["a tower", "a light", "a house", "a tower"], "a tower", 4),
        (["a tower", "a light", "a house", "a lamp", "a lamp"], None, 4),
        (["a tower", "", "a tower"], None, 2),
    ],
)
def test_what_is_said_twice_is_found(said: list[str], repeated: str | None, asked: int) -> None:
    seen: list[int] = []

    def answer(request: Request, nth: int) -> Exchange:
        seen.append(nth)
        return probes.said(request, said[nth])

    behaviour = probes.run(repeats, answer)
    assert behaviour.kind is (Kind.WORKS if repeated else Kind.UNCLEAR)
    assert behaviour.summary == (repeated or "it does not repeat itself")
    assert len(seen) == asked


def test_a_refusal_is_not_asked_for_again() -> None:
    seen: list[int] = []

    def refuse(request: Request, nth: int) -> Exchange:
        seen.append(nth)
        return probes.error(request, 400)

    probes.run(repeats, refuse)
    assert len(seen) == 2
