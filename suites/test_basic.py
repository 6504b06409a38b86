"""The page's table of basic fields."""

import re
from typing import Any

from messages_conformance.probing import (
    AUTO,
    BELL_PROMPT,
    COMPANY,
    COUNTS,
    CUT,
    MANNER_WORDS,
    MANY_TOKENS,
    PLAIN,
    SYSTEM_CODE,
    TOO_BUSY,
    TOOLS_BY_NAME,
    UNKNOWN_MODEL,
    Ask,
    Behaviour,
    Claim,
    Exactly,
    Exchange,
    Kind,
    ProbeRun,
    Question,
    also_accepted,
    also_among_all_codes,
    also_at_several_words,
    also_empty,
    also_in_company,
    also_spread,
    block_types,
    breakpoint_chain,
    broken,
    calls_stream,
    calls_stream_with_thinking,
    conversation,
    cut_streams,
    describe,
    dictation_streams,
    four_results_with_manner,
    ignored,
    inputs_stream,
    long_dictation,
    long_streams,
    model_of,
    own_words,
    partial,
    plays_along,
    prove_by_canary,
    prove_checked,
    prove_validated,
    refused,
    row,
    says,
    shows_both_calls,
    stops_at_codes,
    streamed_at_default_temperature,
    text,
    text_streams,
    thinking_streams,
    thinks_apart,
    two_calls_streamed,
    unclear,
    undictated,
    words_of,
    works,
)

HELLO = "Say hello."
UNREACHABLE_SERVER = "mcp.invalid"
USER = f"user:{'7f3a' * 16}/session:0b61c2de-4c1e-4f0b-9d55-2f8e31a7c604"
"""An opaque name as coding agents send it, far longer than most, and no mere word."""


FOREIGN_MODEL = "gpt-4o"
"""A well-known name of another vendor's model, as applications carry it over by mistake."""
DATED = re.compile(r"-(\d{8}|\d{4}-\d{2}-\d{2})")
PREFIX = re.compile(r".*[/,:]")
"""What gateways put in front of a model's name."""


@row("basic/model")
def model_is_the_one_asked_for(ask: Ask) -> ProbeRun:
    """The requested model answers under its name; unknown and foreign names are refused.

    To fix: put the name of the model that answered into the message's `model`, and answer
    404 `not_found_error` to a name you do not serve instead of serving another model.

    Instead: check names against a list of your own before you ask, and log the `model` of each
    answer.
    """
    known: Exchange = yield ask(**PLAIN)
    unknown, foreign, with_tools = yield [
        *(ask.invalid(**PLAIN, model=name) for name in (UNKNOWN_MODEL, FOREIGN_MODEL)),
        ask.shared(BELL_PROMPT, tools=TOOLS_BY_NAME, tool_choice=AUTO),
    ]
    name = str(model_of(known))
    if not ask.model.is_named(name) and not is_dated(name, ask.model.id):
        asked = f"asked for {ask.model.id!r}, and {name!r} answered"
        if PREFIX.sub("", name) == PREFIX.sub("", ask.model.id):
            return partial(f"{asked}: the same name with another prefix", known)
        return broken(asked, known)
    if unknown.answered:
        return ignored("a model that does not exist is served as well", known, unknown)
    if foreign.answered:
        summary = f"{FOREIGN_MODEL!r} is served as well, by {model_of(foreign)!r}"
        return partial(summary, foreign, known)
    if with_tools.answered and model_of(with_tools) != name:
        summary = f"{name!r} answered, but {model_of(with_tools)!r} where tools are offered"
        return partial(summary, known, with_tools)
    return works(
        f"{name!r} answered; a model that does not exist: {describe(unknown)}", known, unknown
    )


def is_dated(name: str, model: str) -> bool:
    """Whether a name is that of a model with the date of its version."""
    return name.startswith(model) and DATED.fullmatch(name.removeprefix(model)) is not None


