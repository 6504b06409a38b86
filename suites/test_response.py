"""What pages say of answers: signatures, stop reasons, and the usage in streams."""

from typing import Any

from messages_conformance.probing import (
    CUT,
    DICTATION_WITH_THINKING,
    PLAIN,
    STOP_CODE,
    Ask,
    Exchange,
    ProbePart,
    ProbeRun,
    ignored,
    partial,
    row,
    stopped_conversation,
    stopped_in_own_words,
    streamed_at_default_temperature,
    thinks_apart,
    two_calls_streamed,
    unclear,
    unmeasured,
    works,
)


@row("response/thinking/signature")
def thinking_is_signed(ask: Ask) -> ProbeRun:
    """A thinking block carries a `signature`, by which it is known when it is sent back.

    To fix: sign what you send, and check it when it comes back.

    Instead: send thinking blocks back as they came; do not take a signature for a proof of origin.
    """
    answer: Exchange = yield ask.shared(**DICTATION_WITH_THINKING)
    blocks = answer.blocks("thinking")
    if not blocks:
        return unmeasured("no thinking came", answer)
    if not isinstance(blocks[0].get("signature"), str):
        return ignored("thinking comes without a signature", answer)
    if not blocks[0]["signature"]:
        return partial("the signature is an empty string", answer, lacking=("value",))
    return works("thinking comes with a signature", answer)


@row("response/stop_reason")
def reasons_tell_why_it_ended(ask: Ask) -> ProbeRun:
    """`stop_reason` tells a cut, a call and a stop sequence from an answer that ended by itself.

    To fix: report `max_tokens`, `tool_use` and `stop_sequence`, not `end_turn` for all of them.

    Instead: take an answer that holds a call as `tool_use`, and one of `max_tokens` tokens as cut;
    after a stop sequence, send the same without it if you must know.
    """
    cut, called = yield [ask(**CUT), two_calls_streamed(ask)]
    found = yield from stopped_answer(ask)
    wrong = []
    used_up = cut.usage("output_tokens") >= CUT["max_tokens"] and not thinks_apart(ask, cut)
    if used_up and cut.stop_reason != "max_tokens":
        wrong.append(f"an answer that was cut says {cut.stop_reason!r}")
    if called.tool_uses and called.stop_reason != "tool_use":
        wrong.append(f"one that calls a tool says {called.stop_reason!r}")
    if wrong:
        return partial("; ".join(wrong), cut, called)
    if found is None:
        return unclear("the model does not come to the stop sequence", cut, called)
    _, stopped, whole = found
    if stopped.text == whole.text:
        summary = "no answer ends at a stop sequence, so none says so"
        return partial(summary, stopped, whole, lacking=("stop_sequence",))
    if stopped.stop_reason != "stop_sequence":
        summary = f"an answer that ended at a stop sequence says {stopped.stop_reason!r}"
        return partial(summary, stopped, cut, lacking=("stop_sequence",))
    return works("cut, called and stopped answers say so", cut, called, stopped)


@row("response/stop_sequence")
def the_sequence_is_named(ask: Ask) -> ProbeRun:
    """`stop_sequence` names the sequence that ended the answer, and is null otherwise.

    To fix: put the sequence that matched into the message's `stop_sequence`.

    Instead: send one stop sequence only, so that you know which it was.
    """
    found = yield from stopped_answer(ask)
    if found is None:
        return unclear("the model does not come to the stop sequence")
    stop, stopped, whole = found
    if stopped.text == whole.text:
        return ignored("no answer ends at a stop sequence, so none is named", stopped, whole)
    named = (stopped.message or {}).get("stop_sequence")
    if named is None:
        return partial("it is null, also after a stop", stopped, lacking=("value",))
    if named != stop:
        return partial(f"it is {named!r} after a stop at {stop!r}", stopped)
    return works("it names the sequence that ended the answer", stopped)


def stopped_answer(ask: Ask) -> ProbePart[tuple[str, Exchange, Exchange] | None]:
    """A stop sequence, the answer that it should end, and the one without it.

    None where the model does not come to a stop sequence, or does not say the same before it.
    """
    whole, stopped = stopped_conversation()
    everything: Exchange = yield ask.shared(**whole)
    listed: Exchange = yield ask.shared(**stopped)
    if listed.answered and ends_at(STOP_CODE, listed, everything):
        return STOP_CODE, listed, everything
    found = yield from stopped_in_own_words(ask)
    if found is None:
        return None
    stop, ended, words = found
    return found if ended.text == words.text or ends_at(stop, ended, words) else None


def ends_at(stop: str, stopped: Exchange, whole: Exchange) -> bool:
    """Whether an answer ends at a stop sequence, as the whole one goes on there."""
    before, there, _ = whole.text.partition(stop)
    return bool(there) and stopped.text.strip() == before.strip()


CACHED = ("cache_creation_input_tokens", "cache_read_input_tokens")
FIGURES = ("input_tokens", "output_tokens", *CACHED)


def missing_figures(usage: object) -> list[str]:
    """The figures that a usage lacks; all of them where it is no object."""
    return [name for name in FIGURES if not isinstance(usage, dict) or usage.get(name) is None]


def usage_of(exchange: Exchange, event: str) -> object:
    """The usage in the first event of a type."""
    found: dict[str, Any] = next((e.json or {} for e in exchange.events if e.type == event), {})
    holder = found.get("message") if event == "message_start" else found
    return holder.get("usage") if isinstance(holder, dict) else None


def figures_come(ask: Ask, event: str) -> ProbeRun:
    """All four figures come with an event of a stream."""
    streamed: Exchange = yield streamed_at_default_temperature(ask)
    if not streamed.streamed:
        streamed = yield ask(**PLAIN, stream=True)
    missing = missing_figures(usage_of(streamed, event))
    if len(missing) == len(FIGURES):
        return ignored(f"{event} has no usage", streamed)
    if missing:
        lacking = tuple(name for name in missing if name in CACHED)
        only_cached = lacking if len(lacking) == len(missing) else ()
        return partial(f"{event} lacks {', '.join(missing)}", streamed, lacking=only_cached)
    return works(f"{event} tells {', '.join(FIGURES)}", streamed)


@row("response/stream/message_start/usage")
def the_start_tells_the_input(ask: Ask) -> ProbeRun:
    """`message_start` tells what the prompt cost: fresh, written to a cache and read from it.

    To fix: send all four figures with `message_start`.

    Instead: read the figures of `message_delta`, at the end.
    """
    return figures_come(ask, "message_start")


@row("response/stream/message_delta/usage")
def the_end_tells_all_figures(ask: Ask) -> ProbeRun:
    """`message_delta` tells all four figures, as they are at the end.

    To fix: send all four figures with `message_delta`.

    Instead: take the figures of the input from `message_start`.
    """
    return figures_come(ask, "message_delta")
