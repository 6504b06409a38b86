"""Statistics are computed correctly, and no uncooperative model gets an endpoint blamed."""

import itertools
import math
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.selftest.false_alarms import run_uncooperative
from messages_conformance.stats import Rates, Sequential, at_least, at_most, coincidence, interval

SEEDS = range(1, 13)
"""Fewer than in `benchmarks/chance.py`, which takes 50."""
shares = st.floats(0.01, 0.99)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    of = draw(st.integers(1, 40))
    return draw(st.integers(0, of)), of


# -- intervals


@pytest.mark.parametrize(
    ("seen", "of", "low", "high"),
    # From tables of Clopper and Pearson's interval at 95 %; the closed form at none and all.
    [
        (8, 10, 0.4439, 0.9748),
        (0, 10, 0.0, 0.3085),
        (5, 5, 0.4782, 1.0),
        (1, 20, 0.0013, 0.2487),
        (500, 1000, 0.4685, 0.5315),
    ],
)
def test_intervals_are_those_of_the_tables(seen: int, of: int, low: float, high: float) -> None:
    assert interval(seen, of) == pytest.approx((low, high), abs=5e-5)


@given(counts())
@settings(deadline=None)
def test_an_interval_holds_what_was_seen_and_mirrors_what_was_not(count: tuple[int, int]) -> None:
    seen, of = count
    low, high = interval(seen, of)
    assert 0 <= low <= seen / of <= high <= 1
    assert (1 - high, 1 - low) == pytest.approx(interval(of - seen, of), abs=1e-9)
    wider = interval(seen, of, 0.99)
    assert wider[0] <= low + 1e-9
    assert high <= wider[1] + 1e-9


@given(st.integers(1, 25), shares, st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=40, deadline=None)
def test_an_interval_holds_the_true_share_as_often_as_it_says(
    of: int, share: float, confidence: float
) -> None:
    holding = [seen for seen in range(of + 1) if _holds(interval(seen, of, confidence), share)]
    held = sum(at_most(seen, of, share) - at_most(seen - 1, of, share) for seen in holding)
    assert held >= confidence - 1e-9


def _holds(bounds: tuple[float, float], share: float) -> bool:
    return bounds[0] - 1e-12 <= share <= bounds[1] + 1e-12


@given(counts(), shares)
@settings(deadline=None)
def test_the_two_tails_make_up_the_whole(count: tuple[int, int], share: float) -> None:
    seen, of = count
    assert at_least(seen, of, share) + at_most(seen - 1, of, share) == pytest.approx(1)
    assert at_least(0, of, share) == pytest.approx(1)


@pytest.mark.parametrize(
    ("seen", "of", "confidence"), [(3, 2, 0.95), (-1, 2, 0.95), (0, 0, 0.95), (1, 2, 1.0)]
)
def test_what_is_not_a_share_has_no_interval(seen: int, of: int, confidence: float) -> None:
    with pytest.raises(ValueError, match=r"share|confidence"):
        interval(seen, of, confidence)


# -- the sequential test

FREE = Sequential(0.2, 0.8, alpha=0.05, beta=0.001, most=16)
CANARY = Sequential(0.001, 0.8, alpha=0.01, beta=0.001, most=5)


@st.composite
def sequential(draw: st.DrawFn) -> Sequential:
    low = draw(st.floats(0, 0.6))
    high = draw(st.floats(low + 0.05, 1))
    rate = st.sampled_from([0.1, 0.05, 0.01, 0.001])
    return Sequential(low, high, draw(rate), draw(rate), draw(st.integers(1, 12)))


@given(sequential())
@settings(deadline=None)
def test_a_sequential_test_errs_at_most_as_often_as_it_says(test: Sequential) -> None:
    assert test.rates(test.low).yes <= test.alpha + 1e-12
    assert test.rates(test.high).no <= test.beta + 1e-12


@given(sequential(), shares)
@settings(deadline=None, max_examples=30)
def test_the_rates_are_those_of_every_way_the_samples_can_fall(
    test: Sequential, share: float
) -> None:
    short = Sequential(test.low, test.high, test.alpha, test.beta, min(test.most, 8))
    outcomes = {"yes": 0.0, "no": 0.0, None: 0.0}
    samples = 0.0
    for fallen in itertools.product((True, False), repeat=short.most):
        likely = math.prod(share if hit else 1 - share for hit in fallen)
        ended = short.update(*fallen)
        outcomes[ended.verdict] += likely
        samples += likely * ended.of
    expected = Rates(outcomes["yes"], outcomes["no"], outcomes[None], samples)
    assert vars(short.rates(share)) == pytest.approx(vars(expected))