@row("basic/max_tokens")
def max_tokens_cuts_and_says_so(ask: Ask) -> ProbeRun:
    """Generation ends at `max_tokens`, with `stop_reason` `max_tokens`.

    To fix: count generated tokens (thinking included), stop at the limit, and report
    `stop_reason: "max_tokens"` rather than `end_turn`.

    Instead: ask for a short answer in the prompt, and stop reading a stream when you have enough;
    budget by `usage.output_tokens`.

    Some pages leave thinking out of the count for some models; then that is what is looked for.

    Instead, if partial: take an answer as cut when `usage.output_tokens` reaches `max_tokens`,
    whatever `stop_reason` says.
    """
    story: Exchange = yield ask(**CUT)
    if story.stop_reason == "max_tokens":
        behaviour = yield from also_at_one_token(ask, (yield from counts_as_said(ask, story)))
        return (yield from also_at_many_tokens(ask, behaviour))
    if story.usage("output_tokens") > CUT["max_tokens"] and not thinks_apart(ask, story):
        again: Exchange = yield ask(**CUT)
        if (used := again.usage("output_tokens")) > CUT["max_tokens"]:
            allowed = CUT["max_tokens"]
            return ignored(f"{allowed} tokens were allowed, and {used} came", story, again)
    counting = "Count from 1 to 40, separated by spaces."
    short: Exchange = yield ask(counting, max_tokens=8)
    if says(short, "40"):
        return ignored("eight tokens were allowed, and it counted to 40", short)
    if short.stop_reason == "max_tokens":
        return cut_at(ask, 8, short)
    long: Exchange = yield ask.control(counting, max_tokens=160)
    if says(long, "40"):
        return partial(f"cut, but stop_reason is {short.stop_reason!r}", short, long)
    return (yield from cut_in_own_words(ask, short, long))


