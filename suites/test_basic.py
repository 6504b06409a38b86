"""The page's table of basic fields."""

from messages_conformance.claims.page import Range
from messages_conformance.probing.assertions import (
    NARROW,
    bounded,
    carried,
    narrowed,
    only_with_it,
    tells,
    validated,
)
from messages_conformance.probing.content import text
from messages_conformance.probing.probe import (
    Ask,
    ProbeRun,
    Question,
    broken,
    ignored,
    partial,
    refused,
    row,
    seen,
    unclear,
    works,
)
from messages_conformance.probing.shared_conversation import (
    BEFORE_STOP,
    MANNERED,
    STOP,
    SYSTEM,
    conversation,
    harbours,
    stopped,
)
from messages_conformance.probing.shared_plain import (
    DICTATION,
    ENOUGH,
    NO_MODEL,
    PLAIN,
    THOUGHTFUL,
    WORDS,
    freely,
    out_of_range,
    warm_and_streamed,
    wording,
)
from messages_conformance.probing.shared_tools import (
    BOTH,
    FITTING,
    called,
    called_in_a_stream,
    described,
)
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Behaviour, Kind

HELLO = "Say hello."
STOP_WORD = WORDS[2]
ALIKE = "events fold to what plain answers say"
UNREACHABLE_SERVER = "mcp.invalid"
USER = "user_17:session/4b1d"
"""An opaque name, with characters that clients do use."""


@row("basic/model")
def model_is_the_one_asked_for(ask: Ask) -> ProbeRun:
    """The model asked for answers, and a name that is no model is refused.

    To mend: put the name of the model that answered into the message's `model`, and answer
    404 `not_found_error` to a name you do not serve instead of serving another model.
    """
    known: Exchange = yield ask(**PLAIN)
    unknown: Exchange = yield ask.invalid(**PLAIN, model=NO_MODEL)
    name = str(named(known))
    if not (
        name.startswith(ask.model.id) or ask.model.id.startswith(name) or ask.model.is_named(name)
    ):
        return broken(f"asked for {ask.model.id!r}, and {name!r} answered", known)
    if unknown.answered:
        return ignored("a model that does not exist is served as well", known, unknown)
    return works(f"{name!r} answered; a model that does not exist: {seen(unknown)}", known, unknown)


def named(exchange: Exchange) -> object:
    """The model that an answer says is its own."""
    return (exchange.message or {}).get("model")


@row("basic/max_tokens")
def max_tokens_cuts_and_says_so(ask: Ask) -> ProbeRun:
    """Generation ends at `max_tokens`, with `stop_reason` `max_tokens`.

    To mend: count generated tokens (thinking included), stop at the limit, and report
    `stop_reason: "max_tokens"` rather than `end_turn`.
    """
    short: Exchange = yield ask(**PLAIN)
    if short.stop_reason == "max_tokens":
        allowed, used = PLAIN["max_tokens"], short.usage("output_tokens")
        if used <= allowed:
            return works(f"cut after {used} tokens, and said so", short)
        return partial(f"{allowed} tokens were allowed, and {used} are reported", short)
    counting = "Count from 1 to 40, separated by spaces."
    cut: Exchange = yield ask(counting, max_tokens=8)
    if tells(cut, "40"):
        return ignored("eight tokens were allowed, and it counted to 40", cut)
    if cut.stop_reason == "max_tokens" and cut.usage("output_tokens") <= 8:
        return works(f"cut after {cut.usage('output_tokens')} tokens, and said so", cut)
    if cut.stop_reason == "max_tokens":
        return partial(f"cut, but {cut.usage('output_tokens')} output tokens are reported", cut)
    longer: Exchange = yield ask.control(counting, max_tokens=160)
    if tells(longer, "40"):
        return partial(f"cut, but stop_reason says {cut.stop_reason!r}", cut, longer)
    return unclear("the model does not count to 40 when it may", cut, longer)


@row("basic/container")
def container_is_used(ask: Ask) -> ProbeRun:
    """`container` names a container to run code in; the answer tells which one was used.

    To mend: refuse the field with 400 if there are no containers, or report the one used in
    the message's `container`.
    """
    named: Exchange = yield ask(HELLO, container="container_conformance")
    if (named.message or {}).get("container"):
        return works("the answer reports the container it used", named)
    return ignored("accepted, and no container is reported", named)


