"""Statistics of samples: confidence intervals, a sequential test, and a permutation test.

A row whose effect depends on sampling, or on whether the model does as instructed, is judged by
several answers. This module computes how certain such a verdict is. Everything is exact unless
stated otherwise, and the stated rates are computed, not estimated.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal, TypeAlias

Decision: TypeAlias = Literal["yes", "no"]

CONFIDENCE = 0.95
"""The default confidence of an interval."""

_STEPS = 60
"""Halvings of an interval until it is as short as a float allows."""


def at_least(seen: int, of: int, share: float) -> float:
    """The probability of at least ``seen`` hits in ``of`` samples, each with that ``share``."""
    return math.fsum(_exactly(hits, of, share) for hits in range(max(seen, 0), of + 1))


def at_most(seen: int, of: int, share: float) -> float:
    """The probability of at most ``seen`` hits in ``of`` samples, each with that ``share``."""
    return math.fsum(_exactly(hits, of, share) for hits in range(min(seen, of) + 1))


def interval(seen: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The confidence interval of a share, from 0 to 1, after ``seen`` hits in ``of`` samples.

    Clopper and Pearson's interval: whatever the true share, it lies within at least as often as
    ``confidence`` says. Wilson's interval is shorter, but keeps that only on average. With the five
    or ten samples of a row it falls short where most rows are, near no hits and near all hits.

    Raises:
        ValueError: ``seen`` is not between 0 and ``of``, ``of`` is not positive, or the confidence
            is not between 0 and 1.
    """
    if not 0 <= seen <= of or of < 1:
        raise ValueError(f"{seen} of {of} samples is not a share")
    if not 0 < confidence < 1:
        raise ValueError(f"a confidence is between 0 and 1, not {confidence}")
    tail = (1 - confidence) / 2
    low = 0.0 if seen == 0 else _where(lambda share: at_least(seen, of, share) < tail)
    high = 1.0 if seen == of else _where(lambda share: at_most(seen, of, share) > tail)
    return low, high


@dataclass(frozen=True)
class Rates:
    """The outcomes of a sequential test where each sample is a hit with a given probability."""

    yes: float
    """The probability that it decides yes."""
    no: float
    """The probability that it decides no."""
    undecided: float
    """The probability that the samples run out first."""
    samples: float
    """The number of samples it takes, on average."""


@dataclass(frozen=True)
class Sequential:
    """Wald's sequential test of a share: it takes samples one by one until it can decide.

    It decides whether hits are as frequent as with a field that works (``high``), or as rare as
    with one that does not (``low``). At ``low``, yes is wrong at most as often as ``alpha``; at
    ``high``, no is wrong at most as often as ``beta``, however early it stops (Ville's inequality;
    Wald's own bounds are approximate). The actual error rates are lower, as `rates` computes:

    - ``Sequential(0.2, 0.8, alpha=0.05, beta=0.001, most=16)`` says no at 0.8 in 0.09 % of cases
      and yes at 0.2 in 1.55 %, after 5.0 and 8.0 samples on average.
    - ``Sequential(0.001, 0.8, alpha=0.01, beta=0.001, most=5)``, for an effect that never comes
      by itself, says no at 0.8 in 0.03 % of cases and yes at 0.001 in 0.20 %, after 1.3 and
      5.0 samples on average.

    Raises:
        ValueError: the shares are not in order and within 0 and 1, an error rate is not between
            0 and 1, or no sample may be taken.
    """

    low: float
    """The share of hits without an effect; 0 makes one hit a proof."""
    high: float
    """The share of hits with an effect; 1 makes one miss a proof."""
    alpha: float
    beta: float
    most: int
    """The maximum number of samples; after that the test stays undecided."""
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
        """The test after more samples; those after its decision or its maximum do not count."""
        test = self
        for hit in hits:
            if not test.wants_more:
                break
            test = replace(test, seen=test.seen + hit, of=test.of + 1)
        return test

    @cached_property
    def verdict(self) -> Decision | None:
        """Whether hits are as frequent as ``high`` says; None while undecided."""
        weight = _weight(self.seen, self.high, self.low) + _weight(
            self.of - self.seen, 1 - self.high, 1 - self.low
        )
        if weight >= -math.log(self.alpha):
            return "yes"
        return "no" if weight <= math.log(self.beta) else None

    @property
    def wants_more(self) -> bool:
        """Whether another sample may decide it."""
        return self.verdict is None and self.of < self.most

    def rates(self, share: float) -> Rates:
        """Its outcomes from here on where each sample is a hit with probability ``share``.

        All possible sequences of samples are counted; none is drawn at random.
        """
        undecided: dict[Sequential, float] = {self: 1.0}
        ended: defaultdict[Decision | None, float] = defaultdict(float)
        samples = 0.0
        while undecided:
            later: defaultdict[Sequential, float] = defaultdict(float)
            for test, likely in undecided.items():
                if not test.wants_more:
                    ended[test.verdict] += likely
                    continue
                samples += likely
                later[test.update(True)] += likely * share
                later[test.update(False)] += likely * (1 - share)
            undecided = later
        return Rates(ended["yes"], ended["no"], ended[None], samples)


