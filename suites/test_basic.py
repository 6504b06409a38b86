"""The page's table of basic fields."""

import re
from typing import Any

from messages_conformance.probing import (
    CODE_BEFORE_STOP,
    COMPANY,
    COUNTS,
    DICTATED_WORDS,
    DICTATION,
    DICTATION_WITH_THINKING,
    EFFECT_TEST,
    FITTING_TOOLS,
    MANNER_WORD,
    NARROW_SAMPLES,
    OWN_WORDS,
    PLAIN,
    SEVERAL_WORDS,
    STOP_CODE,
    SYSTEM_CODE,
    TWO_TOOLS_PROMPT,
    UNKNOWN_MODEL,
    WIDE_SAMPLES,
    Ask,
    Behaviour,
    Exchange,
    Kind,
    ProbePart,
    ProbeRun,
    Question,
    Range,
    also_in_company,
    attribute,
    begun_dictation,
    broken,
    called_tools,
    calls_of,
    check_range,
    conversation,
    describe,
    dictated_calls,
    four_results_with_manner,
    ignored,
    out_of_range,
    own_words,
    partial,
    plays_along,
    prove_by_canary,
    prove_narrowed,
    prove_validated,
    refused,
    row,
    sample_widely,
    says,
    stopped_conversation,
    stopped_in_own_words,
    streamed_at_default_temperature,
    text,
    thinks_apart,
    tools_by_description,
    two_calls_streamed,
    unclear,
    words_of,
    works,
)