def test_its_docstring_states_its_rates() -> None:
    stated = " ".join((Sequential.__doc__ or "").split())
    for test, low in ((FREE, "0.2"), (CANARY, "0.001")):
        at_low, at_high = test.rates(test.low), test.rates(test.high)
        where = f"Sequential({test.low}, {test.high}, alpha={test.alpha}, beta={test.beta}"
        said = stated[stated.index(where) :]
        figures = re.findall(
            rf"no at 0.8 in (\S+) % of cases and yes at {low} in (\S+) %, after (\S+) and (\S+) ",
            said,
        )
        assert figures[0] == (
            f"{at_high.no:.2%}"[:-1],
            f"{at_low.yes:.2%}"[:-1],
            f"{at_high.samples:.1f}",
            f"{at_low.samples:.1f}",
        )


def test_a_decided_test_stays_decided() -> None:
    yes = CANARY.update(True)
    assert (yes.verdict, yes.wants_more, yes.of) == ("yes", False, 1)
    assert yes.update(False, False, False) == yes
    assert FREE.update(True, False).verdict is None


def test_a_test_that_runs_out_of_samples_stays_undecided() -> None:
    ran_out = FREE.update(*[True, False] * 20)
    assert (ran_out.verdict, ran_out.wants_more, ran_out.of) == (None, False, FREE.most)


def test_what_cannot_be_is_a_proof() -> None:
    certain = Sequential(0.0, 1.0, alpha=0.01, beta=0.01, most=3)
    assert certain.update(True).verdict == "yes"
    assert certain.update(False).verdict == "no"
    assert Sequential(0.0, 0.5, 0.01, 0.01, 9).update(False, False, True).verdict == "yes"


@pytest.mark.parametrize(
    "wrong",
    [
        {"low": 0.8, "high": 0.2},
        {"low": -0.1},
        {"high": 1.1},
        {"alpha": 0.0},
        {"beta": 1.0},
        {"most": 0},
    ],
)
def test_a_test_that_makes_no_sense_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"shares|rates|sample"):
        Sequential(**{"low": 0.2, "high": 0.8, "alpha": 0.05, "beta": 0.05, "most": 9, **wrong})  # type: ignore[arg-type]


# -- coincidence


@pytest.mark.parametrize(
    ("narrow", "wide", "likely"),
    [
        ("aaaaa", "bcdef", 1 / 252),
        ("aaaab", "cdefg", 6 / 252),
        ("aaa", "bcd", 1 / 20),
        ("abcde", "fghij", 1.0),
        ("aaaaa", "aaaaa", 1.0),
        ("abc", "ddd", 1.0),
    ],
)
def test_coincidences_are_counted(narrow: str, wide: str, likely: float) -> None:
    assert coincidence(narrow, wide) == pytest.approx(likely)


answers = st.lists(st.sampled_from("abc"), min_size=2, max_size=5)


@given(answers, answers)
@settings(max_examples=60, deadline=None)
def test_coincidences_are_those_of_all_divisions(narrow: list[str], wide: list[str]) -> None:
    pool = [*narrow, *wide]
    seen = _lead(narrow, wide)
    leads = [
        _lead([pool[i] for i in taken], [pool[i] for i in range(len(pool)) if i not in taken])
        for taken in itertools.combinations(range(len(pool)), len(narrow))
    ]
    extreme = sum(lead >= seen - 1e-12 for lead in leads)
    assert coincidence(narrow, wide) == pytest.approx(extreme / len(leads))


def _lead(narrow: Sequence[str], wide: Sequence[str]) -> float:
    return _alike(narrow) - _alike(wide)


def _alike(said: Sequence[str]) -> float:
    pairs = list(itertools.combinations(said, 2))
    return sum(a == b for a, b in pairs) / len(pairs)


@given(st.lists(st.sampled_from("abcdef"), min_size=10, max_size=10))
@settings(max_examples=10, deadline=None)
def test_a_difference_by_chance_is_rarely_taken_for_an_effect(pool: list[str]) -> None:
    taken = [
        coincidence([pool[i] for i in chosen], [pool[i] for i in range(10) if i not in chosen])
        for chosen in itertools.combinations(range(10), 5)
    ]
    for level in (0.01, 0.05, 0.2):
        assert sum(likely <= level for likely in taken) <= level * len(taken)


def test_eight_and_twelve_answers_are_counted_to_the_last_division() -> None:
    assert coincidence("a" * 8, "bcdefghijklm") == pytest.approx(1 / math.comb(20, 8))


def test_single_answers_have_no_pairs() -> None:
    with pytest.raises(ValueError, match="pair"):
        coincidence("a", "bcd")


# -- false alarms


@pytest.mark.parametrize("endpoint", ["documented", "strict"])
def test_an_uncooperative_model_raises_no_false_alarm(endpoint: str) -> None:
    alarms = [
        f"seed {run.seed}, {one.row}: {one.summary}"
        for run in (run_uncooperative(endpoint, seed, Cooperation(0.8)) for seed in SEEDS)
        for one in run.false_alarms
    ]
    assert alarms == []
