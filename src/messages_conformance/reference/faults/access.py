"""Faults of access: keys, versions, betas, and which model answers."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import count

from messages_conformance.claims.page import Model, Revision
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.faults.decorators import (
    STRICT,
    STRICT_2026,
    of_check,
    of_headers,
    of_message,
    of_refusal,
    of_stages,
)
from messages_conformance.reference.faults.edits import with_changes
from messages_conformance.reference.faults.response_edits import message_of, with_error, with_json
from messages_conformance.reference.model_claims import ModelClaims
from messages_conformance.reference.pipeline import Keys, Message, Stages
from messages_conformance.reference.response import Refusal, Response

Headers = Mapping[str, str]
_VERSION_ROW = "header/anthropic-beta+version"


@of_headers("header/x-api-key")
def x_api_key_unread(headers: Headers) -> Headers:
    """`x-api-key` is ignored; only a Bearer token is read (janhq/jan#7395)."""
    return {name: value for name, value in headers.items() if name != "x-api-key"}


@of_headers("header/authorization")
def bearer_unread(headers: Headers) -> Headers:
    """A Bearer token is ignored, although SDKs since 2.0.0 send one; only `x-api-key` is read.

    Source: Measured with anthropic-sdk-python 2.12.0 and @anthropic-ai/sdk 1.12.0.
    """
    return {name: value for name, value in headers.items() if name != "authorization"}


@of_stages(
    "header/x-api-key",
    side_effects=("header/authorization", "error/401", "error/403", "refusal/no_key"),
)
def any_key_accepted(stages: Stages) -> Stages:
    """Any key is accepted, and so is none (Ollama documents that it does not validate keys)."""

    def let_in(_headers: Headers, _keys: Keys, _claims: ModelClaims | None) -> None: ...

    return replace(stages, authenticate=let_in)


@of_stages(
    "header/authorization",
    side_effects=(
        "error/401",
        "error/403",
    ),
)
def any_bearer_accepted(stages: Stages) -> Stages:
    """Any Bearer token is accepted; only `x-api-key` is validated."""

    def authenticate(headers: Headers, keys: Keys, claims: ModelClaims | None) -> None:
        if "x-api-key" in headers or "authorization" not in headers:
            stages.authenticate(headers, keys, claims)

    return replace(stages, authenticate=authenticate)


@of_stages(
    "header/x-api-key",
    side_effects=(
        "error/401",
        "error/403",
    ),
)
def any_x_api_key_accepted(stages: Stages) -> Stages:
    """Any `x-api-key` is accepted; only a Bearer token is validated."""

    def authenticate(headers: Headers, keys: Keys, claims: ModelClaims | None) -> None:
        if "x-api-key" not in headers:
            stages.authenticate(headers, keys, claims)

    return replace(stages, authenticate=authenticate)


@of_refusal("error/401", 401, side_effects=("refusal/no_key",))
def wrong_key_gets_403(_refusal: Refusal, response: Response) -> Response:
    """A wrong key gets 403 where 401 is documented (later revisions of Model Studio's page)."""
    return with_error(response, 403, "permission_error", message_of(response))


@of_refusal("error/401", 401, side_effects=("refusal/no_key",))
def wrong_key_in_flat_json(_refusal: Refusal, response: Response) -> Response:
    """A wrong key gets a flat `{"code": "InvalidApiKey", …}` and no envelope.

    Source: Model Studio's Token Plan, 2026-10.
    """
    return with_json(response, 401, {"code": "InvalidApiKey", "message": message_of(response)})


@of_refusal("error/401", 401, side_effects=("refusal/no_key",))
def wrong_key_in_openai_envelope(_refusal: Refusal, response: Response) -> Response:
    """A wrong key gets an error in OpenAI's envelope.

    Source: Model Studio's Coding Plan, NousResearch/hermes-agent#1739.
    """
    inner = {
        "code": "invalid_api_key",
        "message": "invalid access token or token expired",
        "param": None,
        "type": "invalid_request_error",
    }
    return with_json(response, 401, {"error": inner, "request_id": "b9f1"})


@of_refusal("error/403", 403)
def restricted_key_in_flat_json(_refusal: Refusal, response: Response) -> Response:
    """A key without permission gets a flat `AccessDenied.Unpurchased` (hermes-agent#84302)."""
    body = {"code": "AccessDenied.Unpurchased", "message": "Access to model denied."}
    return with_json(response, 403, body)


@of_refusal("error/403", 403)
def restricted_key_gets_401(_refusal: Refusal, response: Response) -> Response:
    """A key without permission gets 401, as if it were wrong (AionUi#2726, qwen-code#3858)."""
    return with_error(response, 401, "authentication_error", message_of(response))


@of_check(_VERSION_ROW)
def unknown_version_crashes(request: AdmittedRequest) -> None:
    """An unknown `anthropic-version` gets 500 (vllm#43380, where every error did)."""
    if request.headers.get("anthropic-version") not in ("2023-06-01", "2026-10-21"):
        raise Refusal(500, "internal_error")


@of_check(_VERSION_ROW, endpoints=("documented", STRICT))
def current_version_refused(request: AdmittedRequest) -> None:
    """`anthropic-version: 2026-10-21`, which SDKs send since 2.0.0, is refused.

    Source: Measured with anthropic-sdk-python 2.12.0.
    """
    if request.headers.get("anthropic-version") == "2026-10-21":
        raise Refusal(400, 'anthropic-version: "2026-10-21" is not a valid version')


_BETAS = ("basic/mcp_servers", "request/context_management")
"""Rows that need a beta."""


@of_stages(_VERSION_ROW, endpoints=(STRICT, STRICT_2026), side_effects=_BETAS)
def version_unread(stages: Stages) -> Stages:
    """`anthropic-version` and `anthropic-beta` are ignored (documented by DeepSeek and Ollama)."""

    def with_version(headers: Headers) -> Headers:
        kept = {n: v for n, v in headers.items() if n != "anthropic-beta"}
        if kept.get("anthropic-version") not in ("2023-06-01", "2026-10-21"):
            kept["anthropic-version"] = "2023-06-01"
        return kept

    return of_headers(_VERSION_ROW)(with_version).inject_into(stages)


@of_check(_VERSION_ROW, side_effects=("basic/mcp_servers",))
def beta_header_meets_429(request: AdmittedRequest) -> None:
    """Any `anthropic-beta` header gets 429 (GLM, hermes-agent#52455)."""
    if "anthropic-beta" in request.headers:
        raise Refusal(429, "code 1302: rate limit reached")


@of_message("basic/model")
def another_model_answers(_request: AdmittedRequest, message: Message) -> Message:
    """Another model answers than the one asked for (zai-org/feedback#182)."""
    return {**message, "model": "glm-4.7"}


@of_stages("basic/model", side_effects=("error/404", "refusal/unknown_model"))
def unknown_model_served(stages: Stages) -> Stages:
    """An unknown model name is served by another model (documented by DeepSeek)."""

    def find_model(revision: Revision, name: str) -> Model:
        try:
            return stages.find_model(revision, name)
        except Refusal:
            return revision.models[0]

    return replace(stages, find_model=find_model)


@of_stages("basic/model")
def foreign_models_served(stages: Stages) -> Stages:
    """A well-known name of another vendor's model is served by a model of one's own."""

    def find_model(revision: Revision, name: str) -> Model:
        return stages.find_model(revision, revision.models[0].id if "gpt" in name else name)

    return replace(stages, find_model=find_model)


@of_stages("basic/model", side_effects=("error/404", "refusal/unknown_model"))
def unknown_model_served_under_its_name(stages: Stages) -> Stages:
    """An unknown model name is served by another model, and echoed as the model.

    Source: llama.cpp build 11434, measured.
    """

    def find_model(revision: Revision, name: str) -> Model:
        try:
            return stages.find_model(revision, name)
        except Refusal:
            return replace(revision.models[0], id=name)

    return replace(stages, find_model=find_model)


@of_refusal("error/404", 404, side_effects=("endpoint/models", "refusal/unknown_path"))
def unknown_model_gets_400(_refusal: Refusal, response: Response) -> Response:
    """An unknown model gets a flat 400 `Model not exist.` where 404 is documented.

    Source: Model Studio, 2026-10.
    """
    body = {"request_id": "fc65a002", "code": "InvalidParameter", "message": "Model not exist."}
    return with_json(response, 400, body)


@of_refusal("error/404", 404, side_effects=("endpoint/models", "refusal/unknown_path"))
def unknown_model_is_invalid(_refusal: Refusal, response: Response) -> Response:
    """An unknown model gets 400 in the envelope where 404 is documented.

    Source: litellm#39037, since fixed.
    """
    return with_error(response, 400, "invalid_request_error", message_of(response))


@of_stages("basic/stream", side_effects=("basic/model",))
def two_models_take_turns(stages: Stages) -> Stages:
    """Equal requests are answered by two deployments that name different models.

    Source: Model Studio in 2026; routers mix deployments by design.
    """
    number = count()

    def compose(request: AdmittedRequest, *rest: object) -> Message:
        message = stages.compose(request, *rest)  # type: ignore[arg-type]
        return {**message, "model": f"{message['model']}-{'ab'[next(number) % 2]}"}

    return replace(stages, compose=compose)


@of_message("basic/model", side_effects=("wire/message",))
def model_of_a_variant(_request: AdmittedRequest, message: Message) -> Message:
    """A variant of the model answers, whose name begins alike: `qwen-plus-character`."""
    return with_changes(message, model=f"{message['model']}-character")


@of_message("basic/model", side_effects=("wire/message", "wire/stream"))
def model_without_a_name(_request: AdmittedRequest, message: Message) -> Message:
    """The `model` of an answer is empty."""
    return with_changes(message, model="")


@of_message("basic/model")
def model_with_a_prefix(_request: AdmittedRequest, message: Message) -> Message:
    """The `model` of an answer has the prefix of a provider before it."""
    return with_changes(message, model=f"provider/{message['model']}")