HELLO = "Say hello."
UNREACHABLE_SERVER = "mcp.invalid"
USER = "user_17:session/4b1d"
"""An opaque name, with characters that clients do use."""


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
    unknown, foreign = yield [
        ask.invalid(**PLAIN, model=name) for name in (UNKNOWN_MODEL, FOREIGN_MODEL)
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
    return works(
        f"{name!r} answered; a model that does not exist: {describe(unknown)}", known, unknown
    )


def is_dated(name: str, model: str) -> bool:
    """Whether a name is that of a model with the date of its version."""
    return name.startswith(model) and DATED.fullmatch(name.removeprefix(model)) is not None


def model_of(exchange: Exchange) -> object:
    """The model that an answer names."""
    return (exchange.message or {}).get("model")


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
    story: Exchange = yield ask(**PLAIN)
    if story.stop_reason == "max_tokens":
        return (yield from counts_as_said(ask, story))
    if story.usage("output_tokens") > PLAIN["max_tokens"] and not thinks_apart(ask, story):
        again: Exchange = yield ask(**PLAIN)
        if (used := again.usage("output_tokens")) > PLAIN["max_tokens"]:
            allowed = PLAIN["max_tokens"]
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


def cut_in_own_words(ask: Ask, *others: Exchange) -> ProbeRun:
    """What the model says anyway, where that repeats, is cut at half of its tokens."""
    words = yield from own_words(ask)
    if words is None or words.stop_reason == "max_tokens" or words.usage("output_tokens") < 8:
        return unclear("the model neither counts to 40 nor repeats a whole answer", *others)
    half = words.usage("output_tokens") // 2
    cut: Exchange = yield ask(**{**OWN_WORDS, "max_tokens": half})
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
    cut = cut_at(ask, PLAIN["max_tokens"], story)
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
    return prove_validated(
        ask(HELLO, metadata={"user_id": USER}),
        ask.invalid(HELLO, metadata={"user_id": {"not": "a string"}}),
        "metadata",
    )


@row("basic/service_tier")
def service_tier_is_read(ask: Ask) -> ProbeRun:
    """`service_tier` chooses between `auto` and `standard_only`; other values are refused.

    To fix: validate it and report the tier used in `usage.service_tier`, or refuse the
    field with 400 if it is not supported.

    Instead: leave `service_tier` out; choose the tier by key, plan or model.
    """
    return prove_validated(
        ask(HELLO, service_tier="standard_only"),
        ask.invalid(HELLO, service_tier="no-such-tier"),
        "service_tier",
    )


# -- stop sequences

STOP_WORD = DICTATED_WORDS[2]
STOPS = "stops before the sequence, leaves it out and names it"
RUNS_ON = "the text runs on past the stop sequence"


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
    return (yield from also_at_several_words(ask, behaviour))


def stops_at_codes(ask: Ask) -> ProbeRun:
    """A stop sequence that is one word stops, in a list of codes or else alone."""
    everything, listed = yield from stopped_list(ask)
    ended_before = says(listed, CODE_BEFORE_STOP) and not missing_of_stop(listed, STOP_CODE)
    if ended_before and not runs_on(listed, STOP_CODE):
        return works(STOPS, listed)
    alone: Behaviour = yield from stopped_in_dictation(ask)
    # Where it stops and does not say so, as some pages admit, only a text that is wrong tells more.
    text_is_wrong = runs_on(listed, STOP_CODE) or ends_too_early(listed, everything)
    says_less = alone.kind is Kind.PARTIAL and "text" not in alone.lacking and text_is_wrong
    if alone.kind is Kind.WORKS or says_less:
        return (yield from stopped_in_company(ask, alone, everything, listed))
    if alone.kind is Kind.UNCLEAR:
        return (yield from stops_in_own_words(ask, alone))
    return alone


def stopped_list(ask: Ask) -> ProbePart[tuple[Exchange, Exchange]]:
    """The model lists codes, which many rows share: all, and to be stopped at the last of five.

    They are asked one after another, as they begin a chain of cached prompts.
    """
    whole, stopped = stopped_conversation()
    everything: Exchange = yield ask.shared(**whole)
    listed: Exchange = yield ask.shared(**stopped)
    return everything, listed


def also_at_several_words(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """A stop sequence of several words, with white space between and after them, stops as well."""
    if behaviour.kind not in (Kind.WORKS, Kind.PARTIAL) or "text" in behaviour.lacking:
        return behaviour
    answers: list[Exchange] = [(yield ask.shared(**begun_dictation()))]
    begun = answers[0].answered
    if not begun:
        answers = [(yield ask.shared(**begun_dictation(begun=False)))]
    while comes_to_stop(answers[-1]) and len(answers) < EFFECT_TEST.most:
        answers.append((yield ask.shared(**begun_dictation(begun=begun))))
    if not comes_to_stop(answers[-1]):
        return behaviour
    wrong = missing_of_stop(answers[0], SEVERAL_WORDS)
    if not all(runs_on(one, SEVERAL_WORDS) for one in answers):
        # It may have ended there by itself.
        free: Exchange = yield ask.shared(**DICTATION)
        if SEVERAL_WORDS not in free.text or any(runs_on(one, SEVERAL_WORDS) for one in answers):
            return behaviour
        wrong = {tag: words for tag, words in wrong.items() if tag not in behaviour.lacking}
        answers.append(free)
    if not wrong:
        return behaviour
    summary = f"{behaviour.summary}; but with {SEVERAL_WORDS!r} as the last of three, "
    lacking = tuple(dict.fromkeys([*behaviour.lacking, *wrong])) if behaviour.lacking else ()
    return partial(f"{summary}{' and '.join(wrong.values())}", *answers, lacking=lacking)


def comes_to_stop(answer: Exchange) -> bool:
    """Whether an answer has the word before `SEVERAL_WORDS`, and is not what it should be."""
    before = DICTATED_WORDS[DICTATED_WORDS.index(SEVERAL_WORDS.split()[0]) - 1]
    ends_there = answer.text.strip().endswith(before) or runs_on(answer, SEVERAL_WORDS)
    return answer.answered and ends_there and bool(missing_of_stop(answer, SEVERAL_WORDS))


LAST_OF_FIVE = "as the last of five, in a conversation with tools and cache marks"


def stopped_in_company(
    ask: Ask, alone: Behaviour, everything: Exchange, listed: Exchange
) -> ProbeRun:
    """A stop sequence works alone; where it does not in company, the answers show it each time."""
    whole, stopped = stopped_conversation()
    if runs_on(listed, STOP_CODE):
        again = yield [ask.shared(**stopped)] * 2
        times = sum(runs_on(one, STOP_CODE) for one in (listed, *again))
        how = f"{LAST_OF_FIVE}, {RUNS_ON}" if times == 3 else f"{times} of 3 times {RUNS_ON}"
        return partial(f"{alone.summary}; but {how}", listed, *again, everything)
    tries, wholes = [listed], [everything]
    while len(tries) < EFFECT_TEST.most:
        listed_both = all(says(e, CODE_BEFORE_STOP) and says(e, STOP_CODE) for e in wholes)
        if not listed.answered or not listed_both:
            return alone
        tries.append((yield ask.shared(**stopped)))
        wholes.append((yield ask.shared(**whole)))
    if all(ends_too_early(one, everything) for one in tries):
        summary = f"{alone.summary}; but {LAST_OF_FIVE}, more than the sequence is taken out"
        return partial(summary, *tries, *wholes)
    missing = [missing_of_stop(one, STOP_CODE) for one in tries]
    listed_all = all(says(one, CODE_BEFORE_STOP) for one in tries)
    if listed_all and missing[0] and all(one == missing[0] for one in missing):
        summary = f"{alone.summary}; but {LAST_OF_FIVE}, {' and '.join(missing[0].values())}"
        return partial(summary, *tries, lacking=tuple(missing[0]))
    return alone


def ends_too_early(stopped: Exchange, whole: Exchange) -> bool:
    """Whether an answer begins as another, and lacks even the end of the code before the stop."""
    begun = stopped.text.strip()
    return bool(begun) and whole.text.startswith(begun) and not says(stopped, CODE_BEFORE_STOP)


def stopped_in_dictation(ask: Ask) -> ProbeRun:
    """The model repeats words and is stopped; up to three times, until two answers end there."""
    tries: list[Exchange] = []
    ended: list[Exchange] = []
    while len(tries) < 3 and len(ended) < 2:
        dictated: Exchange = yield ask(**DICTATION, stop_sequences=[STOP_WORD])
        tries.append(dictated)
        if runs_on(dictated, STOP_WORD):
            return ignored(RUNS_ON, *tries)
        missing = missing_of_stop(dictated, STOP_WORD)
        if not missing and says(dictated, DICTATED_WORDS[0]) and not ended:
            return works(STOPS, *tries)
        if missing and ends_before_stop(dictated):
            ended.append(dictated)
    # A single answer may also have ended there by itself.
    free: Exchange = yield ask.control(**DICTATION)
    if len(ended) < 2 or not says(free, " ".join(DICTATED_WORDS)):
        return unclear("the model does not repeat the words reliably", *tries, free)
    missing = missing_of_stop(ended[0], STOP_WORD)
    summary = f"it stops, but {' and '.join(missing.values())}"
    return partial(summary, *ended, free, lacking=tuple(missing))


def stops_in_own_words(ask: Ask, alone: Behaviour) -> ProbeRun:
    """What the model says anyway, where that repeats, is stopped at a word from its middle."""
    found = yield from stopped_in_own_words(ask)
    if found is None:
        return alone
    stop, stopped, words = found
    if stopped.text == words.text or runs_on(stopped, stop):
        return ignored(RUNS_ON, stopped, words)
    if stopped.text.replace(stop, "").strip() != words.text.partition(stop)[0].strip():
        return unclear("the model does not begin the same answer again", stopped, words)
    if missing := missing_of_stop(stopped, stop):
        summary = f"it stops, but {' and '.join(missing.values())}"
        return partial(summary, stopped, words, lacking=tuple(missing))
    return works(STOPS, stopped, words)


def runs_on(exchange: Exchange, stop: str) -> bool:
    """Whether an answer goes on after a stop sequence."""
    return bool(exchange.text.partition(stop)[2].strip())


def ends_before_stop(dictated: Exchange) -> bool:
    """Whether an answer is the dictation up to the stop sequence, with or without it."""
    dictation = dictated.text.replace(STOP_WORD, "").strip()
    return dictation == " ".join(DICTATED_WORDS[: DICTATED_WORDS.index(STOP_WORD)])


def missing_of_stop(exchange: Exchange, stop: str) -> dict[str, str]:
    """What is wrong with an answer that ended at a stop sequence, by the tag of each part."""
    reason = exchange.stop_reason
    named = (exchange.message or {}).get("stop_sequence")
    checks = (
        ("text", "the sequence is left in the text", says(exchange, stop)),
        ("stop_reason", f"stop_reason is {reason!r}", reason != "stop_sequence"),
        ("stop_sequence", f"stop_sequence is {named!r}", named != stop),
    )
    return {tag: problem for tag, problem, is_so in checks if is_so}


# -- streams

EQUAL = "the events add up to what the plain answer says"


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
    return behaviour


def shows_both_calls(streamed: Exchange) -> bool:
    """Whether a streamed answer calls the two tools that fit, and ends as calls do."""
    called_both = sorted(called_tools(streamed)) == FITTING_TOOLS
    whole = not any(kind.startswith(EMPTY) for kind in block_types(streamed))
    return streamed.streamed and called_both and whole and streamed.stop_reason == "tool_use"


def text_streams(ask: Ask, plain: Exchange, streamed: Exchange) -> ProbeRun:
    """Text is the same streamed, whether with the default temperature set or without any."""
    control, tested = ask.control(**PLAIN), ask(**PLAIN, stream=True)
    if not streamed.streamed:
        streamed = yield tested
    return (yield from compare_streamed(plain, streamed, control, tested))


def dictation_streams(ask: Ask) -> ProbePart[Behaviour | None]:
    """Words that are dictated are the same streamed, to the last blank; None where they are."""
    control, tested = ask.control(**DICTATION), ask(**DICTATION, stream=True)
    plain, streamed = yield [control, tested]
    if streamed.text == plain.text:
        return None

    def says_otherwise(exchange: Exchange) -> bool:
        return exchange.text != str(plain.text)

    attribution = yield from attribute(says_otherwise, streamed, tested, control)
    if not attribution.to_endpoint:
        return None
    summary = f"streams, but {plain.text!r} comes as {streamed.text!r}"
    return partial(summary, plain, *attribution.exchanges)


def calls_stream(ask: Ask) -> ProbeRun:
    """Calls of tools are the same streamed."""
    tools = tools_by_description()
    control = ask.control(TWO_TOOLS_PROMPT, tools=tools)
    tested = ask(TWO_TOOLS_PROMPT, tools=tools, stream=True)
    plain, streamed = yield [control, tested]
    return (yield from compare_streamed(plain, streamed, control, tested))


def inputs_stream(ask: Ask) -> ProbePart[Behaviour | None]:
    """Two calls with large inputs, and the text before them, are the same streamed.

    None where they are, or nothing is called.
    """
    control, tested = ask.shared(**dictated_calls()), ask.shared(**dictated_calls(), stream=True)
    plain, streamed = yield [control, tested]
    if not calls_of(plain) or not streamed.answered:
        return None
    for of, what in ((calls_of, "the call"), (text_of, "the text before a call")):
        expected = of(plain)
        if not expected or of(streamed) == expected:
            continue

        def says_otherwise(exchange: Exchange, of: Any = of, expected: object = expected) -> bool:
            return bool(of(exchange) != expected)

        attribution = yield from attribute(says_otherwise, streamed, tested, control)
        if attribution.to_endpoint:
            came = difference(of(streamed), expected)
            summary = f"streams, but {what} {came[1]} comes as {came[0]}"
            return partial(summary, plain, *attribution.exchanges)
    return None


def text_of(exchange: Exchange) -> str:
    """The text of an answer."""
    return exchange.text


def difference(streamed: Any, plain: Any) -> tuple[str, str]:
    """What two values say, in the parts of them that differ."""
    if isinstance(plain, list) and isinstance(streamed, list) and len(plain) == len(streamed):
        pairs = zip(streamed, plain, strict=True)
        streamed, plain = next((pair for pair in pairs if pair[0] != pair[1]), (streamed, plain))
        if isinstance(plain, tuple) and isinstance(plain[1], dict) and streamed[0] == plain[0]:
            return difference(streamed[1], plain[1])
    if isinstance(plain, dict) and isinstance(streamed, dict):
        names = [n for n in {**plain, **streamed} if plain.get(n, ...) != streamed.get(n, ...)]
        return tuple(  # type: ignore[return-value]
            repr({name: one[name] for name in names if name in one}) for one in (streamed, plain)
        )
    return repr(streamed), repr(plain)


def thinking_streams(ask: Ask) -> ProbePart[Behaviour | None]:
    """Thinking is the same streamed; None where the model cannot be made to think."""
    control = ask.shared(**DICTATION_WITH_THINKING)
    tested = ask(**DICTATION_WITH_THINKING, stream=True)
    plain: Exchange = yield control
    if not plain.answered:
        return None
    return (yield from compare_streamed(plain, (yield tested), control, tested))


def compare_streamed(
    plain: Exchange, streamed: Exchange, control: Question, tested: Question
) -> ProbeRun:
    """A streamed answer says what the plain one says; where blocks differ, both are asked again."""
    if not streamed.streamed:
        return ignored("answered with one JSON body instead of events", streamed)
    if differences := differences_when_streamed(plain, streamed):
        return partial(f"streams, but {'; '.join(differences)}", plain, streamed)
    if block_types(streamed) == block_types(plain):
        return works(EQUAL, plain, streamed)

    def has_other_blocks(exchange: Exchange) -> bool:
        return block_types(exchange) != block_types(plain)

    blocks = f"{block_types(streamed)} streamed and {block_types(plain)} plain"
    attribution = yield from attribute(has_other_blocks, streamed, tested, control)
    if attribution.to_endpoint:
        summary = f"streams, but the answer always holds {blocks}"
        return partial(summary, *attribution.exchanges)
    if attribution.cleared:
        return works(EQUAL, plain, *attribution.exchanges)
    summary = f"the answer holds {blocks}, and sometimes the reverse"
    return unclear(summary, plain, *attribution.exchanges)


EMPTY = "empty "


def block_types(exchange: Exchange) -> list[str]:
    """The types of an answer's blocks, in order; of one without content as ``empty thinking``."""
    return [
        f"{'' if holds_something(block) else EMPTY}{block.get('type')}"
        for block in (exchange.message or {}).get("content", ())
    ]


def holds_something(block: dict[str, Any]) -> bool:
    """Whether a block has what its type is for: a text, thinking, or the input of a call."""
    field = {"text": "text", "thinking": "thinking", "tool_use": "input"}.get(
        str(block.get("type"))
    )
    return field is None or bool(block.get(field))


def differences_when_streamed(plain: Exchange, streamed: Exchange) -> list[str]:
    """What differs between a plain and a streamed answer that must be equal in any case."""
    fields = [
        ("input tokens", plain.prompt_tokens, streamed.prompt_tokens),
        ("model", model_of(plain), model_of(streamed)),
    ]
    # What thinking adds to the figure may not count towards the limit.
    counted = not streamed.blocks("thinking")
    used_up = counted and streamed.usage("output_tokens") == PLAIN["max_tokens"]
    if plain.text == streamed.text or (used_up and plain.stop_reason == "max_tokens"):
        fields.append(("stop_reason", plain.stop_reason, streamed.stop_reason))
    return [
        f"{name} is {one!r} plain and {other!r} streamed"
        for name, one, other in fields
        if one != other
    ]


# -- the system prompt and thinking


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
    if says(manner, MANNER_WORD):
        blocks = works(f"the model begins as only system instructs it: {MANNER_WORD!r}", manner)
    else:
        blocks = yield from also_in_company(
            (yield from system_carries(ask, ["Help.", fact], "a list of blocks")),
            manner,
            manner_company,
            without=ask.shared(**four_results_with_manner(manner="Be brief.")),
            is_shown=lambda exchange: says(exchange, MANNER_WORD),
            plays_along=lambda exchange: all(n in exchange.text for n in COUNTS.values()),
            company_is="with tools, as the last of three blocks",
        )
    if string.kind is blocks.kind:
        return string
    good, bad = (string, blocks) if string.kind is Kind.WORKS else (blocks, string)
    if good.kind is Kind.WORKS and bad.kind is Kind.IGNORED:
        return partial(f"{good.summary}; but {bad.summary}", *bad.exchanges)
    return bad


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
    off: Exchange = yield ask(**PLAIN, thinking={"type": "disabled"})
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
    return works("thinks when enabled, and not when disabled", on, off)


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
    cold = ask(**{**PLAIN, "temperature": lowest(limits)})
    hot = ask(**{**PLAIN, "temperature": highest * 0.9 if limits.excludes_maximum else highest})
    wide_answers = yield from sample_widely(ask)
    if len(set(map(words_of, wide_answers))) > 1:
        default = ask.control(**PLAIN)
        behaviour = yield from prove_narrowed(cold, wide_answers, default, "temperature")
        warm: Exchange = yield streamed_at_default_temperature(ask)
        hot_answers = [warm] if warm.answered else []
    else:  # The default may be to take the likeliest word.
        hot_answers = yield [hot] * WIDE_SAMPLES
        behaviour = yield from prove_narrowed(cold, hot_answers, hot, "temperature")
    cold_answers = behaviour.exchanges[: NARROW_SAMPLES[0]]
    constant = yield from never_varies(hot, hot_answers, cold_answers)
    return constant or (yield from check_range(ask, behaviour, out_of_range(ask, "temperature")))


def lowest(limits: Range) -> float:
    """The least temperature within the documented range, which may exclude its minimum."""
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
    return narrows(ask, ask(**PLAIN, top_k=1), "top_k")


@row("basic/top_p")
def top_p_narrows_the_choice(ask: Ask) -> ProbeRun:
    """A tiny `top_p` leaves only the likeliest word; the documented range is enforced.

    To fix: pass the value to the sampler; answer 400 outside the documented range.

    Instead: leave `top_p` out; narrow answers by `temperature`, or by the prompt.

    Instead, if partial: keep `top_p` within the documented range yourself.
    """
    behaviour = yield from narrows(ask, ask(**PLAIN, top_p=0.01), "top_p")
    return (yield from check_range(ask, behaviour, out_of_range(ask, "top_p", stream=True)))


def narrows(ask: Ask, narrow: Question, what: str) -> ProbeRun:
    """A sampling field makes answers alike that vary without it."""
    wide_answers = yield from sample_widely(ask)
    return (yield from prove_narrowed(narrow, wide_answers, ask.control(**PLAIN), what))