@row("basic/mcp_servers")
def mcp_servers_are_contacted(ask: Ask) -> ProbeRun:
    """`mcp_servers` makes the endpoint connect to those servers and offer their tools.

    The one named here cannot exist, so an endpoint that honours the field must complain of
    it. To mend: refuse the field with 400 if it is not supported.
    """
    server = {"type": "url", "url": f"https://{UNREACHABLE_SERVER}/sse", "name": "nowhere"}
    named: Exchange = yield ask.invalid(
        HELLO,
        mcp_servers=[server],
        tools=[{"type": "mcp_toolset", "mcp_server_name": "nowhere"}],
        headers={"anthropic-beta": "mcp-client-2025-11-20"},
    )
    if named.answered:
        return ignored("a server that does not exist was accepted without complaint", named)
    if not named.refused:
        return broken(seen(named), named)
    tried = named.error and any(
        word in named.error.message for word in (UNREACHABLE_SERVER, "onnect")
    )
    return works(f"it tried to connect: {seen(named)}", named) if tried else refused(named)


@row("basic/metadata")
def metadata_is_read(ask: Ask) -> ProbeRun:
    """`metadata.user_id` is accepted, and is a string.

    Nothing shows what becomes of it, so the proof that it is read is that a malformed one
    is refused. To mend: validate it, or refuse the field with 400 if it is not supported.
    """
    return (
        yield from validated(
            ask(HELLO, metadata={"user_id": USER}),
            ask.invalid(HELLO, metadata={"user_id": {"not": "a string"}}),
            "metadata",
        )
    )


@row("basic/service_tier")
def service_tier_is_read(ask: Ask) -> ProbeRun:
    """`service_tier` chooses between `auto` and `standard_only`; other values are refused.

    To mend: validate it and report the tier used in `usage.service_tier`, or refuse the
    field with 400 if it is not supported.
    """
    return (
        yield from validated(
            ask(HELLO, service_tier="standard_only"),
            ask.invalid(HELLO, service_tier="no-such-tier"),
            "service_tier",
        )
    )


@row("basic/stop_sequences")
def stop_sequence_stops_and_is_named(ask: Ask) -> ProbeRun:
    """Generation ends before a stop sequence, which `stop_sequence` then names.

    To mend: leave the sequence out of the text, set `stop_reason: "stop_sequence"` and
    `stop_sequence` to the one that matched.
    """
    yes = "stops before the sequence, leaves it out and names it"
    no = "the text runs on past the stop sequence"
    everything, among = stopped()
    yield ask.invalid(**everything)
    listed: Exchange = yield ask.invalid(**among)
    if runs_on(listed, STOP):
        return ignored(no, listed)
    if not missing_of_stop(listed, STOP) and tells(listed, BEFORE_STOP):
        return works(yes, listed)
    tries: list[Exchange] = []
    short: list[Exchange] = []
    while len(tries) < 3 and len(short) < 2:
        dictated: Exchange = yield ask(**DICTATION, stop_sequences=[STOP_WORD])
        tries.append(dictated)
        if runs_on(dictated, STOP_WORD):
            return ignored(no, *tries)
        missing = missing_of_stop(dictated, STOP_WORD)
        if not missing and tells(dictated, WORDS[0]) and not short:
            return works(yes, *tries)
        if missing and ends_before_stop(dictated):
            short.append(dictated)
    # Once, it may also have ended there by itself.
    free: Exchange = yield ask.control(**DICTATION)
    if len(short) < 2 or not tells(free, " ".join(WORDS)):
        return unclear("the model does not repeat the words time and again", *tries, free)
    lacking = missing_of_stop(short[0], STOP_WORD)
    said = f"it stops, but {' and '.join(lacking.values())}"
    return partial(said, *short, free, lacking=tuple(lacking))


def runs_on(exchange: Exchange, stop: str) -> bool:
    """Whether an answer says something after a stop sequence."""
    return bool(exchange.text.partition(stop)[2].strip())


def ends_before_stop(dictated: Exchange) -> bool:
    """Whether an answer is the dictation up to the stop sequence, or up to its end."""
    said = dictated.text.replace(STOP_WORD, "").strip()
    return said == " ".join(WORDS[: WORDS.index(STOP_WORD)])


def missing_of_stop(ended: Exchange, stop: str) -> dict[str, str]:
    """What an answer lacks that ended before a stop sequence, in words by its tag."""
    named = (ended.message or {}).get("stop_sequence")
    lacks = (
        ("text", "the sequence is left in the text", tells(ended, stop)),
        (
            "stop_reason",
            f"stop_reason says {ended.stop_reason!r}",
            ended.stop_reason != "stop_sequence",
        ),
        ("stop_sequence", f"stop_sequence says {named!r}", named != stop),
    )
    return {tag: what for tag, what, is_so in lacks if is_so}


