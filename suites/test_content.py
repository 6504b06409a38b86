"""The page's table of message fields: what a turn may hold, and whether the model sees it."""

import re
from typing import Any

from messages_conformance.probing import (
    BEGUN,
    BREAKPOINTS,
    CACHE_CONTROL,
    CALL_ORDER,
    CALLED_TOOL,
    COLOURS_QUESTION,
    COUNTS,
    COUNTS_BY_ORDER,
    DICTATED_TEXT,
    DICTATED_WORDS,
    DICTATION,
    DICTATION_WITH_THINKING,
    ERROR_CODE,
    FAILED_BELLS,
    FIRST_TEXT_CODE,
    FROM_CALL,
    FROM_RESULT,
    IN_DOCUMENTS,
    INPUT_CODE,
    PICTURE,
    PICTURES_QUESTION,
    PLAIN,
    PLAIN_TOPIC,
    RESULT_BLOCKS_CODE,
    RESULT_STRING_CODE,
    SECOND_TEXT_CODE,
    STRING_CODE,
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
    also_prefilled,
    also_streamed,
    also_verbatim,
    also_with_picture,
    assistant,
    attribute,
    begun_dictation,
    breakpoint_chain,
    broken,
    call,
    describe,
    dictation,
    displacement,
    documents,
    four_results,
    four_results_with_manner,
    ignored,
    long_text,
    names_colours,
    one_picture_is_lost,
    partial,
    prove_by_canary,
    prove_by_effect,
    prove_cached,
    prove_checked,
    prove_validated,
    refused,
    result,
    row,
    says,
    text,
    text_lost_beside,
    tool,
    two_failed_calls,
    two_pictures,
    unclear,
    unmeasured,
    user,
    words_of,
    works,
)

VAULT_CODE, GARDEN_CODE = STRING_CODE, FIRST_TEXT_CODE
VAULT = f"The vault code is {VAULT_CODE}."
GARDEN = f"The garden code is {GARDEN_CODE}."
VAULT_QUESTION = "What is the vault code? Answer with the code only."
GARDEN_QUESTION = "What is the garden code? Answer with the code only."
BOTH_QUESTIONS = "What is the vault code, and what is the garden code? Answer with both codes."
TEXT_DOCUMENTS: tuple[dict[str, Any], ...] = tuple(
    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": data}}
    for data in (VAULT, GARDEN)
)
"""Two documents that are nothing but text."""
OPENER = tool("open_vault", "Opens the vault.", code="string")


def block_carries(ask: Ask, block: dict[str, Any], what: str) -> ProbeRun:
    """A block of a user's turn reaches the model."""
    return prove_by_canary(
        ask([user(block, VAULT_QUESTION)]),
        canary=VAULT_CODE,
        what=what,
        control=ask.control(VAULT_QUESTION),
        in_plain_text=ask.control(f"{VAULT} {VAULT_QUESTION}"),
    )


def history_carries(ask: Ask, blocks: list[dict[str, Any]], what: str, beta: str) -> ProbeRun:
    """Blocks of an assistant's earlier turn reach the model."""
    opening, done = user("Look up the vault code for me."), assistant("Done.")
    return prove_by_canary(
        ask(
            [opening, assistant(*blocks, "Done."), user(VAULT_QUESTION)],
            headers={"anthropic-beta": beta},
        ),
        canary=VAULT_CODE,
        what=what,
        control=ask.control([opening, done, user(VAULT_QUESTION)]),
        in_plain_text=ask.control([opening, done, user(f"{VAULT} {VAULT_QUESTION}")]),
    )


def pair_carries(
    ask: Ask,
    pair: list[dict[str, Any]],
    without: list[dict[str, Any]],
    canary: str,
    what: str,
    beta: str,
) -> ProbeRun:
    """One half of a call and its result, in an assistant's earlier turn, reaches the model.

    The call holds the vault code and the result the garden code, so that one request serves the
    rows of both; ``without`` is the pair without the code in question.
    """
    opening = user("Look up the codes for me.")

    def history(*blocks: dict[str, Any], question: str = BOTH_QUESTIONS) -> list[Any]:
        return [opening, assistant(*blocks, "Done."), user(question)]

    headers = {"anthropic-beta": beta}
    plain = f"{GARDEN} {VAULT} {VAULT_QUESTION} {BOTH_QUESTIONS}"
    return prove_by_canary(
        ask(history(*pair), headers=headers),
        canary=canary,
        what=what,
        control=ask.invalid(history(*without), headers=headers),
        in_plain_text=ask.control(history(question=plain)),
    )


