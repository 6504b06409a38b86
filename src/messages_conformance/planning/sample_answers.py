"""Sample answers of the kinds that endpoints give, to find the paths of a probe.

They need not be likely: what matters is that a probe takes another path for each.
"""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, TypeAlias

from messages_conformance.probing.probe import Purpose, Step
from messages_conformance.protocol.build import json_exchange, serialise, stream_exchange
from messages_conformance.protocol.exchange import Exchange, Json
from messages_conformance.reference import stream
from messages_conformance.reference.response import ERROR_TYPES

Answer: TypeAlias = Callable[[Step], Exchange]
"""Answers one step."""
Policy: TypeAlias = Callable[[Step, int], Exchange]
"""Answers a step, given its position in its batch."""

_FAILING = (0.3, 0.5, 0.7, 0.9)
"""Shares of answers that fail where they fail by chance."""
_LONGEST_ECHO = 20_000
"""Characters."""
_BYTES_PER_TOKEN = 5
"""More than a token of plain text has, so that what is sent back is not underestimated."""
_DRAWS = 8
"""How often each share is drawn: what a probe shrinks, it shrinks otherwise each time."""


def kinds(genuine: Answer) -> tuple[Answer, ...]:
    """All kinds of answers; those that make probes ask most come first.

    ``genuine`` answers as the page documents.
    """
    return (
        genuine,
        plain,
        *(_refusing(status) for status in (400, 404, 429, 500)),
        varied,
        uncounted,
        calling,
        echoing,
        thinking,
        caching,
        cut_off,
    )


def long_ways(genuine: Answer, steps: Sequence[Step]) -> Iterator[Answer]:
    """Answers that lead a probe on and on: it compares, and each comparison comes out otherwise.

    Some fail by chance; some wherever a request has a field that one of ``steps`` has.
    """
    for seed, share in enumerate(_FAILING * _DRAWS):
        yield _by_chance(Random(seed), share, genuine)  # noqa: S311
    fields = dict.fromkeys(field for step in steps for field in _body(step))
    for failing in (plain, _refusing(400)):
        for field in fields:
            yield _with_field(field, failing, genuine)


def _by_chance(dice: Random, share: float, genuine: Answer) -> Answer:
    return lambda step: (plain if dice.random() < share else genuine)(step)


def _with_field(field: str, failing: Answer, genuine: Answer) -> Answer:
    return lambda step: (failing if field in _body(step) else genuine)(step)


def policies(answers: Sequence[Answer], steps: Sequence[Step]) -> Iterator[Policy]:
    """The ways to answer one batch: all steps alike, or some of them genuinely.

    The first of ``answers`` is the genuine one.
    """
    genuine = answers[0]
    for answer in answers:
        yield _by(lambda _step, _position: True, answer, answer)
    if len(steps) < 2:
        return
    tested = {step.question.purpose is Purpose.TEST for step in steps}
    for answer in answers[1:]:
        if len(tested) == 2:
            yield _by(lambda step, _: step.question.purpose is Purpose.TEST, answer, genuine)
            yield _by(lambda step, _: step.question.purpose is Purpose.TEST, genuine, answer)
        else:
            yield _by(lambda _, position: position % 2 == 0, answer, genuine)
            yield _by(lambda _, position: position == 0, answer, genuine)


def _by(first: Callable[[Step, int], bool], one: Answer, other: Answer) -> Policy:
    return lambda step, position: (one if first(step, position) else other)(step)


def plain(step: Step) -> Exchange:
    """The same few words for every request."""
    return _said(step, _text("Certainly."))


def varied(step: Step) -> Exchange:
    """Other words each time."""
    return _said(step, _text(f"Certainly, {step.nth} of {step.question.request.key[-40:]}."))


def uncounted(step: Step) -> Exchange:
    """A few words, and a usage of zero tokens."""
    return _said(step, _text("Certainly."), usage={"input_tokens": 0, "output_tokens": 0})


def calling(step: Step) -> Exchange:
    """A call of the first tool offered, or of a tool that was not offered."""
    listed = _body(step).get("tools")
    offered = listed if isinstance(listed, list) else []
    tools = [tool for tool in offered if isinstance(tool, dict)]
    named = tools[0] if tools else {}
    schema = named.get("input_schema")
    wanted = schema.get("properties") if isinstance(schema, dict) else None
    call = {
        "type": "tool_use",
        "id": f"toolu_{step.nth:024}",
        "name": str(named.get("name", "tool")),
        "input": dict.fromkeys(wanted, "Oslo") if isinstance(wanted, dict) else {},
    }
    return _said(step, call, reason="tool_use")


def echoing(step: Step) -> Exchange:
    """All words of the request, including every canary."""
    return _said(step, _text(" ".join(_strings(step.question.request.body))[:_LONGEST_ECHO]))


def thinking(step: Step) -> Exchange:
    """A thought of the greatest length allowed, and a few words."""
    allowed = _body(step).get("max_tokens")
    size = allowed if type(allowed) is int and 0 < allowed <= _LONGEST_ECHO else 1
    thought = "hm, " * (size * _BYTES_PER_TOKEN // 4 + 1)
    block = {"type": "thinking", "thinking": thought, "signature": "c2lnbmVk"}
    return _said(step, block, _text("42"))


def caching(step: Step) -> Exchange:
    """A few words, and a usage that reports a cached prompt."""
    size = len(step.question.request.content) // 4 + 1
    usage = {
        "input_tokens": 1,
        "cache_creation_input_tokens": size,
        "cache_read_input_tokens": size,
        "output_tokens": 2,
    }
    return _said(step, _text("Certainly."), usage=usage)


def cut_off(step: Step) -> Exchange:
    """An answer that was cut off at max_tokens."""
    return _said(step, _text("1 2 3"), reason="max_tokens")


def _refusing(status: int) -> Answer:
    error = {"type": ERROR_TYPES[status], "message": "No."}

    def refusing(step: Step) -> Exchange:
        request = step.question.request
        given = json_exchange(request, {"type": "error", "error": error})
        return Exchange(request, status, given.headers, given.body)

    return refusing


def _said(
    step: Step,
    *blocks: dict[str, Any],
    reason: str = "end_turn",
    usage: dict[str, int] | None = None,
) -> Exchange:
    request = step.question.request
    counted = {"input_tokens": len(request.content) // 4 + 1, "output_tokens": 2}
    message = {
        "id": "msg_planned",
        "type": "message",
        "role": "assistant",
        "model": _body(step).get("model"),
        "content": list(blocks),
        "stop_reason": reason,
        "stop_sequence": None,
        "usage": counted if usage is None else usage,
    }
    if _body(step).get("stream") is True:
        return stream_exchange(request, serialise(stream.events(message)))
    return json_exchange(request, message)


def _text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def _body(step: Step) -> dict[str, Any]:
    body = step.question.request.body
    return body if isinstance(body, dict) else {}


def _strings(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value[:_LONGEST_ECHO]
    elif isinstance(value, dict):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
