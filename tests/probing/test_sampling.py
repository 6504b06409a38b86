"""A sampling field narrows the choice of words, or makes no difference, or neither is clear."""

from random import Random

import pytest

from messages_conformance.probing import Ask, ProbeRun, prove_narrowed, row
from messages_conformance.probing.sampling import MAX_COINCIDENCE
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import Answer, run, said


@row("basic/x")
def narrows(ask: Ask) -> ProbeRun:
    """Shows that x narrows."""
    wide = ask.control("Story.", x=1)
    free = yield [wide] * 5
    return (yield from prove_narrowed(ask("Story.", x=0), free, wide, "x"))


def varying(narrow: str, wide: str) -> Answer:
    """An endpoint that answers with these stories, a letter each, under x=0 and x=1."""
    return lambda request, nth: said(request, (wide if request.body["x"] else narrow)[nth])


@pytest.mark.parametrize(
    ("narrow", "wide", "kind", "samples"),
    [
        ("aa", "bcdef", Kind.WORKS, (5, 5)),
        # Not clear at first: more of both.
        ("aaaaa", "abcdefghij", Kind.WORKS, (10, 10)),
        ("abaaa", "cdefghijkl", Kind.WORKS, (10, 10)),
        # Nor then: more of the narrow ones.
        ("aaaaaaaaaa", "aabcdefghi", Kind.WORKS, (9, 10)),
        ("abcdexyzuv", "fghijklmno", Kind.IGNORED, (10, 10)),
        ("abcddxyzzu", "ffghijklmn", Kind.IGNORED, (9, 10)),
        # A model that did something else five times of five, and then as it is told.
        ("abcdeaaaaa", "fghijklmno", Kind.WORKS, (10, 10)),
        ("abcdeaaaxy", "fghijklmno", Kind.UNCLEAR, (10, 10)),
        ("aabbcaabbc", "aabbccddee", Kind.UNCLEAR, (5, 10)),
        ("aaaaaaaaaa", "aaaabaaaaa", Kind.UNCLEAR, (2, 10)),
        ("aa", "aaaaa", Kind.UNCLEAR, None),
    ],
)
def test_prove_narrowed(
    narrow: str, wide: str, kind: Kind, samples: tuple[int, int] | None
) -> None:
    behaviour = run(narrows, varying(narrow, wide))
    seen = behaviour.samples
    assert (behaviour.kind, seen and (seen.seen, seen.of)) == (kind, samples)


def test_answers_without_a_word_are_nothing_to_compare() -> None:
    behaviour = run(narrows, lambda request, _: said(request, ""))
    assert behaviour.kind is Kind.UNCLEAR
    assert behaviour.summary == "no answer says anything, so there is nothing to compare"


def test_a_field_without_effect_is_rarely_taken_to_narrow() -> None:
    """The errors of all looks together, over random answers that nothing narrows."""
    dice = Random(4)
    for alike in (0.2, 0.5, 0.8, 0.95):
        wrong = 0
        for _ in range(600):

            def answer(request: Request, _: int, alike: float = alike) -> Exchange:
                same = dice.random() < alike
                return said(request, "the usual" if same else str(dice.random()))

            wrong += run(narrows, answer).kind is Kind.WORKS
        assert wrong / 600 < sum(MAX_COINCIDENCE) + 0.02
