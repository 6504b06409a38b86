"""How code reads answers, in every language: names of the SDKs and ways through an answer."""

import re
from collections.abc import Mapping
from typing import Final

from messages_conformance.applications.source.tree import CAUGHT

IMPORTS: Final = re.compile(
    r"^[^\n]*\b(?:from|import|require)\b[^\n]*(?:anthropic|claude_agent_sdk|claude-agent-sdk)"
    r"|messages\.(?:create|stream|parse|count_tokens|countTokens)\("
    r"|api\.anthropic\.com|anthropic-version|anthropic_version|ChatAnthropic",
    re.IGNORECASE | re.MULTILINE,
)
"""What stands in every file that uses an SDK, or the API without one."""

WRAPPERS: Final = frozenset(
    {"with_raw_response", "with_streaming_response", "withResponse", "asResponse"}
)
"""What stands between a resource and its method, and changes only what is returned."""

ENDPOINTS: Final[Mapping[str, str]] = {
    "batches": "batches",
    "models": "models",
    "files": "files",
    "skills": "skills",
    **dict.fromkeys(("agents", "sessions", "environments", "vaults", "deployments"), "agents"),
}
"""Resources of a client, and the endpoints they call."""

METHODS: Final[Mapping[str, str]] = {
    "get_final_message": "final_message",
    "finalMessage": "final_message",
    "get_final_text": "final_message",
    "finalText": "final_message",
}
"""Methods of a stream that merge it."""

STOP_REASONS: Final[Mapping[object, str]] = {
    "stop_sequence": "reads:stop_sequence",
    "tool_use": "reads:stop_tool_use",
    "max_tokens": "reads:stop_max_tokens",
    "refusal": "reads:stop_refusal",
    "pause_turn": "reads:stop_pause_turn",
    "model_context_window_exceeded": "reads:stop_model_context_window_exceeded",
}
"""Stop reasons that code compares with."""

EVENT_TYPES: Final = frozenset(
    {
        *("message_start", "message_delta", "message_stop", "content_block_start"),
        *("content_block_delta", "content_block_stop", "text_delta", "input_json_delta"),
        *("thinking_delta", "signature_delta", "citations_delta"),
    }
)
"""Types of events, and of the deltas in them, that code compares with."""

ERROR_TYPES: Final = frozenset(
    {
        *("invalid_request_error", "authentication_error", "permission_error", "not_found_error"),
        *("request_too_large", "rate_limit_error", "api_error", "overloaded_error"),
        *("billing_error", "timeout_error"),
    }
)
"""Types of errors that code compares with."""

CLOUDS: Final[Mapping[str, str]] = {
    "AnthropicBedrock": "cloud",
    "AsyncAnthropicBedrock": "cloud",
    "AnthropicBedrockMantle": "cloud",
    "AsyncAnthropicBedrockMantle": "cloud",
    "AnthropicVertex": "cloud",
    "AsyncAnthropicVertex": "cloud",
    "AnthropicFoundry": "cloud",
    "AsyncAnthropicFoundry": "cloud",
    "AnthropicAWS": "cloud",
    "AsyncAnthropicAWS": "cloud",
}
"""Clients that call another address in another way."""

TOOL_MAKERS: Final = frozenset(
    {
        *("beta_tool", "beta_async_tool", "betaTool", "betaZodTool", "betaZodOutputFormat"),
        "betaMemoryTool",
    }
)
"""Functions that make a tool of a function of the program."""

STATUSES: Final = frozenset({400, 401, 403, 404, 413, 429, 500, 529})
"""Statuses that have rows."""

EXCEPTIONS: Final[Mapping[str, tuple[int, ...]]] = {
    "BadRequestError": (400,),
    "AuthenticationError": (401,),
    "PermissionDeniedError": (403,),
    "NotFoundError": (404,),
    "RequestTooLargeError": (413,),
    "RateLimitError": (429,),
    "InternalServerError": (500,),
    "OverloadedError": (529,),
}
"""Exceptions of the SDKs, and the statuses they stand for."""

CONSTANTS: Final = frozenset(
    {
        *("image", "document", "video", "search_result", "thinking", "redacted_thinking"),
        *("tool_use", "tool_result", "server_tool_use", "web_search_tool_result"),
        *("code_execution_tool_result", "mcp_tool_use", "mcp_tool_result", "container_upload"),
    }
)
"""Types of blocks that source builds apart from a call; a block of text may be anything."""

REQUIRED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("image", "document", "video"), "source"),
    **{"thinking": "thinking", "redacted_thinking": "data", "tool_use": "id"},
    **{"tool_result": "tool_use_id", "container_upload": "file_id"},
}
"""What such a block has; a dict of that type without it is something of the program's own."""

_ANSWERS: Final = frozenset({CAUGHT, "messages", "message", "response"})
_ERRORS: Final = frozenset({"body", "response", "error"})
_OWN: Final = frozenset({"self", "cls", "this", "inspect"})
_DELTAS: Final = frozenset({"text", "partial_json", "thinking"})
_LIMITS: Final = ("anthropic-ratelimit-", "anthropic-organization-")


def reads_of_path(path: tuple[str, ...]) -> str | None:
    """The mark of a way through an answer, where it leans on what an endpoint promises."""
    if len(path) < 2:
        return None
    last, own = path[-1], path[0] in _OWN and len(path) == 2
    if path[-3:-1] == ("content", "0") and last in ("text", "input", "name"):
        # The assistants of another vendor have messages of such a form in a list `data`.
        return None if "data" in path else "reads:first_block"
    if last in ("cache_read_input_tokens", "cache_creation_input_tokens"):
        return "reads:cached_tokens"
    if last in ("input_tokens", "output_tokens") and "usage" in path:
        return "reads:usage"
    if path[-2:] in (("error", "type"), ("error", "message")) and _ERRORS & set(path[:-2]):
        return "reads:error_body"
    if path == (CAUGHT, "type"):
        return "reads:error_body"
    if last == "signature" and path[0] not in _OWN:
        return "reads:signature"
    if last == "stop_sequence" and not own:
        return "reads:which_sequence"
    if last == "citations" and not own:
        return "reads:citations"
    if last == "text_stream":
        return "reads:text_stream"
    if last == "_request_id" or (last == "request_id" and _ANSWERS & set(path[:-1])):
        return "reads:request_id"
    if path[-2] == "delta" and last in _DELTAS:
        return "reads:stream_events"
    if path[-2] == "headers" and last.lower() == "retry-after":
        return "reads:retry_after"
    if path[-2] == "headers" and last.lower().startswith(_LIMITS):
        return "reads:rate_limit_headers"
    return None
