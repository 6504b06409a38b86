"""The page's table of message fields: what a turn says, and whether the model sees it."""

import re
from functools import cache
from typing import Any

from messages_conformance.probing import (
    BEGUN,
    CACHE_CONTROL,
    DICTATED_TEXT,
    DICTATED_WORDS,
    DICTATION,
    DICTATION_WITH_THINKING,
    FIRST_TEXT_CODE,
    GARDEN,
    GARDEN_CODE,
    GARDEN_QUESTION,
    LONG_TEXT,
    PLAIN,
    PLAIN_TOPIC,
    SECOND_TEXT_CODE,
    TOO_BUSY,
    UNKNOWN_MODEL,
    VAULT,
    VAULT_CODE,
    VAULT_QUESTION,
    Ask,
    Behaviour,
    Exchange,
    Kind,
    ProbePart,
    ProbeRun,
    all_codes,
    also_among_all_codes,
    also_prefilled,
    also_streamed,
    also_verbatim,
    assistant,
    begun_dictation,
    block_types,
    breakpoint_chain,
    broken,
    conversation,
    describe,
    dictation,
    four_results_with_manner,
    long_dictation,
    long_text,
    loop_after,
    partial,
    place_is_cached,
    prove_by_canary,
    prove_checked,
    prove_validated,
    refused,
    row,
    says,
    text,
    two_calls_streamed,
    unmeasured,
    user,
    works,
)


@row("content/string")
def string_content_reaches_the_model(ask: Ask) -> ProbeRun:
    """A turn whose content is a plain string reaches the model, as it is.

    So does one long before the last, one of the assistant, and the beginning of an answer that the
    request makes. To fix: treat a string as one text block; escape and strip nothing; leave out no
    turn.

    Instead: send the text as a list with one block of type `text`.

    Instead, if partial: leave out what is changed or lost: spell such characters in words, repeat
    what was said long ago, and say in the prompt how the answer begins.
    """
    shared: Exchange = yield ask.shared(**PLAIN)
    if says(shared, PLAIN_TOPIC):
        behaviour = works(f"the model wrote of what only a string names: a {PLAIN_TOPIC}", shared)
    else:
        behaviour = yield from prove_by_canary(
            ask([user(f"{VAULT} {VAULT_QUESTION}")]),
            canary=VAULT_CODE,
            what="a string",
            control=ask.control(VAULT_QUESTION),
            in_plain_text=ask.control([user(text(f"{VAULT} {VAULT_QUESTION}"))]),
        )
    everything: Exchange = yield all_codes(ask)
    behaviour = yield from also_among_all_codes(ask, behaviour, everything, *TURNS)
    prefilled, alone = (ask.shared(**begun_dictation(begun=begun)) for begun in (True, False))
    behaviour = yield from also_verbatim(
        behaviour, lambda words: ask.shared(**dictation(words)), DICTATED_TEXT, alone
    )
    behaviour = yield from also_verbatim(
        behaviour, lambda words: ask.shared(**long_dictation(ask, words)), LONG_TEXT, alone
    )
    whole = ask.shared(**DICTATION)
    behaviour = yield from also_prefilled(behaviour, prefilled, whole, BEGUN, alone)
    behaviour = yield from also_in_many_turns(ask, behaviour, everything)
    return (yield from also_at_length(ask, behaviour))


@cache
def over_100_kb() -> str:
    """More than some servers before an endpoint take unless they are told otherwise."""
    return long_text("granary", 1_600)


