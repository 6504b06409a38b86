"""Ways to prove that a field has its effect, as parts of probes (``yield from``).

An endpoint is never blamed for what an uncooperative model could explain. An effect that cannot
be guessed is proved by being seen once. One that is not seen is asked for again, by the
sequential test `EFFECT_TEST`. It is blamed on the endpoint only where token counts, or the form of
the answer, show that the endpoint is the cause; otherwise the row is unclear.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from messages_conformance.probing.behaviours import (
    broken,
    describe,
    ignored,
    partial,
    shortened,
    unclear,
    works,
)
from messages_conformance.probing.foreign_errors import is_about_the_answer
from messages_conformance.probing.probe import Ask, ProbePart, ProbeRun, Question
from messages_conformance.probing.shared_plain import PLAIN, words_of
from messages_conformance.probing.token_costs import costs_no_token
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.stats import Sequential
from messages_conformance.verdict import Behaviour, Kind, Samples

EFFECT_TEST = Sequential(low=0.0, high=0.8, alpha=0.05, beta=0.01, most=3)
"""Whether an effect shows that never comes by itself: one hit is enough, and so are three misses.
A model that does as instructed four times in five misses three times in 1 of 125 cases."""


def says(exchange: Exchange, words: str) -> bool:
    """Whether the answer's text holds some words, in upper or lower case."""
    return words.lower() in exchange.text.lower()


def prove_by_canary(
    tested: Question,
    *,
    canary: str,
    what: str,
    control: Question,
    in_plain_text: Question,
    shared: Question | None = None,
) -> ProbeRun:
    """Prove that a part of the request reaches the model, by a canary that only this part holds.

    ``what`` names the part. ``shared`` is a request of many rows that has the part too: where the
    model repeats the canary there, nothing else is asked. Where it never repeats it, ``control``
    (the part left out) shows whether the part cost a single token, and ``in_plain_text`` (the
    canary in the prompt itself) whether the endpoint counts tokens at all.
    """

    def repeats(exchange: Exchange) -> bool:
        return says(exchange, canary)

    shows = f"the model repeated what only {what} holds: {canary!r}"
    first, is_shown = yield from _ask_first(repeats, tested, shared)
    if is_shown:
        return works(shows, first)
    without, plain = yield [control, in_plain_text]
    if plain.prompt_tokens <= without.prompt_tokens and not repeats(plain):
        return unclear(
            f"the model does not repeat {canary!r} even from plain text, and that costs no "
            f"input token: {plain.prompt_tokens} with it, {without.prompt_tokens} without",
            first,
            plain,
            without,
        )
    lost = f"{what} was accepted and did not reach the model"
    return (yield from _ask_again(repeats, tested, first, without, control, shows, lost))


def prove_by_effect(
    ask: Ask,
    is_shown: Callable[[Exchange], bool],
    tested: Question,
    *,
    control: Question,
    shows: str,
    lost: str,
    shared: Question | None = None,
) -> ProbeRun:
    """Prove an effect that the model has to understand; where it is not seen, look at the tokens.

    ``shows`` and ``lost`` are the summaries where the effect is seen, and where the part did not
    even cost a token. ``shared`` is a request of many rows, in which the effect may show as well.
    """
    first, seen = yield from _ask_first(is_shown, tested, shared)
    if seen:
        return works(shows, first)
    without = yield control
    if not without.prompt_tokens:
        return unclear("the effect is not seen, and no input tokens are reported", first, without)
    if first.prompt_tokens == without.prompt_tokens:
        # The plain request is of another length: do token counts change at all?
        other: Exchange = yield ask.control(**PLAIN)
        if other.prompt_tokens == without.prompt_tokens:
            always = f"the reported input tokens are always {without.prompt_tokens}"
            return unclear(f"the effect is not seen, and {always}", first, without, other)
    return (yield from _ask_again(is_shown, tested, first, without, control, shows, lost))


def _ask_first(
    is_shown: Callable[[Exchange], bool], tested: Question, shared: Question | None
) -> ProbePart[tuple[Exchange, bool]]:
    """The first answer, to the shared request or else to the row's own, and whether it shows."""
    if shared is not None and is_shown(answer := (yield shared)):
        return answer, True
    answer = yield tested
    return answer, is_shown(answer)


def _ask_again(
    is_shown: Callable[[Exchange], bool],
    tested: Question,
    first: Exchange,
    without: Exchange,
    control: Question,
    shows: str,
    lost: str,
) -> ProbeRun:
    """No effect was seen: it was lost if it cost no token; else the model may be to blame."""
    tokens = f"{first.prompt_tokens} input tokens with it, {without.prompt_tokens} without"
    if (yield from costs_no_token(first, without, control)):
        return ignored(f"{lost}: {tokens}", first, without)
    tries, test = [first], EFFECT_TEST.update(False)
    not_used = f"it reached the prompt ({tokens}), but the model did not use it"
    while test.wants_more:
        tries.append((yield tested))
        test = test.update(is_shown(tries[-1]))
        if _whole_words(tries[-1]) == _whole_words(first):  # More samples would be the same again.
            return (yield from _compare_answers(first, tries, without, control, not_used))
    samples = Samples(test.seen, test.of)
    if test.verdict == "yes":
        return works(shows, *tries, samples=samples)
    return unclear(not_used, *tries, without, samples=samples)


