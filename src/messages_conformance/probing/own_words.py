"""The model's own words: what it says anyway is the material, where it does not do as it is told.

At temperature 0 a model mostly gives the same answer again, however weak it is. Then that answer
can be stopped at one of its words, or cut in its middle.
"""

import re
from collections import Counter
from typing import Any

from messages_conformance.probing.probe import Ask, ProbePart
from messages_conformance.protocol.exchange import Exchange

_MOST = 4
"""Answers that are asked for, until two are the same."""


def undictated(ask: Ask, **fields: Any) -> dict[str, Any]:
    """Arguments of `Ask` for an answer that nothing dictates, as cold as the target has it."""
    cold = {} if "temperature" in ask.target.defaults else {"temperature": 0}
    prompt = "Describe a lighthouse in three sentences."
    return {"prompt": prompt, "max_tokens": 96, **cold, **fields}


def own_words(ask: Ask) -> ProbePart[Exchange | None]:
    """What the model says twice in the same words; None where it does not repeat itself."""
    answers: list[Exchange] = list((yield [ask.shared(**undictated(ask))] * 2))
    while all(one.answered and one.text.strip() for one in answers):
        said = Counter(one.text for one in answers)
        for one in answers:
            if said[one.text] > 1:
                return one
        if len(answers) == _MOST:
            break
        answers.append((yield ask.shared(**undictated(ask))))
    return None


def stopped_in_own_words(ask: Ask) -> ProbePart[tuple[str, Exchange, Exchange] | None]:
    """A word of what the model says anyway, the answer that it should stop, and the whole one.

    None where the model does not repeat itself, or no word of it will do.
    """
    words = yield from own_words(ask)
    stop = words and middle_word(words.text)
    if not words or not stop:
        return None
    stopped: Exchange = yield ask.shared(**undictated(ask, stop_sequences=[stop]))
    return stop, stopped, words


def middle_word(said: str) -> str | None:
    """A word from the middle of a text that stands there once; None where there is none."""
    words = re.findall(r"[^\W\d_]{4,}", said)
    later = words[max(2, len(words) // 3) : -2]
    return next((word for word in later if said.count(word) == 1), None)
