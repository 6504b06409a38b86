"""Files of other tools that are often taken for one of the formats, and what to save instead."""

import re
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

HAR: Final = "export it as HAR, which most proxies and browsers can"


class OtherTool(NamedTuple):
    """A file that is not read."""

    what: str
    """What it is, after ``is``."""
    instead: str
    """What to do about it."""


_OF_CLAUDE_CODE: Final = ("a transcript of Claude Code", "record its traffic instead")
_PRINTED: Final = ("what Claude Code prints", "record its traffic instead")
_ANSWER: Final = "save the answer itself"

_BY_KEYS: Final[tuple[tuple[frozenset[str], OtherTool], ...]] = tuple(
    (frozenset(keys.split()), OtherTool(what, instead))
    for keys, what, instead in (
        ("info item", "a Postman collection", "save the answer that Postman shows"),
        ("values _postman_variable_scope", "a Postman environment", _ANSWER),
        ("collection_id results", "a run of a Postman collection", _ANSWER),
        ("protocolVersion scheme host", "a Charles session", HAR),
        ("http_interactions", "a cassette of VCR for Ruby or Betamax", "record it as HAR"),
        ("consumer provider", "a contract of Pact", "save an answer"),
        ("scope method path", "a recording of nock", "record it as HAR"),
        ("httpRequest httpResponse", "a store of MockServer", _ANSWER),
        ("data meta", "a simulation of Hoverfly", _ANSWER),
        ("stubs protocol", "a store of mountebank", _ANSWER),
        ("mappings", "a store of WireMock", _ANSWER),
        ("uuid request response", "a store of WireMock", _ANSWER),
        ("fixtures", "fixtures of a mock server", "save an answer"),
        ("resources __export_format", "an Insomnia export", "save the answer that Insomnia shows"),
        ("openapi paths", "an OpenAPI description", "save an answer"),
        ("startedDateTime request response", "one entry of a HAR file", "save the whole file"),
        ("constants events", "a net log of Chrome", "export the network panel as HAR"),
        ("type=resource-snapshot", "a trace of Playwright", "record it as HAR"),
        ("resourceSpans", "a trace of OpenTelemetry", _ANSWER),
        ("resourceLogs", "a log of OpenTelemetry", _ANSWER),
        ("name context kind", "a span of OpenTelemetry", _ANSWER),
        ("data total limit offset", "a trace of Jaeger", _ANSWER),
        ("run_type", "a run of LangSmith", _ANSWER),
        *(
            (f"traceId type={kind}", "an observation of Langfuse", _ANSWER)
            for kind in ("GENERATION", "SPAN", "EVENT")
        ),
        ("observations scores", "a trace of Langfuse", _ANSWER),
        ("span_id root_span_id", "a span of Braintrust", _ANSWER),
        ("call_type", "a log of LiteLLM", _ANSWER),
        ("info data", "a trace of MLflow", _ANSWER),
        ("jsonrpc", "a message of JSON-RPC, such as MCP's", "save an answer of /v1/messages"),
        ("request_body response_body", "an export of Helicone", _ANSWER),
        ("request response ai_model", "a log of Portkey", _ANSWER),
        ("request response latencies", "a log of Kong", _ANSWER),
        ("request response logged_at", "a log of claude-trace", "record it as HAR"),
        ("custom_id result", "the results of a batch", "save an answer of /v1/messages"),
        ("custom_id", "a file of batches", "save an answer of /v1/messages"),
        ("schemaType modelId", "a log of Bedrock", _ANSWER),
        ("parentUuid", *_OF_CLAUDE_CODE),
        ("leafUuid", *_OF_CLAUDE_CODE),
        ("sessionId message", *_OF_CLAUDE_CODE),
        ("sessionId operation", *_OF_CLAUDE_CODE),
        ("messageId snapshot", *_OF_CLAUDE_CODE),
        ("type sessionId", *_OF_CLAUDE_CODE),
        ("shapeHash", *_OF_CLAUDE_CODE),
        ("type=system subtype", *_PRINTED),
        ("type=result subtype", *_PRINTED),
        ("type=stream_event event", *_PRINTED),
        ("type=assistant message", *_PRINTED),
        ("type=user message", *_PRINTED),
        ("type=session cwd", "a session of another client", "record its traffic instead"),
        ("parentId message", "a session of another client", "record its traffic instead"),
        ("type timestamp payload", "a session of Codex", "record its traffic instead"),
        ("sessionID", "a session of opencode", "record its traffic instead"),
        ("lc kwargs", "a message of LangChain", _ANSWER),
        ("finishReason text", "a result of the AI SDK", _ANSWER),
        ("level time msg", "a log of a server", _ANSWER),
        ("input output", "pairs of requests and answers of another tool", _ANSWER),
        ("request response", "pairs of requests and answers of another tool", _ANSWER),
        ("messages model", "the body of a request", "save the answer, and name it with --request"),
    )
)
"""Files by the keys of their first JSON object, some with their value."""

