"""The fields that govern how varied answers are."""

from typing import Any

from messages_conformance.probing import (
    NARROW_SAMPLES,
    PLAIN,
    WIDE_SAMPLES,
    Ask,
    Behaviour,
    Exchange,
    Kind,
    ProbePart,
    ProbeRun,
    Question,
    Range,
    also_accepted,
    check_range,
    ignored,
    out_of_range,
    partial,
    prove_narrowed,
    prove_narrowed_in_company,
    row,
    sample_widely,
    streamed_at_default_temperature,
    words_of,
)


@row("basic/temperature")
def temperature_governs_variety(ask: Ask) -> ProbeRun:
    """Answers repeat at a low temperature, vary at a high one, and the range is enforced.

    To fix: pass the value to the sampler unscaled; answer 400 outside the documented range.

    Instead: leave `temperature` out, or keep it within the documented range; for a fixed form,
    force a tool call.

    Instead, if partial: keep `temperature` within the documented range yourself.
    """
    limits = ask.row.range or Range(0.0, 1.0)
    highest = 1.0 if limits.maximum is None else limits.maximum
    coldest = {"temperature": lowest(limits)}
    hot = ask(**{**PLAIN, "temperature": highest * 0.9 if limits.excludes_maximum else highest})
    wide_answers = yield from sample_widely(ask)
    if len(set(map(words_of, wide_answers))) > 1:
        behaviour = yield from prove_narrowed_in_company(ask, coldest, wide_answers, "temperature")
        if behaviour.kind is Kind.PARTIAL:
            return behaviour
        warm: Exchange = yield streamed_at_default_temperature(ask)
        hot_answers = [warm] if warm.answered else []
        is_documented = highest > 1.0 or (highest == 1.0 and not limits.excludes_maximum)
        if warm.refused and is_documented and behaviour.kind is Kind.WORKS:
            # Clients say the default, whatever it is.
            said, left_out = streamed_at_default_temperature(ask), ask.shared(**PLAIN, stream=True)
            return (yield from also_accepted(behaviour, warm, said, left_out, "1.0"))
        cold_answers = yield from likeliest(ask, coldest)
    else:  # The default may be to take the likeliest word.
        hot_answers = yield [hot] * WIDE_SAMPLES
        cold = ask(**{**PLAIN, **coldest})
        behaviour = yield from prove_narrowed(cold, hot_answers, hot, "temperature")
        cold_answers = behaviour.exchanges[: NARROW_SAMPLES[0]]
    constant = yield from never_varies(hot, hot_answers, cold_answers)
    looked_twice = behaviour.samples is not None and behaviour.samples.of > WIDE_SAMPLES
    if not constant and looked_twice and behaviour.kind is not Kind.IGNORED:
        near = ask(**{**PLAIN, "temperature": round(highest * 0.9, 2) - 0.05})
        constant = yield from repeats_each(hot, near)
    return constant or (yield from check_range(ask, behaviour, out_of_range(ask, "temperature")))


def likeliest(ask: Ask, coldest: dict[str, Any]) -> ProbePart[tuple[Exchange, ...]]:
    """An answer of the likeliest words: that for `top_k`, where it is taken."""
    answer: Exchange = yield ask.shared(**PLAIN, top_k=1)
    if not answer.answered:
        answer = yield ask.control(**{**PLAIN, **coldest})
    return (answer,)


def repeats_each(hot: Question, near: Question) -> ProbePart[Behaviour | None]:
    """Each of two like requests is always answered alike, and never as the other; else None."""
    answers = yield [*[hot] * NARROW_SAMPLES[1], *[near] * NARROW_SAMPLES[1]]
    said = [words_of(one) for one in answers]
    one, other = (set(said[: NARROW_SAMPLES[1]]), set(said[NARROW_SAMPLES[1] :]))
    if not all(said) or len(one) > 1 or len(other) > 1 or one == other:
        return None
    summary = "an equal request gets equal words, as from a cache, and a like one gets others"
    return partial(f"{summary}, each of {NARROW_SAMPLES[1]} times", *answers)


def lowest(limits: Range) -> float:
    """The least number within the documented range, which may exclude its minimum."""
    start = limits.minimum or 0.0
    return start + 0.01 if limits.excludes_minimum else start


def never_varies(
    hot: Question, hot_answers: list[Exchange], cold_answers: tuple[Exchange, ...]
) -> ProbePart[Behaviour | None]:
    """Even hot answers only repeat a cold one; None where one of them is different."""
    if set(map(words_of, hot_answers)) - set(map(words_of, cold_answers)):
        return None
    if len(hot_answers) < WIDE_SAMPLES:
        hot_answers = yield [hot] * WIDE_SAMPLES
    said = set(map(words_of, hot_answers))
    if len(said) > 1 or said == {""}:
        return None
    return ignored("answers repeat, however high it is set", *hot_answers)


@row("basic/top_k")
def top_k_narrows_the_choice(ask: Ask) -> ProbeRun:
    """`top_k: 1` always takes the likeliest word, so the same request gets the same answer.

    To fix: pass the value to the sampler.

    Instead: leave `top_k` out; narrow answers by `temperature`, or by the prompt.
    """
    wide_answers = yield from sample_widely(ask)
    narrow = {"top_k": 1}
    return (yield from prove_narrowed_in_company(ask, narrow, wide_answers, "top_k", beside={}))


@row("basic/top_p")
def top_p_narrows_the_choice(ask: Ask) -> ProbeRun:
    """A tiny `top_p` leaves only the likeliest word; the documented range is enforced.

    To fix: pass the value to the sampler; answer 400 outside the documented range.

    Instead: leave `top_p` out; narrow answers by `temperature`, or by the prompt.

    Instead, if partial: keep `top_p` within the documented range yourself.
    """
    tiny = lowest(ask.row.range or Range()) or 0.01
    wide_answers = yield from sample_widely(ask)
    narrow = {"top_p": tiny}
    behaviour = yield from prove_narrowed_in_company(ask, narrow, wide_answers, "top_p")
    return (yield from check_range(ask, behaviour, out_of_range(ask, "top_p", stream=True)))
