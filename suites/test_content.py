"""The page's table of message fields: what a turn may hold, and whether the model sees it."""

import re
from typing import Any

from messages_conformance.probing import shared_conversation
from messages_conformance.probing.assertions import (
    cached,
    carried,
    only_with_it,
    reached,
    tells,
    validated,
)
from messages_conformance.probing.content import (
    assistant,
    banded_png,
    call,
    long_text,
    result,
    text,
    tool,
    user,
)
from messages_conformance.probing.probe import (
    Ask,
    ProbeRun,
    Question,
    ignored,
    partial,
    row,
    unclear,
    works,
)
from messages_conformance.probing.shared_conversation import (
    CALLED,
    FAILED,
    MARKED,
    NAME,
    bells,
    counted,
    harbours,
    marked_further,
)
from messages_conformance.probing.shared_plain import DICTATION, PLAIN, THOUGHTFUL, TOLD_OF, WORDS
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.verdict import Kind, Samples

TELLTALE, OTHER_TELLTALE = shared_conversation.STRING, shared_conversation.FIRST_TEXT
ASKED = "What is the vault code? Answer with the code only."
PLAINLY = f"The vault code is {TELLTALE}. {ASKED}"
OTHER_PLAINLY = f"The garden code is {OTHER_TELLTALE}."
BOTH_ASKED = "What is the vault code, and what is the garden code? Answer with both codes."
MARK = {"cache_control": {"type": "ephemeral"}}
OPENER = tool("open_vault", "Opens the vault.", code="string")


def everything(ask: Ask) -> Question:
    """The conversation that has a code in every place."""
    return ask.invalid(**shared_conversation.conversation())


def block_carries(ask: Ask, block: dict[str, Any], what: str) -> ProbeRun:
    """A block of a user's turn reaches the model."""
    return carried(
        ask([user(block, ASKED)]),
        canary=TELLTALE,
        what=what,
        without=ask.control(ASKED),
        plainly=ask.control(PLAINLY),
    )


def history_carries(ask: Ask, said: list[dict[str, Any]], what: str, beta: str) -> ProbeRun:
    """Blocks of an assistant's earlier turn reach the model."""
    opening = user("Look up the vault code for me.")
    return carried(
        ask([opening, assistant(*said, "Done."), user(ASKED)], headers={"anthropic-beta": beta}),
        canary=TELLTALE,
        what=what,
        without=ask.control([opening, assistant("Done."), user(ASKED)]),
        plainly=ask.control([opening, assistant("Done."), user(PLAINLY)]),
    )


def pair_carries(
    ask: Ask,
    pair: list[dict[str, Any]],
    rest: list[dict[str, Any]],
    canary: str,
    what: str,
    beta: str,
) -> ProbeRun:
    """Of a call and its result in an assistant's earlier turn, one reaches the model.

    The pair tells the vault code in the call and the garden code in the result, so that one
    request serves the rows of both; ``rest`` is what it is without the one in question.
    """
    opening = user("Look up the codes for me.")

    def asked(*said: dict[str, Any], question: str = BOTH_ASKED) -> list[Any]:
        return [opening, assistant(*said, "Done."), user(question)]

    headers = {"anthropic-beta": beta}
    return carried(
        ask(asked(*pair), headers=headers),
        canary=canary,
        what=what,
        without=ask.invalid(asked(*rest), headers=headers),
        plainly=ask.control(asked(question=f"{OTHER_PLAINLY} {PLAINLY} {BOTH_ASKED}")),
    )


def place_is_cached(ask: Ask, place: str, marked: Question) -> ProbeRun:
    """A mark at a place of a conversation ends a prefix that is cached."""
    return cached(
        [ask.invalid(**link) for link in marked_further()],
        MARKED.index(place),
        marked=marked,
        unmarked=ask.control([user(text(long_text("plain")), "Say hello.")], max_tokens=4),
    )


@row("content/string")
def string_content_reaches_the_model(ask: Ask) -> ProbeRun:
    """A turn whose content is a plain string reaches the model.

    To mend: treat a string as one text block.
    """
    shared: Exchange = yield ask.invalid(**PLAIN)
    if tells(shared, TOLD_OF):
        return works(f"the model told of what only a string names: a {TOLD_OF}", shared)
    return (
        yield from carried(
            ask([user(PLAINLY)]),
            canary=TELLTALE,
            what="a string",
            without=ask.control(ASKED),
            plainly=ask.control([user(text(PLAINLY))]),
        )
    )


