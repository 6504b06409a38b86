"""Whether generation stops at a stop sequence, and says so: of one word, of several, of five.

A text that runs on past its stop sequence proves itself. What ends there may have ended by itself,
so that is asked again, or beside the same request without a stop sequence.
"""

from messages_conformance.probing.assertions import EFFECT_TEST, says
from messages_conformance.probing.behaviours import describe, ignored, partial, unclear, works
from messages_conformance.probing.own_words import stopped_in_own_words
from messages_conformance.probing.probe import Ask, ProbePart, ProbeRun
from messages_conformance.probing.shared_conversation import (
    CODE_BEFORE_STOP,
    STOP_CODE,
    stopped_conversation,
)
from messages_conformance.probing.shared_plain import (
    DICTATED_WORDS,
    DICTATION,
    SEVERAL_WORDS,
    begun_dictation,
)
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind

STOP_WORD = DICTATED_WORDS[2]
STOPS = "stops before the sequence, leaves it out and names it"
RUNS_ON = "the text runs on past the stop sequence"


def stops_at_codes(ask: Ask) -> ProbeRun:
    """A stop sequence that is one word stops, in a list of codes or else alone."""
    everything, listed = yield from stopped_list(ask)
    ended_before = says(listed, CODE_BEFORE_STOP) and not missing_of_stop(listed, STOP_CODE)
    if ended_before and not runs_on(listed, STOP_CODE):
        return works(STOPS, listed)
    alone: Behaviour = yield from stopped_in_dictation(ask)
    # Where it stops and does not say so, as some pages admit, only a text that is wrong tells more.
    text_is_wrong = runs_on(listed, STOP_CODE) or ends_too_early(listed, everything)
    says_less = alone.kind is Kind.PARTIAL and "text" not in alone.lacking and text_is_wrong
    if alone.kind is Kind.WORKS or says_less:
        return (yield from stopped_in_company(ask, alone, everything, listed))
    if alone.kind is Kind.UNCLEAR:
        return (yield from stops_in_own_words(ask, alone))
    return alone


def stopped_list(ask: Ask) -> ProbePart[tuple[Exchange, Exchange]]:
    """The model lists codes, which many rows share: all, and to be stopped at the last of five.

    They are asked one after another, as they begin a chain of cached prompts.
    """
    whole, stopped = stopped_conversation()
    everything: Exchange = yield ask.shared(**whole)
    listed: Exchange = yield ask.shared(**stopped)
    return everything, listed


