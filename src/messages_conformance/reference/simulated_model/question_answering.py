"""Answering questions: by the sentence that shares the rarest words with the question."""

import math
import re
from collections import Counter
from collections.abc import Sequence

from messages_conformance.reference.simulated_model import english
from messages_conformance.reference.simulated_model.facts import (
    Fact,
    describe_call,
    facts,
    leaves,
    lines,
)
from messages_conformance.reference.simulated_model.prompt import Prompt
from messages_conformance.reference.transcript import Piece

_FRAME = english.listed(
    "answer reply respond say tell state give only just exactly word single sentence nothing "
    "else short brief please repeat output print write mention recall remember remind know quote "
    "look using use according based above earlier previous previously information text question "
    "full complete"
)
"""Words of a question that say how to answer, not what is asked."""

_BAD = (
    r"errors?|exception|fail\w*|denied|refused|not found|timed? ?out|unavailable|cannot|could not|"
    "traceback|invalid|wrong|problems?"
)
_OF_CALL = "pass(?:ed)?|arguments?|inputs?|parameters?|supplied|did you (?:use|give|send|look up)"
"""What asks about a call rather than about its result."""

_REPORTED = "prints?|printed|output|returns?|returned|reports?|reported|results?|found|shows?|said"
"""What asks about a result rather than about its call."""

_ENOUGH = 0.3
"""The share of a question's weight that a fact must have to answer it."""

_SECOND_PERSON = {
    "my": "your",
    "i": "you",
    "i'm": "you're",
    "am": "are",
    "mine": "yours",
    "me": "you",
}
_VALUE = re.compile(
    r"(?:\b(?:is|are|was|were|reads|says|equals|becomes|be)\b(?: called| named| now)?|"
    r"[:=→])\s*(.+)$",
    re.IGNORECASE | re.DOTALL,
)
_CLAUSES = re.compile(
    r"(?<=[?？])\s+|(?:,? and|;|,? then)\s+(?=(?:what|which|who|where|when|how|the)\b)",
    re.IGNORECASE,
)
_MANNER = r"(?:please )?(?:answer|reply|respond|use|base|only|just|give only|be|write|output)\b"
"""How a clause begins that says how to answer the clause before it."""

_GENERAL_KNOWLEDGE = (
    "The capital of France is Paris.",
    "The capital of Germany is Berlin.",
    "The capital of Italy is Rome.",
    "The capital of Spain is Madrid.",
    "The capital of Japan is Tokyo.",
    "The capital of China is Beijing.",
    "The capital of Norway is Oslo.",
    "The capital of England and the United Kingdom is London.",
    "The color of the sky is blue.",
    "The color of grass is green.",
    "The color of snow is white.",
    "The largest planet is Jupiter.",
    "The opposite of hot is cold.",
    "The opposite of up is down.",
)
"""The facts that the model knows without reading them."""


def answer_from_facts(prompt: Prompt) -> str | None:
    """Answer each part of the question from the facts; None where none answers any."""
    known = facts(prompt)
    answers: list[str] = []
    clauses = _CLAUSES.split(prompt.ask)
    for clause in clauses:
        if answers and re.match(_MANNER, clause, re.IGNORECASE):
            continue
        for text in _best(clause, known, prompt):
            if text not in answers:
                answers.append(text)
    return " ".join(answers) or None


def answer_from_general_knowledge(prompt: Prompt) -> str | None:
    """Answer from general knowledge; None where it has no answer."""
    common = [
        Fact(text, frozenset(english.content(text)), frozenset(), "all", "text")
        for text in _GENERAL_KNOWLEDGE
    ]
    asked = set(english.content(prompt.ask, _FRAME))
    best = max(common, key=lambda fact: len(fact.own & asked))
    return _phrase(best, prompt.terse) if len(best.own & asked) >= 2 else None


def say_who_is_who(prompt: Prompt) -> str | None:
    """Say the user's name, or the name that the system prompt gives the model."""
    if english.has(prompt.ask, "my name|who am i"):
        text = " ".join(piece.text for piece in prompt.transcript.spoken_by("user"))
        user = re.search(r"\b(?:I'm|I am|[Mm]y name is|[Cc]all me) ([A-Z][\w-]*)", text)
        return f"Your name is {user[1]}." if user else None
    if not english.has(prompt.ask, "who are you|your name|are you called|introduce yourself"):
        return None
    for sentence in prompt.system_sentences:
        if found := re.search(r"\b(?:you are|your name is|you're)\s+(.+)", sentence, re.IGNORECASE):
            return f"I am {found[1]}"
    return None


