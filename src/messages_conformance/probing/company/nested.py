"""One probe as a part of another: its answers are read as if it ran alone."""

from collections.abc import Callable
from dataclasses import replace

from messages_conformance.probing.driver import first_to_decide, interpret
from messages_conformance.probing.probe import Ask, ProbePart, ProbeRun, Purpose, Question
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind


def run_nested(function: Callable[[Ask], ProbeRun], ask: Ask) -> ProbePart[Behaviour]:
    """Run a probe to its end within another; an answer that speaks for itself ends only it."""
    run = function(ask)
    try:
        asked = next(run)
        while True:
            questions = (asked,) if isinstance(asked, Question) else tuple(asked)
            answers = yield [_open(question) for question in questions]
            early = first_to_decide(questions, tuple(answers))
            if early is not None:
                return (yield from _with_control(*early))
            asked = run.send(answers[0] if isinstance(asked, Question) else answers)
    except StopIteration as end:
        behaviour: Behaviour = end.value
        return behaviour
    finally:
        run.close()


def _with_control(behaviour: Behaviour, question: Question) -> ProbePart[Behaviour]:
    control = question.control_if_broken
    if behaviour.kind is not Kind.BROKEN or control is None:
        return behaviour
    answer: Exchange = yield _open(control)
    return interpret(Purpose.CONTROL, answer) or behaviour


def _open(question: Question) -> Question:
    """The question without a purpose of its own, so that the outer probe gets every answer."""
    return replace(question, purpose=Purpose.SHARED, control_if_broken=None)
