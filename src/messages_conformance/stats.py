"""What samples prove: intervals, a test that stops early, and a bound on coincidence.

A row whose effect depends on sampling, or on a model that plays along, is judged by several
answers. This module says how sure one may be of such a judgement. It is arithmetic alone: exact
where not said otherwise, and the rates it states are computed, not estimated.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, TypeAlias

Settled: TypeAlias = Literal["yes", "no"]

CONFIDENCE = 0.95
"""How sure an interval is unless told otherwise."""

_STEPS = 60
"""Halvings of an interval until nothing of it is left."""


def at_least(seen: int, of: int, share: float) -> float:
    """How likely at least ``seen`` of ``of`` samples are hits, each with probability ``share``."""
    return math.fsum(_exactly(hits, of, share) for hits in range(max(seen, 0), of + 1))


def at_most(seen: int, of: int, share: float) -> float:
    """How likely at most ``seen`` of ``of`` samples are hits, each with probability ``share``."""
    return math.fsum(_exactly(hits, of, share) for hits in range(min(seen, of) + 1))


def interval(seen: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The shares from 0 to 1 that ``seen`` hits of ``of`` samples do not speak against.

    Clopper and Pearson's interval: whatever the true share, it lies within at least as often as
    ``confidence`` says. Wilson's is shorter and holds so only on average, and with the five or
    ten samples of a row it falls short of that just where most rows are, near none and all.

    Raises:
        ValueError: more was seen than looked at, nothing was looked at, or the confidence is
            not between 0 and 1.
    """
    if not 0 <= seen <= of or of < 1:
        raise ValueError(f"{seen} of {of} samples is no share")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence is between 0 and 1, not {confidence}")
    tail = (1 - confidence) / 2
    low = 0.0 if seen == 0 else _where(lambda share: at_least(seen, of, share) < tail)
    high = 1.0 if seen == of else _where(lambda share: at_most(seen, of, share) > tail)
    return low, high


@dataclass(frozen=True)
class Rates:
    """How a sequential test fares where each sample is a hit with a given probability."""

    yes: float
    """How often it says so."""
    no: float
    undecided: float
    """How often the samples run out first."""
    samples: float
    """How many it takes, on average."""


@dataclass(frozen=True)
class Sequential:
    """Wald's test of a share, sample by sample: settled as soon as it can be.

    It asks whether hits come as often as from a field that works (``high``), or as seldom as
    from one that does not (``low``). Yes is wrong, at ``low``, at most as often as ``alpha``, and
    no, at ``high``, at most as often as ``beta``, however early one stops (Ville's inequality;
    Wald's own bounds hold only nearly). In truth both are rarer, as `rates` computes:

    - ``Sequential(0.2, 0.8, alpha=0.05, beta=0.001, most=16)`` says no at 0.8 in 0.09 % of cases
      and yes at 0.2 in 1.55 %, after 5.0 and 8.0 samples on average.
    - ``Sequential(0.001, 0.8, alpha=0.01, beta=0.001, most=5)``, for an effect that does not
      come by itself, says no at 0.8 in 0.03 % of cases and yes at 0.001 in 0.20 %, after 1.3 and
      5.0 samples on average.

    Raises:
        ValueError: the shares are not in order and within 0 and 1, an error rate is not between
            0 and 1, or not one sample may be taken.
    """

    low: float
    """The share of hits to be told from ``high``; 0 makes one hit a proof."""
    high: float
    """1 makes one miss a proof."""
    alpha: float
    beta: float
    most: int
    """How many samples may be taken; after that it stays undecided."""
    seen: int = 0
    of: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.low < self.high <= 1:
            raise ValueError(f"shares must be in order, from 0 to 1: {self.low}, {self.high}")
        if not (0 < self.alpha < 1 and 0 < self.beta < 1):
            raise ValueError(f"error rates are between 0 and 1: {self.alpha}, {self.beta}")
        if self.most < 1:
            raise ValueError(f"at least one sample must be allowed, not {self.most}")

    def update(self, *hits: bool) -> "Sequential":
        """The test after further samples; those after it was settled or ran out do not count."""
        test = self
        for hit in hits:
            if not test.wants_more:
                break
            test = replace(test, seen=test.seen + hit, of=test.of + 1)
        return test

    @cached_property
    def verdict(self) -> Settled | None:
        """Whether hits come as often as ``high`` says; None while that is open."""
        weight = _weight(self.seen, self.high, self.low) + _weight(
            self.of - self.seen, 1 - self.high, 1 - self.low
        )
        if weight >= -math.log(self.alpha):
            return "yes"
        return "no" if weight <= math.log(self.beta) else None

    @property
    def wants_more(self) -> bool:
        """Whether another sample may settle it."""
        return self.verdict is None and self.of < self.most

    def rates(self, share: float) -> Rates:
        """How it fares from here on where each sample is a hit with probability ``share``.

        Every way that the samples can fall is counted, none is drawn.
        """
        open_: dict[Sequential, float] = {self: 1.0}
        settled: defaultdict[Settled | None, float] = defaultdict(float)
        samples = 0.0
        while open_:
            later: defaultdict[Sequential, float] = defaultdict(float)
            for test, likely in open_.items():
                if not test.wants_more:
                    settled[test.verdict] += likely
                    continue
                samples += likely
                later[test.update(True)] += likely * share
                later[test.update(False)] += likely * (1 - share)
            open_ = later
        return Rates(settled["yes"], settled["no"], settled[None], samples)


