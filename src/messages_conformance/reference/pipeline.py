"""From a request to its response, as stages that can be replaced one by one.

Each stage is a pure function, so a variant of the endpoint replaces the stages it changes
(`dataclasses.replace`) and keeps the rest. They run in this order:

    receive → find_model → authenticate → checks → render → generate → form → finish → account
            → compose → to_json, or to_events → frame;  refuse, from anywhere;  send, last of all
"""

import hashlib
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType
from typing import Any, TypeAlias

from messages_conformance.claims.page import Model, Revision
from messages_conformance.protocol.build import serialise
from messages_conformance.reference import as_claimed, simulated_model, stream, validation
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.cache import Cache, PromptUsage
from messages_conformance.reference.completion import Block, Completion, finish_answer, finish_text
from messages_conformance.reference.model_claims import ModelClaims
from messages_conformance.reference.response import (
    Refusal,
    Response,
    json_response,
    refusal_response,
)
from messages_conformance.reference.stream import Events
from messages_conformance.reference.transcript import Transcript, render
from messages_conformance.verdict import Claim

Message: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Keys:
    """The credentials an endpoint knows; the restricted one may do nothing."""

    key: str
    restricted_key: str | None = None


@dataclass(frozen=True)
class ParsedRequest:
    """A request whose body is read, and nothing checked yet."""

    headers: Mapping[str, str]
    """Names in lower case."""
    body: dict[str, Any]
    query: Mapping[str, str] = field(default_factory=dict)


Route: TypeAlias = Callable[["Stages", AdmittedRequest], Response]
"""Answers a POST to another path than that of messages."""


def receive(request: ParsedRequest) -> ParsedRequest:
    """Take a request as it came."""
    return request


def find_model(revision: Revision, name: str) -> Model:
    """Look the model up.

    Raises:
        Refusal: 404, there is no model of that name.
    """
    for model in revision.models:
        if model.id == name:
            return model
    raise Refusal(404, f"model: {name}")


def authenticate(headers: Mapping[str, str], keys: Keys, claims: ModelClaims | None) -> None:
    """Accept a key in either header; `x-api-key` counts where both are sent.

    Raises:
        Refusal: 401 without a known key, 403 with the restricted one.
    """
    presented = headers.get("x-api-key")
    if presented is None or (claims and claims.claim("header/x-api-key") is Claim.UNSUPPORTED):
        scheme, _, token = headers.get("authorization", "").partition(" ")
        presented = token.strip() if scheme.lower() == "bearer" else None
    if presented is None:
        raise Refusal(401, "x-api-key or Authorization: Bearer header is required")
    if keys.restricted_key is not None and presented == keys.restricted_key:
        raise Refusal(403, "Your API key does not have permission to use this resource")
    if presented != keys.key:
        raise Refusal(401, "invalid API key")


def generate(request: AdmittedRequest, transcript: Transcript) -> tuple[Block, ...]:
    """Let the simulated model answer; its blocks get the ids and signatures that the API sends."""
    blocks = _said(request, transcript)
    return tuple(_complete(request, i, block) for i, block in enumerate(blocks))


_MOST_SAID = 5_000
"""Answers of the simulated model that are kept; then all are forgotten."""
_answers: dict[tuple[str, ...], tuple[Block, ...]] = {}


def _said(request: AdmittedRequest, transcript: Transcript) -> tuple[Block, ...]:
    """What the simulated model says; most of a run is asked again in the next, with a fault.

    A greedy answer depends on nothing but what the model reads.
    """
    read = hashlib.sha256(repr(transcript).encode("utf-8", "surrogatepass")).hexdigest()
    asked = ("", "greedy") if request.greedy else (request.digest, str(request.nth))
    key = (*asked, str(request.seed), read)
    if key not in _answers:
        if len(_answers) >= _MOST_SAID:
            _answers.clear()
        rng = Random(f"{request.seed}:{read}") if request.greedy else request.rng  # noqa: S311
        _answers[key] = simulated_model.generate(transcript, rng, request.seed)
    return deepcopy(_answers[key])


def finish(request: AdmittedRequest, blocks: tuple[Block, ...]) -> Completion:
    """End the answer where the request wants it to end; the page says what the limit counts."""
    stops, limit = request.body.get("stop_sequences") or [], request.body["max_tokens"]
    if request.claims.model.max_tokens_counts == "text":
        return finish_text(blocks, limit, stops)
    return finish_answer(blocks, limit, stops)


