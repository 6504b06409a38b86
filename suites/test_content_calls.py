"""Calls of the client's tools and their results in messages, and whether the model sees them."""

import re
from typing import Any

from messages_conformance.probing import (
    CACHE_CONTROL,
    CALL_ORDER,
    CALLED_TOOL,
    COUNTS,
    COUNTS_BY_ORDER,
    ERROR_CODE,
    FAILED_BELLS,
    FROM_CALL,
    FROM_RESULT,
    GARDEN,
    INPUT_CODE,
    RESULT_BLOCKS_CODE,
    RESULT_STRING_CODE,
    VAULT,
    VAULT_CODE,
    VAULT_QUESTION,
    Ask,
    Attribution,
    Behaviour,
    Claim,
    Exchange,
    Kind,
    ProbeRun,
    Question,
    Samples,
    all_codes,
    also_among_all_codes,
    also_as_sent_before,
    also_with_picture,
    assistant,
    attribute,
    call,
    describe,
    displacement,
    four_results,
    four_results_with_manner,
    ignored,
    long_text,
    partial,
    place_is_cached,
    prove_by_canary,
    prove_by_effect,
    result,
    row,
    says,
    text,
    text_lost_beside,
    tool,
    two_failed_calls,
    unclear,
    user,
    words_of,
    works,
)

OPENER = tool("open_vault", "Opens the vault.", code="string")


def vault_opened(arguments: dict[str, Any], *, name: str = "open_vault") -> list[Any]:
    """A history in which the assistant called a tool and got a result."""
    return [
        user("Open the vault."),
        assistant(call("toolu_vault01", name, arguments)),
        user(result("toolu_vault01", "The vault is open.")),
        assistant("The vault is open."),
    ]


def matched_by_id(ask: Ask, what: str) -> ProbeRun:
    """Results that come in another order than the calls are matched by id."""
    matched = f"results in another order were matched to their calls by {what}"
    shared: Exchange = yield ask.shared(**four_results_with_manner())
    if is_right(shared):
        return works(matched, shared)
    control = ask.control(**four_results(CALL_ORDER))
    tested = ask(**four_results(), control_if_broken=control)
    first: Exchange = yield tested
    if is_right(first):
        return (yield from with_foreign_ids(ask, works(matched, first), shared))
    attribution = yield from attribute(lambda answer: not is_right(answer), first, tested, control)
    tries = attribution.with_it
    if attribution.cleared:
        return works(matched, *tries, samples=Samples(1, len(tries)))
    if attribution.to_endpoint and all(numbers(answer) == COUNTS_BY_ORDER for answer in tries):
        summary = "results were matched to calls by their order, not by id"
        return ignored(summary, *attribution.exchanges)
    return (yield from ids_matter(ask, tested, attribution))


def with_foreign_ids(ask: Ask, behaviour: Behaviour, first: Exchange) -> ProbeRun:
    """Ids as other endpoints make them do as well, or else what works is `partial`."""
    attribution = yield from attribute(
        lambda answer: not is_right(answer),
        first,
        ask.shared(**four_results_with_manner()),
        ask.shared(**four_results_with_manner(foreign=False)),
    )
    if not attribution.to_endpoint:
        return behaviour
    summary = f"{behaviour.summary}; but with ids of other makes, up to 46 characters long: "
    return partial(f"{summary}{describe(first)}", *attribution.exchanges, *behaviour.exchanges)


def ids_matter(ask: Ask, tested: Question, attribution: Attribution) -> ProbeRun:
    """The model confuses the results: do ids change what it says, where it repeats itself?"""
    straight = [*attribution.with_it, *(yield [tested])]
    crossed = yield [ask(**four_results(crossed=True))] * 2
    groups = (
        (four_results(), straight),
        (four_results(CALL_ORDER), attribution.without),
        (four_results(crossed=True), crossed),
    )
    how = displacement([(asked, [*map(numbers, answers)]) for asked, answers in groups])
    if how is not None:
        summary = f"what results say comes under other ids, {how}"
        return ignored(summary, *straight, *attribution.without, *crossed)
    said, other = ({words_of(answer) for answer in answers} for answers in (straight, crossed))
    if len(said) == len(other) == 1 and said != other:
        summary = f"other ids change what the model says: {straight[0].text!r}, {crossed[0].text!r}"
        return works(summary, *straight, *crossed)
    longer = ask.control(**four_results(more=MORE))
    lost = yield from text_lost_beside(straight, longer)
    if lost is not None:
        tokens = lost.prompt_tokens
        summary = f"text beside results never reaches the model: {tokens} tokens, whatever it says"
        return ignored(summary, *straight, lost)
    asked, said = yield [longer, ask.control(**four_results(beside=MORE))]
    costs = [one.prompt_tokens - straight[0].prompt_tokens for one in (asked, said)]
    if 0 < 2 * costs[0] <= costs[1]:
        summary = (
            f"what one result says is read several times, as from each of four: {costs[1]} tokens, "
            f"and {costs[0]} beside the results"
        )
        return ignored(summary, *straight, asked, said)
    return unclear("the model confuses the four results", *straight, *crossed)


