"""The way from a request to its answer, as stages that can be wrapped one by one.

Each stage is a pure function, so a variant of the endpoint replaces the stages it changes
(`dataclasses.replace`) and keeps the rest. In the order they run:

    hear → find → authenticate → checks → render → follow → end → account → compose
         → hand_over, or tell → frame;  refuse, from anywhere;  and send, at the last
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from messages_conformance.claims.page import Model, Revision
from messages_conformance.protocol.build import serialise
from messages_conformance.reference import stream, validation
from messages_conformance.reference.cache import Cache, Prompt
from messages_conformance.reference.completion import Block, Reply, finish
from messages_conformance.reference.model_claims import Promises
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Answer, Refusal, in_json, refused
from messages_conformance.reference.simulated_model import follow
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
class Heard:
    """A request as it came in."""

    headers: Mapping[str, str]
    """Names in lower case."""
    body: dict[str, Any]


Route: TypeAlias = Callable[["Stages", Call], Answer]
"""Carries out what is asked of another path than that of messages."""


def hear(heard: Heard) -> Heard:
    """Take a request as it came."""
    return heard


def find(revision: Revision, name: str) -> Model:
    """Look the model up.

    Raises:
        Refusal: 404, there is none of that name.
    """
    for model in revision.models:
        if model.id == name:
            return model
    raise Refusal(404, f"model: {name}")


def authenticate(headers: Mapping[str, str], keys: Keys, promises: Promises | None) -> None:
    """Let a request in by either header; `x-api-key` counts where both stand.

    Raises:
        Refusal: 401 without a known key, 403 with the restricted one.
    """
    presented = headers.get("x-api-key")
    if presented is None or (promises and promises.claim("header/x-api-key") is Claim.UNSUPPORTED):
        scheme, _, token = headers.get("authorization", "").partition(" ")
        presented = token.strip() if scheme.lower() == "bearer" else None
    if presented is None:
        raise Refusal(401, "x-api-key or Authorization: Bearer header is required")
    if keys.restricted_key is not None and presented == keys.restricted_key:
        raise Refusal(403, "Your API key does not have permission to use this resource")
    if presented != keys.key:
        raise Refusal(401, "invalid API key")


def think_and_say(call: Call, transcript: Transcript) -> tuple[Block, ...]:
    """Let the follower answer; with ids and signatures its blocks are as the API sends them."""
    said = follow(transcript, call.chance, call.seed)
    return tuple(_dressed(call, i, block) for i, block in enumerate(said))


def end(call: Call, blocks: tuple[Block, ...]) -> Reply:
    """End the answer where the request wants it ended."""
    return finish(blocks, call.body["max_tokens"], call.body.get("stop_sequences") or [])


def account(call: Call, transcript: Transcript, cache: Cache) -> Prompt:
    """Say what the prompt costs, and remember what of it is cached."""
    return cache.take(transcript, call.promises.model.id)


def compose(call: Call, prompt: Prompt, reply: Reply) -> Message:
    """The whole message, with its usage."""
    usage: dict[str, Any] = {
        "input_tokens": prompt.fresh,
        "cache_creation_input_tokens": prompt.written,
        "cache_read_input_tokens": prompt.read,
        "output_tokens": reply.output_tokens,
    }
    if call.body.get("service_tier"):
        usage["service_tier"] = "standard"
    return {
        "id": call.id("msg_"),
        "type": "message",
        "role": "assistant",
        "model": call.promises.model.id,
        "content": list(reply.blocks),
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
        "usage": usage,
    }


def hand_over(_call: Call, message: Message) -> Answer:
    """The message as one document."""
    return in_json(message)


def tell(_call: Call, message: Message) -> Events:
    """The message as the events of a stream."""
    return stream.events(message)


def frame(_call: Call, events: Events) -> Answer:
    """The events as they go over the wire, each a piece of its own."""
    headers = (
        ("content-type", "text/event-stream; charset=utf-8"),
        ("cache-control", "no-cache"),
    )
    return Answer(200, headers, tuple(serialise([event]) for event in events))


def send(_heard: Heard | None, answer: Answer) -> Answer:
    """Send an answer as it is; None was heard where the request could not be read."""
    return answer


@dataclass(frozen=True)
class Stages:
    """The stages in the order they run; a request leaves at the first `Refusal`."""

    hear: Callable[[Heard], Heard] = hear
    find: Callable[[Revision, str], Model] = find
    authenticate: Callable[[Mapping[str, str], Keys, Promises | None], None] = authenticate
    checks: tuple[validation.Check, ...] = validation.CHECKS
    render: Callable[[dict[str, Any]], Transcript] = render
    follow: Callable[[Call, Transcript], tuple[Block, ...]] = think_and_say
    end: Callable[[Call, tuple[Block, ...]], Reply] = end
    account: Callable[[Call, Transcript, Cache], Prompt] = account
    compose: Callable[[Call, Prompt, Reply], Message] = compose
    hand_over: Callable[[Call, Message], Answer] = hand_over
    tell: Callable[[Call, Message], Events] = tell
    frame: Callable[[Call, Events], Answer] = frame
    refuse: Callable[[Refusal, str], Answer] = refused
    send: Callable[[Heard | None, Answer], Answer] = send
    routes: Mapping[str, Route] = field(default_factory=lambda: MappingProxyType({}))
    """What is behind other paths that take a POST of a request, by path."""
    models: Callable[[Revision, str, Mapping[str, str]], Answer] | None = None
    """Answers a GET below ``/v1/models``, given the rest of the path and the query."""

    def answer(self, call: Call, cache: Cache) -> Answer:
        """Carry out an admitted call.

        Raises:
            Refusal: a check found it at fault.
        """
        for check in self.checks:
            check(call)
        transcript = self.render(call.body)
        reply = self.end(call, self.follow(call, transcript))
        message = self.compose(call, self.account(call, transcript, cache), reply)
        if call.body.get("stream"):
            return self.frame(call, self.tell(call, message))
        return self.hand_over(call, message)


DOCUMENTED = Stages()
"""The endpoint as its page documents it."""


def _dressed(call: Call, position: int, block: Block) -> Block:
    if block["type"] == "tool_use":
        return {"type": "tool_use", "id": call.id("toolu_", position), **block}
    if block["type"] == "thinking":
        return {**block, "signature": call.signature(block["thinking"])}
    return block
