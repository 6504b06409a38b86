"""The way from a request to its answer, as stages that can be wrapped one by one.

Each stage is a pure function, so a variant of the endpoint replaces the stages it changes
(`dataclasses.replace`) and keeps the rest.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from messages_conformance.reference import stream, validation
from messages_conformance.reference.answer import Answer, Refusal, in_json, refused
from messages_conformance.reference.cache import Cache, Prompt
from messages_conformance.reference.call import Call
from messages_conformance.reference.follower import follow
from messages_conformance.reference.profile import Profile
from messages_conformance.reference.reply import Block, Reply, finish
from messages_conformance.reference.transcript import Transcript, render
from messages_conformance.verdict import Claim

Message = dict[str, Any]


@dataclass(frozen=True)
class Keys:
    """The credentials an endpoint knows; the restricted one may do nothing."""

    key: str
    restricted_key: str | None = None


def authenticate(headers: Mapping[str, str], keys: Keys, profile: Profile | None) -> None:
    """Let a request in by either header; `x-api-key` counts where both stand.

    Raises:
        Refusal: 401 without a known key, 403 with the restricted one.
    """
    presented = headers.get("x-api-key")
    if presented is None or (profile and profile.claim("header/x-api-key") is Claim.UNSUPPORTED):
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
        "model": call.profile.model.id,
        "content": list(reply.blocks),
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
        "usage": usage,
    }


def deliver(call: Call, message: Message) -> Answer:
    """The message as one document, or as the stream that was asked for."""
    if not call.body.get("stream"):
        return in_json(message)
    headers = (
        ("content-type", "text/event-stream; charset=utf-8"),
        ("cache-control", "no-cache"),
    )
    return Answer(200, headers, tuple(stream.encoded(event) for event in stream.events(message)))


@dataclass(frozen=True)
class Stages:
    """The stages in the order they run; a request leaves at the first `Refusal`."""

    authenticate: Callable[[Mapping[str, str], Keys, Profile | None], None] = authenticate
    checks: tuple[validation.Check, ...] = validation.CHECKS
    render: Callable[[dict[str, Any]], Transcript] = render
    follow: Callable[[Call, Transcript], tuple[Block, ...]] = think_and_say
    end: Callable[[Call, tuple[Block, ...]], Reply] = end
    compose: Callable[[Call, Prompt, Reply], Message] = compose
    deliver: Callable[[Call, Message], Answer] = deliver
    refuse: Callable[[Refusal, str], Answer] = refused

    def answer(self, call: Call, cache: Cache) -> Answer:
        """Carry out an admitted call.

        Raises:
            Refusal: a check found it at fault.
        """
        for check in self.checks:
            check(call)
        transcript = self.render(call.body)
        reply = self.end(call, self.follow(call, transcript))
        prompt = cache.take(transcript, call.profile.model.id)
        return self.deliver(call, self.compose(call, prompt, reply))


DOCUMENTED = Stages()
"""The endpoint as its page documents it."""


def _dressed(call: Call, position: int, block: Block) -> Block:
    if block["type"] == "tool_use":
        return {"type": "tool_use", "id": call.id("toolu_", position), **block}
    if block["type"] == "thinking":
        return {**block, "signature": call.signature(block["thinking"])}
    return block
