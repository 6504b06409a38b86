"""Who breaks on an answer, and how: the clients' tables applied to one exchange."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from messages_conformance.healing.client import Client, Outcome
from messages_conformance.healing.conditions import CONDITIONS, conditions, refusal_message
from messages_conformance.healing.features import refused_feature
from messages_conformance.healing.tables import clients
from messages_conformance.protocol.exchange import Exchange

_PHRASES: Final = {
    Outcome.RAISES: ("raises an error", "raise an error"),
    Outcome.TRUNCATES: (
        "takes a part for the whole answer, without an error",
        "take a part for the whole answer, without an error",
    ),
    Outcome.EMPTY: ("shows an empty answer and no error", "show an empty answer and no error"),
    Outcome.LOSES: ("loses {detail}", "lose {detail}"),
    Outcome.GARBLES: ("reads it wrongly: {detail}", "read it wrongly: {detail}"),
    Outcome.HIDES: ("shows {detail} and not the message", "show {detail} and not the message"),
    Outcome.RAW: ("shows the bare body", "show the bare body"),
    Outcome.RETRIES: (
        "sends the request {requests} times or more, then fails",
        "send the request {requests} times or more, then fail",
    ),
    Outcome.ENDLESS: (
        "sends the request again and again, without end",
        "send the request again and again, without end",
    ),
    Outcome.UNSTREAMED: (
        "gives up the stream and asks again without one",
        "give up the stream and ask again without one",
    ),
    Outcome.COMPACTS: (
        "takes it for a prompt that is too long, and shortens the history",
        "take it for a prompt that is too long, and shorten the history",
    ),
    Outcome.IGNORES: ("ignores retry-after", "ignore retry-after"),
    Outcome.WAITS: (
        "waits as long as retry-after says, with no limit",
        "wait as long as retry-after says, with no limit",
    ),
    Outcome.STOPS: ("gives up because of retry-after", "give up because of retry-after"),
}
"""What a client does, of one client and of several."""
_WORST: Final = (
    Outcome.ENDLESS,
    Outcome.TRUNCATES,
    Outcome.EMPTY,
    Outcome.GARBLES,
    Outcome.RAISES,
    Outcome.RETRIES,
    Outcome.STOPS,
    Outcome.COMPACTS,
    Outcome.LOSES,
    Outcome.HIDES,
    Outcome.UNSTREAMED,
    Outcome.RAW,
    Outcome.WAITS,
    Outcome.IGNORES,
)
_PERMANENT: Final = re.compile(
    r"quota|arrear|billing|credit balance|insufficient[_ ](?:quota|balance|funds)|free tier"
    r"|not support|unsupported|is required",
    re.IGNORECASE,
)
_TEMPORARY: Final = frozenset({408, 409, 429, 500, 502, 503, 504, 529})


@dataclass(frozen=True, slots=True)
class Effect:
    """What one client makes of one thing in an answer."""

    client: Client
    outcome: Outcome
    condition: str
    source: str
    detail: str = ""
    requests: int = 1


def who_breaks(
    exchange: Exchange,
    rule: str | None = None,
    among: Iterable[Client] | None = None,
    *,
    broken: Iterable[str] = (),
) -> tuple[str, ...]:
    """Sentences, worst first: which clients break on an answer, and how; no client, no sentence.

    With the id of a wire rule, only what that rule is about. ``among`` are the clients that are
    asked about; by default all. ``broken`` are ids of rules that the answer breaks: some of them no
    condition stands for. A refusal's wording is judged too: who goes on after it, who gives up, and
    what the message would have to say.
    """
    rules = frozenset(broken if rule is None else (rule,))
    if not rules and not conditions(exchange) and (exchange.status or 0) < 400:
        return ()  # What is well needs no table.
    asked = tuple(clients() if among is None else among)
    found = [
        each
        for each in effects(exchange, asked)
        if rule is None or rule in CONDITIONS[each.condition]
    ]
    found += _effects_of(asked, rules)
    sentences = list(_sentences(found))
    if rule is None:
        sentences += [*_of_wording(exchange, asked), *_of_repetition(exchange, asked)]
    return tuple(dict.fromkeys(sentences))


def effects(exchange: Exchange, among: Iterable[Client]) -> tuple[Effect, ...]:
    """What each client makes of each condition of an answer, but for what is fine."""
    there = conditions(exchange)
    return _effects_of(among, there)


def _effects_of(among: Iterable[Client], named: frozenset[str]) -> tuple[Effect, ...]:
    """What each client makes of conditions, or of broken rules, that are named."""
    return tuple(
        Effect(client, each.outcome, each.condition, each.source, each.detail, each.requests)
        for client in among
        for each in client.answers
        if each.condition in named and each.outcome is not Outcome.FINE
    )


def _sentences(found: Iterable[Effect]) -> Iterator[str]:
    """One sentence for all clients that do the same; a client's worst outcome is what counts."""
    worst: dict[str, Effect] = {}
    for each in found:
        title = each.client.title
        if title not in worst or _rank(each) < _rank(worst[title]):
            worst[title] = each
    alike: dict[tuple[Outcome, str, int], list[str]] = {}
    for title, each in worst.items():
        alike.setdefault((each.outcome, each.detail, each.requests), []).append(title)
    for (outcome, detail, requests), titles in sorted(
        alike.items(), key=lambda item: _WORST.index(item[0][0])
    ):
        phrase = _PHRASES[outcome][len(titles) > 1].format(detail=detail, requests=requests)
        yield f"{_names(titles)} {phrase}."


