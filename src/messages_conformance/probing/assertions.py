"""Ways to prove an effect that several probes share, as parts of probes (``yield from``).

Nothing is said against an endpoint that an uncooperative model could explain. An effect that
cannot be guessed is proved by being seen once. One that is not seen is asked for again, by the
sequential test `SHOWN`, and blamed on the endpoint only where token figures, or the form of the
answer, show that the endpoint made it so; otherwise it is unclear.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from typing import Any

from messages_conformance.probing.probe import (
    Ask,
    ProbeRun,
    Question,
    Questions,
    broken,
    ignored,
    partial,
    seen,
    unclear,
    works,
)
from messages_conformance.probing.shared_plain import PLAIN, wording
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.stats import Sequential, coincidence
from messages_conformance.verdict import Behaviour, Samples

SHOWN = Sequential(low=0.0, high=0.8, alpha=0.05, beta=0.01, most=3)
"""Whether an effect shows that does not come by itself: once is enough, and three times not is
too. A model that plays along four times in five fails to in 1 of 125 cases."""
TURNS = 5
"""How often an odd answer must come, and be missing without what is to blame for it."""

NARROW = 2, 3
"""How often the narrow request is asked at first, and how often besides if that is not clear."""

LUCK = 0.048, 0.012
"""The most luck that answers may owe, at the first look and at the second, to count as narrowed.
Together, of a hundred fields that make no difference six at most would be said to work, even if
answers are by nature alike just so often as misleads most."""


def tells(exchange: Exchange, canary: str) -> bool:
    """Whether the answer says the canary, in any case."""
    return canary.lower() in exchange.text.lower()


def carried(
    tested: Question,
    *,
    canary: str,
    what: str,
    without: Question,
    plainly: Question,
    among: Question | None = None,
) -> ProbeRun:
    """Show that a part of the request reaches the model, by a canary that only it holds.

    ``among`` is a request that many rows share and that has the part too; where the model tells
    the canary there, nothing more is asked. Where it tells it nowhere: ``without`` (the part
    left out) shows whether the part cost a single token, and ``plainly`` (the canary as plain
    text) whether the endpoint's token figures count at all.
    """
    yes = f"the model told what only {what} holds: {canary!r}"
    no = f"{what} was accepted and did not reach the model"

    def told(exchange: Exchange) -> bool:
        return tells(exchange, canary)

    shown, is_so = yield from _first(told, tested, among)
    if is_so:
        return works(yes, shown)
    bare, plain = yield [without, plainly]
    if plain.prompt_tokens <= bare.prompt_tokens and not told(plain):
        return unclear(
            f"the model does not tell {canary!r} even from plain text, and the input tokens "
            f"reported say nothing: {plain.prompt_tokens} and {bare.prompt_tokens}",
            shown,
            plain,
            bare,
        )
    return (yield from _settled(told, tested, shown, bare, yes, no))


def reached(
    ask: Ask,
    shows: Callable[[Exchange], bool],
    tested: Question,
    *,
    without: Question,
    yes: str,
    no: str,
    among: Question | None = None,
) -> ProbeRun:
    """Judge an effect that depends on the model's wit, falling back on the tokens it cost.

    ``among`` is a request that many rows share, in which the effect may show as well. The plain
    request, which is of another length, shows whether token figures count at all.
    """
    shown, is_so = yield from _first(shows, tested, among)
    if is_so:
        return works(yes, shown)
    bare = yield without
    if not bare.prompt_tokens:
        return unclear("the effect is not there, and no input tokens are reported", shown, bare)
    if shown.prompt_tokens == bare.prompt_tokens:
        other: Exchange = yield ask.control(**PLAIN)
        if other.prompt_tokens == bare.prompt_tokens:
            said = f"the input tokens reported say nothing: always {bare.prompt_tokens}"
            return unclear(f"the effect is not there, and {said}", shown, bare, other)
    return (yield from _settled(shows, tested, shown, bare, yes, no))


def _first(
    shows: Callable[[Exchange], bool], tested: Question, among: Question | None
) -> Generator[Questions, Any, tuple[Exchange, bool]]:
    """The answer that shows the effect, asked among others or by itself, and whether it does."""
    if among is not None and shows(shared := (yield among)):
        return shared, True
    shown = yield tested
    return shown, shows(shown)


def _settled(
    shows: Callable[[Exchange], bool],
    tested: Question,
    shown: Exchange,
    bare: Exchange,
    yes: str,
    no: str,
) -> ProbeRun:
    """No effect was seen: dropped if it did not even cost a token, else the model's own doing."""
    figures = f"{shown.prompt_tokens} input tokens with it, {bare.prompt_tokens} without"
    if shown.prompt_tokens <= bare.prompt_tokens:
        return ignored(f"{no}: {figures}", shown, bare)
    tries, test = [shown], SHOWN.update(False)
    made_nothing = f"it reached the prompt ({figures}), but the model made nothing of it"
    while test.wants_more:
        tries.append((yield tested))
        test = test.update(shows(tries[-1]))
        if wording(tries[-1]) == wording(shown):  # It will say so for ever.
            return unclear(f"{made_nothing}, and answers word for word the same", *tries, bare)
    samples = Samples(test.seen, test.of)
    if test.verdict == "yes":
        return works(yes, *tries, samples=samples)
    return unclear(made_nothing, *tries, bare, samples=samples)


