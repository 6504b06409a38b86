"""What tools of the endpoint left in messages, and whether the model sees it."""

from typing import Any

from messages_conformance.probing import (
    BOTH_QUESTIONS,
    GARDEN,
    GARDEN_CODE,
    VAULT,
    VAULT_CODE,
    VAULT_QUESTION,
    Ask,
    Exchange,
    ProbeRun,
    assistant,
    ignored,
    prove_by_canary,
    row,
    text,
    user,
    works,
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