def also_at_one_token(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """What works, or `partial` where a limit of one token is refused, or not kept.

    Clients send it to see whether a key is good, or to fill a cache.
    """
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    answers: list[Exchange] = []
    for link in breakpoint_chain()[:4]:  # Each reads from the cache what the one before wrote.
        answers.append((yield ask.shared(**link)))
        if not answers[0].answered:
            return behaviour
    *others, one = answers
    if one.status is None or not others[-1].answered:
        return behaviour
    if is_short(ask, one):
        return behaviour
    last = breakpoint_chain()[3]
    again, longer = yield [ask.shared(**last), ask.shared(**{**last, "max_tokens": 40})]
    if again.status != one.status or is_short(ask, again) or not longer.answered:
        return behaviour
    came = f"{one.usage('output_tokens')} came" if one.answered else describe(one)
    return partial(f"{behaviour.summary}; but of one token allowed: {came}", one, again, longer)


def also_at_many_tokens(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """What works, or `partial` where a limit is refused that the page says the model takes."""
    tested, control = (ask.shared(**long_dictation(ask, roomy=roomy)) for roomy in (True, False))
    if behaviour.kind is not Kind.WORKS or tested == control:
        return behaviour
    first: Exchange = yield tested
    if first.answered or first.status is None:
        return behaviour
    allowed = f"with {MANY_TOKENS} tokens allowed"
    return (yield from also_accepted(behaviour, first, tested, control, allowed))


def is_short(ask: Ask, answer: Exchange) -> bool:
    """Whether an answer came that kept to one token, or its thinking does not count."""
    # An endpoint may charge a token for the end of an answer.
    return answer.answered and (answer.usage("output_tokens") <= 2 or thinks_apart(ask, answer))


def cut_in_own_words(ask: Ask, *others: Exchange) -> ProbeRun:
    """What the model says anyway, where that repeats, is cut at half of its tokens."""
    words = yield from own_words(ask)
    if words is None or words.stop_reason == "max_tokens" or words.usage("output_tokens") < 8:
        return unclear("the model neither counts to 40 nor repeats a whole answer", *others)
    half = words.usage("output_tokens") // 2
    cut: Exchange = yield ask(**undictated(ask, max_tokens=Exactly(half)))
    if cut.text == words.text:
        return ignored(f"{half} tokens were allowed, and the whole answer came", cut, words)
    if cut.stop_reason == "max_tokens":
        return cut_at(ask, half, cut)
    if words.text.startswith(cut.text):
        return partial(f"cut, but stop_reason is {cut.stop_reason!r}", cut, words)
    return unclear("the model does not begin the same answer again", cut, words)


def counts_as_said(ask: Ask, story: Exchange) -> ProbeRun:
    """A cut story; and thinking counts towards the limit where the page says so, and only there."""
    counts = ask.model.max_tokens_counts
    cut = cut_at(ask, CUT["max_tokens"], story)
    if cut.kind is not Kind.WORKS or not ask.model.thinks or counts is None:
        return cut
    limit = 8  # so few that a thought alone is more
    few = {**PLAIN, "max_tokens": limit}
    thought: Exchange = yield ask.shared(**few, thinking={"type": "enabled"})
    if not thought.blocks("thinking"):
        return cut
    if counts == "text" and thought.stop_reason == "max_tokens" and not thought.text.strip():
        summary = "thinking uses up max_tokens, and the page says that only the text counts"
        return partial(summary, thought, story)
    # A word is a token or more; an endpoint may charge a token or two for the end of an answer.
    spent = max(thought.usage("output_tokens"), len(words_of(thought).split()))
    if counts == "text_and_thinking" and spent > limit + 4:
        summary = f"{spent} tokens came of {limit} allowed, as thinking is not counted"
        return partial(summary, thought, story)
    return works(f"{cut.summary}; what it counts is as the page says", story, thought)


def cut_at(ask: Ask, limit: int, exchange: Exchange) -> Behaviour:
    """An answer that says it was cut; its usage must agree."""
    used = exchange.usage("output_tokens")
    if used and 4 * used < 3 * limit:
        summary = f"cut, but only {used} output tokens are reported of {limit} allowed"
        return partial(summary, exchange)
    if used > limit and thinks_apart(ask, exchange):
        return works(f"cut with stop_reason max_tokens, {used} tokens with the thinking", exchange)
    if used <= limit:
        return works(f"cut after {used} tokens, with stop_reason max_tokens", exchange)
    return partial(f"cut, but {used} output tokens are reported of {limit} allowed", exchange)


@row("basic/container")
def container_is_used(ask: Ask) -> ProbeRun:
    """`container` names a container to run code in; the answer says which one was used.

    To fix: refuse the field with 400 if there are no containers, or report the one used in
    the message's `container`.

    Instead: run the code in your application: offer a tool for it, and send back what it printed
    as a `tool_result`.
    """
    answer: Exchange = yield ask(HELLO, container="container_conformance")
    if (answer.message or {}).get("container"):
        return works("the answer reports the container it used", answer)
    return ignored("accepted, and no container is reported", answer)


@row("basic/mcp_servers")
def mcp_servers_are_contacted(ask: Ask) -> ProbeRun:
    """`mcp_servers` makes the endpoint connect to those servers and offer their tools.

    The server named here cannot exist, so an endpoint that honours the field must report
    that. To fix: refuse the field with 400 if it is not supported.

    Instead: connect to the MCP server in your application, offer its tools in `tools`, and run the
    calls yourself.
    """
    server = {"type": "url", "url": f"https://{UNREACHABLE_SERVER}/sse", "name": "nowhere"}
    answer: Exchange = yield ask.invalid(
        HELLO,
        mcp_servers=[server],
        tools=[{"type": "mcp_toolset", "mcp_server_name": "nowhere"}],
        headers={"anthropic-beta": "mcp-client-2025-11-20"},
    )
    if answer.refused and answer.error and answer.error.message.startswith("tools"):
        # It knows no such tool; the earlier form of the feature needs none.
        earlier = {"anthropic-beta": "mcp-client-2025-04-04"}
        answer = yield ask.invalid(HELLO, mcp_servers=[server], headers=earlier)
    if answer.answered:
        return ignored("a server that does not exist was accepted without an error", answer)
    if not answer.refused:
        return broken(describe(answer), answer)
    tried = answer.error and any(
        word in answer.error.message for word in (UNREACHABLE_SERVER, "onnect")
    )
    return works(f"it tried to connect: {describe(answer)}", answer) if tried else refused(answer)


@row("basic/metadata")
def metadata_is_read(ask: Ask) -> ProbeRun:
    """`metadata.user_id` is accepted, and must be a string.

    No answer shows what an endpoint does with it. The proof that it is read is that a malformed
    value is refused. To fix: validate it, or refuse the field with 400 if it is not supported.

    Instead: log in your application which user made which request.

    Instead, if refused: leave `metadata` out, and log in your application which user made which
    request.
    """
    malformed = ask.invalid(HELLO, metadata={"user_id": {"not": "a string"}})
    return (yield from validated(ask, "metadata", METADATA, malformed))


METADATA, TIER = {"user_id": USER}, "standard_only"


def validated(ask: Ask, field: str, value: object, malformed: Question) -> ProbeRun:
    """A field without an effect is read; where the page has it, two such fields share a request."""
    if ask.row.claim is Claim.SUPPORTED:
        both: Exchange = yield ask.shared(HELLO, metadata=METADATA, service_tier=TIER)
        if both.answered:
            return (yield from prove_checked(both, malformed, field))
    alone: dict[str, Any] = {field: value}
    return (yield from prove_validated(ask(HELLO, **alone), malformed, field))


@row("basic/service_tier")
def service_tier_is_read(ask: Ask) -> ProbeRun:
    """`service_tier` chooses between `auto` and `standard_only`; other values are refused.

    To fix: validate it and report the tier used in `usage.service_tier`, or refuse the
    field with 400 if it is not supported.

    Instead: leave `service_tier` out; choose the tier by key, plan or model.
    """
    malformed = ask.invalid(HELLO, service_tier="no-such-tier")
    return (yield from validated(ask, "service_tier", TIER, malformed))


# -- stop sequences


@row("basic/stop_sequences")
def stop_sequence_stops_and_is_named(ask: Ask) -> ProbeRun:
    """Generation ends before a stop sequence, and `stop_sequence` names it.

    To fix: leave the sequence out of the text, set `stop_reason: "stop_sequence"`, and set
    `stop_sequence` to the one that matched.

    Instead: look for the sequences in the text yourself, cut the text there, and stop reading the
    stream.

    Instead, if partial: do not branch on `stop_reason`; where you must know which sequence it was,
    ask with one at a time.
    """
    behaviour = yield from stops_at_codes(ask)
    behaviour = yield from also_at_several_words(ask, behaviour)
    return (yield from also_empty(ask, behaviour, "stop_sequences"))


# -- streams


@row("basic/stream")
def stream_folds_to_the_same_message(ask: Ask) -> ProbeRun:
    """`stream: true` answers with events that add up to what the plain answer says.

    That holds for text, for tool calls and, where the model thinks, for thinking. To fix: answer
    `text/event-stream`; begin with `message_start`, end with `message_stop`; report the same
    `stop_reason` and input tokens as without streaming, and lose no block.

    Instead: ask without `stream`, with a longer timeout.

    Instead, if partial: use the streamed text, and take what the stream gets wrong from a plain
    request; trust the last `usage`, not the first.
    """
    # The shared answer shows calls and thinking in one stream; what it lacks is asked for alone.
    plain, streamed, shared = yield [
        ask.control(**PLAIN),
        streamed_at_default_temperature(ask),
        two_calls_streamed(ask),
    ]
    behaviour = yield from text_streams(ask, plain, streamed)
    if behaviour.kind is Kind.WORKS:
        behaviour = (yield from dictation_streams(ask)) or behaviour
    thinking_shown = "thinking" in block_types(shared) or not ask.model.thinks
    calls_shown = shows_both_calls(shared) and model_of(shared) == model_of(streamed)
    if behaviour.kind is Kind.WORKS and not (calls_shown and thinking_shown):
        behaviour = yield from calls_stream(ask)
        if behaviour.kind is Kind.WORKS and not thinking_shown:
            behaviour = (yield from thinking_streams(ask)) or behaviour
    if behaviour.kind is Kind.WORKS:
        behaviour = (yield from inputs_stream(ask)) or behaviour
    if behaviour.kind is Kind.WORKS:
        behaviour = (yield from cut_streams(ask)) or behaviour
    if behaviour.kind is Kind.WORKS and not shows_both_calls(shared):
        behaviour = (yield from calls_stream_with_thinking(ask, shared)) or behaviour
    if behaviour.kind is Kind.WORKS:
        behaviour = (yield from long_streams(ask)) or behaviour
    return (yield from also_empty(ask, behaviour, "stream"))


# -- the system prompt


@row("basic/system")
def system_reaches_the_model(ask: Ask) -> ProbeRun:
    """`system` instructs the model, as a string and as a list of text blocks.

    To fix: put both forms in front of the conversation as the system prompt.

    Instead: put the instructions in front of the first user turn.

    Instead, if partial: send `system` in the form that works; a list of text blocks can be joined
    to one string.
    """
    fact = f"The harbour code is {SYSTEM_CODE}."
    # Two shared conversations have a system prompt, one in each form.
    company, manner_company = (
        ask.shared(**conversation()),
        ask.shared(**four_results_with_manner()),
    )
    codes, manner = yield [company, manner_company]
    if says(codes, SYSTEM_CODE):
        string = works(f"the model repeated what only system holds: {SYSTEM_CODE!r}", codes)
    else:
        string = yield from also_in_company(
            (yield from system_carries(ask, fact, "a string")),
            codes,
            company,
            without=ask.shared(**conversation(left_out="system")),
            is_shown=lambda exchange: says(exchange, SYSTEM_CODE),
            plays_along=plays_along,
            company_is=COMPANY,
        )
    if any(says(manner, word) for word in MANNER_WORDS):
        blocks = works("the model speaks as only blocks of system instruct it", manner)
    else:
        blocks = yield from system_carries(ask, ["Help.", fact], "a list of blocks")
    for number, word in enumerate(MANNER_WORDS, 1):
        if blocks.kind is Kind.WORKS and not says(manner, word):
            blocks = yield from also_in_company(
                blocks,
                manner,
                manner_company,
                without=ask.shared(**four_results_with_manner(left_out=word)),
                is_shown=lambda exchange, word=word: says(exchange, word),  # type: ignore[misc]
                plays_along=lambda exchange: all(n in exchange.text for n in COUNTS.values()),
                company_is="with tools",
                what=f"block {number} of {len(MANNER_WORDS)}",
            )
    if string.kind is blocks.kind:
        string = yield from also_at_length(ask, string, codes)
        string = yield from also_among_all_codes(ask, string, codes, "system beyond ASCII")
        string = yield from also_empty(ask, string, "system")
        return (yield from also_spread(ask, string))
    good, bad = (string, blocks) if string.kind is Kind.WORKS else (blocks, string)
    if good.kind is Kind.WORKS and bad.kind is Kind.IGNORED:
        return partial(f"{good.summary}; but {bad.summary}", *bad.exchanges)
    return bad


def also_at_length(ask: Ask, behaviour: Behaviour, first: Exchange) -> ProbeRun:
    """What works, or `partial` where a long system prompt is refused, and a short one is not."""
    is_refused = not first.answered and first.status not in (None, TOO_BUSY)
    if behaviour.kind is not Kind.WORKS or not is_refused:
        return behaviour
    long = conversation()
    brief = ask.shared(**conversation(long_system=False))
    what = f"with a system prompt of {len(long['system']):,} characters"
    return (yield from also_accepted(behaviour, first, ask.shared(**long), brief, what))


def system_carries(ask: Ask, system: str | list[str], form: str) -> ProbeRun:
    """A code in the system prompt, in one of its forms, reaches the model."""
    sent = system if isinstance(system, str) else [text(words) for words in system]
    question = "What is the harbour code? Answer with the code only."
    return prove_by_canary(
        ask(question, system=sent),
        canary=SYSTEM_CODE,
        what=f"system as {form}",
        # Not without any system prompt: a chat template may then add one of its own.
        control=ask.control(question, system="Help."),
        in_plain_text=ask.control(f"The harbour code is {SYSTEM_CODE}. {question}"),
    )
