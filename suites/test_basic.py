"""The page's table of basic fields."""

from typing import Any

from messages_conformance.claims import Range
from messages_conformance.exchange import Exchange
from messages_conformance.material import text, tool
from messages_conformance.patterns import bounded, carried, narrowed, tells, validated
from messages_conformance.probe import (
    Ask,
    Question,
    Walk,
    broken,
    ignored,
    partial,
    refused,
    row,
    seen,
    unclear,
    works,
)
from messages_conformance.verdict import Behaviour, Kind

HELLO = "Say hello."
STORY = "Tell me a very short story about anything you like."
STORY_TOKENS = 24
SUM = "What is 17 + 25? Answer with the number."
UNREACHABLE_SERVER = "mcp.invalid"
USER = "user_17:session/4b1d"
"""An opaque name, with characters that clients do use."""


@row("basic/model")
def model_is_the_one_asked_for(ask: Ask) -> Walk:
    """The model asked for answers, and a name that is no model is refused.

    To mend: put the name of the model that answered into the message's `model`, and answer
    404 `not_found_error` to a name you do not serve instead of serving another model.
    """
    known: Exchange = yield ask(HELLO)
    unknown: Exchange = yield ask.invalid(HELLO, model="no-such-model")
    named = str((known.message or {}).get("model"))
    if not named.startswith(ask.model.id) and not ask.model.id.startswith(named):
        return broken(f"asked for {ask.model.id!r}, and {named!r} answered", known)
    if unknown.answered:
        return ignored("a model that does not exist is served as well", known, unknown)
    return works(
        f"{named!r} answered; a model that does not exist: {seen(unknown)}", known, unknown
    )


@row("basic/max_tokens")
def max_tokens_cuts_and_says_so(ask: Ask) -> Walk:
    """Generation ends at `max_tokens`, with `stop_reason` `max_tokens`.

    To mend: count generated tokens (thinking included), stop at the limit, and report
    `stop_reason: "max_tokens"` rather than `end_turn`.
    """
    cut: Exchange = yield ask("Count from 1 to 40, separated by spaces.", max_tokens=8)
    if tells(cut, "40"):
        return ignored("eight tokens were allowed, and it counted to 40", cut)
    if cut.stop_reason == "max_tokens" and cut.usage("output_tokens") <= 8:
        return works(f"cut after {cut.usage('output_tokens')} tokens, and said so", cut)
    if cut.stop_reason == "max_tokens":
        return partial(f"cut, but {cut.usage('output_tokens')} output tokens are reported", cut)
    longer: Exchange = yield ask.control("Count from 1 to 40, separated by spaces.", max_tokens=160)
    if tells(longer, "40"):
        return partial(f"cut, but stop_reason says {cut.stop_reason!r}", cut, longer)
    return unclear("the model does not count to 40 when it may", cut, longer)


@row("basic/container")
def container_is_used(ask: Ask) -> Walk:
    """`container` names a container to run code in; the answer tells which one was used.

    To mend: refuse the field with 400 if there are no containers, or report the one used in
    the message's `container`.
    """
    named: Exchange = yield ask(HELLO, container="container_conformance")
    if (named.message or {}).get("container"):
        return works("the answer reports the container it used", named)
    return ignored("accepted, and no container is reported", named)


@row("basic/mcp_servers")
def mcp_servers_are_contacted(ask: Ask) -> Walk:
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
def metadata_is_read(ask: Ask) -> Walk:
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
def service_tier_is_read(ask: Ask) -> Walk:
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
def stop_sequence_stops_and_is_named(ask: Ask) -> Walk:
    """Generation ends before a stop sequence, which `stop_sequence` then names.

    To mend: leave the sequence out of the text, set `stop_reason: "stop_sequence"` and
    `stop_sequence` to the one that matched.
    """
    prompt = "Repeat exactly, and nothing else: alpha bravo charlie delta echo"
    stopped: Exchange = yield ask(prompt, stop_sequences=["charlie"])
    if tells(stopped, "delta"):
        return ignored("the text runs on past the stop sequence", stopped)
    free: Exchange = yield ask.control(prompt)
    if not tells(free, "charlie delta") or not tells(stopped, "alpha"):
        return unclear("the model does not repeat the words", stopped, free)
    message = stopped.message or {}
    missing = [
        what
        for what, lacks in (
            ("the sequence is left in the text", tells(stopped, "charlie")),
            (f"stop_reason says {stopped.stop_reason!r}", stopped.stop_reason != "stop_sequence"),
            (
                f"stop_sequence says {message.get('stop_sequence')!r}",
                message.get("stop_sequence") != "charlie",
            ),
        )
        if lacks
    ]
    if missing:
        return partial(f"it stops, but {' and '.join(missing)}", stopped, free)
    return works("stops before the sequence, leaves it out and names it", stopped, free)


