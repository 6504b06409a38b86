"""Faults of error responses: every shape that was met in the wild, and types that do not fit.

Most apply only to refusals about the range of a field: an engine's errors had another shape than
those of the gateway in front of it.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from messages_conformance.reference.faults.decorators import (
    DOCUMENTED,
    Decorator,
    Fault,
    of_refusal,
    of_response,
    of_stages,
)
from messages_conformance.reference.faults.response_edits import (
    message_of,
    with_body,
    with_content_type,
    with_error,
    with_header,
    with_json,
)
from messages_conformance.reference.pipeline import ParsedRequest, Stages
from messages_conformance.reference.response import Refusal, Response

_ABOUT = ("max_tokens", "temperature", "top_p")
_RANGES = (
    *(
        f"refusal/max_tokens_{what}"
        for what in ("fraction", "missing", "negative", "string", "too_large")
    ),
    "refusal/temperature_beyond_range",
    "refusal/temperature_string",
    "refusal/top_p_beyond_range",
)


def of_range(row: str, **how: Any) -> Decorator:
    """As `of_refusal`, for refusals about the range of a field."""

    def decorate(function: Callable[[Refusal, Response], Response]) -> Fault:
        def spoil(refusal: Refusal, response: Response) -> Response:
            return function(refusal, response) if refusal.message.startswith(_ABOUT) else response

        spoil.__name__, spoil.__doc__ = function.__name__, function.__doc__
        return of_refusal(row, 400, side_effects=("error/400", *_RANGES), **how)(spoil)

    return decorate


@of_range("error/400")
def error_in_sse_text(_refusal: Refusal, response: Response) -> Response:
    """An error is the text of an SSE event with a flat body, as `text/plain`.

    Source: Model Studio, claude-code-router#1327, 2026-04.
    """
    flat = {
        "code": "InvalidParameter",
        "message": "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be "
        "[1, 8192]",
        "request_id": "fc65a002",
    }
    return with_body(response, 400, f"event:error\ndata:{json.dumps(flat)}".encode(), "text/plain")


@of_range("error/400")
def error_in_sse_text_called_json(_refusal: Refusal, response: Response) -> Response:
    """An error is the text of an SSE event, labelled `application/json` (Model Studio)."""
    flat = json.dumps(
        {"request_id": "b1", "code": "InvalidParameter", "message": message_of(response)}
    )
    return with_body(
        response, 400, f"id:1\nevent:error\n:HTTP_STATUS/400\ndata:{flat}\n\n".encode()
    )


@of_range("error/400")
def error_in_a_data_line(_refusal: Refusal, response: Response) -> Response:
    """An error is OpenAI's error in a `data:` line (anomalyco/opencode#30702)."""
    inner = {"code": "invalid_parameter_error", "param": None, "message": message_of(response)}
    line = json.dumps({"error": inner, "id": "chatcmpl-1"})
    return with_body(response, 400, f"data: {line}\n\n".encode(), "text/event-stream")


@of_range("error/400")
def error_in_flat_json(_refusal: Refusal, response: Response) -> Response:
    """An error is flat JSON with a top-level `message` (Model Studio, MiniCode#7)."""
    return with_json(response, 400, {"code": "InvalidParameter", "message": message_of(response)})


@of_range("error/400")
def error_in_openai_envelope(_refusal: Refusal, response: Response) -> Response:
    """An error comes in OpenAI's envelope (DeepSeek, Ark and llama.cpp; TOKENICODE#3, measured)."""
    inner = {
        "message": message_of(response),
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }
    return with_json(response, 400, {"error": inner})


@of_range("error/400")
def error_in_fastapi_detail(_refusal: Refusal, response: Response) -> Response:
    """An error is 422 with FastAPI's `detail` list (GLM, OmniRoute#1447)."""
    found = {"type": "greater_than", "loc": ["body", "max_tokens"], "msg": message_of(response)}
    return with_json(response, 422, {"detail": [found]})