_BY_BEGINNING: Final[tuple[tuple[bytes, OtherTool], ...]] = (
    (b"\xac\xed\x00\x05", OtherTool("a Charles session", HAR)),
    (b"SQLite format 3\x00", OtherTool("a database of SQLite", "export what it holds")),
    (b"PK\x03\x04", OtherTool("a ZIP archive", "unpack it")),
    (b"\x28\xb5\x2f\xfd", OtherTool("compressed with Zstandard", "decompress it")),
    (b"BZh", OtherTool("compressed with bzip2", "decompress it")),
    (b"\xfd7zXZ", OtherTool("compressed with xz", "decompress it")),
    (b"PAR1", OtherTool("a Parquet file", "export it as JSON lines")),
    (b"Obj\x01", OtherTool("an Avro file", "export it as JSON lines")),
    *(
        (magic, OtherTool("a capture of packets", "record the traffic as HAR, with a proxy"))
        for magic in (b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\xc3\xd4", b"\x0a\x0d\x0d\x0a")
    ),
)
"""Files by bytes at their beginning."""
_BY_CONTENT: Final[tuple[tuple[bytes, OtherTool], ...]] = (
    (b"<charles-session", OtherTool("a Charles session", HAR)),
    (b"\nhttp_interactions:", OtherTool("a cassette of VCR for Ruby", "record it as HAR")),
    (b":websocket;", OtherTool("a flow file of mitmproxy", HAR)),
)
"""Files that are no JSON, by bytes near their beginning."""

_ALONE: Final = "save the bytes alone, as 'curl -isN' prints them"
_BY_PATTERN: Final[tuple[tuple[re.Pattern[bytes], OtherTool], ...]] = tuple(
    (re.compile(pattern), OtherTool(what, instead))
    for pattern, what, instead in (
        (rb"(?m)^< HTTP/\d", "the output of 'curl -v'", "save that of 'curl -isN'"),
        (rb"(?m)^(?:== Info: |=> Send )", "a trace of curl", "save what 'curl -isN' prints"),
        (rb"\A\s*% Total +% Received", "an answer after curl's progress meter", _ALONE),
        (rb"\A--\d{4}-\d\d-\d\d [\d:]{8}--", "the output of wget", _ALONE),
        (
            rb"\A(?:GET|POST|PUT|HEAD) \S{1,2000} HTTP/\d",
            "a request, perhaps with its answer",
            "save the answer alone, as HTTPie's --print=hb does",
        ),
        (rb"\A(?:GET|POST) https?://", "a file of requests", "save an answer"),
        (rb"(?m)^=== REQUEST (?:INFO|BODY) ===", "a log of a proxy", "save the answer itself"),
        (rb"\Ameta \{\s", "a file of Bruno", "save the answer that Bruno shows"),
        (rb"\Atype: collection\.insomnia", "an Insomnia export", "save the answer it shows"),
        (rb"<items burpVersion", "an export of Burp", HAR),
        (
            rb"Request options: \{'|\[log_[0-9a-f]{4,8}\] ",
            "a debug log of an SDK",
            "it has no bodies of answers; record the traffic as HAR",
        ),
        (
            rb"\A(?:Parsed|Raw|Beta)*Message\w*\(|\A\{\s*'|\A\{\s*\w+: ",
            "an answer as a program printed it",
            "save it as JSON",
        ),
        (
            rb"(?m)^[^\n\"{]{0,100}?[^\w\n\"{](?:event: ?message_start|data: ?\{\"type)",
            "an event stream with something before each line, such as a time or blanks",
            _ALONE,
        ),
        (rb"(?m)^event: ?message_start", "a text that holds an event stream", _ALONE),
    )
)
"""Files that are no JSON, by what stands near their beginning."""

_NEAR: Final = 4096
"""Bytes in which such a mark stands."""

_OF_ANSWERS: Final = frozenset(
    {
        *(
            "content",
            "text",
            "completion",
            "choices",
            "candidates",
            "input_tokens",
            "usage",
        ),
        *("error", "errors", "message", "msg", "detail", "code"),
    }
)
"""Keys of answers, also of errors and of those of other protocols."""
_OF_ANSWERS_TOO: Final = frozenset(
    {
        *("type", "id", "role", "model", "status", "object", "data", "output", "request_id"),
        "stop_reason",
    }
)
"""Keys that answers have, and what holds answers has as well."""
_OF_STORES: Final = frozenset(
    {
        *("recordings", "requests", "responses", "exchanges", "entries", "sessions", "records"),
        *("transactions", "calls", "traces", "spans", "fixtures", "captures", "flows", "runs"),
        *("request", "response", "inputs", "outputs", "request_body", "response_body", "pairs"),
    }
)
"""Keys of what holds exchanges."""


def may_be_answer(keys: Collection[str]) -> bool:
    """Whether a JSON object of these keys may be the body of an answer, however broken."""
    if not _OF_ANSWERS.isdisjoint(keys):
        return True
    return not _OF_ANSWERS_TOO.isdisjoint(keys) and _OF_STORES.isdisjoint(keys)


def tool_of_bytes(head: bytes) -> OtherTool | None:
    """The tool that wrote a file that is no JSON, by its first block."""
    begun = (tool for mark, tool in _BY_BEGINNING if head.startswith(mark))
    near = (tool for mark, tool in _BY_CONTENT if mark in b"\n" + head[:_NEAR])
    like = (tool for pattern, tool in _BY_PATTERN if pattern.search(head[:_NEAR]))
    return next(begun, None) or next(near, None) or next(like, None)


def tool_of_keys(fields: Mapping[str, str]) -> OtherTool | None:
    """The tool that wrote a JSON file, by the keys of its first object and their values."""
    if fields.keys() == {"role", "content"} and fields["role"] == "user":
        return OtherTool("the messages of a conversation", "save an answer")
    marks = fields.keys() | {f"{name}={value}" for name, value in fields.items()}
    if fields.get("type") == "message" and "content" in fields:
        return None
    for required, tool in _BY_KEYS:
        if required <= marks:
            return tool
    return None
