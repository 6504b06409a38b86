"""Faults of usage: cached, input and output tokens that are wrong."""

from dataclasses import replace
from typing import Any

from messages_conformance.reference import tokens
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.cache import Cache, PromptUsage
from messages_conformance.reference.faults.decorators import (
    Body,
    of_message,
    of_stages,
    of_streamed_message,
    of_transcript,
)
from messages_conformance.reference.faults.edits import with_changes
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.transcript import Transcript

_CACHED = tuple(
    f"{what}/cache_control" for what in ("tools", "content/tool_use", "content/tool_result")
)


def _with_usage(message: Message, **figures: int) -> Message:
    return with_changes(message, usage={**message["usage"], **figures})


@of_stages("content/text/cache_control", side_effects=(*_CACHED, "request/cache_ttl_1h"))
def nothing_is_ever_read(stages: Stages) -> Stages:
    """Nothing is ever read from the cache, as caching is ignored.

    Source: Ollama; the best-known tester passes such an endpoint.
    """

    def account(_request: AdmittedRequest, transcript: Transcript, _cache: Cache) -> PromptUsage:
        return PromptUsage(0, 0, transcript.tokens)

    return replace(stages, account=account)


@of_transcript("content/text/cache_control", side_effects=(*_CACHED, "request/cache_ttl_1h"))
def everything_is_cached(_body: Body, transcript: Transcript) -> Transcript:
    """Prompts are cached without any `cache_control` (Model Studio's implicit cache, 2026-09)."""
    *before, last = transcript.pieces
    return replace(transcript, pieces=(*before, replace(last, marked=True)))


@of_message("wire/tokens", rule="RS-USE-3", side_effects=("request/cache_ttl_1h",))
def written_tokens_never_told(_request: AdmittedRequest, message: Message) -> Message:
    """`cache_creation_input_tokens` is always 0 (Model Studio, 2026-09)."""
    return _with_usage(message, cache_creation_input_tokens=0)


@of_message("wire/tokens", rule="RS-USE-3")
def input_includes_the_cache(_request: AdmittedRequest, message: Message) -> Message:
    """`input_tokens` includes the tokens read from the cache, so that totals double.

    Source: vLLM#33923.
    """
    usage = message["usage"]
    read = usage["cache_read_input_tokens"]
    return _with_usage(message, input_tokens=usage["input_tokens"] + read)


@of_message("wire/tokens", rule="RS-USE-3")
def input_includes_what_is_written(_request: AdmittedRequest, message: Message) -> Message:
    """`input_tokens` includes the tokens written to the cache (litellm#24850)."""
    usage = message["usage"]
    written = usage["cache_creation_input_tokens"]
    return _with_usage(message, input_tokens=usage["input_tokens"] + written)


@of_message("wire/message", rule="RS-USE-2", side_effects=("basic/max_tokens",))
def one_token_for_each_answer(_request: AdmittedRequest, message: Message) -> Message:
    """`output_tokens` is 1, however long the answer."""
    return _with_usage(message, output_tokens=1)


@of_message("basic/max_tokens")
def half_of_the_output_is_told(_request: AdmittedRequest, message: Message) -> Message:
    """`output_tokens` is half of what came, also where the limit cut the answer (devised)."""
    told = message["usage"]["output_tokens"] // 2
    return _with_usage(message, output_tokens=max(told, 1))


@of_message("wire/message", rule="RS-USE-2")
def calls_cost_nothing(_request: AdmittedRequest, message: Message) -> Message:
    """`output_tokens` leaves out the calls of tools, so that an answer of calls costs one token."""
    called = any(block["type"] == "tool_use" for block in message["content"])
    return _with_usage(message, output_tokens=1) if called else message


@of_message("wire/message", rule="RS-USE-2")
def thinking_costs_nothing(_request: AdmittedRequest, message: Message) -> Message:
    """`output_tokens` leaves out what was thought."""
    said = [block["text"] for block in message["content"] if block["type"] == "text"]
    thought = any(block["type"] == "thinking" for block in message["content"])
    if not thought:
        return message
    return _with_usage(message, output_tokens=tokens.count("".join(said)) or 1)


@of_message("wire/message", rule="RS-USE-6", side_effects=("endpoint/count_tokens",))
def ten_tokens_for_each_prompt(_request: AdmittedRequest, message: Message) -> Message:
    """`input_tokens` is 10, however long the prompt (llm-mock-api 0.1.2)."""
    return _with_usage(message, input_tokens=10)


@of_message("wire/tokens", rule="RS-USE-8", side_effects=("endpoint/count_tokens",))
def a_prompt_of_the_gateway_is_billed(_request: AdmittedRequest, message: Message) -> Message:
    """Each request costs 2,000 tokens more, as a gateway puts a prompt of its own before it."""
    return _with_usage(message, input_tokens=message["usage"]["input_tokens"] + 2_000)


@of_stages("wire/tokens", rule="RS-USE-3", side_effects=("basic/stream",))
def tokens_alternate(stages: Stages) -> Stages:
    """Equal requests have different `input_tokens`, as two tokenizers take turns.

    Source: GLM counts 1.4 to 2.5 times a client's tokens, zai-coding-plugins#12.
    """

    def compose(request: AdmittedRequest, prompt: PromptUsage, *rest: Any) -> Message:
        more = prompt.fresh // 2 if request.nth % 2 else 0
        return stages.compose(request, replace(prompt, fresh=prompt.fresh + more), *rest)

    return replace(stages, compose=compose)


@of_streamed_message(
    "wire/tokens", rule="ST-USE-4", side_effects=("basic/stream", "endpoint/count_tokens")
)
def streams_cost_more(_request: AdmittedRequest, message: Message) -> Message:
    """A stream has more `input_tokens` than the same answer in one piece."""
    return _with_usage(message, input_tokens=message["usage"]["input_tokens"] + 21)