@of_range("error/400")
def error_as_a_string(_refusal: Refusal, response: Response) -> Response:
    """An error is `{"error": "text"}` (openless#947)."""
    return with_json(response, 400, {"error": message_of(response)})


@of_range("error/400")
def error_in_html(_refusal: Refusal, response: Response) -> Response:
    """An error is the HTML page of a proxy."""
    page = b"<html><head><title>400 Bad Request</title></head><body><h1>400</h1></body></html>"
    return with_body(response, 400, page, "text/html")


@of_range("error/400")
def error_without_a_body(_refusal: Refusal, response: Response) -> Response:
    """An error has no body."""
    return with_body(response, 400, b"")


@of_range("error/400")
def error_with_status_200(_refusal: Refusal, response: Response) -> Response:
    """An error has status 200, so that SDKs take it for a message (measured, 26 of 26)."""
    return replace(response, status=200)


@of_range("wire/error", rule="ER-1")
def error_labelled_as_text(_refusal: Refusal, response: Response) -> Response:
    """An error in the right envelope is labelled `text/plain`."""
    return with_content_type(response, "text/plain")


@of_range("error/400")
def error_gets_500(_refusal: Refusal, response: Response) -> Response:
    """An invalid request gets 500, so that SDKs retry it (vllm#43380)."""
    return with_error(response, 500, "api_error", message_of(response))


@of_range("error/400")
def error_gets_422(_refusal: Refusal, response: Response) -> Response:
    """An invalid request gets 422 where 400 is documented."""
    return with_error(response, 422, "invalid_request_error", message_of(response))


@of_range("error/400")
def error_of_a_made_up_type(_refusal: Refusal, response: Response) -> Response:
    """An error has an undocumented type (vllm#57997, litellm#39037)."""
    return with_error(response, 400, "BadRequestError", message_of(response))


@of_range("wire/error", rule="ER-2")
def error_of_another_type(_refusal: Refusal, response: Response) -> Response:
    """A 400 has the type of a server error."""
    return with_error(response, 400, "api_error", message_of(response))


@of_range("error/400")
def error_without_a_message(_refusal: Refusal, response: Response) -> Response:
    """An error has a type and no message."""
    return with_json(response, 400, {"type": "error", "error": {"type": "invalid_request_error"}})


@of_range("wire/error", rule="ER-7")
def error_leaks_the_inside(_refusal: Refusal, response: Response) -> Response:
    """The message of an error holds the repr of an inner error (hermes-agent#2220)."""
    inner = "{'error': {'message': 'Range of max_tokens', 'id': 'chatcmpl-7f'}}"
    return with_error(response, 400, "invalid_request_error", f"Error code: 400 - {inner}")


@of_range("wire/error", rule="ER-7")
def error_leaks_a_stack_trace(_refusal: Refusal, response: Response) -> Response:
    """The message of an error holds the stack trace of a JavaScript server.

    Source: claude-code-router, measured.
    """
    said = "TypeError: x.split is not a function\n    at $g (/srv/app/dist/cli.js:840:35602)"
    return with_error(response, 400, "invalid_request_error", said)


@of_range("wire/error", rule="HD-7")
def error_without_its_request_id(_refusal: Refusal, response: Response) -> Response:
    """The body of an error has no `request_id` (llama.cpp and vLLM, measured)."""
    held = json.loads(response.body)
    return with_json(response, 400, {name: held[name] for name in ("type", "error")})


@of_refusal("error/413", 413)
def too_large_gets_400(_refusal: Refusal, response: Response) -> Response:
    """A body that is too large gets a flat 400, above 6 MB already.

    Source: Model Studio, 2026-09; its page promised 413 above 32 MB.
    """
    words = "Exceeded limit on max bytes to request body : 6291456"
    return with_json(response, 400, {"code": "BadRequest.TooLarge", "message": words})


