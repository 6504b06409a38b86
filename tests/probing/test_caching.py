"""Cache breakpoints work, one by one, or make no difference."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from messages_conformance.probing import Ask, ProbeRun, row
from messages_conformance.probing.caching import prove_cached
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import error, run, said

TOKENS = (1000, 1200, 1400, 1600)
"""Tokens up to the place of each breakpoint; with what follows the last, 1,650 in all."""


def proof(ask: Ask, place: int) -> ProbeRun:
    chain = [ask.shared("Long.", breakpoints=number) for number in (1, 2, 3, 4, 4)]
    return prove_cached(chain, place, alone=ask("Alone.", x=place), uncached=ask.control("Plain."))


@dataclass
class Cache:
    """An endpoint with a cache: which breakpoints work there, and how it behaves otherwise."""

    ignored: frozenset[int] = frozenset()
    """Places, from 0, at which a breakpoint does nothing."""
    automatic: bool = False
    reports_writes: bool = True
    misses: int = 0
    """How often, at first, something that was written is not found."""
    most: int = 4
    """How many breakpoints it accepts in one request."""
    written: int = 0

    def __call__(self, request: Request, _: int) -> Exchange:
        number = request.body.get("breakpoints", 0)
        if number > self.most:
            return error(request, 400)
        places = [*range(number), *([request.body["x"]] if "x" in request.body else [])]
        ends = [TOKENS[place] for place in places if place not in self.ignored]
        end = 1650 if self.automatic else max(ends, default=0)
        read = min(self.written, end)
        self.written = max(self.written, end)
        if read and self.misses:
            self.misses, read = self.misses - 1, 0
        written = (end - read) if self.reports_writes and not self.automatic else 0
        return said(
            request,
            "",
            input_tokens=1650 - read - written,
            cache_read_input_tokens=read,
            cache_creation_input_tokens=written,
        )


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(
    ("cache", "kind"),
    [
        (Cache(), Kind.WORKS),
        (Cache(reports_writes=False), Kind.WORKS),
        (Cache(misses=1), Kind.WORKS),
        (Cache(most=0), Kind.WORKS),
        (Cache(written=1600), Kind.WORKS),
        (Cache(automatic=True), Kind.IGNORED),
        (Cache(ignored=frozenset(range(4))), Kind.IGNORED),
    ],
    ids=[
        "breakpoints",
        "unreported",
        "misses once",
        "none taken",
        "left over",
        "automatic",
        "ignored",
    ],
)
def test_prove_cached(place: int, cache: Cache, kind: Kind) -> None:
    @row("basic/x")
    def caches(ask: Ask) -> ProbeRun:
        """Shows that a breakpoint caches."""
        return (yield from proof(ask, place))

    assert run(caches, replace(cache)).kind is kind


@pytest.mark.parametrize("reports_writes", [True, False])
@pytest.mark.parametrize("ignored", range(4))
@pytest.mark.parametrize("place", range(4))
def test_a_breakpoint_without_effect_is_found_among_others_that_work(
    place: int, ignored: int, reports_writes: bool
) -> None:
    @row("basic/x")
    def caches(ask: Ask) -> ProbeRun:
        """Shows that a breakpoint caches."""
        return (yield from proof(ask, place))

    cache = Cache(ignored=frozenset({ignored}), reports_writes=reports_writes)
    expected = Kind.IGNORED if place == ignored else Kind.WORKS
    assert run(caches, cache).kind is expected


@pytest.mark.parametrize("figure", [0, "1650"], ids=["zero", "text"])
def test_figures_that_count_nothing_are_no_evidence(figure: Any) -> None:
    @row("basic/x")
    def caches(ask: Ask) -> ProbeRun:
        """Shows that a breakpoint caches."""
        return (yield from proof(ask, 0))

    behaviour = run(caches, lambda request, _: said(request, "", input_tokens=figure))
    assert behaviour.kind is Kind.UNCLEAR
    assert "how many input tokens" in behaviour.summary