def coincidence(narrow: Sequence[Hashable], wide: Sequence[Hashable]) -> float:
    """The probability that chance alone makes narrow answers this much more alike than wide ones.

    An exact permutation test. If the field made no difference, every division of all answers into
    as many narrow and as many wide ones would be equally likely. The statistic of a division is
    the share of equal pairs of narrow answers minus that of wide ones, which finds a true
    difference at least as often as counting different answers does. Returned is the share of
    divisions whose statistic is at least as large as the observed one. So "it makes a difference"
    at 1 % or below is wrong at most once in a hundred, whatever the answers are. With 5 and 5
    answers the smallest possible value is 1 in 252, with 3 and 3 only 1 in 20.

    Raises:
        ValueError: there are fewer than two of either, so that there is no pair.
    """
    if len(narrow) < 2 or len(wide) < 2:
        raise ValueError("fewer than two answers have no pair to compare")
    pairs = (math.comb(len(narrow), 2), math.comb(len(wide), 2))
    counts = Counter(narrow)
    sizes = Counter([*narrow, *wide])
    observed = sum(_statistic(counts[answer], size, pairs) for answer, size in sizes.items())
    ways = _divisions(tuple(sorted(sizes.values())), len(narrow), pairs)
    extreme = sum(count for statistic, count in ways.items() if statistic >= observed)
    return extreme / math.comb(len(narrow) + len(wide), len(narrow))


def _statistic(narrow: int, size: int, pairs: tuple[int, int]) -> int:
    """What one answer adds to the statistic, times both numbers of pairs to keep it an integer.

    The answer occurs ``size`` times, of which ``narrow`` are narrow.
    """
    return math.comb(narrow, 2) * pairs[1] - math.comb(size - narrow, 2) * pairs[0]


@lru_cache(maxsize=1024)
def _divisions(sizes: tuple[int, ...], narrow: int, pairs: tuple[int, int]) -> Mapping[int, int]:
    """The statistic of every division, and how many divisions have it.

    Equal answers are interchangeable, so few cases stand for very many divisions.
    """
    ways: Counter[tuple[int, int]] = Counter({(0, 0): 1})
    for size in sizes:
        longer: Counter[tuple[int, int]] = Counter()
        for (taken, statistic), count in ways.items():
            for more in range(min(size, narrow - taken) + 1):
                key = (taken + more, statistic + _statistic(more, size, pairs))
                longer[key] += count * math.comb(size, more)
        ways = longer
    return Counter({total: count for (taken, total), count in ways.items() if taken == narrow})


def _exactly(hits: int, of: int, share: float) -> float:
    """The binomial probability, computed by logarithms as its factors may exceed a float."""
    if share in (0, 1):
        return float(hits == of * share)
    missed = of - hits
    ways = math.lgamma(of + 1) - math.lgamma(hits + 1) - math.lgamma(missed + 1)
    return math.exp(ways + hits * math.log(share) + missed * math.log1p(-share))


def _where(below: Callable[[float], bool]) -> float:
    """The share up to which a condition holds that holds from 0 upwards."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle) else (low, middle)
    return (low + high) / 2


def _weight(samples: int, likely: float, unlikely: float) -> float:
    """The logarithm of the likelihood ratio of two probabilities after some equal samples."""
    if samples == 0:
        return 0.0
    if likely == 0:
        return -math.inf
    return math.inf if unlikely == 0 else samples * math.log(likely / unlikely)