@row("content/text/text")
def every_text_block_reaches_the_model(ask: Ask) -> ProbeRun:
    """Of several text blocks in one turn, each reaches the model.

    To mend: join all text blocks of a turn, not just the first or the last.
    """
    codes = shared_conversation.FIRST_TEXT, shared_conversation.SECOND_TEXT
    shared: Exchange = yield everything(ask)
    if all(tells(shared, code) for code in codes):
        return works(f"the model told what each of two text blocks holds: {codes}", shared)
    first = text(f"The vault code is {TELLTALE}.")
    other = text(OTHER_PLAINLY)
    outer = yield from carried(
        ask([user(first, other, ASKED)]),
        canary=TELLTALE,
        what="the first text block",
        without=ask.control([user(other, ASKED)]),
        # Told in one string, as a server may well lose one of several blocks.
        plainly=ask.control(f"{other['text']} {PLAINLY}"),
    )
    if outer.kind is not Kind.WORKS:
        return outer
    garden = "What is the garden code? Answer with the code only."
    inner = yield from carried(
        ask([user(first, other, garden)]),
        canary=OTHER_TELLTALE,
        what="the second text block",
        without=ask.control([user(first, garden)]),
        plainly=ask.control(f"{first['text']} {other['text']} {garden}"),
    )
    return inner


@row("content/text/cache_control")
def text_is_cached(ask: Ask) -> ProbeRun:
    """A text block marked with `cache_control` ends a prefix that is cached.

    To mend: count the marked prefix as `cache_creation_input_tokens` the first time and as
    `cache_read_input_tokens` when it comes again.
    """
    marked = text(long_text("cedar"), **MARK)
    return (
        yield from place_is_cached(ask, "text", ask([user(marked, "Say hello.")], max_tokens=4))
    )


@row("content/text/citations")
def citations_are_read(ask: Ask) -> ProbeRun:
    """An assistant's text may carry the `citations` it was given with.

    Nothing shows what becomes of them, so the proof that they are read is that malformed
    ones are refused. To mend: validate them, or refuse them if they are not supported.
    """
    place = {
        "type": "char_location",
        "cited_text": "Oaks grow slowly.",
        "document_index": 0,
        "document_title": "Trees",
        "start_char_index": 0,
        "end_char_index": 17,
    }

    def history(citation: dict[str, Any]) -> list[Any]:
        said = text("Oaks grow slowly.", citations=[citation])
        return [user("How do oaks grow?"), assistant(said), user("Say hello.")]

    return (
        yield from validated(
            ask(history(place)), ask.invalid(history({"type": "no_such_citation"})), "citations"
        )
    )


@row("content/image")
def image_reaches_the_model(ask: Ask) -> ProbeRun:
    """The model sees a picture: here bands of colour, which only the picture tells.

    To mend: hand images to a model that sees, or refuse them with 400. Dropping them makes
    the model answer about something it never saw.
    """
    colours = ("blue", "red", "yellow", "green")
    question = "Name the four colours of the bands in the picture, from top to bottom."
    picture = {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": banded_png(colours)},
    }

    def told(exchange: Exchange) -> bool:
        found = [exchange.text.lower().find(colour) for colour in colours]
        return -1 not in found and found == sorted(found)

    return (
        yield from reached(
            ask,
            told,
            ask([user(picture, question)]),
            without=ask.control(question),
            yes="the model told the colours that only the picture shows",
            no="the picture was accepted and did not reach the model",
        )
    )


@row("content/document")
def document_reaches_the_model(ask: Ask) -> ProbeRun:
    """The model reads a document.

    To mend: put the document's text in front of the model, or refuse the block with 400.
    """
    document = {
        "type": "document",
        "source": {
            "type": "text",
            "media_type": "text/plain",
            "data": f"The vault code is {TELLTALE}.",
        },
    }
    return (yield from block_carries(ask, document, "the document"))


@row("content/search_result")
def search_result_reaches_the_model(ask: Ask) -> ProbeRun:
    """The model reads a search result.

    To mend: put its text in front of the model, or refuse the block with 400.
    """
    found = {
        "type": "search_result",
        "source": "https://example.com/vault",
        "title": "Vault",
        "content": [text(f"The vault code is {TELLTALE}.")],
    }
    return (yield from block_carries(ask, found, "the search result"))


