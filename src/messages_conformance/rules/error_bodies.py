"""Rules about errors: their shape, their type, and what their message gives away."""

import re
from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final

from messages_conformance import schemas
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.protocol.sse import Event, loads, parse
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.wording import one_of, pointer, short, shown

TYPES: Final[Mapping[int, tuple[str, ...]]] = {
    400: ("invalid_request_error",),
    401: ("authentication_error",),
    402: ("billing_error",),
    403: ("permission_error",),
    404: ("not_found_error",),
    409: ("conflict_error",),
    413: ("request_too_large",),
    429: ("rate_limit_error",),
    500: ("api_error",),
    504: ("timeout_error",),
    529: ("overloaded_error",),
}
"""The type that belongs to each documented status."""
_CLIENTS_FAULT: Final = ("invalid_request_error",)
_SERVERS_FAULT: Final = ("api_error", "overloaded_error", "timeout_error")
_KNOWN: Final = tuple(sorted({each for types in TYPES.values() for each in types}))
_ENVELOPE: Final = '`{"type": "error", "error": {"type", "message"}}`'


class Shape(Enum):
    """What an error body turns out to be."""

    ENVELOPE = "the documented envelope"
    SSE_FRAMED = "framed as a server-sent event"
    FLAT = "a flat object with `code` or `message`"
    OPENAI = 'OpenAI\'s `{"error": {…}}` without `"type": "error"`'
    DETAIL = 'FastAPI\'s `{"detail": …}`'
    STRING = "an object whose `error` is a string"
    HTML = "an HTML page"
    EMPTY = "empty"
    OTHER = "JSON of another shape"
    TEXT = "plain text"


def shape_of(document: Any) -> Shape:
    """Classify an error that is JSON."""
    if not isinstance(document, dict):
        return Shape.OTHER
    inner = document.get("error")
    if document.get("type") == "error" and isinstance(inner, dict):
        return Shape.ENVELOPE
    if isinstance(inner, dict):
        return Shape.OPENAI
    if isinstance(inner, str):
        return Shape.STRING
    if "detail" in document:
        return Shape.DETAIL
    return Shape.FLAT if "code" in document or "message" in document else Shape.OTHER


def classify(body: bytes) -> tuple[Shape, Any]:
    """Tell what an error's bytes are, and the JSON in them; the label is not asked."""
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return Shape.EMPTY, None
    try:
        document = loads(text)
    except ValueError:
        pass
    else:
        return shape_of(document), document
    if re.search(r"(?m)^(data|event):", text):
        events = parse(text.encode() + b"\n\n")
        return Shape.SSE_FRAMED, next((e.json for e in events if e.json is not None), None)
    return (Shape.HTML if text.startswith("<") else Shape.TEXT), None


def is_error(document: Any) -> bool:
    """Whether an answer that came with status 200 is an error all the same."""
    return (
        isinstance(document, dict)
        and "content" not in document
        and shape_of(document) is not Shape.OTHER
    )


def judge(exchange: Exchange) -> Iterator[Finding]:
    """Judge an answer whose status tells of an error."""
    shape, document = classify(exchange.body)
    here = Where(offset=0)
    if shape is not Shape.ENVELOPE:
        told = "" if document is None else f", {_excerpt(document)}"
        yield broken("ER-1", here, f"the error body is {shape.value}{told}; expected {_ENVELOPE}")
    else:
        yield from _envelope(document, Where(), "ER-1")
        yield from _type(document["error"].get("type"), exchange.status or 0)
    kind = exchange.header("content-type")
    if kind is not None and shape is not Shape.EMPTY and _media(kind) != "application/json":
        yield broken(
            "ER-1", here, f"the error is labelled {shown(kind)}; expected `application/json`"
        )
    yield from _leaks(_message_of(document) if document is not None else "")


