"""A row's own probe, asked again in company: what works alone must work beside anything else.

The probe is the same generator with the same judgement; only its requests hold more. So every row
is an oracle for every company. What fails in company and works alone is the company's doing: one
feature after another is taken away until the smallest failing company is left.
"""

from collections.abc import Callable, Sequence

from messages_conformance.probing.behaviours import partial, unclear, unmeasured, works
from messages_conformance.probing.company.features import Feature, fitting, together
from messages_conformance.probing.company.nested import run_nested
from messages_conformance.probing.probe import Ask, Probe, ProbePart, ProbeRun
from messages_conformance.probing.shared_plain import PLAIN
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind

_BAD = (Kind.PARTIAL, Kind.IGNORED, Kind.REFUSED, Kind.BROKEN)


def in_company(
    probe: Probe, features: Sequence[Feature], ask_of: Callable[[Ask], Ask]
) -> Callable[[Ask], ProbeRun]:
    """The probe that asks what ``probe`` asks, in company; ``ask_of`` puts the row in place."""

    def function(ask: Ask) -> ProbeRun:
        return _asked_together(probe, tuple(features), ask_of(ask))

    function.__doc__ = probe.function.__doc__
    function.__name__ = f"{probe.name}_in_company"
    return function


def with_company(ask: Ask, features: Sequence[Feature]) -> "Ask":
    """The same way to ask, with features beside all that is asked."""
    return Ask(
        ask.model,
        ask.row,
        ask.target,
        ask.auth,
        ask.superseded,
        (lambda body: together(features, body)) if features else None,
    )


def names(features: Sequence[Feature]) -> str:
    """Features in a sentence: ``a stream, a system prompt and an earlier turn``."""
    words = [feature.words for feature in features]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _asked_together(probe: Probe, features: tuple[Feature, ...], ask: Ask) -> ProbeRun:
    def run(company: tuple[Feature, ...]) -> ProbePart[Behaviour]:
        return (yield from run_nested(probe.function, with_company(ask, company)))

    row = probe.row
    seen: Behaviour = yield from run(features)
    if seen.kind is Kind.WORKS:
        return works(f"{row} works beside {names(features)}", *seen.exchanges)
    alone: Behaviour = yield from run(())
    # Where nothing is answered, or only a limit, nothing is known of the company. What no client
    # can provoke has no exchanges.
    unanswered = any(each.status is None for each in alone.exchanges)
    if unanswered or (alone.kind is Kind.UNMEASURED and alone.exchanges):
        return unmeasured(f"{row} alone: {alone.summary}", *alone.exchanges)
    if alone.kind is not Kind.WORKS:
        return works(
            f"{row} does not work alone either: {alone.kind.value}, {alone.summary}",
            *alone.exchanges,
        )
    if seen.kind not in _BAD:
        return unclear(f"{row} in company: {seen.summary}", *seen.exchanges)
    smallest, seen = yield from _shrunk(run, features, seen)
    again: Behaviour = yield from run(smallest)
    if again.kind is Kind.WORKS and seen.kind is not Kind.BROKEN:
        return unclear(
            f"{row} worked at the second try beside {names(smallest)}: at first {seen.summary}",
            *seen.exchanges,
            *again.exchanges,
        )
    for feature in smallest:
        plain: Exchange = yield with_company(ask, (feature,)).shared(**PLAIN)
        if plain.status is None:
            return unmeasured(f"{feature.words} by itself: no answer ({plain.ended})", plain)
        if not plain.answered:
            return works(f"{feature.words} is not accepted by itself, so it is no company", plain)
    return partial(
        f"{row} works alone, and not with {names(smallest)}: {seen.kind.value}, {seen.summary}",
        *seen.exchanges,
        lacking=tuple(feature.name for feature in smallest),
    )


def _shrunk(
    run: Callable[[tuple[Feature, ...]], ProbePart[Behaviour]],
    features: tuple[Feature, ...],
    seen: Behaviour,
) -> ProbePart[tuple[tuple[Feature, ...], Behaviour]]:
    """The smallest company in which it fails, and how; first by halves, then one by one."""
    size = len(features) // 2
    while size >= 1 and len(features) > 1:
        for at in range(0, len(features), size):
            fewer = features[:at] + features[at + size :]
            if not fewer:
                continue
            behaviour: Behaviour = yield from run(fewer)
            if behaviour.kind in _BAD:
                features, seen = fewer, behaviour
                break
        else:
            size //= 2
            continue
        size = min(size, max(len(features) // 2, 1))
    return features, seen


def fits(probe: Probe, features: Sequence[Feature]) -> tuple[Feature, ...]:
    """The features that may stand beside what a row's probe asks."""
    return tuple(feature for feature in features if feature.fits_row(probe.row))


__all__ = ["fits", "fitting", "in_company", "names", "with_company"]
