"""Proof that ``cache_control`` caches the prompt up to the block that carries it."""

from collections.abc import Sequence

from messages_conformance.probing.behaviours import ignored, partial, unclear, works
from messages_conformance.probing.content import long_text, text, user
from messages_conformance.probing.probe import Ask, ProbeRun, Question
from messages_conformance.probing.shared_conversation import BREAKPOINTS, breakpoint_chain
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind


def prove_cached(
    chain: Sequence[Question], place: int, *, alone: Question, uncached: Question
) -> ProbeRun:
    """Prove that a cache breakpoint works at one place of a conversation, counted from 0.

    ``chain`` asks one conversation again and again, each time with one breakpoint more; the last
    question comes twice. Each request reads from the cache what the one before wrote. A breakpoint
    works if more is read with it than the breakpoints before it can explain. ``uncached`` is a
    prompt without any breakpoint: an endpoint that caches prompts on its own reads that from a
    cache as well. ``alone`` has a breakpoint at this place only; it is asked where the chain is not
    accepted, or where this breakpoint seems to do nothing.
    """
    answers: list[Exchange] = []
    for question in chain[: place + 2]:
        answers.append((yield question))
        if not answers[-1].answered:
            return (yield from _prove_alone(alone, uncached))
    explained, best = _explained_without(answers, place), max(answers[place:], key=_read)
    if _read(best) <= explained:
        behaviour: Behaviour = yield from _prove_alone(alone, uncached)
        if behaviour.kind is Kind.WORKS and any(map(_written, answers)) and _read(best):
            return partial(
                f"{behaviour.summary}; but as one of several breakpoints it adds nothing: "
                f"{_read(best)} tokens were read with it, {explained} with those before it",
                *answers,
                *behaviour.exchanges,
            )
        return behaviour
    summary = f"{_read(best)} tokens were read from the cache with the breakpoint"
    all_read = place < len(chain) - 2 and _read(best) > 0.9 * best.prompt_tokens
    if not all_read and any(map(_written, answers)):
        return works(f"{summary}, {explained} with only those before it", *answers)
    return (yield from _compare_uncached(uncached, best, summary))


def also_streamed(behaviour: Behaviour, link: Question) -> ProbeRun:
    """What is read from a cache is told by a stream as well.

    ``link`` asks, streamed, for one of the prompts that ``behaviour`` rests on, and that was in the
    cache; where there is none, nothing is asked.
    """
    plain = {name: value for name, value in link.request.body.items() if name != "stream"}
    was_cached = any(_read(e) for e in behaviour.exchanges if e.request.body == plain)
    if behaviour.kind is not Kind.WORKS or not was_cached:
        return behaviour
    streamed = yield link
    if streamed.prompt_tokens and streamed.streamed and not _read(streamed):
        again = yield link
        if again.prompt_tokens and again.streamed and not _read(again):
            summary = f"{behaviour.summary}; but a stream never tells what was read"
            return partial(summary, streamed, again, *behaviour.exchanges)
    return behaviour


def place_is_cached(ask: Ask, place: str, alone: Question) -> ProbeRun:
    """A cache breakpoint works at one place of the shared conversation, or else ``alone``."""
    return prove_cached(
        [ask.shared(**link) for link in breakpoint_chain()],
        BREAKPOINTS.index(place),
        alone=alone,
        uncached=ask.control([user(text(long_text("plain")), "Say hello.")], max_tokens=4),
    )


def _prove_alone(alone: Question, uncached: Question) -> ProbeRun:
    """Prove the same by one prompt with a breakpoint at this place only, sent again."""
    first = yield alone
    again = yield alone
    if not _read(again):
        # Caches are best effort: one more chance before saying that nothing is cached.
        again = yield alone
    if untold := no_count(first, again):
        return untold
    if not _read(again):
        return ignored(
            f"the same {again.prompt_tokens}-token prompt was sent again and "
            "nothing was read from a cache",
            first,
            again,
        )
    summary = f"{_read(again)} tokens were read from the cache with the breakpoint"
    return (yield from _compare_uncached(uncached, again, summary))


def no_count(*answers: Exchange) -> Behaviour | None:
    """What is to be said where no answer tells what it cost; None where one does."""
    if any(one.prompt_tokens for one in answers):
        return None
    return unclear(
        "no answer tells in whole numbers how many input tokens it took, so nothing shows what "
        "was cached",
        *answers,
    )


def _compare_uncached(uncached: Question, best: Exchange, summary: str) -> ProbeRun:
    """A breakpoint makes a difference only if a prompt without any is not cached anyway."""
    yield uncached
    again = yield uncached
    if _read(again):
        return ignored(
            "cache_control makes no difference: a prompt without it is read from a cache as well "
            f"({_read(again)} tokens; {summary})",
            best,
            again,
        )
    return works(f"{summary}, none without any", best, again)


def _read(exchange: Exchange) -> int:
    return exchange.usage("cache_read_input_tokens")


def _written(exchange: Exchange) -> int:
    return exchange.usage("cache_creation_input_tokens")


def _explained_without(answers: Sequence[Exchange], place: int) -> int:
    """The most tokens that could be read from the cache without the breakpoint at a place."""
    before = answers[:place]
    if _read(answers[0]):  # An earlier run left all of it in the cache.
        return max(map(_read, before), default=0)
    if any(map(_written, answers)):
        return max((_read(exchange) + _written(exchange) for exchange in before), default=0)
    # Writes are not reported; but what this breakpoint's first request reads, others wrote.
    return max(map(_read, answers[: place + 1]))