def also_at_several_words(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """A stop sequence of several words, with white space between and after them, stops as well."""
    if behaviour.kind not in (Kind.WORKS, Kind.PARTIAL) or "text" in behaviour.lacking:
        return behaviour
    answers: list[Exchange] = [(yield ask.shared(**begun_dictation()))]
    begun = answers[0].answered
    if not begun:
        answers = [(yield ask.shared(**begun_dictation(begun=False)))]
    while comes_to_stop(answers[-1]) and len(answers) < EFFECT_TEST.most:
        answers.append((yield ask.shared(**begun_dictation(begun=begun))))
    if not comes_to_stop(answers[-1]):
        return behaviour
    wrong = missing_of_stop(answers[0], SEVERAL_WORDS)
    if not all(runs_on(one, SEVERAL_WORDS) for one in answers):
        # It may have ended there by itself.
        free: Exchange = yield ask.shared(**DICTATION)
        if SEVERAL_WORDS not in free.text or any(runs_on(one, SEVERAL_WORDS) for one in answers):
            return behaviour
        # A stream that never tells why it ended is a matter of the stream.
        if any(one.stop_reason is None for one in answers):
            return behaviour
        wrong = {tag: words for tag, words in wrong.items() if tag not in behaviour.lacking}
        answers.append(free)
    if not wrong:
        return behaviour
    summary = f"{behaviour.summary}; but with {SEVERAL_WORDS!r} as the last of three, "
    lacking = tuple(dict.fromkeys([*behaviour.lacking, *wrong])) if behaviour.lacking else ()
    return partial(f"{summary}{' and '.join(wrong.values())}", *answers, lacking=lacking)


def comes_to_stop(answer: Exchange) -> bool:
    """Whether an answer has the word before `SEVERAL_WORDS`, and is not what it should be."""
    before = DICTATED_WORDS[DICTATED_WORDS.index(SEVERAL_WORDS.split()[0]) - 1]
    ends_there = answer.text.strip().endswith(before) or runs_on(answer, SEVERAL_WORDS)
    return answer.answered and ends_there and bool(missing_of_stop(answer, SEVERAL_WORDS))


LAST_OF_FIVE = "as the last of five, in a conversation with tools and cache marks"


def stopped_in_company(
    ask: Ask, alone: Behaviour, everything: Exchange, listed: Exchange
) -> ProbeRun:
    """A stop sequence works alone; where it does not in company, the answers show it each time."""
    whole, stopped = stopped_conversation()
    if listed.status is not None and not listed.answered:
        return (yield from five_are_taken(ask, alone, listed))
    if runs_on(listed, STOP_CODE):
        again = yield [ask.shared(**stopped)] * 2
        times = sum(runs_on(one, STOP_CODE) for one in (listed, *again))
        how = f"{LAST_OF_FIVE}, {RUNS_ON}" if times == 3 else f"{times} of 3 times {RUNS_ON}"
        return partial(f"{alone.summary}; but {how}", listed, *again, everything)
    tries, wholes = [listed], [everything]
    while len(tries) < EFFECT_TEST.most:
        listed_both = all(says(e, CODE_BEFORE_STOP) and says(e, STOP_CODE) for e in wholes)
        if not listed.answered or not listed_both:
            return alone
        tries.append((yield ask.shared(**stopped)))
        wholes.append((yield ask.shared(**whole)))
    if all(ends_too_early(one, everything) for one in tries):
        summary = f"{alone.summary}; but {LAST_OF_FIVE}, more than the sequence is taken out"
        return partial(summary, *tries, *wholes)
    missing = [missing_of_stop(one, STOP_CODE) for one in tries]
    listed_all = all(says(one, CODE_BEFORE_STOP) for one in tries)
    if listed_all and missing[0] and all(one == missing[0] for one in missing):
        summary = f"{alone.summary}; but {LAST_OF_FIVE}, {' and '.join(missing[0].values())}"
        return partial(summary, *tries, lacking=tuple(missing[0]))
    return alone


def five_are_taken(ask: Ask, alone: Behaviour, listed: Exchange) -> ProbeRun:
    """What works with one stop sequence, or `partial` where five are refused, or break something.

    ``listed`` is the answer that is no message; the same without stop sequences must be one.
    """
    _, stopped = stopped_conversation()
    again, without = yield [
        ask.shared(**stopped),
        ask.control(**{**stopped, "stop_sequences": None}),
    ]
    if again.status != listed.status or not without.answered:
        return alone
    summary = f"{alone.summary}; but with five stop sequences: {describe(listed)}"
    return partial(summary, listed, again, without, *alone.exchanges)


def ends_too_early(stopped: Exchange, whole: Exchange) -> bool:
    """Whether an answer begins as another, and lacks even the end of the code before the stop."""
    begun = stopped.text.strip()
    return bool(begun) and whole.text.startswith(begun) and not says(stopped, CODE_BEFORE_STOP)


def stopped_in_dictation(ask: Ask) -> ProbeRun:
    """The model repeats words and is stopped; up to three times, until two answers end there."""
    tries: list[Exchange] = []
    ended: list[Exchange] = []
    while len(tries) < 3 and len(ended) < 2:
        dictated: Exchange = yield ask(**DICTATION, stop_sequences=[STOP_WORD])
        tries.append(dictated)
        if runs_on(dictated, STOP_WORD):
            return ignored(RUNS_ON, *tries)
        missing = missing_of_stop(dictated, STOP_WORD)
        if not missing and says(dictated, DICTATED_WORDS[1]) and not ended:
            return works(STOPS, *tries)
        if missing and ends_before_stop(dictated):
            ended.append(dictated)
    # A single answer may also have ended there by itself.
    free: Exchange = yield ask.control(**DICTATION)
    goes_on = says(free, " ".join(DICTATED_WORDS)) or (ended and _goes_on(free, ended[0]))
    if len(ended) < 2 or not goes_on:
        return unclear("the model does not repeat the words reliably", *tries, free)
    missing = missing_of_stop(ended[0], STOP_WORD)
    summary = f"it stops, but {' and '.join(missing.values())}"
    return partial(summary, *ended, free, lacking=tuple(missing))


def stops_in_own_words(ask: Ask, alone: Behaviour) -> ProbeRun:
    """What the model says anyway, where that repeats, is stopped at a word from its middle."""
    found = yield from stopped_in_own_words(ask)
    if found is None:
        return alone
    stop, stopped, words = found
    if stopped.text == words.text or runs_on(stopped, stop):
        return ignored(RUNS_ON, stopped, words)
    if stopped.text.replace(stop, "").strip() != words.text.partition(stop)[0].strip():
        return unclear("the model does not begin the same answer again", stopped, words)
    if missing := missing_of_stop(stopped, stop):
        summary = f"it stops, but {' and '.join(missing.values())}"
        return partial(summary, stopped, words, lacking=tuple(missing))
    return works(STOPS, stopped, words)


def runs_on(exchange: Exchange, stop: str) -> bool:
    """Whether an answer goes on after a stop sequence."""
    return bool(exchange.text.partition(stop)[2].strip())


def _goes_on(free: Exchange, ended: Exchange) -> bool:
    """Whether an answer that is free to go on begins as one that ended, and has the stop next."""
    begun, stop, more = free.text.partition(STOP_WORD)
    same = begun.strip() == ended.text.replace(STOP_WORD, "").strip()
    return same and bool(stop and more.strip())


def ends_before_stop(dictated: Exchange) -> bool:
    """Whether an answer is the dictation up to the stop sequence, with or without it.

    Some models repeat the frame of the dictation as well.
    """
    dictation = dictated.text.replace(STOP_WORD, "").strip(" \n=")
    return dictation == " ".join(DICTATED_WORDS[: DICTATED_WORDS.index(STOP_WORD)])


def missing_of_stop(exchange: Exchange, stop: str) -> dict[str, str]:
    """What is wrong with an answer that ended at a stop sequence, by the tag of each part."""
    reason = exchange.stop_reason
    named = (exchange.message or {}).get("stop_sequence")
    checks = (
        ("text", "the sequence is left in the text", says(exchange, stop)),
        ("stop_reason", f"stop_reason is {reason!r}", reason != "stop_sequence"),
        ("stop_sequence", f"stop_sequence is {named!r}", named != stop),
    )
    return {tag: problem for tag, problem, is_so in checks if is_so}