MORE = f" Leave out all else, and also {GARDEN.lower()}"
"""Words that cost some tokens, wherever they are read."""


def is_right(exchange: Exchange) -> bool:
    """Whether an answer gives the four results in the order asked for."""
    return numbers(exchange) == list(COUNTS.values())


def numbers(exchange: Exchange) -> list[str]:
    """The whole numbers in an answer, in order, except those within codes."""
    return re.findall(r"(?<![\w-])\d+(?![\w-])", exchange.text)


@row("content/tool_use/id")
def tool_use_id_names_the_call(ask: Ask) -> ProbeRun:
    """A call's `id` is what its result is matched by, whatever the order.

    To fix: keep the ids of calls when you translate a history for the model.

    Instead: send results in the order of the calls, or make one call at a time.
    """
    return matched_by_id(ask, "the call's id")


@row("content/tool_use/input")
def tool_use_input_reaches_the_model(ask: Ask) -> ProbeRun:
    """The input of an earlier call reaches the model, with the lists and objects in it.

    To fix: keep the input of calls when you translate a history for the model.

    Instead: repeat in the result's text what the tool was called with.
    """
    question = "Which vault code did you pass to the tool? Answer with the code only."
    plain = f"You passed the vault code {INPUT_CODE}. {question}"
    shared: Exchange = yield all_codes(ask)
    if says(shared, INPUT_CODE):
        seen = works(f"the model repeated what only the call's input holds: {INPUT_CODE!r}", shared)
        seen = yield from also_among_all_codes(ask, seen, shared, *INPUT_PLACES)
        what = "the input of an earlier call"
        return (yield from also_as_sent_before(ask, seen, FROM_CALL, what))
    alone = yield from prove_by_canary(
        ask([*vault_opened({"code": INPUT_CODE}), user(question)], tools=[OPENER]),
        canary=INPUT_CODE,
        what="the call's input",
        control=ask.control([*vault_opened({}), user(question)], tools=[OPENER]),
        in_plain_text=ask.control([*vault_opened({}), user(plain)], tools=[OPENER]),
    )
    return (yield from also_among_all_codes(ask, alone, shared, *INPUT_PLACES))


INPUT_PLACES = (
    "input",
    "inner input",
    "list input",
    "input of null",
    "input of 0",
    "input of false",
    "empty input",
    "input beyond ASCII",
    "long input",
)
"""The places of the shared conversation that the inputs of calls hold."""


@row("content/tool_use/name")
def tool_use_name_reaches_the_model(ask: Ask) -> ProbeRun:
    """The name of the tool that an earlier turn called reaches the model.

    To fix: keep the name of calls when you translate a history for the model.

    Instead: name the tool in the result's text.
    """
    question = "Which function did you use to open the vault? Answer with its exact name."
    nameless = vault_opened({"code": "1"}, name="a")
    shared: Exchange = yield all_codes(ask)
    if says(shared, CALLED_TOOL):
        return works(f"the model repeated what only the call's name holds: {CALLED_TOOL!r}", shared)
    alone = yield from prove_by_canary(
        ask([*vault_opened({"code": "1"}, name=CALLED_TOOL), user(question)]),
        canary=CALLED_TOOL,
        what="the call's name",
        control=ask.control([*nameless, user(question)]),
        in_plain_text=ask.control([*nameless, user(f"You used {CALLED_TOOL}. {question}")]),
    )
    return (yield from also_among_all_codes(ask, alone, shared, "name"))


