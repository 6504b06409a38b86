"""Sins of accounting: caches and tokens that do not add up."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from messages_conformance.reference.cache import Cache, Prompt
from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    of_message,
    of_stages,
    of_told,
    of_transcript,
)
from messages_conformance.reference.faults.edits import with_changes
from messages_conformance.reference.pipeline import Message, Stages
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Answer, in_json
from messages_conformance.reference.transcript import Transcript

_CACHED = tuple(
    f"{what}/cache_control" for what in ("tools", "content/tool_use", "content/tool_result")
)


def _with_usage(message: Message, **figures: int) -> Message:
    return with_changes(message, usage={**message["usage"], **figures})


@of_stages("content/text/cache_control", also=_CACHED)
def nothing_is_ever_read(stages: Stages) -> Stages:
    """The best-known tester passes prompt caching where caching is ignored; Ollama ignores it."""

    def account(_call: Call, transcript: Transcript, _cache: Cache) -> Prompt:
        return Prompt(0, 0, transcript.tokens)

    return replace(stages, account=account)


@of_transcript("content/text/cache_control", also=_CACHED)
def everything_is_cached(_body: Body, transcript: Transcript) -> Transcript:
    """Model Studio reads from an implicit cache, marked or not (reported in 2026-09)."""
    *before, last = transcript.pieces
    return replace(transcript, pieces=(*before, replace(last, marked=True)))


@of_message("wire/tokens", rule="RS-USE-3")
def written_tokens_never_told(_call: Call, message: Message) -> Message:
    """Model Studio: `cache_creation_input_tokens` is always 0 (reported in 2026-09)."""
    return _with_usage(message, cache_creation_input_tokens=0)


@of_message("wire/tokens", rule="RS-USE-3")
def input_includes_the_cache(_call: Call, message: Message) -> Message:
    """`input_tokens` includes what was read from the cache: totals double (vLLM#33923)."""
    usage = message["usage"]
    read = usage["cache_read_input_tokens"]
    return _with_usage(message, input_tokens=usage["input_tokens"] + read)


@of_stages("wire/tokens", rule="RS-USE-3", also=("basic/stream",))
def tokens_alternate(stages: Stages) -> Stages:
    """Two deployments with two tokenizers take turns: the same request costs now this, now that.

    GLM's counts were 1.4 to 2.5 times a client's (zai-coding-plugins#12).
    """

    def compose(call: Call, prompt: Prompt, *rest: Any) -> Message:
        more = prompt.fresh // 2 if call.nth % 2 else 0
        return stages.compose(call, replace(prompt, fresh=prompt.fresh + more), *rest)

    return replace(stages, compose=compose)


@of_told("wire/tokens", rule="ST-USE-4", also=("basic/stream",))
def streams_cost_more(_call: Call, message: Message) -> Message:
    """Streams are counted by another program than plain answers."""
    return _with_usage(message, input_tokens=message["usage"]["input_tokens"] + 21)


@of_stages("endpoint/count_tokens", worlds=(STRICT,), also=("wire/tokens",))
def counts_are_characters(stages: Stages) -> Stages:
    """count_tokens far from what is charged breaks a client's compaction (litellm#30043)."""
    return _counting(stages, lambda counted: {"input_tokens": counted * 4})


@of_stages(
    "wire/tokens",
    rule="RS-CNT-2",
    worlds=(STRICT,),
    also=("endpoint/count_tokens",),
)
def counts_forget_the_frame(stages: Stages) -> Stages:
    """The same, by a constant: a system prompt of the vendor's own is charged and not counted."""
    return _counting(stages, lambda counted: {"input_tokens": counted + 40})


@of_stages(
    "wire/message",
    rule="RS-CNT-1",
    worlds=(STRICT,),
    also=("endpoint/count_tokens", "basic/stream"),
)
def count_in_openai_words(stages: Stages) -> Stages:
    """A count under another name: `total_tokens`."""
    return _counting(stages, lambda counted: {"total_tokens": counted})


@of_stages("endpoint/count_tokens", worlds=(STRICT,), also=("wire/tokens",))
def nothing_can_be_counted(stages: Stages) -> Stages:
    """Model Studio documents that it serves messages and nothing else (page of 2026-08)."""
    return replace(stages, routes={})


@of_stages("endpoint/models", worlds=(STRICT,))
def no_models_are_listed(stages: Stages) -> Stages:
    """Model Studio: GET /v1/models is 404 (its FAQ says so)."""
    return replace(stages, models=None)


@of_stages("endpoint/models", worlds=(STRICT,), also=("wire/message",))
def models_listed_as_openai(stages: Stages) -> Stages:
    """OpenAI's list of models at the same path: `object: list`, no `has_more`."""

    def models(*given: Any) -> Answer:
        stages.models(*given)  # type: ignore[misc]
        return in_json({"object": "list", "data": [{"id": "m", "object": "model"}]})

    return replace(stages, models=models)


def _counting(stages: Stages, change: Callable[[int], dict[str, int]]) -> Stages:
    path = "/v1/messages/count_tokens"

    def count(inner: Stages, call: Call) -> Answer:
        answer = stages.routes[path](inner, call)
        return in_json(change(json.loads(answer.body)["input_tokens"]))

    return replace(stages, routes={**stages.routes, path: count})
