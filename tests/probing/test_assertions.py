"""The proofs that probes share, each with endpoints that keep and that break the promise."""

from dataclasses import dataclass, replace
from random import Random

import pytest

from messages_conformance.probing import assertions
from messages_conformance.probing.probe import Ask, ProbeRun, Question, ignored, row, unclear, works
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from probing.test_probe import Answer, error, run, said


def carried(ask: Ask, among: Question | None = None) -> ProbeRun:
    """Shows that x reaches the model."""
    return assertions.carried(
        ask("Code?", x="quokka"),
        canary="quokka",
        what="x",
        without=ask.control("Code?"),
        plainly=ask.control("The code is quokka. Code?"),
        among=among,
    )


carries = row("basic/x")(carried)


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
def reaches(ask: Ask) -> ProbeRun:
    """Shows that x makes the model do something."""
    return (
        yield from assertions.reached(
            ask,
            lambda exchange: "Quokka" in exchange.text,
            ask("Animal?", x="quokka"),
            without=ask.control("Animal?"),
            yes="it did",
            no="x did not reach the model",
        )
    )


@pytest.mark.parametrize(
    ("figures", "kind"),
    [
        # with x, without it, elsewhere
        ((5, 5, 9), Kind.IGNORED),
        ((5, 5, 5), Kind.UNCLEAR),
        ((9, 5, 5), Kind.UNCLEAR),
        ((0, 0, 0), Kind.UNCLEAR),
    ],
    ids=["dropped", "figures that never change", "reaches", "no figures"],
)
def test_figures_that_never_change_accuse_nobody(figures: tuple[int, int, int], kind: Kind) -> None:
    def answer(request: Request, _: int) -> Exchange:
        elsewhere = "quokka" in str(request.body["messages"])
        place = 0 if "x" in request.body else 2 if elsewhere else 1
        return said(request, "?", input_tokens=figures[place])

    assert run(reaches, answer).kind is kind


def hopeful(request: Request, _: int) -> Exchange:
    """An endpoint whose model tells the code only where it is asked for everything."""
    everything = request.body["messages"][0]["content"] == "Tell all."
    return said(request, "Quokka." if everything else "?", input_tokens=9)


def test_an_effect_that_a_shared_request_shows_is_not_asked_for_again() -> None:
    asked: list[Request] = []

    @row("basic/x")
    def shares(ask: Ask) -> ProbeRun:
        """Shows that x reaches the model, together with other things."""
        return (yield from carried(ask, ask.invalid("Tell all.", x="quokka")))

    def answer(request: Request, nth: int) -> Exchange:
        asked.append(request)
        return hopeful(request, nth)

    assert run(shares, answer).kind is Kind.WORKS
    assert len(asked) == 1
    # Where the shared request is not taken, nothing is said yet: the row is asked by itself.
    refusing = run(
        shares,
        lambda r, n: (
            error(r, 400)
            if "Tell all." in str(r.body)
            else endpoint(sees=True, costs=True, able=True)(r, n)
        ),
    )
    assert refusing.kind is Kind.WORKS


def fickle(told: str) -> Answer:
    """An endpoint whose model tells the code where it says so: its tries, each y or n."""

    def answer(request: Request, nth: int) -> Exchange:
        shown = "x" in request.body and told[min(nth, len(told) - 1)] == "y"
        tokens = 5 + 4 * ("x" in request.body or "quokka" in str(request.body["messages"]))
        return said(request, "Quokka." if shown else "?" * (nth + 1), input_tokens=tokens)

    return answer


@pytest.mark.parametrize(
    ("told", "kind", "samples"),
    [
        ("y", Kind.WORKS, None),
        ("ny", Kind.WORKS, (1, 2)),
        ("nny", Kind.WORKS, (1, 3)),
        ("nnny", Kind.UNCLEAR, (0, 3)),
    ],
)
def test_a_model_that_does_not_play_along_is_asked_again(
    told: str, kind: Kind, samples: tuple[int, int] | None
) -> None:
    behaviour = run(carries, fickle(told))
    assert behaviour.kind is kind
    seen = behaviour.samples
    assert (seen and (seen.seen, seen.of)) == samples


def test_a_model_that_repeats_itself_is_not_asked_in_vain() -> None:
    behaviour = run(carries, endpoint(sees=False, costs=True, able=True))
    assert (behaviour.kind, behaviour.samples) == (Kind.UNCLEAR, None)
    assert len(behaviour.exchanges) == 3


@row("basic/x")
def blames(ask: Ask) -> ProbeRun:
    """Blames x for an odd answer."""
    tested, control = ask("Hi.", x=1), ask.control("Hi.")
    first = yield tested
    blame = yield from assertions.only_with_it(
        lambda exchange: exchange.text == "odd", first, tested, control
    )
    return (works if blame.due else ignored if blame.settled else unclear)("", *blame.all)


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
def test_only_what_is_odd_every_time_and_never_without_it_is_blamed(
    with_it: str, without: str, kind: Kind, answers: int
) -> None:
    def answer(request: Request, nth: int) -> Exchange:
        odd = (with_it if "x" in request.body else without)[nth] == "o"
        return said(request, "odd" if odd else "even")

    behaviour = run(blames, answer)
    assert (behaviour.kind, len(behaviour.exchanges)) == (kind, answers)


@row("basic/x")
def narrows(ask: Ask) -> ProbeRun:
    """Shows that x narrows."""
    wide = ask.control("Story.", x=1)
    free = yield [wide] * 5
    return (yield from assertions.narrowed(ask("Story.", x=0), free, wide, "x"))