def account(request: AdmittedRequest, transcript: Transcript, cache: Cache) -> PromptUsage:
    """Count the tokens of the prompt, and remember which of its prefixes are cached."""
    return cache.count_and_remember(transcript, request.claims.model.id)


def compose(request: AdmittedRequest, prompt: PromptUsage, completion: Completion) -> Message:
    """The whole message, with its usage."""
    usage: dict[str, Any] = {
        "input_tokens": prompt.fresh,
        "cache_creation_input_tokens": prompt.written,
        "cache_read_input_tokens": prompt.read,
        "output_tokens": completion.output_tokens,
    }
    if request.body.get("service_tier"):
        usage["service_tier"] = "standard"
    message = {
        "id": request.id("msg_"),
        "type": "message",
        "role": "assistant",
        "model": request.claims.model.id,
        "content": list(completion.blocks),
        "stop_reason": completion.stop_reason,
        "stop_sequence": completion.stop_sequence,
        "usage": usage,
    }
    return as_claimed.message_with_gaps(request, message)


def to_json(_request: AdmittedRequest, message: Message) -> Response:
    """The message as one JSON document."""
    return json_response(message)


def to_events(request: AdmittedRequest, message: Message) -> Events:
    """The message as the events of a stream."""
    return as_claimed.events_with_gaps(request, stream.events(message))


def frame(_request: AdmittedRequest, events: Events) -> Response:
    """The events as bytes of an event stream, each a piece of its own."""
    headers = (
        ("content-type", "text/event-stream; charset=utf-8"),
        ("cache-control", "no-cache"),
    )
    return Response(200, headers, tuple(serialise([event]) for event in events))


def send(_request: ParsedRequest | None, response: Response) -> Response:
    """Send a response as it is; the request is None where it could not be read."""
    return response


@dataclass(frozen=True)
class Stages:
    """The stages in the order they run; a request leaves at the first `Refusal`."""

    receive: Callable[[ParsedRequest], ParsedRequest] = receive
    find_model: Callable[[Revision, str], Model] = find_model
    authenticate: Callable[[Mapping[str, str], Keys, ModelClaims | None], None] = authenticate
    checks: tuple[validation.Check, ...] = validation.CHECKS
    render: Callable[[dict[str, Any]], Transcript] = render
    generate: Callable[[AdmittedRequest, Transcript], tuple[Block, ...]] = generate
    form: Callable[[AdmittedRequest, tuple[Block, ...]], tuple[Block, ...]] = as_claimed.in_form
    """Constrains what was generated, however well the model does as asked."""
    finish: Callable[[AdmittedRequest, tuple[Block, ...]], Completion] = finish
    account: Callable[[AdmittedRequest, Transcript, Cache], PromptUsage] = account
    compose: Callable[[AdmittedRequest, PromptUsage, Completion], Message] = compose
    to_json: Callable[[AdmittedRequest, Message], Response] = to_json
    to_events: Callable[[AdmittedRequest, Message], Events] = to_events
    frame: Callable[[AdmittedRequest, Events], Response] = frame
    refuse: Callable[[Refusal, str], Response] = refusal_response
    send: Callable[[ParsedRequest | None, Response], Response] = send
    routes: Mapping[str, Route] = field(default_factory=lambda: MappingProxyType({}))
    """Further paths that take a POST, by path."""
    models: Callable[[Revision, str, Mapping[str, str]], Response] | None = None
    """Answers a GET below ``/v1/models``, given the rest of the path and the query."""

    def answer(self, request: AdmittedRequest, cache: Cache) -> Response:
        """Answer an admitted request for a message.

        Raises:
            Refusal: a check found the request invalid.
        """
        for check in self.checks:
            check(request)
        transcript = self.render(as_claimed.body_with_default(request))
        blocks = self.form(request, self.generate(request, transcript))
        completion = self.finish(request, blocks)
        prompt = self.account(request, transcript, cache)
        message = self.compose(request, prompt, completion)
        if request.body.get("stream"):
            return self.frame(request, self.to_events(request, message))
        return self.to_json(request, message)


def _complete(request: AdmittedRequest, position: int, block: Block) -> Block:
    if block["type"] == "tool_use":
        return {"type": "tool_use", "id": request.id("toolu_", position), **block}
    if block["type"] == "thinking":
        return {**block, "signature": request.signature(block["thinking"])}
    return block
