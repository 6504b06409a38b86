"""Rows `moved/…`: a conversation that was begun elsewhere is continued here, and the other way.

Three rows, each of what was recorded:

- ``moved/here``: a history as the genuine API leaves it, with its ids, an image in a result, and a
  search that its server ran. Is it accepted, and does the model still know what was said?
- ``moved/thinking``: a turn that was thought about, with the signature intact, emptied, stripped,
  forged, of the genuine API, and as vendors send it that sign nothing.
- ``moved/onward``: every answer of this endpoint, as the last turn of a history, held against what
  the genuine API takes: the strict reference endpoint plays it.
"""

import asyncio
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from messages_conformance.claims import library
from messages_conformance.healing.conditions import refusal_message
from messages_conformance.probing import banded_png
from messages_conformance.probing.inspection import Inspection, InspectionResult
from messages_conformance.probing.loader import LoadedInspection
from messages_conformance.protocol.canonical import canonical
from messages_conformance.protocol.exchange import KEY, MESSAGES, Exchange, Request
from messages_conformance.readiness.walk import is_success
from messages_conformance.reference.endpoint import ReferenceEndpoint
from messages_conformance.reference.in_process import KEYS, ask
from messages_conformance.reference.strict import STRICT
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where

_SUITE: Final = "moved"
CODE: Final = "48213"
_FACT: Final = f"The vault code is {CODE}."
_QUESTION: Final = "What is the vault code? Answer with the code only."
_SUM: Final = "What is 17 + 25? Answer with the number."
_SIGNED_ELSEWHERE: Final = "ErUBCkYIBRgCIkDh0fXG2yR0bWFkZSB1cCBmb3IgYSB0ZXN0IG9mIGhpc3Rvcmllcw=="
"""A signature in the form of the genuine API's, which nobody made."""
_THINKING: Final[Mapping[str, Any]] = {
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "max_tokens": 2048,
}
_HEADERS: Final = (("anthropic-version", "2023-06-01"), ("x-api-key", KEY))
_MOST: Final = 500
"""Answers that are held against the genuine API's rules."""


@dataclass(frozen=True)
class Step:
    """One history that was sent, and what came of it."""

    row: str
    name: str
    answer: Exchange
    rule: str = ""
    """The wire rule that promises that it is accepted, if any does."""

    @property
    def words(self) -> str:
        """What came of it, in a few words."""
        if not is_success(self.answer):
            return f"refused ({self.answer.status or self.answer.ended})"
        return "goes on" if CODE in self.answer.text else "accepted, and the model no longer knows"

    @property
    def is_refused(self) -> bool:
        """Whether it was refused for what it holds."""
        return self.answer.status in (400, 422)


Histories: TypeAlias = Generator[tuple[Request, ...], tuple[Exchange, ...], tuple[Step, ...]]


def histories(model: str) -> Histories:
    """Send all histories; what is asked depends on the thinking that comes here."""

    def request(turns: list[Any], **fields: Any) -> Request:
        body = {"model": model, "max_tokens": 64, "messages": turns, **fields}
        return Request(body, _HEADERS)

    thought_about: list[Any] = [{"role": "user", "content": f"{_FACT} {_SUM}"}]
    here = {
        "tool_loop": request(_tool_loop(_text(_FACT)), tools=[_LOOK_UP]),
        "image_in_result": request(_tool_loop(_text(_FACT), _image()), tools=[_LOOK_UP]),
        "server_tools": request(_searched()),
    }
    first, *answers = yield (request(thought_about, **_THINKING), *here.values())
    steps = [
        Step("moved/here", name, answer, "TU-8" if name == "tool_loop" else "")
        for name, answer in zip(here, answers, strict=True)
    ]
    thinking: Mapping[str, Any] = _THINKING
    if first.status in (400, 422):
        # A current model decides by itself how long it thinks.
        thinking = {**_THINKING, "thinking": {"type": "adaptive"}}
        (first,) = yield (request(thought_about, **thinking),)
    variants = _variants(first)
    asked = tuple(
        request(
            [
                *thought_about,
                {"role": "assistant", "content": [*block, _text("42")]},
                {"role": "user", "content": _QUESTION},
            ],
            **thinking,
        )
        for block in variants.values()
    )
    answers = list((yield asked))
    steps += [
        Step("moved/thinking", name, answer, "TH-12" if name == "stripped" else "")
        for name, answer in zip(variants, answers, strict=True)
    ]
    return tuple(steps)