def phrase(effect: Effect) -> str:
    """What one client does, as a phrase after its name."""
    return _PHRASES[effect.outcome][0].format(detail=effect.detail, requests=effect.requests)


def _rank(effect: Effect) -> int:
    return _WORST.index(effect.outcome)


def _of_wording(exchange: Exchange, among: Iterable[Client]) -> Iterator[str]:
    """Who recognises a refusal by its words, and who does not and what would be recognised."""
    feature = refused_feature(exchange)
    if feature is None or exchange.status is None:
        return
    message = refusal_message(exchange)
    goes_on: dict[str, list[str]] = {}
    gives_up: dict[tuple[str, str], list[str]] = {}
    for client in among:
        refusal = client.refusal_of(feature)
        if refusal is None:
            continue
        if refusal.recognises(exchange.status, message):
            goes_on.setdefault(refusal.then, []).append(client.title)
        elif refusal.wording:
            after = f" after {refusal.otherwise} requests" if refusal.otherwise > 1 else ""
            gives_up.setdefault((after, refusal.wording), []).append(client.title)
        elif not refusal.patterns and exchange.status in refusal.statuses:
            helps = f"{refusal.cure} helps" if refusal.cure else "no setting helps"
            yield (
                f"{client.title} gives up here after {refusal.otherwise} requests, whatever the "
                f"message says; {helps}."
            )
    for (after, wording), titles in gives_up.items():
        verb = "give up" if len(titles) > 1 else "gives up"
        pronoun = "they" if len(titles) > 1 else "it"
        status = "" if exchange.status == 400 else " with status 400"
        yield (
            f"{_names(titles)} {verb} here{after}; {pronoun} would go on if the message "
            f"said “{wording}”{status}."
        )
    for then, titles in goes_on.items():
        verb = "go on" if len(titles) > 1 else "goes on"
        yield f"{_names(titles)} {verb} after it: {then}."


def _of_repetition(exchange: Exchange, among: Iterable[Client]) -> Iterator[str]:
    """Who repeats what no repetition heals: a debt, or a refusal, whose status says "later"."""
    status = exchange.status
    if status not in _TEMPORARY or not _PERMANENT.search(refusal_message(exchange)):
        return
    if (exchange.header("x-should-retry") or "").lower() == "false":
        return
    counts: dict[tuple[int, str], list[str]] = {}
    for client in among:
        retry = client.retry_of(status)
        if retry is not None and retry.requests > 1:
            counts.setdefault((retry.requests, retry.waits), []).append(client.title)
    times = [
        f"{_names(titles)} {'send' if len(titles) > 1 else 'sends'} it {requests} times"
        + (f" ({waits})" if waits else "")
        for (requests, waits), titles in sorted(counts.items(), reverse=True)
    ]
    if times:
        yield (
            f"It cannot succeed, and its status {status} says “try later”: {'; '.join(times)} "
            "before giving up."
        )


def _names(titles: Iterable[str]) -> str:
    """Names in a sentence; versions of one client stand together."""
    versions: dict[str, list[str]] = {}
    for title in titles:
        name, _, version = title.rpartition(" ")
        versions.setdefault(name, []).append(version)
    names = [f"{name} {' and '.join(which)}" for name, which in versions.items()]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