def coincidence(narrow: Sequence[Hashable], wide: Sequence[Hashable]) -> float:
    """How likely mere chance makes the narrow answers so much more alike than the wide ones.

    If what narrows made no difference, every division of all the answers into so many narrow
    and so many wide would be as likely as the one seen. Divisions are compared by the share of
    alike pairs among the narrow less that among the wide, which finds a true difference at least
    as often as counts of different answers do; returned is the share of them, counted exactly,
    in which it is as large as in the one seen or larger. Saying "it makes a difference"
    at 1 % or below is thus wrong at most once in a hundred, whatever the answers are like. With
    5 and 5 answers the least possible is 1 in 252, with 3 and 3 only 1 in 20.

    Raises:
        ValueError: there are less than two of either, so that there is no pair.
    """
    if len(narrow) < 2 or len(wide) < 2:
        raise ValueError("there is no pair to compare in less than two answers")
    pairs = (math.comb(len(narrow), 2), math.comb(len(wide), 2))
    tight = Counter(narrow)
    sizes = Counter([*narrow, *wide])
    seen = sum(_alike(tight[answer], size, pairs) for answer, size in sizes.items())
    ways = _divisions(tuple(sizes.values()), len(narrow), pairs)
    extreme = sum(count for alike, count in ways.items() if alike >= seen)
    return extreme / math.comb(len(narrow) + len(wide), len(narrow))


def _alike(tight: int, size: int, pairs: tuple[int, int]) -> int:
    """What one answer adds to the measure, times both numbers of pairs to keep it whole."""
    return math.comb(tight, 2) * pairs[1] - math.comb(size - tight, 2) * pairs[0]


def _divisions(sizes: tuple[int, ...], narrow: int, pairs: tuple[int, int]) -> Counter[int]:
    """The measure of every division, and how many divisions have it.

    Answers that are alike need not be told apart, so few cases stand for very many divisions.
    """
    ways: Counter[tuple[int, int]] = Counter({(0, 0): 1})
    for size in sizes:
        longer: Counter[tuple[int, int]] = Counter()
        for (taken, alike), count in ways.items():
            for tight in range(min(size, narrow - taken) + 1):
                key = (taken + tight, alike + _alike(tight, size, pairs))
                longer[key] += count * math.comb(size, tight)
        ways = longer
    return Counter({alike: count for (taken, alike), count in ways.items() if taken == narrow})


def _exactly(hits: int, of: int, share: float) -> float:
    """The binomial probability, by logarithms: its factors alone may be beyond a float."""
    if share in (0, 1):
        return float(hits == of * share)
    missed = of - hits
    ways = math.lgamma(of + 1) - math.lgamma(hits + 1) - math.lgamma(missed + 1)
    return math.exp(ways + hits * math.log(share) + missed * math.log1p(-share))


def _where(below: Callable[[float], bool]) -> float:
    """The share at which a condition that holds from 0 upwards ceases to."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2


def _weight(samples: int, likely: float, unlikely: float) -> float:
    """How so many like samples tell two probabilities apart: the logarithm of their odds."""
    if samples == 0:
        return 0.0
    if likely == 0:
        return -math.inf
    return math.inf if unlikely == 0 else samples * math.log(likely / unlikely)