@row("basic/stream")
def stream_folds_to_the_same_message(ask: Ask) -> ProbeRun:
    """`stream: true` answers with events that add up to what the plain answer says.

    So for text, for a tool call and, where the model thinks, for thinking. To mend: answer
    `text/event-stream`; begin with `message_start`, end with `message_stop`; report the same
    `stop_reason` and input tokens as without streaming, and lose no block.
    """
    words = ask.control(**PLAIN), ask(**PLAIN, stream=True)
    plain, warm, calling = yield [words[0], warm_and_streamed(ask), called_in_a_stream(ask)]
    streamed = warm if warm.streamed else (yield words[1])
    behaviour = yield from same_when_streamed(plain, streamed, *words)
    thought = bool(calling.blocks("thinking")) or not ask.model.thinks
    called_both = sorted(called(calling)) == FITTING and calling.stop_reason == "tool_use"
    shows_all = calling.streamed and thought and called_both and named(calling) == named(warm)
    if behaviour.kind is not Kind.WORKS or shows_all:
        return behaviour
    calls = ask.control(BOTH, tools=described()), ask(BOTH, tools=described(), stream=True)
    called_plain, called_streamed = yield calls
    behaviour = yield from same_when_streamed(called_plain, called_streamed, *calls)
    if behaviour.kind is not Kind.WORKS or thought:
        return behaviour
    thoughts = ask.invalid(**THOUGHTFUL), ask(**THOUGHTFUL, stream=True)
    thoughtful: Exchange = yield thoughts[0]
    if not thoughtful.answered:
        return behaviour
    return (yield from same_when_streamed(thoughtful, (yield thoughts[1]), *thoughts))


def same_when_streamed(
    plain: Exchange, streamed: Exchange, control: Question, tested: Question
) -> ProbeRun:
    """A streamed answer says what the plain one says; to be sure, both may be asked again."""
    if not streamed.streamed:
        return ignored("answered with one JSON body instead of events", streamed)
    if unlike := unlike_when_streamed(plain, streamed):
        return partial(f"streams, but {'; '.join(unlike)}", plain, streamed)
    return (yield from lost(plain, streamed, tested, control))


def lost(plain: Exchange, streamed: Exchange, tested: Question, control: Question) -> ProbeRun:
    """A stream of other blocks has lost something, or the model answered otherwise this time."""
    told = f"{block_types(streamed)} streamed and {block_types(plain)} plain"

    def otherwise(exchange: Exchange) -> bool:
        return block_types(exchange) != block_types(plain)

    if not otherwise(streamed):
        return works(ALIKE, plain, streamed)
    blame = yield from only_with_it(otherwise, streamed, tested, control)
    if blame.due:
        return partial(f"streams, but time and again the answer holds {told}", *blame.all)
    if blame.settled:
        return works(ALIKE, plain, *blame.all)
    return unclear(f"the answer holds {told}, and at times the reverse", plain, *blame.all)


def block_types(exchange: Exchange) -> list[str]:
    """The types of an answer's blocks, in order."""
    return [str(block.get("type")) for block in (exchange.message or {}).get("content", ())]


def unlike_when_streamed(plain: Exchange, streamed: Exchange) -> list[str]:
    """What an answer says of itself otherwise streamed than plain, where it is the same."""
    said = [
        ("input tokens", plain.prompt_tokens, streamed.prompt_tokens),
        ("model", named(plain), named(streamed)),
    ]
    if plain.text == streamed.text:
        said.append(("stop_reason", plain.stop_reason, streamed.stop_reason))
    return [
        f"{what} is {one!r} plain and {other!r} streamed"
        for what, one, other in said
        if one != other
    ]


@row("basic/system")
def system_reaches_the_model(ask: Ask) -> ProbeRun:
    """`system` instructs the model, as a string and as a list of text blocks.

    To mend: put both forms in front of the conversation as the system prompt.
    """
    fact = f"The harbour code is {SYSTEM}."
    asked = "What is the harbour code? Answer with the code only."

    def carried_as(form: str, system: object) -> ProbeRun:
        return carried(
            ask(asked, system=system),
            canary=SYSTEM,
            what=f"system as {form}",
            # A chat template may well have words of its own where it is given none.
            without=ask.control(asked, system="Help."),
            plainly=ask.control(f"{fact} {asked}"),
        )

    everywhere, manner = yield [ask.invalid(**conversation()), ask.invalid(**harbours())]
    if tells(everywhere, SYSTEM):
        string = works(f"the model told what only system holds: {SYSTEM!r}", everywhere)
    else:
        string = yield from carried_as("a string", fact)
    if tells(manner, MANNERED):
        blocks = works(f"the model begins as only system tells it to: {MANNERED!r}", manner)
    else:
        blocks = yield from carried_as("a list of blocks", [text(fact)])
    if string.kind is blocks.kind:
        return string
    good, bad = (string, blocks) if string.kind is Kind.WORKS else (blocks, string)
    if good.kind is Kind.WORKS and bad.kind is Kind.IGNORED:
        return partial(f"{good.summary}; but {bad.summary}", *bad.exchanges)
    return bad