@dataclass(frozen=True)
class Blame:
    """Whether what is put to the test is to blame for odd answers, and what shows it."""

    due: bool
    with_it: tuple[Exchange, ...]
    without: tuple[Exchange, ...]
    settled: bool
    """Whether an answer with it was not odd after all."""

    @property
    def all(self) -> tuple[Exchange, ...]:
        """All answers, those with it first."""
        return self.with_it + self.without


def only_with_it(
    odd: Callable[[Exchange], bool], first: Exchange, tested: Question, control: Question
) -> Generator[Questions, Any, Blame]:
    """Tell the endpoint from the model: odd every time with the part, never without it.

    ``first`` is the answer that was odd. Both are asked in turns, `TURNS` times each, until one
    answer says otherwise. A model that is odd by itself one time in five is taken for the
    endpoint in 1 of 9,500 cases.
    """
    with_it, without = [first], list[Exchange]()
    doubtful = False
    for turn in range(TURNS):
        if turn:
            with_it.append((yield tested))
            if not odd(with_it[-1]):
                return Blame(False, tuple(with_it), tuple(without), settled=True)
        if not doubtful:
            without.append((yield control))
            doubtful = odd(without[-1])
        if doubtful and len(with_it) >= SHOWN.most:
            break
    return Blame(not doubtful, tuple(with_it), tuple(without), settled=False)


def narrowed(narrow: Question, free: Sequence[Exchange], more: Question, what: str) -> ProbeRun:
    """Show that a sampling field narrows the choice of words.

    Open-ended answers vary ``free`` of it and not under ``narrow``; where that is not clear at
    first, more of both are asked for. Answers of a real server that always takes the likeliest
    word may still differ now and then, as its arithmetic depends on what else it computes.
    """
    tight, loose = list((yield [narrow] * NARROW[0])), list(free)
    for look, enough in enumerate(LUCK):
        few, many = (len(set(map(wording, taken))) for taken in (tight, loose))
        counted = (
            f"{few} different answers of {len(tight)} when narrow, {many} of {len(loose)} when wide"
        )
        samples = Samples(many, len(loose))
        if many == 1:
            return unclear(f"answers do not vary without {what} either", *tight, *loose)
        luck = coincidence([*map(wording, tight)], [*map(wording, loose)])
        if luck <= enough:
            odds = f"luck alone does that once in {1 / luck:.0f} times at most"
            return works(
                f"{what} governs the choice of words: {counted}; {odds}",
                *tight,
                *loose,
                samples=samples,
            )
        if look == 0:
            tight += yield [narrow] * NARROW[1]
            loose += yield [more] * len(free)
    if few >= len(tight) - 1:
        return ignored(f"{what} made no difference: {counted}", *tight, *loose, samples=samples)
    return unclear(f"too close to call: {counted}", *tight, *loose, samples=samples)


def validated(valid: Question, malformed: Question, what: str) -> ProbeRun:
    """Show that a field without a visible effect is read at all: its malformed twin is refused."""
    accepted = yield valid
    checked = yield malformed
    if checked.refused:
        return works(
            f"{what} is read: malformed, it is refused with {seen(checked)}", accepted, checked
        )
    return ignored(f"{what} made no difference, well-formed or malformed", accepted, checked)


