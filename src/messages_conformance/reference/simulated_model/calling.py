"""Deciding which tools serve a request, and calling them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from messages_conformance.reference.simulated_model import words
from messages_conformance.reference.simulated_model.count import sum_in
from messages_conformance.reference.simulated_model.facts import leaves
from messages_conformance.reference.simulated_model.filling import fill, names
from messages_conformance.reference.simulated_model.situation import Situation
from messages_conformance.reference.transcript import Tool

Input = dict[str, Any]

_GENERIC = words.listed(
    "get fetch return tool function current currently look lookup find information info data use "
    "user request name value text string number given provide call run do make city place "
    "location country today now input output result specific certain new list show say tell "
    "search thing item answer word one two code id"
)
"""Words of a description that say nothing of what its tool is for."""

_SUMS = frozenset(
    words.content(
        "calculator calculate math arithmetic multiply add sum expression compute plus times minus"
    )
)
_KIN = tuple(
    frozenset(words.content(group))
    for group in (
        "weather rain raining rainy temperature forecast sunny warm cold hot degree umbrella snow",
        "stock share price quote ticker market cost",
        "currency money convert exchange euro dollar pound usd eur",
        "phone telephone mobile",
        "email mail message send",
        "clock hour time timezone",
        "translate translation language",
        "remind reminder alarm",
    )
)
"""Words that speak of one thing, so that any of them calls for a tool that names another."""

_USE = "(?:use|using|call|invoke|run|with|try)"
_ARTICLE = "(?: the| a| your)?"
_CLAUSE_END = re.compile(
    r",?\s+(?:and|also|then|plus|as well as)\s+(?:then |also )?|[,;]\s+", re.IGNORECASE
)
_PAST = (
    "did|was|were|called|passed|returned|reported|used|earlier|previous|previously|gave|told|"
    "have you|said|chose|sent"
)
_FORBID = re.compile(
    r"\b(?:do(?:n't| not)|never|without|no|avoid)\b[^.;]{0,25}"
    r"\b(?:tools?|functions?|calling|call)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Offer:
    """A tool, and the stems that tell what it is for."""

    tool: Tool
    named: frozenset[str]
    described: frozenset[str]
    detailed: frozenset[str]
    """Those of its properties' names and descriptions."""

    @property
    def takes_one_string(self) -> bool:
        """Whether a call needs a single free string, so that two such strings are two calls."""
        properties = self.tool.schema.get("properties") or {}
        wanted = [properties.get(name) for name in self.tool.schema.get("required") or []]
        free = [p for p in wanted if isinstance(p, dict) and "enum" not in p]
        return len(free) == 1 and free[0].get("type") == "string"

    def fit(self, asked: set[str]) -> float:
        """How well the tool serves a request of these stems; from 1 on it does."""
        kin = any(asked & group and (self.named | self.described) & group for group in _KIN)
        shared = 2 * len(asked & self.named) + len(asked & self.described)
        return shared + 0.25 * len(asked & self.detailed) + kin

    def call(self, text: str) -> tuple[str, Input]:
        """Its name and an input filled from a text."""
        return self.tool.name, fill(self.tool.schema, text)


def calls(situation: Situation, *, busy: bool) -> tuple[tuple[str, Input], ...]:
    """Name and input of the calls to make now; none unless one is wanted.

    ``busy`` says that the request is fully served by words, so that only being told to use
    a tool counts.
    """
    transcript = situation.transcript
    offers = tuple(_offer(tool) for tool in transcript.tools)
    if transcript.choice == "none" or not offers:
        return ()
    text = situation.request
    if transcript.choice == "tool":
        offers = tuple(offer for offer in offers if offer.tool.name == transcript.chosen)
        made = _assigned(text, offers) or [offers[0].call(text)]
    else:
        told = _told(text, offers)
        if transcript.choice == "auto" and (_unwanted(situation) or (busy and not told)):
            return ()
        made = _assigned(text, offers)
        if told and all(name != told.tool.name for name, _ in made):
            made = [told.call(text)]
        if transcript.choice == "any":
            made = made or [offers[0].call(text)]
    unique = [call for i, call in enumerate(made) if call not in made[:i]]
    return tuple(unique if transcript.parallel else unique[:1])


def _offer(tool: Tool) -> Offer:
    members = " ".join(f"{path} {leaf}" for path, leaf in leaves(tool.schema.get("properties")))
    named = frozenset(words.content(tool.name, _GENERIC))
    described = frozenset(words.content(tool.description, _GENERIC)) - named
    detailed = frozenset(words.content(members, _GENERIC)) - named - described
    return Offer(tool, named, described, detailed)


def _told(text: str, offers: tuple[Offer, ...]) -> Offer | None:
    """The tool one is told to use, by name or as the tool at hand."""
    for offer in offers:
        name, spaced = re.escape(offer.tool.name), " ".join(words.words(offer.tool.name))
        # A name that is also an everyday word only counts where it is to be used.
        plain = name.isalpha() and name.islower()
        if words.has(text, rf"{_USE}{_ARTICLE} (?:{name}|{spaced})"):
            return offer
        if not plain and words.has(text, name):
            return offer
    if words.has(text, rf"{_USE}(?: \w+){{0,4}} (?:tools?|functions?)"):
        return max(offers, key=lambda offer: offer.fit(_asked(text)))
    return None


def _unwanted(situation: Situation) -> bool:
    """Whether tools are forbidden, have just answered, or are only spoken of."""
    if situation.last("tool_result", "mcp_tool_result") or _FORBID.search(situation.text):
        return True
    return bool(situation.said("tool_use")) and words.has(situation.ask, _PAST)


def _assigned(text: str, offers: tuple[Offer, ...]) -> list[tuple[str, Input]]:
    """Give each clause of a request to the tool that fits it best."""
    wanted: list[tuple[Offer, str]] = []
    for clause in _clauses(text):
        asked = _asked(clause)
        best = max(offers, key=lambda offer: offer.fit(asked))
        if best.fit(asked) >= 1:
            wanted.append((best, clause))
        elif wanted and wanted[-1][0].takes_one_string and _brings_value(clause):
            wanted.append((wanted[-1][0], clause))
        elif wanted:
            wanted[-1] = (wanted[-1][0], f"{wanted[-1][1]}, {clause}")
    separate = all(offer.takes_one_string and _brings_value(clause) for offer, clause in wanted)
    if len({offer.tool.name for offer, _ in wanted}) == 1 and not separate:
        wanted = wanted[:1]
    if len(wanted) == 1:
        return [wanted[0][0].call(text)]
    return [offer.call(clause) for offer, clause in wanted]


def _clauses(text: str) -> Iterator[str]:
    """The parts of each sentence; all but its first show that they go on from another."""
    for sentence in words.sentences(text):
        first, *others = filter(None, _CLAUSE_END.split(sentence))
        yield first
        yield from (f"and {other}" for other in others)


def _brings_value(clause: str) -> bool:
    return bool(words.quoted(clause) or names(clause) or words.CODE.search(clause))


def _asked(text: str) -> set[str]:
    """The stems of a request that can tell which tool serves it."""
    asked = set(words.content(text, _GENERIC))
    return asked | _SUMS if sum_in(text) else asked