@row("content/thinking")
def thinking_may_be_sent_back(ask: Ask) -> ProbeRun:
    """A thinking block, as it was received, may be sent back; a malformed one is refused.

    To mend: accept the block verbatim and check its `signature`; if thinking blocks are no
    input, refuse them with 400 rather than dropping them.
    """
    first: Exchange = yield ask.invalid(**THOUGHTFUL)
    made_up = {"type": "thinking", "thinking": "I repeat it.", "signature": "bWFkZSB1cA=="}
    thought = (first.blocks("thinking") or [made_up])[0]

    def history(block: dict[str, Any]) -> list[Any]:
        said = assistant(block, text(" ".join(WORDS)))
        return [user(DICTATION["prompt"]), said, user("Say hello.")]

    return (
        yield from validated(
            ask(history(thought)), ask.invalid(history({"type": "thinking"})), "the thinking block"
        )
    )


@row("content/redacted_thinking")
def redacted_thinking_may_be_sent_back(ask: Ask) -> ProbeRun:
    """A redacted thinking block may be sent back; a malformed one is refused.

    To mend: accept what you issued yourself; if you issue none, refuse the block with 400.
    """

    def history(block: dict[str, Any]) -> list[Any]:
        return [user("Say yes."), assistant(block, text("Yes.")), user("Say hello.")]

    return (
        yield from validated(
            ask(history({"type": "redacted_thinking", "data": "bWFkZSB1cA=="})),
            ask.invalid(history({"type": "redacted_thinking"})),
            "the redacted thinking block",
        )
    )


def vault_opened(given: dict[str, Any], *, name: str = "open_vault") -> list[Any]:
    """A history in which the assistant called a tool and got an answer."""
    return [
        user("Open the vault."),
        assistant(call("toolu_vault01", name, given)),
        user(result("toolu_vault01", "The vault is open.")),
        assistant("The vault is open."),
    ]


def joined_by_id(ask: Ask, what: str) -> ProbeRun:
    """Results that come in another order than the calls are matched by id."""
    right, by_order = list(shared_conversation.COUNTS.values()), shared_conversation.BY_ORDER
    yes = f"results in another order were matched to their calls by {what}"
    shared: Exchange = yield ask.invalid(**harbours())
    if numbers(shared) == right:
        return works(yes, shared)
    control = ask.control(**counted(CALLED))
    tested = ask(**counted(), without=control)
    swapped: Exchange = yield tested
    if numbers(swapped) == right:
        return works(yes, swapped)
    blame = yield from only_with_it(
        lambda exchange: numbers(exchange) != right, swapped, tested, control
    )
    if blame.settled:
        return works(yes, *blame.with_it, samples=Samples(1, len(blame.with_it)))
    if blame.due and all(numbers(answer) == by_order for answer in blame.with_it):
        return ignored("results were matched to calls by their order, not by id", *blame.all)
    return unclear("the model does not tell the four results apart", *blame.all)


def numbers(exchange: Exchange) -> list[str]:
    """The whole numbers an answer tells, in order; those within codes are none."""
    return re.findall(r"(?<![\w-])\d+(?![\w-])", exchange.text)


@row("content/tool_use/id")
def tool_use_id_names_the_call(ask: Ask) -> ProbeRun:
    """A call's `id` is what its result is matched by, whatever the order.

    To mend: keep the ids of calls when you translate a history for the model.
    """
    return (yield from joined_by_id(ask, "the call's id"))


@row("content/tool_use/input")
def tool_use_input_reaches_the_model(ask: Ask) -> ProbeRun:
    """What an earlier call was given reaches the model.

    To mend: keep the input of calls when you translate a history for the model.
    """
    question = "Which vault code did you pass to the tool? Answer with the code only."
    code = shared_conversation.INPUT
    told = f"You passed the vault code {code}. {question}"
    return (
        yield from carried(
            ask([*vault_opened({"code": code}), user(question)], tools=[OPENER]),
            canary=code,
            what="the call's input",
            without=ask.control([*vault_opened({}), user(question)], tools=[OPENER]),
            plainly=ask.control([*vault_opened({}), user(told)], tools=[OPENER]),
            among=everything(ask),
        )
    )