@row("content/tool_use/cache_control")
def tool_use_is_cached(ask: Ask) -> ProbeRun:
    """With `cache_control` on a tool call, the prompt up to it is cached.

    To fix: cache as for text blocks; any block may carry `cache_control`.

    Instead: drop the mark on calls, and send the history unchanged from turn to turn; read
    `cache_read_input_tokens`.
    """

    def history(**cache_control: Any) -> list[Any]:
        return [
            user("Store the inventory."),
            assistant(
                call("toolu_store01", "store", {"inventory": long_text("birch")}, **cache_control)
            ),
            user(result("toolu_store01", "Stored."), "Say hello."),
        ]

    tools = [tool("store", "Stores an inventory.", inventory="string")]
    control = ask.control(history(), tools=tools, max_tokens=4)
    tested = ask(history(**CACHE_CONTROL), tools=tools, max_tokens=4, control_if_broken=control)
    return place_is_cached(ask, "tool_use", tested)


@row("content/tool_result/tool_use_id")
def tool_use_id_finds_the_call(ask: Ask) -> ProbeRun:
    """A result's `tool_use_id` says which call it answers, whatever the order.

    To fix: keep the ids of results when you translate a history for the model.

    Instead: send results in the order of the calls, or make one call at a time.
    """
    return matched_by_id(ask, "tool_use_id")


@row("content/tool_result/content")
def tool_result_content_reaches_the_model(ask: Ask) -> ProbeRun:
    """What a tool returned reaches the model, as a string and as a list of blocks.

    Among the blocks may be pictures, where the model sees. To fix: accept both forms and put
    their text and pictures in front of the model.

    Instead: send results as a text block of the next user turn, and say which call each answers.

    Instead, if partial: send results in the form that works: a string, or a list of text blocks.
    """
    shared: Exchange = yield all_codes(ask)
    behaviour = yield from results_carry(ask, shared)
    what = "the result of an earlier call"
    behaviour = yield from also_as_sent_before(ask, behaviour, FROM_RESULT, what)
    return (yield from also_with_picture(ask, behaviour))


def results_carry(ask: Ask, shared: Exchange) -> ProbeRun:
    """The text of tool results reaches the model, in both forms."""
    codes = RESULT_STRING_CODE, RESULT_BLOCKS_CODE
    if all(says(shared, code) for code in codes):
        seen = works(f"the model repeated what results of both forms hold: {codes}", shared)
        return (yield from also_among_all_codes(ask, seen, shared, *RESULT_PLACES))
    string = yield from result_carries(ask, VAULT, "a string")
    blocks = yield from result_carries(ask, [text(VAULT)], "a list of blocks")
    if {string.kind, blocks.kind} == {Kind.WORKS, Kind.IGNORED}:
        good, bad = (string, blocks) if string.kind is Kind.WORKS else (blocks, string)
        return partial(f"{good.summary}; but {bad.summary}", *bad.exchanges)
    behaviour = string if blocks.kind is Kind.WORKS else blocks
    return (yield from also_among_all_codes(ask, behaviour, shared, *RESULT_PLACES))


RESULT_PLACES = (
    "string result",
    "block result",
    "second block result",
    "result beyond ASCII",
    "older result",
    "long result",
)
"""The places of the shared conversation that results hold."""


def result_carries(ask: Ask, content: str | list[dict[str, Any]], form: str) -> ProbeRun:
    """A tool result, in one of its forms, reaches the model."""
    tools = [tool("look_up", "Looks things up.", what="string")]

    def history(content: str | list[dict[str, Any]], question: str) -> list[Any]:
        return [
            user("Look up the vault code."),
            assistant(call("toolu_look01", "look_up", {"what": "vault code"})),
            user(result("toolu_look01", content), question),
        ]

    question = f"The result is in. {VAULT_QUESTION}"
    plain = f"Never mind. {VAULT} {VAULT_QUESTION}"
    return prove_by_canary(
        ask(history(content, question), tools=tools),
        canary=VAULT_CODE,
        what=f"a tool result as {form}",
        control=ask.control(history("Nothing found.", question), tools=tools),
        in_plain_text=ask.control(history("Nothing found.", plain), tools=tools),
    )