def quote_earlier_turn(prompt: Prompt) -> str | None:
    """Quote a whole earlier turn: my first message, what you just said."""
    ask = prompt.ask
    if not english.has(
        ask,
        "(?:first|last|previous|earlier|second) (?:message|question|thing|turn|reply|answer)",
        "did (?:i|you)(?: just| first| last)? (?:say|write|ask|tell|reply|answer)",
    ):
        return None
    mine = english.has(ask, "my", "i")
    turns = prompt.transcript.spoken_by("user" if mine else "assistant")
    turns = turns[:-1] if mine else turns
    if not turns or set(english.content(ask, _FRAME)) - set(
        english.content(
            "first last previous earlier second message question thing turn reply answer ask tell "
            "write conversation"
        )
    ):
        return None
    return (turns[0] if english.has(ask, "first") else turns[-1]).text


def list_codes(prompt: Prompt) -> str | None:
    """List every code in the transcript, and the called tools, if that is asked.

    What tools say of themselves is looked through where the question names it.
    """
    ask = prompt.ask
    if not english.has(
        ask,
        r"(?:every|all|each)(?: of)?(?: the| single)?(?: \w+)? "
        r"(?:codes?|passwords?|code ?words?|passcodes?)",
    ):
        return None
    in_tools = english.has(ask, r"(?:descriptions?|schemas?)(?: \w+){0,4} (?:tools?|functions?)")
    pieces = (piece for piece in prompt.transcript.pieces if in_tools or piece.kind != "tool")
    codes = [found[0] for piece in pieces for found in english.CODE.finditer(piece.text)]
    codes = [code for code in codes if any(letter.isdigit() for letter in code)]
    if english.has(ask, r"(?:names?|which) (?:of )?(?:the |all )?(?:tools?|functions?)"):
        codes += [call.name for call in prompt.said("tool_use", "mcp_tool_use")]
    joined = english.separator(ask) or ", "
    return joined.join(dict.fromkeys(codes)) or None


def report_tool_outcome(prompt: Prompt) -> str | None:
    """Say which tool calls failed, or how the last one ended.

    That is read from the flag of a result, or else from its words.
    """
    results = prompt.said("tool_result", "mcp_tool_result")
    if not results or not english.has(
        prompt.ask,
        r"succe\w+|fail\w*|errors?|go (?:wrong|well|through)|went (?:wrong|well)|works?|worked|"
        "problems?|all right",
    ):
        return None
    last = results[-1]
    if english.has(prompt.ask, r"(?:which|what)(?: \w+){0,4} (?:fail\w*|went wrong|had errors?)"):
        latest = [result for result in results if result.turn == last.turn]
        named = _which_failed(prompt, latest)
        if english.has(prompt.ask, "(?:what|and) (?:they|(?:their|the) results?) (?:say|said)"):
            said = [" ".join(lines(r.text)) for r in latest if _failed(r)]
            named = " ".join([named, *dict.fromkeys(said)])
        return named
    if option := _option(prompt.ask, _failed(last)):
        return option
    parts = [_outcome(result) for result in results if result.turn == last.turn]
    if english.has(prompt.ask, "yes or no|yes/no"):
        question = prompt.ask.partition("?")[0]
        yes = _failed(last) is english.has(question, _BAD) or english.has(question, "or")
        parts.insert(0, "Yes." if yes else "No.")
    return " ".join(parts)


def name_called_tools(prompt: Prompt) -> str | None:
    """Name the tools that were called."""
    ask = prompt.ask
    calls = prompt.said("tool_use", "mcp_tool_use", "server_tool_use")
    asks_name = english.has(
        ask,
        r"(?:which|what)(?: is the name of the)? (?:\w+ )?(?:tools?|functions?)|"
        r"name of the (?:\w+ )?(?:tool|function)|(?:tools?|functions?)(?:'s)? names?|"
        "name the (?:tool|function)",
    )
    if asks_name and english.has(
        ask, "do you have|available|can you (?:use|call)|at your disposal"
    ):
        return ", ".join(tool.name for tool in prompt.transcript.tools) or "I have no tools."
    if not calls or not asks_name or english.has(ask, r"report\w*|return\w*|result\w*|say"):
        return None
    names = list(dict.fromkeys(call.name for call in calls))
    return ", ".join(names) if prompt.terse else f"I called {' and '.join(names)}."


