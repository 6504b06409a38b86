"""Deciding which tools a request needs, and calling them."""

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from messages_conformance.reference.simulated_model import english
from messages_conformance.reference.simulated_model.counting import find_sum
from messages_conformance.reference.simulated_model.facts import leaves
from messages_conformance.reference.simulated_model.prompt import Prompt
from messages_conformance.reference.simulated_model.tool_inputs import fill_input, proper_names
from messages_conformance.reference.transcript import Tool

Input = dict[str, Any]

_GENERIC = english.listed(
    "get fetch return tool function current currently look lookup find information info data use "
    "user request name value text string number given provide call run do make city place "
    "location country today now input output result specific certain new list show say tell "
    "search thing item answer word one two code id"
)
"""Words of a description that do not distinguish its tool from others."""

_SUMS = frozenset(
    english.content(
        "calculator calculate math arithmetic multiply add sum expression compute plus times minus"
    )
)
_KIN = tuple(
    frozenset(english.content(group))
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
"""Words of one topic: any of them fits a tool that is described by another."""

_USE = "(?:use|using|call|invoke|run|with|try)"
_ARTICLE = "(?: the| a| your)?"
_CLAUSE_END = re.compile(
    r",?\s+(?:and|also|then|plus|as well as)\s+(?:then |also )?|[,;]\s+", re.IGNORECASE
)
_PAST = (
    "did|was|were|called|passed|returned|reported|used|earlier|previous|previously|gave|told|"
    "have you|said|chose|sent"
)
_ABOVE = (
    r"(?:with )?(?:exactly )?the (?:"
    r"(?:same )?input (?:as )?(?:in|of) (?:the|that) call\b[^\n]* above"
    r"|text (?:of|in) the (?:last )?(?:tool )?result above (?:as|for) (?:its |the )?(?P<field>\w+)"
    r")"
)
"""Where an input stands that is to be used again, or what is to be a property of one."""
_FORBID = re.compile(
    r"\b(?:do(?:n't| not)|never|without|no|avoid)\b[^.;]{0,25}"
    r"\b(?:tools?|functions?|calling|call)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class OfferedTool:
    """A tool on offer, and the stems that describe its purpose."""

    tool: Tool
    named: frozenset[str]
    described: frozenset[str]
    detailed: frozenset[str]
    """The stems of its properties' names and descriptions."""

    @property
    def takes_one_string(self) -> bool:
        """Whether a call needs exactly one free string, so that two such strings are two calls."""
        properties = self.tool.schema.get("properties") or {}
        wanted = [properties.get(name) for name in self.tool.schema.get("required") or []]
        free = [p for p in wanted if isinstance(p, dict) and "enum" not in p]
        return len(free) == 1 and free[0].get("type") == "string"

    def fit(self, asked: set[str]) -> float:
        """How well the tool fits a request of these stems; from 1 on it is called."""
        kin = any(asked & group and (self.named | self.described) & group for group in _KIN)
        shared = 2 * len(asked & self.named) + len(asked & self.described)
        return shared + 0.25 * len(asked & self.detailed) + kin

    def call(self, text: str) -> tuple[str, Input]:
        """Its name and an input filled from a text."""
        return self.tool.name, fill_input(self.tool.schema, text)


def choose_calls(prompt: Prompt, *, busy: bool) -> tuple[tuple[str, Input], ...]:
    """Name and input of the calls to make now; none unless one is wanted.

    ``busy`` says that text alone answers the request, so that only an explicit instruction to
    use a tool counts.
    """
    transcript = prompt.transcript
    offers = tuple(_offer(tool) for tool in transcript.tools)
    if transcript.choice == "tool":
        offers = tuple(offer for offer in offers if offer.tool.name == transcript.chosen)
    if transcript.choice == "none" or not offers:
        return ()
    text = prompt.request
    if (written := _written_out(prompt, offers)) and not _unwanted(prompt):
        calls = written
    elif transcript.choice == "tool":
        calls = _assign(text, offers) or [offers[0].call(text)]
    else:
        named = _named_tool(text, offers)
        if transcript.choice == "auto" and (_unwanted(prompt) or (busy and not named)):
            return ()
        calls = _assign(text, offers)
        if named and all(name != named.tool.name for name, _ in calls):
            calls = [named.call(text)]
        if transcript.choice == "any":
            calls = calls or [offers[0].call(text)]
    unique = [call for i, call in enumerate(calls) if call not in calls[:i]]
    return tuple(unique if transcript.parallel else unique[:1])


def _written_out(prompt: Prompt, offers: tuple[OfferedTool, ...]) -> list[tuple[str, Input]]:
    """The calls whose inputs the request writes out in JSON, each after its tool's name.

    Instead of an input it may name where one stands: in a call above, or in a result above.
    """
    text = prompt.request
    found: list[tuple[int, str, Input]] = []
    for offer in offers:
        name = re.escape(offer.tool.name)
        lead = rf"(?<![\w-]){name}(?: with| input)?[:(]?\s*"
        for place in re.finditer(rf"{lead}(?=\{{)", text):
            with contextlib.suppress(ValueError):
                given, _ = json.JSONDecoder().raw_decode(text, place.end())
                found.append((place.start(), offer.tool.name, given))
        found += [
            (place.start(), offer.tool.name, given)
            for place in re.finditer(rf"{lead}{_ABOVE}", text, re.IGNORECASE)
            for given in _stands_above(prompt, place["field"])
        ]
    return [(name, given) for _, name, given in sorted(found, key=lambda call: call[0])]


def _stands_above(prompt: Prompt, field: str | None) -> Iterator[Input]:
    """The last call's input, or with a field the last result's text in it; none without such."""
    pieces = prompt.said("tool_result" if field else "tool_use")
    if pieces and field:
        yield {field: pieces[-1].text}
    elif pieces and isinstance(pieces[-1].input, dict):
        yield pieces[-1].input


def _offer(tool: Tool) -> OfferedTool:
    members = " ".join(f"{path} {leaf}" for path, leaf in leaves(tool.schema.get("properties")))
    named = frozenset(english.content(tool.name, _GENERIC))
    described = frozenset(english.content(tool.description, _GENERIC)) - named
    detailed = frozenset(english.content(members, _GENERIC)) - named - described
    return OfferedTool(tool, named, described, detailed)


def _named_tool(text: str, offers: tuple[OfferedTool, ...]) -> OfferedTool | None:
    """The tool that a text says to use, by its name or as "the tool"."""
    for offer in offers:
        name, spaced = re.escape(offer.tool.name), " ".join(english.words(offer.tool.name))
        # A name that is also an everyday word only counts where it is to be used.
        plain = name.isalpha() and name.islower()
        if english.has(text, rf"{_USE}{_ARTICLE} (?:{name}|{spaced})"):
            return offer
        if not plain and english.has(text, name):
            return offer
    if english.has(text, rf"{_USE}(?: \w+){{0,4}} (?:tools?|functions?)"):
        return max(offers, key=lambda offer: offer.fit(_stems(text)))
    return None


def _unwanted(prompt: Prompt) -> bool:
    """Whether tools are forbidden, have just answered, or are only mentioned."""
    if prompt.last("tool_result", "mcp_tool_result") or _FORBID.search(prompt.text):
        return True
    return bool(prompt.said("tool_use")) and english.has(prompt.ask, _PAST)


def _assign(text: str, offers: tuple[OfferedTool, ...]) -> list[tuple[str, Input]]:
    """Assign each clause of a request to the tool that fits it best."""
    wanted: list[tuple[OfferedTool, str]] = []
    for clause in _clauses(text):
        asked = _stems(clause)
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
    """The clauses of each sentence; all but its first begin with "and"."""
    for sentence in english.sentences(text):
        first, *others = filter(None, _CLAUSE_END.split(sentence))
        yield first
        yield from (f"and {other}" for other in others)


def _brings_value(clause: str) -> bool:
    return bool(english.quoted(clause) or proper_names(clause) or english.CODE.search(clause))


def _stems(text: str) -> set[str]:
    """The stems of a request by which its tool is found."""
    asked = set(english.content(text, _GENERIC))
    return asked | _SUMS if find_sum(text) else asked