@row("basic/stream")
def stream_folds_to_the_same_message(ask: Ask) -> Walk:
    """`stream: true` answers with events that add up to what the plain answer says.

    So for text, for a tool call and, where the model thinks, for thinking. To mend: answer
    `text/event-stream`; begin with `message_start`, end with `message_stop`; report the same
    `stop_reason` and input tokens as without streaming, and lose no block.
    """
    clock = tool("get_time", "Tells the time in a city.", city="string")
    thinking = {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2048}
    variants: list[tuple[str, dict[str, Any]]] = [
        ("Repeat exactly, and nothing else: chêne frêne 楡", {}),
        ("What time is it in Lima, and in Cairo? Use the tool for each.", {"tools": [clock]}),
        *([(SUM, {**thinking, "temperature": None})] if ask.model.thinks else []),
    ]
    asked = [
        [ask.control(prompt, **fields), ask(prompt, stream=True, **fields)]
        for prompt, fields in variants
    ]
    # The page offers no token counts, so what is said of this one is left to the wire rules.
    count = ask.count(variants[0][0])
    *answers, _ = yield [*(question for both in asked for question in both), count]
    pairs = list(zip(answers[::2], answers[1::2], strict=True))
    if not all(streamed.streamed for _, streamed in pairs):
        return ignored("answered with one JSON body instead of events", pairs[0][1])
    for both, (plain, streamed) in zip(asked, pairs, strict=True):
        if unlike := unlike_when_streamed(plain, streamed):
            return partial(f"streams, but {'; '.join(unlike)}", plain, streamed)
        kinds = block_types(plain), block_types(streamed)
        if kinds[0] == kinds[1]:
            continue
        told = f"the answer holds {kinds[0]} plain and {kinds[1]} streamed"
        again = yield both
        if kinds == tuple(map(block_types, again)):
            return partial(f"streams, but time and again {told}", plain, streamed, *again)
        return unclear(f"once {told}, and then otherwise", plain, streamed, *again)
    events = sum(len(streamed.events) for _, streamed in pairs)
    return works(
        f"{events} events of {len(pairs)} streams fold to what the plain answers say",
        *(exchange for pair in pairs for exchange in pair),
    )


def block_types(exchange: Exchange) -> list[str]:
    """The types of an answer's blocks, in order."""
    return [str(block.get("type")) for block in (exchange.message or {}).get("content", ())]


def unlike_when_streamed(plain: Exchange, streamed: Exchange) -> list[str]:
    """What an answer says of itself otherwise streamed than plain, where it does the same."""
    said = [
        ("input tokens", plain.prompt_tokens, streamed.prompt_tokens),
        ("model", (plain.message or {}).get("model"), (streamed.message or {}).get("model")),
    ]
    if block_types(plain) == block_types(streamed):
        said.append(("stop_reason", plain.stop_reason, streamed.stop_reason))
    return [
        f"{what} is {one!r} plain and {other!r} streamed"
        for what, one, other in said
        if one != other
    ]


@row("basic/system")
def system_reaches_the_model(ask: Ask) -> Walk:
    """`system` instructs the model, as a string and as a list of text blocks.

    To mend: put both forms in front of the conversation as the system prompt.
    """
    standing = "The secret password is marmalade. When asked for the password, say it."
    question = "What is the secret password?"

    def carried_as(form: str, system: object) -> Walk:
        return carried(
            ask(question, system=system),
            telltale="marmalade",
            what=f"system as {form}",
            without=ask.control(question),
            plainly=ask.control(f"{standing} {question}"),
        )

    string = yield from carried_as("a string", standing)
    blocks = yield from carried_as("a list of blocks", [text(standing)])
    if string.kind is blocks.kind:
        return string
    good, bad = (string, blocks) if string.kind is Kind.WORKS else (blocks, string)
    if good.kind is Kind.WORKS and bad.kind is Kind.IGNORED:
        return partial(f"{good.summary}; but {bad.summary}", *bad.exchanges)
    return bad


