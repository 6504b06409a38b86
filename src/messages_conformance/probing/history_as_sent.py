"""Whether the input of an earlier call, and its result, reach the model to the last sign.

A model is to call tools with what only they hold. One that copies may slip. So it must slip the
same way each time, as no other mistake than a known one does, and never where the same inputs are
written in the prompt.
"""

from messages_conformance.probing.assertions import EFFECT_TEST
from messages_conformance.probing.behaviours import describe, partial
from messages_conformance.probing.dictated_calls import (
    CALLED,
    FROM_RESULT,
    calls_of,
    dictated_calls,
)
from messages_conformance.probing.foreign_errors import is_about_the_answer
from messages_conformance.probing.input_damage import damage_of_calls
from messages_conformance.probing.probe import Ask, ProbeRun
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind


def also_as_sent_before(ask: Ask, behaviour: Behaviour, name: str, what: str) -> ProbeRun:
    """What works, or `partial` where what a tool is called with was changed on the way in.

    ``name`` is that of a tool in `CALLED` whose input stands earlier, and ``what`` says where.
    """
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    answers: list[Exchange] = []
    while len(answers) < EFFECT_TEST.most:
        answers.append((yield ask.shared(**dictated_calls())))
        if not answers[0].answered:
            is_result = name == FROM_RESULT and answers[0].status is not None
            return (yield from _also_empty(ask, behaviour, answers[0])) if is_result else behaviour
        found = _damage(answers[-1], name)
        if not found or found != _damage(answers[0], name):
            return behaviour
    written = yield [ask.shared(**dictated_calls(written=True))] * 2
    if any(_damage(one, name) != "" for one in written):
        return behaviour
    summary = f"{behaviour.summary}; but of {what}, {found}; it comes right from the prompt"
    return partial(summary, *answers, *written)


def _also_empty(ask: Ask, behaviour: Behaviour, first: Exchange) -> ProbeRun:
    """What works, or `partial` where a result that holds nothing is refused, or breaks something.

    It may be an empty string, an empty list, or have no content at all.
    """
    if is_about_the_answer(first.status, first.body):
        return behaviour
    others, again = yield [
        ask.shared(**dictated_calls(empty=False)),
        ask.shared(**dictated_calls()),
    ]
    if not others.answered or again.status != first.status:
        return behaviour
    summary = f"{behaviour.summary}; but with results that are empty: {describe(first)}"
    return partial(summary, first, again, others)


def _damage(answer: Exchange, name: str) -> str | None:
    """What became of the one input, in words; the empty string where nothing did."""
    came = [call for call in calls_of(answer) if call[0] == name]
    return damage_of_calls(came, [(name, CALLED[name])])
