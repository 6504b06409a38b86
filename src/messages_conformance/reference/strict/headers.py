"""Headers: the requested version and features, and the rate limits in every response."""

import datetime

from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.pipeline import ParsedRequest
from messages_conformance.reference.response import Refusal, Response
from messages_conformance.reference.strict.blocks import INTERLEAVED, betas

BETAS = frozenset(
    {
        INTERLEAVED,
        "admin-user-sign-out-2026-10-08",
        "advanced-tool-use-2025-11-20",
        "advisor-tool-2026-03-01",
        "agent-memory-2026-07-22",
        "analytics-usage-cost-2026-08-24",
        "cache-diagnosis-2026-04-07",
        "ce-claude-code-managed-settings-2026-10-06",
        "ce-plugins-2026-09-01",
        "ce-user-management-2026-07-13",
        "claude-code-20250219",
        "code-execution-2025-05-22",
        "code-execution-2025-08-25",
        "compact-2026-01-12",
        "compact-2026-09-04",
        "computer-use-2024-10-22",
        "computer-use-2025-01-24",
        "computer-use-2025-11-24",
        "context-1m-2025-08-07",
        "context-management-2025-06-27",
        "dev-full-thinking-2025-05-14",
        "dreaming-2026-04-21",
        "effort-2025-11-24",
        "efs-2026-10-01",
        "experimental-claude-tag-2026-10-21",
        "extended-cache-ttl-2025-04-11",
        "fallback-credit-2026-06-01",
        "fallback-credit-2026-07-01",
        "fast-mode-2026-02-01",
        "files-api-2025-04-14",
        "fine-grained-tool-streaming-2025-05-14",
        "google-managed-data-controls-2026-09-01",
        "inline-tools-2026-09-15",
        "managed-agents-2026-04-01",
        "max-tokens-3-5-sonnet-2024-07-15",
        "mcp-client-2025-04-04",
        "mcp-client-2025-11-20",
        "mcp-client-2026-09-15",
        "mcp-tunnels-2026-06-22",
        "message-batches-2024-09-24",
        "message-threads-2026-08-12",
        "messages-2023-12-15",
        "mid-conversation-output-config-2026-07-01",
        "mid-conversation-system-clear-at-2026-08-21",
        "mid-conversation-tool-changes-2026-07-01",
        "model-context-window-exceeded-2025-08-26",
        "oauth-2025-04-20",
        "output-128k-2025-02-19",
        "output-300k-2026-03-24",
        "pdfs-2024-09-25",
        "prompt-caching-2024-07-31",
        "search-results-2025-06-09",
        "server-side-fallback-2026-06-01",
        "server-side-fallback-2026-07-01",
        "skills-2025-10-02",
        "spend-limit-reads-2026-09-26",
        "structured-outputs-2025-11-13",
        "task-budgets-2026-03-13",
        "telemetry-destinations-2026-08-11",
        "thinking-binding-controls-2026-08-01",
        "thinking-display-updates-2026-08-18",
        "thinking-token-count-2026-05-13",
        "token-counting-2024-11-01",
        "token-efficient-tools-2025-02-19",
        "tools-2024-04-04",
        "tools-2024-05-16",
        "user-profiles-2026-03-24",
        "user-profiles-2026-08-18",
        "user-profiles-2026-09-04",
        "user-profiles-billing-2026-10-01",
        "web-fetch-2025-09-10",
        "web-search-2025-03-05",
        "webhooks-2026-10-07",
    }
)
"""The known beta features: those that the official SDK names, and others that clients send."""

_LIMITS = {
    "requests": (4_000, 3_999),
    "tokens": (2_400_000, 2_400_000),
    "input-tokens": (2_000_000, 2_000_000),
    "output-tokens": (400_000, 400_000),
}
"""Each limit, and what remains of it."""


def version_is_given(request: AdmittedRequest) -> None:
    """A request names the version of the API (rule HD-1)."""
    if "anthropic-version" not in request.headers:
        raise Refusal(400, "anthropic-version: header is required")


def version_is_known(request: AdmittedRequest) -> None:
    """There are two versions of the API (rules HD-2, HD-3)."""
    version = request.headers.get("anthropic-version")
    if version is not None and version not in VERSIONS:
        raise Refusal(400, f'anthropic-version: "{version}" is not a valid version')


def betas_are_known(request: AdmittedRequest) -> None:
    """Every beta feature named is known (rule HD-4)."""
    for name in betas(request):
        if name not in BETAS:
            raise Refusal(400, f"Unexpected value(s) `{name}` for the `anthropic-beta` header.")


def add_rate_limits(request: ParsedRequest | None, response: Response) -> Response:
    """Add the remaining limits, and whether to retry (rules HD-8, HD-10)."""
    if request is None or response.status == 401:
        return response
    reset = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    headers = [
        (f"anthropic-ratelimit-{what}-{name}", value)
        for what, (limit, left) in _LIMITS.items()
        for name, value in (("limit", str(limit)), ("remaining", str(left)), ("reset", reset))
    ]
    if 400 <= response.status < 500 and response.status != 429:
        headers.append(("x-should-retry", "false"))
    return response.with_headers(*headers)
