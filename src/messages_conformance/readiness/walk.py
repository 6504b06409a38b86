"""The way a client goes with one request: what it sends next after each answer, and where it ends.

It follows the client's table of healing (``healing/``), so an endpoint that gives these answers
leads the real client the same way. ``scripts/measure_readiness.py`` compares the two.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias

from messages_conformance.healing.client import Answer, Client, Outcome
from messages_conformance.healing.conditions import conditions, refusal_message
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.readiness import changes
from messages_conformance.readiness.dialect import Feature

_LADDER: Final = (
    ("token_count_beta",),
    ("token_count_beta", "display"),
    ("deferred_tools",),
    ("deferred_tools", "token_count_beta"),
    ("deferred_tools", "token_count_beta", "display"),
)
"""What Claude Code leaves out, step by step, after a 400 or 422 whose words it does not know."""
_STOPS_THE_LADDER: Final = "output_config"
"""A message that names it, and that is not recognised, is final at once."""
_MOST: Final = 20
"""Requests after which a walk is given up: no client goes this far."""
_RESERVE: Final = 1000
"""Tokens that Claude Code leaves between the prompt, the answer and the limit."""


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a client ended with one request."""

    answered: bool
    requests: int
    """How many requests the endpoint saw."""
    healed: tuple[str, ...] = ()
    """The ids of the features that it left out or changed by itself."""
    why: str = ""
    """What the client ended with, where it has no answer."""
    last: Exchange | None = None
    """The answer it ended with."""


WalkRun: TypeAlias = Generator[Request, Exchange, Walk]


def walk(request: Request, client: Client | None, features: tuple[Feature, ...]) -> WalkRun:
    """Go a client's way, from a first request; yields requests and receives their answers."""
    known = {feature.id: feature for feature in features}
    healed: list[str] = []
    sent = 0
    ladder: Iterator[tuple[str, ...]] | None = None
    base = request
    while True:
        answer = yield request
        sent += 1
        if is_success(answer):
            ended = yield from _read(request, answer, client, sent, tuple(healed))
            return ended
        if sent >= _MOST or not _is_refusal(answer):
            return (yield from _fail(request, answer, client, sent, tuple(healed)))
        if (change := _heal(request, answer, client, known)) is not None:
            feature, largest = change
            base = request = changes.without(request, [feature], largest)
            healed.append(feature.id)
            ladder = None
            continue
        if ladder is None:
            ladder = _ladder(base, client, known, refusal_message(answer))
        step = next(ladder, None)
        if step is None:
            return Walk(False, sent, _but_ladder(healed), _why(answer), answer)
        request = changes.without(base, [known[id] for id in step])
        healed = [*_but_ladder(healed), *step]


def is_success(answer: Exchange) -> bool:
    """Whether an answer has a status of success, whatever else is wrong with it."""
    return answer.status is not None and 200 <= answer.status < 300


def _is_refusal(answer: Exchange) -> bool:
    return answer.status in (400, 422)


def _but_ladder(healed: Iterable[str]) -> tuple[str, ...]:
    return tuple(id for id in healed if id not in _ladder_ids())


def _ladder_ids() -> frozenset[str]:
    return frozenset(id for step in _LADDER for id in step)


def _heal(
    request: Request, answer: Exchange, client: Client | None, known: dict[str, Feature]
) -> tuple[Feature, int | None] | None:
    """The feature that a client leaves out after a refusal that it recognises."""
    message = refusal_message(answer)
    for refusal in client.refusals if client else ():
        feature = known.get(refusal.feature)
        if refusal.feature == "beta_header" and refusal.recognises(answer.status or 0, message):
            feature = _named_beta(message, known)
        is_laddered = feature is not None and refusal.feature in _ladder_ids()
        if feature is None or is_laddered or not changes.has(request, feature):
            continue
        if refusal.recognises(answer.status or 0, message):
            largest = named_limit(message) if feature.largest is not None else None
            return feature, largest
    return None


def _named_beta(message: str, known: dict[str, Feature]) -> Feature | None:
    """The feature of the beta that a refusal names, or that beta alone."""
    found = re.search(r"`([^`]+)`", message)
    if found is None:
        return None
    name = found[1]
    of = (each for each in known.values() if each.betas and name.startswith(each.betas))
    return next(of, Feature("beta", f"the beta {name}", betas=(name,)))


def named_limit(message: str) -> int | None:
    """The largest `max_tokens` that a refusal names; None where it names none."""
    if both := re.search(r"context limit: (\d{1,9}) \+ \d+ > (\d{1,9})\b", message):
        return max(1, int(both[2]) - int(both[1]) - _RESERVE)
    for pattern in (
        r"max_tokens: \d+ > (\d{1,9})\b",
        r"range of max_tokens should be \[\d+, (\d{1,9})\]",
        r"(?:less than or equal to|at most|exceed|maximum(?: value)?(?: is| of)?) (\d{1,9})\b",
    ):
        if (found := re.search(pattern, message, re.IGNORECASE)) and int(found[1]) > 0:
            return int(found[1])
    return None


