"""The model's own words: what it says anyway is the material, where it does not do as it is told.

At temperature 0 a model mostly gives the same answer again, however weak it is. Then that answer
can be stopped at one of its words, or cut in its middle.
"""

from typing import Any

from messages_conformance.probing.probe import Ask, ProbePart
from messages_conformance.protocol.exchange import Exchange

OWN_WORDS: dict[str, Any] = {
    "prompt": "Describe a lighthouse in three sentences.",
    "max_tokens": 96,
    "temperature": 0,
}
"""Arguments of `Ask` for an answer that nothing dictates."""


def own_words(ask: Ask) -> ProbePart[Exchange | None]:
    """What the model says twice in the same words; None where it does not repeat itself."""
    first, second = yield [ask.shared(**OWN_WORDS)] * 2
    if first.answered and first.text.strip() and first.text == second.text:
        said: Exchange = first
        return said
    return None
