"""Asking the strict profile in this process, and the things to ask it with."""

import asyncio
import json
from typing import Any

from messages_conformance.claims import library
from messages_conformance.probing.content import assistant, banded_png, call, text, tool, user
from messages_conformance.reference.endpoint import IncomingRequest, ReferenceEndpoint
from messages_conformance.reference.pipeline import Keys
from messages_conformance.reference.strict import STRICT

REVISION = library.shipped("anthropic")
MODEL = "claude-sonnet-4-5"
OLD, NEW = "2023-06-01", "2026-10-21"
HI = user("Say hello.")
BELL = tool("ring_bell", "Rings the bell.", times="integer")
RANG = call("toolu_1", "ring_bell", {"times": 1})
RANG_TOO = call("call_2", "ring_bell", {"times": 1})
BUDGET = {"type": "enabled", "budget_tokens": 1024}


class Answered:
    def __init__(self, status: int, headers: dict[str, str], body: Any) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def refusal(self) -> str:
        assert self.status == 400, self.body
        assert self.body["error"]["type"] == "invalid_request_error"
        said: str = self.body["error"]["message"]
        return said


def asked(
    endpoint: ReferenceEndpoint | None = None,
    *,
    version: str | None = OLD,
    path: str = "/v1/messages",
    method: str = "POST",
    query: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    raw: bytes | None = None,
    **fields: Any,
) -> Answered:
    """Ask a fresh endpoint; a field set to None is left out."""
    endpoint = endpoint or ReferenceEndpoint(REVISION, Keys("right"), stages=STRICT, crowding=0)
    body = {"model": MODEL, "max_tokens": 64, "messages": [HI], **fields}
    body = {name: value for name, value in body.items() if value is not None}
    sent = {"x-api-key": "right"} if headers is None else headers
    if version is not None:
        sent = {**sent, "anthropic-version": version}
    content = json.dumps(body).encode() if raw is None else raw
    answer = asyncio.run(
        endpoint.respond(IncomingRequest(method, path, sent, content, query or {}))
    )
    streamed = dict(answer.headers)["content-type"].startswith("text/event-stream")
    said = answer.body.decode() if streamed else json.loads(answer.body)
    return Answered(answer.status, dict(answer.headers), said)


def beta(name: str) -> dict[str, str]:
    return {"x-api-key": "right", "anthropic-beta": name}


def called(*answer: Any, calls: tuple[Any, ...] = (RANG,)) -> dict[str, Any]:
    return {"tools": [BELL], "messages": [user("Ring."), assistant(*calls), user(*answer)]}


def picture(kind: str, data: str) -> dict[str, Any]:
    source = {"type": "base64", "media_type": kind, "data": data}
    return {"messages": [user({"type": "image", "source": source}, "What is it?")]}


def document(**fields: Any) -> dict[str, Any]:
    source = {"type": "text", "media_type": "text/plain", "data": "Oaks grow slowly."}
    return {"type": "document", "source": source, **fields}


def marked(*lifetimes: str) -> dict[str, Any]:
    marks = [{"type": "ephemeral", "ttl": lifetime} for lifetime in lifetimes]
    return {"messages": [user(*(text("Part.", cache_control=mark) for mark in marks), "Hi.")]}


def formed(**schema: Any) -> dict[str, Any]:
    form = {"type": "object", "additionalProperties": False, **schema}
    return {"output_config": {"format": {"type": "json_schema", "schema": form}}}


PNG = banded_png(("red", "blue"))
CITED = {
    "type": "char_location",
    "cited_text": "Oaks",
    "document_index": 0,
    "document_title": None,
    "start_char_index": 0,
    "end_char_index": 4,
}
FOUND = {
    "type": "search_result",
    "source": "https://example.com",
    "title": "Oaks",
    "content": [text("Oaks grow.")],
}
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": "bWFkZSB1cA=="}
SEARCHED = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