def in_stream(event: Event, where: Where, *, first: bool) -> Iterator[Finding]:
    """Judge an error event; ``first`` says that nothing but pings came before it."""
    document = event.json
    if event.name != "error":
        yield broken(
            "ST-ERR-1",
            where,
            f"the error event is named {shown(event.name)}; expected `error`, or clients skip it",
        )
    shape = shape_of(document)
    if document is None:
        return
    if shape is not Shape.ENVELOPE:
        yield broken(
            "ST-ERR-1",
            where,
            f"the error event's data is {shape.value}, {_excerpt(document)}; expected {_ENVELOPE}",
        )
        return
    yield from _envelope(document, where, "ST-ERR-1")
    kind = document["error"].get("type")
    refusals = [each for status, types in TYPES.items() if status < 429 for each in types]
    if first and kind in refusals:
        yield broken(
            "ST-REQ-1",
            where,
            f"the stream begins with {shown(kind)}; expected status "
            f"{next(status for status, types in TYPES.items() if kind in types)} and plain JSON",
        )
    yield from _leaks(_message_of(document), where)


def answered_as_success(document: Any, *, stream: bool | None) -> Iterator[Finding]:
    """Tell of an error that came with status 200."""
    rule = "ST-REQ-1" if stream else "ER-5"
    yield broken(
        rule,
        Where(offset=0),
        f"an error is answered with status 200: {_excerpt(document)}; expected status 4xx or 5xx",
    )


def _envelope(document: dict[str, Any], where: Where, rule: str) -> Iterator[Finding]:
    for problem in schemas.validator("error").iter_errors(document):
        at = where.at(pointer(problem.absolute_path))
        yield broken(rule, at, f"{short(problem.message)}; expected {_ENVELOPE}")


def _type(kind: Any, status: int) -> Iterator[Finding]:
    here = Where(pointer="/error/type")
    if not isinstance(kind, str):
        return
    expected = TYPES.get(status)
    if expected is None:
        if kind not in _KNOWN:
            others = _CLIENTS_FAULT if status < 500 else _SERVERS_FAULT
            yield broken(
                "ER-2",
                here,
                f"`type` is {shown(kind)}; expected a documented one, {one_of(others)}",
            )
        elif status >= 500 and kind not in _SERVERS_FAULT:
            yield broken(
                "ER-2",
                here,
                f"`type` is {shown(kind)} with status {status}; expected {one_of(_SERVERS_FAULT)}",
            )
    elif kind not in expected:
        yield broken(
            "ER-2",
            here,
            f"`type` is {shown(kind)} with status {status}; expected {one_of(expected)}",
        )


def _media(content_type: str) -> str:
    return content_type.partition(";")[0].strip().lower()


def _message_of(document: Any) -> str:
    """The sentence an error tells, wherever its shape keeps it."""
    if isinstance(document, dict):
        inner = document.get("error")
        holder = inner if isinstance(inner, dict) else document
        for key in ("message", "detail", "error"):
            if isinstance(holder.get(key), str):
                return str(holder[key])
    return ""


def _excerpt(document: Any) -> str:
    message = _message_of(document)
    return f"saying {shown(message)}" if message else "without a message"


_LEAKS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        ("HTML", r"(?i)<(?:!doctype|html|body|head|center|h1|p)\b"),
        ("stringified JSON", r"""\{\\?["'](?:error|message|code|detail|object)\\?["']\s*:"""),
        ("a Python traceback", r'Traceback \(most recent call last\)|File "[^"]+", line \d+'),
        ("a Java class", r"\b(?:[a-z_]\w*\.){2,}[A-Z]\w*(?:Exception|Error)\b"),
        ("a Java stack trace", r"\bat (?:[a-z]\w*\.){2,}\w+\("),
        ("an inner error code", r"InternalError\.Algo|chatcmpl-\w+"),
        ("a deserialiser's words", r"Failed to deserialize|unknown variant `"),
        ("a validator's words", r"validation errors? for \w+"),
    )
)
"""What a message can give away of the server behind it, and how that is recognised."""


def _leaks(message: str, where: Where | None = None) -> Iterator[Finding]:
    at = (where or Where()).at("/error/message")
    for what, pattern in _LEAKS:
        if pattern.search(message):
            yield broken(
                "ER-7",
                at,
                f"the message holds {what}: {shown(message)}; expected a plain sentence",
            )
            return
