"""Thinking of the type `adaptive`: what a model that decides for itself proves, and what not."""

from typing import Any

import pytest

from messages_conformance import resources
from messages_conformance.probing import loader
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support import probes

PROBE = loader.load(resources.folder("suites")).probes["basic/thinking/adaptive"].probe
THOUGHT = {"type": "thinking", "thinking": "They want three words.", "signature": "c2ln"}
TEXT = {"type": "text", "text": "umber cobalt"}


@pytest.mark.parametrize(
    ("content", "unknown_is_refused", "kind"),
    [
        ([THOUGHT, TEXT], False, Kind.WORKS),
        ([{"type": "text", "text": "<think>Three words.</think> umber cobalt"}], True, Kind.BROKEN),
        ([TEXT], True, Kind.WORKS),
        ([TEXT], False, Kind.IGNORED),
    ],
    ids=["thinks", "thinks in the text", "decides against it", "reads no type"],
)
def test_what_an_answer_to_adaptive_thinking_shows(
    content: list[Any], unknown_is_refused: bool, kind: Kind
) -> None:
    def answer(request: Request, _nth: int) -> Exchange:
        if unknown_is_refused and request.body["thinking"]["type"] != "adaptive":
            return probes.error(request, 400)
        return probes.answered(request, 200, {"type": "message", "content": content})

    assert probes.run(PROBE, answer).kind is kind


def test_a_refusal_of_adaptive_thinking_is_a_refusal() -> None:
    assert probes.run(PROBE, lambda request, _: probes.error(request, 400)).kind is Kind.REFUSED
