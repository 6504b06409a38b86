"""Proof that a sampling field narrows the choice of words, by comparing how much answers vary.

The narrow request stands beside a tool and a system prompt, and one of two answers to it is
streamed, as a field may be lost in such company alone. What does not narrow there is asked alone.
"""

from collections.abc import Sequence
from typing import Any, Final

from messages_conformance.display import plural
from messages_conformance.probing.behaviours import ignored, partial, unclear, works
from messages_conformance.probing.content import tool
from messages_conformance.probing.probe import Ask, ProbeRun, Question
from messages_conformance.probing.shared_plain import PLAIN, words_of
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.stats import coincidence
from messages_conformance.verdict import Behaviour, Claim, Kind, Samples

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


_TOOLS: Final[dict[str, Any]] = {"tools": [tool("ring_church_bell", strokes="integer")]}
_SYSTEM: Final[dict[str, Any]] = {
    "system": "You tell stories, in plain words and without headings."
}
_STREAM: Final[dict[str, Any]] = {"stream": True}
_COMPANIES: Final = {
    "beside tools": _TOOLS,
    "beside a system prompt": _SYSTEM,
    "in streams": _STREAM,
}
COMPANY: Final = _TOOLS | _SYSTEM
"""What stands beside a field that is put to the test."""
_ALONE = 5
"""Answers to a narrow request, in some company and alone, that show that only one is narrow."""


def prove_narrowed_in_company(
    ask: Ask,
    fields: dict[str, Any],
    wide_answers: Sequence[Exchange],
    what: str,
    *,
    beside: dict[str, Any] = COMPANY,
) -> ProbeRun:
    """Prove that a sampling field narrows the choice of words also ``beside`` other features.

    Where it is not narrow there, or not meant to be, it is asked alone. What works alone is
    `partial` where answers are all alike alone, and all different in some company.
    """
    alone = ask(**PLAIN | fields)
    if ask.row.claim_for(ask.model) in (Claim.UNSUPPORTED, Claim.IGNORED):
        return (yield from prove_narrowed(alone, wide_answers, ask.control(**PLAIN), what))
    narrow = [ask.shared(**PLAIN | fields | beside | form) for form in ({}, _STREAM)]
    # In some company a model may always say the same, whatever the field is.
    wide = [ask.shared(**PLAIN | beside)] if beside else []
    came: list[Exchange] = yield [*narrow, *wide]
    answers, without_field = came[:2], came[2:]
    said = [*map(words_of, answers)]
    stories = all(one.answered and not one.tool_uses and one.text for one in came)
    varies = all(words_of(one) not in said for one in without_field)
    chance = coincidence(said, [*map(words_of, wide_answers)]) if stories and varies else 1.0
    if len(set(said)) == 1 and chance <= MAX_COINCIDENCE[0]:
        many = _different(wide_answers)
        where = "streamed too" + (", beside a tool and a system prompt" if beside else "")
        counts = f"1 different answer of 2 when narrow, {many} of {len(wide_answers)} when wide"
        odds = f"chance alone does that at most once in {1 / chance:.0f} times"
        return works(
            f"{what} narrows the choice of words, {where}: {counts}; {odds}",
            *came,
            *wide_answers,
            samples=Samples(many, len(wide_answers)),
        )
    behaviour: Behaviour = yield from prove_narrowed(
        alone, wide_answers, ask.control(**PLAIN), what
    )
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    repeated: list[Exchange] = yield [alone] * _ALONE
    if _different(repeated) > 1:
        return behaviour
    for where, others in _COMPANIES.items():
        varied = yield [ask.shared(**PLAIN | fields | others)] * _ALONE
        if all(one.text and not one.tool_uses for one in varied) and _different(varied) == _ALONE:
            summary = f"{behaviour.summary}; but not {where}: all of {_ALONE} answers differ"
            return partial(summary, *varied, *behaviour.exchanges)
    return behaviour


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
