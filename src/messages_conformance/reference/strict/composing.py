"""The message as the genuine API sends it."""

from messages_conformance.reference import pipeline
from messages_conformance.reference.cache import Prompt
from messages_conformance.reference.completion import Block, Reply
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.strict.caching import written


def compose(call: Call, prompt: Prompt, reply: Reply) -> Message:
    """The whole message; its usage tells tier and lifetimes (rules PC-8, RS-USE-5)."""
    message = pipeline.compose(call, prompt, reply)
    message["usage"]["cache_creation"] = written(call, prompt)
    message["usage"]["service_tier"] = "standard"
    if (call.body.get("thinking") or {}).get("display") == "omitted":
        message["content"] = [_omitted(call, block) for block in message["content"]]
    return message


def _omitted(call: Call, block: Block) -> Block:
    """A thought of which only the signature is shown (rule ST-THK-2)."""
    if block["type"] != "thinking":
        return block
    return {**block, "thinking": "", "signature": call.signature("")}
