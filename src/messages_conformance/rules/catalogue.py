# One rule a line, however long: it is a table.
# ruff: noqa: E501
"""Every wire rule under its id, and the module that each id belongs to.

An id names the part of the protocol it is about: ``RS`` a response, ``ST`` a stream, ``TU`` the
tool loop, ``TH`` thinking, ``HD`` headers, ``ER`` errors, ``PC`` prompt caching, ``CL`` clients,
``RQ`` a request's fields, ``CT`` content. A ``w`` at its end marks a habit of the original API
that is not documented. The message accumulated from a stream keeps to the ``RS`` rules as well.

`RuleKind` says what shows whether a rule is kept. A rule is an advisory if it is only inferred, or
if it depends on the model in the original API too.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from messages_conformance.protocol.versions import VERSIONS
from messages_conformance.rules.finding import Finding, Rule, RuleKind, Severity, Where

MODULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "RS-HTTP": "rules.http",
        "RS-MSG": "rules.response.message",
        "RS-STOP": "rules.response.stopping",
        "RS-BLK": "rules.response.blocks",
        "RS-TOOL": "rules.response.tools",
        "RS-THK": "rules.response.thinking",
        "RS-USE": "rules.response.usage",
        "RS-CNT": "rules.response.token_counts",
        "RS-MDL": "rules.response.models",
        "CT": "rules.response.features",
        "ST-HTTP": "rules.http",
        "ST-WIRE": "rules.stream.wire",
        "ST-ORD": "rules.stream.order",
        "ST-IDX": "rules.stream.order",
        "ST-MSG": "rules.stream.message",
        "ST-BLK": "rules.stream.blocks",
        "ST-DELTA": "rules.stream.deltas",
        "ST-THK": "rules.stream.thinking",
        "ST-TOOL": "rules.stream.tools",
        "ST-USE": "rules.stream.usage",
        "ST-ERR": "rules.stream.errors",
        "ST-REQ": "rules.stream.errors",
        "ST-INC": "rules.stream.timing",
        "TU": "rules.tool_loop",
        "TH": "rules.thinking",
        "HD": "rules.headers",
        "ER": "rules.errors",
        "PC": "rules.caching",
        "CL-READ": "clients.finding",
        "CL-SEND": "readiness.rows",
        "CL-MOVE": "readiness.moved",
    }
)
"""The module that checks the rules of each prefix. Rules of `RuleKind.REQUEST` have none: probes
test them."""

_W, _K, _N = Severity.BREAKING, Severity.CONTRACT, Severity.ADVISORY
_OLD: Final = VERSIONS[:1]
_NEW: Final = VERSIONS[1:]

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
_UNIQUE: Final = "anthropics/claude-code#20700"
_QUOTED: Final = "errors of the original API that users have quoted"
_REPORTED: Final = "endpoints that users have reported"
_INFERRED: Final = "inferred; no source states it"
_CITATIONS: Final = f"{_DOCS}build-with-claude/citations"
_WHATWG: Final = "https://html.spec.whatwg.org/multipage/server-sent-events.html"

_ANSWERS: Final[tuple[tuple[str, Severity, str, str], ...]] = (
    # Responses
    ("RS-HTTP-1", _W, "A message comes with status 200, as JSON, with content type application/json.", _MEASURED),
    ("RS-HTTP-2", _K, "A body of JSON does not begin with a byte order mark.", "RFC 8259, section 8.1"),
    ("RS-MSG-1", _K, "A message says `type: message`.", _MESSAGES),
    ("RS-MSG-2", _K, "A message says `role: assistant`.", _MESSAGES),
    ("RS-MSG-3", _K, "A message has an `id`, a string that is not empty.", _MESSAGES),
    ("RS-MSG-3w", _N, "A message's `id` begins with `msg_`.", _RECORDED),
    ("RS-MSG-4", _K, "A message names its `model`, a string that is not empty.", _MESSAGES),
    ("RS-MSG-4w", _N, "A message names the model of the request, or a dated version of it.", _RECORDED),
    ("RS-MSG-5", _W, "A message's `content` is an array.", _MESSAGES),
    ("RS-MSG-6", _N, "Extra keys are allowed, but keys of another protocol show an incomplete translation.", _VERSIONING),
    ("RS-STOP-0", _K, "A message has the keys `stop_reason` and `stop_sequence`.", _MESSAGES),
    ("RS-STOP-1", _K, "`stop_reason` is one of the documented reasons, and not null at the end.", _STOPPING),
    ("RS-STOP-2", _K, "`stop_sequence` is one of the request's if the `stop_reason` is `stop_sequence`, else null.", _STOPPING),
    ("RS-STOP-3", _W, "A message that calls a client's tool says `stop_reason: tool_use`, unless cut short.", _STOPPING),
    ("RS-STOP-4", _K, "A message that says `stop_reason: tool_use` calls at least one client tool.", _STOPPING),
    ("RS-STOP-5", _N, "`output_tokens` is no more than the request's `max_tokens`, unless tools of the server ran.", _STOPPING),
    ("RS-STOP-6", _N, "`stop_details` is null or absent unless the model refused.", _STOPPING),
    ("RS-STOP-7", _K, "A message that used up `max_tokens` does not say that it ended by itself.", _STOPPING),
    ("RS-STOP-8", _K, "No text goes on after a stop sequence of the request.", _MESSAGES),
    ("RS-STOP-9", _N, "A message that says `stop_reason: max_tokens` used them up, unless tools of the server ran.", _RECORDED),
    ("RS-BLK-1", _K, "Every content block is an object with a `type`.", _MESSAGES),
    ("RS-BLK-2", _W, "A text block's `text` is a string, its `citations` an array, null or absent.", _MESSAGES),
    ("RS-BLK-3", _N, "The stop sequence that ended a message is not part of its text.", _RECORDED),
    ("RS-BLK-4w", _N, "Text has no markup of thinking, of tool calls or of chat templates: it belongs into blocks.", _RECORDED),
    ("RS-BLK-5", _N, "A text block beside others is not empty: a request that sends it back is refused.", _QUOTED),
    ("RS-BLK-6w", _N, "Text is UTF-8 that was decoded once, and no character of it is lost.", _RECORDED),
    ("RS-BLK-7", _K, "A text is said once: not again in the next block, nor after its thinking repeated.", _REPORTED),
    ("RS-BLK-8w", _N, "A text is what a model says, not the failure of a server.", _REPORTED),
    ("RS-BLK-9", _K, "A text without citations is one block, not one for each piece.", "ggml-org/llama.cpp#18542"),
    ("RS-BLK-10", _N, "A block, or a delta of one, has no keys of another protocol.", _REPORTED),
    ("RS-BLK-11", _K, "A block is not of a type that only other protocols, or requests, have.", _REPORTED),
    ("RS-BLK-12w", _N, "A text is what a model says, not the blocks that hold it, as JSON or as a library prints them.", _REPORTED),
    ("RS-TOOL-1", _W, "A tool call's `id` matches `^[a-zA-Z0-9_-]+$` and is unique in its message.", _OPENAPI),
    ("RS-TOOL-1w", _N, "A tool call's `id` begins with `toolu_`, a server tool's with `srvtoolu_`.", _RECORDED),
    ("RS-TOOL-2", _W, "A tool call names one of the request's tools.", _TOOLS),
    ("RS-TOOL-3", _W, "A tool call's `input` is an object.", _OPENAPI),
    ("RS-TOOL-4", _K, "With `disable_parallel_tool_use` there is at most one call; with `any` and `tool` exactly one.", _PARALLEL),
    ("RS-TOOL-5", _K, "`tool_choice` is obeyed: `any` and `tool` lead to a call without text before it, `none` to no call.", _TOOLS),
    ("RS-TOOL-6", _K, "The `id` of a tool call does not stand in the request already.", _UNIQUE),
    ("RS-TOOL-7", _N, "The `input` of a tool call matches the `input_schema` of its tool; the model may be at fault.", _TOOLS),
    ("RS-TOOL-8", _K, "The `input` of a tool call matches the `input_schema` of its tool if that is `strict`.", f"{_DOCS}build-with-claude/structured-outputs"),
    ("RS-TOOL-9", _N, "The `input` of a tool call is not empty if the `input_schema` of its tool requires properties; the model may be at fault.", _TOOLS),
    ("RS-TOOL-11", _N, "No two calls of a message have the same tool and the same arguments; the model may be at fault.", _REPORTED),
    ("RS-TOOL-12w", _N, "After a call of a client's tool comes no text, unless tools of the server run: the model waits for results.", f"{_RECORDED}: 299 of 299 messages"),
    ("RS-THK-1", _K, "A thinking block's `thinking` is a string.", _THINKING),
    ("RS-THK-2", _K, "A thinking block has a `signature`, a string.", _THINKING),
    ("RS-THK-3", _K, "A thinking block's `signature` is not empty.", _THINKING),
    ("RS-THK-4", _K, "A redacted thinking block's `data` is a string that is not empty.", _THINKING),
    ("RS-THK-5", _K, "With thinking `enabled`, the message begins with thinking.", _THINKING),
    ("RS-THK-6", _K, "A thinking block has text, unless thinking is not displayed; then it has a signature at least.", _THINKING),
    ("RS-THK-6w", _N, "With thinking `enabled` a thinking block has text, but for the newest models.", f"{_RECORDED}; anthropics/claude-code#49268"),
    ("RS-THK-7", _K, "Without tools, a message that ended by itself does not end with thinking after its text.", "d-kuro/kirocc#137; recordings of the original API"),
    ("RS-THK-8", _N, "A signature is made for its thinking; it is no placeholder.", _REPORTED),
    ("RS-USE-1", _K, "`usage` has `input_tokens` and `output_tokens`; all its counts are whole numbers from 0.", _MESSAGES),
    ("RS-USE-2", _K, "`output_tokens` is above 0, also for an empty answer, and fits the words of the answer.", _SDK),
    ("RS-USE-4", _N, "`thinking_tokens` are part of `output_tokens`: they are no more than those.", _SDK),
    ("RS-USE-5", _N, "`service_tier` is standard, priority or batch.", _SDK),
    ("RS-USE-6", _K, "A request costs input tokens that fit its words: those read, written to a cache and read from it.", _RECORDED),
    ("RS-USE-7", _N, "`output_tokens` is not far more than the content of a message without thinking has.", _RECORDED),
    ("RS-CNT-1", _K, "A token count is `{\"input_tokens\": n}` with a whole n above 0.", f"{_DOCS}build-with-claude/token-counting"),
    ("RS-MDL-1", _K, "A list of models has `data`, `has_more`, `first_id` and `last_id`; a model has `type: model`, `id`, `display_name` and `created_at`.", f"{_DOCS}api/models-list"),
    # Streams: bytes
    ("ST-HTTP-1", _K, "A stream has content type text/event-stream.", _RECORDED),
    ("ST-WIRE-1", _W, "Every event has a name, in an `event:` line.", _VERSIONING),
    ("ST-WIRE-2", _W, "Every event's data is a JSON object with a `type`.", _STREAMING),
    ("ST-WIRE-3", _W, "A blank line separates two events.", _WHATWG),
    ("ST-WIRE-4", _W, "A blank line ends the last event.", _WHATWG),
    ("ST-WIRE-5", _W, "A stream is UTF-8.", _WHATWG),
    ("ST-WIRE-6", _W, "A stream does not begin with a byte order mark.", _MEASURED),
    ("ST-WIRE-7", _W, "A stream has no `[DONE]` event with a name.", _VERSIONING),
    ("ST-WIRE-7u", _K, "A stream has no `[DONE]` event without a name.", _VERSIONING),
    ("ST-WIRE-8", _N, "Every event has data; that of a ping is `{\"type\": \"ping\"}`.", _STREAMING),
    ("ST-WIRE-9", _K, "An event's name is the `type` in its data.", _STREAMING),
    ("ST-WIRE-10", _K, "After message_stop nothing comes that is no event.", _RECORDED),
    # Streams: order
    ("ST-ORD-0", _W, "A stream has events other than pings.", _STREAMING),
    ("ST-ORD-1", _W, "A stream begins with message_start; only pings may come before it.", _STREAMING),
    ("ST-ORD-2", _W, "A stream has one message_start.", _STREAMING),
    ("ST-ORD-3", _W, "A content block starts only after the previous one has stopped.", _STREAMING),
    ("ST-ORD-4", _W, "A delta belongs to the content block that is open.", _STREAMING),
    ("ST-ORD-5", _W, "A content_block_stop belongs to the content block that is open.", _STREAMING),
    ("ST-ORD-6", _W, "All content blocks have stopped before message_delta and message_stop.", _STREAMING),
    ("ST-ORD-7", _W, "No content block follows message_delta.", _STREAMING),
    ("ST-ORD-8", _W, "message_delta comes before message_stop.", _STREAMING),
    ("ST-ORD-9", _W, "Nothing follows message_stop.", _STREAMING),
    ("ST-ORD-10w", _N, "Events and deltas of unknown types are allowed, but clients skip them.", _VERSIONING),
    ("ST-ORD-11", _W, "A stream ends with message_stop or an error.", _STREAMING),
    ("ST-IDX-1", _W, "A block event has an `index`, a whole number.", _STREAMING),
    ("ST-IDX-2", _W, "Content blocks are numbered 0, 1, 2 and so on.", _STREAMING),
    # Streams: what events hold
    ("ST-MSG-1", _K, "message_start carries a message with empty content whose `stop_reason` and `stop_sequence` are null.", _STREAMING),
    ("ST-MSG-3", _W, "message_start carries `usage` with `input_tokens` and `output_tokens`.", _STREAMING),
    ("ST-MSG-4", _W, "The last message_delta carries the `stop_reason`.", _STREAMING),
    ("ST-MSG-4w", _N, "Every message_delta carries the `stop_reason`; there is one.", f"{_RECORDED}: 350 of 350 streams"),
    ("ST-MSG-5", _K, "message_delta carries the key `stop_sequence`.", _RECORDED),
    ("ST-BLK-1", _W, "A text block starts with `text: \"\"`.", _STREAMING),
    ("ST-BLK-2", _W, "A thinking block starts with `thinking: \"\"`.", _STREAMING),
    ("ST-BLK-2w", _N, "A thinking block starts with `signature: \"\"`.", _RECORDED),
    ("ST-BLK-3", _W, "A tool call starts with an `input`, an object.", _STREAMING),
    ("ST-BLK-4", _K, "Redacted thinking and results of server tools come whole in content_block_start, without deltas.", _RECORDED),
    ("ST-BLK-5", _K, "A tool call starts with `input: {}`, and its input comes in deltas, unless code execution makes the call.", _STREAMING),
    ("ST-DELTA-1", _W, "A delta is of a type that fits its block.", _STREAMING),
    ("ST-DELTA-2", _W, "A delta carries a string, a citations_delta an object.", _STREAMING),
    ("ST-DELTA-3", _K, "A delta carries only what is new, and comes once.", _STREAMING),
    ("ST-THK-1", _K, "A thinking block has one signature_delta, after all its other deltas.", _THINKING),
    ("ST-THK-2", _K, "With thinking `display: omitted` no thinking_delta is sent.", _THINKING),
    ("ST-TOOL-1", _W, "The `partial_json` of a tool call joins to a JSON object, or is empty.", _STREAMING),
    ("ST-TOOL-2", _W, "A tool call's JSON is incomplete only if the message was cut short there.", f"{_DOCS}agents-and-tools/tool-use/fine-grained-tool-streaming"),
    ("ST-TOOL-3", _W, "The input of a tool call comes in at least one input_json_delta.", _RECORDED),
    ("ST-TOOL-3w", _N, "A call of a tool without arguments has an input_json_delta too, with an empty string.", _RECORDED),
    ("ST-USE-1", _W, "message_delta carries `usage.output_tokens`, a whole number from 0.", _STREAMING),
    ("ST-USE-2", _W, "`output_tokens` is cumulative: it never decreases.", _STREAMING),
    ("ST-USE-3w", _N, "message_start has the same `input_tokens` as message_delta.", _RECORDED),
    ("ST-USE-5", _K, "message_delta does not add cached tokens to `input_tokens` that message_start counts apart.", _CACHING),
    ("ST-ERR-1", _W, "A failure in mid-stream is an error event with the error envelope, and ends the stream.", f"{_STREAMING}#error-events"),
    ("ST-INC-1", _N, "A stream arrives piece by piece, not all at once.", _STREAMING),
    ("ST-REQ-1", _W, "A bad request for a stream is refused with status 4xx and plain JSON.", _ERRORS),
    # The tool loop: requests to be refused
    ("TU-1", _K, "A history whose tool calls have no results is refused.", _CALLS),
    ("TU-2", _K, "Text before the tool results in a message is refused.", _CALLS),
    ("TU-3", _K, "A tool result without its call in the message before is refused.", f"{_CALLS}; anthropics/claude-code#18947"),
    ("TU-4", _K, "A history with results for only some of several calls is refused.", _PARALLEL),
    ("TU-7", _K, "A tool call or result whose id does not match `^[a-zA-Z0-9_-]+$` is refused.", _OPENAPI),
    ("TU-12", _K, "A history in which two tool calls have one id is refused.", _UNIQUE),
    ("TU-13", _K, "A history with two results for one tool call is refused.", _QUOTED),
    # Thinking: requests to be refused, and answers
    ("TH-1", _N, "A `budget_tokens` below 1024 is refused.", _OPENAPI),
    ("TH-2", _N, "A `budget_tokens` that is not below `max_tokens` is refused.", f"{_THINKING}#budget-rules"),
    ("TH-3", _K, "Thinking of an unknown type, or `enabled` without `budget_tokens`, is refused.", _OPENAPI),
    ("TH-6", _K, "`tool_choice` any or tool is refused with thinking `enabled`.", _THINKING),
    ("TH-7", _K, "A prefilled answer is refused with thinking `enabled`.", _THINKING),
    ("TH-9", _K, "A thinking block without `signature` is refused.", _THINKING),
    ("TH-10", _K, "With thinking `enabled`, a tool call in the last turn without thinking before it is refused.", _THINKING),
    ("TH-14", _K, "`display` is refused with thinking `disabled`.", _THINKING),
    ("TH-16", _K, "With thinking `disabled` the answer has no thinking.", _THINKING),
    ("TH-17", _N, "Without `thinking` in the request the answer has no thinking, but for the newest models.", _THINKING),
    # Headers
    ("HD-1", _K, "A request without anthropic-version is refused with 400.", _OVERVIEW),
    ("HD-2", _K, "A request with an unknown anthropic-version is refused with 400.", _VERSIONING),
    ("HD-3", _K, "Both API versions are accepted.", _VERSIONING),
    ("HD-5", _K, "The key is accepted in x-api-key and as a Bearer token.", _OVERVIEW),
    ("HD-6", _K, "A request without a valid key is refused with 401.", _ERRORS),
    ("HD-7", _N, "Every answer has a request-id header, and the body of an error has it as `request_id`.", f"{_ERRORS}#request-id"),
    ("HD-7w", _N, "A request id begins with `req_`.", _RECORDED),
    ("HD-8", _N, "Rate limit headers are whole numbers and RFC 3339 times; a 429 says when to retry.", f"{_DOCS}api/rate-limits"),
    ("HD-10", _N, "x-should-retry is not `true` where a retry cannot succeed.", _RECORDED),
    ("HD-11", _W, "`stream: true` is answered with a stream, whatever the Accept header says.", _MEASURED),
    # Errors
    ("ER-1", _K, "An error is `{\"type\": \"error\", \"error\": {\"type\", \"message\"}}`, with content type application/json.", _ERRORS),
    ("ER-2", _K, "An error's `type` is a documented one that fits the status.", _ERRORS),
    ("ER-3", _K, "A request above 32 MB is refused with 413.", f"{_OVERVIEW}#request-size-limits"),
    ("ER-5", _W, "An error is not answered with status 200.", _ERRORS),
    ("ER-6", _N, "A reached spend limit has no retry-after.", f"{_DOCS}api/rate-limits"),
    ("ER-7", _N, "An error's message is a plain sentence, without markup or internals of the server.", _ERRORS),
    ("ER-8", _N, "An error comes from the API itself, not from a network before it.", _QUOTED),
    ("ER-10", _K, "A request is refused for what it holds, and not for a beta that it does not name.", _QUOTED),
    # Prompt caching
    ("PC-2", _K, "A `cache_control` of another type than ephemeral, or another ttl than 5m and 1h, is refused.", _OPENAPI),
    ("PC-3", _K, "More than 4 blocks with `cache_control` are refused.", _CACHING),
    ("PC-4", _K, "A `ttl: 1h` after a `ttl: 5m` is refused.", _CACHING),
    ("PC-5", _K, "`cache_control` on an empty text block or on thinking is refused.", _CACHING),
    ("PC-8", _N, "The parts of `usage.cache_creation` sum to `cache_creation_input_tokens`.", _SDK),
    # Content
    ("CT-4", _K, "A citation is of a documented type and has the fields of that type.", _SDK),
    ("CT-4w", _N, "A citation is of a documented type.", _SDK),
    ("CT-7", _K, "A server tool's call has an id that begins with `srvtoolu_`, and its result refers to it.", _OPENAPI),
    ("CT-9", _K, "With `output_config.format` the text is JSON that matches the schema, unless the message was cut short.", f"{_DOCS}build-with-claude/structured-outputs"),
)  # fmt: skip

_ANSWERS_OF_OLD: Final[tuple[tuple[str, Severity, str, str], ...]] = (
    ("TH-4", _K, "A `temperature` other than 1 is refused with thinking.", f"{_DOCS}build-with-claude/thinking#limits"),
    ("TH-5", _K, "`top_k`, and a `top_p` below 0.95, are refused with thinking.", f"{_DOCS}build-with-claude/thinking#limits"),
    ("TH-15", _N, "With thinking `enabled` the answer has thinking.", _THINKING),
)  # fmt: skip

_RUN: Final[tuple[tuple[str, Severity, str, str], ...]] = (
    ("RS-MSG-7", _K, "The `id` of a message is that of no other message.", _RECORDED),
    ("RS-MSG-8", _K, "Each request is answered anew: no answer is served twice.", _RECORDED),
    ("RS-TOOL-10", _K, "The `id` of a tool call is that of no other call, also in other messages.", _RECORDED),
    ("RS-USE-3", _K, "Equal requests cost the same input: fresh tokens, tokens written to a cache and tokens read from it.", _CACHING),
    ("RS-USE-8", _K, "Short requests without tools do not all cost hundreds of input tokens more than they have bytes.", _RECORDED),
    ("RS-CNT-2", _N, "The token count of a request is about what the same request then costs.", f"{_DOCS}build-with-claude/token-counting"),
    ("ST-USE-4", _K, "A stream costs the same input as the plain answer to the same request.", _STREAMING),
    ("HD-13", _N, "Each answer has a request-id of its own.", _RECORDED),
    ("ER-9", _K, "What is wrong with a request stands in its refusal; not all refusals say the same.", _QUOTED),
    ("ST-INC-2", _N, "The first event of a stream arrives before its last delta.", _STREAMING),
    ("ST-INC-3", _N, "No more than half of a stream's deltas are held back until its end.", _STREAMING),
)  # fmt: skip

_CLIENT: Final[tuple[tuple[str, Severity, str, str], ...]] = (
    ("CL-READ-1", _W, "A client that raises no exception returns the values of the answer, as a whole message.", "measured with the SDK"),
    ("CL-READ-2", _W, "A client that raises no exception returns everything in the answer.", "measured with the SDK"),
    ("CL-READ-3", _W, "A client raises an exception only for an error, and the one that fits it.", "measured with the SDK"),
    ("CL-SEND-1", _W, "What a client sends of its own accord is answered, or refused in words after which it goes on.", "measured with the client"),
    ("CL-MOVE-1", _N, "An answer, its thinking left out, is taken by the original API as a turn of a history.", _OPENAPI),
)  # fmt: skip

_REQUEST: Final[tuple[tuple[str, Severity, str, str], ...]] = (
    # The fields of a request
    ("RQ-01", _K, "A body that is not JSON is refused.", "anthropics/claude-code#77525"),
    ("RQ-02", _K, "A request without `model` is refused.", _OPENAPI),
    ("RQ-03", _K, "A request without `max_tokens` is refused.", _OPENAPI),
    ("RQ-04", _K, "A request without `messages` is refused.", _OPENAPI),
    ("RQ-05", _K, "A `max_tokens` that is negative, a string or a fraction is refused.", _OPENAPI),
    ("RQ-06", _N, "`max_tokens: 0` fills the cache and is answered without content; with a stream, thinking, a forced tool call or an answer format it is refused.", f"{_CACHING}#limitations"),
    ("RQ-07", _K, "A `max_tokens` above the model's maximum is refused.", "anthropics/claude-code#24451"),
    ("RQ-19", _K, "An unknown key is refused: in the request, in a block or in `metadata`.", f"{_OPENAPI}; anthropics/claude-code#4378"),
    ("RQ-25", _K, "A stop sequence that is empty or only whitespace is refused.", "litellm#3286"),
    ("RQ-26", _K, "A `stop_sequences` that is not an array is refused.", _OPENAPI),
    ("RQ-35", _K, "A `metadata.user_id` that is not a string, or has more than 512 characters, is refused.", _OPENAPI),
    ("RQ-36", _K, "A `stream` that is not a boolean is refused.", _OPENAPI),
    ("RQ-37", _N, "A prompt larger than the context window is refused.", f"{_DOCS}build-with-claude/thinking#thinking-and-the-context-window"),
    ("RQ-45", _N, "An `effort` that the model does not support is refused.", _RECORDED),
    # The messages of a request
    ("RQ-08", _K, "An empty `messages` is refused.", _QUOTED),
    ("RQ-09", _K, "A conversation that begins with an assistant message is refused.", "lobehub#1601"),
    ("RQ-10", _K, "A role other than `user` and `assistant` is refused.", _QUOTED),
    ("RQ-11", _K, "A first message with the role `system` is refused.", f"{_DOCS}build-with-claude/mid-conversation-system-messages#limitations"),
    ("RQ-12", _N, "A later message with the role `system` is refused by models that do not support it.", f"{_DOCS}build-with-claude/mid-conversation-system-messages#limitations"),
    ("RQ-13", _K, "Consecutive messages of one role are accepted and merged into one turn.", _SDK),
    ("RQ-14", _K, "A text block with empty text is refused.", "anthropics/claude-code#59812"),
    ("RQ-15", _K, "Text that is only whitespace is refused.", "home-assistant/core#175637"),
    ("RQ-16", _K, "A message with empty content is refused, except as the final assistant message.", "anthropics/claude-code#6774"),
    ("RQ-18", _N, "A prefilled answer is accepted, except by models that do not support it.", f"{_ERRORS}#prefill-not-supported"),
    ("RQ-27", _K, "A content block of an unknown type is refused.", _OPENAPI),
    # Tools and answer formats in a request
    ("RQ-28", _K, "A tool is refused without `name` or `input_schema`, with a name that does not match `^[a-zA-Z0-9_-]{1,128}$`, and with a schema that is not of an object.", f"{_OPENAPI}; {_TOOLS}"),
    ("RQ-29", _K, "Two tools with the same name are refused.", "LibreChat#13162"),
    ("RQ-30", _K, "A `tool_choice` that is a string, of an unknown type, or of type `tool` without a name is refused.", _OPENAPI),
    ("RQ-31", _N, "A `tool_choice` that forces a call is refused without tools, or if it names an unknown tool.", _INFERRED),
    ("RQ-40", _K, "An entry of `input_examples` that does not match the tool's schema is refused.", _TOOLS),
    ("RQ-41", _N, "A schema in `output_config.format` with unsupported keywords, or with objects that are not closed, is refused.", f"{_DOCS}build-with-claude/structured-outputs#json-schema-limitations"),
    ("RQ-42", _K, "`output_config.format` together with citations is refused.", _CITATIONS),
    # Images
    ("RQ-32", _K, "An image of a media type other than JPEG, PNG, GIF and WebP is refused.", "anthropics/claude-code#8184"),
    ("RQ-33", _K, "An image whose bytes do not match its media type is refused.", "anthropics/claude-code#15746"),
    ("RQ-34", _K, "An image that cannot be decoded is refused.", "anthropics/claude-code#8646"),
    # The tool loop
    ("TU-5", _K, "The results of several calls are accepted in one user message, with text after them.", _PARALLEL),
    ("TU-6", _K, "A tool result may have no content, a string, or text, images and documents; search results are not mixed with others.", _CALLS),
    ("TU-8", _K, "Ids of tool calls are opaque: ids made by a client are accepted.", _OPENAPI),
    ("TU-10", _K, "The `input` of a tool call is accepted back, whatever it contains.", _CALLS),
    ("TU-11", _N, "A history with tool calls is accepted in a request without `tools`.", _INFERRED),
    # Thinking
    ("TH-8", _K, "A thinking block of the latest assistant turn is refused if its text or signature was changed.", f"{_ERRORS}; claude-code-hub#518"),
    ("TH-12", _K, "Thinking blocks of earlier turns may be left out of the history.", _THINKING),
    ("TH-13", _N, "A type of thinking that the model does not support is refused.", f"{_DOCS}build-with-claude/thinking"),
    # Headers
    ("HD-4", _K, "An unknown anthropic-beta is refused; several known ones are accepted.", f"{_DOCS}api/beta-headers"),
    ("HD-12", _K, "Headers `x-stainless-*`, which the SDKs send, are ignored.", _MEASURED),
    # Prompt caching
    ("PC-1", _K, "`cache_control` is accepted on tools, system and content blocks, and on the request itself.", f"{_CACHING}; {_OPENAPI}"),
    ("PC-6", _K, "A prompt below the minimum length is answered without caching: both cache counts are 0.", _CACHING),
    ("PC-7", _N, "The second of two equal requests reads its prompt from the cache.", _CACHING),
    # Content
    ("CT-3", _K, "Citations are enabled for all documents and search results of a request or for none; a mix is refused.", _CITATIONS),
    ("CT-8", _K, "A string as `system` or `content` means the same as one text block.", _SDK),
)  # fmt: skip

_REQUEST_OF_OLD: Final[tuple[tuple[str, Severity, str, str], ...]] = (
    ("RQ-17", _N, "A prefilled answer that ends with whitespace is refused.", _QUOTED),
    ("RQ-20", _K, "A `temperature` below 0 or above 1 is refused.", _OPENAPI),
    ("RQ-22", _N, "`temperature` and `top_p` together are refused.", "opencode#28930"),
    ("RQ-24", _K, "A `top_p` above 1 and a negative `top_k` are refused.", _OPENAPI),
)  # fmt: skip

_REQUEST_OF_NEW: Final[tuple[tuple[str, Severity, str, str], ...]] = (
    ("RQ-21", _K, "`temperature`, `top_p` and `top_k` are refused, even with their default values.", _VERSIONING),
    ("RQ-38", _K, "A document directly in an assistant message is refused.", _VERSIONING),
    ("RQ-39", _K, "Citations on a user's text block are refused, also in a search result.", _VERSIONING),
)  # fmt: skip

RULES: Final[Mapping[str, Rule]] = MappingProxyType(
    {
        row[0]: Rule(*row, versions, kind)
        for table, versions, kind in (
            (_ANSWERS, VERSIONS, RuleKind.ANSWER),
            (_ANSWERS_OF_OLD, _OLD, RuleKind.ANSWER),
            (_RUN, VERSIONS, RuleKind.RUN),
            (_CLIENT, VERSIONS, RuleKind.CLIENT),
            (_REQUEST, VERSIONS, RuleKind.REQUEST),
            (_REQUEST_OF_OLD, _OLD, RuleKind.REQUEST),
            (_REQUEST_OF_NEW, _NEW, RuleKind.REQUEST),
        )
        for row in table
    }
)
"""All rules by id."""


def rules_of(*kinds: RuleKind) -> Mapping[str, Rule]:
    """The rules of some kinds, by id."""
    return {id: rule for id, rule in RULES.items() if rule.kind in kinds}


def prefix_of(id: str) -> str:
    """What the id of a rule begins with, before its number: ``ST-ORD`` of ``ST-ORD-10w``."""
    return id.rpartition("-")[0]


def broken(id: str, where: Where, message: str) -> Finding:
    """A finding of one rule, by its id."""
    return Finding(RULES[id], where, message)
