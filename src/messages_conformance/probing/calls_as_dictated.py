"""Whether calls that are dictated come as they are: all of them, their inputs, the text before.

A model may slip. So it must slip the same way each time, and token counts, or the same inputs
written as text, must show that the model did as it was told.
"""

import json
import re
from operator import itemgetter

from messages_conformance.probing.assertions import EFFECT_TEST, says
from messages_conformance.probing.behaviours import partial
from messages_conformance.probing.dictated_calls import (
    CALLED,
    FROM_CALL,
    FROM_RESULT,
    SAID_BEFORE,
    calls_of,
    dictated_calls,
    inputs_as_text,
    writes_inputs,
)
from messages_conformance.probing.input_damage import calls_left, damage_of_calls, merged
from messages_conformance.probing.probe import Ask, ProbeRun
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour

_WANTED = list(CALLED.items())


def calls_as_dictated(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """What works, or `partial` where dictated calls, or the text before them, are damaged."""
    tested = ask.shared(**dictated_calls())
    answers: list[Exchange] = []
    while len(answers) < EFFECT_TEST.most:
        answers.append((yield tested))
        found = _damage(answers[-1])
        if found == "":
            return (yield from _text_comes_before(ask, behaviour, answers[-1]))
        if found is None and _other_order(answers[-1]):
            return (yield from _come_in_order(ask, behaviour, answers[-1]))
        if found is None:
            return (yield from _all_calls_come(ask, behaviour, answers[-1]))
        if found != _damage(answers[0]):
            return behaviour
    if "" in {_damage_in_prompt(one) for one in answers}:
        # What is damaged stood earlier: is it so as well if the prompt has it?
        again: Exchange = yield ask.shared(**dictated_calls(written=True))
        if damage_of_calls(calls_of(again), _WANTED) in ("", None):
            return behaviour
        answers.append(again)
    written: Exchange = yield inputs_as_text(ask)
    if not writes_inputs(written):
        return behaviour
    summary = f"{behaviour.summary}; but of inputs that are dictated, {found}"
    return partial(f"{summary}; as text the model writes them right", *answers, written)


def _damage(answer: Exchange) -> str | None:
    """What became of the calls, in words; the empty string where nothing did."""
    calls = calls_of(answer)
    if merged(calls, _WANTED):
        return "those of several calls come in one"
    return damage_of_calls(calls, _WANTED)


def _damage_in_prompt(answer: Exchange) -> str | None:
    """What became of the calls whose inputs are written in the prompt."""
    wanted = [call for call in _WANTED if call[0] not in (FROM_CALL, FROM_RESULT)]
    names = [name for name, _ in wanted]
    return damage_of_calls([call for call in calls_of(answer) if call[0] in names], wanted)


def _other_order(answer: Exchange) -> bool:
    """Whether all calls come as they were dictated, but in another order."""
    came, wanted = (sorted(calls, key=itemgetter(0)) for calls in (calls_of(answer), _WANTED))
    return came == wanted


def _come_in_order(ask: Ask, behaviour: Behaviour, first: Exchange) -> ProbeRun:
    """The calls come in reverse order, or in the same one whichever is asked for.

    Asked for in reverse order, they come as they stand in the first case. In the second no model
    prefers the order, as it is neither that of the prompt nor that of the tools on offer.
    """
    tested, turned = ask.shared(**dictated_calls()), ask.shared(**dictated_calls(reverse=True))
    again = yield [tested, turned, turned]
    order = calls_of(first)
    expected = _WANTED if order == _WANTED[::-1] else order
    if calls_of(again[0]) != order or any(calls_of(one) != expected for one in again[1:]):
        return behaviour
    names = [name for name, _ in order]
    which = "in reverse order" if order == _WANTED[::-1] else f"in the order {names}"
    summary = f"{behaviour.summary}; but several calls always come {which}"
    return partial(summary, first, *again)


def _all_calls_come(ask: Ask, behaviour: Behaviour, first: Exchange) -> ProbeRun:
    """Some of the calls come, and the model was paid for all."""
    left = calls_left(calls_of(first), _WANTED)
    if not left:
        return behaviour
    again = yield [ask.shared(**dictated_calls())] * (EFFECT_TEST.most - 1)
    answers = [first, *again]
    fewer = yield [ask.control(**dictated_calls(only=left))] * 2
    if any(calls_left(calls_of(one), _WANTED) != left for one in (*answers, *fewer)):
        return behaviour
    lost = [given for name, given in _WANTED if name not in left]
    words = len(re.findall(r"\w+", json.dumps(lost, ensure_ascii=False)))
    cost = min(one.usage("output_tokens") for one in answers)
    of_fewer = max(one.usage("output_tokens") for one in fewer)
    if cost < of_fewer + words:
        return behaviour
    summary = (
        f"{behaviour.summary}; but of {len(_WANTED)} calls only {len(left)} come, though all cost "
        f"output tokens: {cost}, and {of_fewer} where no other call is asked for"
    )
    return partial(summary, *answers, *fewer)


def _text_comes_before(ask: Ask, behaviour: Behaviour, called: Exchange) -> ProbeRun:
    """What the model says before it calls tools comes too, or the tokens show that it is lost."""
    if text := _text_after(called):
        return (yield from _nothing_comes_after(ask, behaviour, called, text))
    if says(called, SAID_BEFORE):
        return behaviour
    again = yield [ask.shared(**dictated_calls())] * (EFFECT_TEST.most - 1)
    answers = [called, *again]
    silent = yield [ask.control(**dictated_calls(said=False))] * 2
    if any(one.text.strip() or not one.tool_uses for one in (*answers, *silent)):
        return behaviour
    words = len(SAID_BEFORE.split())
    least = min(one.usage("output_tokens") for one in answers)
    if least < max(one.usage("output_tokens") for one in silent) + words:
        return behaviour
    summary = (
        f"{behaviour.summary}; but what the model says before its calls is lost, though it costs "
        f"output tokens: {least}, and {silent[0].usage('output_tokens')} where it says nothing"
    )
    return partial(summary, *answers, *silent)


def _text_after(answer: Exchange) -> str:
    """The text of an answer that comes after its calls."""
    blocks = (answer.message or {}).get("content", ())
    kinds = [block.get("type") for block in blocks]
    last = max((at for at, kind in enumerate(kinds) if kind == "tool_use"), default=len(kinds))
    return "".join(str(block.get("text") or "") for block in blocks[last + 1 :]).strip()


def _nothing_comes_after(ask: Ask, behaviour: Behaviour, first: Exchange, text: str) -> ProbeRun:
    """Text after calls, of which nothing is dictated, is added or moved if it always comes."""
    again = yield [ask.shared(**dictated_calls())] * (EFFECT_TEST.most - 1)
    answers = [first, *again]
    if any(_text_after(one) != text for one in answers):
        return behaviour
    summary = f"{behaviour.summary}; but after calls always comes text: {text!r}"
    return partial(summary, *answers)
