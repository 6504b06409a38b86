"""Headers: the version and features asked for, and the limits told in every answer."""

import datetime

from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.reference.pipeline import Heard
from messages_conformance.reference.request_context import Call
from messages_conformance.reference.response import Answer, Refusal
from messages_conformance.reference.strict.blocks import INTERLEAVED, betas

BETAS = frozenset(
    {
        INTERLEAVED,
        "advanced-tool-use-2025-11-20",
        "claude-code-20250219",
        "code-execution-2025-05-22",
        "code-execution-2025-08-25",
        "computer-use-2024-10-22",
        "computer-use-2025-01-24",
        "context-1m-2025-08-07",
        "context-management-2025-06-27",
        "effort-2025-11-24",
        "extended-cache-ttl-2025-04-11",
        "files-api-2025-04-14",
        "fine-grained-tool-streaming-2025-05-14",
        "max-tokens-3-5-sonnet-2024-07-15",
        "mcp-client-2025-04-04",
        "mcp-client-2025-11-20",
        "message-batches-2024-09-24",
        "model-context-window-exceeded-2025-08-26",
        "oauth-2025-04-20",
        "output-128k-2025-02-19",
        "pdfs-2024-09-25",
        "prompt-caching-2024-07-31",
        "search-results-2025-06-09",
        "skills-2025-10-02",
        "structured-outputs-2025-11-13",
        "token-counting-2024-11-01",
        "token-efficient-tools-2025-02-19",
        "web-fetch-2025-09-10",
        "web-search-2025-03-05",
    }
)
"""Features that clients ask for by this name."""

_LIMITS = {
    "requests": (4_000, 3_999),
    "tokens": (2_400_000, 2_400_000),
    "input-tokens": (2_000_000, 2_000_000),
    "output-tokens": (400_000, 400_000),
}
"""Limit and what remains of it."""


def version_is_given(call: Call) -> None:
    """A request says which version of the API it speaks (rule HD-1)."""
    if "anthropic-version" not in call.headers:
        raise Refusal(400, "anthropic-version: header is required")


def version_is_known(call: Call) -> None:
    """There are two versions of the API (rules HD-2, HD-3)."""
    version = call.headers.get("anthropic-version")
    if version is not None and version not in VERSIONS:
        raise Refusal(400, f'anthropic-version: "{version}" is not a valid version')


def betas_are_known(call: Call) -> None:
    """A feature that nobody knows is not asked for (rule HD-4)."""
    for name in betas(call):
        if name not in BETAS:
            raise Refusal(400, f"Unexpected value(s) `{name}` for the `anthropic-beta` header.")


def tell_limits(heard: Heard | None, answer: Answer) -> Answer:
    """Add what is left of the limits, and whether to try again (rules HD-8, HD-10)."""
    if heard is None or answer.status == 401:
        return answer
    reset = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    told = [
        (f"anthropic-ratelimit-{what}-{name}", value)
        for what, (limit, left) in _LIMITS.items()
        for name, value in (("limit", str(limit)), ("remaining", str(left)), ("reset", reset))
    ]
    if 400 <= answer.status < 500 and answer.status != 429:
        told.append(("x-should-retry", "false"))
    return Answer(answer.status, (*answer.headers, *told), answer.chunks, answer.cut)