@row("content/tool_use/name")
def tool_use_name_reaches_the_model(ask: Ask) -> ProbeRun:
    """Which tool an earlier turn called reaches the model.

    To mend: keep the name of calls when you translate a history for the model.
    """
    question = "Which function did you use to open the vault? Answer with its exact name."
    nameless = vault_opened({"code": "1"}, name="a")
    return (
        yield from carried(
            ask([*vault_opened({"code": "1"}, name=NAME), user(question)]),
            canary=NAME,
            what="the call's name",
            without=ask.control([*nameless, user(question)]),
            plainly=ask.control([*nameless, user(f"You used {NAME}. {question}")]),
            among=everything(ask),
        )
    )


@row("content/tool_use/cache_control")
def tool_use_is_cached(ask: Ask) -> ProbeRun:
    """A tool call marked with `cache_control` ends a prefix that is cached.

    To mend: as for text blocks; the mark may stand on any block.
    """

    def history(**mark: Any) -> list[Any]:
        return [
            user("Store the inventory."),
            assistant(call("toolu_store01", "store", {"inventory": long_text("birch")}, **mark)),
            user(result("toolu_store01", "Stored."), "Say hello."),
        ]

    tools = [tool("store", "Stores an inventory.", inventory="string")]
    bare = ask.control(history(), tools=tools, max_tokens=4)
    marked = ask(history(**MARK), tools=tools, max_tokens=4, without=bare)
    return (yield from place_is_cached(ask, "tool_use", marked))


@row("content/tool_result/tool_use_id")
def tool_use_id_finds_the_call(ask: Ask) -> ProbeRun:
    """A result's `tool_use_id` says which call it answers, whatever the order.

    To mend: keep the ids of results when you translate a history for the model.
    """
    return (yield from joined_by_id(ask, "tool_use_id"))


@row("content/tool_result/content")
def tool_result_content_reaches_the_model(ask: Ask) -> ProbeRun:
    """What a tool answered reaches the model, as a string and as a list of blocks.

    To mend: accept both forms and put their text in front of the model.
    """

    def answered(content: object, question: str = f"The result is in. {ASKED}") -> list[Any]:
        return [
            user("Look up the vault code."),
            assistant(call("toolu_look01", "look_up", {"what": "vault code"})),
            user(result("toolu_look01", content), question),
        ]

    tools = [tool("look_up", "Looks things up.", what="string")]
    fact = f"The vault code is {TELLTALE}."
    empty = ask.control(answered("Nothing found."), tools=tools)
    plainly = ask.control(answered("Nothing found.", f"Never mind. {PLAINLY}"), tools=tools)

    def carried_as(form: str, content: object) -> ProbeRun:
        return carried(
            ask(answered(content), tools=tools),
            canary=TELLTALE,
            what=f"a tool result as {form}",
            without=empty,
            plainly=plainly,
        )

    codes = shared_conversation.RESULT_STRING, shared_conversation.RESULT_BLOCKS
    shared: Exchange = yield everything(ask)
    if all(tells(shared, code) for code in codes):
        return works(f"the model told what results of both forms hold: {codes}", shared)
    string = yield from carried_as("a string", fact)
    blocks = yield from carried_as("a list of blocks", [text(fact)])
    if {string.kind, blocks.kind} == {Kind.WORKS, Kind.IGNORED}:
        good, bad = (string, blocks) if string.kind is Kind.WORKS else (blocks, string)
        return partial(f"{good.summary}; but {bad.summary}", *bad.exchanges)
    return string if blocks.kind is Kind.WORKS else blocks


@row("content/tool_result/cache_control")
def tool_result_is_cached(ask: Ask) -> ProbeRun:
    """A tool result marked with `cache_control` ends a prefix that is cached.

    To mend: as for text blocks; the mark may stand on any block.
    """

    def history(**mark: Any) -> list[Any]:
        return [
            user("Fetch the inventory."),
            assistant(call("toolu_fetch01", "fetch", {"what": "inventory"})),
            user(result("toolu_fetch01", long_text("maple"), **mark), "Say hello."),
        ]

    tools = [tool("fetch", "Fetches a text.", what="string")]
    bare = ask.control(history(), tools=tools, max_tokens=4)
    marked = ask(history(**MARK), tools=tools, max_tokens=4, without=bare)
    return (yield from place_is_cached(ask, "tool_result", marked))