def varying(narrow: str, wide: str) -> Answer:
    """An endpoint that tells these stories, a letter each, under x=0 and x=1."""
    return lambda request, nth: said(request, (wide if request.body["x"] else narrow)[nth])


@pytest.mark.parametrize(
    ("narrow", "wide", "kind", "samples"),
    [
        ("aa", "bcdef", Kind.WORKS, (5, 5)),
        # Not clear at first: more of both.
        ("aaaaa", "abcdefghij", Kind.WORKS, (10, 10)),
        ("aaaaa", "aabcdefghi", Kind.WORKS, (9, 10)),
        ("abaaa", "cdefghijkl", Kind.WORKS, (10, 10)),
        ("abcde", "fghijklmno", Kind.IGNORED, (10, 10)),
        ("abcdd", "fghijklmno", Kind.IGNORED, (10, 10)),
        ("aabbc", "aabbccddee", Kind.UNCLEAR, (5, 10)),
        ("aaaaa", "aaaabaaaaa", Kind.UNCLEAR, (2, 10)),
        ("aa", "aaaaa", Kind.UNCLEAR, None),
    ],
)
def test_narrowed(narrow: str, wide: str, kind: Kind, samples: tuple[int, int] | None) -> None:
    behaviour = run(narrows, varying(narrow, wide))
    seen = behaviour.samples
    assert (behaviour.kind, seen and (seen.seen, seen.of)) == (kind, samples)


def test_a_field_without_effect_is_rarely_taken_to_narrow() -> None:
    """However the answers fall that nothing narrows: the errors of both looks together."""
    dice = Random(4)
    for alike in (0.2, 0.5, 0.8, 0.95):
        wrong = 0
        for _ in range(600):

            def answer(request: Request, _: int, alike: float = alike) -> Exchange:
                same = dice.random() < alike
                return said(request, "the usual" if same else str(dice.random()))

            wrong += run(narrows, answer).kind is Kind.WORKS
        assert wrong / 600 < sum(assertions.LUCK) + 0.02


TOKENS = (1000, 1200, 1400, 1600)
"""Tokens up to each place that may be marked; with what follows the last, 1,650 in all."""


def chain(ask: Ask, number: int) -> ProbeRun:
    links = [ask.invalid("Long.", marks=marks) for marks in (1, 2, 3, 4, 4)]
    return assertions.cached(
        links, number, marked=ask("Alone.", x=number), unmarked=ask.control("Plain.")
    )


@dataclass
class Cache:
    """An endpoint with a cache: which marks work there, and what it is like besides."""

    deaf: frozenset[int] = frozenset()
    """Places, from 0, at which a mark does nothing."""
    automatic: bool = False
    tells_writing: bool = True
    misses: int = 0
    """How often something that was kept is not found, at first."""
    takes: int = 4
    """How many marks together it takes."""
    kept: int = 0

    def __call__(self, request: Request, _: int) -> Exchange:
        marks = request.body.get("marks", 0)
        if marks > self.takes:
            return error(request, 400)
        marked = [*range(marks), *([request.body["x"]] if "x" in request.body else [])]
        ends = [TOKENS[place] for place in marked if place not in self.deaf]
        end = 1650 if self.automatic else max(ends, default=0)
        read = min(self.kept, end)
        self.kept = max(self.kept, end)
        if read and self.misses:
            self.misses, read = self.misses - 1, 0
        written = (end - read) if self.tells_writing and not self.automatic else 0
        return said(
            request,
            "",
            input_tokens=1650 - read - written,
            cache_read_input_tokens=read,
            cache_creation_input_tokens=written,
        )


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize(
    ("cache", "kind"),
    [
        (Cache(), Kind.WORKS),
        (Cache(tells_writing=False), Kind.WORKS),
        (Cache(misses=1), Kind.WORKS),
        (Cache(takes=0), Kind.WORKS),
        (Cache(kept=1600), Kind.WORKS),
        (Cache(automatic=True), Kind.IGNORED),
        (Cache(deaf=frozenset(range(4))), Kind.IGNORED),
    ],
    ids=["marks", "untold", "misses once", "one mark", "left over", "automatic", "deaf"],
)
def test_cached(number: int, cache: Cache, kind: Kind) -> None:
    @row("basic/x")
    def caches(ask: Ask) -> ProbeRun:
        """Shows that a mark caches."""
        return (yield from chain(ask, number))

    assert run(caches, replace(cache)).kind is kind


@pytest.mark.parametrize("tells_writing", [True, False])
@pytest.mark.parametrize("deaf", range(4))
@pytest.mark.parametrize("number", range(4))
def test_a_mark_without_effect_is_told_from_those_beside_it(
    number: int, deaf: int, tells_writing: bool
) -> None:
    @row("basic/x")
    def caches(ask: Ask) -> ProbeRun:
        """Shows that a mark caches."""
        return (yield from chain(ask, number))

    cache = Cache(deaf=frozenset({deaf}), tells_writing=tells_writing)
    expected = Kind.IGNORED if number == deaf else Kind.WORKS
    assert run(caches, cache).kind is expected


@row("basic/x")
def validates(ask: Ask) -> ProbeRun:
    """Shows that x is read."""
    return (
        yield from assertions.validated(ask("Hi.", x="ok"), ask.invalid("Hi.", x="nonsense"), "x")
    )


def test_validated() -> None:
    strict = run(
        validates, lambda r, _: error(r, 400) if r.body["x"] == "nonsense" else said(r, "Hi.")
    )
    lax = run(validates, lambda r, _: said(r, "Hi."))
    never = run(validates, lambda r, _: error(r, 400))
    assert (strict.kind, lax.kind, never.kind) == (Kind.WORKS, Kind.IGNORED, Kind.REFUSED)
