"""Thinking: on, off, left to the model, and left out of the answer."""

from messages_conformance.probing import (
    AUTO,
    BELL_PROMPT,
    DICTATION,
    DICTATION_WITH_THINKING,
    MANY_THOUGHTS,
    PLAIN,
    TOOLS_BY_NAME,
    Ask,
    Behaviour,
    Exchange,
    Kind,
    ProbeRun,
    all_codes,
    also_accepted,
    attribute,
    broken,
    ignored,
    partial,
    prove_validated,
    row,
    says,
    two_calls_streamed,
    with_thinking_disabled,
    works,
)


@row("basic/thinking")
def thinking_is_switched_on_and_off(ask: Ask) -> ProbeRun:
    """`enabled` makes the model think before it answers; by default, and `disabled`, it does not.

    To fix: return the reasoning as a `thinking` block before the text, never inside the
    text; return no such block, not even an empty one, unless thinking is enabled.

    Instead: say `thinking` in every request, enabled or disabled; take the first block of type
    `text`, never `content[0]`.

    Instead, if ignored: ask for the reasoning in the prompt, before the answer, or choose a model
    that thinks.

    Instead, if refused: leave `thinking` out, and ask for the reasoning in the prompt.

    Instead, if broken: cut everything up to `</think>` out of the text before you use it.
    """
    on: Exchange = yield ask(**DICTATION_WITH_THINKING)
    off: Exchange = yield with_thinking_disabled(ask)
    if not off.answered:  # Something else in it may be refused.
        off = yield ask(**PLAIN, thinking={"type": "disabled"})
    default: Exchange = yield ask(**PLAIN)
    if says(on, "<think>") or says(on, "</think>"):
        return broken("the reasoning stands in the text, between <think> tags", on)
    if not any(block.get("thinking") for block in on.blocks("thinking")):
        return ignored("enabled, and no thinking came back", on, off)
    expected = ask.model.thinking_default
    if off.blocks("thinking") and expected != "always":
        summary = "thinks when enabled, but when disabled as well"
        return partial(summary, on, off, lacking=("disabled",))
    if expected in ("on", "always") and not default.blocks("thinking"):
        return partial("does not think by default, as the page says it does", on, default)
    if default.blocks("thinking") and expected not in ("on", "always"):
        return partial("thinks when enabled, but by default as well", on, default)
    behaviour = works("thinks when enabled, and not when disabled", on, off)
    if expected not in ("on", "always"):
        behaviour = yield from is_silent_in_company(ask, behaviour)
    return (yield from also_thinks_with_tools(ask, (yield from says_no_more(ask, behaviour, on))))