def answer_from_tool_results(prompt: Prompt) -> str | None:
    """After a tool call: what its result says about the question, or else all of the result."""
    results = prompt.last("tool_result", "mcp_tool_result")
    if not results or english.has(prompt.ask, _OF_CALL):
        return None
    ids = {result.id for result in results}
    known = [fact for fact in facts(prompt) if fact.id in ids and fact.kind.endswith("result")]
    clauses = [c for c in _CLAUSES.split(prompt.ask) if not re.match(_MANNER, c, re.IGNORECASE)]
    if len(clauses) > 1 and all(answers := [_ranked(clause, known) for clause in clauses]):
        return " ".join(_phrase(answer[-1], prompt.terse) for answer in answers)
    if len(results) > 1 or prompt.terse or len(known) > 6:
        fitting = [hit for ask in _CLAUSES.split(prompt.ask) for hit in _ranked(ask, known)]
        fewer = len({fact.id for fact in fitting}) < len(results) or len(fitting) < len(known)
        if fitting and fewer:
            return " ".join(dict.fromkeys(_phrase(fact, prompt.terse) for fact in fitting))
    calls = {piece.id: piece for piece in prompt.said("tool_use", "mcp_tool_use")}
    return " ".join(_describe_result(result, calls.get(result.id), prompt) for result in results)


def bare_value(text: str) -> str:
    """The bare value in a sentence: ``heron-88`` of ``The gate number is heron-88.``"""
    found = _VALUE.search(text)
    bare = (found[1] if found else text).strip()
    return re.sub(r"[.!]$", "", bare).strip("\"'`“”")


def _best(clause: str, known: Sequence[Fact], prompt: Prompt) -> list[str]:
    found = _ranked(clause, known)
    if prompt.terse:
        return [_phrase(found[-1], True)] if found else []
    return [_phrase(fact, False) for fact in found[:6]]


def _ranked(clause: str, known: Sequence[Fact]) -> list[Fact]:
    """The facts that answer best, all equally well, in the order of the transcript."""
    asked = set(english.content(clause, _FRAME))
    if not asked or not known:
        return []
    common = Counter(stem for fact in known for stem in fact.stems)
    weight = {stem: math.log(1 + (len(known) + 1) / (common[stem] or 3)) for stem in asked}
    scores = []
    for fact in known:
        # A fact that only repeats the question, or is a question itself, answers nothing.
        informative = bool(fact.own - asked) and not fact.text.endswith("?")
        own, around = fact.own & asked, (fact.around - fact.own) & asked
        score = sum(weight[stem] for stem in own) + 0.7 * sum(weight[stem] for stem in around)
        if fact.kind.endswith("result") and english.has(clause, _REPORTED):
            score *= 1.5
        scores.append(score if informative else 0.0)
    best = max(scores)
    if best < _ENOUGH * sum(weight.values()):
        return []
    return [fact for fact, score in zip(known, scores, strict=True) if score >= best - 1e-9]


def _phrase(fact: Fact, terse: bool) -> str:
    if terse:
        return bare_value(fact.text)
    return (
        _in_second_person(fact.text)
        if fact.speaker == "user" and fact.kind == "text"
        else fact.text
    )


def _in_second_person(text: str) -> str:
    """A user's sentence in the second person: my name → your name."""
    swapped = re.sub(
        r"\b(my|mine|me|i'm|i|am)\b(?!-)",
        lambda found: _SECOND_PERSON[found[1].lower()],
        text,
        flags=re.IGNORECASE,
    )
    return swapped[:1].upper() + swapped[1:]


def _describe_result(result: Piece, call: Piece | None, prompt: Prompt) -> str:
    said = "; ".join(lines(result.text)) or "nothing"
    if _failed(result) and result.failed:
        return f"The tool call failed: {said}"
    if prompt.terse:
        return bare_value(said)
    return f"{describe_call(call) if call else 'The tool'}: {said}"


def _outcome(result: Piece) -> str:
    said = " ".join(lines(result.text))
    if _failed(result):
        return f"The tool call failed: {said}"
    return f"The tool call succeeded: {said}"


def _which_failed(prompt: Prompt, results: Sequence[Piece]) -> str:
    """Name the calls that failed; by their inputs, where a bare value is wanted."""
    calls = {piece.id: piece for piece in prompt.said("tool_use", "mcp_tool_use")}
    failed = [calls[result.id] for result in results if _failed(result) and result.id in calls]
    if not failed:
        return "None of them failed."
    if prompt.terse:
        return ", ".join(text for call in failed for _, text in leaves(call.input))
    return f"{' and '.join(map(describe_call, failed))} failed."


def _option(ask: str, failed: bool) -> str | None:
    """One of two words to choose between, as in ``Answer SUCCESS or ERROR``."""
    for found in re.finditer(r"[\"'`]?\b(\w+)\b[\"'`]? or [\"'`]?(\w+)", ask):
        bad = [english.has(word, _BAD) for word in found.groups()]
        if bad in ([True, False], [False, True]) and (
            found[1].isupper() or english.has(ask[: found.start()], "answer|reply|respond|say")
        ):
            return found.groups()[bad.index(failed)]
    return None


def _failed(result: Piece) -> bool:
    if result.failed is not None:
        return result.failed
    return english.has(result.text, _BAD)
