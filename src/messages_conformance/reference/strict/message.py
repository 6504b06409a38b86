"""The message as the genuine API sends it."""

from messages_conformance.reference import pipeline
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.cache import PromptUsage
from messages_conformance.reference.completion import Block, Completion
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.strict.cache_control import written_by_lifetime
from messages_conformance.reference.strict.current import tell_edits
from messages_conformance.reference.strict.web_search import tell_search


def compose(request: AdmittedRequest, prompt: PromptUsage, completion: Completion) -> Message:
    """The whole message; its usage states tier and cache lifetimes (rules PC-8, RS-USE-5)."""
    message = pipeline.compose(request, prompt, completion)
    message["usage"]["cache_creation"] = written_by_lifetime(request, prompt)
    message["usage"]["service_tier"] = "standard"
    if (request.body.get("thinking") or {}).get("display") == "omitted":
        message["content"] = [_omitted(request, block) for block in message["content"]]
    return tell_edits(request, tell_search(request, message))


def _omitted(request: AdmittedRequest, block: Block) -> Block:
    """A thinking block of which only the signature is shown (rule ST-THK-2)."""
    if block["type"] != "thinking":
        return block
    return {**block, "thinking": "", "signature": request.signature("")}