def _ladder(
    base: Request, client: Client | None, known: dict[str, Feature], message: str
) -> Iterator[tuple[str, ...]]:
    """The steps of the ladder that change a request; none for a client that has no ladder."""
    if client is None or client.id != "claude-code" or _STOPS_THE_LADDER in message:
        return
    seen = {base.key}
    for step in _LADDER:
        if all(id in known for id in step):
            key = changes.without(base, [known[id] for id in step]).key
            if key not in seen:
                seen.add(key)
                yield step


def _read(
    request: Request, answer: Exchange, client: Client | None, sent: int, healed: tuple[str, ...]
) -> WalkRun:
    """What a client makes of a 200."""
    worst = _worst(answer, client)
    if worst is None:
        return Walk(True, sent, healed, last=answer)
    outcome, condition, requests = worst
    if outcome is Outcome.UNSTREAMED:
        plain = yield changes.unstreamed(request)
        if plain.answered:
            return Walk(True, sent + 1, (*healed, "stream"), last=plain)
        return Walk(False, sent + 1, healed, _why(plain), plain)
    why = f"{_REACTIONS.get(outcome, 'an error')} ({condition})"
    return Walk(outcome is Outcome.LOSES, max(sent, requests), healed, why, answer)


_REACTIONS: Final = {
    Outcome.LOSES: "an answer of which something is lost",
    Outcome.GARBLES: "an answer that is read wrongly",
    Outcome.TRUNCATES: "a part that is taken for the whole answer",
    Outcome.EMPTY: "an empty answer",
    Outcome.ENDLESS: "requests without end",
    Outcome.RETRIES: "an error after all retries",
}


def _worst(answer: Exchange, client: Client | None) -> tuple[Outcome, str, int] | None:
    """The worst that a client makes of an answer; None where it reads it well."""
    there = conditions(answer)
    found = [
        (_of_error(each), each.condition.replace("_", " "), max(each.requests, 1))
        for each in (client.answers if client else ())
        if each.condition in there and _of_error(each) is not Outcome.FINE
    ]
    # An outcome that the client heals by itself counts only where it is the only one.
    found.sort(key=lambda each: (each[0] is Outcome.UNSTREAMED, each[0] is Outcome.LOSES))
    if not found and not answer.answered and not there:
        return Outcome.RAISES, "no readable message", 1
    return found[0] if found else None


def _of_error(made: Answer) -> Outcome:
    """What a client makes of a condition; an error that is reported well is no answer either."""
    is_error = made.condition.startswith("error_")
    return Outcome.RAISES if is_error and made.outcome in _REPORTED else made.outcome


_REPORTED: Final = (Outcome.FINE, Outcome.LOSES)


def _fail(
    request: Request, answer: Exchange, client: Client | None, sent: int, healed: tuple[str, ...]
) -> WalkRun:
    """What a client does after any other status."""
    status = answer.status
    if client is not None and client.id == "claude-code" and status == 404:
        plain = yield changes.unstreamed(request)
        if plain.answered:
            return Walk(True, sent + 1, (*healed, "stream"), last=plain)
        return Walk(False, sent + 1, healed, _why(plain), plain)
    repeats = client.requests_for(status) if client and status is not None else None
    is_final = (answer.header("x-should-retry") or "").lower() == "false"
    more = 0 if is_final or status in (400, 422) else (repeats or 1) - 1
    return Walk(False, sent + more, healed, _why(answer), answer)


def _why(answer: Exchange) -> str:
    if answer.status is None:
        return f"no answer ({answer.ended})"
    if answer.status < 400:
        return f"status {answer.status} without a readable message"
    return f"{answer.status} {refusal_message(answer)[:200]}".strip()


def walk_in_batches(
    request: Request, client: Client | None, features: tuple[Feature, ...]
) -> Generator[tuple[Request, ...], tuple[Exchange, ...], Walk]:
    """A walk whose requests are asked one after the other."""
    going = walk(request, client, features)
    asked = next(going)
    while True:
        (answer,) = yield (asked,)
        try:
            asked = going.send(answer)
        except StopIteration as end:
            found: Walk = end.value
            return found


def describe(answer: Exchange) -> str:
    """An answer that is none, in a few words."""
    if answer.status is None:
        return f"no answer ({answer.ended})"
    if answer.status < 400:
        return f"{answer.status} without a readable message"
    return f"{answer.status} “{' '.join(refusal_message(answer).split())[:160]}”"