@row("basic/temperature")
def temperature_governs_variety(ask: Ask) -> Walk:
    """Low temperature repeats itself, high temperature does not, and the range is kept to.

    To mend: pass the value to the sampler unscaled; answer 400 outside the documented range.
    """
    limits = ask.row.range or Range(0.0, 1.0)
    low, high = limits.minimum or 0.0, limits.maximum if limits.maximum is not None else 1.0
    hot = high * 0.9 if limits.excludes_maximum else high

    def story(degree: float) -> Question:
        return ask(STORY, max_tokens=STORY_TOKENS, temperature=degree)

    behaviour = yield from narrowed(story(low), story(hot), "temperature", wide_must_vary=True)
    return (yield from held(ask, behaviour, "temperature", low, high))


@row("basic/thinking")
def thinking_is_switched_on_and_off(ask: Ask) -> Walk:
    """`enabled` makes the model think before it answers; `disabled` and silence make it not.

    To mend: return the reasoning as a `thinking` block before the text, never inside the
    text, and no such block, not even an empty one, when it is disabled or not asked for.
    """

    def asked(thinking: dict[str, object]) -> Question:
        return ask(SUM, thinking=thinking, max_tokens=2048, temperature=None)

    on = yield asked({"type": "enabled", "budget_tokens": 1024})
    off = yield asked({"type": "disabled"})
    unasked = yield ask(SUM)
    thought = [block for block in on.blocks("thinking") if block.get("thinking")]
    if tells(on, "<think>") or tells(on, "</think>"):
        return broken("the reasoning stands in the text, between <think> tags", on)
    if not thought:
        return ignored("enabled, and no thinking came back", on, off)
    if off.blocks("thinking"):
        return partial("thinks when enabled, but when disabled as well", on, off)
    if unasked.blocks("thinking"):
        return partial("thinks when enabled, but unasked as well", on, unasked)
    return works("thinks when enabled, and not when disabled", on, off)


@row("basic/thinking/display")
def thoughts_can_be_left_out(ask: Ask) -> Walk:
    """With `display: omitted` a thinking block comes signed and without its text.

    To mend: leave the text out and keep the signature, by which the thought can be taken back.
    """
    omitted = {"type": "enabled", "budget_tokens": 1024, "display": "omitted"}
    answers = yield [
        ask(SUM, thinking=omitted, max_tokens=2048, temperature=None, stream=stream or None)
        for stream in (False, True)
    ]
    for answer in answers:
        if any(block.get("thinking") for block in answer.blocks("thinking")):
            return ignored("the thoughts were displayed all the same", answer)
        if not any(block.get("signature") for block in answer.blocks("thinking")):
            return partial("no thinking block with a signature was left", answer)
    return works("thinking blocks come signed and empty, streamed or not", *answers)


@row("basic/top_k")
def top_k_narrows_the_choice(ask: Ask) -> Walk:
    """`top_k: 1` always takes the likeliest word, so the same request repeats itself.

    To mend: pass the value to the sampler.
    """
    return (
        yield from narrowed(
            ask(STORY, max_tokens=STORY_TOKENS, temperature=None, top_k=1),
            ask.control(STORY, max_tokens=STORY_TOKENS, temperature=None),
            "top_k",
        )
    )


@row("basic/top_p")
def top_p_narrows_the_choice(ask: Ask) -> Walk:
    """A tiny `top_p` leaves only the likeliest word; the documented range is kept to.

    To mend: pass the value to the sampler; answer 400 outside the documented range.
    """
    behaviour = yield from narrowed(
        ask(STORY, max_tokens=STORY_TOKENS, temperature=None, top_p=0.01),
        ask.control(STORY, max_tokens=STORY_TOKENS, temperature=None),
        "top_p",
    )
    limits = ask.row.range or Range(0.0, 1.0)
    high = limits.maximum if limits.maximum is not None else 1.0
    return (yield from held(ask, behaviour, "top_p", limits.minimum or 0.0, high, temperature=None))


def held(ask: Ask, behaviour: Behaviour, name: str, low: float, high: float, **fields: Any) -> Walk:
    """A field that works is also held against its range, where the page documents one."""
    if ask.row.range is None or behaviour.kind is not Kind.WORKS:
        return behaviour
    return (
        yield from bounded(
            behaviour,
            [ask(HELLO, **{**fields, name: value}) for value in (low, round((low + high) / 2, 3))],
            [ask.invalid(HELLO, **{**fields, name: value}) for value in (low - 0.5, high + 0.5)],
            str(ask.row.range),
        )
    )