def cached(
    links: Sequence[Question], number: int, *, marked: Question, unmarked: Question
) -> ProbeRun:
    """Show that ``cache_control`` caches, at the place that is marked ``number``-th, from 0.

    ``links`` are one conversation whose places are marked further and further down, the last of
    them twice, so that each reads what the one before it was to have kept. A mark works if with
    it more is read than everything before could have had kept. An endpoint that keeps prefixes
    unasked reads an ``unmarked`` one as well. Where so many marks together are not taken, or one
    of them seems to do nothing, its place is ``marked`` alone.
    """
    chain: list[Exchange] = []
    for link in links[: number + 2]:
        chain.append((yield link))
        if not chain[-1].answered:
            return (yield from _cached_alone(marked, unmarked))
    kept, shown = _due_anyway(chain, number), max(chain[number:], key=_read)
    if _read(shown) <= kept:
        return (yield from _cached_alone(marked, unmarked))
    told = f"marked, {_read(shown)} tokens were read from the cache"
    everything = number < len(links) - 2 and _read(shown) > 0.9 * shown.prompt_tokens
    if not everything and any(map(_written, chain)):
        return works(f"{told}; with the marks before it, {kept}", *chain)
    return (yield from _not_unasked(unmarked, shown, told))


def _cached_alone(marked: Question, unmarked: Question) -> ProbeRun:
    """Show the same by one marked prefix alone, sent again."""
    first = yield marked
    again = yield marked
    if not _read(again):
        # Caches are best effort: one more chance before saying that nothing is cached.
        again = yield marked
    if not _read(again):
        return ignored(
            f"the same {again.prompt_tokens}-token prompt was sent again and "
            "nothing was read from a cache",
            first,
            again,
        )
    told = f"marked, {_read(again)} tokens were read from the cache"
    return (yield from _not_unasked(unmarked, again, told))


def _not_unasked(unmarked: Question, shown: Exchange, told: str) -> ProbeRun:
    """A mark makes a difference only where an unmarked prefix is not read from a cache."""
    yield unmarked
    plain = yield unmarked
    if _read(plain):
        return ignored(
            "the mark makes no difference: an unmarked prefix is read from a cache as well "
            f"({_read(plain)} tokens; {told})",
            shown,
            plain,
        )
    return works(f"{told}; unmarked, none", shown, plain)


def _read(exchange: Exchange) -> int:
    return exchange.usage("cache_read_input_tokens")


def _written(exchange: Exchange) -> int:
    return exchange.usage("cache_creation_input_tokens")


def _due_anyway(chain: Sequence[Exchange], number: int) -> int:
    """The tokens that could be read of a chain without the ``number``-th mark, from 0."""
    before = chain[:number]
    if _read(chain[0]):  # An earlier run left all of it in the cache.
        return max(map(_read, before), default=0)
    if any(map(_written, chain)):
        return max((_read(exchange) + _written(exchange) for exchange in before), default=0)
    # What was written is not told; but what the mark's first request reads, others wrote.
    return max(map(_read, chain[: number + 1]))


def bounded(behaviour: Behaviour, outside: Question, what: str) -> ProbeRun:
    """Hold a field that works against its documented range: beyond it, it is refused."""
    beyond = yield outside
    if not beyond.answered:
        return behaviour
    return partial(
        f"{behaviour.summary}; but its documented range {what} is not kept to: "
        f"outside it, {seen(beyond)}",
        *behaviour.exchanges,
        beyond,
        samples=behaviour.samples,
    )


def mistaken(right: Question, wrong: Question) -> ProbeRun:
    """Show that a request with a mistake in it is refused, where one without is answered."""
    _, given = yield [right, wrong]
    return must_be_refused(given)


def must_be_refused(given: Exchange) -> Behaviour:
    """Judge what came back for a mistaken request; documented is 400 `invalid_request_error`."""
    if given.answered:
        return ignored(f"the mistake was answered: {seen(given)}", given)
    if given.error is None or not given.refused:
        return broken(seen(given), given)
    if (given.status, given.error.type) == (400, "invalid_request_error"):
        return works(f"refused with {seen(given)}", given)
    return partial(f"{seen(given)}; documented is 400 invalid_request_error", given)