def _compare_answers(
    first: Exchange, tries: list[Exchange], left_out: Exchange, control: Question, not_used: str
) -> ProbeRun:
    """The model is not obedient, but repeats itself: does the part change what it says?

    ``left_out`` was asked between two of the ``tries``. So a clock in the answers does not look
    like an effect.
    """
    without: list[Exchange] = []
    while len(without) < EFFECT_TEST.most - 1:
        without.append((yield control))
    said = {_whole_words(exchange) for exchange in without}
    if len(said) == 1 and _whole_words(first) not in said | {_whole_words(left_out)}:
        return works(
            "it changes what the model says, which otherwise repeats itself: with it "
            f"{shortened(words_of(first))!r}, without it {shortened(words_of(without[0]))!r}",
            *tries,
            left_out,
            *without,
        )
    return unclear(f"{not_used}, and gives the same answer each time", *tries, left_out, *without)


def _whole_words(exchange: Exchange) -> str:
    """What was said, without the last word where the limit cut it: that may differ each time."""
    words = words_of(exchange)
    return words.rpartition(" ")[0] if exchange.stop_reason == "max_tokens" else words


def also_accepted(
    behaviour: Behaviour, first: Exchange, tested: Question, control: Question, what: str
) -> ProbeRun:
    """What works, or `partial` where ``tested`` is refused again, and ``control`` is answered.

    ``first`` is the refusal. ``what`` says in what the two requests differ.
    """
    if is_about_the_answer(first.status, first.body):
        return behaviour
    again, without = yield [tested, control]
    if again.status != first.status or not without.answered:
        return behaviour
    summary = f"{behaviour.summary}; but {what}: {describe(first)}"
    return partial(summary, first, again, without)


def prove_validated(valid: Question, malformed: Question, what: str) -> ProbeRun:
    """Prove that a field without a visible effect is read: a malformed value is refused.

    There are three outcomes: a malformed value is accepted, refused, or breaks the endpoint. A
    refusal that names another field proves nothing of this one.
    """
    accepted = yield valid
    return (yield from prove_checked(accepted, malformed, what))


def prove_checked(accepted: Exchange, malformed: Question, what: str) -> ProbeRun:
    """The same, where a well-formed value was asked about already."""
    checked = yield malformed
    if checked.refused:
        if other := names_another_field(checked, malformed):
            summary = f"a malformed one is refused for another reason ({other}): "
            return unclear(f"{summary}{describe(checked)}", accepted, checked)
        return works(
            f"{what} is read: a malformed one is refused with {describe(checked)}",
            accepted,
            checked,
        )
    if checked.answered:
        return ignored(f"{what} made no difference, well-formed or malformed", accepted, checked)
    told = checked.status is not None and 400 <= checked.status < 500
    how = "refused in another form than documented" if told else "not refused"
    summary = f"{what} is accepted, but a malformed one is {how}: {describe(checked)}"
    return partial(summary, checked, accepted)


_FIELDS: Final = (
    "max_tokens",
    "temperature",
    "top_p",
    "top_k",
    "stop_sequences",
    "tool_choice",
    "input_schema",
    "document",
    "search_result",
    "mcp_servers",
    "container",
    "service_tier",
    "metadata",
    "citations",
    "image",
)
"""Names that a refusal may give as its reason, and that no other reason holds."""
_ALTERNATIVES: Final = re.compile(r"\b(should|must) be\b.*|\b(expected|one of)\b.*", re.DOTALL)
"""What would have been right: it names what the request lacks, and is no reason."""


def names_another_field(refusal: Exchange, *questions: Question) -> str | None:
    """The field that a refusal names as its reason although no request has one such.

    ``questions`` are the refused request, and those that differ from it only in the mistake, which
    may be that the field is missing. None where it names one of theirs, or none at all.
    """
    said = _ALTERNATIVES.sub("", refusal.error.message if refusal.error else "")
    sent = "".join(one.request.content.decode(errors="replace") for one in questions)
    named = [field for field in _FIELDS if re.search(rf"\b{field}\b", said)]
    foreign = [field for field in named if f'"{field}"' not in sent]
    return foreign[0] if foreign and len(foreign) == len(named) else None


def prove_refused(right: Question | Sequence[Question], wrong: Question) -> ProbeRun:
    """Prove that a request with one mistake is refused, where the same without it is answered.

    ``right`` is what must be answered: together, all of the wrong request but its mistake.
    Documented is 400 `invalid_request_error`.
    """
    rights = [right] if isinstance(right, Question) else [*right]
    *_, answer = yield [*rights, wrong]
    if answer.answered:
        return ignored(f"the invalid request was answered: {describe(answer)}", answer)
    if answer.error is None or not answer.refused:
        return broken(describe(answer), answer)
    if other := names_another_field(answer, wrong, *rights):
        return unclear(f"refused for another reason ({other}): {describe(answer)}", answer)
    if (answer.status, answer.error.type) == (400, "invalid_request_error"):
        return works(f"refused with {describe(answer)}", answer)
    return partial(f"{describe(answer)}; documented is 400 invalid_request_error", answer)


def check_range(ask: Ask, behaviour: Behaviour, outside: Question) -> ProbeRun:
    """Check that a field that works is refused outside its range, where the page documents one.

    ``outside`` is above the range: nobody sends anything below zero.
    """
    if ask.row.range is None or behaviour.kind is not Kind.WORKS:
        return behaviour
    answer = yield outside
    if not answer.answered:
        return behaviour
    return partial(
        f"{behaviour.summary}; but its documented range {ask.row.range} is not enforced: "
        f"outside it, {describe(answer)}",
        *behaviour.exchanges,
        answer,
        samples=behaviour.samples,
    )
