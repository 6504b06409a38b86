"""The tool that searches the web: the API runs it, and its blocks come before the answer's text."""

from typing import Any, Final

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.content import as_blocks
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.strict.blocks import is_client_tool, type_of

_KIND: Final = "web_search_"


def without_forced_server_tool(body: dict[str, Any]) -> dict[str, Any]:
    """A body as the model is to answer it after the search that the API has run."""
    choice = body.get("tool_choice") or {}
    run = [tool.get("name") for tool in body.get("tools") or () if not is_client_tool(tool)]
    if choice.get("type") != "tool" or choice.get("name") not in run:
        return body
    return {name: value for name, value in body.items() if name != "tool_choice"}


def tell_search(request: AdmittedRequest, message: Message) -> Message:
    """Put a search before the answer where the request forces one, and count it."""
    choice = request.body.get("tool_choice") or {}
    forced = choice.get("name") if choice.get("type") == "tool" else None
    tools = request.body.get("tools") or ()
    if not any(
        tool.get("name") == forced and (type_of(tool) or "").startswith(_KIND) for tool in tools
    ):
        return message
    id, query = request.id("srvtoolu_"), _last_words(request)
    found = {
        "type": "web_search_result",
        "title": f"About: {query}",
        "url": "https://example.com/found",
        "encrypted_content": request.signature(query),
        "page_age": None,
    }
    search = [
        {"type": "server_tool_use", "id": id, "name": forced, "input": {"query": query}},
        {"type": "web_search_tool_result", "tool_use_id": id, "content": [found]},
    ]
    usage = {**message["usage"], "server_tool_use": {"web_search_requests": 1}}
    return {**message, "content": [*search, *message["content"]], "usage": usage}


def _last_words(request: AdmittedRequest) -> str:
    """What the last turn says."""
    blocks = as_blocks(request.body["messages"][-1].get("content"))
    return " ".join(block["text"] for block in blocks if block.get("type") == "text")
