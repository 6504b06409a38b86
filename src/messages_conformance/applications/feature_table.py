"""The features of the Messages API, in one table, and the rows that are none.

Each line: id · title · marks · rows · what its absence means · what to do instead.
`tests/applications/test_feature_table.py` holds it against every row of every page.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from messages_conformance.applications.feature import Feature, Loss
from messages_conformance.traffic.calls.call import Part

NONE, PART, EDIT, WHOLE = Loss


def _words(text: str) -> tuple[str, ...]:
    return tuple(
        text.split(),
    )


def _feature(
    id: str,
    title: str,
    marks: str,
    rows: str,
    loss: Loss,
    edit: str,
    part: Part = Part.BODY,
    needs: str | None = None,
    findings: str | None = None,
    *,
    thinks: bool = False,
    stays: bool = False,
) -> Feature:
    wanted = None if needs is None else _words(needs)
    rules = None if findings is None else _words(findings)
    found = _words(marks), _words(rows)
    return Feature(id, title, *found, loss, edit, part, wanted, rules, thinks, stays)


_ACCESS: Final = (
    _feature(
        "header/x-api-key",
        "key in x-api-key",
        "header:x-api-key",
        "header/x-api-key",
        EDIT,
        "Send the key as a bearer token: auth_token instead of api_key.",
        Part.HEADERS,
    ),
    _feature(
        "header/authorization",
        "key as a bearer token",
        "header:authorization",
        "header/authorization",
        EDIT,
        "Send the key in x-api-key: api_key instead of auth_token.",
        Part.HEADERS,
    ),
    _feature(
        "header/version",
        "anthropic-version",
        "header:anthropic-version",
        "header/anthropic-beta+version",
        NONE,
        "Leave the header out.",
        Part.HEADERS,
    ),
    _feature(
        "header/beta",
        "beta features",
        "header:anthropic-beta beta:*",
        "header/anthropic-beta+version",
        NONE,
        "Leave the betas out, and what needs them.",
        Part.BETAS,
    ),
    _feature(
        "request/beta_query",
        "the query ?beta=true",
        "query:beta",
        "request/beta_query",
        EDIT,
        "Call client.messages instead of client.beta.messages.",
        Part.PATH,
    ),
)

_CLOUDS: Final = _feature(
    "client/cloud",
    "a client of Bedrock, Vertex or Foundry",
    "client:cloud",
    "",
    EDIT,
    "Use the plain client, Anthropic(base_url=…), and the key of the endpoint.",
    Part.CODE,
    stays=True,
)

_ENDPOINTS: Final = (
    _feature(
        "endpoint/count_tokens",
        "counting tokens",
        "path:count_tokens endpoint:count_tokens",
        "endpoint/count_tokens",
        EDIT,
        "Estimate the tokens, or read them from the usage of an answer.",
        Part.PATH,
    ),
    _feature(
        "endpoint/models",
        "listing models",
        "path:models endpoint:models",
        "endpoint/models",
        EDIT,
        "Name the models in the program's settings.",
        Part.PATH,
    ),
    _feature(
        "endpoint/batches",
        "batches of requests",
        "path:batches endpoint:batches",
        "",
        EDIT,
        "Send the requests one by one, some at a time.",
        Part.PATH,
    ),
    _feature(
        "endpoint/files",
        "files kept at the endpoint",
        "path:files endpoint:files",
        "",
        EDIT,
        "Send the content of the file with each request.",
        Part.PATH,
    ),
    _feature(
        "endpoint/skills",
        "skills",
        "path:skills endpoint:skills body.container.skills",
        "",
        WHOLE,
        "Describe the skill in the system prompt, and run its scripts yourself.",
        Part.PATH,
    ),
    _feature(
        "endpoint/agents",
        "agents and sessions that the endpoint runs",
        "path:agents path:sessions endpoint:agents",
        "",
        WHOLE,
        "Run the loop of the agent in the program: call the model, run its tools, ask again.",
        Part.PATH,
    ),
    _CLOUDS,
)

_FIELDS: Final = (
    _feature(
        "basic/model",
        "model",
        "body.model",
        "basic/model",
        EDIT,
        "Name a model of the endpoint.",
    ),
    _feature(
        "basic/max_tokens",
        "max_tokens",
        "body.max_tokens",
        "basic/max_tokens",
        PART,
        "Ask for a short answer in the prompt.",
    ),
    _feature(
        "basic/stream",
        "streaming",
        "body.stream:true",
        "basic/stream wire/stream",
        EDIT,
        "Ask without stream, and show the answer at once.",
        Part.STREAM,
    ),
    _feature(
        "basic/answer",
        "a plain answer",
        "body.stream:false",
        "wire/message",
        EDIT,
        "Read the fields of the answer defensively.",
        Part.STREAM,
    ),
    _feature(
        "basic/system",
        "system prompt",
        "body.system:*",
        "basic/system",
        EDIT,
        "Put it at the beginning of the first user turn.",
    ),
    _feature(
        "basic/role_system",
        "system turns among the messages",
        "role:system",
        "basic/messages/role/system",
        EDIT,
        "Move them to the system field, or into the next user turn.",
    ),
    _feature(
        "basic/temperature",
        "temperature",
        "body.temperature",
        "basic/temperature",
        PART,
        "Leave it out; what varies then is the model's default.",
        Part.SAMPLING,
    ),
    _feature(
        "request/whole_number_temperature",
        "a temperature without a fraction",
        "body.temperature:whole",
        "request/whole_number_temperature",
        EDIT,
        "Send it with a fraction, as 1.0.",
        Part.SAMPLING,
    ),
    _feature(
        "basic/top_p",
        "top_p",
        "body.top_p",
        "basic/top_p",
        PART,
        "Leave it out, and set temperature alone.",
        Part.SAMPLING,
    ),
    _feature(
        "basic/top_k",
        "top_k",
        "body.top_k",
        "basic/top_k",
        PART,
        "Leave it out, and set temperature alone.",
        Part.SAMPLING,
    ),
    _feature(
        "basic/stop_sequences",
        "stop sequences",
        "body.stop_sequences",
        "basic/stop_sequences",
        EDIT,
        "Cut the text at the sequence yourself.",
        Part.STOP_SEQUENCES,
        needs="text",
    ),
    _feature(
        "basic/metadata",
        "metadata.user_id",
        "body.metadata.user_id",
        "basic/metadata",
        NONE,
        "Leave it out.",
        Part.METADATA,
        needs="user_id",
    ),
    _feature(
        "basic/service_tier",
        "service_tier",
        "body.service_tier",
        "basic/service_tier",
        NONE,
        "Leave it out.",
    ),
    _feature(
        "basic/container",
        "container",
        "body.container",
        "basic/container",
        WHOLE,
        "Run the code on a machine of your own, as a tool of the program.",
    ),
    _feature(
        "basic/mcp_servers",
        "MCP servers that the endpoint asks",
        "body.mcp_servers tool:mcp_toolset",
        "basic/mcp_servers",
        EDIT,
        "Ask the MCP server from the program, and offer what it has as tools.",
    ),
    _feature(
        "basic/reasoning_effort",
        "reasoning_effort",
        "body.reasoning_effort",
        "basic/reasoning_effort",
        EDIT,
        "Leave it out.",
    ),
    _feature(
        "output_config/effort",
        "effort",
        "body.output_config.effort",
        "output_config/effort",
        EDIT,
        "Leave it out, and choose a model of the right size.",
    ),
    _feature(
        "output_config/format",
        "answers by a schema",
        "body.output_config.format body.output_format",
        "output_config/format",
        EDIT,
        "Show the schema in the prompt, and validate the answer.",
        needs="schema json_in_prompt",
    ),
    _feature(
        "request/context_management",
        "edits of the context",
        "body.context_management body.context_management.*",
        "request/context_management",
        EDIT,
        "Shorten the history in the program.",
    ),
    _feature(
        "basic/prefill",
        "a prefilled answer",
        "prefill",
        "",
        EDIT,
        "Say in the prompt how the answer begins.",
    ),
    _feature(
        "request/two_user_turns",
        "two user turns in a row",
        "turns:user,user",
        "request/two_user_turns",
        EDIT,
        "Join them into one.",
    ),
    _feature(
        "request/turn_without_text",
        "a model's turn without text",
        "turn:calls_alone",
        "request/turn_without_text",
        EDIT,
        "Put a text block before the call.",
    ),
)

_THINKING: Final = (
    _feature(
        "basic/thinking/enabled",
        "thinking with a budget",
        "body.thinking:enabled",
        "basic/thinking",
        PART,
        "Leave thinking out, or choose a model that thinks by itself.",
        Part.THINKING,
        needs="enabled",
    ),
    _feature(
        "basic/thinking/budget",
        "a limit to thinking",
        "body.thinking.budget_tokens",
        "basic/thinking",
        NONE,
        "Limit the whole answer with max_tokens.",
        Part.THINKING,
        needs="budget_tokens",
    ),
    _feature(
        "basic/thinking/adaptive",
        "adaptive thinking",
        "body.thinking:adaptive",
        "basic/thinking basic/thinking/adaptive",
        PART,
        "Ask for thinking with a budget, or leave it out.",
        Part.THINKING,
        needs="adaptive",
    ),
    _feature(
        "basic/thinking/disabled",
        "thinking turned off",
        "body.thinking:disabled",
        "basic/thinking",
        PART,
        "Skip thinking blocks in the answer, and raise max_tokens.",
        Part.THINKING,
        needs="disabled",
    ),
    _feature(
        "basic/thinking/display",
        "thinking.display",
        "body.thinking.display",
        "basic/thinking/display",
        NONE,
        "Leave it out.",
        Part.THINKING,
    ),
    _feature(
        "content/thinking",
        "thinking sent back",
        "block:thinking",
        "content/thinking",
        EDIT,
        "Leave thinking blocks out of the history.",
    ),
    _feature(
        "content/redacted_thinking",
        "redacted thinking sent back",
        "block:redacted_thinking",
        "content/redacted_thinking",
        EDIT,
        "Leave the blocks out of the history.",
    ),
)

_TOOLS: Final = (
    _feature(
        "tools/name",
        "tools",
        "tool.name",
        "tools/name",
        WHOLE,
        "Describe the tools in the prompt, and read the calls from the text.",
    ),
    _feature(
        "tools/unusual_name",
        "tool names with dots or other characters",
        "tool.name:unusual",
        "",
        EDIT,
        "Name tools with letters, digits, _ and - alone.",
    ),
    _feature(
        "tools/input_schema",
        "schemas of tool inputs",
        "tool.input_schema",
        "tools/input_schema",
        WHOLE,
        "Validate the inputs, and ask again.",
    ),
    _feature(
        "tools/description",
        "descriptions of tools",
        "tool.description",
        "tools/description",
        EDIT,
        "Describe the tools in the system prompt.",
    ),
    _feature(
        "tools/cache_control",
        "cache marks on tools",
        "tool.cache_control",
        "tools/cache_control",
        NONE,
        "Leave the mark out; the prompt costs its full price each time.",
        Part.CACHE_CONTROL,
    ),
    _feature(
        "request/tool_type_custom",
        "tools of type custom",
        "tool.type:custom",
        "request/tool_type_custom",
        EDIT,
        "Leave type out.",
    ),
    _feature(
        "request/strict_tools",
        "tools with strict",
        "tool.strict",
        "request/strict_tools",
        EDIT,
        "Leave it out, and validate the inputs.",
    ),
    _feature(
        "tools/server",
        "tools that the endpoint runs",
        "tool:web_search* tool:web_fetch*",
        "content/server_tool_use request/web_search",
        WHOLE,
        "Offer a tool of the program that does the same, and run it yourself.",
    ),
    _feature(
        "tools/code_execution",
        "code that the endpoint runs",
        "tool:code_execution*",
        "content/code_execution_tool_result",
        WHOLE,
        "Offer a tool that runs the code on a machine of your own.",
    ),
    _feature(
        "tools/built_in",
        "built-in tools of the client",
        "tool:bash_* tool:text_editor_* tool:computer_* tool:memory_*",
        "",
        EDIT,
        "Describe the tool with an input_schema of its own.",
    ),
    *(
        _feature(
            f"tool_choice/{kind}",
            f"tool_choice {kind}",
            f"body.tool_choice:{kind}",
            f"tool_choice/{kind}",
            loss,
            edit,
            Part.TOOL_CHOICE,
        )
        for kind, loss, edit in (
            ("auto", NONE, "Leave tool_choice out."),
            ("any", EDIT, "Ask for a call in the prompt, and ask again where none came."),
            ("tool", EDIT, "Offer that tool alone, and ask for it in the prompt."),
            ("none", EDIT, "Leave the tools out of the request."),
        )
    ),
    _feature(
        "tool_choice/disable_parallel_tool_use",
        "one call at a time",
        "body.tool_choice.disable_parallel_tool_use",
        "tool_choice/disable_parallel_tool_use",
        EDIT,
        "Answer all calls, or take the first alone and leave the others out of the history.",
        Part.TOOL_CHOICE,
    ),
)

_CONTENT: Final = (
    _feature(
        "content/string",
        "content as a string",
        "content:string",
        "content/string",
        EDIT,
        "Send a list with one text block.",
    ),
    _feature(
        "content/text/text",
        "text blocks",
        "block:text",
        "content/text/text",
        EDIT,
        "Send the text as a string.",
    ),
    _feature(
        "content/text/cache_control",
        "cache marks on text",
        "block:text.cache_control system:text.cache_control",
        "content/text/cache_control",
        NONE,
        "Leave the marks out; the prompt costs its full price each time.",
        Part.CACHE_CONTROL,
    ),
    _feature(
        "request/cache_ttl_1h",
        "cache marks of an hour",
        "cache_control.ttl:1h",
        "request/cache_ttl_1h",
        EDIT,
        "Leave ttl out; the mark then lasts five minutes.",
        Part.CACHE_CONTROL,
    ),
    _feature(
        "content/image",
        "images",
        "block:image",
        "content/image",
        WHOLE,
        "Choose a model that takes images, or describe the image in words.",
        needs="base64",
    ),
    _feature(
        "content/image/url",
        "images by their address",
        "block:image.source:url",
        "content/image",
        EDIT,
        "Load the image, and send it as base64.",
        needs="url",
    ),
    _feature(
        "content/image/file",
        "images from files kept there",
        "block:image.source:file",
        "",
        EDIT,
        "Send the image as base64.",
    ),
    _feature(
        "content/video",
        "videos",
        "block:video",
        "content/video",
        WHOLE,
        "Send single pictures of it.",
    ),
    _feature(
        "content/document",
        "documents",
        "block:document",
        "content/document",
        EDIT,
        "Extract the text yourself, and send it as text.",
    ),
    _feature(
        "content/text/citations",
        "citations",
        "block:document.citations block:text.citations",
        "content/text/citations",
        EDIT,
        "Ask for quotations in the prompt, and look them up in the text.",
    ),
    _feature(
        "content/search_result",
        "search results",
        "block:search_result",
        "content/search_result",
        EDIT,
        "Send the results as text blocks.",
    ),
    *(
        _feature(
            f"content/tool_use/{key}",
            title,
            f"block:tool_use.{key}",
            f"content/tool_use/{key}",
            WHOLE,
            "Describe earlier calls in the text.",
        )
        for key, title in (
            ("id", "ids of calls sent back"),
            ("name", "names of calls sent back"),
            ("input", "inputs of calls sent back"),
        )
    ),
    _feature(
        "content/tool_use/cache_control",
        "cache marks on calls",
        "block:tool_use.cache_control",
        "content/tool_use/cache_control",
        NONE,
        "Leave the mark out.",
        Part.CACHE_CONTROL,
    ),
    _feature(
        "content/tool_result/tool_use_id",
        "results of tools",
        "block:tool_result.tool_use_id",
        "content/tool_result/tool_use_id",
        WHOLE,
        "Describe the results in the text.",
    ),
    _feature(
        "content/tool_result/content",
        "content of results",
        "block:tool_result.content",
        "content/tool_result/content",
        WHOLE,
        "Send results as plain text.",
    ),
    _feature(
        "content/tool_result/is_error",
        "failed calls",
        "block:tool_result.is_error",
        "content/tool_result/is_error",
        EDIT,
        "Say in the result that the call failed.",
    ),
    _feature(
        "content/tool_result/cache_control",
        "cache marks on results",
        "block:tool_result.cache_control",
        "content/tool_result/cache_control",
        NONE,
        "Leave the mark out.",
        Part.CACHE_CONTROL,
    ),
    _feature(
        "content/server_tool_use",
        "calls that the endpoint made",
        "block:server_tool_use",
        "content/server_tool_use",
        EDIT,
        "Leave the blocks out of the history.",
    ),
    _feature(
        "content/web_search_tool_result",
        "what the endpoint found",
        "block:web_search_tool_result",
        "content/web_search_tool_result",
        EDIT,
        "Send what was found as text.",
    ),
    _feature(
        "content/code_execution_tool_result",
        "what the endpoint's code printed",
        "block:code_execution_tool_result block:bash_code_execution_tool_result "
        "block:text_editor_code_execution_tool_result",
        "content/code_execution_tool_result",
        EDIT,
        "Send what was printed as text.",
    ),
    _feature(
        "content/mcp_tool_use",
        "calls of MCP servers",
        "block:mcp_tool_use",
        "content/mcp_tool_use",
        EDIT,
        "Leave the blocks out of the history.",
    ),
    _feature(
        "content/mcp_tool_result",
        "results of MCP servers",
        "block:mcp_tool_result",
        "content/mcp_tool_result",
        EDIT,
        "Send the results as text.",
    ),
    _feature(
        "content/container_upload",
        "files in the container",
        "block:container_upload",
        "content/container_upload",
        WHOLE,
        "Send the content of the file as text.",
    ),
)

_ERRORS: Final = (
    *(
        _feature(
            f"error/{status}",
            title,
            f"status:{status} handles:{status}",
            f"error/{status}",
            EDIT,
            edit,
            Part.ERROR,
            needs="status",
        )
        for status, title, edit in (
            (400, "refusals of a request (400)", "Look at the status alone."),
            (401, "refusals of a key (401)", "Take 401 and 403 alike."),
            (403, "refusals of access (403)", "Take 401 and 403 alike."),
            (404, "unknown models (404)", "Take 400 and 404 alike."),
            (413, "requests that are too large (413)", "Measure the body before it is sent."),
            (429, "rate limits (429)", "Wait and send again on any 429 or 5xx."),
            (500, "failures of the endpoint (500)", "Wait and send again on any 5xx."),
            (529, "an overloaded endpoint (529)", "Wait and send again on any 5xx."),
        )
    ),
    _feature(
        "reads/error_body",
        "reading the type or message of an error",
        "reads:error_body",
        "client/python-sdk wire/error error/400 error/401 error/404",
        EDIT,
        "Look at the status; read the body only where it is the documented envelope.",
        Part.CODE,
        needs="envelope",
        findings="ER- CL-READ-2",
    ),
    _feature(
        "reads/error_text",
        "deciding by the words of an error",
        "reads:error_text",
        "",
        EDIT,
        "Decide by the status; no two endpoints word their refusals alike.",
        Part.CODE,
        stays=True,
    ),
    _feature(
        "reads/retry_after",
        "waiting as retry-after says",
        "reads:retry_after",
        "error/429",
        EDIT,
        "Where the header is missing, wait longer each time, from a second on.",
        Part.CODE,
        needs="retry-after",
    ),
    _feature(
        "reads/rate_limit_headers",
        "reading what is left of the rate limits",
        "reads:rate_limit_headers",
        "",
        EDIT,
        "Count the requests and tokens yourself, and take a missing header for no limit.",
        Part.CODE,
    ),
)

_ANSWERS: Final = (
    _feature(
        "answer/stop_sequence",
        "stop reason stop_sequence",
        "stop_reason:stop_sequence reads:stop_sequence",
        "response/stop_reason basic/stop_sequences",
        EDIT,
        "Treat end_turn like stop_sequence where stop sequences were sent.",
        Part.ANSWER,
        needs="basic/stop_sequences:stop_reason response/stop_reason:stop_sequence",
    ),
    _feature(
        "answer/which_sequence",
        "reading which sequence stopped it",
        "reads:which_sequence",
        "response/stop_sequence basic/stop_sequences",
        EDIT,
        "Look in the text for what came before, or send one sequence alone.",
        Part.CODE,
        needs="stop_sequence value",
    ),
    _feature(
        "answer/tool_use",
        "stop reason tool_use",
        "stop_reason:tool_use reads:stop_tool_use",
        "response/stop_reason",
        EDIT,
        "Look for tool_use blocks, whatever the stop reason is.",
        Part.ANSWER,
        needs="tool_use",
    ),
    _feature(
        "answer/max_tokens",
        "stop reason max_tokens",
        "stop_reason:max_tokens reads:stop_max_tokens",
        "response/stop_reason",
        EDIT,
        "Take an answer as cut when its tokens reach the limit.",
        Part.ANSWER,
        needs="max_tokens",
    ),
    _feature(
        "reads/first_block",
        "taking the first block for the answer",
        "reads:first_block",
        "",
        EDIT,
        "Look for the block by its type, or send thinking disabled.",
        Part.CODE,
        thinks=True,
    ),
    _feature(
        "reads/signature",
        "reading or storing the signature of thinking",
        "reads:signature",
        "response/thinking/signature",
        EDIT,
        "Send thinking back as it came, and do not require a signature.",
        Part.CODE,
    ),
    _feature(
        "reads/usage",
        "reckoning cost from usage",
        "reads:usage",
        "wire/tokens",
        EDIT,
        "Reckon with the vendor's bill, or count tokens yourself.",
        Part.CODE,
        findings="RS-USE ST-USE",
    ),
    _feature(
        "reads/cached_tokens",
        "reading cached tokens from usage",
        "reads:cached_tokens",
        "wire/tokens response/stream/message_start/usage",
        EDIT,
        "Read usage from message_delta, and take a missing figure for 0.",
        Part.CODE,
        findings="RS-USE ST-USE",
    ),
    _feature(
        "reads/stream_events",
        "reading the events of a stream",
        "reads:stream_events",
        "wire/stream response/stream/message_start/usage response/stream/message_delta/usage",
        EDIT,
        "Let the SDK merge the stream, and read usage from the final message.",
        Part.CODE,
        needs="order",
    ),
    _feature(
        "reads/final_message",
        "merging a stream with the SDK",
        "reads:final_message",
        "wire/stream",
        EDIT,
        "Iterate over the events, and merge the text yourself.",
        Part.CODE,
    ),
    _feature(
        "reads/text_stream",
        "showing text as it comes",
        "reads:text_stream",
        "wire/timing wire/stream",
        EDIT,
        "Show the whole answer at its end.",
        Part.CODE,
    ),
    _feature(
        "reads/request_id",
        "keeping the request id",
        "reads:request_id",
        "wire/message",
        EDIT,
        "Keep the id of the message.",
        Part.CODE,
        findings="HD-7",
    ),
    _feature(
        "reads/citations",
        "reading citations of an answer",
        "reads:citations",
        "content/text/citations",
        EDIT,
        "Ask for quotations in the prompt, and look them up in the text.",
        Part.CODE,
    ),
)

FEATURES: Final[Mapping[str, Feature]] = {
    feature.id: feature
    for group in (_ACCESS, _ENDPOINTS, _FIELDS, _THINKING, _TOOLS, _CONTENT, _ERRORS, _ANSWERS)
    for feature in group
}
"""By id, in the order in which people read them."""

NO_FEATURES: Final[Mapping[str, str]] = {
    "refusal/*": "an invalid request, which no working application sends",
    "combinations/*": "several features at once, each of which is found by itself",
    "client/ai-sdk": "what that client makes of answers; an application that uses it is not told",
    "client/claude-code": "what that client makes of answers, whatever an application sends",
    "client/opencode": "what that client makes of answers, whatever an application sends",
    "client/typescript-sdk": "what that SDK makes of answers; its calls are found as features",
    "error/400/arrearage": "the state of an account",
    "error/403/authentication_error": "the state of a key, of which error/403 is the feature",
}
"""Rows, by pattern, that are no feature of an application, and why."""

TRIVIAL: Final = frozenset(
    {
        *("body.messages", "role:user", "role:assistant", "role:tool", "turns", "block:tool_use"),
        *("block:tool_result", "block:thinking.thinking", "block:thinking.signature"),
        *("block:text.text", "path:messages", "body.thinking", "body.tools", "body.tool_choice"),
        *(
            "body.metadata",
            "body.output_config",
            "tool",
            "body.container.id",
            "body.cache_control",
            "status:200",
        ),
        *("stop_reason:end_turn", "cache_control", "cache_control.ttl:5m", "system:text"),
        *("size", "body.cache_marks", "block:image.source:base64", "answer:text"),
        *("block:redacted_thinking.data", "block:document.title", "answer:tool_use"),
        *("answer:thinking", "answer:redacted_thinking", "block:tool_use.caller"),
    },
)
"""Marks that are part of every conversation, or of a feature that is found by another mark."""


@cache
def feature_of(mark: str) -> Feature | None:
    """The feature that a mark shows; the most exact mark counts."""
    exact, prefixes = _by_mark()
    if mark in exact:
        return exact[mark]
    fitting = [
        prefix
        for prefix in prefixes
        if mark.startswith(
            prefix,
        )
    ]
    return (
        prefixes[
            max(
                fitting,
                key=len,
            )
        ]
        if fitting
        else None
    )


@cache
def _by_mark() -> tuple[dict[str, Feature], dict[str, Feature]]:
    exact: dict[str, Feature] = {}
    prefixes: dict[str, Feature] = {}
    for feature in FEATURES.values():
        for mark in feature.marks:
            (
                prefixes
                if mark.endswith(
                    "*",
                )
                else exact
            )[
                mark.removesuffix(
                    "*",
                )
            ] = feature
    return exact, prefixes
