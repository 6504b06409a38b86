"""Stop sequences within a dictation, at models that repeat more or less of it."""

import pytest

from messages_conformance.probing import Ask, ProbeRun, row
from messages_conformance.probing.shared_plain import DICTATED_WORDS
from messages_conformance.probing.stopping import STOP_WORD, stopped_in_dictation
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import Answer, answered, run


@row("basic/x")
def stops(ask: Ask) -> ProbeRun:
    """A dictation is stopped."""
    return (yield from stopped_in_dictation(ask))


def endpoint(dictated: str, reason: str = "stop_sequence") -> Answer:
    """One that stops, and whose model says this where it is free to go on."""

    def answer(request: Request, _: int) -> Exchange:
        begun, stop, _rest = dictated.partition(STOP_WORD)
        is_stopped = bool(stop) and STOP_WORD in request.body.get("stop_sequences", ())
        message = {
            "type": "message",
            "content": [{"type": "text", "text": begun if is_stopped else dictated}],
            "stop_reason": reason if is_stopped else "end_turn",
            "stop_sequence": STOP_WORD if is_stopped else None,
        }
        return answered(request, 200, message)

    return answer


ALL = " ".join(DICTATED_WORDS)
FRAMED = "=====\n" + " ".join(DICTATED_WORDS[: DICTATED_WORDS.index(STOP_WORD) + 2])


@pytest.mark.parametrize("dictated", [ALL, FRAMED], ids=["all of it", "a part, in its frame"])
def test_a_model_that_repeats_what_comes_first_shows_that_it_is_stopped(dictated: str) -> None:
    assert run(stops, endpoint(dictated)).kind is Kind.WORKS
    behaviour = run(stops, endpoint(dictated, reason="end_turn"))
    assert behaviour.kind is Kind.PARTIAL
    assert behaviour.summary == "it stops, but stop_reason is 'end_turn'"


@pytest.mark.parametrize("dictated", [f"=====\n{DICTATED_WORDS[0]}", "I would rather not."])
def test_a_model_that_never_comes_to_the_sequence_shows_nothing(dictated: str) -> None:
    assert run(stops, endpoint(dictated)).kind is Kind.UNCLEAR
