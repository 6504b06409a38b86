"""Sins at the door: keys, versions, betas, and which model answers."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from messages_conformance.claims.page import Model, Revision
from messages_conformance.reference.faults.decorators import (
    STRICT,
    STRICT_2026,
    of_check,
    of_headers,
    of_message,
    of_refusal,
    of_stages,
)
from messages_conformance.reference.faults.error_bodies import errored, in_envelope, said
from messages_conformance.reference.model_claims import Promises
from messages_conformance.reference.pipeline import Keys, Message, Stages
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Answer, Refusal

Headers = Mapping[str, str]
_VERSION_ROW = "header/anthropic-beta+version"


@of_headers("header/x-api-key")
def x_api_key_unread(headers: Headers) -> Headers:
    """Jan took a key only as a Bearer token and knew no `x-api-key` (janhq/jan#7395)."""
    return {name: value for name, value in headers.items() if name != "x-api-key"}


@of_headers("header/authorization")
def bearer_unread(headers: Headers) -> Headers:
    """Endpoints that read `x-api-key` alone shut out every SDK since 2.0.0, which sends Bearer.

    Measured with anthropic-sdk-python 2.12.0 and @anthropic-ai/sdk 1.12.0.
    """
    return {name: value for name, value in headers.items() if name != "authorization"}


@of_stages(
    "header/x-api-key",
    also=(
        "header/authorization",
        "error/401",
        "error/403",
    ),
)
def any_key_accepted(stages: Stages) -> Stages:
    """Ollama documents that it takes an API key and does not validate it."""

    def let_in(_headers: Headers, _keys: Keys, _promises: Promises | None) -> None: ...

    return replace(stages, authenticate=let_in)


@of_stages(
    "header/authorization",
    also=(
        "error/401",
        "error/403",
    ),
)
def any_bearer_accepted(stages: Stages) -> Stages:
    """A gateway checks the key in one header and passes whatever comes in the other."""

    def authenticate(headers: Headers, keys: Keys, promises: Promises | None) -> None:
        if "x-api-key" in headers or "authorization" not in headers:
            stages.authenticate(headers, keys, promises)

    return replace(stages, authenticate=authenticate)


@of_stages(
    "header/x-api-key",
    also=(
        "error/401",
        "error/403",
    ),
)
def any_x_api_key_accepted(stages: Stages) -> Stages:
    """The reverse: whatever comes in `x-api-key` is passed on unread."""

    def authenticate(headers: Headers, keys: Keys, promises: Promises | None) -> None:
        if "x-api-key" not in headers:
            stages.authenticate(headers, keys, promises)

    return replace(stages, authenticate=authenticate)


@of_refusal("error/401", 401)
def wrong_key_gets_403(_refusal: Refusal, answer: Answer) -> Answer:
    """Later editions of Model Studio's page list 403 for a bad key, where this one has 401."""
    return in_envelope(answer, 403, "permission_error", said(answer))


@of_refusal("error/401", 401)
def wrong_key_in_flat_json(_refusal: Refusal, answer: Answer) -> Answer:
    """Model Studio's Token Plan answers 401 `{"code":"InvalidApiKey",…}`, as told in 2026-10."""
    return errored(answer, 401, {"code": "InvalidApiKey", "message": said(answer)})


@of_refusal("error/401", 401)
def wrong_key_in_openai_envelope(_refusal: Refusal, answer: Answer) -> Answer:
    """Model Studio's Coding Plan answers in OpenAI's envelope (NousResearch/hermes-agent#1739)."""
    inner = {
        "code": "invalid_api_key",
        "message": "invalid access token or token expired",
        "param": None,
        "type": "invalid_request_error",
    }
    return errored(answer, 401, {"error": inner, "request_id": "b9f1"})


@of_refusal("error/403", 403)
def restricted_key_in_flat_json(_refusal: Refusal, answer: Answer) -> Answer:
    """A lapsed plan gets a flat 403 `AccessDenied.Unpurchased` (hermes-agent#84302)."""
    body = {"code": "AccessDenied.Unpurchased", "message": "Access to model denied."}
    return errored(answer, 403, body)


@of_refusal("error/403", 403)
def restricted_key_gets_401(_refusal: Refusal, answer: Answer) -> Answer:
    """A key of another host or plan is told to be wrong (AionUi#2726, qwen-code#3858)."""
    return in_envelope(answer, 401, "authentication_error", said(answer))


@of_check(_VERSION_ROW)
def unknown_version_crashes(call: Call) -> None:
    """An unknown `anthropic-version` ends in a 500: vLLM answered every error so (vllm#43380)."""
    if call.headers.get("anthropic-version") not in ("2023-06-01", "2026-10-21"):
        raise Refusal(500, "internal_error")


@of_check(_VERSION_ROW, worlds=("documented", STRICT))
def current_version_refused(call: Call) -> None:
    """SDKs since 2.0.0 send `anthropic-version: 2026-10-21`; a gateway that knows one date falls.

    Measured with anthropic-sdk-python 2.12.0.
    """
    if call.headers.get("anthropic-version") == "2026-10-21":
        raise Refusal(400, 'anthropic-version: "2026-10-21" is not a valid version')


@of_stages(_VERSION_ROW, worlds=(STRICT, STRICT_2026), also=("basic/mcp_servers",))
def version_unread(stages: Stages) -> Stages:
    """DeepSeek and Ollama document that they ignore `anthropic-version` and `anthropic-beta`."""

    def with_version(stages_heard: Headers) -> Headers:
        kept = {n: v for n, v in stages_heard.items() if n != "anthropic-beta"}
        if kept.get("anthropic-version") not in ("2023-06-01", "2026-10-21"):
            kept["anthropic-version"] = "2023-06-01"
        return kept

    return of_headers(_VERSION_ROW)(with_version).put_into(stages)


@of_check(_VERSION_ROW, also=("basic/mcp_servers",))
def beta_header_meets_429(call: Call) -> None:
    """GLM answered any Claude beta header with 429, five times of five (hermes-agent#52455)."""
    if "anthropic-beta" in call.headers:
        raise Refusal(429, "code 1302: rate limit reached")


@of_message("basic/model")
def another_model_answers(_call: Call, message: Message) -> Message:
    """Every Claude name on a coding plan was served by glm-4.7 (zai-org/feedback#182)."""
    return {**message, "model": "glm-4.7"}


@of_stages("basic/model", also=("error/404", "refusal/unknown_model"))
def unknown_model_served(stages: Stages) -> Stages:
    """DeepSeek documents that it serves an unknown model by its flash model."""

    def find(revision: Revision, name: str) -> Model:
        try:
            return stages.find(revision, name)
        except Refusal:
            return revision.models[0]

    return replace(stages, find=find)


@of_stages("basic/model", also=("error/404", "refusal/unknown_model"))
def unknown_model_served_under_its_name(stages: Stages) -> Stages:
    """llama.cpp serves the one model it has, whatever is asked for (build 11434, measured)."""

    def find(revision: Revision, name: str) -> Model:
        try:
            return stages.find(revision, name)
        except Refusal:
            return replace(revision.models[0], id=name)

    return replace(stages, find=find)


@of_refusal("error/404", 404, also=("endpoint/models",))
def unknown_model_gets_400(_refusal: Refusal, answer: Answer) -> Answer:
    """Model Studio says 400 `Model not exist.`, flat, where its page promised 404 (2026-10)."""
    body = {"request_id": "fc65a002", "code": "InvalidParameter", "message": "Model not exist."}
    return errored(answer, 400, body)


@of_refusal("error/404", 404, also=("endpoint/models",))
def unknown_model_is_invalid(_refusal: Refusal, answer: Answer) -> Answer:
    """LiteLLM answered 400 for an unknown model before it was mended (litellm#39037)."""
    return in_envelope(answer, 400, "invalid_request_error", said(answer))


@of_stages("basic/stream", also=("basic/model",))
def two_models_take_turns(stages: Stages) -> Stages:
    """Behind one name several deployments answer, each calling itself otherwise.

    Model Studio's wire changed from week to week in 2026; routers mix deployments by design.
    """
    number = count()

    def compose(call: Call, *rest: object) -> Message:
        message = stages.compose(call, *rest)  # type: ignore[arg-type]
        return {**message, "model": f"{message['model']}-{'ab'[next(number) % 2]}"}

    return replace(stages, compose=compose)
