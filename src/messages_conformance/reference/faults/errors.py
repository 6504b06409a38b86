"""Sins of error answers: every shape that was met in the wild, and types that do not fit.

Most concern refusals about the range of a field alone, as an engine's errors came in another
shape than those of the gateway before it.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from messages_conformance.reference.faults.decorators import (
    DOCUMENTED,
    Decorator,
    Fault,
    of_answer,
    of_refusal,
    of_stages,
)
from messages_conformance.reference.faults.error_bodies import (
    errored,
    in_bytes,
    in_envelope,
    labelled,
    said,
    with_header,
)
from messages_conformance.reference.pipeline import Heard, Stages
from messages_conformance.reference.response import Answer, Refusal

_ABOUT = ("max_tokens", "temperature", "top_p")
_RANGES = (
    *(
        f"refusal/max_tokens_{what}"
        for what in ("fraction", "missing", "negative", "string", "too_large")
    ),
    "refusal/temperature_beyond_range",
    "refusal/top_p_beyond_range",
)


def of_range(row: str, **how: Any) -> Decorator:
    """Make a function from an engine's refusal to another answer a fault."""

    def decorate(function: Callable[[Refusal, Answer], Answer]) -> Fault:
        def put(refusal: Refusal, answer: Answer) -> Answer:
            return function(refusal, answer) if refusal.message.startswith(_ABOUT) else answer

        put.__name__, put.__doc__ = function.__name__, function.__doc__
        return of_refusal(row, 400, also=("error/400", *_RANGES), **how)(put)

    return decorate


@of_range("error/400")
def error_in_sse_text(_refusal: Refusal, answer: Answer) -> Answer:
    """Model Studio answered 400 with the text of an event (claude-code-router#1327, 2026-04)."""
    flat = {
        "code": "InvalidParameter",
        "message": "<400> InternalError.Algo.InvalidParameter: Range of max_tokens should be "
        "[1, 8192]",
        "request_id": "fc65a002",
    }
    return in_bytes(answer, 400, f"event:error\ndata:{json.dumps(flat)}".encode(), "text/plain")


@of_range("error/400")
def error_in_sse_text_called_json(_refusal: Refusal, answer: Answer) -> Answer:
    """The same under `content-type: application/json`, with an id and a status in a comment."""
    flat = json.dumps({"request_id": "b1", "code": "InvalidParameter", "message": said(answer)})
    return in_bytes(answer, 400, f"id:1\nevent:error\n:HTTP_STATUS/400\ndata:{flat}\n\n".encode())


@of_range("error/400")
def error_in_a_data_line(_refusal: Refusal, answer: Answer) -> Answer:
    """OpenAI's error behind `data:`, with a `chatcmpl-` id (anomalyco/opencode#30702)."""
    inner = {"code": "invalid_parameter_error", "param": None, "message": said(answer)}
    line = json.dumps({"error": inner, "id": "chatcmpl-1"})
    return in_bytes(answer, 400, f"data: {line}\n\n".encode(), "text/event-stream")


@of_range("error/400")
def error_in_flat_json(_refusal: Refusal, answer: Answer) -> Answer:
    """Model Studio: the sentence stands in a top-level `message` (MiniCode#7)."""
    return errored(answer, 400, {"code": "InvalidParameter", "message": said(answer)})


@of_range("error/400")
def error_in_openai_envelope(_refusal: Refusal, answer: Answer) -> Answer:
    """DeepSeek, Ark and llama.cpp answer in OpenAI's envelope (TOKENICODE#3; measured)."""
    inner = {"message": said(answer), "type": "invalid_request_error", "param": None, "code": None}
    return errored(answer, 400, {"error": inner})


@of_range("error/400")
def error_in_fastapi_detail(_refusal: Refusal, answer: Answer) -> Answer:
    """GLM: 422 with FastAPI's `detail` list (OmniRoute#1447)."""
    found = {"type": "greater_than", "loc": ["body", "max_tokens"], "msg": said(answer)}
    return errored(answer, 422, {"detail": [found]})


@of_range("error/400")
def error_as_a_string(_refusal: Refusal, answer: Answer) -> Answer:
    """`{"error": "text"}`, as a plan's gate answers (openless#947)."""
    return errored(answer, 400, {"error": said(answer)})


@of_range("error/400")
def error_in_html(_refusal: Refusal, answer: Answer) -> Answer:
    """The page of a proxy in front: nginx speaks HTML and knows no envelope."""
    page = b"<html><head><title>400 Bad Request</title></head><body><h1>400</h1></body></html>"
    return in_bytes(answer, 400, page, "text/html")


@of_range("error/400")
def error_without_a_body(_refusal: Refusal, answer: Answer) -> Answer:
    """A status and nothing else: an SDK has neither type nor message to show."""
    return in_bytes(answer, 400, b"")


@of_range("error/400")
def error_with_status_200(_refusal: Refusal, answer: Answer) -> Answer:
    """An error answered with 200: both SDKs take it for a Message (measured with 26 of 26)."""
    return replace(answer, status=200)


@of_range("wire/error", rule="ER-1")
def error_labelled_as_text(_refusal: Refusal, answer: Answer) -> Answer:
    """The right envelope under `text/plain`: some clients then do not parse it."""
    return labelled(answer, "text/plain")