def also_at_length(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """What works, or `partial` where a request above 100 kB does not get to the endpoint.

    The limit is 32 MB. So that it costs nothing and is asked once for all models, the model does
    not exist: the long request must be refused just as a short one is.
    """
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    short: Exchange = yield ask.invalid(**PLAIN, model=UNKNOWN_MODEL)
    if short.answered or short.status not in (400, 404):
        return behaviour
    asked = ask.invalid(**{**PLAIN, "prompt": over_100_kb()}, model=UNKNOWN_MODEL)
    long: Exchange = yield asked
    if long.answered or long.status in (short.status, TOO_BUSY, None):
        return behaviour
    again: Exchange = yield asked
    if again.status != long.status:
        return behaviour
    summary = f"{behaviour.summary}; but a request above 100 kB is not taken: {describe(long)}"
    return partial(f"{summary}; for a short one: {describe(short)}", long, again, short)


def also_in_many_turns(ask: Ask, behaviour: Behaviour, first: Exchange) -> ProbeRun:
    """What works, or `partial` where a long conversation is refused, and a short one is not.

    Both have a system prompt, tools, calls and results; neither is long for any model of today.
    """
    is_refused = not first.answered and first.status not in (None, TOO_BUSY)
    if behaviour.kind is not Kind.WORKS or not is_refused or is_about_length(first):
        return behaviour
    few_turns = ask.shared(**four_results_with_manner())
    unmarked, brief = ask.shared(**conversation(0)), ask.shared(**conversation(long_system=False))
    again, bare, other, short = yield [all_codes(ask), unmarked, brief, few_turns]
    is_refused = again.status == first.status and not bare.answered and not other.answered
    if not is_refused or not short.answered:
        return behaviour
    turns = len(conversation()["prompt"])
    summary = f"{behaviour.summary}; but a conversation of {turns} turns: {describe(first)}"
    return partial(summary, first, again, bare, short)


def is_about_length(exchange: Exchange) -> bool:
    """Whether a refusal says that the model takes no request of that length."""
    said = exchange.error.message if exchange.error else describe(exchange)
    return re.search(r"context|token|too (?:long|large)", said, re.IGNORECASE) is not None


TURNS = ("string", "reply", "middle turn", "middle reply", "last reply")
"""The places of the shared conversation that are turns of one string."""


@row("content/text/text")
def every_text_block_reaches_the_model(ask: Ask) -> ProbeRun:
    """Of several text blocks in one turn, each reaches the model.

    That holds for the assistant's text before its calls and after them as well. To fix: join all
    text blocks of a turn, not just the first or the last.

    Instead: join the texts of a turn to one block before you send them.
    """
    codes = FIRST_TEXT_CODE, SECOND_TEXT_CODE
    shared: Exchange = yield all_codes(ask)
    if all(says(shared, code) for code in codes):
        behaviour = works(f"the model repeated what text blocks of a turn hold: {codes}", shared)
    else:
        behaviour = yield from two_texts_carry(ask)
    places = ("first text", "inner text", "second text", "third text", *BESIDE_CALLS)
    return (yield from also_among_all_codes(ask, behaviour, shared, *places))


BESIDE_CALLS = ("text before calls", "second text before calls", "text after calls")
"""The places of the shared conversation that stand before calls, and after them."""


def two_texts_carry(ask: Ask) -> ProbeRun:
    """Of two text blocks in a turn, each reaches the model."""
    first, second = text(VAULT), text(GARDEN)
    # In plain text all stands in one string, as a server may lose one of several blocks.
    behaviour = yield from prove_by_canary(
        ask([user(first, second, VAULT_QUESTION)]),
        canary=VAULT_CODE,
        what="the first text block",
        control=ask.control([user(second, VAULT_QUESTION)]),
        in_plain_text=ask.control(f"{GARDEN} {VAULT} {VAULT_QUESTION}"),
    )
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    return (
        yield from prove_by_canary(
            ask([user(first, second, GARDEN_QUESTION)]),
            canary=GARDEN_CODE,
            what="the second text block",
            control=ask.control([user(first, GARDEN_QUESTION)]),
            in_plain_text=ask.control(f"{VAULT} {GARDEN} {GARDEN_QUESTION}"),
        )
    )


@row("content/text/cache_control")
def text_is_cached(ask: Ask) -> ProbeRun:
    """With `cache_control` on a text block, the prompt up to it is cached.

    To fix: report that part as `cache_creation_input_tokens` the first time, and as
    `cache_read_input_tokens` when it comes again.

    Instead: drop the marks and put what stays the same first, as many endpoints cache equal
    beginnings by themselves; read `cache_read_input_tokens`.
    """
    cedar = text(long_text("cedar"), **CACHE_CONTROL)
    behaviour = yield from place_is_cached(
        ask, "text", ask([user(cedar, "Say hello.")], max_tokens=4)
    )
    return (yield from also_streamed(behaviour, ask.shared(**breakpoint_chain()[2], stream=True)))


@row("content/text/citations")
def citations_are_read(ask: Ask) -> ProbeRun:
    """An assistant's text may be sent back with its `citations`.

    No answer shows what an endpoint does with them. The proof that they are read is that malformed
    ones are refused. To fix: validate them, or refuse them if they are not supported.

    Instead: leave `citations` out of the turns that you send back; keep them in your application.
    """
    citation = {
        "type": "char_location",
        "cited_text": "Oaks grow slowly.",
        "document_index": 0,
        "document_title": "Trees",
        "start_char_index": 0,
        "end_char_index": 17,
    }

    def history(citation: dict[str, Any]) -> list[Any]:
        answer = text("Oaks grow slowly.", citations=[citation])
        return [user("How do oaks grow?"), assistant(answer), user("Say hello.")]

    return prove_validated(
        ask(history(citation)), ask.invalid(history({"type": "no_such_citation"})), "citations"
    )


@row("content/thinking")
def thinking_may_be_sent_back(ask: Ask) -> ProbeRun:
    """A thinking block may be sent back as it was received; a malformed one is refused.

    So may one before calls, together with their results. To fix: accept the block verbatim and
    check its `signature`; if you do not take thinking blocks, refuse them with 400 rather than
    dropping them.

    Instead: leave thinking blocks out of the turns that you send back.

    Instead, if ignored: put what must be remembered into the text of the turn; rely on no check of
    a block's `signature`.

    Instead, if partial: leave `thinking` out of requests that hold tools.
    """
    first: Exchange = yield ask.shared(**DICTATION_WITH_THINKING)
    made_up = {"type": "thinking", "thinking": "I repeat it.", "signature": "bWFkZSB1cA=="}
    what = "the thinking block"

    def history(block: dict[str, Any]) -> list[Any]:
        answer = assistant(block, text(" ".join(DICTATED_WORDS)))
        return [user(DICTATION["prompt"]), answer, user("Say hello.")]

    malformed = ask.invalid(history({"type": "thinking"}))
    if own := first.blocks("thinking"):
        in_loop = yield from thought_before_calls(ask, own[0])
        if in_loop and in_loop.answered:
            return (yield from prove_checked(in_loop, malformed, what))
        behaviour = yield from prove_validated(ask(history(own[0])), malformed, what)
        return (yield from also_before_calls(ask, behaviour, in_loop))
    foreign: Exchange = yield ask.invalid(history(made_up))
    if foreign.answered:
        return (yield from prove_checked(foreign, malformed, what))
    if foreign.refused and "signature" in describe(foreign):
        return unmeasured(
            "no thinking came that could be sent back, and a made-up signature is rightly refused",
            first,
            foreign,
        )
    return refused(foreign) if foreign.refused else broken(describe(foreign), foreign)


def thought_before_calls(ask: Ask, plain: dict[str, Any]) -> ProbePart[Exchange | None]:
    """The answer to results that come after a thought and calls, sent back whole.

    None where no calls came with a thought before them that has all that a ``plain`` one has.
    """
    called: Exchange = yield two_calls_streamed(ask)
    if not called.tool_uses or block_types(called)[:1] != ["thinking"]:
        return None
    if plain.get("signature") and not called.blocks("thinking")[0].get("signature"):
        return None
    answer: Exchange = yield ask.shared(**loop_after(called))
    return answer


def also_before_calls(ask: Ask, behaviour: Behaviour, in_loop: Exchange | None) -> ProbeRun:
    """What works before text, or `partial` where the same before calls is refused, or breaks."""
    if behaviour.kind not in (Kind.WORKS, Kind.IGNORED) or not in_loop or in_loop.status is None:
        return behaviour
    called: Exchange = yield two_calls_streamed(ask)
    again, without = yield [
        ask.shared(**loop_after(called)),
        ask.control(**{**loop_after(called, thought=False), "thinking": {"type": "disabled"}}),
    ]
    if again.status != in_loop.status or not without.answered:
        return behaviour
    summary = f"{behaviour.summary}; but before calls, within a tool loop: {describe(in_loop)}"
    return partial(summary, in_loop, again, without, *behaviour.exchanges)


@row("content/redacted_thinking")
def redacted_thinking_may_be_sent_back(ask: Ask) -> ProbeRun:
    """A redacted thinking block may be sent back; a malformed one is refused.

    To fix: accept the blocks you issued yourself; if you issue none, refuse them with 400.

    Instead: leave redacted thinking blocks out of the turns that you send back.
    """

    def history(block: dict[str, Any]) -> list[Any]:
        return [user("Say yes."), assistant(block, text("Yes.")), user("Say hello.")]

    return prove_validated(
        ask(history({"type": "redacted_thinking", "data": "bWFkZSB1cA=="})),
        ask.invalid(history({"type": "redacted_thinking"})),
        "the redacted thinking block",
    )
