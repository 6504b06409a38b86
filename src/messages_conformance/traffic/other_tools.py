"""Files of other tools that are often taken for one of the formats, and what to save instead."""

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

HAR: Final = "export it as HAR, which most proxies and browsers can"


class OtherTool(NamedTuple):
    """A file that is not read."""

    what: str
    """What it is, after ``is``."""
    instead: str
    """What to do about it."""


_BY_KEYS: Final[tuple[tuple[frozenset[str], OtherTool], ...]] = tuple(
    (frozenset(keys.split()), OtherTool(what, instead))
    for keys, what, instead in (
        ("info item", "a Postman collection", "save the answer that Postman shows"),
        ("values _postman_variable_scope", "a Postman environment", "save the answer itself"),
        ("protocolVersion scheme host", "a Charles session", HAR),
        ("http_interactions", "a cassette of VCR for Ruby or Betamax", "record it as HAR"),
        ("scope method path", "a recording of nock", "record it as HAR"),
        ("mappings", "a store of WireMock", "save the answer itself"),
        ("resources __export_format", "an Insomnia export", "save the answer that Insomnia shows"),
        ("openapi paths", "an OpenAPI description", "save an answer"),
        ("resourceSpans", "a trace of OpenTelemetry", "save the answer itself"),
        ("resourceLogs", "a log of OpenTelemetry", "save the answer itself"),
        ("custom_id result", "the results of a batch", "save an answer of /v1/messages"),
        ("schemaType modelId", "a log of Bedrock", "save the answer itself"),
    )
)
"""Files by the keys of their first JSON object."""

_BY_BEGINNING: Final[tuple[tuple[bytes, OtherTool], ...]] = (
    (b"\xac\xed\x00\x05", OtherTool("a Charles session", HAR)),
    (b"SQLite format 3\x00", OtherTool("a database of SQLite", "export what it holds")),
    (b"PK\x03\x04", OtherTool("a ZIP archive", "unpack it")),
    (b"\x28\xb5\x2f\xfd", OtherTool("compressed with Zstandard", "decompress it")),
)
"""Files by bytes at their beginning."""
_BY_CONTENT: Final[tuple[tuple[bytes, OtherTool], ...]] = (
    (b"<charles-session", OtherTool("a Charles session", HAR)),
    (b"\nhttp_interactions:", OtherTool("a cassette of VCR for Ruby", "record it as HAR")),
    (b":websocket;", OtherTool("a flow file of mitmproxy", HAR)),
)
"""Files that are no JSON, by bytes near their beginning."""

_NEAR: Final = 4096
"""Bytes in which such a mark stands."""

_OF_ANSWERS: Final = frozenset(
    {
        *(
            "type",
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
    {"id", "role", "model", "status", "object", "data", "output", "request_id", "stop_reason"}
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
    return next(begun, None) or next(near, None)


def tool_of_keys(keys: Mapping[str, str]) -> OtherTool | None:
    """The tool that wrote a JSON file, by the keys of its first object."""
    for required, tool in _BY_KEYS:
        if required <= keys.keys():
            return tool
    return None