@of_refusal("error/413", 413)
def too_large_in_html(_refusal: Refusal, response: Response) -> Response:
    """A body that is too large gets the HTML page of a proxy."""
    page = b"<html><head><title>413 Request Entity Too Large</title></head></html>"
    return with_body(response, 413, page, "text/html")


@of_refusal("error/429", 429)
def limit_in_openai_envelope(_refusal: Refusal, response: Response) -> Response:
    """A rate limit is reported in OpenAI's envelope."""
    inner = {"message": message_of(response), "type": "limit_requests", "code": "limit_requests"}
    return with_json(response, 429, {"error": inner})


@of_refusal("error/429", 429)
def limit_gets_503(_refusal: Refusal, response: Response) -> Response:
    """A rate limit gets 503 where 429 is documented."""
    return with_error(response, 503, "api_error", message_of(response))


@of_refusal("wire/error", 429, rule="HD-8")
def limit_without_retry_after(_refusal: Refusal, response: Response) -> Response:
    """A 429 has no `retry-after` (Model Studio's captures)."""
    return with_header(response, "retry-after", None)


@of_refusal("wire/error", 429, rule="ER-6")
def spent_budget_says_retry(_refusal: Refusal, response: Response) -> Response:
    """A spent budget is reported with `retry-after`, although no wait helps."""
    body = json.loads(response.body)
    body["error"]["details"] = {"error_code": "enforced_spend_limit_reached"}
    return with_json(response, 429, body)


@of_refusal("wire/error", 400, rule="HD-10")
def retry_asked_for_in_vain(_refusal: Refusal, response: Response) -> Response:
    """A 400 says `x-should-retry: true`, so that SDKs retry it."""
    return with_header(response, "x-should-retry", "true")


@of_response("wire/message", rule="HD-7")
def no_request_id(_request: ParsedRequest | None, response: Response) -> Response:
    """The header `request-id` is missing (Model Studio sends `x-request-id`)."""
    return with_header(response, "request-id", None)


@of_response("wire/message", rule="HD-7w")
def request_id_of_another_kind(_request: ParsedRequest | None, response: Response) -> Response:
    """`request-id` is a UUID, which shows another server."""
    return with_header(response, "request-id", "6b9a3f0e-0d0c-4a55-9d55-0e8a7d1f2a10")


@of_response("wire/message", rule="HD-13")
def one_request_id_for_all(_request: ParsedRequest | None, response: Response) -> Response:
    """Every answer has the same `request-id`, as of a gateway that sets its own (devised)."""
    return with_header(response, "request-id", "req_011CThisOneForAll0000000")


@of_response("wire/message", rule="HD-8")
def limits_in_words(_request: ParsedRequest | None, response: Response) -> Response:
    """Rate-limit headers hold words and no numbers."""
    return with_header(response, "anthropic-ratelimit-requests-remaining", "plenty")


@of_stages(
    "content/document",
    endpoints=(DOCUMENTED,),
    side_effects=(
        "basic/container",
        "basic/mcp_servers",
        "basic/metadata",
        "basic/service_tier",
        "content/code_execution_tool_result",
        "content/container_upload",
        "content/image",
        "content/mcp_tool_result",
        "content/mcp_tool_use",
        "content/redacted_thinking",
        "content/search_result",
        "content/server_tool_use",
        "content/text/citations",
        "content/thinking",
        "content/tool_result/is_error",
        "content/web_search_tool_result",
    ),
)
def refusals_of_features_are_500(stages: Stages) -> Stages:
    """Unsupported features get 500 and no 400 (llama.cpp, for tools of an unknown type)."""

    def refuse(refusal: Refusal, request_id: str) -> Response:
        crashed = "is not supported by model" in refusal.message
        return stages.refuse(Refusal(500, refusal.message) if crashed else refusal, request_id)

    return replace(stages, refuse=refuse)
