"""Proof that a sampling field narrows the choice of words, by comparing how much answers vary."""

from collections.abc import Sequence

from messages_conformance.display import plural
from messages_conformance.probing.behaviours import ignored, unclear, works
from messages_conformance.probing.probe import ProbeRun, Question
from messages_conformance.probing.shared_plain import words_of
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.stats import coincidence
from messages_conformance.verdict import Samples

NARROW_SAMPLES = 2, 3, 5
"""How often the narrow request is asked at first, how often more if that is not clear, and how
often more if it still is not, or before a field is called ignored."""

MAX_COINCIDENCE = 0.048, 0.006, 0.006
"""How likely chance may be to explain the answers, at each look, for a field to count as narrowing.
Together: of a hundred fields without effect, at most six would be said to work, even if answers are
alike by nature just as often as misleads most."""

LEANING = 0.1
"""At or below this chance, answers lean so much to being narrowed that no field is called ignored:
a server that does not repeat itself may answer otherwise several times in five."""

_VARIED = 0.8
"""The share of narrow answers that differ where a field is called ignored."""


def prove_narrowed(
    narrow: Question, wide_answers: Sequence[Exchange], wide: Question, what: str
) -> ProbeRun:
    """Prove that a sampling field narrows the choice of words.

    The answers to open-ended questions vary without it (``wide_answers``) and do not under
    ``narrow``. Where that is not clear at first, both questions are asked more often, and then the
    narrow one once more: a real server that always takes the likeliest word may still give another
    answer now and then, as its arithmetic depends on what else it computes.
    """
    narrow_answers = list((yield [narrow] * NARROW_SAMPLES[0]))
    wide_answers = list(wide_answers)
    first_wide = len(wide_answers)
    for look, enough in enumerate(MAX_COINCIDENCE):
        few, many = _different(narrow_answers), _different(wide_answers)
        counts = (
            f"{plural(few, 'different answer')} of {len(narrow_answers)} when narrow, "
            f"{many} of {len(wide_answers)} when wide"
        )
        answers = (*narrow_answers, *wide_answers)
        samples = Samples(many, len(wide_answers))
        if not any(map(words_of, answers)):
            return unclear("no answer says anything, so there is nothing to compare", *answers)
        if many == 1:
            return unclear(f"answers do not vary without {what} either", *answers)
        chance = coincidence([*map(words_of, narrow_answers)], [*map(words_of, wide_answers)])
        if chance <= enough:
            odds = f"chance alone does that at most once in {1 / chance:.0f} times"
            return works(
                f"{what} narrows the choice of words: {counts}; {odds}", *answers, samples=samples
            )
        if look == 0:
            narrow_answers += yield [narrow] * NARROW_SAMPLES[1]
            wide_answers += yield [wide] * first_wide
        elif look == 1:
            narrow_answers += yield [narrow] * NARROW_SAMPLES[2]
    if few >= _VARIED * len(narrow_answers) and chance > LEANING:
        return ignored(f"{what} made no difference: {counts}", *answers, samples=samples)
    return unclear(f"too close to call: {counts}", *answers, samples=samples)


def _different(answers: Sequence[Exchange]) -> int:
    return len(set(map(words_of, answers)))
