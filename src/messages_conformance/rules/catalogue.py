# One rule a line, however long: it is a table.
# ruff: noqa: E501
"""Every wire rule that one exchange can be judged by, under its id.

An id names the part of the protocol it belongs to: ``RS`` a response, ``ST`` a stream, ``TU`` the
tool loop, ``TH`` thinking, ``HD`` headers, ``ER`` errors, ``PC`` prompt caching. A ``w`` at its end
marks a habit of the original API that nobody promised.

The folded message of a stream is held to the ``RS`` rules as well. Rules that need more than one
exchange (what a cache saves, whether an echoed block is taken back) are the probes' business.
What is only inferred, or depends on the model on the original API too, is an advisory.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.finding import Finding, Rule, Severity, Where

_W, _K, _N = Severity.BREAKING, Severity.CONTRACT, Severity.ADVISORY
_OLD: Final = VERSIONS[:1]

_DOCS: Final = "https://platform.claude.com/docs/en/"
_ERRORS: Final = f"{_DOCS}api/errors"
_VERSIONING: Final = f"{_DOCS}api/versioning"
_OVERVIEW: Final = f"{_DOCS}api/overview"
_MESSAGES: Final = f"{_DOCS}api/messages"
_STREAMING: Final = f"{_DOCS}build-with-claude/streaming"
_STOPPING: Final = f"{_DOCS}build-with-claude/handling-stop-reasons"
_THINKING: Final = f"{_DOCS}build-with-claude/extended-thinking"
_CACHING: Final = f"{_DOCS}build-with-claude/prompt-caching"
_TOOLS: Final = f"{_DOCS}agents-and-tools/tool-use/define-tools"
_CALLS: Final = f"{_DOCS}agents-and-tools/tool-use/handle-tool-calls"
_PARALLEL: Final = f"{_DOCS}agents-and-tools/tool-use/parallel-tool-use"
_SDK: Final = "anthropic-sdk-python 2.12.0, types"
_OPENAPI: Final = "the OpenAPI description of the Messages API, August 2026"
_RECORDED: Final = "recordings of the original API"
_MEASURED: Final = "measured with anthropic-sdk-python 2.12.0 and @anthropic-ai/sdk 1.12.0"
_WHATWG: Final = "https://html.spec.whatwg.org/multipage/server-sent-events.html"

_TABLE: Final[tuple[tuple[str, Severity, str, str], ...]] = (
    # Responses
    ("RS-HTTP-1", _W, "A message is answered with status 200 and JSON, labelled application/json.", _MEASURED),
    ("RS-MSG-1", _K, "A message says `type: message`.", _MESSAGES),
    ("RS-MSG-2", _K, "A message says `role: assistant`.", _MESSAGES),
    ("RS-MSG-3", _K, "A message has an `id`, a string that is not empty.", _MESSAGES),
    ("RS-MSG-3w", _N, "A message's `id` begins with `msg_`.", _RECORDED),
    ("RS-MSG-4", _K, "A message names its `model`, a string that is not empty.", _MESSAGES),
    ("RS-MSG-5", _W, "A message's `content` is an array.", _MESSAGES),
    ("RS-MSG-6", _N, "Extra keys are allowed, but those of another protocol tell of a translation.", _VERSIONING),
    ("RS-STOP-0", _K, "A message has the keys `stop_reason` and `stop_sequence`.", _MESSAGES),
    ("RS-STOP-1", _K, "`stop_reason` is one of the documented reasons and never null at the end.", _STOPPING),
    ("RS-STOP-2", _K, "`stop_sequence` is one of those asked for exactly when that is the `stop_reason`.", _STOPPING),
    ("RS-STOP-3", _W, "A message that calls a client's tool says `stop_reason: tool_use`, unless cut short.", _STOPPING),
    ("RS-STOP-4", _K, "A message that says `stop_reason: tool_use` calls at least one client tool.", _STOPPING),
    ("RS-STOP-5", _N, "`output_tokens` is no more than the `max_tokens` asked for.", _STOPPING),
    ("RS-STOP-6", _N, "`stop_details` is null or absent unless the model refused.", _STOPPING),
    ("RS-BLK-1", _K, "Every content block is an object with a `type`.", _MESSAGES),
    ("RS-BLK-2", _W, "A text block's `text` is a string, its `citations` an array, null or absent.", _MESSAGES),
    ("RS-BLK-3", _N, "The stop sequence that ended a message is not part of its text.", _RECORDED),
    ("RS-TOOL-1", _W, "A tool call's `id` matches `^[a-zA-Z0-9_-]+$` and is unique in its message.", _OPENAPI),
    ("RS-TOOL-1w", _N, "A tool call's `id` begins with `toolu_`, a server tool's with `srvtoolu_`.", _RECORDED),
    ("RS-TOOL-2", _W, "A tool call names one of the tools that were offered.", _TOOLS),
    ("RS-TOOL-3", _W, "A tool call's `input` is an object.", _OPENAPI),
    ("RS-TOOL-4", _K, "With `disable_parallel_tool_use` there is one call at most, with `any` and `tool` exactly one.", _PARALLEL),
    ("RS-TOOL-5", _K, "`tool_choice` is obeyed: `any` and `tool` call at once and without text before, `none` never.", _TOOLS),
    ("RS-THK-1", _K, "A thinking block's `thinking` is a string.", _THINKING),
    ("RS-THK-2", _K, "A thinking block has a `signature`, a string.", _THINKING),
    ("RS-THK-3", _K, "A thinking block's `signature` is not empty.", _THINKING),
    ("RS-THK-4", _K, "A redacted thinking block's `data` is a string that is not empty.", _THINKING),
    ("RS-THK-5", _K, "With thinking `enabled`, thinking comes before anything else.", _THINKING),
    ("RS-USE-1", _K, "`usage` counts tokens in whole numbers from 0; `input_tokens` and `output_tokens` are there.", _MESSAGES),
    ("RS-USE-2", _K, "`output_tokens` is above 0 whenever there is content.", _SDK),
    ("RS-USE-4", _N, "`thinking_tokens` are part of `output_tokens`, and so no more.", _SDK),
    ("RS-USE-5", _N, "`service_tier` is standard, priority or batch.", _SDK),
    ("RS-CNT-1", _K, "A token count is `{\"input_tokens\": n}` with a whole n above 0.", f"{_DOCS}build-with-claude/token-counting"),
    ("RS-MDL-1", _K, "A list of models has `data`, `has_more`, `first_id` and `last_id`; a model has `type: model`, `id`, `display_name` and `created_at`.", f"{_DOCS}api/models-list"),
    # Streams: bytes
    ("ST-HTTP-1", _K, "A stream is labelled text/event-stream.", _RECORDED),
    ("ST-WIRE-1", _W, "Every event is named by an `event:` line.", _VERSIONING),
    ("ST-WIRE-2", _W, "Every event's data is a JSON object with a `type`.", _STREAMING),
    ("ST-WIRE-3", _W, "A blank line stands between two events.", _WHATWG),
    ("ST-WIRE-4", _W, "A blank line ends the last event.", _WHATWG),
    ("ST-WIRE-5", _W, "A stream is UTF-8.", _WHATWG),
    ("ST-WIRE-6", _W, "A stream does not begin with a byte order mark.", _MEASURED),
    ("ST-WIRE-7", _W, "A stream does not end with a named `[DONE]`.", _VERSIONING),
    ("ST-WIRE-7u", _K, "A stream does not end with `[DONE]`, not even without a name.", _VERSIONING),
    ("ST-WIRE-8", _N, "Every event has data; that of a ping is `{\"type\": \"ping\"}`.", _STREAMING),
    ("ST-WIRE-9", _K, "An event's name is its data's `type`.", _STREAMING),
    # Streams: order
    ("ST-ORD-0", _W, "A stream has events beside pings.", _STREAMING),
    ("ST-ORD-1", _W, "A stream begins with message_start, after pings if need be.", _STREAMING),
    ("ST-ORD-2", _W, "A stream has one message_start.", _STREAMING),
    ("ST-ORD-3", _W, "A content block starts only when the one before has stopped.", _STREAMING),
    ("ST-ORD-4", _W, "A delta belongs to the content block that is open.", _STREAMING),
    ("ST-ORD-5", _W, "A content_block_stop belongs to the content block that is open.", _STREAMING),
    ("ST-ORD-6", _W, "All content blocks have stopped before message_delta and message_stop.", _STREAMING),
    ("ST-ORD-7", _W, "No content block follows message_delta.", _STREAMING),
    ("ST-ORD-8", _W, "message_delta comes before message_stop.", _STREAMING),
    ("ST-ORD-9", _W, "Nothing follows message_stop.", _STREAMING),
    ("ST-ORD-10w", _N, "Events and deltas of unknown types are allowed, and skipped by clients.", _VERSIONING),
    ("ST-ORD-11", _W, "A stream ends with message_stop or an error.", _STREAMING),
    ("ST-IDX-1", _W, "A block event has an `index`, a whole number.", _STREAMING),
    ("ST-IDX-2", _W, "Content blocks are numbered 0, 1, 2 and so on.", _STREAMING),
    # Streams: what events hold
    ("ST-MSG-1", _K, "message_start carries a message without content, its `stop_reason` and `stop_sequence` null.", _STREAMING),
    ("ST-MSG-3", _W, "message_start carries `usage` with `input_tokens` and `output_tokens`.", _STREAMING),
    ("ST-MSG-4", _W, "The last message_delta carries the `stop_reason`.", _STREAMING),
    ("ST-MSG-5", _K, "message_delta carries the key `stop_sequence`.", _RECORDED),
    ("ST-BLK-1", _W, "A text block starts with `text: \"\"`.", _STREAMING),
    ("ST-BLK-2", _W, "A thinking block starts with `thinking: \"\"`.", _STREAMING),
    ("ST-BLK-3", _W, "A tool call starts with `input: {}`.", _STREAMING),
    ("ST-BLK-4", _K, "Redacted thinking and results of server tools come whole, without deltas.", _RECORDED),
    ("ST-DELTA-1", _W, "A delta is of a type that its block takes.", _STREAMING),
    ("ST-DELTA-2", _W, "A delta carries a string, one for citations an object.", _STREAMING),
    ("ST-THK-1", _K, "A thinking block has one signature_delta, after all its other deltas.", _THINKING),
    ("ST-THK-2", _K, "With thinking `display: omitted` no thinking_delta is sent.", _THINKING),
    ("ST-TOOL-1", _W, "The `partial_json` of a tool call joins to a JSON object, or to nothing.", _STREAMING),
    ("ST-TOOL-2", _W, "A tool call's JSON breaks off only where the message does.", f"{_DOCS}agents-and-tools/tool-use/fine-grained-tool-streaming"),
    ("ST-USE-1", _W, "message_delta carries `usage.output_tokens`, a whole number from 0.", _STREAMING),
    ("ST-USE-2", _W, "`output_tokens` is cumulative: it never falls.", _STREAMING),
    ("ST-USE-3w", _N, "message_start tells the same `input_tokens` as message_delta.", _RECORDED),
    ("ST-ERR-1", _W, "A failure in mid-stream is told by an error event in the error envelope, and ends the stream.", f"{_STREAMING}#error-events"),
    ("ST-INC-1", _N, "A stream arrives piece by piece, not all at once.", _STREAMING),
    ("ST-REQ-1", _W, "A bad request for a stream is refused with status 4xx and plain JSON.", _ERRORS),
    # The tool loop: what must be refused
    ("TU-1", _K, "A history whose tool calls have no results is refused.", _CALLS),
    ("TU-2", _K, "Text before the tool results in a message is refused.", _CALLS),
    ("TU-3", _K, "A tool result without its call in the message before is refused.", f"{_CALLS}; anthropics/claude-code#18947"),
    ("TU-4", _K, "A history with results for only some of several calls is refused.", _PARALLEL),
    ("TU-7", _K, "A tool call or result whose id does not match `^[a-zA-Z0-9_-]+$` is refused.", _OPENAPI),
    # Thinking: what must be refused, and what answered
    ("TH-1", _N, "`budget_tokens` below 1024 is refused.", _OPENAPI),
    ("TH-2", _N, "`budget_tokens` that is not below `max_tokens` is refused.", f"{_THINKING}#budget-rules"),
    ("TH-3", _K, "Thinking of an unknown type, or `enabled` without `budget_tokens`, is refused.", _OPENAPI),
    ("TH-6", _K, "`tool_choice` any or tool is refused with thinking `enabled`.", _THINKING),
    ("TH-7", _K, "A prefilled answer is refused with thinking.", _THINKING),
    ("TH-9", _K, "A thinking block without `signature` is refused.", _THINKING),
    ("TH-10", _K, "With thinking `enabled`, a tool call in the last turn that no thinking precedes is refused.", _THINKING),
    ("TH-14", _K, "`display` is refused with thinking `disabled`.", _THINKING),
    ("TH-16", _K, "With thinking `disabled` no thinking is answered.", _THINKING),
    # Headers
    ("HD-1", _K, "A request without anthropic-version is refused with 400.", _OVERVIEW),
    ("HD-2", _K, "A request with an impossible anthropic-version is refused with 400.", _VERSIONING),
    ("HD-3", _K, "Both API versions are accepted.", _VERSIONING),
    ("HD-5", _K, "The key is accepted in x-api-key and as a Bearer token.", _OVERVIEW),
    ("HD-6", _K, "A request without the right key is refused with 401.", _ERRORS),
    ("HD-7", _N, "Every answer has a request-id header, and an error's `request_id` repeats it.", f"{_ERRORS}#request-id"),
    ("HD-7w", _N, "A request id begins with `req_`.", _RECORDED),
    ("HD-8", _N, "Rate limits are told in numbers and RFC 3339 times; a 429 says when to retry.", f"{_DOCS}api/rate-limits"),
    ("HD-10", _N, "x-should-retry does not ask to repeat what cannot succeed.", _RECORDED),
    ("HD-11", _W, "`stream: true` is answered with a stream, whatever Accept says.", _MEASURED),
    # Errors
    ("ER-1", _K, "An error is `{\"type\": \"error\", \"error\": {\"type\", \"message\"}}`, labelled application/json.", _ERRORS),
    ("ER-2", _K, "An error's `type` is a documented one and agrees with the status.", _ERRORS),
    ("ER-3", _K, "A request above 32 MB is refused with 413.", f"{_OVERVIEW}#request-size-limits"),
    ("ER-5", _W, "An error is not answered with status 200.", _ERRORS),
    ("ER-6", _N, "A spent budget gives no hint to retry.", f"{_DOCS}api/rate-limits"),
    ("ER-7", _N, "An error's message is a sentence, without markup or the insides of a server.", _ERRORS),
    # Prompt caching
    ("PC-2", _K, "A `cache_control` of another type than ephemeral, or another ttl than 5m and 1h, is refused.", _OPENAPI),
    ("PC-3", _K, "More than 4 blocks with `cache_control` are refused.", _CACHING),
    ("PC-4", _K, "A `ttl: 1h` after a `ttl: 5m` is refused.", _CACHING),
    ("PC-5", _K, "`cache_control` on an empty text block or on thinking is refused.", _CACHING),
    ("PC-8", _N, "The parts of `usage.cache_creation` sum to `cache_creation_input_tokens`.", _SDK),
)  # fmt: skip

_TABLE_OF_OLD: Final[tuple[tuple[str, Severity, str, str], ...]] = (
    ("TH-4", _K, "A `temperature` other than 1 is refused with thinking.", f"{_DOCS}build-with-claude/thinking#limits"),
    ("TH-5", _K, "`top_k`, and a `top_p` below 0.95, are refused with thinking.", f"{_DOCS}build-with-claude/thinking#limits"),
    ("TH-15", _N, "With thinking `enabled` the answer thinks.", _THINKING),
)  # fmt: skip

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {row[0]: Rule(*row) for row in _TABLE} | {row[0]: Rule(*row, _OLD) for row in _TABLE_OF_OLD}
)
"""All rules by id."""


def broken(id: str, where: Where, message: str) -> Finding:
    """A finding of one rule, by its id."""
    return Finding(RULES[id], where, message)
