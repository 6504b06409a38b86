"""How code reads answers, in every language: names of the SDKs and ways through an answer."""

from collections.abc import Mapping
from typing import Final

IMPORTS: Final = ("anthropic", "Anthropic", "claude_agent_sdk")
"""One of these stands in every file that uses an SDK."""

ENDPOINTS: Final[Mapping[str, str]] = {
    "batches": "batches",
    "models": "models",
    "files": "files",
    "skills": "skills",
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
}
"""Stop reasons that code compares with."""

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

_FIRST: Final = ("content", "0")
_ERRORS: Final = frozenset({"body", "response", "error"})


def reads_of_path(path: tuple[str, ...]) -> str | None:
    """The mark of a way through an answer, where it leans on what an endpoint promises."""
    if len(path) < 2:
        return None
    last = path[-1]
    if path[-3:-1] == _FIRST and last == "text":
        return "reads:first_block"
    if last in ("cache_read_input_tokens", "cache_creation_input_tokens"):
        return "reads:cached_tokens"
    if last in ("input_tokens", "output_tokens") and "usage" in path:
        return "reads:usage"
    if path[-2:] in (("error", "type"), ("error", "message")) and _ERRORS & set(path[:-2]):
        return "reads:error_body"
    if last == "signature" and path[0] not in ("inspect", "self"):
        return "reads:signature"
    if last == "stop_sequence":
        return "reads:which_sequence"
    if last == "citations":
        return "reads:citations"
    if last == "text_stream":
        return "reads:text_stream"
    if last in ("_request_id", "request_id") and path[0] not in ("self", "cls"):
        return "reads:request_id"
    if path[-2:] == ("delta", "text") or path[-2:] in (
        ("delta", "partial_json"),
        ("delta", "thinking"),
    ):
        return "reads:stream_events"
    return None
