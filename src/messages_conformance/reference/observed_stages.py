"""How the endpoint plays what was observed of Model Studio: one function for each deviation.

`observed` says which observations each is made of.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from messages_conformance.protocol.sse import Event
from messages_conformance.reference import pairing, validation
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.cache import Cache, PromptUsage
from messages_conformance.reference.completion import Block, Completion, finish_text
from messages_conformance.reference.faults.decorators import without_checks
from messages_conformance.reference.pipeline import Message, ParsedRequest, Stages
from messages_conformance.reference.response import Refusal, Response, json_response
from messages_conformance.reference.stream import Events
from messages_conformance.reference.strict import STRICT
from messages_conformance.reference.transcript import Transcript

QWEN37, QWEN38, DEEPSEEK = "qwen3.7-plus", "qwen3.8-max", "deepseek-v4-flash"
"""The models whose answers were published."""

Apply = Callable[[Stages], Stages]


def by_model(stages: Stages, theirs: Stages, models: tuple[str, ...]) -> Stages:
    """The stages that depend on the model, chosen by it; checks are not among them."""

    def of(model: object) -> Stages:
        return theirs if model in models else stages

    def receive(request: ParsedRequest) -> ParsedRequest:
        return of(request.body.get("model")).receive(request)

    def render(body: dict[str, Any]) -> Transcript:
        return of(body["model"]).render(body)

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        return of(request.claims.model.id).finish(request, blocks)

    def account(request: AdmittedRequest, transcript: Transcript, cache: Cache) -> PromptUsage:
        return of(request.claims.model.id).account(request, transcript, cache)

    return replace(stages, receive=receive, render=render, finish=finish, account=account)


# -- refusals: one flat envelope, without `type: error`

_HELP: Final = "For details, see: https://www.alibabacloud.com/help/en/model-studio/error-code"
_CODES: Final = {401: "InvalidApiKey", 429: "Throttling"}
_WORDS: Final = {
    401: f"Invalid API-key provided. {_HELP}#apikey-error",
    429: f"Allocated quota exceeded, please increase your quota limit. {_HELP}#token-limit",
}


def flat_refusals(stages: Stages) -> Stages:
    """Refuse in one flat envelope."""

    def refuse(refusal: Refusal, request_id: str) -> Response:
        status, message = refusal.status, _WORDS.get(refusal.status, refusal.message)
        if status == 404 and message.startswith("model:"):
            status, message = 400, "Model not exist."
        if message == "max_tokens: Field required":
            message = "Request body format invalid"
        body = {
            "request_id": str(uuid.uuid5(uuid.NAMESPACE_OID, request_id)),
            "code": _CODES.get(status, "InvalidParameter"),
            "message": message,
        }
        return replace(json_response(body), status=status)

    return replace(stages, refuse=refuse)


# -- what is accepted


def history_is_not_paired(stages: Stages) -> Stages:
    """Take histories whose calls and results do not belong together."""
    return without_checks(stages, pairing.every_call_is_answered, pairing.every_result_has_its_call)


def unsigned_thinking(stages: Stages) -> Stages:
    """Take a thinking block without a signature as one with an empty one."""

    def signed(block: Any) -> Any:
        thought = isinstance(block, dict) and block.get("type") == "thinking"
        return {"signature": "", **block} if thought else block

    def receive(request: ParsedRequest) -> ParsedRequest:
        request = stages.receive(request)
        turns = request.body.get("messages")
        if not isinstance(turns, list):
            return request
        filled = [
            {**turn, "content": [signed(block) for block in turn["content"]]}
            if isinstance(turn, dict) and isinstance(turn.get("content"), list)
            else turn
            for turn in turns
        ]
        return replace(request, body={**request.body, "messages": filled})

    return replace(stages, receive=receive)


def broken_properties(stages: Stages) -> Stages:
    """Properties of a tool that are no object count as none."""

    def repaired(tool: Any) -> Any:
        schema = tool.get("input_schema") if isinstance(tool, dict) else None
        if not isinstance(schema, dict) or isinstance(schema.get("properties", {}), dict):
            return tool
        return {**tool, "input_schema": {"type": "object", **schema, "properties": {}}}

    def receive(request: ParsedRequest) -> ParsedRequest:
        request = stages.receive(request)
        tools = request.body.get("tools")
        if not isinstance(tools, list):
            return request
        return replace(request, body={**request.body, "tools": list(map(repaired, tools))})

    return replace(stages, receive=receive)


def budget_over_limit(stages: Stages) -> Stages:
    """A budget may exceed `max_tokens`; being a check, it looks at the model itself."""

    def check(request: AdmittedRequest) -> None:
        budget = (request.body.get("thinking") or {}).get("budget_tokens")
        if request.claims.model.id == DEEPSEEK and isinstance(budget, int):
            most = max(budget, request.body["max_tokens"])
            request = replace(request, body={**request.body, "max_tokens": most})
        validation.thinking(request)

    checks = tuple(check if one is validation.thinking else one for one in stages.checks)
    return replace(stages, checks=checks)


# -- thinking, and what max_tokens counts


def thinking_by_default(stages: Stages) -> Stages:
    """Think unless thinking is disabled."""

    def render(body: dict[str, Any]) -> Transcript:
        wanted = (body.get("thinking") or {}).get("type")
        return replace(stages.render(body), thinks=wanted != "disabled")

    return replace(stages, render=render)


def thinking_is_free(stages: Stages) -> Stages:
    """Thinking costs nothing of `max_tokens`."""

    def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
        stops = request.body.get("stop_sequences") or []
        return finish_text(blocks, request.body["max_tokens"], stops)

    return replace(stages, finish=finish)


def over_the_limit(by: int) -> Apply:
    """An answer that is cut reports more tokens than it was allowed."""

    def apply(stages: Stages) -> Stages:
        def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
            ended = stages.finish(request, blocks)
            cut = ended.stop_reason == "max_tokens"
            return replace(ended, output_tokens=ended.output_tokens + by) if cut else ended

        return replace(stages, finish=finish)

    return apply


# -- caches, counts and tools


def written_each_time(stages: Stages) -> Stages:
    """What is marked is written to a cache each time, and never read from it."""

    def account(request: AdmittedRequest, transcript: Transcript, cache: Cache) -> PromptUsage:
        prompt = stages.account(request, transcript, cache)
        return replace(prompt, written=prompt.written + prompt.read, read=0)

    return replace(stages, account=account)


_STEP: Final = 64
"""Tokens: all figures that were published of what was read are multiples."""


def cached_unasked(stages: Stages) -> Stages:
    """Equal beginnings are read from a cache without any mark, and none count as written."""

    def account(request: AdmittedRequest, transcript: Transcript, cache: Cache) -> PromptUsage:
        digest, tokens, read = hashlib.sha256(request.claims.model.id.encode()), 0, 0
        prefixes = []
        for piece in transcript.pieces:
            digest.update(piece.raw)
            tokens += piece.tokens
            prefixes.append(digest.hexdigest())
            read = tokens if prefixes[-1] in cache.known else read
        cache.known.update(prefixes)
        read = read // _STEP * _STEP
        return PromptUsage(read, 0, tokens - read)

    return replace(stages, account=account)


def parallel_switch_ignored(stages: Stages) -> Stages:
    """Ignore that calls are to be made one at a time."""

    def render(body: dict[str, Any]) -> Transcript:
        return replace(stages.render(body), parallel=True)

    return replace(stages, render=render)


def tokens_can_be_counted(stages: Stages) -> Stages:
    """Count tokens as the genuine API does."""
    return replace(stages, routes=STRICT.routes)


# -- the form of answers


def ids_of_uuids(stages: Stages) -> Stages:
    """Ids of messages are those of UUIDs, ids of calls have 24 hexadecimal digits."""

    def compose(request: AdmittedRequest, *rest: Any) -> Message:
        message = stages.compose(request, *rest)
        content = [
            {**block, "id": f"toolu_{_uuid(block['id']).hex[:24]}"}
            if block["type"] == "tool_use"
            else block
            for block in message["content"]
        ]
        return {**message, "id": f"msg_{_uuid(message['id'])}", "content": content}

    return replace(stages, compose=compose)


def _uuid(name: str) -> uuid.UUID:
    return uuid.uuid5(uuid.NAMESPACE_OID, name)


def no_blank_after_colons(stages: Stages) -> Stages:
    """No blank after the colons: legal, but some parsers then read nothing."""

    def frame(request: AdmittedRequest, events: Events) -> Response:
        answer = stages.frame(request, events)
        tight = (
            chunk.replace(b"event: ", b"event:", 1).replace(b"\ndata: ", b"\ndata:", 1)
            for chunk in answer.chunks
        )
        return replace(answer, chunks=tuple(tight))

    return replace(stages, frame=frame)


def ping_first(stages: Stages) -> Stages:
    """Send the pings before everything else."""

    def to_events(request: AdmittedRequest, message: Message) -> Events:
        events = stages.to_events(request, message)
        pings: list[Event] = [event for event in events if event.type == "ping"]
        return (*pings, *(event for event in events if event.type != "ping"))

    return replace(stages, to_events=to_events)


def openai_figures(stages: Stages) -> Stages:
    """Add OpenAI's details of what was cached to the usage."""

    def compose(request: AdmittedRequest, *rest: Any) -> Message:
        message = stages.compose(request, *rest)
        usage = message["usage"]
        details = {"cached_tokens": usage["cache_read_input_tokens"]}
        return {**message, "usage": {**usage, "prompt_tokens_details": details}}

    return replace(stages, compose=compose)


def few_tokens_at_start(stages: Stages) -> Stages:
    """Tell two figures in message_start, an estimate that is too low and a 0; the rest comes last.

    How the real one comes about is not known; those published are two fifths to a thirtieth.
    """

    def to_events(request: AdmittedRequest, message: Message) -> Events:
        return tuple(map(_with_estimate, stages.to_events(request, message)))

    return replace(stages, to_events=to_events)


def _with_estimate(event: Event) -> Event:
    data = event.json
    if data is None or event.type != "message_start":
        return event
    estimate = data["message"]["usage"].get("input_tokens", 0) // 7 + 1
    usage = {"input_tokens": estimate, "output_tokens": 0}
    started = {**data, "message": {**data["message"], "usage": usage}}
    return Event(event.name, json.dumps(started, ensure_ascii=False))