@of_range("error/400")
def error_gets_500(_refusal: Refusal, answer: Answer) -> Answer:
    """vLLM: all errors 500 `internal_error` (vllm#43380); SDKs then try three times."""
    return in_envelope(answer, 500, "api_error", said(answer))


@of_range("error/400")
def error_gets_422(_refusal: Refusal, answer: Answer) -> Answer:
    """The framework's own status for what does not validate, in the right envelope."""
    return in_envelope(answer, 422, "invalid_request_error", said(answer))


@of_range("error/400")
def error_of_a_made_up_type(_refusal: Refusal, answer: Answer) -> Answer:
    """vLLM: `"type": "NotFoundError"`, LiteLLM: `"type": "None"` (vllm#57997, litellm#39037)."""
    return in_envelope(answer, 400, "BadRequestError", said(answer))


@of_range("wire/error", rule="ER-2")
def error_of_another_type(_refusal: Refusal, answer: Answer) -> Answer:
    """A 400 whose type is that of a server's fault: clients log an outage."""
    return in_envelope(answer, 400, "api_error", said(answer))


@of_range("error/400")
def error_without_a_message(_refusal: Refusal, answer: Answer) -> Answer:
    """The envelope has a type and no message: a user sees "None"."""
    return errored(answer, 400, {"type": "error", "error": {"type": "invalid_request_error"}})


@of_range("wire/error", rule="ER-7")
def error_leaks_the_inside(_refusal: Refusal, answer: Answer) -> Answer:
    """A Python repr of an inner error, with `chatcmpl-` id (hermes-agent#2220)."""
    inner = "{'error': {'message': 'Range of max_tokens', 'id': 'chatcmpl-7f'}}"
    return in_envelope(answer, 400, "invalid_request_error", f"Error code: 400 - {inner}")


@of_refusal("error/413", 413)
def too_large_gets_400(_refusal: Refusal, answer: Answer) -> Answer:
    """Model Studio: 400 `BadRequest.TooLarge` above 6 MB, promised were 413 and 32 MB (2026-09)."""
    words = "Exceeded limit on max bytes to request body : 6291456"
    return errored(answer, 400, {"code": "BadRequest.TooLarge", "message": words})


@of_refusal("error/413", 413)
def too_large_in_html(_refusal: Refusal, answer: Answer) -> Answer:
    """The page of the proxy in front says it, in HTML."""
    page = b"<html><head><title>413 Request Entity Too Large</title></head></html>"
    return in_bytes(answer, 413, page, "text/html")


@of_refusal("error/429", 429)
def limit_in_openai_envelope(_refusal: Refusal, answer: Answer) -> Answer:
    """A limit told in OpenAI's envelope: `except RateLimitError` has no type to look at."""
    inner = {"message": said(answer), "type": "limit_requests", "code": "limit_requests"}
    return errored(answer, 429, {"error": inner})


@of_refusal("error/429", 429)
def limit_gets_503(_refusal: Refusal, answer: Answer) -> Answer:
    """A crowded server says 503 and an SDK does not know that it should slow down."""
    return in_envelope(answer, 503, "api_error", said(answer))


@of_refusal("wire/error", 429, rule="HD-8")
def limit_without_retry_after(_refusal: Refusal, answer: Answer) -> Answer:
    """A 429 that does not say when to come back: Model Studio's captures show no `retry-after`."""
    return with_header(answer, "retry-after", None)


@of_refusal("wire/error", 429, rule="ER-6")
def spent_budget_says_retry(_refusal: Refusal, answer: Answer) -> Answer:
    """A spent budget told with `retry-after`: a client waits for nothing."""
    body = json.loads(answer.body)
    body["error"]["details"] = {"error_code": "enforced_spend_limit_reached"}
    return errored(answer, 429, body)


@of_refusal("wire/error", 400, rule="HD-10")
def retry_asked_for_in_vain(_refusal: Refusal, answer: Answer) -> Answer:
    """`x-should-retry: true` on a 400: an SDK sends the hopeless request three times."""
    return with_header(answer, "x-should-retry", "true")


@of_answer("wire/message", rule="HD-7")
def no_request_id(_heard: Heard | None, answer: Answer) -> Answer:
    """Model Studio sends `x-request-id` and no `request-id`: the SDK has none to show."""
    return with_header(answer, "request-id", None)


@of_answer("wire/message", rule="HD-7w")
def request_id_of_another_kind(_heard: Heard | None, answer: Answer) -> Answer:
    """A UUID in `request-id`: good enough to ask about, and the mark of another server."""
    return with_header(answer, "request-id", "6b9a3f0e-0d0c-4a55-9d55-0e8a7d1f2a10")


@of_answer("wire/message", rule="HD-8")
def limits_in_words(_heard: Heard | None, answer: Answer) -> Answer:
    """Rate limits told as words: a client that counts down cannot read them."""
    return with_header(answer, "anthropic-ratelimit-requests-remaining", "plenty")


@of_stages(
    "content/document",
    worlds=(DOCUMENTED,),
    also=(
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
    """What is not supported ends in a 500: llama.cpp does so with tools of an unknown type."""

    def refuse(refusal: Refusal, request_id: str) -> Answer:
        crashed = "is not supported by model" in refusal.message
        return stages.refuse(Refusal(500, refusal.message) if crashed else refusal, request_id)

    return replace(stages, refuse=refuse)