def _variants(first: Exchange) -> dict[str, list[dict[str, Any]]]:
    """The thinking before an answer, as it may stand in a history."""
    own = first.blocks("thinking")[:1]
    words = {"type": "thinking", "thinking": "17 + 25 is 42."}
    variants = {
        "stripped": [],
        "signed_elsewhere": [{**words, "signature": _SIGNED_ELSEWHERE}],
        "unsigned": [words],
    }
    if own:
        block = own[0]
        variants |= {
            "intact": own,
            "emptied": [{**block, "signature": ""}],
            "forged": [{**block, "thinking": f"{block.get('thinking')} Or 43."}],
        }
    return variants


_LOOK_UP: Final = {
    "name": "look_up",
    "description": "Looks things up.",
    "input_schema": {"type": "object", "properties": {"what": {"type": "string"}}},
}


def _text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def _image() -> dict[str, Any]:
    data = banded_png(["red", "blue"])
    return {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}}


def _tool_loop(*found: dict[str, Any]) -> list[Any]:
    id = "toolu_01A09q90qw90lq917835lq9"
    call = {"type": "tool_use", "id": id, "name": "look_up", "input": {"what": "the code"}}
    return [
        {"role": "user", "content": "Look up the vault code."},
        {"role": "assistant", "content": [_text("I look it up."), call]},
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": id, "content": list(found)},
                _text(_QUESTION),
            ],
        },
    ]


def _searched() -> list[Any]:
    id = "srvtoolu_01WYG3ziw53XMcoyKL4XcZmE"
    query = {"query": "the vault code"}
    result = {
        "type": "web_search_result",
        "url": "https://example.com/vault",
        "title": "The vault",
        "encrypted_content": "bWFkZSB1cA==",
        "page_age": None,
    }
    return [
        {"role": "user", "content": "Search for the vault code."},
        {
            "role": "assistant",
            "content": [
                {"type": "server_tool_use", "id": id, "name": "web_search", "input": query},
                {"type": "web_search_tool_result", "tool_use_id": id, "content": [result]},
                _text(_FACT),
            ],
        },
        {"role": "user", "content": _QUESTION},
    ]


# -- the rows


def inspections() -> Iterator[LoadedInspection]:
    """The rows of a conversation that moves."""
    yield _row("here", "A conversation that was begun on the genuine API, continued here", _here,
               "accept ids of any origin, and images in results",
               "put what such blocks say into the text of the turn")  # fmt: skip
    yield _row("thinking", "Thinking in a history, signed, unsigned or foreign", _thinking,
               "accept turns whose thinking is left out",
               "leave the thinking out when the conversation moves")  # fmt: skip
    yield _row("onward", "A conversation that was begun here, held to the genuine API's rules",
               _onward, "answer in blocks and ids that the genuine API has",
               "rewrite the blocks that are named before the conversation moves on")  # fmt: skip


def _row(name: str, title: str, inspect: Any, fix: str, instead: str) -> LoadedInspection:
    def inspected(exchanges: Sequence[Exchange]) -> InspectionResult:
        found: InspectionResult = inspect(exchanges)
        return found

    inspected.__doc__ = f"{title}.\n\nTo fix: {fix}.\n\nInstead: {instead}."
    return LoadedInspection(_SUITE, Inspection(f"moved/{name}", inspected))


def _here(exchanges: Sequence[Exchange]) -> InspectionResult:
    return _of_steps("moved/here", exchanges)


def _thinking(exchanges: Sequence[Exchange]) -> InspectionResult:
    return _of_steps("moved/thinking", exchanges)