@row("content/tool_result/is_error")
def is_error_reaches_the_model(ask: Ask) -> ProbeRun:
    """`is_error` tells the model that a call failed, where the content does not.

    To mend: mark failed results for the model, or refuse the field if it is not supported.
    """

    return (
        yield from reached(
            ask,
            lambda exchange: set(numbers(exchange)) == FAILED,
            ask(**bells()),
            without=ask.control(**bells(marked=False)),
            yes="the model tells failed calls from successful ones",
            no="the mark was accepted and did not reach the model",
        )
    )


def search(query: str, *found: str) -> list[dict[str, Any]]:
    """An earlier web search, and pages of those titles."""
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
                for title in found
            ],
        },
    ]


def searched(ask: Ask, rest: list[dict[str, Any]], canary: str, what: str) -> ProbeRun:
    """Of an earlier web search, the query or what was found reaches the model."""
    pair = search(f"The vault code is {TELLTALE}.", OTHER_PLAINLY)
    return pair_carries(ask, pair, rest, canary, what, "web-search-2025-03-05")


@row("content/server_tool_use")
def server_tool_use_reaches_the_model(ask: Ask) -> ProbeRun:
    """An earlier call of a tool that the endpoint runs itself reaches the model.

    To mend: keep the block in the history, or refuse it with 400.
    """
    rest = search("codes", OTHER_PLAINLY)
    return (yield from searched(ask, rest, TELLTALE, "the server tool call"))


@row("content/web_search_tool_result")
def web_search_result_reaches_the_model(ask: Ask) -> ProbeRun:
    """What an earlier web search found reaches the model.

    To mend: keep the block in the history, or refuse it with 400.
    """
    rest = search(f"The vault code is {TELLTALE}.")
    return (yield from searched(ask, rest, OTHER_TELLTALE, "the web search result"))


@row("content/code_execution_tool_result")
def code_execution_result_reaches_the_model(ask: Ask) -> ProbeRun:
    """What earlier code printed reaches the model.

    To mend: keep the block in the history, or refuse it with 400.
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
            "stdout": f"The vault code is {TELLTALE}.",
            "stderr": "",
            "return_code": 0,
            "content": [],
        },
    }
    return (
        yield from history_carries(
            ask, [ran, printed], "the code's output", "code-execution-2025-05-22"
        )
    )


def mcp(given: str, answered: str) -> list[dict[str, Any]]:
    """A call of a tool on an MCP server, and its answer."""
    return [
        {
            "type": "mcp_tool_use",
            "id": "mcptoolu_look01",
            "name": "look_up",
            "server_name": "vaults",
            "input": {"what": given},
        },
        {
            "type": "mcp_tool_result",
            "tool_use_id": "mcptoolu_look01",
            "is_error": False,
            "content": [text(answered)],
        },
    ]


def looked_up(ask: Ask, rest: list[dict[str, Any]], canary: str, what: str) -> ProbeRun:
    """Of an earlier call of an MCP tool, its input or its answer reaches the model."""
    pair = mcp(f"The vault code is {TELLTALE}.", OTHER_PLAINLY)
    return pair_carries(ask, pair, rest, canary, what, "mcp-client-2025-11-20")


@row("content/mcp_tool_use")
def mcp_call_reaches_the_model(ask: Ask) -> ProbeRun:
    """What an earlier call of an MCP tool was given reaches the model.

    To mend: keep the block in the history, or refuse it with 400.
    """
    rest = mcp("codes", OTHER_PLAINLY)
    return (yield from looked_up(ask, rest, TELLTALE, "the MCP tool call"))


@row("content/mcp_tool_result")
def mcp_result_reaches_the_model(ask: Ask) -> ProbeRun:
    """What an MCP tool answered reaches the model.

    To mend: keep the block in the history, or refuse it with 400.
    """
    rest = mcp(f"The vault code is {TELLTALE}.", "Noted.")
    return (yield from looked_up(ask, rest, OTHER_TELLTALE, "the MCP tool's answer"))


@row("content/container_upload")
def container_upload_is_used(ask: Ask) -> ProbeRun:
    """An uploaded file is put into a container, which the answer then reports.

    To mend: refuse the block with 400 if there are no containers.
    """
    upload = {"type": "container_upload", "file_id": "file_conformance01"}
    sent: Exchange = yield ask(
        [user(upload, "Say hello.")], headers={"anthropic-beta": "files-api-2025-04-14"}
    )
    if (sent.message or {}).get("container"):
        return works("the answer reports the container the file went to", sent)
    return ignored("the file was accepted and is in no container", sent)