@row("content/tool_result/cache_control")
def tool_result_is_cached(ask: Ask) -> ProbeRun:
    """With `cache_control` on a tool result, the prompt up to it is cached.

    To fix: cache as for text blocks; any block may carry `cache_control`.

    Instead: drop the mark on results, and send the history unchanged from turn to turn; read
    `cache_read_input_tokens`.
    """

    def history(**cache_control: Any) -> list[Any]:
        return [
            user("Fetch the inventory."),
            assistant(call("toolu_fetch01", "fetch", {"what": "inventory"})),
            user(result("toolu_fetch01", long_text("maple"), **cache_control), "Say hello."),
        ]

    tools = [tool("fetch", "Fetches a text.", what="string")]
    control = ask.control(history(), tools=tools, max_tokens=4)
    tested = ask(history(**CACHE_CONTROL), tools=tools, max_tokens=4, control_if_broken=control)
    return place_is_cached(ask, "tool_result", tested)


@row("content/tool_result/is_error")
def is_error_reaches_the_model(ask: Ask) -> ProbeRun:
    """`is_error` lets the model know that a call failed, even if the content does not say so.

    What a failed result says reaches it too. To fix: mark failed results for the model, and keep
    their content; or refuse the field if it is not supported.

    Instead: say in the result's text that the call failed: begin it with `Error:`.

    Instead, if partial: leave `is_error` out, and begin the result's text with `Error:`.
    """
    bare: Exchange | None = None
    if ask.row.claim is Claim.SUPPORTED:
        bare = yield ask.shared(**two_failed_calls(offered=False))
    if bare and set(numbers(bare)) == FAILED_BELLS:
        behaviour = works(FAILED_ARE_KNOWN, bare)
    else:
        behaviour = yield from prove_by_effect(
            ask,
            lambda exchange: set(numbers(exchange)) == FAILED_BELLS,
            ask(**two_failed_calls()),
            control=ask.control(**two_failed_calls(is_error=False)),
            shows=FAILED_ARE_KNOWN,
            lost="is_error was accepted and did not reach the model",
        )
        behaviour = yield from without_tools_on_offer(ask, behaviour, bare)
        behaviour = yield from false_is_no_failure(ask, behaviour)
    if behaviour.kind is not Kind.WORKS or any(says(e, ERROR_CODE) for e in behaviour.exchanges):
        return behaviour
    return (yield from words_of_failed_calls(ask, behaviour))


FAILED_ARE_KNOWN = "the model distinguishes failed calls from successful ones"


def without_tools_on_offer(ask: Ask, behaviour: Behaviour, bare: Exchange | None) -> ProbeRun:
    """Calls and results may stand in a history though their tool is no longer on offer."""
    if behaviour.kind is not Kind.WORKS or not bare or bare.answered or bare.status is None:
        return behaviour
    again: Exchange = yield ask.shared(**two_failed_calls(offered=False))
    if again.answered or again.status != bare.status:
        return behaviour
    summary = f"{behaviour.summary}; but where the tool is no longer on offer: {describe(bare)}"
    return partial(summary, bare, again, *behaviour.exchanges)


def false_is_no_failure(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """`is_error: false` says that a call did not fail, as a result without the field does."""

    def is_odd(answer: Exchange) -> bool:
        return set(numbers(answer)) != FAILED_BELLS

    if behaviour.kind is not Kind.WORKS or not all(map(is_odd, behaviour.exchanges)):
        return behaviour
    attribution = yield from attribute(
        is_odd,
        behaviour.exchanges[0],
        ask(**two_failed_calls()),
        ask.control(**two_failed_calls(both=False)),
    )
    if not attribution.to_endpoint:
        return behaviour
    summary = "failed calls are known only where no other result says is_error: false"
    return partial(summary, *attribution.exchanges)


def words_of_failed_calls(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """The model does not tell what failed results say: do their words cost tokens, as others do?"""
    longer = f"Rung by {ERROR_CODE}, who took the rope in the north tower and pulled it twice."
    answers = yield [
        ask.control(**two_failed_calls(is_error=is_error, says=words))
        for is_error in (True, False)
        for words in ("Done.", longer)
    ]
    short, long, short_well, long_well = (one.prompt_tokens for one in answers)
    read, of = long - short, long_well - short_well
    if of <= 0 or not short or read > 0.8 * of:
        return behaviour
    summary = (
        f"{behaviour.summary}; but what failed results say is lost: more words cost {read} tokens, "
        f"and {of} where none failed"
    )
    return partial(summary, *behaviour.exchanges, *answers)
