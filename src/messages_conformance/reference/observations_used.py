"""What becomes of every public observation of Model Studio in the profile `model-studio-2026-08`.

Each is played as a deviation, is as the page says, or is not played for a reason. What the profile
does without an observation to rest on is assumed: `ASSUMED` names it where more is to be said than
that nobody reported it.
"""

from types import MappingProxyType
from typing import Final

from messages_conformance.claims.field_reports import FieldReport
from messages_conformance.reference.observed import DEVIATIONS

MONTH: Final = "2026-08"

AS_DOCUMENTED: Final = (
    *("model-name-comes-back-workspace", "model-name-comes-back-token-plan"),
    *("system-prompt-read", "string-content-read", "text-blocks-read"),
    *("tool-result-string-read", "tool-result-of-200-kb-read", "call-without-arguments-accepted"),
    *("tool-called-by-name", "input-schema-shapes-the-call"),
    *("broken-schema-refused-qwen37", "tool-choice-auto-calls"),
    *("is-error-accepted", "results-in-reverse-accepted", "version-header-let-in"),
    *("authorization-works-token-plan-singapore", "thinking-together-with-tools"),
    *("tool-input-in-pieces", "message-start-has-stop-keys", "message-delta-usage-full"),
    *("stop-reasons-seen", "stop-sequence-null-workspace", "stop-sequence-null-token-plan"),
    *("altered-thinking-accepted", "six-cache-marks-accepted", "prompt-of-600-thousand-accepted"),
    *("dropped-thinking-accepted-qwen37", "dropped-thinking-accepted-deepseek"),
    *("error-401-flat-token-plan", "model-suffix-1m-refused"),
)
"""Observations that the endpoint shows without a deviation of their own; ids."""

PLAYED: Final = frozenset(
    {id for deviation in DEVIATIONS for id in deviation.observations} | set(AS_DOCUMENTED)
)
"""The ids of all observations that the profile rests on."""

NOT_PLAYED: Final = MappingProxyType(
    {
        "x-api-key-works-workspace-beijing": "other hosts contradict it; the row is assumed",
        "thinking-block-empty-qwen37": "now and then only; how often is not told",
        "thinking-sent-back-steers": "the simulated model does not act on earlier thinking",
        "count-tokens-leaves-thinking-out": "contradicted by two reports of the same host",
        "input-outside-schema-passes": "the simulated model keeps to schemas",
        "error-400-sse-labelled-json": "of another path of the vendor",
        "error-404-plain-json-native-path": "of another path of the vendor",
        "error-403-unpurchased": "of another path; how the played host says it is not known",
        "tool-loop-works-dashscope": "of another host and of models that are not named",
        "web-search-tool-dropped": "of another host, and the page says that it is refused",
    }
)
"""Observations of the month that are not played, and why."""

ASSUMED: Final = MappingProxyType(
    {
        "header/x-api-key": "hosts contradict each other, and a key in this header is taken here",
        "header/anthropic-beta+version": "requests that have it are answered, and no report shows "
        "what it does",
        "basic/stop_sequences": "no report of the month shows one that was met",
        "content/tool_result/tool_use_id": "the reported answers do not show whether ids are read",
        "content/tool_result/is_error": "the reported answer does not show whether it is read",
        "content/server_tool_use": "reported of another host only, and only of the tool",
        "endpoint/count_tokens": "reports of the host contradict each other where a history has "
        "thinking",
        "endpoint/models": "reported of other hosts and months only; the envelope is that of other "
        "refusals",
        "error/403": "reported of another path only; the envelope is that of other refusals",
        "error/413": "reported of another host and month only; the envelope is that of other "
        "refusals",
        "error/500": "nobody reported one; the envelope is that of other refusals",
        "tool_choice/any": "reported of another path only",
        "tool_choice/tool": "reported of another path only",
    }
)
"""Rows that rest on an assumption which has to be explained, and why it was made."""


def why_not_played(report: FieldReport) -> str:
    """Why an observation is not played; empty where it is, or where no reason is given."""
    if report.id in PLAYED:
        return ""
    if report.id in NOT_PLAYED:
        return NOT_PLAYED[report.id]
    if len(report.date) < len(MONTH):
        return f"of {report.date}, and the month is not known"
    return "" if report.date.startswith(MONTH) else f"of {report.date}, not of {MONTH}"