@row("basic/temperature")
def temperature_governs_variety(ask: Ask) -> ProbeRun:
    """Low temperature repeats itself, high temperature does not, and the range is kept to.

    To mend: pass the value to the sampler unscaled; answer 400 outside the documented range.
    """
    limits = ask.row.range or Range(0.0, 1.0)
    high = 1.0 if limits.maximum is None else limits.maximum
    cold = ask(**{**PLAIN, "temperature": lowest(limits)})
    hot = ask(**{**PLAIN, "temperature": high * 0.9 if limits.excludes_maximum else high})
    free = yield from freely(ask)
    if len(set(map(wording, free))) > 1:
        behaviour = yield from narrowed(cold, free, ask.control(**PLAIN), "temperature")
        warm: Exchange = yield warm_and_streamed(ask)
        wide = [warm] if warm.answered else []
    else:
        wide = yield [hot] * ENOUGH
        behaviour = yield from narrowed(cold, wide, hot, "temperature")
    repeated = {wording(exchange) for exchange in behaviour.exchanges[: NARROW[0]]}
    if repeated.issuperset(map(wording, wide)):
        if len(wide) < ENOUGH:
            wide = yield [hot] * ENOUGH
        if len(set(map(wording, wide))) == 1:
            return ignored("answers repeat, however high it is set", *wide)
    return (yield from held(ask, behaviour, out_of_range(ask, "temperature")))


def lowest(limits: Range) -> float:
    """The least temperature within the documented range, which may leave its minimum out."""
    start = limits.minimum or 0.0
    return start + 0.01 if limits.excludes_minimum else start


@row("basic/thinking")
def thinking_is_switched_on_and_off(ask: Ask) -> ProbeRun:
    """`enabled` makes the model think before it answers; `disabled` and silence make it not.

    To mend: return the reasoning as a `thinking` block before the text, never inside the
    text, and no such block, not even an empty one, when it is disabled or not asked for.
    """
    on: Exchange = yield ask(**THOUGHTFUL)
    off: Exchange = yield ask(**PLAIN, thinking={"type": "disabled"})
    unasked: Exchange = yield ask(**PLAIN)
    thought = [block for block in on.blocks("thinking") if block.get("thinking")]
    if tells(on, "<think>") or tells(on, "</think>"):
        return broken("the reasoning stands in the text, between <think> tags", on)
    if not thought:
        return ignored("enabled, and no thinking came back", on, off)
    if off.blocks("thinking"):
        return partial(
            "thinks when enabled, but when disabled as well", on, off, lacking=("disabled",)
        )
    if unasked.blocks("thinking"):
        return partial("thinks when enabled, but unasked as well", on, unasked)
    return works("thinks when enabled, and not when disabled", on, off)


@row("basic/thinking/display")
def thoughts_can_be_left_out(ask: Ask) -> ProbeRun:
    """With `display: omitted` a thinking block comes signed and without its text.

    To mend: leave the text out and keep the signature, by which the thought can be taken back.
    """
    omitted = {**THOUGHTFUL["thinking"], "display": "omitted"}
    answers = yield [
        ask(**{**THOUGHTFUL, "thinking": omitted}, stream=stream or None)
        for stream in (False, True)
    ]
    for answer in answers:
        if any(block.get("thinking") for block in answer.blocks("thinking")):
            return ignored("the thoughts were displayed all the same", answer)
        if not any(block.get("signature") for block in answer.blocks("thinking")):
            return partial("no thinking block with a signature was left", answer)
    return works("thinking blocks come signed and empty, streamed or not", *answers)


@row("basic/top_k")
def top_k_narrows_the_choice(ask: Ask) -> ProbeRun:
    """`top_k: 1` always takes the likeliest word, so the same request repeats itself.

    To mend: pass the value to the sampler.
    """
    free = yield from freely(ask)
    return (yield from narrowed(ask(**PLAIN, top_k=1), free, ask.control(**PLAIN), "top_k"))


@row("basic/top_p")
def top_p_narrows_the_choice(ask: Ask) -> ProbeRun:
    """A tiny `top_p` leaves only the likeliest word; the documented range is kept to.

    To mend: pass the value to the sampler; answer 400 outside the documented range.
    """
    free = yield from freely(ask)
    narrow = ask(**PLAIN, top_p=0.01)
    behaviour = yield from narrowed(narrow, free, ask.control(**PLAIN), "top_p")
    return (yield from held(ask, behaviour, out_of_range(ask, "top_p", stream=True)))


def held(ask: Ask, behaviour: Behaviour, beyond: Question) -> ProbeRun:
    """A field that works is also held against its range, where the page documents one.

    That is, against its upper end: nobody sends anything below zero.
    """
    if ask.row.range is None or behaviour.kind is not Kind.WORKS:
        return behaviour
    return (yield from bounded(behaviour, beyond, str(ask.row.range)))
