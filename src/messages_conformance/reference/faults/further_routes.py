"""Faults of further routes: token counting and the list of models."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    STRICT,
    Body,
    of_stages,
)
from messages_conformance.reference.faults.edits import Block, with_blocks, without, without_blocks
from messages_conformance.reference.model_claims import ModelClaims
from messages_conformance.reference.pipeline import Keys, ParsedRequest, Stages
from messages_conformance.reference.response import Refusal, Response, json_response


@of_stages("endpoint/count_tokens", endpoints=(STRICT,), side_effects=("wire/tokens",))
def counts_are_characters(stages: Stages) -> Stages:
    """count_tokens is far from what a message is charged (litellm#30043)."""
    return _with_count(stages, lambda counted: {"input_tokens": counted * 4})


@of_stages(
    "wire/tokens",
    rule="RS-CNT-2",
    endpoints=(STRICT,),
    side_effects=("endpoint/count_tokens",),
)
def counts_forget_the_frame(stages: Stages) -> Stages:
    """count_tokens differs from what a message is charged by a constant."""
    return _with_count(stages, lambda counted: {"input_tokens": counted + 40})


@of_stages(
    "wire/message",
    rule="RS-CNT-1",
    endpoints=(STRICT,),
    side_effects=("endpoint/count_tokens", "basic/stream"),
)
def count_in_openai_words(stages: Stages) -> Stages:
    """count_tokens names its count `total_tokens`."""
    return _with_count(stages, lambda counted: {"total_tokens": counted})


@of_stages("endpoint/count_tokens", endpoints=(STRICT,), side_effects=("wire/tokens",))
def nothing_can_be_counted(stages: Stages) -> Stages:
    """There is no count_tokens (Model Studio's page of 2026-08 serves messages only)."""
    return replace(stages, routes={})


@of_stages("endpoint/count_tokens", endpoints=(STRICT,), side_effects=("wire/tokens",))
def counts_forget_system_and_tools(stages: Stages) -> Stages:
    """count_tokens counts the messages only: 48 for 728 (CLIProxyAPI#679)."""
    return _counting(stages, lambda body: without(body, "system", "tools", "tool_choice"))


@of_stages("endpoint/count_tokens", endpoints=(STRICT,), side_effects=("wire/tokens",))
def counts_forget_documents(stages: Stages) -> Stages:
    """count_tokens leaves out documents (devised)."""
    return _counting(stages, lambda body: without_blocks(body, "document"))


@of_stages("endpoint/count_tokens", endpoints=(STRICT,), side_effects=("wire/tokens",))
def counts_forget_results_in_blocks(stages: Stages) -> Stages:
    """count_tokens counts results that are strings, and not those that are blocks (devised)."""

    def emptied(block: Block, _: str) -> Block:
        is_list = block.get("type") == "tool_result" and isinstance(block.get("content"), list)
        return {**block, "content": ""} if is_list else block

    return _counting(stages, lambda body: with_blocks(body, emptied))


@of_stages("endpoint/count_tokens", endpoints=(STRICT,), side_effects=("wire/tokens",))
def counts_forget_pictures(stages: Stages) -> Stages:
    """count_tokens does not count images."""
    return _counting(stages, lambda body: without_blocks(body, "image"))


@of_stages("endpoint/count_tokens", endpoints=(STRICT,), side_effects=("wire/tokens",))
def counts_forget_results(stages: Stages) -> Stages:
    """count_tokens does not count what tool results hold: devised."""

    def emptied(block: Block, _role: str) -> Block:
        return {**block, "content": ""} if block.get("type") == "tool_result" else block

    return _counting(stages, lambda body: with_blocks(body, emptied))


@of_stages("endpoint/count_tokens", endpoints=(STRICT,), side_effects=("wire/tokens",))
def counts_forget_inputs_of_calls(stages: Stages) -> Stages:
    """count_tokens does not count the inputs of earlier calls: devised."""

    def emptied(block: Block, _role: str) -> Block:
        return {**block, "input": {}} if block.get("type") == "tool_use" else block

    return _counting(stages, lambda body: with_blocks(body, emptied))


@of_stages("endpoint/count_tokens", endpoints=(STRICT,))
def counting_tools_crashes(stages: Stages) -> Stages:
    """count_tokens answers a request with tools with 500."""

    def crash(body: Body) -> Body:
        if body.get("tools"):
            raise Refusal(500, "tools cannot be counted")
        return body

    return _counting(stages, crash)


def _counting(stages: Stages, change: Callable[[Body], Body]) -> Stages:
    """The stages with another body counted."""
    path = "/v1/messages/count_tokens"

    def count(inner: Stages, request: AdmittedRequest) -> Response:
        return stages.routes[path](inner, replace(request, body=change(request.body)))

    return replace(stages, routes={**stages.routes, path: count})


@of_stages(
    "wire/error",
    rule="ER-10",
    endpoints=(STRICT,),
    side_effects=("endpoint/count_tokens", "wire/tokens"),
)
def betas_stay_with_the_next_count(stages: Stages) -> Stages:
    """A proxy adds the betas of earlier requests to those that count tokens (met at a proxy that
    adds them to all later requests)."""
    named: dict[str, None] = {}

    def receive(request: ParsedRequest) -> ParsedRequest:
        received = stages.receive(request)
        betas = received.headers.get(_BETA, "")
        if "max_tokens" in received.body or "messages" not in received.body:
            named.update(dict.fromkeys(filter(None, betas.split(","))))
            return received
        joined = ",".join(dict.fromkeys([*filter(None, betas.split(",")), *named]))
        return (
            replace(received, headers={**received.headers, _BETA: joined}) if joined else received
        )

    return replace(stages, receive=receive)


_BETA = "anthropic-beta"


@of_stages("endpoint/models", endpoints=(STRICT,))
def no_models_are_listed(stages: Stages) -> Stages:
    """There is no GET /v1/models (Model Studio's FAQ)."""
    return replace(stages, models=None)


@of_stages("endpoint/models", endpoints=(STRICT,), side_effects=("wire/message",))
def models_listed_as_openai(stages: Stages) -> Stages:
    """GET /v1/models has OpenAI's shape."""

    def models(*given: Any) -> Response:
        stages.models(*given)  # type: ignore[misc]
        return json_response({"object": "list", "data": [{"id": "m", "object": "model"}]})

    return replace(stages, models=models)


@of_stages("refusal/no_key", endpoints=(STRICT,))
def counting_needs_no_key(stages: Stages) -> Stages:
    """Tokens are counted without a key, as by gateways that guard one route alone."""

    def receive(request: ParsedRequest) -> ParsedRequest:
        received = stages.receive(request)
        counted = "messages" in received.body and "max_tokens" not in received.body
        return (
            replace(received, headers={**received.headers, _OPEN: "yes"}) if counted else received
        )

    return _without_key(replace(stages, receive=receive), lambda headers, _: _OPEN in headers)


@of_stages("refusal/no_key", endpoints=(STRICT,))
def listing_models_needs_no_key(stages: Stages) -> Stages:
    """The models are listed without a key, as by llama.cpp."""
    return _without_key(stages, lambda _, claims: claims is None)


_OPEN = "x-needs-no-key"
"""A header that a faulty endpoint adds to requests that it answers without a key."""


def _without_key(
    stages: Stages, is_open: Callable[[Mapping[str, str], ModelClaims | None], bool]
) -> Stages:
    """The stages that answer some requests where no key is given."""

    def authenticate(headers: Mapping[str, str], keys: Keys, claims: ModelClaims | None) -> None:
        keyless = not {"x-api-key", "authorization"} & headers.keys()
        if not (keyless and is_open(headers, claims)):
            stages.authenticate(headers, keys, claims)

    return replace(stages, authenticate=authenticate)


def _with_count(stages: Stages, change: Callable[[int], dict[str, int]]) -> Stages:
    path = "/v1/messages/count_tokens"

    def count(inner: Stages, request: AdmittedRequest) -> Response:
        answer = stages.routes[path](inner, request)
        return json_response(change(json.loads(answer.body)["input_tokens"]))

    return replace(stages, routes={**stages.routes, path: count})
