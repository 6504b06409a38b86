"""Whether the endpoint or the model causes an odd answer: ask in turns with and without."""

from collections.abc import Callable
from dataclasses import dataclass

from messages_conformance.probing.assertions import EFFECT_TEST
from messages_conformance.probing.probe import ProbePart, Question
from messages_conformance.protocol.exchange import Exchange

MAX_TURNS = 5
"""How often an odd answer must come with the tested part, and never without it."""


@dataclass(frozen=True)
class Attribution:
    """Whether the tested part causes odd answers, and the answers that show it.

    Where neither `to_endpoint` nor `cleared` is set, nothing can be said.
    """

    to_endpoint: bool
    """Odd every time with the part, and never without it."""
    cleared: bool
    """An answer with the part was not odd after all."""
    with_it: tuple[Exchange, ...]
    without: tuple[Exchange, ...]

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All answers, those with the part first."""
        return self.with_it + self.without


def attribute(
    is_odd: Callable[[Exchange], bool], first: Exchange, tested: Question, control: Question
) -> ProbePart[Attribution]:
    """Find out whether odd answers come every time with the tested part, and never without it.

    ``first`` is the odd answer that gave rise to it. Both questions are asked in turns, up to
    `MAX_TURNS` times each, until one answer decides. A model that is odd by itself one time in
    five is mistaken for the endpoint in 1 of 9,500 cases.
    """
    with_it, without = [first], list[Exchange]()
    odd_without = False
    for turn in range(MAX_TURNS):
        if turn:
            with_it.append((yield tested))
            if not is_odd(with_it[-1]):
                return Attribution(False, True, tuple(with_it), tuple(without))
        if not odd_without:
            without.append((yield control))
            odd_without = is_odd(without[-1])
        if odd_without and len(with_it) >= EFFECT_TEST.most:
            break
    return Attribution(not odd_without, False, tuple(with_it), tuple(without))