def _of_steps(row: str, exchanges: Sequence[Exchange]) -> InspectionResult:
    steps = [each for each in _replayed(exchanges) if each.row == row]
    if not steps:
        return InspectionResult(0, (), "not measured (no such history was recorded)")
    findings = tuple(
        (each.answer, broken(each.rule, Where(), f"{each.name}: {_refusal(each.answer)}"))
        for each in steps
        if each.rule and each.is_refused
    )
    figures = ", ".join(f"{each.name.replace('_', ' ')} {each.words}" for each in steps)
    return InspectionResult(len(steps), findings, figures)


def _replayed(exchanges: Sequence[Exchange]) -> tuple[Step, ...]:
    """The histories that were recorded, of the first model that has all of them."""
    known = {each.request.key: each for each in exchanges}
    models = dict.fromkeys(
        each.request.body["model"]
        for each in exchanges
        if isinstance(each.request.body, dict) and isinstance(each.request.body.get("model"), str)
    )
    for model in models:
        asking = histories(model)
        batch = next(asking)
        while all(each.key in known for each in batch):
            try:
                batch = asking.send(tuple(known[each.key] for each in batch))
            except StopIteration as end:
                steps: tuple[Step, ...] = end.value
                return steps
    return ()


def _refusal(answer: Exchange) -> str:
    return f"{answer.status} {' '.join(refusal_message(answer).split())[:200]}"


# -- onward


def _onward(exchanges: Sequence[Exchange]) -> InspectionResult:
    """Hold every answer, with its thinking left out, against what the genuine API takes."""
    answers = {
        canonical(each.message["content"]): each
        for each in exchanges
        if each.request.path.partition("?")[0] == MESSAGES and each.message is not None
    }
    kept = list(answers.values())[:_MOST]
    if not kept:
        return InspectionResult(0, (), "not measured (no message was recorded)")
    refused = [
        (each, why) for each, why in zip(kept, asyncio.run(_refusals(kept)), strict=True) if why
    ]
    thinking = sum(bool(_thoughts(each)) for each in kept)
    findings: tuple[tuple[Exchange, Finding], ...] = tuple(
        (each, broken("CL-MOVE-1", Where(), f"as a turn of a history: {why}"))
        for each, why in refused
    )
    counts = Counter(why.partition(":")[2].strip() or why for _, why in refused)
    most = f", most often: {counts.most_common(1)[0][0]}" if counts else ""
    figures = (
        f"{len(kept) - len(refused)} of {len(kept)} answers are taken back{most}; the thinking of "
        f"{thinking} has to be left out, as nobody else can sign it"
    )
    return InspectionResult(len(kept), findings, figures)


async def _refusals(answers: Sequence[Exchange]) -> list[str]:
    """Why each would be refused as the last turn of a history; empty where it is taken."""
    page = library.read(library.known().of("anthropic")[0])
    endpoint = ReferenceEndpoint(page, KEYS, stages=STRICT, crowding=0.0)
    found = []
    for each in answers:
        answer = await ask(endpoint, Request(_history(each, page.models[0].id), _HEADERS))
        found.append("" if is_success(answer) else refusal_message(answer)[:200])
    return found


def _thoughts(answer: Exchange) -> list[dict[str, Any]]:
    return [*answer.blocks("thinking"), *answer.blocks("redacted_thinking")]


def _history(answer: Exchange, model: str) -> dict[str, Any]:
    """The smallest request that has an answer in its history, and a result for each call."""
    message = answer.message or {}
    thoughts = ("thinking", "redacted_thinking")
    content = [each for each in message["content"] if each.get("type") not in thoughts]
    calls = [each for each in content if each.get("type") == "tool_use"]
    results = [
        {"type": "tool_result", "tool_use_id": each.get("id"), "content": "Done."} for each in calls
    ]
    names = dict.fromkeys(str(each.get("name")) for each in calls)
    tools = [{"name": name, "input_schema": {"type": "object"}} for name in names]
    begun = {"role": "user", "content": "Hello."}
    # An empty answer is left out of a history by every client.
    told = [{"role": "assistant", "content": content}] if content else []
    return {
        "model": model,
        "max_tokens": 16,
        "messages": [begun, *told, {"role": "user", "content": [*results, _text("Go on.")]}],
        **({"tools": tools} if tools else {}),
    }