def place_is_cached(ask: Ask, place: str, alone: Question) -> ProbeRun:
    """A cache breakpoint works at one place of the shared conversation, or else ``alone``."""
    return prove_cached(
        [ask.shared(**link) for link in breakpoint_chain()],
        BREAKPOINTS.index(place),
        alone=alone,
        uncached=ask.control([user(text(long_text("plain")), "Say hello.")], max_tokens=4),
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
    whole = ask.shared(**DICTATION)
    return (yield from also_prefilled(behaviour, prefilled, whole, BEGUN, alone))


TURNS = ("string", "reply", "middle turn", "middle reply")
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


@row("content/image")
def image_reaches_the_model(ask: Ask) -> ProbeRun:
    """The model sees pictures: here bands of colour, which only the pictures show.

    It sees each of two in a turn, a PNG and a GIF, and reads the text beside them. One whose
    address does not exist is refused. To fix: pass images to a model that sees, or refuse them with
    400. If they are dropped, the model answers about something it never saw.

    Instead: have a model that sees describe the picture, and send its words.

    Instead, if ignored: send no picture to this model, as it answers about what it never saw; have
    a model that sees describe it.

    Instead, if partial: send one picture, a PNG, in each turn, and the text in a turn of its own;
    send the picture itself, not its address.
    """
    both: Exchange = yield ask.shared(**two_pictures())
    if names_colours(both):
        seen = works("the model named the colours that only two pictures show", both)
        return (yield from also_fetched(ask, seen, "image", "bands.png"))
    behaviour = yield from prove_by_effect(
        ask,
        names_colours,
        ask([user(PICTURE, COLOURS_QUESTION)]),
        control=ask.control(COLOURS_QUESTION),
        shows="the model named the colours that only the picture shows",
        lost="the picture was accepted and did not reach the model",
    )
    if not both.answered:
        return behaviour
    if behaviour.kind is Kind.WORKS:
        return (yield from one_picture_is_lost(ask, behaviour, both))
    counts = {one.prompt_tokens for one in behaviour.exchanges}
    if behaviour.kind is not Kind.UNCLEAR or counts == {both.prompt_tokens}:
        return behaviour
    other = yield from text_lost_beside(
        [both], ask.shared(**two_pictures(f"{PICTURES_QUESTION} {GARDEN}"))
    )
    if other is None:
        return behaviour
    summary = f"text beside a picture never reaches the model: {both.prompt_tokens} input tokens"
    return partial(f"{summary}, whatever it says", both, other)


@row("content/document")
def document_reaches_the_model(ask: Ask) -> ProbeRun:
    """The model reads documents: each of several in a turn, a PDF among them.

    One whose address does not exist is refused. To fix: put the document's text in front of the
    model, or refuse the block with 400.

    Instead: extract the document's text in your application and send it as a text block.

    Instead, if partial: send one document in each turn, or their texts as one document; extract the
    text of a PDF, and send a file itself, not its address.
    """
    everything: Exchange = yield ask.shared(**documents())
    if all(says(everything, code) for code in IN_DOCUMENTS.values()):
        seen = works("the model repeated what only parts of three documents hold", everything)
        return (yield from also_fetched(ask, seen, "document", "manual.pdf"))
    both: Exchange = yield ask([user(*TEXT_DOCUMENTS, BOTH_QUESTIONS)])
    if everything.refused and both.refused and ask.row.claim is not Claim.SUPPORTED:
        return refused(both, everything)
    behaviour = yield from two_documents_carry(ask, both)
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    if everything.refused:
        summary = f"{behaviour.summary}; but with a title, context, blocks of content and a PDF: "
        return partial(f"{summary}{describe(everything)}", everything, *behaviour.exchanges)
    for part, code in IN_DOCUMENTS.items():
        if says(everything, code) or not everything.prompt_tokens:
            continue
        without: Exchange = yield ask.shared(**documents(left_out=part))
        if without.prompt_tokens == everything.prompt_tokens:
            summary = f"{behaviour.summary}; but {part} is lost: other words in its"
            return partial(f"{summary} place cost as many tokens", everything, without)
    return behaviour


def also_fetched(ask: Ask, behaviour: Behaviour, kind: str, file: str) -> ProbeRun:
    """What works, or `partial` where an address is accepted that does not exist, so is not read."""
    source = {"type": "url", "url": f"https://files.invalid/{file}"}
    answer: Exchange = yield ask.invalid([user({"type": kind, "source": source}, "What is this?")])
    if not answer.answered:
        return behaviour
    summary = f"{behaviour.summary}; but {source['url']} does not exist and is accepted, unread"
    return partial(summary, answer, *behaviour.exchanges)


def two_documents_carry(ask: Ask, both: Exchange) -> ProbeRun:
    """The model reads each of two documents; ``both`` answers a question about them."""
    first, second = TEXT_DOCUMENTS
    if says(both, VAULT_CODE) and says(both, GARDEN_CODE):
        return works("the model repeated what only two documents hold", both)
    behaviour = yield from block_carries(ask, first, "the document")
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    for code, lost, left in ((GARDEN_CODE, "second", first), (VAULT_CODE, "first", second)):
        if says(both, code):
            continue
        without: Exchange = yield ask.control([user(left, BOTH_QUESTIONS)])
        if both.prompt_tokens and both.prompt_tokens == without.prompt_tokens:
            summary = f"{behaviour.summary}; but the {lost} of two documents is lost: it costs"
            return partial(f"{summary} no token", both, without, *behaviour.exchanges)
    return behaviour


@row("content/search_result")
def search_result_reaches_the_model(ask: Ask) -> ProbeRun:
    """The model reads a search result.

    To fix: put its text in front of the model, or refuse the block with 400.

    Instead: send what was found as a text block, with its title and source.
    """
    found = {
        "type": "search_result",
        "source": "https://example.com/vault",
        "title": "Vault",
        "content": [text(VAULT)],
    }
    return block_carries(ask, found, "the search result")


@row("content/thinking")
def thinking_may_be_sent_back(ask: Ask) -> ProbeRun:
    """A thinking block may be sent back as it was received; a malformed one is refused.

    To fix: accept the block verbatim and check its `signature`; if you do not take thinking
    blocks, refuse them with 400 rather than dropping them.

    Instead: leave thinking blocks out of the turns that you send back.

    Instead, if ignored: put what must be remembered into the text of the turn; rely on no check of
    a block's `signature`.
    """
    first: Exchange = yield ask.shared(**DICTATION_WITH_THINKING)
    made_up = {"type": "thinking", "thinking": "I repeat it.", "signature": "bWFkZSB1cA=="}

    def history(block: dict[str, Any]) -> list[Any]:
        answer = assistant(block, text(" ".join(DICTATED_WORDS)))
        return [user(DICTATION["prompt"]), answer, user("Say hello.")]

    malformed = ask.invalid(history({"type": "thinking"}))
    if own := first.blocks("thinking"):
        return (yield from prove_validated(ask(history(own[0])), malformed, "the thinking block"))
    foreign: Exchange = yield ask.invalid(history(made_up))
    if foreign.answered:
        return (yield from prove_checked(foreign, malformed, "the thinking block"))
    if foreign.refused and "signature" in describe(foreign):
        return unmeasured(
            "no thinking came that could be sent back, and a made-up signature is rightly refused",
            first,
            foreign,
        )
    return refused(foreign) if foreign.refused else broken(describe(foreign), foreign)


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
    return unclear("the model confuses the four results", *straight, *crossed)


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


def web_search(query: str, *titles: str) -> list[dict[str, Any]]:
    """An earlier web search, and results with those titles."""
    return [
        {
            "type": "server_tool_use",
            "id": "srvtoolu_search01",
            "name": "web_search",
            "input": {"query": query},
        },
        {
            "type": "web_search_tool_result",
            "tool_use_id": "srvtoolu_search01",
            "content": [
                {
                    "type": "web_search_result",
                    "url": "https://example.com/codes",
                    "title": title,
                    "encrypted_content": "bWFkZSB1cA==",
                }
                for title in titles
            ],
        },
    ]


def search_carries(ask: Ask, without: list[dict[str, Any]], canary: str, what: str) -> ProbeRun:
    """The query or the results of an earlier web search reach the model."""
    pair = web_search(VAULT, GARDEN)
    return pair_carries(ask, pair, without, canary, what, "web-search-2025-03-05")


@row("content/server_tool_use")
def server_tool_use_reaches_the_model(ask: Ask) -> ProbeRun:
    """An earlier call of a tool that the endpoint runs itself reaches the model.

    To fix: keep the block in the history, or refuse it with 400.

    Instead: run the tool in your application, or put the earlier call into the text of the turn.
    """
    return search_carries(ask, web_search("codes", GARDEN), VAULT_CODE, "the server tool call")


@row("content/web_search_tool_result")
def web_search_result_reaches_the_model(ask: Ask) -> ProbeRun:
    """The results of an earlier web search reach the model.

    To fix: keep the block in the history, or refuse it with 400.

    Instead: search in your application, and send what was found as a `tool_result` or as text.
    """
    return search_carries(ask, web_search(VAULT), GARDEN_CODE, "the web search result")


@row("content/code_execution_tool_result")
def code_execution_result_reaches_the_model(ask: Ask) -> ProbeRun:
    """What earlier code printed reaches the model.

    To fix: keep the block in the history, or refuse it with 400.

    Instead: run the code in your application, and send what it printed as a `tool_result` or as
    text.
    """
    ran = {
        "type": "server_tool_use",
        "id": "srvtoolu_code01",
        "name": "code_execution",
        "input": {"code": "print(vault)"},
    }
    printed = {
        "type": "code_execution_tool_result",
        "tool_use_id": "srvtoolu_code01",
        "content": {
            "type": "code_execution_result",
            "stdout": VAULT,
            "stderr": "",
            "return_code": 0,
            "content": [],
        },
    }
    blocks = [ran, printed]
    return history_carries(ask, blocks, "the code's output", "code-execution-2025-05-22")


def mcp_call(what: str, answer: str) -> list[dict[str, Any]]:
    """A call of a tool on an MCP server, and its result."""
    return [
        {
            "type": "mcp_tool_use",
            "id": "mcptoolu_look01",
            "name": "look_up",
            "server_name": "vaults",
            "input": {"what": what},
        },
        {
            "type": "mcp_tool_result",
            "tool_use_id": "mcptoolu_look01",
            "is_error": False,
            "content": [text(answer)],
        },
    ]


def mcp_carries(ask: Ask, without: list[dict[str, Any]], canary: str, what: str) -> ProbeRun:
    """The input or the result of an earlier call of an MCP tool reaches the model."""
    pair = mcp_call(VAULT, GARDEN)
    return pair_carries(ask, pair, without, canary, what, "mcp-client-2025-11-20")


@row("content/mcp_tool_use")
def mcp_call_reaches_the_model(ask: Ask) -> ProbeRun:
    """The input of an earlier call of an MCP tool reaches the model.

    To fix: keep the block in the history, or refuse it with 400.

    Instead: call MCP tools from your application, as tools of your own: `tool_use` and
    `tool_result`.
    """
    return mcp_carries(ask, mcp_call("codes", GARDEN), VAULT_CODE, "the MCP tool call")


@row("content/mcp_tool_result")
def mcp_result_reaches_the_model(ask: Ask) -> ProbeRun:
    """The result of an earlier call of an MCP tool reaches the model.

    To fix: keep the block in the history, or refuse it with 400.

    Instead: call MCP tools from your application, as tools of your own: `tool_use` and
    `tool_result`.
    """
    return mcp_carries(ask, mcp_call(VAULT, "Noted."), GARDEN_CODE, "the MCP tool's result")


@row("content/container_upload")
def container_upload_is_used(ask: Ask) -> ProbeRun:
    """An uploaded file is put into a container, and the answer reports which.

    To fix: refuse the block with 400 if there are no containers.

    Instead: read the file in your application and send its text, or run the code on it yourself.
    """
    upload = {"type": "container_upload", "file_id": "file_conformance01"}
    answer: Exchange = yield ask(
        [user(upload, "Say hello.")], headers={"anthropic-beta": "files-api-2025-04-14"}
    )
    if (answer.message or {}).get("container"):
        return works("the answer reports the container the file went to", answer)
    return ignored("the file was accepted, and no container is reported", answer)
