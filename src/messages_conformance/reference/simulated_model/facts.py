"""What the transcript states, sentence by sentence, with the words each can be found by."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from messages_conformance.protocol.exchange import Json
from messages_conformance.reference.simulated_model import english
from messages_conformance.reference.simulated_model.prompt import Prompt
from messages_conformance.reference.transcript import Piece

_FOUND_BY = {
    "image": "image picture photo photograph color see show band stripe contain",
    "video": "video clip film color see show frame second contain",
    "document": "document file attachment page text pdf report paper say",
    "search_result": "search result source article document say",
    "thinking": "thinking thought think reason reasoning conclude mind",
    "tool_use": "tool call argument input parameter pass send use give value function",
    "tool_result": "tool result return report say output answer respond function give",
    "server_tool_use": "search server tool query call input run code",
    "web_search_tool_result": "web search result find page source title url",
    "code_execution_tool_result": "code execution output result run print program stdout",
    "mcp_tool_use": "mcp server tool call argument input parameter pass send",
    "mcp_tool_result": "mcp server tool result return report output",
    "container_upload": "container upload file id",
}
_TITLED = ("document", "search_result")


@dataclass(frozen=True)
class Fact:
    """One statement: its text, and the stems it can be found by."""

    text: str
    own: frozenset[str]
    """The stems of its text."""
    around: frozenset[str]
    """The stems of its context: its kind, the call it answers, its document's title."""
    speaker: str
    kind: str
    id: str = ""

    @property
    def stems(self) -> frozenset[str]:
        """All stems it can be found by."""
        return self.own | self.around


def facts(prompt: Prompt) -> tuple[Fact, ...]:
    """All statements before the answer in order, without the current question."""
    calls = {p.id: p for p in prompt.said("tool_use", "mcp_tool_use", "server_tool_use")}
    found = []
    for piece in prompt.transcript.pieces:
        if piece.kind != "tool" or english.has(prompt.ask, "tools?|functions?"):
            found += list(_facts_of(piece, calls.get(piece.id)))
    asked = set(prompt.asks) if len(english.sentences(prompt.text)) > 1 else {prompt.text}
    return tuple(fact for fact in found if fact.text not in asked)


def leaves(value: Json, path: str = "") -> Iterator[tuple[str, str]]:
    """The path and text of every value in a JSON value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, f"{path} {key}".strip())
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, path)
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def lines(text: str) -> Iterator[str]:
    """The sentences of a text; JSON is read as one ``key: value`` a line."""
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if isinstance(value, dict | list):
        yield from (f"{path}: {leaf}" if path else leaf for path, leaf in leaves(value))
    else:
        yield from english.sentences(text)


def describe_call(call: Piece) -> str:
    """A call as text: ``get_weather (Oslo)``."""
    given = ", ".join(text for _, text in leaves(call.input))
    return f"{call.name} ({given})" if given else call.name


def _facts_of(piece: Piece, call: Piece | None) -> Iterator[Fact]:
    around = _FOUND_BY.get(piece.kind, "")
    if piece.input is not None:
        around += f" {piece.name}"
        texts = [f"{path}: {leaf}" for path, leaf in leaves(piece.input)]
    else:
        texts = list(lines(piece.text))
    if call is not None and piece.input is None:
        around += f" {call.name} " + " ".join(f"{path} {leaf}" for path, leaf in leaves(call.input))
    if piece.kind in _TITLED and texts:
        around += f" {texts[0]}"
    for text in texts:
        yield Fact(
            text,
            frozenset(english.content(text)),
            frozenset(english.content(around)),
            piece.speaker,
            piece.kind,
            piece.id,
        )