def is_silent_in_company(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """What works, or `partial` where the model thinks unasked in some company.

    That is beside tools, in a stream, or beside a system prompt.
    """

    def thinks(answer: Exchange) -> bool:
        return bool(answer.blocks("thinking"))

    tools = ask.shared(BELL_PROMPT, tools=TOOLS_BY_NAME, tool_choice=AUTO)
    for company, where in (
        (tools, "where tools are on offer"),
        (ask.shared(**DICTATION, stream=True), "in a stream"),
        (all_codes(ask), "in a conversation with a system prompt"),
    ):
        first: Exchange = yield company
        if not thinks(first):
            continue
        attribution = yield from attribute(thinks, first, company, ask.control(**PLAIN))
        if attribution.to_endpoint:
            summary = f"{behaviour.summary}; but by default as well {where}"
            return partial(summary, *attribution.exchanges)
    return behaviour


def says_no_more(ask: Ask, behaviour: Behaviour, on: Exchange) -> ProbeRun:
    """What works, or `partial` where text begins with empty lines because thinking came before."""

    def begins_empty(answer: Exchange) -> bool:
        return answer.text.startswith("\n")

    if not begins_empty(on):
        return behaviour
    thinking, plain = ask(**DICTATION_WITH_THINKING), ask.shared(**DICTATION)
    attribution = yield from attribute(begins_empty, on, thinking, plain)
    if not attribution.to_endpoint:
        return behaviour
    summary = f"{behaviour.summary}; but after thinking, text begins with empty lines"
    return partial(summary, *attribution.exchanges)


def also_thinks_with_tools(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """What works, or `partial` where the model never thinks beside tools, in a stream."""
    if behaviour.kind is not Kind.WORKS or not ask.model.thinks:
        return behaviour

    def does_not_think(answer: Exchange) -> bool:
        return answer.answered and not answer.blocks("thinking")

    first: Exchange = yield two_calls_streamed(ask)
    if not first.answered:
        return (yield from also_thinks_at_length(ask, behaviour, first))
    if not does_not_think(first):
        return behaviour
    alone = ask.shared(**DICTATION_WITH_THINKING, stream=True)
    attribution = yield from attribute(does_not_think, first, two_calls_streamed(ask), alone)
    if not attribution.to_endpoint:
        return behaviour
    summary = f"{behaviour.summary}; but never in a stream where tools are on offer"
    return partial(summary, *attribution.exchanges)


def also_thinks_at_length(ask: Ask, behaviour: Behaviour, first: Exchange) -> ProbeRun:
    """What works, or `partial` where a large budget is refused that the page has room for."""
    tested, control = (two_calls_streamed(ask, roomy=roomy) for roomy in (True, False))
    if tested == control or not first.refused:
        return behaviour
    budget = f"with a budget of {MANY_THOUGHTS} tokens"
    return (yield from also_accepted(behaviour, first, tested, control, budget))


@row("basic/thinking/adaptive")
def model_decides_whether_to_think(ask: Ask) -> ProbeRun:
    """`adaptive` leaves it to the model whether and how long it thinks; Claude Code sends it.

    A model that decides may also decide against it. So where no thinking comes, the proof that
    the type is read is that one which does not exist is refused.

    To fix: think as the model sees fit, in `thinking` blocks before the text; or answer 400 with
    "adaptive thinking is not supported on this model", on which Claude Code sends `enabled`.

    Instead: send `enabled` with a budget, or leave `thinking` out; in Claude Code switch
    `adaptive_thinking` off.
    """
    adaptive = {**DICTATION, "thinking": {"type": "adaptive"}}
    answer: Exchange = yield ask(**adaptive)
    if says(answer, "<think>") or says(answer, "</think>"):
        return broken("the reasoning stands in the text, between <think> tags", answer)
    if any(block.get("thinking") for block in answer.blocks("thinking")):
        return works("the model thinks, as it sees fit", answer)
    unknown = ask.invalid(**{**adaptive, "thinking": {"type": "sometimes"}})
    return (yield from prove_validated(ask(**adaptive), unknown, "the type adaptive"))


@row("basic/thinking/display")
def thoughts_can_be_left_out(ask: Ask) -> ProbeRun:
    """With `display: omitted` a thinking block comes with its signature and without its text.

    To fix: leave the text out and keep the signature, so that the block can be sent back.

    Instead: leave the text of thinking blocks out when you show or log an answer, and keep the
    blocks whole to send them back.
    """
    shown: Exchange = yield ask.shared(**DICTATION_WITH_THINKING)
    omitted = {**DICTATION_WITH_THINKING["thinking"], "display": "omitted"}
    answers = yield [
        ask(**{**DICTATION_WITH_THINKING, "thinking": omitted}, stream=stream or None)
        for stream in (False, True)
    ]
    for answer in answers:
        if any(block.get("thinking") for block in answer.blocks("thinking")):
            return ignored("the thinking was displayed all the same", answer)
        if not shown.blocks("thinking") and not answer.blocks("thinking"):
            return ignored("no thinking comes, whether it is displayed or not", answer, shown)
        if not any(block.get("signature") for block in answer.blocks("thinking")):
            return partial("no thinking block with a signature was left", answer)
    return works("thinking blocks come with a signature and without text", *answers)


# -- sampling
