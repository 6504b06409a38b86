"""Deciding which tools serve a request, and calling them."""

import re
from collections.abc import Iterator
from typing import Any

from messages_conformance.reference.follower import words
from messages_conformance.reference.follower.count import sum_in
from messages_conformance.reference.follower.facts import leaves
from messages_conformance.reference.follower.filling import fill, names
from messages_conformance.reference.follower.situation import Situation
from messages_conformance.reference.transcript import Tool

Input = dict[str, Any]

_GENERIC = words.listed(
    "get fetch return tool function current currently look lookup find information info data use "
    "user request name value text string number given provide call run do make city place "
    "location country today now input output result specific certain new list show say tell "
    "search thing item answer word one two code id"
)
"""Words of a description that say nothing of what its tool is for."""

_KIN = (
    "weather rain raining rainy temperature forecast sunny warm cold hot degree umbrella snow",
    "stock share price quote ticker market cost",
    "calculator calculate math arithmetic multiply add sum expression compute plus time minus",
    "email mail message send",
    "clock hour time timezone",
    "translate translation language",
    "remind reminder alarm",
)
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


def calls(situation: Situation, *, busy: bool) -> tuple[tuple[str, Input], ...]:
    """Name and input of the calls to make now; none unless one is wanted.

    ``busy`` says that the request is fully served by words, so that only being told to use
    a tool counts.
    """
    transcript = situation.transcript
    if transcript.choice == "none" or not transcript.tools:
        return ()
    if transcript.choice == "tool":
        tool = next(t for t in transcript.tools if t.name == transcript.chosen)
        made = list(_assigned(situation.text, (tool,), tool))
    else:
        told = _told(situation)
        made = list(_assigned(situation.text, transcript.tools, told))
        if transcript.choice == "any":
            first = told or transcript.tools[0]
            made = made or [(first.name, fill(first.schema, situation.text))]
        elif _unwanted(situation) or (busy and told is None):
            return ()
        elif told and not made:
            made = [(told.name, fill(told.schema, situation.text))]
    unique = [call for i, call in enumerate(made) if call not in made[:i]]
    return tuple(unique if transcript.parallel else unique[:1])


def _told(situation: Situation) -> Tool | None:
    """The tool one is told to use, by name or as the tool at hand."""
    tools = situation.transcript.tools
    plain = situation.text.lower()
    for tool in tools:
        spaced = " ".join(words.words(tool.name))
        if tool.name.lower() in words.words(plain) and "_" not in tool.name:
            named = words.has(
                plain, rf"(?:use|call|invoke|run|with|using) (?:the )?{re.escape(plain)}"
            )
        else:
            named = tool.name.lower() in plain
        if named or words.has(plain, f"(?:use|call|invoke|run)(?: the| a| your)? {spaced}"):
            return tool
    if words.has(plain, "(?:use|call|invoke|run|using|try)(?: \\w+){0,4} (?:tools?|functions?)"):
        return max(tools, key=lambda tool: _fit(situation.text, tool))
    return None


def _unwanted(situation: Situation) -> bool:
    """Whether tools are forbidden, have just answered, or are only spoken of."""
    if situation.last("tool_result", "mcp_tool_result") or _FORBID.search(situation.text):
        return True
    return bool(situation.said("tool_use")) and words.has(situation.ask, _PAST)


def _assigned(text: str, tools: tuple[Tool, ...], told: Tool | None) -> Iterator[tuple[str, Input]]:
    """Give each clause of a request to the tool that fits it best."""
    wanted: list[tuple[Tool, str]] = []
    for clause in _clauses(text):
        best = max(tools, key=lambda tool: _fit(clause, tool))
        if _fit(clause, best) >= 1 and not (told and told is not best and len(tools) == 1):
            wanted.append((best, clause))
        elif wanted and len(_required_strings(wanted[-1][0])) == 1 and _brings_value(clause):
            wanted.append((wanted[-1][0], clause))
        elif wanted:
            wanted[-1] = (wanted[-1][0], f"{wanted[-1][1]}, {clause}")
    if len({tool.name for tool, _ in wanted}) == 1 and not _all_bring_values(wanted):
        wanted = [(wanted[0][0], text)]
    if told and all(tool is not told for tool, _ in wanted):
        wanted = [(told, text)]
    for tool, clause in wanted:
        yield tool.name, fill(tool.schema, clause if len(wanted) > 1 else text)


def _clauses(text: str) -> Iterator[str]:
    """The parts of each sentence; all but its first show that they go on from another."""
    for sentence in words.sentences(text):
        first, *others = filter(None, _CLAUSE_END.split(sentence))
        yield first
        yield from (f"and {other}" for other in others)


def _all_bring_values(wanted: list[tuple[Tool, str]]) -> bool:
    """Whether each clause has something of its own to pass."""
    return len(_required_strings(wanted[0][0])) == 1 and all(
        _brings_value(clause) for _, clause in wanted
    )


def _brings_value(clause: str) -> bool:
    return bool(words.quoted(clause) or names(clause) or words.CODE.search(clause))


def _fit(text: str, tool: Tool) -> float:
    """How well a tool fits a text: words shared with its name, description and schema."""
    asked = set(words.content(text, _GENERIC))
    if sum_in(text):
        asked |= set(words.content(_KIN[2]))
    named = set(words.content(tool.name, _GENERIC))
    described = set(words.content(tool.description, _GENERIC)) - named
    members = " ".join(f"{path} {leaf}" for path, leaf in leaves(tool.schema.get("properties")))
    detailed = set(words.content(members, _GENERIC)) - named - described
    kin = 0.0
    for group in _KIN:
        stems = set(words.content(group))
        if asked & stems and (named | described) & stems:
            kin = 1.0
    direct = 2 * len(asked & named) + len(asked & described) + 0.25 * len(asked & detailed)
    return direct + kin


def _required_strings(tool: Tool) -> list[str]:
    properties = tool.schema.get("properties") or {}
    return [
        name
        for name in tool.schema.get("required") or []
        if (properties.get(name) or {}).get("type") in ("string", None)
    ]
